import { type AnalysisContext, type Interval, NONE, type RecordedTables, type Table, ThreadState, textAt } from '../schema.ts'
import { ratioInterval, scaleInterval } from './interval.ts'
import { isQueued, measureTargetTime, type TargetTime } from './target-time.ts'
import { spread } from './wait-bins.ts'
import { blameWaits, type WaitBlame } from './wait-flow.ts'
import { buildWaitGraph, spreadWait, type WaitGraph } from './wait-graph.ts'
import { isIdleReason } from './wait-kind.ts'

/** Tables that every detector of waits may see. */
export type WaitLossTables = Pick<RecordedTables, 'thread' | 'threadTime' | 'sample' | 'runQueue'> & {
  readonly process: Table<'process'>
  readonly wait: Table<'wait'>
}

/** What the target lost by waiting, and what shares of it are shares of. */
export interface WaitLoss {
  readonly graph: WaitGraph
  readonly time: TargetTime
  /** Rows of wait of the target that may be a loss: for a lock, a device, another thread; not for work, input or time to pass. */
  readonly rows: readonly number[]
  /**
   * Running and queueing for a CPU plus these waits, but at least half the wall clock: time of the target in which it did
   * not wait for work.
   */
  readonly totalNs: number
  /** The interval of the share that time, given by bin, is of the total. More: idle time that is to count as well, by bin. */
  shareOf(partNs: Float64Array, more?: Float64Array): Interval
  blame(rows: Iterable<number>): WaitBlame
}

/** Measures the waits of the target. */
export function measureWaitLoss(tables: WaitLossTables, context: AnalysisContext): WaitLoss {
  const { wait } = tables
  const graph = buildWaitGraph(tables, context)
  const time = measureTargetTime(tables, context)
  const rows = lossRows(wait, graph, time)
  const activeNs = activeTime(tables.threadTime, graph, time)
  for (const row of rows) spreadWait(graph.bins, wait, row, (bin, ns) => (activeNs[bin] += ns))
  const measuredNs = sumOf(activeNs)
  const totalNs = Math.max(measuredNs, context.durationNs / 2)
  return {
    graph,
    time,
    rows,
    totalNs,
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

function lossRows(wait: Table<'wait'>, graph: WaitGraph, { isMember }: TargetTime): number[] {
  const handOvers = findHandOvers(wait, graph)
  const rows: number[] = []
  for (let row = 0; row < wait.length; row++) {
    if (!isMember(wait.process[row]) || !(wait.ns[row] > 0) || isIdleReason(textAt(wait.reason, row))) continue
    const cause = graph.causeOf[row]
    // a wait that its own timer ended had nothing to wait for
    if (cause !== NONE && ['idle', 'timer'].includes(graph.causes[cause].kind)) continue
    if (!handOvers.has(handOverKey(wait, graph, row))) rows.push(row)
  }
  return rows
}

/** Pools of this many threads that wait for the same are workers. */
const MIN_POOL = 2
/** And are given work by others in at least this part of the time. */
const GIVEN_BY_OTHERS = 0.9

/**
 * Waits of pools for work: several threads of a group wait on the same thing, and whoever ends the waits is not one of them.
 * Around a lock those who wait end the waits of each other.
 */
function findHandOvers(wait: Table<'wait'>, graph: WaitGraph): Set<string> {
  const places = new Map<string, { waiters: Set<number>; group: number; ns: number; othersNs: number }>()
  for (let row = 0; row < wait.length; row++) {
    const waker = graph.wakerOf[row]
    if (waker === NONE || !isWorkReason(textAt(wait.reason, row))) continue
    const key = handOverKey(wait, graph, row)
    const group = groupOf(graph, graph.waiterOf[row])
    const place = places.get(key) ?? { waiters: new Set(), group, ns: 0, othersNs: 0 }
    places.set(key, place)
    place.waiters.add(graph.waiterOf[row])
    place.ns += wait.ns[row]
    if (groupOf(graph, waker) !== group) place.othersNs += wait.ns[row]
  }
  const isPool = ({ waiters, ns, othersNs }: { waiters: Set<number>; ns: number; othersNs: number }) =>
    waiters.size >= MIN_POOL && othersNs >= GIVEN_BY_OTHERS * ns
  return new Set([...places].filter(([, place]) => isPool(place)).map(([key]) => key))
}

function isWorkReason(reason: string | undefined): boolean {
  return reason === 'futex' || reason === 'pipe' || reason === 'socketReceive' || reason === 'message'
}

/** The group and what it waits on. Both words of a condition variable of glibc lie side by side: sysdeps/nptl/bits/thread-shared-types.h. */
function handOverKey(wait: Table<'wait'>, graph: WaitGraph, row: number): string {
  return `${groupOf(graph, graph.waiterOf[row])} ${textAt(wait.reason, row)} ${Math.floor(wait.argument[row] / 8)}`
}

function groupOf({ groups, nodes }: WaitGraph, node: number): number {
  return groups.groupOf(nodes[node].process, nodes[node].tid)
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
