/** Records of flight.h, in regions per CPU, as columns in time order. */

/** Values of enum flight_type. The first seven are those of EventType. */
export const FlightType = { Switch: 1, Waking: 2, LockBegin: 3, LockEnd: 4, BlockIssue: 5, BlockComplete: 6, Fork: 7 } as const
const LAST_TYPE = 7

/** Bits of enum flight_flag. The lower six are those of EventFlag. */
export const FlightFlag = {
  Preempted: 1,
  Dead: 2,
  InIowait: 4,
  KernelThread: 8,
  Interrupt: 16,
  SameKey: 32,
  Uninterruptible: 64,
  Stopped: 128,
} as const

/** struct flight_record: u64 time, key; u32 tid, other_tid, tgid; u16 detail; u8 type, flags. */
export const RECORD_BYTES = 32
const RECORD_WORDS = RECORD_BYTES / 4

/** The regions of all CPUs, one after the other. */
export interface FlightRegions {
  readonly bytes: Uint8Array
  /** Records per CPU: a power of two. */
  readonly region: number
  /** Per CPU how many records it wanted to write; more than a region holds were lost or overwritten. */
  readonly heads: readonly number[]
  /** Whether the oldest or the newest records went missing. */
  readonly keeps: 'oldest' | 'newest'
}

/** Events in time order. */
export interface FlightEvents {
  readonly length: number
  readonly timeNs: Float64Array
  readonly cpu: Int32Array
  readonly type: Uint8Array
  readonly flags: Uint8Array
  readonly tid: Int32Array
  readonly otherTid: Int32Array
  readonly pid: Int32Array
  readonly detail: Uint16Array
  readonly key: BigUint64Array
}

/** Events of a time in which no CPU lost any. */
export interface DecodedFlight {
  readonly events: FlightEvents
  /** The time for which every CPU's events are there, as far as losses bound it. */
  readonly fromNs: number
  readonly toNs: number
  /** Records that went missing, and those left out because other CPUs' of their time did. */
  readonly lostCount: number
}

/** What to decode: events in [fromNs, toNs), times relative to startNs. */
export interface DecodeOptions {
  readonly startNs: bigint
  readonly fromNs: number
  readonly toNs: number
}

/** Decodes regions that nobody writes any more. */
export function decodeFlight(regions: FlightRegions, { startNs, fromNs, toNs }: DecodeOptions): DecodedFlight {
  const reader = new RegionReader(regions, startNs)
  const whole = reader.wholeTime(fromNs, toNs)
  const merged = reader.merge()
  sortNearly(merged)
  let length = 0
  let asked = 0
  for (let index = 0; index < merged.length; index++) {
    const timeNs = merged.timeNs[index]
    if (timeNs >= fromNs && timeNs < toNs) asked++
    if (timeNs < whole.fromNs || timeNs >= whole.toNs) continue
    merged.timeNs[length] = timeNs
    merged.record[length++] = merged.record[index]
  }
  return { events: reader.columns({ ...merged, length }), ...whole, lostCount: reader.lostCount + asked - length }
}

/** One event of each kind of wait: what is known of it without looking is the same for all of a process, call and argument. */
export function visitWaits({ bytes, region, heads }: FlightRegions, visit: (event: FlightEvents) => void): void {
  const words = new Uint32Array(bytes.buffer, bytes.byteOffset, bytes.byteLength >>> 2)
  const seen = new Set<number>()
  for (const [cpu, head] of heads.entries()) {
    const end = Math.min(words.length, (cpu * region + Math.min(head, region)) * RECORD_WORDS)
    for (let word = cpu * region * RECORD_WORDS; word < end; word += RECORD_WORDS) {
      const last = words[word + 7]
      const isSmall = words[word + 3] === 0 && words[word + 2] <= MAX_DESCRIPTOR
      if (((last >>> 16) & 0xff) !== FlightType.Switch || (last >>> 24) & (FlightFlag.Preempted | FlightFlag.Dead) || !isSmall) continue
      const id = (words[word + 6] * (MAX_DESCRIPTOR + 1) + words[word + 2]) * 1024 + (last & 0x3ff)
      if (seen.has(id)) continue
      seen.add(id)
      visit(eventAt(words, word))
    }
  }
}

