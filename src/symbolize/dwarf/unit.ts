/** Units of .debug_info: their headers, and what the root entry says about all of a unit. Section 7.5.1 of DWARF 5. */

import { FormatError } from '../../errors.ts'
import { AbbreviationTable } from './abbreviations.ts'
import { Attribute, UnitType } from './constants.ts'
import { DwarfCursor } from './cursor.ts'
import { type FormLayout, readForm, skipForm, ValueKind } from './form.ts'
import type { DebugSection } from './sections.ts'

/** The debug information of one file: the program, its debug file, a .dwo or what dwz shares between files. */
export interface DwarfFile {
  /** Path, for messages. */
  readonly name: string
  /** Whether its sections are those of split DWARF: .debug_info.dwo. */
  readonly isSplit: boolean
  readonly info: DebugSection
  readonly abbreviations: DebugSection
  readonly line: DebugSection
  readonly strings: DebugSection
  readonly lineStrings: DebugSection
  readonly stringOffsets: DebugSection
  readonly addresses: DebugSection
  readonly ranges: DebugSection
  readonly rangeLists: DebugSection
  readonly addressRanges: DebugSection
  readonly tables: Map<string, AbbreviationTable>
  /** Root entries by the offset of their unit: names lead from unit to unit. */
  readonly roots: Map<number, UnitRoot | undefined>
  /** Names of functions by the offset of their entry. */
  readonly names: Map<number, string | undefined>
  /** What special opcodes of line programs do, by the header fields that say so: the same for most units. */
  readonly lineOpcodes: Map<number, SpecialOpcodes>
  /** Where the units are; read when first needed. */
  units: readonly UnitHeader[] | undefined
  /** The file that dwz moved what several files share into; undefined when there is none or it is missing. */
  readonly alternative: () => DwarfFile | undefined
}

/** What each special opcode of a line program adds to address and line. */
export interface SpecialOpcodes {
  readonly advances: Int32Array
  readonly lineSteps: Int32Array
}

/** What stands before the entries of a unit. */
export interface UnitHeader extends FormLayout {
  readonly file: DwarfFile
  /** In .debug_info. */
  readonly offset: number
  readonly sizeBytes: number
  readonly headerBytes: number
  readonly abbreviationsOffset: number
  /** DW_UT_*. */
  readonly type: number
  /** Ties a skeleton to its .dwo. */
  readonly dwoId: string | undefined
}

/** A string that is read when somebody wants it: its value and ValueKind. */
export interface RootText {
  readonly value: number
  readonly kind: number
}

/** What the root entry of a unit says. */
export interface UnitRoot {
  readonly header: UnitHeader
  readonly abbreviations: AbbreviationTable
  readonly language: number
  readonly lowPc: number
  /** End of the range that begins at lowPc; NaN where the unit has none of its own. */
  readonly highPc: number
  /** DW_AT_ranges: the value and its ValueKind; undefined without. */
  readonly ranges: { readonly value: number; readonly kind: number } | undefined
  /** Where the compiler ran. */
  readonly directory: RootText | undefined
  /** Offset in .debug_line; undefined without. */
  readonly lineOffset: number | undefined
  readonly dwoName: RootText | undefined
  readonly dwoId: string | undefined
  readonly addressBase: number
  readonly stringBase: number
  readonly rangeListsBase: number
  /** DW_AT_GNU_ranges_base: where the ranges of a .dwo of DWARF 4 begin. */
  readonly rangesBase: number
  /** Of the root of a .dwo: that of the skeleton, which has the addresses. */
  readonly skeleton: UnitRoot | undefined
}

/** Longest header: 64-bit DWARF 5 with a signature. */
const MAX_HEADER_BYTES = 40
/** What is read of a root entry; those of gcc have some 60 bytes, and inline strings may be long. */
const ROOT_BYTES = 1 << 14
/** Units of one file; Chromium has some 40,000. */
const MAX_UNITS = 1 << 20
const MAX_TABLES = 1 << 12
const MAX_ROOTS = 1 << 16

/** Headers of all units, in order of their offsets. A damaged one ends the list: nothing says where the next begins. */
export function readUnits(file: DwarfFile): readonly UnitHeader[] {
  if (file.units !== undefined) return file.units
  const units: UnitHeader[] = []
  for (let offset = 0; offset < file.info.sizeBytes && units.length < MAX_UNITS; ) {
    const header = readUnitHeader(file, offset)
    if (header === undefined) break
    units.push(header)
    offset += header.sizeBytes
  }
  file.units = units
  return units
}

/** The unit that holds an entry. */
export function unitAt(file: DwarfFile, offset: number): UnitHeader | undefined {
  const units = readUnits(file)
  let low = 0
  let high = units.length
  while (low < high) {
    const middle = (low + high) >>> 1
    if (units[middle].offset <= offset) low = middle + 1
    else high = middle
  }
  const found = units[low - 1]
  return found !== undefined && offset < found.offset + found.sizeBytes ? found : undefined
}

