/** The kernel's calls, through koffi. No parsing here: numbers go up as they come. */

import os from 'node:os'
import koffi from 'koffi'
import type { Opened, PerfHost, PerfRing } from './host.ts'
import { linuxCache } from './linux-cache.ts'
import { linuxFiles } from './linux-files.ts'
import { decompressXz } from './linux-xz.ts'

/** perf_event_open(2) by architecture: arch/x86/entry/syscalls/syscall_64.tbl, include/uapi/asm-generic/unistd.h. */
const PERF_EVENT_OPEN: Readonly<Record<string, number>> = { x64: 298, arm64: 241, ppc64: 319, s390x: 331, riscv64: 241 }

const PROT_READ = 1
const PROT_WRITE = 2
const MAP_SHARED = 1
/** struct perf_event_mmap_page: data_head and data_tail. */
const DATA_HEAD_INDEX = 1024 / 8
const DATA_TAIL_INDEX = 1032 / 8

/** The machine autotune runs on. */
export function linuxHost(): PerfHost {
  return { ...linuxFiles(), decompressXz, cache: linuxCache(process.env), ...perfCalls() }
}

function perfCalls(): Omit<PerfHost, keyof ReturnType<typeof linuxFiles>> {
  const libc = koffi.load(null)
  // variadic in C; with fixed integer arguments the registers are the same on the 64-bit ABIs above
  const syscall = libc.func('syscall', 'long', ['long', 'void *', 'long', 'long', 'long', 'long'])
  const ioctl = libc.func('ioctl', 'int', ['int', 'ulong', 'long'])
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
