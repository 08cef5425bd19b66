/** The kernel, /proc and files, through koffi and node:fs. No parsing here: bytes and numbers go up as they come. */

import fs from 'node:fs'
import os from 'node:os'
import koffi from 'koffi'
import type { HostFile, Opened, PerfHost, PerfRing } from './host.ts'

/** perf_event_open(2) by architecture: arch/x86/entry/syscalls/syscall_64.tbl, include/uapi/asm-generic/unistd.h. */
const PERF_EVENT_OPEN: Readonly<Record<string, number>> = { x64: 298, arm64: 241, ppc64: 319, s390x: 331, riscv64: 241 }

const PROT_READ = 1
const PROT_WRITE = 2
const MAP_SHARED = 1
const POLLIN = 1
/** struct perf_event_mmap_page: data_head and data_tail. */
const DATA_HEAD_INDEX = 1024 / 8
const DATA_TAIL_INDEX = 1032 / 8

/** Longest /proc or configuration file that is read whole. */
const READ_LIMIT_BYTES = 64 << 20

/** What most files fit into, read over and over: only larger ones cost a buffer of their own. */
const page = Buffer.alloc(64 << 10)

/** The machine autotune runs on. */
export function linuxHost(): PerfHost {
  return { ...fileHost(), ...perfCalls() }
}

function fileHost() {
  return {
    pid: process.pid,
    uid: process.geteuid?.() ?? 0,
    monotonicNs: () => process.hrtime.bigint(),
    ownCpuNs() {
      const { user, system } = process.cpuUsage()
      return (user + system) * 1000
    },
    environment: (name: string) => process.env[name],
    readText: (path: string) => attempt(() => readLimited(path).toString('utf8')),
    readBytes: (path: string): Uint8Array | undefined => attempt(() => readLimited(path)),
    whyUnreadable(path: string) {
      try {
        fs.closeSync(fs.openSync(path, fs.constants.O_RDONLY | fs.constants.O_NONBLOCK))
        return undefined
      } catch (error) {
        return codeOf(error)
      }
    },
    listDirectory: (path: string): readonly string[] | undefined => attempt(() => fs.readdirSync(path)),
    readLink: (path: string) => attempt(() => fs.readlinkSync(path)),
    openFile,
    readOwnMemory: (address: bigint, lengthBytes: number) => readMemory('self', address, lengthBytes),
    readMemory,
  }
}

function readMemory(pid: number | 'self', address: bigint, lengthBytes: number): Uint8Array | undefined {
  return attempt(() => {
    const fd = fs.openSync(`/proc/${pid}/mem`, fs.constants.O_RDONLY)
    try {
      const bytes = new Uint8Array(lengthBytes)
      return bytes.subarray(0, fs.readSync(fd, bytes, 0, lengthBytes, address))
    } finally {
      fs.closeSync(fd)
    }
  })
}

function attempt<Value>(read: () => Value): Value | undefined {
  try {
    return read()
  } catch (error) {
    if (codeOf(error) === undefined) throw error
    return undefined
  }
}

function codeOf(error: unknown): string | undefined {
  return error instanceof Error && 'code' in error && typeof error.code === 'string' ? error.code : undefined
}

/** /proc files have no size, so reads go on until nothing comes. O_NONBLOCK: a FIFO in place of a file must not hang us. */
function readLimited(path: string): Buffer {
  const fd = fs.openSync(path, fs.constants.O_RDONLY | fs.constants.O_NONBLOCK)
  try {
    let buffer = page
    let length = 0
    for (;;) {
      const count = fs.readSync(fd, buffer, length, buffer.length - length, null)
      length += count
      if (count === 0 || length >= READ_LIMIT_BYTES)
        return buffer === page ? Buffer.from(page.subarray(0, length)) : buffer.subarray(0, length)
      if (length === buffer.length) buffer = Buffer.concat([buffer], buffer.length * 4)
    }
  } finally {
    fs.closeSync(fd)
  }
}

