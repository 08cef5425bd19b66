/**
 * Entries of .eh_frame and .debug_frame: common ones (CIE) and one for each function (FDE).
 *
 * Layout: DWARF 5, 6.4.1; LSB Core, "Exception Frames".
 *
 *     length │ 0 or distance back to the CIE │ version, augmentation, alignments, RA register … │ program
 *     length │ …                             │ start, length of the code, augmentation data     │ program
 */

import { type ByteSource, readExactly } from '../byte-source.ts'
import { CfiCursor, PointerEncoding } from './cfi-cursor.ts'

/** A section with call frame information. */
export interface FrameSection {
  readonly kind: 'eh_frame' | 'debug_frame'
  readonly name: string
  readonly source: ByteSource
  /** Where it begins in the source. */
  readonly offset: number
  readonly sizeBytes: number
  /** Where it begins in the file's memory. */
  readonly address: number
  readonly wordBytes: number
}

/** What functions of one kind have in common. */
export interface CommonEntry {
  readonly codeAlign: number
  readonly dataAlign: number
  /** Register in which the return address is, or stands for it. */
  readonly returnAddress: number
  readonly pointerEncoding: number
  readonly hasAugmentation: boolean
  /** 'S': the frame of a signal handler's caller, whose address is exact. */
  readonly isSignalFrame: boolean
  readonly program: CfiProgram
}

/** Instructions that tell how to unwind, and where they lie. */
export interface CfiProgram {
  readonly bytes: Uint8Array
  readonly address: number
}

/** How to unwind a range of code. */
export interface FrameEntry {
  readonly start: number
  readonly end: number
  readonly common: CommonEntry
  readonly program: CfiProgram
}

/** Longest entry that is believed. No source: the longest seen in node, LLVM and Chromium has 40 kB. */
const MAX_ENTRY_BYTES = 1 << 20
/** Read at once: most entries fit, and the next may too. */
const FIRST_BYTES = 256

/** An entry's kind and where it ends; undefined where the section ends. */
interface OpenedEntry {
  readonly cursor: CfiCursor
  /** Offset in the section of the next entry. */
  readonly next: number
  /** Offset in the section of its common entry; undefined when it is one itself. */
  readonly common: number | undefined
}

/** Reads entries of one section; common ones once. */
export class FrameEntries {
  readonly section: FrameSection
  readonly #common = new Map<number, CommonEntry>()

  constructor(section: FrameSection) {
    this.section = section
  }

  /** The function's entry at an offset of the section; a common entry there throws. */
  entryAt(offset: number): FrameEntry {
    const opened = openEntry(this.section, offset)
    if (opened?.common === undefined) throw new CfiCursor(new Uint8Array(), this.#place(offset)).damaged('No function is described here.')
    return this.#parse(opened.cursor, this.#commonAt(opened.common))
  }

  /** Every function's entry, in the order of the section: start of its code and offset of the entry. Bounded by the section. */
  *scan(): Generator<{ readonly start: number; readonly offset: number }> {
    for (let offset = 0; ; ) {
      const opened = openEntry(this.section, offset)
      if (opened === undefined) return
      if (opened.common !== undefined) yield { start: this.#startOf(opened.cursor, opened.common), offset }
      offset = opened.next
    }
  }

  #startOf(cursor: CfiCursor, common: number): number {
    return cursor.pointer(this.#commonAt(common).pointerEncoding)
  }

  #commonAt(offset: number): CommonEntry {
    const known = this.#common.get(offset)
    if (known !== undefined) return known
    const opened = openEntry(this.section, offset)
    if (opened === undefined || opened.common !== undefined) {
      throw new CfiCursor(new Uint8Array(), this.#place(offset)).damaged('A function refers to this as its common entry.')
    }
    const common = parseCommon(opened.cursor, this.section.kind)
    this.#common.set(offset, common)
    return common
  }

  #parse(cursor: CfiCursor, common: CommonEntry): FrameEntry {
    const start = cursor.pointer(common.pointerEncoding)
    const sizeBytes = cursor.pointer(common.pointerEncoding & 0x0f)
    if (sizeBytes < 0) throw cursor.damaged(`A function of ${sizeBytes} bytes.`)
    if (common.hasAugmentation) cursor.bytes(cursor.uleb())
    return { start, end: start + sizeBytes, common, program: restOf(cursor) }
  }

  #place(offset: number) {
    return { source: this.section.name, address: this.section.address + offset, wordBytes: this.section.wordBytes }
  }
}

