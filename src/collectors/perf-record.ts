/**
 * Records of a perf ring, as 32-bit words.
 *
 * Layout: include/uapi/linux/perf_event.h. Header: u32 type, u16 misc, u16 size (of the whole record, in bytes).
 * Records are multiples of 8 bytes and so is the ring, so words never straddle its end; a record can wrap. Our events have
 * sample_type TID | TIME | CALLCHAIN and sample_id_all, so that a record other than a sample ends with
 * { u32 pid, tid; u64 time }.
 */

import { FormatError } from '../errors.ts'

/** PERF_RECORD_* that autotune reads. */
export const RecordType = { Lost: 2, Comm: 3, Exit: 4, Throttle: 5, Fork: 7, Sample: 9, Mmap2: 10, LostSamples: 13 } as const

const MISC_COMM_EXEC = 1 << 13
const HEADER_WORDS = 2
const SAMPLE_ID_WORDS = 4

/** A record that is no sample, decoded. */
export type TaskRecord =
  | {
      readonly type: 'comm'
      readonly timeNs: number
      readonly pid: number
      readonly tid: number
      readonly comm: string
      readonly isExec: boolean
    }
  | {
      readonly type: 'fork' | 'exit'
      readonly timeNs: number
      readonly pid: number
      readonly parentPid: number
      readonly tid: number
      readonly parentTid: number
    }
  | { readonly type: 'mmap'; readonly timeNs: number; readonly pid: number; readonly mapping: RecordedMapping }
  | { readonly type: 'lost'; readonly timeNs: number; readonly lostCount: number }
  | { readonly type: 'throttle'; readonly timeNs: number }

/** The file range of a PERF_RECORD_MMAP2. */
export interface RecordedMapping {
  readonly startAddress: bigint
  readonly endAddress: bigint
  readonly fileOffsetBytes: number
  readonly device: string
  readonly inode: number
  readonly path: string
}

/** Splits the u64 clock into words once, so that times are exact numbers without bigint. */
export function clockBase(startNs: bigint): { readonly high: number; readonly low: number } {
  return { high: Number(startNs >> 32n), low: Number(startNs & 0xffffffffn) }
}

/** Cursor over the words of one ring: every read wraps at its end. */
export class RingWords {
  readonly words: Int32Array
  readonly mask: number
  readonly #clock: { readonly high: number; readonly low: number }

  constructor(words: Int32Array, clock: { readonly high: number; readonly low: number }) {
    this.words = words
    this.mask = words.length - 1
    this.#clock = clock
  }

  u32(position: number): number {
    return this.words[position & this.mask] >>> 0
  }

  i32(position: number): number {
    return this.words[position & this.mask]
  }

  /** A u64 instant as timeNs. */
  timeNs(position: number): number {
    return (this.u32(position + 1) - this.#clock.high) * 4294967296 + (this.u32(position) - this.#clock.low)
  }

  u64(position: number): bigint {
    return (BigInt(this.u32(position + 1)) << 32n) | BigInt(this.u32(position))
  }

  /** A u64 that must fit a number exactly. */
  size64(position: number): number {
    return this.u32(position + 1) * 4294967296 + this.u32(position)
  }

  /** A NUL-terminated string of at most wordCount words. */
  text(position: number, wordCount: number): string {
    const bytes = new Uint8Array(wordCount * 4)
    const view = new DataView(bytes.buffer)
    for (let word = 0; word < wordCount; word++) view.setInt32(word * 4, this.i32(position + word), true)
    const end = bytes.indexOf(0)
    return Buffer.from(bytes.buffer, 0, end < 0 ? bytes.length : end).toString('utf8')
  }
}

/** Word count of the record at a position; a size that cannot be throws. */
export function recordWords(ring: RingWords, position: number, leftWords: number): number {
  const sizeBytes = ring.u32(position + 1) >>> 16
  if (sizeBytes < 8 || sizeBytes % 8 !== 0 || sizeBytes / 4 > leftWords) {
    throw new FormatError('perf ring', position * 4, `Record size is ${sizeBytes}, ${leftWords * 4} bytes were written.`)
  }
  return sizeBytes / 4
}

/** Decodes a record that is no sample; undefined for types autotune does not use. */
export function parseTaskRecord(ring: RingWords, position: number, words: number): TaskRecord | undefined {
  const type = ring.i32(position)
  const bodyWords = words - HEADER_WORDS - SAMPLE_ID_WORDS
  const need = minimumBodyWords[type]
  if (need === undefined) return undefined
  if (bodyWords < need) throw new FormatError('perf ring', position * 4, `Record of type ${type} has ${words * 4} bytes, too few.`)
  const body = position + HEADER_WORDS
  const timeNs = ring.timeNs(position + words - 2)
  switch (type) {
    case RecordType.Comm: {
      const isExec = (ring.u32(position + 1) & MISC_COMM_EXEC) !== 0
      return { type: 'comm', timeNs, pid: ring.i32(body), tid: ring.i32(body + 1), comm: ring.text(body + 2, bodyWords - 2), isExec }
    }
    case RecordType.Fork:
    case RecordType.Exit: {
      const [pid, parentPid, tid, parentTid] = [0, 1, 2, 3].map(word => ring.i32(body + word))
      return { type: type === RecordType.Fork ? 'fork' : 'exit', timeNs, pid, parentPid, tid, parentTid }
    }
    case RecordType.Mmap2:
      return { type: 'mmap', timeNs, pid: ring.i32(body), mapping: parseMmap2(ring, body, bodyWords) }
    case RecordType.Lost:
      return { type: 'lost', timeNs, lostCount: ring.size64(body + 2) }
    case RecordType.LostSamples:
      return { type: 'lost', timeNs, lostCount: ring.size64(body) }
    default:
      return { type: 'throttle', timeNs }
  }
}

const minimumBodyWords: Readonly<Record<number, number>> = {
  [RecordType.Lost]: 4,
  [RecordType.Comm]: 4,
  [RecordType.Exit]: 6,
  [RecordType.Throttle]: 6,
  [RecordType.Fork]: 6,
  [RecordType.Mmap2]: 18,
  [RecordType.LostSamples]: 2,
}

/** u32 pid, tid; u64 addr, len, pgoff; u32 maj, min; u64 ino, ino_generation; u32 prot, flags; char filename[]. */
function parseMmap2(ring: RingWords, body: number, bodyWords: number): RecordedMapping {
  const startAddress = ring.u64(body + 2)
  const hex = (word: number) =>
    ring
      .u32(body + word)
      .toString(16)
      .padStart(2, '0')
  return {
    startAddress,
    endAddress: startAddress + ring.u64(body + 4),
    fileOffsetBytes: ring.size64(body + 6),
    device: `${hex(8)}:${hex(9)}`,
    inode: ring.size64(body + 10),
    path: ring.text(body + 16, bodyWords - 16),
  }
}