function openFile(path: string): HostFile | undefined {
  const fd = attempt(() => fs.openSync(path, fs.constants.O_RDONLY | fs.constants.O_NONBLOCK | fs.constants.O_NOCTTY))
  if (fd === undefined) return undefined
  const facts = fs.fstatSync(fd, { bigint: true })
  if (!facts.isFile()) {
    fs.closeSync(fd)
    return undefined
  }
  return {
    sizeBytes: Number(facts.size),
    device: formatDevice(facts.dev),
    inode: Number(facts.ino),
    ownerUid: Number(facts.uid),
    modifiedNs: Number(facts.mtimeNs),
    read(offset, lengthBytes) {
      const wanted = Math.max(0, Math.min(lengthBytes, Number(facts.size) - offset))
      const bytes = new Uint8Array(wanted)
      let length = 0
      while (length < wanted) {
        const count = fs.readSync(fd, bytes, length, wanted - length, offset + length)
        if (count === 0) break
        length += count
      }
      return bytes.subarray(0, length)
    },
    close: () => fs.closeSync(fd),
  }
}

/** dev_t as glibc packs it → "major:minor" in hex, as /proc/PID/maps prints it. */
function formatDevice(device: bigint): string {
  const major = ((device >> 8n) & 0xfffn) | ((device >> 32n) & ~0xfffn)
  const minor = (device & 0xffn) | ((device >> 12n) & ~0xffn)
  return `${major.toString(16).padStart(2, '0')}:${minor.toString(16).padStart(2, '0')}`
}

function perfCalls(): Omit<PerfHost, keyof ReturnType<typeof fileHost>> {
  const libc = koffi.load(null)
  // variadic in C; with fixed integer arguments the registers are the same on the 64-bit ABIs above
  const syscall = libc.func('syscall', 'long', ['long', 'void *', 'long', 'long', 'long', 'long'])
  const ioctl = libc.func('ioctl', 'int', ['int', 'ulong', 'long'])
  const pollCall = libc.func('poll', 'int', ['void *', 'ulong', 'int'])
  const readCall = libc.func('read', 'long', ['int', 'void *', 'size_t'])
  const close = libc.func('close', 'int', ['int'])
  const mapPerfRing = perfRingMapper(libc)

  return {
    mapPerfRing,
    openPerfEvent(attr, pid, cpu, flags): Opened {
      const number = PERF_EVENT_OPEN[process.arch]
      if (number === undefined) return { errno: 'ENOSYS' }
      const fd = Number(syscall(number, attr, pid, cpu, -1, flags))
      return fd >= 0 ? { fd } : { errno: errnoName() }
    },
    ioctl: (fd, request, argument) => (ioctl(fd, request, argument) < 0 ? errnoName() : undefined),
    readPerfEvent(fd, words) {
      const values = new BigUint64Array(words)
      return Number(readCall(fd, values, words * 8)) === words * 8 ? values : undefined
    },
    poll(fds, timeoutMs) {
      const entries = new Int32Array(fds.length * 2) // struct pollfd: int fd, short events, short revents
      for (const [index, fd] of fds.entries()) entries.set([fd, POLLIN], index * 2)
      return Math.max(0, Number(pollCall(entries, fds.length, timeoutMs)))
    },
    closeDescriptor: fd => void close(fd),
  }
}

function perfRingMapper(libc: ReturnType<typeof koffi.load>): PerfHost['mapPerfRing'] {
  const mmap = libc.func('mmap', 'intptr', ['intptr', 'size_t', 'int', 'int', 'int', 'long'])
  const munmap = libc.func('munmap', 'int', ['intptr', 'size_t'])
  const pageBytes = Number(libc.func('sysconf', 'long', ['int'])(30)) // _SC_PAGESIZE

  return (fd, cpu, dataPages): PerfRing | { readonly errno: string } => {
    const lengthBytes = (dataPages + 1) * pageBytes
    const address = mmap(0, lengthBytes, PROT_READ | PROT_WRITE, MAP_SHARED, fd, 0)
    if (Number(address) === -1) return { errno: errnoName() }
    const memory = koffi.view(BigInt(address), lengthBytes)
    const control = new BigInt64Array(memory, 0, pageBytes / 8)
    return {
      cpu,
      words: new Int32Array(memory, pageBytes, (dataPages * pageBytes) / 4),
      readHead: () => Number(Atomics.load(control, DATA_HEAD_INDEX)),
      writeTail: tailBytes => void Atomics.store(control, DATA_TAIL_INDEX, BigInt(tailBytes)),
      unmap: () => void munmap(address, lengthBytes),
    }
  }
}

function errnoName(): string {
  const errno = koffi.errno()
  return Object.entries(os.constants.errno).find(([, value]) => value === errno)?.[0] ?? `errno ${errno}`
}