/** First argument of a call that may be a descriptor, + 1. */
const MAX_DESCRIPTOR = 65536

function eventAt(words: Uint32Array, word: number): FlightEvents {
  const last = words[word + 7]
  return {
    length: 1,
    timeNs: new Float64Array(1),
    cpu: new Int32Array(1),
    type: Uint8Array.of(last >>> 16),
    flags: Uint8Array.of(last >>> 24),
    tid: Int32Array.of(words[word + 4]),
    otherTid: Int32Array.of(words[word + 5]),
    pid: Int32Array.of(words[word + 6]),
    detail: Uint16Array.of(last),
    key: BigUint64Array.of(BigInt(words[word + 2])),
  }
}

interface Merged {
  readonly length: number
  readonly timeNs: Float64Array
  /** Index of the record among all regions. */
  readonly record: Int32Array
}

class RegionReader {
  readonly lostCount: number
  readonly #words: Uint32Array
  readonly #keys: BigUint64Array
  readonly #region: number
  readonly #first: readonly number[]
  readonly #counts: readonly number[]
  readonly #overflowed: readonly boolean[]
  readonly #keeps: FlightRegions['keeps']
  readonly #startLow: number
  readonly #startHigh: number

  constructor({ bytes, region, heads, keeps }: FlightRegions, startNs: bigint) {
    const records = Math.floor(bytes.byteLength / RECORD_BYTES)
    const cpus = region > 0 ? Math.min(heads.length, Math.floor(records / region)) : 0
    const seen = heads.slice(0, cpus)
    this.#words = new Uint32Array(bytes.buffer, bytes.byteOffset, records * RECORD_WORDS)
    this.#keys = new BigUint64Array(bytes.buffer, bytes.byteOffset, records * (RECORD_WORDS / 2))
    this.#region = region
    this.#keeps = keeps
    this.#counts = seen.map(head => Math.min(head, region))
    this.#overflowed = seen.map(head => head > region)
    this.#first = seen.map(head => (keeps === 'newest' && head > region ? head % region : 0))
    this.lostCount = heads.reduce((sum, head, cpu) => sum + (cpu < cpus ? Math.max(0, head - region) : head), 0)
    this.#startLow = Number(startNs & 0xffffffffn)
    this.#startHigh = Number(startNs >> 32n)
  }

