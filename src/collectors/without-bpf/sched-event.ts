/** Tracepoint records of a perf ring as events: what the pairing works on. */

import type { ChainSlice } from '../callchain-interner.ts'
import type { RingWords } from '../perf-record.ts'
import type { TraceField, TraceFormat } from './trace-format.ts'

/** Tracepoints that are read, as tracefs names them; the first two must be there. */
export const traceEvents = {
  switch: 'sched/sched_switch',
  waking: 'sched/sched_waking',
  futex: 'syscalls/sys_enter_futex',
  insert: 'block/block_rq_insert',
  issue: 'block/block_rq_issue',
  complete: 'block/block_rq_complete',
} as const

/** One of them. */
export type TraceKind = keyof typeof traceEvents

/** What every event has. The chains are slices of the ring: read them before its tail moves on. */
interface Common {
  readonly timeNs: number
  /** Thread that ran, and its process. */
  readonly pid: number
  readonly tid: number
  readonly inInterrupt: boolean
  readonly kernelChain: ChainSlice
  readonly userChain: ChainSlice
}

/** An event of the scheduler or of a block device. */
export type SchedEvent = Common &
  (
    | { readonly kind: 'switch'; readonly state: number; readonly nextTid: number }
    | { readonly kind: 'waking'; readonly wakeeTid: number }
    | { readonly kind: 'futex'; readonly address: number }
    | {
        readonly kind: 'insert' | 'issue' | 'complete'
        readonly device: string
        readonly sector: number
        readonly sectors: number
        readonly sizeBytes: number
        readonly failed: boolean
        readonly operation: string
      }
  )

/** Fields an event needs; without one of them it is not read. */
const neededFields: Readonly<Record<TraceKind, readonly string[]>> = {
  switch: ['prev_state', 'next_pid'],
  waking: ['pid'],
  futex: ['uaddr'],
  insert: ['dev', 'sector', 'nr_sector', 'rwbs'],
  issue: ['dev', 'sector', 'nr_sector', 'rwbs'],
  complete: ['dev', 'sector', 'nr_sector', 'rwbs'],
}

/** Where the fields of a tracepoint lie on this kernel: worked out once, since events come by the ten thousand. */
export interface TraceLayout {
  readonly kind: TraceKind
  /** Raw bytes in which all needed fields end. */
  readonly minBytes: number
  /** Words of the needed fields, in the order of neededFields. */
  readonly at: readonly number[]
  /** Words of fields that may be missing: size in bytes, error. */
  readonly bytesAt: number | undefined
  readonly errorAt: number | undefined
  readonly operation: TraceField | undefined
}

/** The layout by a kernel's description; undefined when a field is missing or lies where words cannot be read. */
export function traceLayout(kind: TraceKind, { fields }: TraceFormat): TraceLayout | undefined {
  const needed = neededFields[kind].map(name => ({ name, field: fields.get(name) }))
  let minBytes = 8
  for (const { name, field } of needed) {
    if (field === undefined || (name !== 'rwbs' && !isWord(field))) return undefined
    minBytes = Math.max(minBytes, field.offset + field.sizeBytes)
  }
  const wordOf = (name: string): number | undefined => {
    const field = fields.get(name)
    return field !== undefined && isWord(field) && field.offset + field.sizeBytes <= minBytes ? field.offset / 4 : undefined
  }
  return {
    kind,
    minBytes,
    at: needed.map(({ field }) => Math.floor((field?.offset ?? 0) / 4)),
    bytesAt: wordOf('bytes'),
    errorAt: wordOf('error'),
    operation: fields.get('rwbs'),
  }
}

function isWord({ offset, sizeBytes }: TraceField): boolean {
  return offset % 4 === 0 && sizeBytes >= 4
}

/** Bits of common_flags, include/linux/trace_events.h: TRACE_FLAG_HARDIRQ, _SOFTIRQ, _NMI. */
const INTERRUPT_FLAGS = 0x08 | 0x10 | 0x40
/** Low words of PERF_CONTEXT_USER; the high word is -1. */
const CONTEXT_USER = -512
/** Words before the callchain: header, pid and tid, time, number of addresses. */
const CHAIN_AT = 8