/** Goes behind the length and the id of an entry. */
function openEntry(section: FrameSection, offset: number): OpenedEntry | undefined {
  const { kind, sizeBytes, wordBytes, name: source } = section
  if (offset < 0 || offset >= sizeBytes || sizeBytes - offset < 4) return undefined
  const place = { source, address: section.address + offset, wordBytes }
  const first = readPart(section, offset, Math.min(FIRST_BYTES, sizeBytes - offset))
  const head = new CfiCursor(first, place)
  let lengthBytes = head.u32()
  if (lengthBytes === 0 && kind === 'eh_frame') return undefined
  const isLong = lengthBytes === 0xffffffff
  if (isLong) lengthBytes = head.size64()
  if (lengthBytes > MAX_ENTRY_BYTES) throw head.damaged(`An entry of ${lengthBytes} bytes.`)
  const totalBytes = head.offset + lengthBytes
  if (totalBytes > sizeBytes - offset) throw head.damaged(`An entry of ${lengthBytes} bytes, ${sizeBytes - offset} are left.`)
  const bytes = totalBytes <= first.length ? first.subarray(0, totalBytes) : readPart(section, offset, totalBytes)
  const cursor = new CfiCursor(bytes, place, head.offset)
  if (lengthBytes === 0) return { cursor, next: offset + totalBytes, common: undefined }
  const idOffset = offset + cursor.offset
  const id = isLong && kind === 'debug_frame' ? cursor.i64() : cursor.i32()
  const isCommon = kind === 'eh_frame' ? id === 0 : id === -1
  const common = kind === 'eh_frame' ? idOffset - (id >>> 0) : isLong ? id : id >>> 0
  return { cursor, next: offset + totalBytes, common: isCommon ? undefined : common }
}

function readPart({ source, name, offset: start }: FrameSection, offset: number, lengthBytes: number): Uint8Array {
  return readExactly(source, name, { offset: start + offset, lengthBytes, field: 'call frame information' })
}

function parseCommon(cursor: CfiCursor, kind: FrameSection['kind']): CommonEntry {
  const version = cursor.u8()
  if (version !== 1 && version !== 3 && version !== 4) throw cursor.damaged(`Call frame information of version ${version}.`)
  const augmentation = cursor.text()
  if (version === 4) {
    const addressBytes = cursor.u8()
    if (addressBytes !== cursor.place.wordBytes || cursor.u8() !== 0) throw cursor.damaged(`Addresses of ${addressBytes} bytes.`)
  }
  // GCC before 3.0 put a pointer to its exception tables here
  if (augmentation === 'eh') cursor.bytes(cursor.place.wordBytes)
  else if (augmentation !== '' && !augmentation.startsWith('z') && kind === 'eh_frame') {
    throw cursor.damaged(`The augmentation ${JSON.stringify(augmentation)} cannot be stepped over.`)
  }
  const codeAlign = cursor.uleb()
  const dataAlign = cursor.sleb()
  const returnAddress = version === 1 ? cursor.u8() : cursor.uleb()
  const hasAugmentation = augmentation.startsWith('z')
  const extra = hasAugmentation
    ? parseAugmentation(cursor, augmentation)
    : { pointerEncoding: PointerEncoding.Absolute, isSignalFrame: false }
  return { codeAlign, dataAlign, returnAddress, hasAugmentation, ...extra, program: restOf(cursor) }
}

/**
 * Letters after 'z': R pointer encoding, L of the language's data, P personality routine, S signal frame, B return addresses
 * signed with key B (aarch64; the signature is taken off whatever the key), G tagged memory. What follows an unknown letter is stepped over.
 */
function parseAugmentation(cursor: CfiCursor, augmentation: string): { pointerEncoding: number; isSignalFrame: boolean } {
  const lengthBytes = cursor.uleb()
  const address = cursor.place.address + cursor.offset
  const data = new CfiCursor(cursor.bytes(lengthBytes), { ...cursor.place, address })
  let pointerEncoding: number = PointerEncoding.Absolute
  let isSignalFrame = false
  for (const letter of augmentation.slice(1)) {
    if (letter === 'R') pointerEncoding = data.u8()
    else if (letter === 'L') data.u8()
    else if (letter === 'P') skipPointer(data, data.u8())
    else if (letter === 'S') isSignalFrame = true
    else if (letter !== 'B' && letter !== 'G') break
  }
  return { pointerEncoding, isSignalFrame }
}

/** The personality routine is of no use here, and where it lies is known to the running program only. */
function skipPointer(data: CfiCursor, encoding: number): void {
  if (encoding !== PointerEncoding.Omitted) data.pointer(encoding & 0x0f)
}

function restOf(cursor: CfiCursor): CfiProgram {
  const address = cursor.place.address + cursor.offset
  return { bytes: cursor.bytes(cursor.end - cursor.offset), address }
}
