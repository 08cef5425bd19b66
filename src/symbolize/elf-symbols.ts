/** Functions of ELF files by address: .symtab and .dynsym as sorted typed arrays. */

import { FormatError } from '../errors.ts'
import { bytesOfString, type ElfFile, type ElfSection, Machine, readSection, SectionFlag, SectionType, sectionNamed } from './elf.ts'
import { type PltStub, readPltStubs } from './elf-plt.ts'
import { lastAtOrBelow, sortedOrder } from './sorted-order.ts'

const SymbolType = { NoType: 0, Function: 2, IndirectFunction: 10 } as const
const Binding = { Global: 1, Weak: 2 } as const
const NONE = -1
/** Functions of one table; Chromium has some two million. */
const MAX_FUNCTIONS = 1 << 22
/** Functions that lie in one another; two or three in real programs. */
const MAX_DEPTH = 64
/** Bytes of a name that are looked at to find the shortest of several. */
const COMPARED_BYTES = 64

/** Functions in order of their start. Ranges may nest: a label of hand-written assembly lies within a function. */
export interface SymbolTable {
  readonly starts: Float64Array
  readonly ends: Float64Array
  /** Index of the innermost range around the start of each, or NONE. */
  readonly parents: Int32Array
  readonly nameOf: (index: number) => string
  /** The same as UTF-8. */
  readonly nameBytesOf: (index: number) => Uint8Array
}

/** The symbols of a file, merged with those of its separate debug file and the stubs of its procedure linkage table. */
export function readSymbols(file: ElfFile, debugFile: ElfFile | undefined): SymbolTable {
  const parts: Part[] = []
  // .dynsym first: its names win over aliases of the same rank
  addPart(parts, file, '.dynsym')
  addPart(parts, file, '.symtab')
  if (debugFile !== undefined) addPart(parts, debugFile, '.symtab')
  const stubs = readPltStubs(file)
  const capacity = parts.reduce((sum, part) => sum + part.functions.length, stubs.length)
  const candidates = new Candidates(capacity)
  parts.forEach((part, index) => {
    candidates.addPart(part, index)
  })
  candidates.addStubs(stubs, parts.length)
  return merge(candidates, {
    bytesAt: (part, offset) => nameBytesAt(parts, stubs, { part, offset }),
    lengthAt: (part, offset) => (part === parts.length ? COMPARED_BYTES : lengthOf(parts[part].strings, offset)),
  })
}

/** Index of the function that covers an address, or NONE. */
export function findSymbol(table: SymbolTable, address: number): number {
  let index = lastAtOrBelow(table.starts, address)
  for (let depth = 0; depth < MAX_DEPTH && index !== NONE; depth++) {
    if (address < table.ends[index]) return index
    index = table.parents[index]
  }
  return NONE
}

/** Whether the file says what its functions are called, and not only those it exports. */
export function hasSymbolTable(file: ElfFile): boolean {
  return (sectionNamed(file, '.symtab')?.sizeBytes ?? 0) > 0
}

/** Where the fields of an entry are, in 32-bit words. Elf64_Sym and Elf32_Sym order them differently. */
interface EntryLayout {
  readonly words: number
  /** u8 info, u8 other, u16 section. */
  readonly info: number
  readonly value: number
  readonly size: number
  /** Whether value and size have a second word, the upper half. */
  readonly isWide: boolean
}

const ENTRY_64: EntryLayout = { words: 6, info: 1, value: 2, size: 4, isWide: true }
const ENTRY_32: EntryLayout = { words: 4, info: 3, value: 1, size: 2, isWide: false }

/** A symbol table, and where in it the functions are. */
interface Part {
  readonly file: ElfFile
  readonly isDynamic: boolean
  readonly layout: EntryLayout
  /** Entries; the name's offset in strings is the first word of each. */
  readonly words: Uint32Array
  readonly strings: Uint8Array
  /** Index in words of each function. */
  readonly functions: Uint32Array
}

