/** bpf(2) through koffi. No parsing here: bytes and numbers go up as they come. */

import os from 'node:os'
import koffi from 'koffi'
import type { Host } from './host.ts'
import type { BpfHost, BpfPointer } from './host-bpf.ts'
import { loadWithLibbpf } from './linux-libbpf.ts'

/** bpf(2) by architecture: arch/x86/entry/syscalls/syscall_64.tbl, include/uapi/asm-generic/unistd.h. */
const BPF: Readonly<Record<string, number>> = { x64: 321, arm64: 280 }

const PROT_READ = 1
const MAP_SHARED = 1

/** A host that also may call bpf(2). */
export function linuxBpfHost(host: Host): BpfHost {
  const libc = koffi.load(null)
  const syscall = libc.func('syscall', 'long', ['long', 'long', 'void *', 'long'])
  const read = libc.func('read', 'long', ['int', 'void *', 'size_t'])
  const close = libc.func('close', 'int', ['int'])
  const mmap = libc.func('mmap', 'intptr', ['intptr', 'size_t', 'int', 'int', 'int', 'long'])
  const munmap = libc.func('munmap', 'int', ['intptr', 'size_t'])
  const pause = new Int32Array(new SharedArrayBuffer(4))

  return {
    ...host,
    bpf(command, attributes, pointers = []) {
      const number = BPF[process.arch]
      if (number === undefined) return { errno: 'ENOSYS' }
      for (const pointer of pointers) writePointer(pointer)
      const value = Number(syscall(number, command, attributes, attributes.length))
      return value < 0 ? { errno: errnoName() } : { value }
    },
    readDescriptor: (fd, bytes) => Math.max(0, Number(read(fd, bytes, bytes.length))),
    mapDescriptor(fd, lengthBytes) {
      const address = mmap(0, lengthBytes, PROT_READ, MAP_SHARED, fd, 0)
      if (Number(address) === -1) return { errno: errnoName() }
      return { bytes: new Uint8Array(koffi.view(BigInt(address), lengthBytes)), unmap: () => void munmap(address, lengthBytes) }
    },
    pauseMs: durationMs => void Atomics.wait(pause, 0, 0, durationMs),
    closeDescriptor: fd => void close(fd),
    loadObject: loadWithLibbpf,
  }
}

function writePointer({ into, offset, to }: BpfPointer): void {
  void to.buffer // moves a small array out of V8's heap, where the collector could move it under the kernel's pen
  const view = new DataView(into.buffer, into.byteOffset, into.byteLength)
  view.setBigUint64(offset, to.length === 0 ? 0n : BigInt(koffi.address(to)), true)
}

/** The first name of each number; the end of every map is an error. */
const errnoNames = new Map(
  Object.entries(os.constants.errno)
    .reverse()
    .map(([name, value]) => [value, name]),
)

function errnoName(): string {
  const errno = koffi.errno()
  return errnoNames.get(errno) ?? `errno ${errno}`
}
