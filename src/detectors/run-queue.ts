import { type AnalysisContext, NONE, ProcessRole, type RecordedTables, type Table, textAt } from '../schema.ts'
import { viewSeries } from './series-view.ts'
import { Tally } from './tally.ts'
import type { TargetTime, TimeSlices, TimeTables } from './target-time.ts'
import { throttledCgroups, totalThrottledNs } from './throttling.ts'

/**
 * What the target's time in the run queue is due to, by slice of the ledger. Each nanosecond has one owner: first CPU
 * quotas, then other processes that had the CPUs, and what is left is the target's own queue. Processes that work with the
 * target, such as its clients, are part of the load: what it waits behind them is nobody's.
 */
export interface RunQueue {
  readonly slices: TimeSlices
  readonly competitorNs: Float64Array
  readonly ownQueueNs: Float64Array
  readonly throttledRatio: number
  /**
   * CPU time of others while the target waited, by row of process; nothing without samples of the whole machine. Where the
   * scheduler was watched it is divided by how long the target waited behind each.
   */
  readonly competitors: Tally
}

/** What a detector must want besides those of the time, so that the queue is told as well as it can. */
export const QUEUE_TABLES = ['runQueue', 'series', 'metric'] as const

/** Tables from which the queue is told; with runQueue and thread it is known who had the CPU. */
type QueueTables = TimeTables & Pick<RecordedTables, (typeof QUEUE_TABLES)[number] | 'thread'>

interface QueueInput {
  readonly tables: QueueTables
  readonly time: TargetTime
  readonly context: AnalysisContext
}

/** What was divided last for a time of the target, and from which tables: every detector asks the same. */
const divided = new WeakMap<TargetTime, { readonly tables: QueueTables; readonly queue: RunQueue | undefined }>()

/** Divides the runnable time; undefined without a ledger. */
export function divideRunQueue(input: QueueInput): RunQueue | undefined {
  const known = divided.get(input.time)
  if (known !== undefined && areSame(known.tables, input.tables)) return known.queue
  const queue = divide(input)
  divided.set(input.time, { tables: input.tables, queue })
  return queue
}

/** Those of the time are the same where the time is. */
function areSame(a: QueueTables, b: QueueTables): boolean {
  return QUEUE_TABLES.every(name => a[name] === b[name])
}

function divide({ tables, time, context }: QueueInput): RunQueue | undefined {
  const { slices } = time
  if (slices === undefined) return undefined
  const throttledNs = totalThrottledNs(throttledCgroups({ process: tables.process, series: viewSeries(tables), time, context }), time)
  const throttledRatio = time.runnableNs > 0 ? throttledNs / time.runnableNs : 0
  const partners = findPartners(tables, time, context)
  const others = context.target.kind === 'machine' ? undefined : timeOfOthers(tables, { time, slices, partners })
  const behind = context.target.kind === 'machine' ? undefined : findOccupants(tables, { time, slices, partners })
  const competitorNs = new Float64Array(slices.timeNs.length)
  const ownQueueNs = new Float64Array(slices.timeNs.length)
  for (let slice = 0; slice < slices.timeNs.length; slice++) {
    const queuedNs = slices.runnableNs[slice] * (1 - throttledRatio)
    const ratio = behind?.ratioAt(slice) ?? (others === undefined ? 0 : competitorRatio(slices, slice, others))
    competitorNs[slice] = queuedNs * ratio
    ownQueueNs[slice] = queuedNs * (1 - ratio - (behind?.partnerRatioAt(slice) ?? 0))
  }
  return { slices, competitorNs, ownQueueNs, throttledRatio, competitors: weighCompetitors(others?.byProcess, behind?.byProcess) }
}

/**
 * What running costs the target where its threads queue behind each other: its time on CPUs and in that queue over that on CPUs. Whoever
 * computes half as much queues half as long. 1 without a ledger.
 */
export function queueFactor(input: QueueInput): number {
  const { runningNs } = input.time
  const queue = divideRunQueue(input)
  if (queue === undefined || !(runningNs > 0)) return 1
  return 1 + queue.ownQueueNs.reduce((sum, ns) => sum + ns, 0) / runningNs
}

/** Who ends this many waits of the target a second, or whose waits it ends, works with it: no source, a guess. */
const PARTNER_PER_SEC = 20

/** Rows of process of others that the target exchanges work with: its clients, its services, kernel threads that serve it. */
function findPartners({ wait }: QueueTables, { isMember }: TargetTime, { durationNs }: AnalysisContext): ReadonlySet<number> {
  const counts = new Map<number, number>()
  for (let row = 0; row < (wait?.length ?? 0); row++) {
    if (wait === undefined) break
    const [waiter, waker] = [wait.process[row], wait.wakerProcess[row]]
    if (waiter === NONE || waker === NONE || isMember(waiter) === isMember(waker)) continue
    const other = isMember(waiter) ? waker : waiter
    counts.set(other, (counts.get(other) ?? 0) + wait.count[row])
  }
  return new Set([...counts].filter(([, count]) => count >= (PARTNER_PER_SEC * durationNs) / 1e9).map(([row]) => row))
}

interface Known {
  readonly time: TargetTime
  readonly slices: TimeSlices
  readonly partners: ReadonlySet<number>
}

interface Occupants {
  /** Share of the queueing in a slice that was behind others; undefined when none was seen. */
  ratioAt(slice: number): number | undefined
  /** The same behind those who work with the target. */
  partnerRatioAt(slice: number): number
  readonly byProcess: Tally
}

