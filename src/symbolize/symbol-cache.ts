/**
 * Symbol tables of large files, kept from run to run: sorting the eighty thousand functions of node takes longer than the rest of
 * its naming.
 *
 * Layout, little-endian: magic, u32 functions, u32 bytes of names, u32 CRC-32 of what follows; f64 starts, f64 ends, i32 parents,
 * u32 ends of names, names as UTF-8 one after the other.
 */

import zlib from 'node:zlib'
import type { Host } from '../host.ts'
import { type ElfFile, readBuildId } from './elf.ts'
import type { SymbolTable } from './elf-symbols.ts'

const MAGIC = 'ATSYM001'
const HEADER_BYTES = 24
const BYTES_PER_FUNCTION = 8 + 8 + 4 + 4
/** Fewer are read from the file in 50 ms. Measured: bench/symbol-cache.md. */
const MIN_FUNCTIONS = 20_000

/** Who could have written a file: a build id alone can be forged, and must not name the functions of somebody else's files. */
export interface FileOrigin {
  readonly ownerUid: number
  readonly device: string
}

/** The table from the cache; else the one that read gives, which is then kept when it is large. */
export function cachedSymbols(
  host: Host,
  { elf, debugElf, origin }: { elf: ElfFile; debugElf: ElfFile | undefined; origin: FileOrigin | undefined },
  read: () => SymbolTable,
): SymbolTable {
  const buildId = host.cache === undefined || origin === undefined ? undefined : readBuildId(elf, elf.sections)
  if (host.cache === undefined || origin === undefined || buildId === undefined) return read()
  const sizes = `${elf.source.sizeBytes}-${debugElf?.source.sizeBytes ?? 0}`
  const name = `symbols-${buildId.slice(0, 64)}-${sizes}-${origin.ownerUid}-${origin.device.replace(':', '.')}`
  const kept = host.cache.read(name)
  const known = kept === undefined ? undefined : decodeSymbols(kept)
  if (known !== undefined) return known
  const table = read()
  if (table.starts.length >= MIN_FUNCTIONS) host.cache.write(name, encodeSymbols(table))
  return table
}

/** A table as bytes. */
export function encodeSymbols({ starts, ends, parents, nameBytesOf }: SymbolTable): Uint8Array {
  const count = starts.length
  const names = Array.from(starts, (_, index) => nameBytesOf(index))
  const nameBytes = names.reduce((sum, name) => sum + name.length, 0)
  const bytes = new Uint8Array(HEADER_BYTES + count * BYTES_PER_FUNCTION + nameBytes)
  const parts = layoutOf(bytes, count)
  parts.starts.set(starts)
  parts.ends.set(ends)
  parts.parents.set(parents)
  let end = 0
  names.forEach((name, index) => {
    parts.names.set(name, end)
    end += name.length
    parts.nameEnds[index] = end
  })
  const view = new DataView(bytes.buffer)
  bytes.set(encoder.encode(MAGIC))
  view.setUint32(8, count, true)
  view.setUint32(12, nameBytes, true)
  view.setUint32(16, zlib.crc32(bytes.subarray(HEADER_BYTES)), true)
  return bytes
}

/** The table that was encoded; undefined for anything else, whoever wrote it. */
export function decodeSymbols(kept: Uint8Array): SymbolTable | undefined {
  // columns are views of eight bytes each, which need an even start
  const bytes = kept.byteOffset % 8 === 0 ? kept : kept.slice()
  if (bytes.length < HEADER_BYTES || decoder.decode(bytes.subarray(0, MAGIC.length)) !== MAGIC) return undefined
  const view = new DataView(bytes.buffer, bytes.byteOffset, bytes.byteLength)
  const count = view.getUint32(8, true)
  const nameBytes = view.getUint32(12, true)
  if (bytes.length !== HEADER_BYTES + count * BYTES_PER_FUNCTION + nameBytes) return undefined
  if (zlib.crc32(bytes.subarray(HEADER_BYTES)) !== view.getUint32(16, true)) return undefined
  const { starts, ends, parents, nameEnds, names } = layoutOf(bytes, count)
  const isSound = starts.every(
    (start, index) =>
      Number.isFinite(start + ends[index]) &&
      (index === 0 || (start >= starts[index - 1] && nameEnds[index] >= nameEnds[index - 1])) &&
      parents[index] >= -1 &&
      parents[index] < index &&
      nameEnds[index] <= nameBytes,
  )
  if (!isSound) return undefined
  const nameBytesOf = (index: number): Uint8Array => names.subarray(index === 0 ? 0 : nameEnds[index - 1], nameEnds[index])
  return { starts, ends, parents, nameBytesOf, nameOf: index => decoder.decode(nameBytesOf(index)) }
}

const encoder = new TextEncoder()
const decoder = new TextDecoder()

/** The columns as views of the bytes. */
function layoutOf({ buffer, byteOffset, length }: Uint8Array, count: number) {
  const first = byteOffset + HEADER_BYTES
  return {
    starts: new Float64Array(buffer, first, count),
    ends: new Float64Array(buffer, first + count * 8, count),
    parents: new Int32Array(buffer, first + count * 16, count),
    nameEnds: new Uint32Array(buffer, first + count * 20, count),
    names: new Uint8Array(buffer, first + count * BYTES_PER_FUNCTION, length - HEADER_BYTES - count * BYTES_PER_FUNCTION),
  }
}
