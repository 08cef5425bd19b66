/**
 * Reads what `perf record --call-graph dwarf` wrote, to compare our stacks with those of `perf script`. Trusts its input: tests only.
 *
 * Layout: tools/perf/Documentation/perf.data-file-format.txt. Header: magic, u64 size, u64 attr size, sections (offset, size) of attrs, data, …
 */

import { readFileSync } from 'node:fs'
import { userRegistersOf } from '../src/collectors/user-registers.ts'
import type { SpaceMapping } from '../src/symbolize/unwind/address-space.ts'

/** One event in file order. */
export type PerfDataEvent =
  | { readonly type: 'mapping'; readonly pid: number; readonly mapping: SpaceMapping }
  | { readonly type: 'exec'; readonly pid: number }
  | { readonly type: 'fork'; readonly pid: number; readonly parentPid: number }
  | {
      readonly type: 'sample'
      readonly pid: number
      readonly tid: number
      readonly timeNs: bigint
      /** Undefined for kernel threads. */
      readonly registers: Int32Array | undefined
      readonly stack: Uint8Array
      readonly isCut: boolean
      readonly userChain: Float64Array
    }

/** perf's own mask, arch__user_reg_mask: all but ds, es, fs, gs. Positions of the registers we use within its record. */
const PERF_ORDER = [0, 3, 2, 1, 4, 5, 6, 7, 16, -1, -1, -1, 8, 9, 10, 11, 12, 13, 14, 15]
const PERF_MASK = 0xff0fffn
const PROT_EXEC = 4

/** All events of a file, sorted by time as perf does. */
export function readPerfData(path: string): PerfDataEvent[] {
  const bytes = readFileSync(path)
  const attrs = Number(bytes.readBigUInt64LE(24))
  const sampleType = bytes.readBigUInt64LE(attrs + 24)
  const mask = bytes.readBigUInt64LE(attrs + 80)
  const slots = mask === PERF_MASK ? PERF_ORDER : mask === userRegistersOf('x64')?.mask ? userRegistersOf('x64')?.slots : undefined
  if (slots === undefined) throw new Error(`perf.data has registers of mask 0x${mask.toString(16)}.`)
  const dataOffset = Number(bytes.readBigUInt64LE(40))
  const end = dataOffset + Number(bytes.readBigUInt64LE(48))
  const events: { timeNs: bigint; event: PerfDataEvent }[] = []
  const trailerBytes = 8 + [64n, 128n, 512n, 0x10000n].filter(bit => (sampleType & bit) !== 0n).length * 8
  let sizeBytes = 0
  for (let offset = dataOffset; offset < end; offset += sizeBytes) {
    sizeBytes = bytes.readUInt16LE(offset + 6)
    const record = bytes.subarray(offset, offset + sizeBytes)
    const event = parseRecord(record, sampleType, slots)
    // sample_id_all: other records end with pid, tid, time, then what of ids and CPU there is
    const timeNs = event?.type === 'sample' ? event.timeNs : record.readBigUInt64LE(Math.max(0, sizeBytes - trailerBytes))
    if (event !== undefined) events.push({ timeNs, event })
  }
  return events.sort((left, right) => (left.timeNs < right.timeNs ? -1 : left.timeNs > right.timeNs ? 1 : 0)).map(({ event }) => event)
}

function parseRecord(record: Buffer, sampleType: bigint, slots: readonly number[]): PerfDataEvent | undefined {
  const type = record.readUInt32LE(0)
  const misc = record.readUInt16LE(4)
  if (type === 9) return parseSample(record, sampleType, slots)
  if (type === 3 && (misc & (1 << 13)) !== 0) return { type: 'exec', pid: record.readInt32LE(8) }
  if (type === 7) return { type: 'fork', pid: record.readInt32LE(8), parentPid: record.readInt32LE(12) }
  if (type !== 10 || record.readInt32LE(8) < 0 || (record.readUInt32LE(64) & PROT_EXEC) === 0) return undefined
  const startAddress = record.readBigUInt64LE(16)
  const hasBuildId = (misc & (1 << 14)) !== 0
  const path = record.toString('utf8', 72, record.indexOf(0, 72))
  return {
    type: 'mapping',
    pid: record.readInt32LE(8),
    mapping: {
      startAddress,
      endAddress: startAddress + record.readBigUInt64LE(24),
      fileOffsetBytes: Number(record.readBigUInt64LE(32)),
      path,
      device: hasBuildId ? path : `${record.readUInt32LE(40)}:${record.readUInt32LE(44)}`,
      inode: hasBuildId ? (path.startsWith('/') && !path.startsWith('//') ? 1 : 0) : Number(record.readBigUInt64LE(48)),
    },
  }
}

function parseSample(record: Buffer, sampleType: bigint, slots: readonly number[]): PerfDataEvent {
  const has = (bit: bigint): boolean => (sampleType & bit) !== 0n
  let at = 8 + (has(0x10000n) ? 8 : 0) + (has(1n) ? 8 : 0)
  const pid = record.readInt32LE(at)
  const tid = record.readInt32LE(at + 4)
  const timeNs = record.readBigUInt64LE(at + 8)
  at += 16
  for (const bit of [8n, 64n, 512n, 128n, 256n]) if (has(bit)) at += 8
  const count = has(32n) ? Number(record.readBigUInt64LE(at)) : 0
  const chain = Array.from({ length: count }, (_, index) => record.readBigInt64LE(at + 8 + index * 8))
  at += has(32n) ? 8 + count * 8 : 0
  const userStart = chain.indexOf(-512n)
  const abi = record.readBigUInt64LE(at)
  at += 8
  const registers = abi === 2n ? new Int32Array(66) : undefined
  slots.forEach((slot, index) => {
    if (registers === undefined || slot < 0) return
    registers[slot * 2] = record.readInt32LE(at + index * 8)
    registers[slot * 2 + 1] = record.readInt32LE(at + index * 8 + 4)
  })
  if (abi !== 0n) at += slots.length * 8
  const size = Number(record.readBigUInt64LE(at))
  const copied = size === 0 ? 0 : Number(record.readBigUInt64LE(at + 8 + size))
  const stack = new Uint8Array(record.subarray(at + 8, at + 8 + copied))
  const userChain = Float64Array.from(userStart < 0 ? [] : chain.slice(userStart + 1), Number)
  return { type: 'sample', pid, tid, timeNs, registers, stack, isCut: copied === size && size > 0, userChain }
}
