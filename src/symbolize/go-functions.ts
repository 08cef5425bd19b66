/**
 * Functions of Go programs, also of stripped ones: the runtime needs its own table of them, .gopclntab.
 *
 * Layout: src/debug/gosym/pclntab.go of Go. u32 magic, two zero bytes, u8 instruction quantum, u8 pointer size; then words of that size:
 *
 *     Go 1.2    functions
 *     Go 1.16   functions, files, names, units, files, pc values, functions' table
 *     Go 1.18   functions, files, start of text, names, units, files, pc values, functions' table
 *
 * The functions' table holds (start, offset of details) pairs and the end of the last function; details begin with the start again and
 * the offset of the name. Since 1.18 both are 32 bits wide and starts count from the start of text.
 */

import { ByteReader } from '../byte-reader.ts'
import { FormatError } from '../errors.ts'
import type { NamedRanges } from './code-ranges.ts'
import { type ElfFile, type ElfSection, Machine, readSection, SectionType, sectionNamed, stringAt } from './elf.ts'
import { lastAtOrBelow } from './sorted-order.ts'

const Magic = { Go12: 0xfffffffb, Go116: 0xfffffffa, Go118: 0xfffffff0, Go120: 0xfffffff1 } as const
/** Alignment of the table where a linker of another language put it among other data. */
const ALIGNMENT = 16
const HEADER_BYTES = 8
/** Functions of one program; large ones have a hundred thousand. */
const MAX_FUNCTIONS = 1 << 22
/** r_info of a relocation that adds the load address: R_X86_64_RELATIVE, R_AARCH64_RELATIVE. */
const RELATIVE: Readonly<Record<number, number>> = { [Machine.X86_64]: 8, [Machine.Aarch64]: 1027 }
const RELA_BYTES = 24

/** The functions of a Go program; undefined for programs of other languages. Throws FormatError for a damaged table. */
export function readGoFunctions(elf: ElfFile): NamedRanges | undefined {
  const table = findTable(elf)
  if (table === undefined) return undefined
  const layout = readLayout(table.bytes, elf.name)
  const stated = layout.isRelative ? statedTextStart(elf, table.address, layout) : 0
  if (stated !== undefined) return readFunctions(elf, table.bytes, { ...layout, textStart: stated })
  // nobody says where text starts: where the section does, unless code of other languages is in front
  const text = sectionNamed(elf, '.text')
  const functions = text === undefined ? undefined : readFunctions(elf, table.bytes, { ...layout, textStart: text.address })
  return functions !== undefined && beginsInGo(elf, functions) ? functions : undefined
}

interface FoundTable {
  readonly bytes: Uint8Array
  readonly address: number
}

function findTable(elf: ElfFile): FoundTable | undefined {
  const section = sectionNamed(elf, '.gopclntab') ?? sectionNamed(elf, '.data.rel.ro.gopclntab')
  if (section !== undefined) return { bytes: readSection(elf, section), address: section.address }
  const isGo = elf.sections.some(({ name }) => name === '.go.buildinfo' || name === '.note.go.buildid')
  const data = isGo ? sectionNamed(elf, '.data.rel.ro') : undefined
  return data === undefined ? undefined : searchTable(elf, data)
}

function searchTable(elf: ElfFile, section: ElfSection): FoundTable | undefined {
  const bytes = readSection(elf, section)
  const first = -section.address & (ALIGNMENT - 1)
  for (let at = first; at + HEADER_BYTES <= bytes.length; at += ALIGNMENT) {
    if (isTable(bytes, at)) return { bytes: bytes.subarray(at), address: section.address + at }
  }
  return undefined
}

function isTable(bytes: Uint8Array, at: number): boolean {
  const isMagic = bytes[at + 1] === 0xff && bytes[at + 2] === 0xff && bytes[at + 3] === 0xff && [0xf0, 0xf1, 0xfa, 0xfb].includes(bytes[at])
  const isQuantum = [1, 2, 4].includes(bytes[at + 6])
  return isMagic && bytes[at + 4] === 0 && bytes[at + 5] === 0 && isQuantum && (bytes[at + 7] === 4 || bytes[at + 7] === 8)
}

interface Layout {
  readonly count: number
  /** 0 where the linker leaves it to the loader, and since Go 1.26. */
  readonly textStart: number
  /** Offsets in the table. */
  readonly names: number
  readonly functions: number
  /** What offsets of details count from. */
  readonly details: number
  /** Width of a start in the functions' table and in front of the name. */
  readonly startBytes: number
  /** Whether starts count from the start of text. */
  readonly isRelative: boolean
}

