import { NONE } from '../../schema.ts'
import type { BlockRow, ProcessRow, SyscallRow } from './decode-topics.ts'
import { type FlightEvents, FlightType } from './flight-record.ts'
import { BUCKETS, type Times } from './words.ts'

/** struct times while it grows. */
export interface GrowingTimes {
  count: number
  ns: number
  maxNs: number
  readonly buckets: Uint32Array
}

/** What is counted. */
export interface Counted {
  readonly syscalls: readonly SyscallRow[]
  readonly blocks: readonly BlockRow[]
  readonly processes: readonly ProcessRow[]
}

/** Sums of events that stand for themselves: calls, requests, forks, signals. */
export class FlightCounts {
  readonly #events: FlightEvents
  readonly #syscalls = new Map<string, { -readonly [Field in keyof SyscallRow]: SyscallRow[Field] }>()
  readonly #blocks = new Map<
    string,
    { readonly row: Omit<BlockRow, 'latency' | 'queue' | 'bytes' | 'errors'>; readonly latency: GrowingTimes; bytes: number }
  >()
  readonly #processes = new Map<string, ProcessRow>()

  constructor(events: FlightEvents) {
    this.#events = events
  }

  add(row: number): void {
    const nobody = { toPid: NONE, signal: NONE }
    const { type, argument, pid } = this.#events
    if (type[row] === FlightType.Syscall) this.#syscall(row)
    else if (type[row] === FlightType.Block) this.#block(row)
    else if (type[row] === FlightType.Exit) this.#count('exit', row, nobody)
    else if (type[row] === FlightType.Exec) this.#count('exec', row, nobody)
    else if (type[row] === FlightType.Signal) this.#signal(row)
    else if (type[row] === FlightType.Fork) this.#count(argument[row] === pid[row] ? 'thread' : 'fork', row, nobody)
  }

  /** Sums since the last call. */
  take(): Counted {
    const counted = {
      syscalls: [...this.#syscalls.values()],
      blocks: [...this.#blocks.values()].map(({ row, latency, bytes }) => ({ ...row, latency, bytes, queue: noTimes(), errors: 0 })),
      processes: [...this.#processes.values()],
    }
    for (const sums of [this.#syscalls, this.#blocks, this.#processes]) sums.clear()
    return counted
  }

  #syscall(row: number): void {
    const { pid, tid, other, value, stack } = this.#events
    const key = `${tid[row]} ${other[row]}`
    const sum = this.#syscalls.get(key) ?? {
      pid: pid[row],
      tid: tid[row],
      number: other[row],
      count: 0,
      ns: 0,
      maxNs: 0,
      errors: 0,
      resultSum: 0,
    }
    sum.count++
    sum.ns += value[row]
    sum.maxNs = Math.max(sum.maxNs, value[row])
    if (stack[row] < 0 && stack[row] >= -4095) sum.errors++
    else if (stack[row] > 0) sum.resultSum += stack[row]
    this.#syscalls.set(key, sum)
  }

  #block(row: number): void {
    const { other, argument, value, pid, tid } = this.#events
    const code = Math.floor(argument[row] / 4294967296)
    const bytes = argument[row] % 4294967296
    const operation = operations[code] ?? 'other'
    const sizeFromBytes = bytes === 0 ? 0 : 2 ** Math.floor(Math.log2(bytes))
    const device = `${Math.floor(other[row] / 2 ** 20)}:${other[row] % 2 ** 20}`
    const key = `${device} ${operation} ${sizeFromBytes}`
    const block = this.#blocks.get(key) ?? {
      row: { device, operation, pid: pid[row], tid: tid[row], sizeFromBytes, sequential: false, kernelStack: 0 },
      latency: noTimes(),
      bytes: 0,
    }
    addTime(block.latency, value[row])
    block.bytes += bytes
    this.#blocks.set(key, block)
  }

  #count(kind: ProcessRow['kind'], row: number, about: { toPid: number; signal: number }): void {
    const isSignal = kind === 'signal'
    const pid = isSignal ? this.#events.value[row] : this.#events.pid[row]
    const tid = isSignal ? this.#events.argument[row] : this.#events.tid[row]
    const key = `${kind} ${tid} ${about.toPid} ${about.signal}`
    this.#processes.set(key, { kind, pid, tid, ...about, count: (this.#processes.get(key)?.count ?? 0) + 1 })
  }

  #signal(row: number): void {
    const { other, pid } = this.#events
    this.#count('signal', row, { toPid: pid[row], signal: other[row] })
  }
}

/** REQ_OP_*: include/linux/blk_types.h. */
const operations: Readonly<Record<number, BlockRow['operation']>> = { 0: 'read', 1: 'write', 2: 'flush', 3: 'discard' }

/** None yet. */
export function noTimes(): GrowingTimes {
  return { count: 0, ns: 0, maxNs: 0, buckets: new Uint32Array(BUCKETS) }
}

/** One more. */
export function addTime(times: GrowingTimes, ns: number): void {
  times.count++
  times.ns += ns
  times.maxNs = Math.max(times.maxNs, ns)
  times.buckets[bucketOf(ns)]++
}

/** One alone. Its buckets are shared: a window has hundreds of thousands. */
export function onceOf(ns: number): Times {
  return { count: 1, ns, maxNs: ns, buckets: bucketsOfOne[bucketOf(ns)] }
}

const bucketsOfOne = Array.from({ length: BUCKETS }, (_, bucket) =>
  Uint32Array.from({ length: BUCKETS }, (_none, at) => (at === bucket ? 1 : 0)),
)

function bucketOf(ns: number): number {
  return Math.min(BUCKETS - 1, Math.max(0, Math.floor(Math.log2(Math.max(1, ns))) - 8))
}
