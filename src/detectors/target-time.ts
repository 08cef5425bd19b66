import { type AnalysisContext, NONE, ProcessRole, type Table, ThreadState } from '../schema.ts'

/** Tables from which the time of the target is told; samples or the ledger must be there for there to be any. */
export interface TimeTables {
  readonly process: Table<'process'>
  readonly sample?: Table<'sample'>
  readonly threadTime?: Table<'threadTime'>
}

/** Which processes are diagnosed, and where their time went. */
export interface TargetTime {
  /** Whether time of this row of process counts; NONE is time of nobody known, which belongs to the machine. */
  isMember(process: number): boolean
  /** On a CPU: from the ledger, or from samples where they saw more (processes too short for the ledger). */
  readonly runningNs: number
  /** Ready, but not running, a cgroup's throttling included: schedstat cannot tell them apart. 0 without a ledger. */
  readonly runnableNs: number
  /**
   * Running and runnable, at least half the wall clock: what shares are shares of. Half, so that what a nearly idle
   * target does with its little time is no finding.
   */
  readonly totalNs: number
  /** Per row of process. */
  readonly runningOf: Float64Array
  readonly runnableOf: Float64Array
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

/** Time of the target: of a machine everybody but autotune, else the processes marked as target. */
export function measureTargetTime(tables: TimeTables, context: AnalysisContext): TargetTime {
  const isMember = membership(tables.process, context)
  const { sample, threadTime, process } = tables
  const sampledOf = sampledTime(process.length, sample, isMember)
  const ledger = threadTime === undefined ? undefined : readLedger(process.length, threadTime, isMember)
  const ledgerNs = ledger?.runningNs ?? 0
  const fromLedger = ledger !== undefined && ledgerNs >= sampledOf.totalNs
  const runningNs = Math.max(ledgerNs, sampledOf.totalNs)
  const runnableNs = ledger?.runnableNs ?? 0
  return {
    isMember,
    runningNs,
    runnableNs,
    totalNs: Math.max(runningNs + runnableNs, context.durationNs / 2),
    runningOf: fromLedger ? ledger.runningOf : sampledOf.perProcess,
    runnableOf: ledger?.runnableOf ?? new Float64Array(process.length),
    slices: ledger?.slices,
  }
}

/** Whose time counts. autotune's own never does. */
export function membership(process: Table<'process'>, { target }: AnalysisContext): (row: number) => boolean {
  if (target.kind === 'machine') {
    return row => row === NONE || (row >= 0 && row < process.length && process.role[row] !== ProcessRole.Autotune)
  }
  return row => row >= 0 && row < process.length && process.role[row] === ProcessRole.Target
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
  const runningOf = new Float64Array(processCount)
  const runnableOf = new Float64Array(processCount)
  let runningNs = 0
  let runnableNs = 0
  for (let row = 0; row < threadTime.length; row++) {
    const process = threadTime.process[row]
    const ns = threadTime.ns[row]
    if (!isMember(process) || !(ns > 0)) continue
    const state = threadTime.state[row]
    if (state === ThreadState.Running) {
      runningNs += ns
      slices.runningNs[sliceOf[row]] += ns
      if (process !== NONE) runningOf[process] += ns
    } else if (state === ThreadState.Runnable) {
      runnableNs += ns
      slices.runnableNs[sliceOf[row]] += ns
      if (process !== NONE) runnableOf[process] += ns
    }
  }
  return { slices, runningOf, runnableOf, runningNs, runnableNs }
}

/**
 * The slices of the ledger in time order, and for each row the index of its slice.
 *
 * A scan of all threads ends a slice. A thread that began or was found in between has a row with a start of its own:
 *
 *     scan      |----------|----------|
 *     tid 1      ########## ##########
 *     tid 2                     ######     belongs to the second slice all the same
 */
export function sliceIndex(threadTime: Table<'threadTime'>): {
  readonly sliceOf: Int32Array
  readonly timeNs: Float64Array
  readonly durationNs: Float64Array
} {
  const startOf = new Map<number, number>()
  for (let row = 0; row < threadTime.length; row++) {
    const end = endOf(threadTime, row)
    startOf.set(end, Math.min(startOf.get(end) ?? Number.POSITIVE_INFINITY, threadTime.timeNs[row]))
  }
  const ends = Float64Array.from(startOf.keys()).sort()
  const indexOf = new Map(Array.from(ends, (end, index) => [end, index]))
  const timeNs = ends.map((end, index) => Math.max(startOf.get(end) ?? end, index === 0 ? Number.NEGATIVE_INFINITY : ends[index - 1]))
  return {
    sliceOf: Int32Array.from({ length: threadTime.length }, (_, row) => indexOf.get(endOf(threadTime, row)) ?? 0),
    timeNs,
    durationNs: timeNs.map((time, index) => ends[index] - time),
  }
}

/** In whole microseconds, so that sums of start and length agree. */
function endOf({ timeNs, durationNs }: Table<'threadTime'>, row: number): number {
  return Math.round((timeNs[row] + durationNs[row]) / 1e3) * 1e3
}
