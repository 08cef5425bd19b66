/** Builds small ELF files for tests: layout as in elf(5), everything little-endian. */

/** A symbol: name, address and size; a function in section 1 unless said otherwise. */
export interface TinySymbol {
  readonly name: string
  readonly address: number
  readonly sizeBytes?: number
  /** STT_*: 0 none, 1 object, 2 function, 10 indirect function. */
  readonly type?: number
  /** STB_*: 0 local, 1 global, 2 weak. */
  readonly binding?: number
  readonly section?: number
}

/** A section with bytes as they are. */
export interface TinySection {
  readonly name: string
  readonly bytes: Uint8Array
  readonly address?: number
  readonly type?: number
  readonly flags?: number
  /** Name of the section it links to. */
  readonly link?: string
}

/** What the file holds. Section 1 is .text, executable, at 0x1000 with 0x1000 bytes. */
export interface TinyElf {
  readonly is64?: boolean
  readonly machine?: number
  readonly entryAddress?: number
  readonly symbols?: readonly TinySymbol[]
  readonly dynamicSymbols?: readonly TinySymbol[]
  readonly buildId?: string
  readonly debugLink?: { readonly fileName: string; readonly crc: number }
  readonly sections?: readonly TinySection[]
}

export const TEXT_ADDRESS = 0x1000
const TEXT_BYTES = 0x1000
const Type = { Bits: 1, Symbols: 2, Strings: 3, Relocations: 4, Note: 7, DynamicSymbols: 11 } as const
const MACHINE_X86_64 = 62

/** The bytes of the file: header, .text at 0x1000, the other sections, section headers at the very end. */
export function tinyElf(parts: TinyElf): Uint8Array {
  const is64 = parts.is64 ?? true
  const sections = sectionsOf(parts, is64)
  const names = stringTable(['.shstrtab', ...sections.map(({ name }) => name)])
  const all: TinySection[] = [...sections, { name: '.shstrtab', type: Type.Strings, bytes: names.bytes }]
  let end = TEXT_ADDRESS
  const offsets = all.map(({ bytes }) => {
    const offset = end
    end = (end + bytes.length + 7) & ~7
    return offset
  })
  const note = all.findIndex(({ type }) => type === Type.Note)
  const segments = [
    { type: 1, flags: 5, offset: TEXT_ADDRESS, address: TEXT_ADDRESS, sizeBytes: TEXT_BYTES },
    ...(note < 0 ? [] : [{ type: 4, flags: 4, offset: offsets[note], address: 0, sizeBytes: all[note].bytes.length }]),
  ]
  const headers = all.map(({ name, type = Type.Bits, flags = 0, address = 0, link, bytes }, index) => {
    const linked = all.findIndex(section => section.name === link) + 1
    return sectionHeader(is64, {
      name: names.offsetOf(name),
      type,
      flags,
      address,
      offset: offsets[index],
      sizeBytes: bytes.length,
      link: linked,
    })
  })
  const file = new Uint8Array(end + (headers.length + 1) * (is64 ? 64 : 40))
  file.set(
    elfHeader(is64, {
      machine: parts.machine ?? MACHINE_X86_64,
      entryAddress: parts.entryAddress ?? 0,
      segmentCount: segments.length,
      sectionsOffset: end,
      sectionCount: all.length + 1,
    }),
  )
  segments.forEach((segment, index) => {
    file.set(programHeader(is64, segment), (is64 ? 64 : 52) + index * (is64 ? 56 : 32))
  })
  all.forEach(({ bytes }, index) => {
    file.set(bytes, offsets[index])
  })
  file.set(Uint8Array.from(headers.flat()), end + (is64 ? 64 : 40))
  return file
}

/** Little-endian bytes of a number. */
export function le(value: number, byteCount: number): number[] {
  const wide = BigInt.asUintN(64, BigInt(value))
  return Array.from({ length: byteCount }, (_, index) => Number((wide >> BigInt(index * 8)) & 0xffn))
}

function sectionsOf({ symbols, dynamicSymbols, buildId, debugLink, sections = [] }: TinyElf, is64: boolean): TinySection[] {
  const found: TinySection[] = [{ name: '.text', address: TEXT_ADDRESS, flags: 6, bytes: new Uint8Array(TEXT_BYTES) }]
  if (symbols !== undefined) found.push(...symbolSections(symbols, { table: '.symtab', strings: '.strtab', type: Type.Symbols, is64 }))
  if (dynamicSymbols !== undefined) {
    found.push(...symbolSections(dynamicSymbols, { table: '.dynsym', strings: '.dynstr', type: Type.DynamicSymbols, is64 }))
  }
  if (buildId !== undefined) found.push({ name: '.note.gnu.build-id', type: Type.Note, bytes: buildIdNote(buildId) })
  if (debugLink !== undefined) {
    const name = [...new TextEncoder().encode(debugLink.fileName), 0]
    const padding = Array.from({ length: -name.length & 3 }, () => 0)
    found.push({ name: '.gnu_debuglink', bytes: Uint8Array.from([...name, ...padding, ...le(debugLink.crc, 4)]) })
  }
  return [...found, ...sections]
}

