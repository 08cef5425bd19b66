/** Records of a perf ring that was written backward → records of the flight recorder, oldest first. */

import { FlightType, type FrozenRegion, RECORD_BYTES } from '../bpf/flight-record.ts'
import type { ChainSlice } from '../callchain-interner.ts'
import { clockBase, parseTaskRecord, RecordType, RingWords } from '../perf-record.ts'
import { parseSchedEvent, type TraceKind } from './sched-event.ts'
import type { TraceFormat } from './trace-format.ts'

/** Formats of tracepoints by their number. */
export type TraceFormats = Map<number, { readonly kind: TraceKind; readonly format: TraceFormat }>

/** A copy of a ring. */
export interface BackwardRing {
  readonly cpu: number
  /** The data pages: a power of two. */
  readonly data: Uint8Array
  /** Bytes written in all. */
  readonly written: number
  /** Records up to this are left out. */
  readonly sinceNs: bigint
}

const RECORD_WORDS = RECORD_BYTES / 4
const HEADER_BYTES = 8
/** Stacks and threads that are remembered; more are forgotten all at once. */
const MAX_REMEMBERED = 65_536
/** Ids of stacks begin after those that are none: stack.h. */
const FIRST_STACK = 3
/** Words before the callchain of a sample. */
const CHAIN_AT = 8
/** Low words of PERF_CONTEXT_MAX and PERF_CONTEXT_USER: what lies between is a marker, no address. */
const CONTEXT_MAX = -4095
const CONTEXT_USER = -512
/** States as sched_switch reports them, include/linux/sched.h: preempted; dead or zombie; idle kernel threads. */
const REPORT_PREEMPTED = 0x100
const REPORT_DEAD = 0x30
const REPORT_IDLE = 0x80
/** And as they are: TASK_DEAD, TASK_UNINTERRUPTIBLE | TASK_NOLOAD. */
const DEAD = 0x80
const IDLE = 0x402

interface Fields {
  readonly type: number
  readonly tid: number
  readonly pid: number
  readonly other?: number
  readonly argument?: number
  readonly value?: number
  readonly stack?: number
  readonly comm?: string
}

/** Decodes ring after ring, and remembers stacks and who is a thread of whom. */
export class BackwardDecoder {
  /** Records that made no sense. */
  damagedCount = 0
  readonly #formats: TraceFormats
  readonly #pidOf = new Map<number, number>()
  readonly #stackIds = new Map<string, number>()
  readonly #stacks = new Map<number, BigUint64Array>()
  #nextStack = FIRST_STACK

  constructor(formats: TraceFormats) {
    this.#formats = formats
  }

  decode({ cpu, data, written, sinceNs }: BackwardRing): FrozenRegion {
    const words = new Int32Array(data.buffer, data.byteOffset, data.byteLength >> 2)
    const ring = new RingWords(words, clockBase(0n))
    const { places, usedBytes, reachedKnown } = recordPlaces(ring, { written, sinceNs: Number(sinceNs) })
    // younger records say which process a thread is of
    for (const place of places) if (ring.i32(place) === RecordType.Sample) this.#remember(ring.i32(place + 2), ring.i32(place + 3))
    const out = new Uint32Array(places.length * RECORD_WORDS)
    const meanBytes = places.length === 0 ? 1 : usedBytes / places.length
    const overwritten = reachedKnown || written <= data.length ? 0 : Math.max(1, Math.round((written - usedBytes) / meanBytes))
    const first = places.length === 0 ? 0 : (places.length + overwritten) % places.length
    let count = 0
    for (let index = places.length - 1; index >= 0; index--) {
      const fields = this.#fieldsOf(ring, places[index])
      const slot = places.length === 0 ? 0 : (overwritten === 0 ? count : (first + count) % places.length) * RECORD_WORDS
      if (fields !== undefined) fill(out, slot, { ring, place: places[index], cpu, fields })
      count++ // what is no event leaves a slot of type 0, which is passed over
    }
    return { cpu, words: out, written: places.length + overwritten }
  }

  stacks(ids: Iterable<number>): ReadonlyMap<number, BigUint64Array> {
    const found = new Map<number, BigUint64Array>()
    for (const id of ids) {
      const stack = this.#stacks.get(id)
      if (stack !== undefined) found.set(id, stack)
    }
    return found
  }

