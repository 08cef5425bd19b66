import { type AnalysisContext, NONE, type Table, ThreadState } from '../schema.ts'
import { findLostRows, type LostRowTables } from './lost-rows.ts'
import { isQueued, membership } from './membership.ts'

/** What a detector must want besides process, so that the time of the target is the same for all. */
export const TIME_TABLES = [
  'sample',
  'threadTime',
  'wait',
  'callchainStack',
  'stack',
  'frame',
  'symbol',
  'thread',
  'kernelEvent',
  'connection',
] as const

/** Tables from which the time of the target is told; samples, the ledger or waits must be there for there to be any. */
export type TimeTables = Omit<LostRowTables, 'wait'> & { readonly wait?: Table<'wait'> }

/** Which processes are diagnosed, and where their time went. */
export interface TargetTime {
  /** Whether time of this row of process counts; NONE is time of nobody known, which belongs to the machine. */
  isMember(process: number): boolean
  /** On a CPU: from the ledger, or from samples where they saw more (processes too short for the ledger). */
  readonly runningNs: number
  /** Ready, but not running: woken, preempted, throttled. schedstat cannot tell them apart. 0 without a ledger. */
  readonly runnableNs: number
  /** Of it, what the scheduler said was throttled: 0 from schedstat. A thread that wakes up throttled is not in it. */
  readonly throttledNs: number
  /** Waits that cost it time: not those for work, for input or for time to pass. 0 where waits were not recorded. */
  readonly waitNs: number
  /**
   * Running, runnable and waiting, at least half the wall clock: what shares are shares of. Half, so that what a nearly
   * idle target does with its little time is no finding.
   */
  readonly totalNs: number
  /** Per row of process. */
  readonly runningOf: Float64Array
  readonly runnableOf: Float64Array
  readonly throttledOf: Float64Array
  readonly waitOf: Float64Array
  /** Where the sum of runnable comes from; undefined without a ledger. */
  readonly slices: TimeSlices | undefined
}

/** The members' time by slice of the ledger, in time order. */
export interface TimeSlices {
  readonly timeNs: Float64Array
  readonly durationNs: Float64Array
  readonly runningNs: Float64Array
  readonly runnableNs: Float64Array
}

/** What was measured last for a context, and from which tables: every detector asks the same. */
const measured = new WeakMap<AnalysisContext, { readonly tables: TimeTables; readonly time: TargetTime }>()

/** Time of the target: of a machine everybody but autotune, else the processes marked as target. */
export function measureTargetTime(tables: TimeTables, context: AnalysisContext): TargetTime {
  const known = measured.get(context)
  if (known !== undefined && areSame(known.tables, tables)) return known.time
  const time = addUp(tables, context)
  measured.set(context, { tables, time })
  return time
}

function areSame(a: TimeTables, b: TimeTables): boolean {
  return a.process === b.process && TIME_TABLES.every(name => a[name] === b[name])
}

function addUp(tables: TimeTables, context: AnalysisContext): TargetTime {
  const isMember = membership(tables.process, context)
  const { sample, threadTime, process } = tables
  const sampledOf = sampledTime(process.length, sample, isMember)
  const ledger = threadTime === undefined ? undefined : readLedger(process.length, threadTime, isMember)
  const ledgerNs = ledger?.runningNs ?? 0
  const fromLedger = ledger !== undefined && ledgerNs >= sampledOf.totalNs
  const runningNs = Math.max(ledgerNs, sampledOf.totalNs)
  const runnableNs = ledger?.runnableNs ?? 0
  const waits = sumWaitTime(tables, context)
  return {
    isMember,
    runningNs,
    runnableNs,
    throttledNs: ledger?.throttledNs ?? 0,
    waitNs: waits.totalNs,
    totalNs: Math.max(runningNs + runnableNs + waits.totalNs, context.durationNs / 2),
    runningOf: fromLedger ? ledger.runningOf : sampledOf.perProcess,
    runnableOf: ledger?.runnableOf ?? new Float64Array(process.length),
    throttledOf: ledger?.throttledOf ?? new Float64Array(process.length),
    waitOf: waits.perProcess,
    slices: ledger?.slices,
  }
}

/** Waits that cost time. */
function sumWaitTime({ wait, ...tables }: TimeTables, context: AnalysisContext): { totalNs: number; perProcess: Float64Array } {
  const perProcess = new Float64Array(tables.process.length)
  let totalNs = 0
  if (wait === undefined) return { totalNs, perProcess }
  for (const row of findLostRows({ ...tables, wait }, context).rows) {
    totalNs += wait.ns[row]
    const process = wait.process[row]
    if (process >= 0 && process < perProcess.length) perProcess[process] += wait.ns[row]
  }
  return { totalNs, perProcess }
}

