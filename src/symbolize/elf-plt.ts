/**
 * Names of stubs in the procedure linkage table, e.g. "puts@plt".
 *
 * A stub jumps through a slot of the global offset table, and a relocation says which symbol fills the slot. Decoding the
 * jump instead of counting entries covers .plt, .plt.sec and .plt.got of all linkers. x86-64 and AArch64 only.
 */

import { type ElfFile, type ElfSection, Machine, readSection, SectionType, sectionNamed, stringAt } from './elf.ts'

/** A stub of the table. */
export interface PltStub {
  readonly address: number
  readonly sizeBytes: number
  readonly name: string
}

const STUB_SECTIONS = ['.plt', '.plt.sec', '.plt.got', '.iplt']
/** The long list of data relocations; only stubs of these sections jump through a slot that it fills. */
const DATA_RELOCATIONS = '.rela.dyn'
const STUBS_BY_DATA = ['.plt.got', '.iplt']
const RELOCATION_BYTES = 24
/** Slots that are used: more than any program has functions to import. */
const MAX_SLOTS = 1 << 18
const SYMBOL_BYTES = 24
/** STT_GNU_IFUNC. */
const INDIRECT_FUNCTION = 10

/** All stubs whose function has a name. */
export function readPltStubs(elf: ElfFile): PltStub[] {
  const { machine } = elf
  if (!elf.is64 || (machine !== Machine.X86_64 && machine !== Machine.Aarch64)) return []
  const sections = elf.sections.filter(section => STUB_SECTIONS.includes(section.name) && section.type !== SectionType.NoBits)
  const dynamic = sectionNamed(elf, '.dynsym')
  const strings = dynamic === undefined ? undefined : elf.sections[dynamic.link]
  if (sections.length === 0 || dynamic === undefined || strings === undefined || strings.type === SectionType.NoBits) return []
  const symbols = viewOf(readSection(elf, dynamic))
  const names = readSection(elf, strings)
  const slots = readSlots(elf, sections)
  const nameOf = (symbol: number): string => stringAt(names, symbols.getUint32(symbol * SYMBOL_BYTES, true), elf.name)
  const resolvers = readResolvers(symbols)
  return sections.flatMap(section =>
    decodeStubs(elf, section).flatMap(({ slot, ...stub }) => {
      const filled = slots.get(slot)
      if (filled === undefined) return []
      const symbol = filled.resolver === undefined ? filled.symbol : resolvers.get(filled.resolver)
      if (symbol === undefined) return [{ ...stub, name: `*ABS*+0x${filled.resolver?.toString(16)}@plt` }] // as binutils say
      return (symbol + 1) * SYMBOL_BYTES > symbols.byteLength ? [] : [{ ...stub, name: `${nameOf(symbol)}@plt` }]
    }),
  )
}

/** How a slot is filled: with a symbol, or by calling a function of this file that picks the implementation. */
interface FilledSlot {
  readonly symbol: number
  /** Address of that function; the symbol is unused then. */
  readonly resolver: number | undefined
}

/** Elf64_Rela: u64 offset, u32 type, u32 symbol, s64 addend. */
function readSlots(elf: ElfFile, stubSections: readonly ElfSection[]): Map<number, FilledSlot> {
  const slots = new Map<number, FilledSlot>()
  const needsData = stubSections.some(({ name }) => STUBS_BY_DATA.includes(name))
  for (const name of ['.rela.plt', '.rela.iplt', ...(needsData ? [DATA_RELOCATIONS] : [])]) {
    const section = sectionNamed(elf, name)
    if (section === undefined) continue
    const view = viewOf(readSection(elf, section))
    for (let offset = 0; offset + RELOCATION_BYTES <= view.byteLength && slots.size < MAX_SLOTS; offset += RELOCATION_BYTES) {
      const fill = fillOf(view.getUint32(offset + 8, true))
      if (fill === 'other') continue
      const resolver = fill === 'resolver' ? wordAt(view, offset + 16) : undefined
      slots.set(wordAt(view, offset), { symbol: view.getUint32(offset + 12, true), resolver })
    }
  }
  return slots
}

