import { type AnalysisContext, NONE, type RecordedTables, type Table, textAt } from '../schema.ts'
import { findInterpreterLocks } from './interpreter-lock.ts'
import { membership } from './membership.ts'
import { blameWaits } from './wait-flow.ts'
import { buildWaitGraph, type WaitGraph } from './wait-graph.ts'
import { isIdleReason } from './wait-kind.ts'
import { kindOfWait, type NameTables, nameWaits, type WaitNames } from './wait-names.ts'

/** Tables from which it is told which waits cost the target time. */
export type LostRowTables = NameTables &
  Pick<RecordedTables, 'threadTime' | 'kernelEvent' | 'connection'> & { readonly wait: Table<'wait'> }

/** Waits that cost the target time, and what they were told from. */
export interface LostRows {
  readonly graph: WaitGraph
  readonly names: WaitNames
  /** Rows of wait of the target that may be a loss: for a lock, a device, another thread; not for work, input or time to pass. */
  readonly rows: readonly number[]
  /** Rows of wait for the lock of an interpreter. */
  readonly interpreterLocks: ReadonlySet<number>
}

const usedTables = [
  'process',
  'thread',
  'threadTime',
  'sample',
  'callchainStack',
  'stack',
  'frame',
  'symbol',
  'kernelEvent',
  'connection',
] as const

/** By table of waits: every detector asks for the same. */
const found = new WeakMap<Table<'wait'>, { readonly tables: LostRowTables; readonly context: AnalysisContext; readonly lost: LostRows }>()

/** Finds the waits that cost the target time, by what the threads were to each other rather than by names alone. */
export function findLostRows(tables: LostRowTables, context: AnalysisContext): LostRows {
  const known = found.get(tables.wait)
  if (known !== undefined && known.context === context && usedTables.every(name => known.tables[name] === tables[name])) return known.lost
  const graph = buildWaitGraph(tables, context)
  const names = nameWaits(tables)
  const interpreterLocks = findInterpreterLocks(tables.process, tables.wait)
  const rows = selectRows(tables.wait, { graph, names, interpreterLocks, isMember: membership(tables.process, context) })
  const lost = { graph, names, rows, interpreterLocks }
  found.set(tables.wait, { tables, context, lost })
  return lost
}

/** Whether a row of wait cost the target time. */
export function lostRowTest(tables: RecordedTables, context: AnalysisContext): (row: number) => boolean {
  const { process, wait } = tables
  if (process === undefined || wait === undefined) return () => false
  const rows = new Set(findLostRows({ ...tables, process, wait }, context).rows)
  return row => rows.has(row)
}

type Found = Pick<LostRows, 'graph' | 'names' | 'interpreterLocks'> & { isMember(process: number): boolean }

function selectRows(wait: Table<'wait'>, found: Found): number[] {
  const { graph, isMember, names, interpreterLocks } = found
  const handOvers = findHandOvers(wait, graph)
  const rows: number[] = []
  const givenBy = new Map<string, number[]>()
  const answered = findAnswered(wait, graph)
  const lonely = findLonely(wait)
  for (let row = 0; row < wait.length; row++) {
    if (!isMember(wait.process[row]) || !(wait.ns[row] > 0)) continue
    // it wants the lock for as long as it asks again and again
    if (graph.isNeeded(row) || interpreterLocks.has(row)) {
      rows.push(row)
      continue
    }
    if (isIdleReason(textAt(wait.reason, row)) || graph.isForClient(row)) continue
    const cause = graph.causeOf[row]
    // a wait that its own timer ended had nothing to wait for; one that nobody ended yet says nothing
    if (cause !== NONE && ['idle', 'timer'].includes(graph.causes[cause].kind)) continue
    if (wait.open[row] === 1 && (cause === NONE || graph.causes[cause].kind === 'unknown')) continue
    const isLock = kindOfWait(wait, row, names) === 'lock'
    if (!isLock && lonely.has(futexKey(wait, row)) && wait.ns[row] >= LONELY_NS) continue
    if (textAt(wait.reason, row) === 'unknown' && graph.wakerOf[row] === NONE) continue
    const pair = pairKey(graph, graph.waiterOf[row], graph.wakerOf[row])
    if (graph.wakerOf[row] === NONE || isLock) rows.push(row)
    else if (handOvers.has(handOverKey(wait, graph, row))) continue
    else if (answered.has(pair)) rows.push(row)
    else pushTo(givenBy, pair, row)
  }
  for (const given of givenBy.values()) if (isHeldUp(wait, given, found)) for (const row of given) rows.push(row)
  return rows.sort((a, b) => a - b)
}

/**
 * The only wait of a thread on a futex, when it takes this long, is for the end of another thread, or of the program, at
 * which idle threads of a pool are woken one after the other: no source, a guess.
 */
const LONELY_NS = 1e9

/** Threads with the futexes that they waited on once. */
function findLonely(wait: Table<'wait'>): Set<string> {
  const counts = new Map<string, number>()
  for (let row = 0; row < wait.length; row++) {
    if (textAt(wait.reason, row) === 'futex') counts.set(futexKey(wait, row), (counts.get(futexKey(wait, row)) ?? 0) + wait.count[row])
  }
  return new Set([...counts].filter(([, count]) => count <= 1).map(([key]) => key))
}

function futexKey(wait: Table<'wait'>, row: number): string {
  return `${wait.process[row]} ${wait.tid[row]} ${wait.argument[row]}`
}

function pushTo(lists: Map<string, number[]>, key: string, row: number): void {
  const list = lists.get(key)
  if (list === undefined) lists.set(key, [row])
  else list.push(row)
}

/** Pairs of groups, of which each waits for the other at times: they ask and answer, or take turns. Others only give work. */
function findAnswered(wait: Table<'wait'>, graph: WaitGraph): Set<string> {
  const pairs = new Set<string>()
  for (let row = 0; row < wait.length; row++) {
    // the reverse: who ended this wait may wait for the waiter
    if (graph.wakerOf[row] !== NONE) pairs.add(pairKey(graph, graph.wakerOf[row], graph.waiterOf[row]))
  }
  return pairs
}

function pairKey(graph: WaitGraph, waiter: number, waker: number): string {
  return waker === NONE ? '' : `${graph.groupOf[waiter]} ${graph.groupOf[waker]}`
}

/** A stage that feeds another holds it up when it has no pause: analysis.md 4.2. */
const SATURATED = 0.8

/**
 * Whether waits for somebody who only gives work are a loss: when that is no part of the target, and never pauses. What is
 * part of the target is seen at work itself.
 */
function isHeldUp(wait: Table<'wait'>, rows: readonly number[], { graph, isMember }: Found): boolean {
  if (isMember(wait.wakerProcess[rows[0]])) return false
  const { ns, causes } = blameWaits(graph, wait, rows)
  const activeNs = causes.reduce(
    (sum, cause) => (['computing', 'runQueue', 'device', 'memory'].includes(cause.kind) ? sum + cause.ns : sum),
    0,
  )
  return activeNs >= SATURATED * ns
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
    const group = graph.groupOf[graph.waiterOf[row]]
    const place = places.get(key) ?? { waiters: new Set(), group, ns: 0, othersNs: 0 }
    places.set(key, place)
    place.waiters.add(graph.waiterOf[row])
    place.ns += wait.ns[row]
    if (graph.groupOf[waker] !== group) place.othersNs += wait.ns[row]
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
  return `${graph.groupOf[graph.waiterOf[row]]} ${textAt(wait.reason, row)} ${Math.floor(wait.argument[row] / 8)}`
}