/** Elf_Nhdr: u32 name size, u32 descriptor size, u32 type 3, "GNU\0", the id. */
export function buildIdNote(id: string): Uint8Array {
  const bytes = Array.from({ length: id.length / 2 }, (_, index) => Number.parseInt(id.slice(index * 2, index * 2 + 2), 16))
  return Uint8Array.from([...le(4, 4), ...le(bytes.length, 4), ...le(3, 4), 0x47, 0x4e, 0x55, 0, ...bytes])
}

function symbolSections(
  symbols: readonly TinySymbol[],
  { table, strings, type, is64 }: { table: string; strings: string; type: number; is64: boolean },
): TinySection[] {
  const names = stringTable(symbols.map(({ name }) => name))
  const entries = symbols.map(({ name, address, sizeBytes = 0, type: kind = 2, binding = 1, section = 1 }) => {
    const info = [(binding << 4) | kind, 0, ...le(section, 2)]
    return is64
      ? [...le(names.offsetOf(name), 4), ...info, ...le(address, 8), ...le(sizeBytes, 8)]
      : [...le(names.offsetOf(name), 4), ...le(address, 4), ...le(sizeBytes, 4), ...info]
  })
  const empty = new Array<number>(is64 ? 24 : 16).fill(0)
  return [
    { name: table, type, link: strings, bytes: Uint8Array.from([...empty, ...entries.flat()]) },
    { name: strings, type: Type.Strings, bytes: names.bytes },
  ]
}

function stringTable(names: readonly string[]): { bytes: Uint8Array; offsetOf(name: string): number } {
  const bytes: number[] = [0]
  const offsets = new Map<string, number>([['', 0]])
  for (const name of names) {
    if (offsets.has(name)) continue
    offsets.set(name, bytes.length)
    bytes.push(...new TextEncoder().encode(name), 0)
  }
  return { bytes: Uint8Array.from(bytes), offsetOf: name => offsets.get(name) ?? 0 }
}

interface HeaderFields {
  readonly machine: number
  readonly entryAddress: number
  readonly segmentCount: number
  readonly sectionsOffset: number
  readonly sectionCount: number
}

function elfHeader(is64: boolean, { machine, entryAddress, segmentCount, sectionsOffset, sectionCount }: HeaderFields): Uint8Array {
  const word = is64 ? 8 : 4
  return Uint8Array.from([
    ...[0x7f, 0x45, 0x4c, 0x46], // magic
    ...[is64 ? 2 : 1, 1, 1, 0, 0, 0, 0, 0, 0, 0, 0, 0], // class, little-endian, version, padding
    ...le(3, 2), // e_type: ET_DYN
    ...le(machine, 2), // e_machine
    ...le(1, 4), // e_version
    ...le(entryAddress, word), // e_entry
    ...le(is64 ? 64 : 52, word), // e_phoff
    ...le(sectionsOffset, word), // e_shoff
    ...le(0, 4), // e_flags
    ...le(is64 ? 64 : 52, 2), // e_ehsize
    ...le(is64 ? 56 : 32, 2), // e_phentsize
    ...le(segmentCount, 2), // e_phnum
    ...le(is64 ? 64 : 40, 2), // e_shentsize
    ...le(sectionCount, 2), // e_shnum
    ...le(sectionCount - 1, 2), // e_shstrndx
  ])
}

interface SegmentFields {
  readonly type: number
  readonly flags: number
  readonly offset: number
  readonly address: number
  readonly sizeBytes: number
}

function programHeader(is64: boolean, { type, flags, offset, address, sizeBytes }: SegmentFields): number[] {
  const word = is64 ? 8 : 4
  const place = [...le(offset, word), ...le(address, word), ...le(address, word), ...le(sizeBytes, word), ...le(sizeBytes, word)]
  return is64 ? [...le(type, 4), ...le(flags, 4), ...place, ...le(4096, 8)] : [...le(type, 4), ...place, ...le(flags, 4), ...le(4096, 4)]
}

interface SectionFields extends SegmentFields {
  readonly name: number
  readonly link: number
}

function sectionHeader(is64: boolean, { name, type, flags, address, offset, sizeBytes, link }: SectionFields): number[] {
  const word = is64 ? 8 : 4
  const place = [...le(flags, word), ...le(address, word), ...le(offset, word), ...le(sizeBytes, word)]
  return [...le(name, 4), ...le(type, 4), ...place, ...le(link, 4), ...le(0, 4), ...le(1, word), ...le(0, word)]
}