/** The header at an offset; undefined where there is none that can be understood. */
export function readUnitHeader(file: DwarfFile, offset: number): UnitHeader | undefined {
  const { info } = file
  if (!(offset >= 0 && offset + 11 <= info.sizeBytes)) return undefined
  const cursor = new DwarfCursor(info.read(offset, Math.min(MAX_HEADER_BYTES, info.sizeBytes - offset)), info.name)
  try {
    const { lengthBytes, offsetBytes } = readInitialLength(cursor)
    const sizeBytes = cursor.offset + lengthBytes
    const version = cursor.u16()
    if (version < 2 || version > 5 || sizeBytes <= cursor.offset || offset + sizeBytes > info.sizeBytes) return undefined
    const fields = version >= 5 ? readFields5(cursor, offsetBytes) : readFields2(cursor, offsetBytes)
    if (![2, 4, 8].includes(fields.addressBytes)) return undefined
    return { file, offset, sizeBytes, offsetBytes, version, headerBytes: cursor.offset, ...fields }
  } catch (error) {
    if (error instanceof FormatError) return undefined
    throw error
  }
}

/** unit_length: 4 bytes, or in 64-bit DWARF 0xffffffff and 8 bytes. */
export function readInitialLength(cursor: DwarfCursor): { readonly lengthBytes: number; readonly offsetBytes: number } {
  const lengthBytes = cursor.u32()
  return lengthBytes === 0xffffffff ? { lengthBytes: cursor.u64(), offsetBytes: 8 } : { lengthBytes, offsetBytes: 4 }
}

/** The abbreviations of a unit. Those that units share are parsed once. */
function abbreviationsOf({ file, abbreviationsOffset, addressBytes, offsetBytes, version }: UnitHeader): AbbreviationTable {
  const layout = { addressBytes, offsetBytes, version }
  const key = `${abbreviationsOffset} ${addressBytes} ${offsetBytes} ${version}`
  const known = file.tables.get(key)
  if (known !== undefined) return known
  const { abbreviations } = file
  const table = new AbbreviationTable(new DwarfCursor(abbreviations.whole(), abbreviations.name, abbreviationsOffset), layout)
  if (file.tables.size >= MAX_TABLES) file.tables.clear()
  file.tables.set(key, table)
  return table
}

/** The root entry; undefined for a unit without one. The skeleton belongs to the root of a .dwo. */
export function rootOf(header: UnitHeader, skeleton?: UnitRoot): UnitRoot | undefined {
  const { roots } = header.file
  const known = roots.get(header.offset)
  if (known !== undefined || roots.has(header.offset)) return known
  const root = readRoot(header, skeleton)
  if (roots.size >= MAX_ROOTS) roots.clear()
  roots.set(header.offset, root)
  return root
}

function readRoot(header: UnitHeader, skeleton?: UnitRoot): UnitRoot | undefined {
  const { file, offset, headerBytes, sizeBytes } = header
  const cursor = new DwarfCursor(file.info.read(offset, Math.min(sizeBytes, headerBytes + ROOT_BYTES)), file.info.name, headerBytes)
  const abbreviations = abbreviationsOf(header)
  const abbreviation = abbreviations.at(cursor.uleb())
  if (abbreviation === undefined) return undefined
  const values = new Map<number, RootValue>()
  const { specs } = abbreviation
  for (let index = 0; index < specs.length; index += 3) {
    const attribute = specs[index]
    const form = specs[index + 1]
    if (!rootAttributes.has(attribute)) {
      skipForm(cursor, form, header)
      continue
    }
    const start = cursor.offset
    const value = readForm(cursor, form, header)
    values.set(attribute, { value, kind: cursor.kind, start })
  }
  return buildRoot({ header, abbreviations, values, skeleton, cursor })
}

/** The text of a root; empty where there is none. */
export function rootText(root: UnitRoot, text: RootText | undefined): string {
  if (text === undefined) return ''
  const { header } = root
  if (text.kind === ValueKind.InlineString) return header.file.info.string(header.offset + text.value)
  return stringAt(root, text.value, text.kind) ?? ''
}

/** Directory of the compiler, as the skeleton or the root of the .dwo says. */
export function directoryOf(root: UnitRoot): string {
  if (root.directory !== undefined || root.skeleton === undefined) return rootText(root, root.directory)
  return rootText(root.skeleton, root.skeleton.directory)
}

/** The string a value stands for; undefined where the file with it is missing. */
export function stringOf(root: Pick<UnitRoot, 'header' | 'stringBase'>, cursor: DwarfCursor, value: number): string | undefined {
  if (cursor.kind !== ValueKind.InlineString) return stringAt(root, value, cursor.kind)
  return decoder.decode(cursor.bytes.subarray(value, cursor.bytes.indexOf(0, value)))
}