/** Who had the CPU for which the target queued; undefined where the scheduler was not watched. */
function findOccupants({ process, runQueue, thread }: QueueTables, { time, slices, partners }: Known): Occupants | undefined {
  if (runQueue === undefined || thread === undefined) return undefined
  const processOf = new Map<number, number>()
  for (let row = 0; row < thread.length; row++) processOf.set(thread.tid[row], thread.process[row])
  const allNs = new Float64Array(slices.timeNs.length)
  const othersNs = new Float64Array(slices.timeNs.length)
  const partnersNs = new Float64Array(slices.timeNs.length)
  const byProcess = new Tally()
  for (let row = 0; row < runQueue.length; row++) {
    if (!time.isMember(runQueue.process[row]) || textAt(runQueue.reason, row) === 'throttled') continue
    const occupant = processOf.get(runQueue.occupantTid[row])
    const isOwn = occupant === undefined || time.isMember(occupant) || isAutotune(process, occupant)
    const isPartner = !isOwn && partners.has(occupant)
    const ns = runQueue.ns[row]
    // only ratios are of use: each slice of the row's second gets all of it
    const [first, end] = slicesOf(slices, runQueue.timeNs[row], runQueue.timeNs[row] + runQueue.durationNs[row])
    for (let slice = first; slice < end; slice++) {
      allNs[slice] += ns
      if (isPartner) partnersNs[slice] += ns
      else if (!isOwn) othersNs[slice] += ns
    }
    if (!isOwn && !isPartner) byProcess.add(occupant, ns)
  }
  const ratio = (ns: Float64Array, slice: number) => (allNs[slice] > 0 ? ns[slice] / allNs[slice] : undefined)
  return { ratioAt: slice => ratio(othersNs, slice), partnerRatioAt: slice => ratio(partnersNs, slice) ?? 0, byProcess }
}

/** As much time as samples say, divided as the queue says. */
function weighCompetitors(sampled: Tally = new Tally(), behind: Tally = new Tally()): Tally {
  if (behind.total === 0) return sampled
  const weighed = new Tally()
  const factor = sampled.total > 0 ? sampled.total / behind.total : 1
  for (const [row, ns] of behind.sorted()) weighed.add(row, ns * factor)
  return weighed
}

interface Others {
  readonly otherNs: Float64Array
  /** Of autotune, and of those who work with the target. */
  readonly neutralNs: Float64Array
  readonly byProcess: Tally
}

/**
 * Share of a slice's waiting that others are to blame for: their part of the CPU time that kept the target waiting. The
 * target's own threads keep each other waiting only when there are several of them; autotune's part, and that of who works with the target, is nobody's.
 */
function competitorRatio({ runningNs, runnableNs, durationNs }: TimeSlices, slice: number, { otherNs, neutralNs }: Others): number {
  const activeThreads = durationNs[slice] > 0 ? (runningNs[slice] + runnableNs[slice]) / durationNs[slice] : 1
  const ownNs = runningNs[slice] * Math.max(0, 1 - 1 / activeThreads)
  const blockingNs = otherNs[slice] + neutralNs[slice] + ownNs
  return blockingNs > 0 ? otherNs[slice] / blockingNs : 0
}

/** CPU time of other processes by slice, from samples; per process only while the target waited. */
function timeOfOthers({ process, sample }: TimeTables, { time, slices, partners }: Known): Others | undefined {
  if (sample === undefined) return undefined
  const otherNs = new Float64Array(slices.timeNs.length)
  const neutralNs = new Float64Array(slices.timeNs.length)
  const byProcess = new Tally()
  for (let row = 0; row < sample.length; row++) {
    const processRow = sample.process[row]
    const slice = sliceAt(slices, sample.timeNs[row])
    if (slice === NONE || time.isMember(processRow) || !(sample.weightNs[row] > 0)) continue
    if (isAutotune(process, processRow) || partners.has(processRow)) neutralNs[slice] += sample.weightNs[row]
    else {
      otherNs[slice] += sample.weightNs[row]
      if (slices.runnableNs[slice] > 0) byProcess.add(processRow, sample.weightNs[row])
    }
  }
  return { otherNs, neutralNs, byProcess }
}

function isAutotune(process: Table<'process'>, row: number): boolean {
  return row >= 0 && process.role[row] === ProcessRole.Autotune
}

/** Slices whose middle lies in a span, from the first to before the end; the one that the span's own middle is in when it is shorter. */
function slicesOf(slices: TimeSlices, fromNs: number, toNs: number): readonly [first: number, end: number] {
  const { timeNs, durationNs } = slices
  const firstFrom = (instantNs: number) => lowerBound(timeNs.length, slice => timeNs[slice] + durationNs[slice] / 2 >= instantNs)
  const [first, end] = [firstFrom(fromNs), firstFrom(toNs)]
  if (end > first) return [first, end]
  const only = sliceAt(slices, (fromNs + toNs) / 2)
  return only === NONE ? [0, 0] : [only, only + 1]
}

/** The first index from which on it holds; count when it never does. */
function lowerBound(count: number, holds: (index: number) => boolean): number {
  let low = 0
  let high = count
  while (low < high) {
    const middle = (low + high) >>> 1
    if (holds(middle)) high = middle
    else low = middle + 1
  }
  return low
}

/** The slice an instant falls in; NONE between slices. */
export function sliceAt({ timeNs, durationNs }: TimeSlices, instantNs: number): number {
  const slice = lowerBound(timeNs.length, index => timeNs[index] > instantNs) - 1
  return slice >= 0 && instantNs < timeNs[slice] + durationNs[slice] ? slice : NONE
}
