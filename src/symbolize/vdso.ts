import type { Host } from '../host.ts'

/** The vdso is two or three pages; more is not it. */
const MAX_VDSO_BYTES = 1 << 20

/** The vdso, an ELF file of the kernel's, from our own memory: the kernel maps the same into every 64-bit process. */
export function readVdso(host: Host): Uint8Array | undefined {
  const range = /^([0-9a-f]+)-([0-9a-f]+) .* \[vdso\]$/m.exec(host.readText('/proc/self/maps') ?? '')
  if (range === null) return undefined
  const [start, end] = [BigInt(`0x${range[1]}`), BigInt(`0x${range[2]}`)]
  const lengthBytes = Number(end - start)
  return lengthBytes > MAX_VDSO_BYTES ? undefined : host.readOwnMemory?.(start, lengthBytes)
}