  #fieldsOf(ring: RingWords, place: number): Fields | undefined {
    const words = ring.u32(place + 1) >>> 18
    if (ring.i32(place) !== RecordType.Sample) return this.#taskFields(ring, place, words)
    const event = parseSchedEvent(ring, { position: place, words }, this.#formats)
    if (event === undefined) return this.#sampleFields(ring, place, words)
    if (event.kind === 'switch') {
      const { state, tid, pid, nextTid } = event
      const value = state & REPORT_PREEMPTED ? 0 : state & REPORT_DEAD ? DEAD : state & REPORT_IDLE ? IDLE : state & 0xff
      return { type: FlightType.Switch, tid, pid: Math.max(0, pid), other: nextTid, value }
    }
    if (event.kind !== 'waking') return undefined
    const { wakeeTid, tid, pid, inInterrupt } = event
    const waker = inInterrupt ? { other: 0, argument: 0 } : { other: tid, argument: pid }
    return { type: FlightType.Waking, tid: wakeeTid, pid: this.#pidOf.get(wakeeTid) ?? wakeeTid, ...waker }
  }

  #taskFields(ring: RingWords, place: number, words: number): Fields | undefined {
    const record = parseTaskRecord(ring, place, words)
    if (record?.type === 'fork') {
      this.#remember(record.pid, record.tid)
      return { type: FlightType.Fork, tid: record.parentTid, pid: record.parentPid, other: record.tid, argument: record.pid }
    }
    if (record?.type === 'exit') return { type: FlightType.Exit, tid: record.tid, pid: record.pid }
    return record?.type === 'comm' && record.isExec
      ? { type: FlightType.Exec, tid: record.tid, pid: record.pid, comm: record.comm }
      : undefined
  }

  /** The timer. */
  #sampleFields(ring: RingWords, place: number, words: number): Fields | undefined {
    const count = ring.u32(place + 6)
    if (words < CHAIN_AT || count * 2 > words - CHAIN_AT) {
      this.damagedCount++
      return undefined
    }
    const slices = splitChain({ ring, position: place + CHAIN_AT, count })
    const argument = this.#intern(slices.kernel)
    return { type: FlightType.Sample, tid: ring.i32(place + 3), pid: ring.i32(place + 2), argument, stack: this.#intern(slices.user) }
  }

  #intern(addresses: readonly bigint[]): number {
    if (addresses.length === 0) return 0
    const key = addresses.join()
    const known = this.#stackIds.get(key)
    if (known !== undefined) return known
    if (this.#stackIds.size >= MAX_REMEMBERED) {
      this.#stackIds.clear()
      this.#stacks.clear()
    }
    const id = this.#nextStack++
    this.#stackIds.set(key, id)
    this.#stacks.set(id, BigUint64Array.from(addresses))
    return id
  }

  #remember(pid: number, tid: number): void {
    if (this.#pidOf.size >= MAX_REMEMBERED) this.#pidOf.clear()
    if (tid > 0 && pid > 0) this.#pidOf.set(tid, pid)
  }
}

/** Where records begin, youngest first, down to what was overwritten in part or is known already. */
function recordPlaces(
  ring: RingWords,
  { written, sinceNs }: { written: number; sinceNs: number },
): { readonly places: readonly number[]; readonly usedBytes: number; readonly reachedKnown: boolean } {
  const sizeBytes = ring.words.length * 4
  const end = Math.min(written, sizeBytes)
  const places: number[] = []
  // data_head is -written: the youngest record begins there
  const start = sizeBytes - (written % sizeBytes)
  let used = 0
  while (used + HEADER_BYTES <= end) {
    const place = ((start + used) % sizeBytes) / 4
    const bytes = ring.u32(place + 1) >>> 16
    if (bytes < HEADER_BYTES || bytes % 8 !== 0 || used + bytes > end) break
    const isSample = ring.i32(place) === RecordType.Sample
    if (isSample && ring.timeNs(place + 4) <= sinceNs) return { places, usedBytes: used, reachedKnown: true }
    places.push(place)
    used += bytes
  }
  return { places, usedBytes: used, reachedKnown: false }
}

function splitChain({ ring, position, count }: ChainSlice): { readonly kernel: readonly bigint[]; readonly user: readonly bigint[] } {
  const kernel: bigint[] = []
  const user: bigint[] = []
  let into = kernel
  for (let index = 0; index < count; index++) {
    const low = ring.i32(position + index * 2)
    const isMarker = ring.i32(position + index * 2 + 1) === -1 && low < 0 && low >= CONTEXT_MAX
    if (isMarker) into = low === CONTEXT_USER ? user : kernel
    else into.push(ring.u64(position + index * 2))
  }
  return { kernel, user }
}

/** struct record of flight.bpf.c. */
function fill(
  out: Uint32Array,
  at: number,
  { ring, place, cpu, fields }: { ring: RingWords; place: number; cpu: number; fields: Fields },
): void {
  const isSample = ring.i32(place) === RecordType.Sample
  const timeAt = isSample ? place + 4 : place + (ring.u32(place + 1) >>> 18) - 2
  out[at] = ring.u32(timeAt)
  out[at + 1] = ring.u32(timeAt + 1)
  out[at + 2] = fields.type | (cpu << 16)
  out[at + 3] = fields.tid
  out[at + 4] = fields.pid
  out[at + 5] = fields.other ?? 0
  out[at + 6] = fields.argument ?? 0
  out[at + 8] = fields.value ?? 0
  out[at + 10] = fields.stack ?? 0
  const comm = fields.comm ?? ''
  for (let index = 0; index < Math.min(15, comm.length); index++)
    out[at + 6 + (index >> 2)] |= (comm.charCodeAt(index) & 0xff) << ((index & 3) * 8)
}