function addPart(parts: Part[], file: ElfFile, sectionName: string): void {
  const section = sectionNamed(file, sectionName)
  if (section === undefined || section.sizeBytes === 0) return
  const stringSection: ElfSection | undefined = file.sections[section.link]
  if (stringSection === undefined || stringSection.type === SectionType.NoBits) {
    throw new FormatError(file.name, section.offset, `${sectionName} has no strings: section ${section.link}.`)
  }
  const layout = file.is64 ? ENTRY_64 : ENTRY_32
  const part = {
    file,
    layout,
    isDynamic: sectionName === '.dynsym',
    words: wordsOf(readSection(file, section)),
    strings: readSection(file, stringSection),
  }
  parts.push({ ...part, functions: findFunctions(part) })
}

/** The bytes as little-endian words, which all machines that run autotune have. */
function wordsOf(bytes: Uint8Array): Uint32Array {
  const aligned = bytes.byteOffset % 4 === 0 ? bytes : bytes.slice()
  return new Uint32Array(aligned.buffer, aligned.byteOffset, aligned.byteLength >> 2)
}

function findFunctions({ file, layout, words, strings }: Omit<Part, 'functions'>): Uint32Array {
  const isCode = Uint8Array.from(file.sections, ({ flags }) => flags & SectionFlag.Execute)
  const functions = new Uint32Array(Math.floor(words.length / layout.words))
  let count = 0
  for (let at = layout.words; at + layout.words <= words.length; at += layout.words) {
    const type = words[at + layout.info] & 15
    const section = words[at + layout.info] >>> 16
    if (section === 0 || words[at + layout.value] === 0) continue
    if (layout.isWide && (words[at + layout.value + 1] >= 1 << 21 || words[at + layout.size + 1] >= 1 << 16)) continue // in no user program
    if (type === SymbolType.Function || type === SymbolType.IndirectFunction) functions[count++] = at
    else if (type === SymbolType.NoType && isCode[section] > 0 && isLabelForPeople(strings, words[at])) functions[count++] = at
  }
  if (count > MAX_FUNCTIONS) throw new FormatError(file.name, 0, `It has ${count} functions.`)
  return functions.slice(0, count)
}

/** Labels of assembly count, but not $x and $d (code or data follows) nor .L (local). */
function isLabelForPeople(strings: Uint8Array, name: number): boolean {
  return strings[name] !== 0 && strings[name] !== 0x24 && !(strings[name] === 0x2e && strings[name + 1] === 0x4c)
}

/** Every name of every address, not yet sorted. */
class Candidates {
  readonly starts: Float64Array
  readonly sizes: Float64Array
  /** Where its section ends; infinite when not known. */
  readonly limits: Float64Array
  readonly nameOffsets: Uint32Array
  readonly parts: Uint8Array
  readonly ranks: Uint8Array
  count = 0

  constructor(capacity: number) {
    this.starts = new Float64Array(capacity)
    this.sizes = new Float64Array(capacity)
    this.limits = new Float64Array(capacity)
    this.nameOffsets = new Uint32Array(capacity)
    this.parts = new Uint8Array(capacity)
    this.ranks = new Uint8Array(capacity)
  }

  addPart(part: Part, partIndex: number): void {
    const { file, layout, words, functions } = part
    const sectionEnds = Float64Array.from(file.sections, ({ address, sizeBytes }) => address + sizeBytes)
    const thumbBit = file.machine === Machine.Arm ? 1 : 0
    for (let index = 0; index < functions.length; index++) {
      const at = functions[index]
      const row = this.count++
      this.starts[row] = words[at + layout.value] - (words[at + layout.value] & thumbBit)
      this.sizes[row] = words[at + layout.size]
      if (layout.isWide) {
        this.starts[row] += words[at + layout.value + 1] * 2 ** 32
        this.sizes[row] += words[at + layout.size + 1] * 2 ** 32
      }
      this.limits[row] = sectionEnds[words[at + layout.info] >>> 16] ?? Number.POSITIVE_INFINITY
      this.nameOffsets[row] = words[at]
      this.parts[row] = partIndex
      this.ranks[row] = rankOf(part, at, this.sizes[row])
    }
  }

