import type { Host } from './host.ts'

/** An address to be written into bytes before a call: that of `to`, as u64 at `offset` of `into`. */
export interface BpfPointer {
  readonly into: Uint8Array
  readonly offset: number
  readonly to: Uint8Array
}

/** What bpf(2) returned: a descriptor, a count or 0, or why not. */
export type BpfAnswer = { readonly value: number } | { readonly errno: string }

/** Mapped memory: not to be touched any more once it is unmapped. */
export interface MappedBytes {
  readonly bytes: Uint8Array
  unmap(): void
}

/** bpf(2) and what belongs to it. Only the BPF collectors get this. */
export interface BpfHost extends Host {
  /** attributes is a union bpf_attr of its full length; bytes the kernel writes through pointers are there on return. */
  bpf(command: number, attributes: Uint8Array, pointers?: readonly BpfPointer[]): BpfAnswer
  /** read(2) into bytes: how many came; 0 at the end and when refused. */
  readDescriptor(fd: number, bytes: Uint8Array): number
  /** mmap(2), read-only and shared. */
  mapDescriptor(fd: number, lengthBytes: number): MappedBytes | { readonly errno: string }
  /** Blocks this thread. */
  pauseMs(durationMs: number): void
  closeDescriptor(fd: number): void
}
