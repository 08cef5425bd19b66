import type { Host, HostFile } from '../host.ts'
import { Ownership } from '../schema.ts'
import { orUndefined } from './byte-source.ts'
import { parseElfHeader, readBuildId } from './elf.ts'
import { ownershipOfFile } from './ownership.ts'
import { PerfMapFiles } from './perf-map-files.ts'

/** A mapping as the kernel announced it. */
export interface NotedMapping {
  readonly pid: number
  readonly startAddress: bigint
  readonly endAddress: bigint
  /** As its process sees it. */
  readonly path: string
  /** Major:minor in hex, and the inode; 0 when no file is behind it. */
  readonly device: string
  readonly inode: number
}

/** What is known of a mapped file when its symbols are wanted. */
export interface WantedFile {
  readonly pid: number
  readonly path: string
  readonly device: string
  readonly inode: number
  readonly buildId: string | undefined
}

/** A file to read symbols from. */
export interface OpenedFile {
  readonly file: HostFile
  /** Opens the same file again, as long as it is not released. */
  readonly openPath: string
  /** To be called after use; files that are kept stay open. */
  release(): void
}

/** Attempts to open a file that several processes map, before it is given up. */
const MAX_ATTEMPTS = 3
/** Files remembered; a machine that builds software maps more, and later ones are opened by path. */
const MAX_KNOWN_FILES = 65_536

interface KnownFile {
  readonly buildId: string | undefined
  /** Undefined when too many are open: it is opened again by path. */
  readonly file: HostFile | undefined
}

/**
 * Mapped files, opened while their processes live.
 *
 * A descriptor outlives the process, the path and the mount namespace, so functions get their names although the program
 * has ended, was replaced or deleted, or ran in a container. When nothing was noted (a recording read later) files are
 * opened by path and only accepted when they are the same.
 */
export class MappedFiles {
  readonly #host: Host
  readonly #maxOpen: number
  readonly #known = new Map<string, KnownFile>()
  readonly #attempts = new Map<string, number>()
  readonly #perfMaps: PerfMapFiles
  #openCount = 0

  constructor(host: Host, { maxOpen }: { readonly maxOpen: number }) {
    this.#host = host
    this.#maxOpen = maxOpen
    this.#perfMaps = new PerfMapFiles(host)
  }

  /** Call it as soon as a mapping is known. Cheap for a file seen before. */
  note(mapping: NotedMapping): void {
    const { pid, device, inode, path } = mapping
    this.#perfMaps.noteProcess(pid)
    if (ownershipOfFile(path, undefined) === Ownership.Runtime) this.#perfMaps.watch(pid)
    if (inode === 0 || this.#known.size >= MAX_KNOWN_FILES) return
    const key = `${device}:${inode}`
    const attempts = this.#attempts.get(key) ?? 0
    if (this.#known.has(key) || attempts >= MAX_ATTEMPTS) return
    const file = this.#openMapped(mapping)
    if (file === undefined) {
      this.#attempts.set(key, attempts + 1)
      return
    }
    this.#attempts.delete(key)
    this.#keep(key, file, path)
  }

  /** Build id of a noted file in hex. */
  buildIdOf(device: string, inode: number): string | undefined {
    return this.#known.get(`${device}:${inode}`)?.buildId
  }

  /** The file behind a mapping; undefined when it is gone or is another file now. */
  open(wanted: WantedFile): OpenedFile | undefined {
    const { pid, path, device, inode } = wanted
    if (inode === 0) return undefined
    const kept = this.#known.get(`${device}:${inode}`)?.file
    if (kept !== undefined) return { file: kept, openPath: kept.reopenPath ?? path, release: () => {} }
    const diskPath = path.replace(/ \(deleted\)$/, '')
    if (!diskPath.startsWith('/')) return undefined
    for (const candidate of [`/proc/${pid}/root${diskPath}`, diskPath]) {
      const file = this.#host.openFile(candidate)
      if (file === undefined) continue
      if (isSameFile(file, wanted)) return { file, openPath: candidate, release: () => file.close() }
      file.close()
    }
    return undefined
  }

  /** The log of compiled code behind a mapping of its process; undefined when it is gone or not to be trusted. */
  openJitDump(wanted: WantedFile): OpenedFile | undefined {
    this.#perfMaps.noteProcess(wanted.pid)
    const opened = this.open(wanted)
    if (opened === undefined || this.#perfMaps.isTrusted(wanted.pid, opened.file)) return opened
    opened.release()
    return undefined
  }

  /** Looks at the perf maps of runtimes again: call it once a second, so that those of programs that end are not lost. */
  refreshPerfMaps(): void {
    this.#perfMaps.refresh()
  }

  /** Takes hold of the perf map of a process, e.g. of one that just ended. */
  notePerfMap(pid: number): void {
    this.#perfMaps.take(pid)
  }

  /** Contents of the perf map of a process; undefined when it wrote none or it is not to be trusted. */
  readPerfMap(pid: number): Uint8Array | undefined {
    return this.#perfMaps.read(pid)
  }

  /** Whether readPerfMap would give something. */
  hasPerfMap(pid: number): boolean {
    return this.#perfMaps.has(pid)
  }

  close(): void {
    for (const { file } of this.#known.values()) file?.close()
    this.#known.clear()
    this.#openCount = 0
    this.#perfMaps.close()
  }

  #openMapped({ pid, startAddress, endAddress, path, device, inode }: NotedMapping): HostFile | undefined {
    const range = `${startAddress.toString(16)}-${endAddress.toString(16)}`
    // overlayfs and btrfs give stat(2) another device than the mapping has, so the process's own view needs the inode alone
    const ownView = [`/proc/${pid}/map_files/${range}`, `/proc/${pid}/root${path}`]
    for (const candidate of path.startsWith('/') ? [...ownView, path] : ownView.slice(0, 1)) {
      const file = this.#host.openFile(candidate)
      if (file === undefined) continue
      if (file.inode === inode && (file.device === device || candidate !== path)) return file
      file.close()
    }
    return undefined
  }

  #keep(key: string, file: HostFile, path: string): void {
    const isKept = this.#openCount < this.#maxOpen
    this.#known.set(key, { buildId: buildIdOf(file, path), file: isKept ? file : undefined })
    if (isKept) this.#openCount++
    else file.close()
  }
}

/** Whether an opened file is the mapped one. Equal build ids are proof; different ones are proof of the contrary. */
function isSameFile(file: HostFile, { device, inode, buildId, path }: WantedFile): boolean {
  const found = buildId === undefined ? undefined : buildIdOf(file, path)
  if (found !== undefined) return found === buildId
  return file.inode === inode && file.device === device
}

function buildIdOf(file: HostFile, path: string): string | undefined {
  return orUndefined(() => readBuildId(parseElfHeader(file, path)))
}