function sampledTime(processCount: number, sample: Table<'sample'> | undefined, isMember: (row: number) => boolean) {
  const perProcess = new Float64Array(processCount)
  let totalNs = 0
  for (let row = 0; row < (sample?.length ?? 0); row++) {
    const process = sample?.process[row] ?? NONE
    const weightNs = sample?.weightNs[row] ?? 0
    if (!isMember(process) || !(weightNs > 0)) continue
    totalNs += weightNs
    if (process !== NONE) perProcess[process] += weightNs
  }
  return { perProcess, totalNs }
}

function readLedger(processCount: number, threadTime: Table<'threadTime'>, isMember: (row: number) => boolean) {
  const { sliceOf, timeNs, durationNs } = sliceIndex(threadTime)
  const slices = { timeNs, durationNs, runningNs: new Float64Array(timeNs.length), runnableNs: new Float64Array(timeNs.length) }
  const [runningOf, runnableOf, throttledOf] = [0, 1, 2].map(() => new Float64Array(processCount))
  const total = { runningNs: 0, runnableNs: 0, throttledNs: 0 }
  for (let row = 0; row < threadTime.length; row++) {
    const process = threadTime.process[row]
    const ns = threadTime.ns[row]
    if (!isMember(process) || !(ns > 0)) continue
    const state = threadTime.state[row]
    if (state === ThreadState.Running) {
      total.runningNs += ns
      slices.runningNs[sliceOf[row]] += ns
      if (process !== NONE) runningOf[process] += ns
    } else if (isQueued(state)) {
      total.runnableNs += ns
      slices.runnableNs[sliceOf[row]] += ns
      if (process !== NONE) runnableOf[process] += ns
      if (state !== ThreadState.Throttled) continue
      total.throttledNs += ns
      if (process !== NONE) throttledOf[process] += ns
    }
  }
  return { slices, runningOf, runnableOf, throttledOf, ...total }
}

/**
 * The slices of the ledger in time order, and for each row the index of its slice.
 *
 * A scan of all threads ends a slice. A thread that began or ended in between has a row with a start or an end of its own,
 * and one that slept through several slices a row that reaches back over them:
 *
 *     scan      |----------|----------|
 *     tid 1      ########## ##########
 *     tid 2                     ######     belongs to the second slice all the same
 *     tid 3                 ####           so does this
 *     tid 4      .....................     and this
 */
export function sliceIndex(threadTime: Table<'threadTime'>): {
  readonly sliceOf: Int32Array
  readonly timeNs: Float64Array
  readonly durationNs: Float64Array
} {
  const scans = scanEnds(threadTime)
  const sliceOf = Int32Array.from({ length: threadTime.length }, (_, row) => firstFrom(scans, endOf(threadTime, row)))
  const begin = new Float64Array(scans.length).fill(Number.POSITIVE_INFINITY)
  for (let row = 0; row < threadTime.length; row++) begin[sliceOf[row]] = Math.min(begin[sliceOf[row]], threadTime.timeNs[row])
  const timeNs = begin.map((start, index) => Math.max(start, index === 0 ? Number.NEGATIVE_INFINITY : scans[index - 1]))
  return { sliceOf, timeNs, durationNs: timeNs.map((time, index) => scans[index] - time) }
}

/** Ends of rows at which all were looked at: some row begins there, or no row reaches over it. */
function scanEnds(threadTime: Table<'threadTime'>): Float64Array {
  const { length } = threadTime
  const startNs = Float64Array.from({ length }, (_, row) => startOf(threadTime, row))
  const endNs = Float64Array.from({ length }, (_, row) => endOf(threadTime, row))
  const starts = new Set(startNs)
  const order = Int32Array.from({ length }, (_, row) => row)
  if (startNs.some((start, row) => row > 0 && start < startNs[row - 1])) order.sort((a, b) => startNs[a] - startNs[b])
  const ends = Float64Array.from(new Set(endNs)).sort()
  let next = 0
  let reachesTo = Number.NEGATIVE_INFINITY
  return ends.filter(end => {
    for (; next < length && startNs[order[next]] < end; next++) reachesTo = Math.max(reachesTo, endNs[order[next]])
    return starts.has(end) || reachesTo <= end
  })
}

/** Index of the first value that is not smaller. */
function firstFrom(sorted: Float64Array, value: number): number {
  let low = 0
  let high = sorted.length
  while (low < high) {
    const middle = (low + high) >>> 1
    if (sorted[middle] < value) low = middle + 1
    else high = middle
  }
  return low
}

/** In whole microseconds, so that sums of start and length agree. */
function startOf({ timeNs }: Table<'threadTime'>, row: number): number {
  return Math.round(timeNs[row] / 1e3) * 1e3
}

function endOf({ timeNs, durationNs }: Table<'threadTime'>, row: number): number {
  return Math.round((timeNs[row] + durationNs[row]) / 1e3) * 1e3
}
