/**
 * ELF files: header, segments, sections, build id, debug link. Little-endian, 32 and 64 bit.
 *
 * Layout: elf(5), include/uapi/linux/elf.h; compressed sections: the gABI's Elf64_Chdr. Addresses and offsets are numbers:
 * one beyond 2^53 occurs in no user program and counts as damage.
 */

import zlib from 'node:zlib'
import { ByteReader } from '../byte-reader.ts'
import { FormatError } from '../errors.ts'
import { type ByteSource, readExactly } from './byte-source.ts'

export const SectionType = { NoBits: 8 } as const
export const SectionFlag = { Alloc: 2, Execute: 4, Compressed: 0x800 } as const
export const SegmentType = { Load: 1, Note: 4 } as const
/** e_machine. */
export const Machine = { X86: 3, Arm: 40, X86_64: 62, Aarch64: 183 } as const

const SEGMENT_EXECUTE = 1
const NOTE_GNU_BUILD_ID = 3
/** A linked program has some fifty sections; more than this is damage. */
const MAX_SECTIONS = 1 << 14
/** Names are cut here: a table without an end must not be read for each of them. */
const MAX_NAME_BYTES = 1 << 14
/** Longest note section read for a build id. */
const MAX_NOTE_BYTES = 1 << 20
const MAX_INFLATED_BYTES = 256 << 20
/** zlib takes no smaller one. */
const MIN_CHUNK_BYTES = 64

/** A section header. */
export interface ElfSection {
  readonly name: string
  readonly type: number
  readonly flags: number
  readonly address: number
  readonly offset: number
  readonly sizeBytes: number
  /** Index of the section it refers to, e.g. the strings of a symbol table. */
  readonly link: number
}

/** A program header. */
export interface ElfSegment {
  readonly type: number
  readonly flags: number
  readonly offset: number
  readonly address: number
  readonly fileBytes: number
}

/** What the first bytes of the file tell. */
export interface ElfHeader {
  readonly source: ByteSource
  /** Path, for messages. */
  readonly name: string
  readonly is64: boolean
  readonly machine: number
  /** Where the program begins; 0 for a library. */
  readonly entryAddress: number
  readonly segments: readonly ElfSegment[]
  readonly sectionTable: { readonly offset: number; readonly entryBytes: number; readonly count: number; readonly namesIndex: number }
}

/** A parsed file; contents of sections are read when asked for. */
export interface ElfFile extends ElfHeader {
  readonly sections: readonly ElfSection[]
}

/** Whether it begins as every ELF file does. */
export function hasElfMagic(source: ByteSource): boolean {
  const [first, ...letters] = source.read(0, 4)
  return first === 0x7f && String.fromCharCode(...letters) === 'ELF'
}

/** Reads the headers. The source must stay open as long as the result is used. */
export function parseElf(source: ByteSource, name: string): ElfFile {
  const header = parseElfHeader(source, name)
  return { ...header, sections: readSections(header) }
}

/** Header and segments only: enough for a build id. */
export function parseElfHeader(source: ByteSource, name: string): ElfHeader {
  const identity = readExactly(source, name, { offset: 0, lengthBytes: 16, field: 'e_ident' })
  if (!hasElfMagic(source)) throw new FormatError(name, 0, 'It does not begin as an ELF file does.')
  const is64 = identity[4] === 2
  if (!is64 && identity[4] !== 1) throw new FormatError(name, 4, `Its class is ${identity[4]}, neither 32 nor 64 bit.`)
  if (identity[5] !== 1) throw new FormatError(name, 5, 'It is not little-endian.')
  const reader = new ByteReader(readExactly(source, name, { offset: 0, lengthBytes: is64 ? 64 : 52, field: 'ELF header' }), name)
  reader.bytes(16, 'e_ident')
  reader.u16('e_type')
  const machine = reader.u16('e_machine')
  reader.u32('e_version')
  const entryAddress = readAddress(reader, is64, 'e_entry')
  const segmentsOffset = readWord(reader, is64, 'e_phoff')
  const sectionsOffset = readWord(reader, is64, 'e_shoff')
  reader.u32('e_flags')
  reader.u16('e_ehsize')
  const segmentTable = { offset: segmentsOffset, entryBytes: reader.u16('e_phentsize'), count: reader.u16('e_phnum') }
  const sectionTable = {
    offset: sectionsOffset,
    entryBytes: reader.u16('e_shentsize'),
    count: reader.u16('e_shnum'),
    namesIndex: reader.u16('e_shstrndx'),
  }
  const base = { source, name, is64, machine, entryAddress, sectionTable }
  return { ...base, segments: readSegments(base, segmentTable) }
}

/** The section of that name, unless it has no bytes in this file. */
export function sectionNamed(elf: ElfFile, name: string): ElfSection | undefined {
  return elf.sections.find(section => section.name === name && section.type !== SectionType.NoBits)
}

