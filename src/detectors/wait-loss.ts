import { type AnalysisContext, type Interval, type Table, ThreadState } from '../schema.ts'
import { ratioInterval, scaleInterval } from './interval.ts'
import { findLostRows, type LostRowTables } from './lost-rows.ts'
import { isQueued } from './membership.ts'
import { measureTargetTime, type TargetTime, TIME_TABLES } from './target-time.ts'
import { spread } from './wait-bins.ts'
import { blameWaits, type WaitBlame } from './wait-flow.ts'
import { spreadWait, type WaitGraph } from './wait-graph.ts'
import type { WaitNames } from './wait-names.ts'

/** Tables that every detector of waits may see. */
export type WaitLossTables = LostRowTables

/** The optional ones, for a detector's wants. */
export const waitTables = TIME_TABLES.filter(name => name !== 'wait')

/** What the target lost by waiting, and what shares of it are shares of. */
export interface WaitLoss {
  readonly graph: WaitGraph
  readonly time: TargetTime
  readonly names: WaitNames
  /** Rows of wait of the target that may be a loss: for a lock, a device, another thread; not for work, input or time to pass. */
  readonly rows: readonly number[]
  /** Rows of wait for the lock of an interpreter. */
  readonly interpreterLocks: ReadonlySet<number>
  /**
   * Running and queueing for a CPU plus these waits, but at least half the wall clock: time of the target in which it did
   * not wait for work.
   */
  readonly totalNs: number
  /** The interval of the share that time, given by bin, is of the total. More: idle time that is to count as well, by bin. */
  shareOf(partNs: Float64Array, more?: Float64Array): Interval
  blame(rows: Iterable<number>): WaitBlame
}

/** By table of waits: every detector of waits asks for the same. */
const measured = new WeakMap<
  Table<'wait'>,
  { readonly tables: WaitLossTables; readonly context: AnalysisContext; readonly loss: WaitLoss }
>()

/** Measures the waits of the target. */
export function measureWaitLoss(tables: WaitLossTables, context: AnalysisContext): WaitLoss {
  const known = measured.get(tables.wait)
  const isSame = known !== undefined && known.context === context && waitTables.every(name => known.tables[name] === tables[name])
  if (isSame && known.tables.process === tables.process) return known.loss
  const loss = measure(tables, context)
  measured.set(tables.wait, { tables, context, loss })
  return loss
}

function measure(tables: WaitLossTables, context: AnalysisContext): WaitLoss {
  const { wait } = tables
  const { graph, names, rows, interpreterLocks } = findLostRows(tables, context)
  const time = measureTargetTime(tables, context)
  const activeNs = activeTime(tables.threadTime, graph, time)
  for (const row of rows) spreadWait(graph.bins, wait, row, (bin, ns) => (activeNs[bin] += ns))
  return {
    graph,
    time,
    names,
    rows,
    interpreterLocks,
    totalNs: Math.max(sumOf(activeNs), context.durationNs / 2),
    shareOf(partNs, more) {
      const wholeNs = more === undefined ? activeNs : activeNs.map((ns, bin) => ns + more[bin])
      const sumNs = sumOf(wholeNs)
      return scaleInterval(ratioInterval(partNs, wholeNs), sumNs / Math.max(sumNs, context.durationNs / 2))
    },
    blame: some => blameWaits(graph, wait, some),
  }
}

/** Adds up the time of rows of wait by bin. */
export function timeByBin({ graph }: WaitLoss, wait: Table<'wait'>, rows: Iterable<number>): Float64Array {
  const partNs = new Float64Array(graph.bins.count)
  for (const row of rows) spreadWait(graph.bins, wait, row, (bin, ns) => (partNs[bin] += ns))
  return partNs
}

function activeTime(threadTime: Table<'threadTime'> | undefined, { bins }: WaitGraph, { isMember }: TargetTime): Float64Array {
  const activeNs = new Float64Array(bins.count)
  for (let row = 0; row < (threadTime?.length ?? 0); row++) {
    if (threadTime === undefined || !isMember(threadTime.process[row])) continue
    const state = threadTime.state[row]
    if (state !== ThreadState.Running && !isQueued(state)) continue
    const startNs = threadTime.timeNs[row]
    spread(bins, { startNs, endNs: startNs + threadTime.durationNs[row], ns: threadTime.ns[row] }, (bin, ns) => (activeNs[bin] += ns))
  }
  return activeNs
}

function sumOf(values: Float64Array): number {
  let sum = 0
  for (const value of values) sum += value
  return sum
}