/** Decodes a sample of TID | TIME | CALLCHAIN | RAW; undefined when its parts do not fit or its type is none of ours. */
export function parseSchedEvent(
  ring: RingWords,
  { position, words }: { readonly position: number; readonly words: number },
  layouts: ReadonlyMap<number, TraceLayout>,
): SchedEvent | undefined {
  const chainLength = ring.u32(position + 6)
  const rawAt = CHAIN_AT + chainLength * 2
  if (chainLength > words || rawAt + 3 > words) return undefined
  const rawBytes = ring.u32(position + rawAt)
  if ((rawAt + 1) * 4 + rawBytes > words * 4 || rawBytes < 8) return undefined
  const raw = position + rawAt + 1
  const layout = layouts.get(ring.u32(raw) & 0xffff)
  if (layout === undefined || layout.minBytes > rawBytes) return undefined
  const { kind, at } = layout
  const userAt = findUserChain(ring, position + CHAIN_AT, chainLength)
  const timeNs = ring.timeNs(position + 4)
  const pid = ring.i32(position + 2)
  const tid = ring.i32(position + 3)
  const inInterrupt = ((ring.u32(raw) >>> 16) & INTERRUPT_FLAGS) !== 0
  const kernelChain = { ring, position: position + CHAIN_AT, count: userAt }
  const userChain = { ring, position: position + CHAIN_AT + userAt * 2, count: chainLength - userAt }
  // written out three times: spreading a common part into each costs more than all the rest
  if (kind === 'switch') {
    const [stateAt, nextAt] = at
    return { timeNs, pid, tid, inInterrupt, kernelChain, userChain, kind, state: ring.u32(raw + stateAt), nextTid: ring.i32(raw + nextAt) }
  }
  if (kind === 'waking') return { timeNs, pid, tid, inInterrupt, kernelChain, userChain, kind, wakeeTid: ring.i32(raw + at[0]) }
  if (kind === 'futex') return { timeNs, pid, tid, inInterrupt, kernelChain, userChain, kind, address: ring.size64(raw + at[0]) }
  return { timeNs, pid, tid, inInterrupt, kernelChain, userChain, kind, ...readRequest(ring, raw, layout) }
}

function readRequest(ring: RingWords, raw: number, { at, bytesAt, errorAt, operation }: TraceLayout) {
  const [deviceAt, sectorAt, sectorsAt] = at
  const device = ring.u32(raw + deviceAt)
  const sectors = ring.u32(raw + sectorsAt)
  return {
    device: `${device >>> 20}:${device & 0xfffff}`, // MAJOR() and MINOR() of include/linux/kdev_t.h
    sector: ring.size64(raw + sectorAt),
    sectors,
    sizeBytes: bytesAt === undefined ? sectors * 512 : ring.u32(raw + bytesAt),
    failed: errorAt !== undefined && ring.i32(raw + errorAt) !== 0,
    operation: operationOf(ring, raw, operation),
  }
}

/** Entries before the marker of user code. */
function findUserChain(ring: RingWords, first: number, count: number): number {
  for (let index = 0; index < count; index++) {
    if (ring.i32(first + index * 2) === CONTEXT_USER && ring.i32(first + index * 2 + 1) === -1) return index
  }
  return count
}

/** "WS", "R", "FF", "DS": blk_fill_rwbs of kernel/trace/blktrace.c. A flush before a write is the write's. */
function operationOf(ring: RingWords, raw: number, field: TraceField | undefined): string {
  let letters = ''
  for (let index = 0; field !== undefined && index < Math.min(4, field.sizeBytes); index++) {
    const offset = field.offset + index
    const code = (ring.u32(raw + (offset >> 2)) >>> ((offset & 3) * 8)) & 0xff
    if (code === 0) break
    letters += String.fromCharCode(code)
  }
  if (letters.includes('W')) return 'write'
  if (letters.includes('D')) return 'discard'
  if (letters.includes('R')) return 'read'
  return letters.includes('F') ? 'flush' : 'other'
}