/** Contents of a section, decompressed. */
export function readSection(elf: ElfHeader, section: ElfSection): Uint8Array {
  const bytes = readExactly(elf.source, elf.name, {
    offset: section.offset,
    lengthBytes: section.sizeBytes,
    field: `section ${section.name}`,
  })
  return (section.flags & SectionFlag.Compressed) === 0 ? bytes : inflate(elf, section, bytes)
}

/** A string of a string table, cut when it is longer than any name. */
export function stringAt(strings: Uint8Array, offset: number, name: string): string {
  return decoder.decode(bytesOfString(strings, offset, name))
}

/** The same as bytes, without its zero. */
export function bytesOfString(strings: Uint8Array, offset: number, name: string): Uint8Array {
  const bytes = strings.subarray(offset, offset + MAX_NAME_BYTES)
  const end = bytes.indexOf(0)
  if (end < 0 && bytes.length < MAX_NAME_BYTES) throw new FormatError(name, offset, 'A string does not end within its table.')
  return end < 0 ? bytes : bytes.subarray(0, end)
}

const decoder = new TextDecoder()

/** Build id in hex; undefined when it has none. Debug files keep the section, programs without sections the segment. */
export function readBuildId(elf: ElfHeader, sections: readonly ElfSection[] = []): string | undefined {
  const notes = [
    ...sections.filter(({ name, type }) => name === '.note.gnu.build-id' && type !== SectionType.NoBits),
    ...elf.segments.filter(({ type }) => type === SegmentType.Note).map(({ offset, fileBytes }) => ({ offset, sizeBytes: fileBytes })),
  ]
  for (const { offset, sizeBytes } of notes) {
    if (sizeBytes > MAX_NOTE_BYTES) continue
    const id = findBuildId(readExactly(elf.source, elf.name, { offset, lengthBytes: sizeBytes, field: 'notes' }), elf.name)
    if (id !== undefined) return id
  }
  return undefined
}

/** File name and CRC-32 of the separate debug file, from .gnu_debuglink. */
export function readDebugLink(elf: ElfFile): { readonly fileName: string; readonly crc: number } | undefined {
  const section = sectionNamed(elf, '.gnu_debuglink')
  if (section === undefined) return undefined
  const bytes = readSection(elf, section)
  const fileName = stringAt(bytes, 0, elf.name)
  const reader = new ByteReader(bytes, elf.name)
  reader.bytes((bytes.indexOf(0) + 4) & ~3, 'debug link name')
  return { fileName, crc: reader.u32('debug link CRC') }
}

/**
 * Address in the file of a file offset, by the loadable segment that holds it. The executable one comes first: ld.so maps
 * the whole file once, and the linker lld lets segments overlap in the file.
 */
export function addressOfOffset(elf: ElfHeader, fileOffset: number): number | undefined {
  const holds = ({ type, offset, fileBytes }: ElfSegment): boolean =>
    type === SegmentType.Load && fileOffset >= offset && fileOffset < offset + fileBytes
  const segment = elf.segments.find(found => (found.flags & SEGMENT_EXECUTE) !== 0 && holds(found)) ?? elf.segments.find(holds)
  return segment === undefined ? undefined : fileOffset - segment.offset + segment.address
}

type Base = Omit<ElfHeader, 'segments'>

function readSegments(elf: Base, table: { offset: number; entryBytes: number; count: number }): ElfSegment[] {
  const { is64, name } = elf
  if (table.count === 0) return []
  if (table.entryBytes < (is64 ? 56 : 32)) throw new FormatError(name, 54, `A program header has ${table.entryBytes} bytes.`)
  const bytes = readExactly(elf.source, name, {
    offset: table.offset,
    lengthBytes: table.entryBytes * table.count,
    field: 'program headers',
  })
  return Array.from({ length: table.count }, (_, index) => {
    const reader = new ByteReader(bytes.subarray(index * table.entryBytes), name)
    const type = reader.u32('p_type')
    const flags64 = is64 ? reader.u32('p_flags') : 0
    const offset = readWord(reader, is64, 'p_offset')
    const address = readAddress(reader, is64, 'p_vaddr')
    reader.bytes(is64 ? 8 : 4, 'p_paddr')
    const fileBytes = readWord(reader, is64, 'p_filesz')
    if (is64) return { type, flags: flags64, offset, address, fileBytes }
    reader.u32('p_memsz')
    return { type, flags: reader.u32('p_flags'), offset, address, fileBytes }
  })
}

