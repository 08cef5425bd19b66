/** Parts of debug sections: read by range where the file holds them plain, whole where it holds them compressed. */

import { FormatError } from '../../errors.ts'
import { readExactly } from '../byte-source.ts'
import { type ElfFile, readSection, SectionFlag, sectionNamed } from '../elf.ts'

/** A section that is read in parts. */
export interface DebugSection {
  readonly name: string
  readonly sizeBytes: number
  /** Exactly lengthBytes, or FormatError. A view of what may be read again: not to be written to. */
  read(offset: number, lengthBytes: number): Uint8Array
  /** All of it, kept. */
  whole(): Uint8Array
  /** The string that begins there, cut when it is longer than any name. */
  string(offset: number): string
}

const CHUNK_BYTES = 1 << 15
/** Chunks that are kept: what names of one unit need lies close together. */
const MAX_CHUNKS = 128
const MAX_STRING_BYTES = 1 << 14

/** A section by name; one without bytes when the file has none of that name. */
export function openSection(elf: ElfFile, sectionName: string): DebugSection {
  const section = sectionNamed(elf, sectionName)
  const name = `${elf.name} ${sectionName}`
  const isPlain = section !== undefined && (section.flags & SectionFlag.Compressed) === 0
  let contents: Uint8Array | undefined = section === undefined ? new Uint8Array() : undefined
  const chunks = new Map<number, Uint8Array>()
  return {
    name,
    get sizeBytes() {
      return size()
    },
    read,
    whole,
    string,
  }

  /** A compressed section is inflated when it is first needed. */
  function size(): number {
    if (section !== undefined && !isPlain) contents ??= readSection(elf, section)
    return contents?.length ?? section?.sizeBytes ?? 0
  }

  function read(offset: number, lengthBytes: number): Uint8Array {
    const sizeBytes = size()
    if (!(offset >= 0 && lengthBytes >= 0 && offset + lengthBytes <= sizeBytes)) {
      throw new FormatError(name, offset, `${lengthBytes} bytes are needed, ${Math.max(0, sizeBytes - offset)} are left.`)
    }
    if (contents !== undefined) return contents.subarray(offset, offset + lengthBytes)
    const start = offset % CHUNK_BYTES
    if (start + lengthBytes <= CHUNK_BYTES) return chunkAt(Math.floor(offset / CHUNK_BYTES)).subarray(start, start + lengthBytes)
    return readFile(offset, lengthBytes)
  }

  function readFile(offset: number, lengthBytes: number): Uint8Array {
    return readExactly(elf.source, elf.name, { offset: (section?.offset ?? 0) + offset, lengthBytes, field: sectionName })
  }

  function whole(): Uint8Array {
    const sizeBytes = size()
    contents ??= readFile(0, sizeBytes)
    return contents
  }

  function string(offset: number): string {
    const sizeBytes = size()
    const chunk = contents ?? chunkAt(Math.floor(offset / CHUNK_BYTES))
    const start = contents === undefined ? offset % CHUNK_BYTES : offset
    const end = chunk.indexOf(0, start)
    if (offset >= 0 && start < chunk.length && end >= 0) return decode(chunk.subarray(start, Math.min(end, start + MAX_STRING_BYTES)))
    const bytes = read(offset, Math.min(MAX_STRING_BYTES, Math.max(1, sizeBytes - offset)))
    const zero = bytes.indexOf(0)
    if (zero < 0 && bytes.length < MAX_STRING_BYTES) throw new FormatError(name, offset, 'A string does not end within its section.')
    return decode(zero < 0 ? bytes : bytes.subarray(0, zero))
  }

  function chunkAt(index: number): Uint8Array {
    const known = chunks.get(index)
    if (known !== undefined) return known
    const start = index * CHUNK_BYTES
    const chunk = readFile(start, Math.max(0, Math.min(CHUNK_BYTES, size() - start)))
    if (chunks.size >= MAX_CHUNKS) chunks.clear()
    chunks.set(index, chunk)
    return chunk
  }
}

/** A third of the time of a TextDecoder: names are short. */
function decode({ buffer, byteOffset, length }: Uint8Array): string {
  return Buffer.from(buffer, byteOffset, length).toString('utf8')
}
