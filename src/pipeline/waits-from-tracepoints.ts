/** Waits from tracepoints of the scheduler and of block devices, where perf events are allowed and eBPF is not. */

import { openSchedRings, type RingsRefusal, type SchedRings } from '../collectors/without-bpf/sched-rings.ts'
import { SchedTables } from '../collectors/without-bpf/sched-tables.ts'
import type { PerfHost } from '../host.ts'
import type { Table, TableName, Unavailable } from '../schema.ts'
import { TableBuilder } from '../table-builder.ts'
import { Allowance, nextWindowNs } from './cadence.ts'
import type { LadderOptions, WaitLadder } from './waits-without-bpf.ts'

const SLICE_NS = 1e9
/** How soon it is seen that there is too much to see: thousands of events come meanwhile on a busy machine. */
const FIRST_CHECK_MS = 20
/** Latest begin of a second's window: it must be over, and drained, before the second is. */
const LAST_BEGIN_MS = 500
/** A record is in its ring at most this much later than the instant it names. */
const SETTLE_NS = 1e5

interface TracepointOptions extends LadderOptions {
  readonly kernelFunction: (address: bigint) => string | undefined
}

/** Waits from tracepoints, or why there are none. */
export function openTracepoints(host: PerfHost, options: TracepointOptions): WaitLadder | Unavailable {
  const rings = openSchedRings(host, options)
  return 'errno' in rings ? tracepointsRefused(rings) : new TracepointWaits(host, rings, options)
}

type Rows = ReturnType<WaitLadder['takeRows']>[number]

/**
 * Watches all of a second while that costs little, else a part of it that stands for the rest:
 *
 *     |■■■■■■■■■■|■■■■······|···■■·····|
 *      whole      too much   a window at a random phase
 */
class TracepointWaits implements WaitLadder {
  readonly tables: readonly TableName[]
  readonly #rings: SchedRings
  readonly #tables: SchedTables
  readonly #now: () => number
  readonly #allowance: Allowance
  #windowNs = Number.POSITIVE_INFINITY
  #slice: { readonly startNs: number; readonly spentNs: number; watchedNs: number }
  /** When watching began; undefined while nothing is watched. */
  #sinceNs: number | undefined
  #timer: ReturnType<typeof setTimeout> | undefined
  #quality = new TableBuilder('quality')
  #pending: Rows[] = []
  #isFinished = false
  #isThinned = false

  constructor(host: PerfHost, rings: SchedRings, { startNs, cpus, tracker, interner, kernelFunction }: TracepointOptions) {
    this.#rings = rings
    this.#tables = new SchedTables({ tracker, interner, kernelFunction })
    this.#now = () => Number(host.monotonicNs() - startNs)
    this.#allowance = new Allowance(() => host.ownCpuNs(), cpus.length)
    this.tables = ['wait', 'runQueue', 'latencyBucket', ...(rings.kinds.has('complete') ? (['blockIo'] as const) : [])]
    this.#slice = { startNs: this.#now(), spentNs: 0, watchedNs: 0 }
    this.#watch()
    this.#timer = setTimeout(() => this.collect(), FIRST_CHECK_MS)
  }

