/** Waiting: poll(2), inotify, sockets. No parsing here. */

import fs from 'node:fs'
import net from 'node:net'
import os from 'node:os'
import path from 'node:path'
import koffi, { type KoffiFunc } from 'koffi'
import type { Opened } from './host.ts'
import type { Closable, PollEntry, WatchHost } from './host-watch.ts'
import { linuxBpfHost } from './linux-bpf-host.ts'
import { linuxHost } from './linux-host.ts'

const PROT_READ = 1
const PROT_WRITE = 2
const MAP_SHARED = 1
const POLLIN = 1
const POLLPRI = 2
/** struct perf_event_attr, include/uapi/linux/perf_event.h. */
const CONFIG1_OFFSET = 56
const PERF_FLAG_FD_CLOEXEC = 8
/** A mark is a line for people. */
const MAX_LINE_BYTES = 1024

/** The machine, with all that `watch` needs of it. */
export function linuxWatchHost(): WatchHost {
  const host = linuxHost()
  const libc = koffi.load(null)
  const mmap = libc.func('mmap', 'intptr', ['intptr', 'size_t', 'int', 'int', 'int', 'long'])
  const poll = libc.func('poll', 'int', ['void *', 'ulong', 'int'])
  return {
    ...host,
    ...linuxBpfHost(host),
    mapShared(fd, { offsetBytes, lengthBytes, writable }) {
      const address = mmap(0, lengthBytes, PROT_READ | (writable ? PROT_WRITE : 0), MAP_SHARED, fd, offsetBytes)
      if (Number(address) === -1) return { errno: errnoName() }
      return new Uint8Array(koffi.view(BigInt(address), lengthBytes))
    },
    openPathEvent(attr, file, { pid, cpu }) {
      const text = Buffer.from(`${file}\0`)
      new DataView(attr.buffer, attr.byteOffset).setBigUint64(CONFIG1_OFFSET, BigInt(koffi.address(text)), true)
      const opened = host.openPerfEvent(attr, pid, cpu, PERF_FLAG_FD_CLOEXEC)
      return text.length > 0 ? opened : { errno: 'EINVAL' }
    },
    pollLater: (entries, timeoutMs) => pollLater(poll, entries, timeoutMs),
    openAndWrite,
    watchPath,
    listenForLines,
  }
}

function pollLater(
  poll: KoffiFunc<(...args: unknown[]) => unknown>,
  entries: readonly PollEntry[],
  timeoutMs: number,
): Promise<readonly number[]> {
  const structs = Buffer.alloc(entries.length * 8) // struct pollfd: int fd, short events, short revents
  entries.forEach(({ fd, wait }, index) => {
    structs.writeInt32LE(fd, index * 8)
    structs.writeInt16LE(wait === 'data' ? POLLIN : POLLPRI, index * 8 + 4)
  })
  return new Promise((resolve, reject) => {
    poll.async(structs, entries.length, timeoutMs, (error: unknown) => {
      if (error) reject(error)
      else resolve(entries.filter((_, index) => structs.readInt16LE(index * 8 + 6) !== 0).map(({ fd }) => fd))
    })
  })
}

function openAndWrite(file: string, text: string): Opened {
  let fd = -1
  try {
    fd = fs.openSync(file, fs.constants.O_RDWR | fs.constants.O_NONBLOCK)
    fs.writeSync(fd, `${text}\0`)
    return { fd }
  } catch (error) {
    if (fd >= 0) fs.closeSync(fd)
    return { errno: codeOf(error) }
  }
}

function watchPath(file: string, onChange: () => void): Closable | undefined {
  try {
    const watcher = fs.watch(file, { persistent: false }, onChange)
    watcher.on('error', onChange)
    return watcher
  } catch {
    return undefined
  }
}

async function listenForLines(file: string, onLine: (line: string) => void): Promise<Closable> {
  fs.mkdirSync(path.dirname(file), { recursive: true, mode: 0o700 })
  const server = net.createServer(socket => {
    let text = ''
    socket.setTimeout(1000, () => socket.destroy())
    socket.on('error', () => {})
    socket.on('data', chunk => {
      text += chunk.toString('utf8')
      if (text.length > MAX_LINE_BYTES) socket.destroy()
    })
    socket.on('end', () => {
      onLine(text.slice(0, MAX_LINE_BYTES).split('\n')[0])
      socket.end('ok\n')
    })
  })
  const before = process.umask(0o177)
  try {
    await new Promise<void>((resolve, reject) => {
      server.once('error', reject)
      server.listen(file, resolve)
    })
  } finally {
    process.umask(before)
  }
  server.unref()
  return {
    close() {
      server.close()
      fs.rmSync(file, { force: true })
    },
  }
}

function codeOf(error: unknown): string {
  return error instanceof Error && 'code' in error ? String(error.code) : 'EIO'
}

function errnoName(): string {
  const errno = koffi.errno()
  return Object.entries(os.constants.errno).find(([, value]) => value === errno)?.[0] ?? `errno ${errno}`
}
