/**
 * Where the parts of a PERF_RECORD_SAMPLE lie: include/uapi/linux/perf_event.h.
 *
 *     header │ u32 pid, tid │ u64 time │ u64 nr, u64 ips[nr] │ u64 abi, u64 regs[] │ u64 size, bytes, u64 dyn_size
 *                                                             └─ with dumps only ─────────────────────────────────┘
 *
 * regs is missing where abi is 0, bytes and dyn_size where size is 0: kernel threads.
 */

import type { RingWords } from './perf-record.ts'

/** Positions are in words of the ring; all parts lie within the record. */
export interface SampleRecord {
  readonly position: number
  readonly chainCount: number
  /** PERF_SAMPLE_REGS_ABI_*: 0 none, 1 32-bit, 2 64-bit. */
  readonly abi: number
  readonly registers: number
  readonly stack: number
  /** Bytes asked for, and those that could be copied. */
  readonly stackBytes: number
  readonly copiedBytes: number
}

/** PERF_SAMPLE_REGS_ABI_64. */
export const ABI_64 = 2

const CHAIN = 8

/** Finds the parts; undefined for a record whose parts are longer than itself. registerCount is 0 without dumps. */
export function parseSampleRecord(
  ring: RingWords,
  position: number,
  { words, registerCount }: { words: number; registerCount: number },
): SampleRecord | undefined {
  if (words < CHAIN) return undefined
  const chainCount = ring.u32(position + 6)
  let at = CHAIN + chainCount * 2
  if (at > words) return undefined
  if (registerCount === 0) return { position, chainCount, abi: 0, registers: 0, stack: 0, stackBytes: 0, copiedBytes: 0 }
  if (at + 4 > words) return undefined
  const abi = ring.u32(position + at)
  const registers = position + at + 2
  at += 2 + (abi === 0 ? 0 : registerCount * 2)
  if (at + 2 > words) return undefined
  const stackBytes = ring.u32(position + at)
  const stack = position + at + 2
  at += 2
  if (stackBytes === 0) return { position, chainCount, abi, registers, stack, stackBytes, copiedBytes: 0 }
  if (stackBytes % 8 !== 0 || at + stackBytes / 4 + 2 > words) return undefined
  const copiedBytes = ring.u32(position + at + stackBytes / 4)
  if (copiedBytes > stackBytes) return undefined
  return { position, chainCount, abi, registers, stack, stackBytes, copiedBytes }
}