  addStubs(stubs: readonly PltStub[], partIndex: number): void {
    stubs.forEach(({ address, sizeBytes }, index) => {
      const row = this.count++
      this.starts[row] = address
      this.sizes[row] = sizeBytes
      this.limits[row] = address + sizeBytes
      this.nameOffsets[row] = index
      this.parts[row] = partIndex
    })
  }
}

/**
 * Which of several names of one address is shown: one with a size, of a function, exported, with few underscores in
 * front, not weak, global; of equals the shortest. "read" is exported and weak, "__read" its global alias, "open64" is
 * longer than "open": people know the others.
 */
function rankOf({ layout, words, strings, isDynamic }: Part, at: number, sizeBytes: number): number {
  const info = words[at + layout.info] & 0xff
  const name = words[at]
  let underscores = 0
  while (underscores < 3 && strings[name + underscores] === 0x5f) underscores++
  return (
    (sizeBytes > 0 ? 128 : 0) +
    ((info & 15) === SymbolType.NoType ? 0 : 64) +
    (isDynamic ? 32 : 0) +
    (3 - underscores) * 8 +
    (info >> 4 === Binding.Weak ? 0 : 4) +
    (info >> 4 === Binding.Global ? 2 : 0) +
    1
  )
}

function lengthOf(strings: Uint8Array, name: number): number {
  let length = 0
  while (length < COMPARED_BYTES && strings[name + length] > 0) length++
  return length
}

interface Names {
  readonly bytesAt: (part: number, offset: number) => Uint8Array
  readonly lengthAt: (part: number, offset: number) => number
}

/** Sorts, keeps the best name of each address, and finds out where each ends and what it lies in. */
function merge(candidates: Candidates, names: Names): SymbolTable {
  const { starts, sizes, limits, ranks, parts, nameOffsets } = candidates
  const isBetter = (row: number, best: number): boolean =>
    ranks[row] === ranks[best]
      ? names.lengthAt(parts[row], nameOffsets[row]) < names.lengthAt(parts[best], nameOffsets[best])
      : ranks[row] > ranks[best]
  const order = sortedOrder(starts, candidates.count)
  const kept = new Uint32Array(candidates.count)
  const keptStarts = new Float64Array(candidates.count)
  const ends = new Float64Array(candidates.count)
  const parents = new Int32Array(candidates.count)
  let count = 0
  for (let first = 0, next = 0; first < order.length; first = next) {
    const start = starts[order[first]]
    let best = order[first]
    for (next = first + 1; next < order.length && starts[order[next]] === start; next++) {
      if (isBetter(order[next], best)) best = order[next]
    }
    let parent = count - 1
    while (parent !== NONE && ends[parent] <= start) parent = parents[parent]
    const size = sizes[best]
    if (size === 0 && parent !== NONE && sizes[kept[parent]] > 0) continue // a label within a function
    const nextStart = next < order.length ? starts[order[next]] : Number.POSITIVE_INFINITY
    const end = size > 0 ? start + size : Math.min(nextStart, limits[best])
    kept[count] = best
    keptStarts[count] = start
    // one without a size behind the end of its section covers nothing
    ends[count] = Number.isFinite(end) ? Math.max(start, end) : start + 1
    parents[count] = parent
    count++
  }
  return {
    starts: keptStarts.slice(0, count),
    ends: ends.slice(0, count),
    parents: parents.slice(0, count),
    nameOf: index => decoder.decode(names.bytesAt(parts[kept[index]], nameOffsets[kept[index]])),
    nameBytesOf: index => names.bytesAt(parts[kept[index]], nameOffsets[kept[index]]),
  }
}

const decoder = new TextDecoder()
const encoder = new TextEncoder()
const AT_SIGN = 0x40

/** Without the version: memcpy@@GLIBC_2.14. */
function nameBytesAt(parts: readonly Part[], stubs: readonly PltStub[], { part, offset }: { part: number; offset: number }): Uint8Array {
  if (part === parts.length) return encoder.encode(stubs[offset].name)
  const name = bytesOfString(parts[part].strings, offset, parts[part].file.name)
  const version = name.indexOf(AT_SIGN, 1)
  return version < 0 ? name : name.subarray(0, version)
}