/** What a relocation puts into its slot, by the psABI supplements of x86-64 (first) and AArch64. */
function fillOf(type: number): 'symbol' | 'resolver' | 'other' {
  switch (type) {
    case 6: // GLOB_DAT
    case 7: // JUMP_SLOT
    case 1025:
    case 1026:
      return 'symbol'
    case 37: // IRELATIVE
    case 1032:
      return 'resolver'
    default:
      return 'other'
  }
}

/** Address of a function that picks an implementation, e.g. of memcpy, → the first symbol it stands for. */
function readResolvers(symbols: DataView): Map<number, number> {
  const resolvers = new Map<number, number>()
  for (let symbol = 1; (symbol + 1) * SYMBOL_BYTES <= symbols.byteLength; symbol++) {
    const address = wordAt(symbols, symbol * SYMBOL_BYTES + 8)
    const isIndirect = (symbols.getUint8(symbol * SYMBOL_BYTES + 4) & 15) === INDIRECT_FUNCTION
    if (isIndirect && !resolvers.has(address)) resolvers.set(address, symbol)
  }
  return resolvers
}

function wordAt(view: DataView, offset: number): number {
  return view.getUint32(offset + 4, true) * 2 ** 32 + view.getUint32(offset, true)
}

interface DecodedStub {
  readonly address: number
  readonly sizeBytes: number
  /** Address of the slot it jumps through. */
  readonly slot: number
}

function decodeStubs(elf: ElfFile, section: ElfSection): DecodedStub[] {
  const view = viewOf(readSection(elf, section))
  const isX86 = elf.machine === Machine.X86_64
  // .plt.got has stubs of 8 bytes unless they begin with endbr64 (f3 0f 1e fa)
  const sizeBytes = isX86 && section.name === '.plt.got' && view.byteLength > 0 && view.getUint8(0) !== 0xf3 ? 8 : 16
  const stubs: DecodedStub[] = []
  for (let offset = 0; offset + sizeBytes <= view.byteLength; offset += sizeBytes) {
    const place = { view, offset, sizeBytes, address: section.address + offset }
    const slot = isX86 ? slotOfX86Stub(place) : slotOfAarch64Stub(place)
    if (slot !== undefined) stubs.push({ address: place.address, sizeBytes, slot })
  }
  return stubs
}

interface StubPlace {
  readonly view: DataView
  readonly offset: number
  readonly sizeBytes: number
  readonly address: number
}

/** jmp *displacement(%rip) is ff 25 and the displacement, relative to the next instruction. */
function slotOfX86Stub({ view, offset, sizeBytes, address }: StubPlace): number | undefined {
  for (let at = 0; at + 6 <= sizeBytes; at++) {
    if (view.getUint16(offset + at, true) === 0x25ff) return address + at + 6 + view.getInt32(offset + at + 2, true)
  }
  return undefined
}

/** adrp x16, page; ldr x17, [x16, #offset]: Arm ARM, C6.2. */
function slotOfAarch64Stub({ view, offset, sizeBytes, address }: StubPlace): number | undefined {
  for (let at = 0; at + 8 <= sizeBytes; at += 4) {
    const adrp = view.getUint32(offset + at, true)
    const ldr = view.getUint32(offset + at + 4, true)
    if ((adrp & 0x9f00001f) >>> 0 !== 0x90000010 || (ldr & 0xffc003ff) >>> 0 !== 0xf9400211) continue
    const pages = (((((adrp >>> 5) & 0x7ffff) << 2) | ((adrp >>> 29) & 3)) << 11) >> 11 // 21 bits, signed
    const page = address + at - ((address + at) % 4096)
    return page + pages * 4096 + ((ldr >>> 10) & 0xfff) * 8
  }
  return undefined
}

function viewOf(bytes: Uint8Array): DataView {
  return new DataView(bytes.buffer, bytes.byteOffset, bytes.byteLength)
}
