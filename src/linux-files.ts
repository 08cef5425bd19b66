/** Files, /proc and clocks through node:fs alone, for threads that need nothing else. No parsing here: bytes go up as they come. */

import fs from 'node:fs'
import type { Host, HostFile } from './host.ts'

/** Longest /proc or configuration file that is read whole. */
const READ_LIMIT_BYTES = 64 << 20

/** What most files fit into, read over and over: only larger ones cost a buffer of their own. */
const page = Buffer.alloc(64 << 10)

/** The part of the machine that files give. */
export function linuxFiles(): Host {
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
    readOwnMemory: (address, lengthBytes) => readMemory('self', address, lengthBytes),
    readProcessMemory: readMemory,
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
    get sizeBytes() {
      return fs.fstatSync(fd).size
    },
    device: formatDevice(facts.dev),
    inode: Number(facts.ino),
    ownerUid: Number(facts.uid),
    reopenPath: `/proc/self/fd/${fd}`,
    get modifiedNs() {
      return Number(fs.fstatSync(fd, { bigint: true }).mtimeNs)
    },
    read(offset, lengthBytes) {
      // a large length may be a lie: it costs no more than the file has
      const wanted = lengthBytes <= page.length ? lengthBytes : Math.max(0, Math.min(lengthBytes, fs.fstatSync(fd).size - offset))
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