  wholeTime(fromNs: number, toNs: number): { readonly fromNs: number; readonly toNs: number } {
    const time = { fromNs, toNs }
    for (const [cpu, count] of this.#counts.entries()) {
      if (!this.#overflowed[cpu]) continue
      if (this.#keeps === 'newest') time.fromNs = Math.max(time.fromNs, this.#timeNs(this.#at(cpu, 0)))
      else time.toNs = Math.min(time.toNs, this.#timeNs(this.#at(cpu, count - 1)))
    }
    return time.toNs > time.fromNs ? time : { fromNs, toNs: fromNs }
  }

  /** Records of all CPUs by time: always the CPU whose next record is the earliest, found by a heap. */
  merge(): Merged {
    const total = this.#counts.reduce((sum, count) => sum + count, 0)
    const timeNs = new Float64Array(total)
    const record = new Int32Array(total)
    const heap = new CpuHeap(this.#counts.length)
    const position = new Int32Array(this.#counts.length)
    for (const [cpu, count] of this.#counts.entries()) if (count > 0) heap.push(cpu, this.#timeNs(this.#at(cpu, 0)))
    let length = 0
    while (heap.size > 0) {
      const cpu = heap.top
      const at = this.#at(cpu, position[cpu]++)
      if (this.#isWhole(at)) {
        timeNs[length] = heap.topKey
        record[length++] = at
      }
      if (position[cpu] < this.#counts[cpu]) heap.replaceTop(this.#timeNs(this.#at(cpu, position[cpu])))
      else heap.pop()
    }
    return { length, timeNs, record }
  }

  columns({ length, timeNs, record }: Merged): FlightEvents {
    const words = this.#words
    const events = {
      length,
      timeNs: timeNs.slice(0, length),
      cpu: new Int32Array(length),
      type: new Uint8Array(length),
      flags: new Uint8Array(length),
      tid: new Int32Array(length),
      otherTid: new Int32Array(length),
      pid: new Int32Array(length),
      detail: new Uint16Array(length),
      key: new BigUint64Array(length),
    }
    for (let row = 0; row < length; row++) {
      const at = record[row]
      const word = at * RECORD_WORDS
      const last = words[word + 7]
      events.cpu[row] = Math.floor(at / this.#region)
      events.key[row] = this.#keys[at * 4 + 1]
      events.tid[row] = words[word + 4]
      events.otherTid[row] = words[word + 5]
      events.pid[row] = words[word + 6]
      events.detail[row] = last & 0xffff
      events.type[row] = (last >>> 16) & 0xff
      events.flags[row] = last >>> 24
    }
    return events
  }

  /** Index among all regions of a CPU's record, oldest first. */
  #at(cpu: number, index: number): number {
    return cpu * this.#region + ((this.#first[cpu] + index) & (this.#region - 1))
  }

  #timeNs(at: number): number {
    const word = at * RECORD_WORDS
    return (this.#words[word + 1] - this.#startHigh) * 4294967296 + (this.#words[word] - this.#startLow)
  }

  /** A record of a type we don't know is as one that was never written. */
  #isWhole(at: number): boolean {
    const type = (this.#words[at * RECORD_WORDS + 7] >>> 16) & 0xff
    return type > 0 && type <= LAST_TYPE
  }
}

/** CPUs by the time of their next record. */
class CpuHeap {
  size = 0
  readonly #cpu: Int32Array
  readonly #key: Float64Array

  constructor(capacity: number) {
    this.#cpu = new Int32Array(capacity)
    this.#key = new Float64Array(capacity)
  }

  get top(): number {
    return this.#cpu[0]
  }

  get topKey(): number {
    return this.#key[0]
  }

  push(cpu: number, key: number): void {
    let child = this.size++
    while (child > 0 && this.#key[(child - 1) >> 1] > key) {
      this.#move((child - 1) >> 1, child)
      child = (child - 1) >> 1
    }
    this.#cpu[child] = cpu
    this.#key[child] = key
  }

  pop(): void {
    const last = --this.size
    if (last > 0) this.#sink(this.#cpu[last], this.#key[last])
  }

  replaceTop(key: number): void {
    this.#sink(this.#cpu[0], key)
  }

  #sink(cpu: number, key: number): void {
    let parent = 0
    for (let child = 1; child < this.size; child = 2 * parent + 1) {
      if (child + 1 < this.size && this.#key[child + 1] < this.#key[child]) child++
      if (this.#key[child] >= key) break
      this.#move(child, parent)
      parent = child
    }
    this.#cpu[parent] = cpu
    this.#key[parent] = key
  }

  #move(from: number, to: number): void {
    this.#cpu[to] = this.#cpu[from]
    this.#key[to] = this.#key[from]
  }
}

/** An interrupt between the slot and the clock of a record leaves it a few places too early. Further off is not moved. */
const MAX_MOVE = 64

function sortNearly({ length, timeNs, record }: Merged): void {
  for (let index = 1; index < length; index++) {
    const time = timeNs[index]
    if (timeNs[index - 1] <= time) continue
    const moved = record[index]
    let to = index
    while (to > 0 && index - to < MAX_MOVE && timeNs[to - 1] > time) {
      timeNs[to] = timeNs[to - 1]
      record[to] = record[to - 1]
      to--
    }
    timeNs[to] = time
    record[to] = moved
  }
}