  unavailable(): readonly Unavailable[] {
    return [insteadOfBpf(this.#isThinned)]
  }

  collect(): void {
    if (this.#isFinished) return
    if (this.#sinceNs !== undefined) this.#drain()
    const nowNs = this.#now()
    if (nowNs - this.#slice.startNs >= SLICE_NS) this.#turn(nowNs)
    else if (this.#allowance.spentNs - this.#slice.spentNs > this.#allowance.perSecondNs) this.#pause()
  }

  finish(): void {
    if (this.#isFinished) return
    this.#isFinished = true
    clearTimeout(this.#timer)
    if (this.#sinceNs !== undefined) {
      this.#rings.disable()
      this.#drain()
      this.#tables.finish(this.#now())
    }
    this.#endSlice(this.#now())
    this.#rings.close()
  }

  takeRows(): readonly Rows[] {
    const taken = [...this.#pending, { name: 'quality' as const, table: this.#quality.build() as unknown as Table<TableName> }]
    this.#pending = []
    this.#quality = new TableBuilder('quality')
    return taken
  }

  #watch(): void {
    this.#rings.enable()
    this.#sinceNs = this.#now()
  }

  #pause(): void {
    if (this.#sinceNs === undefined) return
    this.#rings.disable()
    this.#slice.watchedNs = this.#watchedNs(this.#now())
    this.#drain()
    this.#tables.forget()
    this.#sinceNs = undefined
    this.#isThinned = true
  }

  #drain(): void {
    this.#allowance.measure(() => {
      const untilNs = this.#now()
      const lost = this.#rings.drain(event => this.#tables.add(event))
      if (lost > 0) this.#quality.add({ timeNs: untilNs, kind: 'lostRecords', subject: 'scheduler tracepoints', count: lost })
      this.#tables.advance(untilNs - SETTLE_NS)
    })
  }

  /** The end of a slice, and how the next one is watched. */
  #turn(timeNs: number): void {
    clearTimeout(this.#timer)
    const { spentNs } = this.#slice
    const watchedNs = this.#watchedNs(timeNs)
    this.#endSlice(timeNs)
    this.#allowance.adapt(timeNs)
    const costs = { spentNs: this.#allowance.spentNs - spentNs, watchedNs, allowedNs: this.#allowance.perSecondNs }
    this.#windowNs = nextWindowNs(this.#windowNs, costs)
    if (this.#windowNs === Number.POSITIVE_INFINITY) {
      if (this.#sinceNs === undefined) this.#watch()
      return
    }
    this.#pause()
    const lengthMs = this.#windowNs / 1e6
    this.#timer = setTimeout(
      () => {
        this.#watch()
        this.#timer = setTimeout(() => this.#pause(), lengthMs)
      },
      Math.random() * Math.min(LAST_BEGIN_MS, SLICE_NS / 1e6 - lengthMs),
    )
  }

  #watchedNs(timeNs: number): number {
    return this.#slice.watchedNs + (this.#sinceNs === undefined ? 0 : timeNs - Math.max(this.#sinceNs, this.#slice.startNs))
  }

  #endSlice(timeNs: number): void {
    const { startNs } = this.#slice
    const watchedNs = this.#watchedNs(timeNs)
    const durationNs = timeNs - startNs
    const isWhole = this.#sinceNs !== undefined && this.#sinceNs <= startNs
    if (durationNs > 0 && watchedNs > 0) {
      const { tables, lostCount } = this.#allowance.measure(() =>
        this.#tables.take({ timeNs: startNs, durationNs, scale: isWhole ? 1 : durationNs / watchedNs }),
      )
      this.#pending.push(...tables)
      if (lostCount > 0) this.#quality.add({ timeNs, kind: 'lostRows', subject: 'scheduler tracepoints', count: lostCount })
    }
    this.#slice = { startNs: timeNs, spentNs: this.#allowance.spentNs, watchedNs: 0 }
  }
}

function insteadOfBpf(isThinned: boolean): Unavailable {
  const thinned = isThinned
    ? ' There were too many events: part of each second was seen and stands for all of it, and waits that are longer than such a part are missing.'
    : ''
  return {
    topic: 'waits in full',
    tables: ['wait', 'runQueue'],
    series: [],
    reason: `Without eBPF, waits come from tracepoints: what descriptors are and waits that began before the recording are not seen.${thinned}`,
    remedy: 'Use a kernel and a privilege that allow eBPF: autotune check',
  }
}

function tracepointsRefused({ event, errno, step }: RingsRefusal): Unavailable {
  return {
    topic: 'waits from tracepoints',
    tables: ['runQueue'],
    series: [],
    reason: `The kernel refused to ${step === 'open it' ? 'open' : step === 'map its ring' ? 'map the ring of' : 'tell the format of'} ${event} (${errno}).`,
    remedy: errno === 'ENOENT' ? 'sudo mount -t tracefs none /sys/kernel/tracing' : 'sudo autotune …',
  }
}
