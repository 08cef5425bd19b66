/**
 * What autotune may ask of the machine. linux-host.ts answers from the kernel, replayHost from recorded input; the
 * caller cannot tell which.
 */

/** An open regular file. */
export interface HostFile {
  /** As it is now: a log grows while it is open. */
  readonly sizeBytes: number
  /** "major:minor" in hex as /proc/PID/maps prints it, and the inode: which file this is, whatever its path. */
  readonly device: string
  readonly inode: number
  readonly ownerUid: number
  /** As it is now. */
  readonly modifiedNs: number
  /** Another thread of ours opens the same file by it, as long as this one is open: the path may be gone. */
  readonly reopenPath?: string
  /** Up to lengthBytes from offset; shorter only at the end of the file. */
  read(offset: number, lengthBytes: number): Uint8Array
  close(): void
}

/** Results kept from run to run. They may be gone at any time, and whoever reads one checks it. */
export interface HostCache {
  /** Names have letters, digits, dots and dashes only. */
  read(name: string): Uint8Array | undefined
  /** Does nothing where it cannot. */
  write(name: string, bytes: Uint8Array): void
}

/** Files, directories and clocks. Nothing here throws for a file that is missing, vanished or forbidden. */
export interface Host {
  /** CLOCK_MONOTONIC in ns. */
  monotonicNs(): bigint
  /** CPU time of this process so far, user and system, in ns: what our own work costs, also on a busy machine. */
  ownCpuNs(): number
  /** Our own process id and effective user id. */
  readonly pid: number
  readonly uid: number
  /** One of the variables of the environment. */
  environment(name: string): string | undefined
  /** Contents of a text file, e.g. in /proc or /sys; undefined when it does not exist, vanished or is forbidden. */
  readText(path: string): string | undefined
  /** The same as bytes. */
  readBytes(path: string): Uint8Array | undefined
  /** Why readText gave undefined: an errno name such as ENOENT or EACCES; undefined when it can be read. */
  whyUnreadable(path: string): string | undefined
  /** Names in a directory, in no order; undefined when it cannot be listed. */
  listDirectory(path: string): readonly string[] | undefined
  /** Target of a symbolic link, e.g. /proc/PID/exe. */
  readLink(path: string): string | undefined
  /** Opens a regular file for reading; undefined for anything else (FIFOs and devices included), never blocks. */
  openFile(path: string): HostFile | undefined
  /** Bytes of our own memory, e.g. the vdso, which is no file; undefined where they cannot be read. */
  readOwnMemory?(address: bigint, lengthBytes: number): Uint8Array | undefined
  /** Bytes of another process's memory, e.g. a lock that says who holds it, or code that was generated; undefined where ptrace(2) would be refused. */
  readProcessMemory?(pid: number, address: bigint, lengthBytes: number): Uint8Array | undefined
  readonly cache?: HostCache
  /** A whole xz stream, decompressed; undefined when it is damaged, longer than maxBytes, or nothing here can do it. */
  decompressXz?(bytes: Uint8Array, maxBytes: number): Uint8Array | undefined
}

/** Result of a system call that gives a descriptor or refuses. */
export type Opened = { readonly fd: number } | { readonly errno: string }

/** A mapped perf ring: data pages as 32-bit words, and the two positions in bytes since the ring was created. */
export interface PerfRing {
  readonly cpu: number
  readonly words: Int32Array
  /** data_head, read with acquire order: records before it are whole. */
  readHead(): number
  /** Publishes data_tail with release order: the kernel may overwrite what lies before it. */
  writeTail(tailBytes: number): void
  unmap(): void
}

/** perf_event_open(2) and what belongs to it. Only collectors get this. */
export interface PerfHost extends Host {
  /** attr is a struct perf_event_attr. pid and cpu as in the man page: -1 is any. */
  openPerfEvent(attr: Uint8Array, pid: number, cpu: number, flags: number): Opened
  /** Maps dataPages (a power of two) of the event's ring; an errno name when refused. */
  mapPerfRing(fd: number, cpu: number, dataPages: number): PerfRing | { readonly errno: string }
  /** ioctl(2) with a number as argument; undefined when it worked, else the errno name. */
  ioctl(fd: number, request: number, argument: number): string | undefined
  /** read(2) on the event: the words of its read_format; undefined when refused. */
  readPerfEvent(fd: number, words: number): BigUint64Array | undefined
  closeDescriptor(fd: number): void
}

/** Recorded input for replayHost. */
export interface RecordedInput {
  /** Path → contents; a list is served one after the other, its last for ever (successive reads of a counter). */
  readonly files?: Readonly<Record<string, string | Uint8Array | readonly string[]>>
  readonly links?: Readonly<Record<string, string>>
  readonly environment?: Readonly<Record<string, string>>
  readonly uid?: number
  /** Successive answers of monotonicNs; the last for ever. */
  readonly clockNs?: readonly bigint[]
  /** Successive answers of ownCpuNs; the last for ever. */
  readonly ownCpuNs?: readonly number[]
}

/** A Host that serves recorded files. Directories are those the paths imply. */
export function replayHost(input: RecordedInput): Host {
  const reads = new Map<string, number>()
  let ticks = 0
  let cpuTicks = 0
  const contents = (path: string): string | Uint8Array | undefined => {
    const recorded = input.files?.[path]
    if (recorded === undefined || typeof recorded === 'string' || recorded instanceof Uint8Array) return recorded
    const turn = reads.get(path) ?? 0
    reads.set(path, turn + 1)
    return recorded[Math.min(turn, recorded.length - 1)]
  }
  const readBytes = (path: string): Uint8Array | undefined => {
    const found = contents(path)
    return typeof found === 'string' ? new TextEncoder().encode(found) : found
  }
  return {
    pid: 1,
    uid: input.uid ?? 0,
    monotonicNs: () => {
      const clock = input.clockNs ?? [0n]
      return clock[Math.min(ticks++, clock.length - 1)]
    },
    environment: name => input.environment?.[name],
    ownCpuNs: () => {
      const clock = input.ownCpuNs ?? [0]
      return clock[Math.min(cpuTicks++, clock.length - 1)]
    },
    readBytes,
    readText: path => {
      const found = contents(path)
      return found instanceof Uint8Array ? new TextDecoder().decode(found) : found
    },
    whyUnreadable: path => (input.files?.[path] === undefined ? 'ENOENT' : undefined),
    listDirectory: path => listImplied(Object.keys({ ...input.files, ...input.links }), path),
    readLink: path => input.links?.[path],
    openFile: path => openRecorded(path, readBytes(path)),
  }
}

function listImplied(paths: readonly string[], directory: string): readonly string[] | undefined {
  const prefix = directory.endsWith('/') ? directory : `${directory}/`
  const names = new Set(paths.filter(path => path.startsWith(prefix)).map(path => path.slice(prefix.length).split('/')[0]))
  return names.size === 0 ? undefined : [...names]
}

function openRecorded(path: string, bytes: Uint8Array | undefined): HostFile | undefined {
  if (bytes === undefined) return undefined
  let inode = 7
  for (const character of path) inode = (inode * 31 + character.charCodeAt(0)) % 1_000_003
  return {
    sizeBytes: bytes.length,
    device: '00:01',
    inode,
    ownerUid: 0,
    modifiedNs: 0,
    read: (offset, lengthBytes) => bytes.subarray(offset, offset + lengthBytes),
    close: () => {},
  }
}