function readSections(elf: ElfHeader): ElfSection[] {
  const { offset, entryBytes } = elf.sectionTable
  if (offset === 0) return []
  if (entryBytes < (elf.is64 ? 64 : 40)) throw new FormatError(elf.name, 58, `A section header has ${entryBytes} bytes.`)
  // counts that do not fit their 16 bits are in section 0: elf(5), SHN_LORESERVE and SHN_XINDEX
  const first = readSectionHeaders(elf, 1)[0]
  const count = elf.sectionTable.count === 0 ? first.sizeBytes : elf.sectionTable.count
  const namesIndex = elf.sectionTable.namesIndex === 0xffff ? first.link : elf.sectionTable.namesIndex
  if (count > MAX_SECTIONS) throw new FormatError(elf.name, offset, `It has ${count} sections.`)
  const headers = readSectionHeaders(elf, count)
  const nameSection = headers[namesIndex]
  if (nameSection === undefined || nameSection.type === SectionType.NoBits) return headers
  const names = readSection(elf, nameSection)
  return headers.map(({ nameOffset, ...header }) => ({ ...header, name: stringAt(names, nameOffset, elf.name) }))
}

function readSectionHeaders(elf: ElfHeader, count: number): (ElfSection & { readonly nameOffset: number })[] {
  const { offset, entryBytes } = elf.sectionTable
  const { is64 } = elf
  const bytes = readExactly(elf.source, elf.name, { offset, lengthBytes: count * entryBytes, field: 'section headers' })
  return Array.from({ length: count }, (_, index) => {
    const reader = new ByteReader(bytes.subarray(index * entryBytes), elf.name)
    const nameOffset = reader.u32('sh_name')
    const type = reader.u32('sh_type')
    const flags = readWord(reader, is64, 'sh_flags')
    const address = readAddress(reader, is64, 'sh_addr')
    const sectionOffset = readWord(reader, is64, 'sh_offset')
    const sizeBytes = readWord(reader, is64, 'sh_size')
    return { name: '', nameOffset, type, flags, address, offset: sectionOffset, sizeBytes, link: reader.u32('sh_link') }
  })
}

function readWord(reader: ByteReader, is64: boolean, field: string): number {
  return is64 ? reader.size64(field) : reader.u32(field)
}

function readAddress(reader: ByteReader, is64: boolean, field: string): number {
  return is64 ? reader.address64(field) : reader.u32(field)
}

/** Elf_Nhdr: u32 name size, u32 descriptor size, u32 type; name and descriptor padded to 4 bytes. */
export function findBuildId(notes: Uint8Array, name: string): string | undefined {
  const reader = new ByteReader(notes, name)
  while (reader.remaining >= 12) {
    const nameBytes = reader.u32('n_namesz')
    const descriptorBytes = reader.u32('n_descsz')
    const type = reader.u32('n_type')
    const owner = reader.bytes(nameBytes, 'note name')
    reader.bytes(Math.min(-nameBytes & 3, reader.remaining), 'padding')
    const descriptor = reader.bytes(descriptorBytes, 'note descriptor')
    reader.bytes(Math.min(-descriptorBytes & 3, reader.remaining), 'padding')
    if (type === NOTE_GNU_BUILD_ID && nameBytes === 4 && owner[0] === 0x47 && owner[1] === 0x4e && owner[2] === 0x55) {
      return Array.from(descriptor, byte => byte.toString(16).padStart(2, '0')).join('')
    }
  }
  return undefined
}

/** Elf64_Chdr: u32 type, u32 reserved, u64 size, u64 alignment. Elf32_Chdr: three u32. */
function inflate(elf: ElfHeader, section: ElfSection, bytes: Uint8Array): Uint8Array {
  const reader = new ByteReader(bytes, elf.name)
  const type = reader.u32('ch_type')
  if (elf.is64) reader.u32('ch_reserved')
  const sizeBytes = readWord(reader, elf.is64, 'ch_size')
  readWord(reader, elf.is64, 'ch_addralign')
  const damaged = (why: string): FormatError => new FormatError(elf.name, section.offset, `Section ${section.name}: ${why}`)
  if (sizeBytes > MAX_INFLATED_BYTES) throw damaged(`${sizeBytes} bytes when decompressed.`)
  const decompress = decompressorOf(type)
  if (decompress === undefined) throw damaged(`this Node.js cannot decompress type ${type}.`)
  try {
    // one piece, never full: else it is put together from many, and needs its memory twice
    const options = { maxOutputLength: Math.max(1, sizeBytes), chunkSize: sizeBytes + MIN_CHUNK_BYTES }
    return decompress(reader.bytes(reader.remaining, 'compressed bytes'), options)
  } catch (error) {
    throw damaged(error instanceof Error ? error.message : String(error))
  }
}

type Decompress = (bytes: Uint8Array, options: { maxOutputLength: number; chunkSize: number }) => Uint8Array

/** ELFCOMPRESS_ZLIB is 1, ELFCOMPRESS_ZSTD is 2; Node.js knows the latter since 22.15. */
function decompressorOf(type: number): Decompress | undefined {
  if (type === 1) return zlib.inflateSync
  const zstd: unknown = 'zstdDecompressSync' in zlib ? zlib.zstdDecompressSync : undefined
  return type === 2 && typeof zstd === 'function' ? (zstd as Decompress) : undefined
}
