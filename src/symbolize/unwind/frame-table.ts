/** Unwind rules of one file, found by address: parsed when asked for, kept for the next time. */

import { FormatError } from '../../errors.ts'
import { type ByteSource, isFileFailure, memorySource } from '../byte-source.ts'
import { type ElfFile, readSection, SectionFlag, SegmentType, sectionNamed } from '../elf.ts'
import { lastAtOrBelow } from '../sorted-order.ts'
import { ruleAt } from './cfi-program.ts'
import { type EhFrameHeader, parseEhFrameHeader } from './eh-frame-header.ts'
import { FrameEntries, type FrameEntry, type FrameSection } from './frame-entries.ts'
import type { FrameRule } from './frame-rule.ts'

/** What a file says about an address: how to unwind there, nothing, or something that makes no sense. */
export type FoundRule = FrameRule | 'none' | 'damaged'

/** Rules of a file, by address in the file. */
export interface FrameTable {
  ruleAt(address: number): FoundRule
}

/** PT_GNU_EH_FRAME: where .eh_frame_hdr is, also in programs without section headers. */
const SEGMENT_EH_FRAME = 0x6474e550
/** A section without an index is read and walked whole. No source: node's has 10 MB, Chromium's 40. */
const MAX_SCANNED_BYTES = 64 << 20
const MAX_SCANNED_ENTRIES = 1 << 21
const MAX_HEADER_BYTES = 64 << 20
/** Rules and entries kept: the code that is hot has some thousand call sites. */
const MAX_KEPT = 1 << 15

/** Tables of a file, best first: .eh_frame, then .debug_frame. A damaged section is left out. */
export function openFrameTables(elf: ElfFile): FrameTable[] {
  return [openEhFrame, openDebugFrame].flatMap(open => {
    try {
      return open(elf) ?? []
    } catch (error) {
      if (isFileFailure(error)) return []
      throw error
    }
  })
}

function openEhFrame(elf: ElfFile): FrameTable | undefined {
  const header = readHeader(elf)
  const section = sectionNamed(elf, '.eh_frame')
  const place = section ?? (header === undefined ? undefined : segmentPlace(elf, header.frameAddress))
  if (place === undefined) return undefined
  const frames = frameSection(elf, 'eh_frame', place)
  return header === undefined ? scannedTable(frames) : indexedTable(frames, header)
}

function openDebugFrame(elf: ElfFile): FrameTable | undefined {
  const section = sectionNamed(elf, '.debug_frame')
  if (section === undefined || section.sizeBytes > MAX_SCANNED_BYTES) return undefined
  if ((section.flags & SectionFlag.Compressed) === 0) return scannedTable(frameSection(elf, 'debug_frame', section))
  const bytes = readSection(elf, section)
  const place = { offset: 0, sizeBytes: bytes.length, address: 0 }
  return scannedTable({ ...frameSection(elf, 'debug_frame', place), source: memorySource(bytes) })
}

/** .eh_frame_hdr; undefined where there is none, or one that makes no sense: then .eh_frame is walked. */
function readHeader(elf: ElfFile): EhFrameHeader | undefined {
  const segment = elf.segments.find(({ type }) => type === SEGMENT_EH_FRAME)
  const place =
    sectionNamed(elf, '.eh_frame_hdr') ??
    (segment === undefined ? undefined : { offset: segment.offset, address: segment.address, sizeBytes: segment.fileBytes })
  if (place === undefined || place.sizeBytes > MAX_HEADER_BYTES) return undefined
  try {
    const bytes = elf.source.read(place.offset, place.sizeBytes)
    return parseEhFrameHeader(bytes, { source: `${elf.name} .eh_frame_hdr`, address: place.address, wordBytes: elf.is64 ? 8 : 4 })
  } catch (error) {
    if (isFileFailure(error)) return undefined
    throw error
  }
}

interface Place {
  readonly offset: number
  readonly address: number
  readonly sizeBytes: number
}

/** From an address to the end of its segment: programs without section headers do not tell where .eh_frame ends. */
function segmentPlace(elf: ElfFile, address: number): Place | undefined {
  const segment = elf.segments.find(
    ({ type, address: start, fileBytes }) => type === SegmentType.Load && address >= start && address < start + fileBytes,
  )
  if (segment === undefined) return undefined
  const skipped = address - segment.address
  return { address, offset: segment.offset + skipped, sizeBytes: segment.fileBytes - skipped }
}

function frameSection(elf: ElfFile, kind: FrameSection['kind'], { offset, address, sizeBytes }: Place): FrameSection {
  const source: ByteSource = elf.source
  return { kind, name: `${elf.name} .${kind}`, source, offset, sizeBytes, address, wordBytes: elf.is64 ? 8 : 4 }
}

function indexedTable(section: FrameSection, header: EhFrameHeader): FrameTable {
  return keptTable(new FrameEntries(section), { ...header, address: section.address })
}

/** Walks the whole section: statically linked programs and .debug_frame have no index. */
function scannedTable(section: FrameSection): FrameTable | undefined {
  if (section.sizeBytes > MAX_SCANNED_BYTES) return undefined
  const bytes = section.source.read(section.offset, section.sizeBytes)
  const entries = new FrameEntries({ ...section, source: memorySource(bytes), offset: 0, sizeBytes: bytes.length })
  const found: { start: number; offset: number }[] = []
  try {
    for (const entry of entries.scan()) {
      // the linker leaves entries of functions it dropped, at 0
      if (entry.start !== 0) found.push(entry)
      if (found.length >= MAX_SCANNED_ENTRIES) break
    }
  } catch (error) {
    if (!(error instanceof FormatError)) throw error // what was read before the damage is used
  }
  if (found.length === 0) return undefined
  found.sort((left, right) => left.start - right.start || left.offset - right.offset)
  return keptTable(entries, {
    starts: Float64Array.from(found, ({ start }) => start),
    entries: Float64Array.from(found, ({ offset }) => offset),
    address: 0,
  })
}

/** Where functions start and their entries lie, in order. */
interface FrameIndex {
  readonly starts: Float64Array
  /** Relative to address: a large program has 200,000, of which few are ever asked for. */
  readonly entries: Float64Array
  readonly address: number
}

function keptTable(reader: FrameEntries, index: FrameIndex): FrameTable {
  const rules = new Map<number, FoundRule>()
  const parsed = new Map<number, FrameEntry | undefined>()

  function entryOf(position: number): FrameEntry | undefined {
    if (parsed.has(position)) return parsed.get(position)
    if (parsed.size >= MAX_KEPT) parsed.clear()
    parsed.set(position, undefined) // should it throw, it is damaged the next time too
    const entry = reader.entryAt(index.entries[position] - index.address)
    parsed.set(position, entry)
    return entry
  }

  function find(address: number): FoundRule {
    const position = lastAtOrBelow(index.starts, address)
    if (position < 0) return 'none'
    try {
      const entry = entryOf(position)
      if (entry === undefined) return 'damaged'
      if (address < entry.start || address >= entry.end) return 'none'
      return ruleAt(entry, address, { source: reader.section.name, wordBytes: reader.section.wordBytes })
    } catch (error) {
      if (isFileFailure(error)) return 'damaged'
      throw error
    }
  }

  return {
    ruleAt(address) {
      const known = rules.get(address)
      if (known !== undefined) return known
      if (rules.size >= MAX_KEPT) rules.clear()
      const found = find(address)
      rules.set(address, found)
      return found
    },
  }
}