function stringAt(root: Pick<UnitRoot, 'header' | 'stringBase'>, value: number, kind: number): string | undefined {
  const { file, offsetBytes } = root.header
  switch (kind) {
    case ValueKind.String:
      return file.strings.string(value)
    case ValueKind.LineString:
      return file.lineStrings.string(value)
    case ValueKind.AlternativeString:
      return file.alternative()?.strings.string(value)
    case ValueKind.StringIndex: {
      return file.strings.string(unsignedAt(file.stringOffsets, root.stringBase + value * offsetBytes, offsetBytes))
    }
    default:
      return undefined
  }
}

/** The address with an index in .debug_addr, which the skeleton's file has. */
export function addressAt(root: Pick<UnitRoot, 'header' | 'addressBase' | 'skeleton'>, index: number): number {
  const { header, addressBase } = root.skeleton ?? root
  return unsignedAt(header.file.addresses, addressBase + index * header.addressBytes, header.addressBytes)
}

function unsignedAt(section: DebugSection, offset: number, byteCount: number): number {
  return new DwarfCursor(section.read(offset, byteCount), section.name).unsigned(byteCount)
}

const decoder = new TextDecoder()

interface HeaderFields {
  readonly addressBytes: number
  readonly abbreviationsOffset: number
  readonly type: number
  readonly dwoId: string | undefined
}

function readFields5(cursor: DwarfCursor, offsetBytes: number): HeaderFields {
  const type = cursor.u8()
  const addressBytes = cursor.u8()
  const abbreviationsOffset = cursor.unsigned(offsetBytes)
  const isSplit = type === UnitType.Skeleton || type === UnitType.SplitCompile
  const dwoId = isSplit ? cursor.hex64() : undefined
  if (type === UnitType.Type || type === UnitType.SplitType) cursor.skip(8 + offsetBytes)
  return { addressBytes, abbreviationsOffset, type, dwoId }
}

function readFields2(cursor: DwarfCursor, offsetBytes: number): HeaderFields {
  const abbreviationsOffset = cursor.unsigned(offsetBytes)
  return { abbreviationsOffset, addressBytes: cursor.u8(), type: UnitType.Compile, dwoId: undefined }
}

interface RootValue {
  readonly value: number
  readonly kind: number
  /** Where in the unit it is. */
  readonly start: number
}

const rootAttributes: ReadonlySet<number> = new Set<number>([
  ...[Attribute.StatementList, Attribute.LowPc, Attribute.HighPc, Attribute.Language, Attribute.CompilationDirectory, Attribute.Ranges],
  ...[Attribute.StringOffsetsBase, Attribute.AddressBase, Attribute.RangeListsBase, Attribute.DwoName],
  ...[Attribute.GnuDwoName, Attribute.GnuDwoId, Attribute.GnuRangesBase, Attribute.GnuAddressBase],
])

/** Bases first: addresses and strings by index need them. */
function buildRoot(parts: {
  readonly header: UnitHeader
  readonly abbreviations: AbbreviationTable
  readonly values: ReadonlyMap<number, RootValue>
  readonly skeleton: UnitRoot | undefined
  readonly cursor: DwarfCursor
}): UnitRoot {
  const { header, abbreviations, values, skeleton, cursor } = parts
  const numberOf = (attribute: number): number | undefined => values.get(attribute)?.value
  const addressBase = numberOf(Attribute.AddressBase) ?? numberOf(Attribute.GnuAddressBase) ?? 0
  // a .dwo has one table of its own, which begins behind the table's header
  const ownStringBase = header.file.isSplit && header.version >= 5 ? 2 * header.offsetBytes : 0
  const stringBase = numberOf(Attribute.StringOffsetsBase) ?? ownStringBase
  const bases = { header, abbreviations, addressBase, stringBase, skeleton }
  const addressOf = ({ value, kind }: RootValue): number => (kind === ValueKind.AddressIndex ? addressAt(bases, value) : value)
  const low = values.get(Attribute.LowPc)
  const high = values.get(Attribute.HighPc)
  const lowPc = low === undefined ? (skeleton?.lowPc ?? 0) : addressOf(low)
  const isAddress = high?.kind === ValueKind.Address || high?.kind === ValueKind.AddressIndex
  const dwoId = values.get(Attribute.GnuDwoId)
  return {
    ...bases,
    language: numberOf(Attribute.Language) ?? 0,
    lowPc,
    highPc: low === undefined || high === undefined ? Number.NaN : isAddress ? addressOf(high) : lowPc + high.value,
    ranges: values.get(Attribute.Ranges),
    directory: values.get(Attribute.CompilationDirectory),
    lineOffset: numberOf(Attribute.StatementList),
    dwoName: values.get(Attribute.DwoName) ?? values.get(Attribute.GnuDwoName),
    dwoId: header.dwoId ?? (dwoId === undefined ? undefined : new DwarfCursor(cursor.bytes, cursor.source, dwoId.start).hex64()),
    rangeListsBase: numberOf(Attribute.RangeListsBase) ?? (header.file.isSplit ? (header.offsetBytes === 8 ? 20 : 12) : 0),
    rangesBase: numberOf(Attribute.GnuRangesBase) ?? 0,
  }
}