function readLayout(bytes: Uint8Array, name: string): Layout {
  const reader = new ByteReader(bytes, name)
  const magic = reader.u32('pclntab magic')
  const [, , , pointerBytes] = reader.bytes(4, 'pclntab header')
  if (!isTable(bytes, 0)) throw new FormatError(name, 0, `Its .gopclntab begins with 0x${magic.toString(16)}, of no known version of Go.`)
  const word = (field: string): number => (pointerBytes === 8 ? reader.size64(field) : reader.u32(field))
  const count = word('functions')
  if (count > MAX_FUNCTIONS) throw new FormatError(name, HEADER_BYTES, `It has ${count} functions.`)
  if (magic === Magic.Go12) {
    const functions = HEADER_BYTES + pointerBytes
    return { count, textStart: 0, names: 0, functions, details: 0, startBytes: pointerBytes, isRelative: false }
  }
  word('files')
  const isRelative = magic === Magic.Go118 || magic === Magic.Go120
  const textStart = isRelative ? word('start of text') : 0
  const names = word('names')
  for (const field of ['units', 'file names', 'pc values']) word(field)
  const functions = word("functions' table")
  return { count, textStart, names, functions, details: functions, startBytes: isRelative ? 4 : pointerBytes, isRelative }
}

/** Where Go's code begins, as the table says or the relocation of that field; undefined when neither does. */
function statedTextStart(elf: ElfFile, tableAddress: number, { textStart }: Layout): number | undefined {
  if (textStart !== 0) return textStart
  return elf.is64 ? findRelocation(elf, tableAddress + HEADER_BYTES + 2 * 8) : undefined
}

/** Elf64_Rela: u64 offset, u64 info, i64 addend. */
function findRelocation(elf: ElfFile, address: number): number | undefined {
  for (const section of elf.sections) {
    if ((section.name !== '.rela.dyn' && section.name !== '.rela') || section.type === SectionType.NoBits) continue
    const bytes = readSection(elf, section)
    const view = new DataView(bytes.buffer, bytes.byteOffset, bytes.byteLength)
    for (let at = 0; at + RELA_BYTES <= bytes.length; at += RELA_BYTES) {
      if (view.getUint32(at, true) !== address % 2 ** 32 || view.getUint32(at + 4, true) !== Math.floor(address / 2 ** 32)) continue
      if (view.getUint32(at + 8, true) === RELATIVE[elf.machine]) return Number(view.getBigInt64(at + 16, true))
    }
  }
  return undefined
}

function readFunctions(elf: ElfFile, bytes: Uint8Array, layout: Layout): NamedRanges {
  const { count, textStart, names, functions, startBytes, details: detailsBase } = layout
  const table = new ByteReader(bytes, elf.name)
  table.bytes(functions, "functions' table")
  const pairs = table.bytes((2 * count + 1) * startBytes, "functions' table")
  const view = new DataView(pairs.buffer, pairs.byteOffset, pairs.byteLength)
  const word = (index: number): number =>
    startBytes === 4 ? view.getUint32(index * 4, true) : view.getUint32(index * 8, true) + view.getUint32(index * 8 + 4, true) * 2 ** 32
  const bounds = new Float64Array(count + 1)
  for (let index = 0; index <= count; index++) {
    bounds[index] = textStart + word(2 * index)
    if (index > 0 && bounds[index] < bounds[index - 1])
      throw new FormatError(elf.name, functions, `Function ${index} of its .gopclntab goes back.`)
  }
  return {
    starts: bounds.subarray(0, count),
    ends: bounds.subarray(1),
    nameOf(index) {
      const details = new ByteReader(bytes, elf.name)
      details.bytes(detailsBase + word(2 * index + 1) + startBytes, "function's details")
      return stringAt(bytes, names + details.u32('name'), elf.name)
    },
  }
}

/** Whether the program's first instruction is that of a Go program: then all functions lie where they are said to. */
function beginsInGo({ entryAddress }: ElfFile, functions: NamedRanges): boolean {
  const index = lastAtOrBelow(functions.starts, entryAddress)
  return index >= 0 && functions.starts[index] === entryAddress && functions.nameOf(index).startsWith('_rt0_')
}
