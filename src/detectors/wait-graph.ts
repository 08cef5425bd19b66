import { type AnalysisContext, NONE, type RecordedTables, type Table, ThreadState, textAt } from '../schema.ts'
import { findCircles } from './circles.ts'
import { isQueued } from './membership.ts'
import { findTurns, type ProcessTurns } from './process-turns.ts'
import { readServices, type Services } from './services.ts'
import { groupThreads, type ThreadGroups, threadKey } from './thread-groups.ts'
import { type Bins, binsFor, spread, spreadRow } from './wait-bins.ts'
import { type CauseKind, causeOfWait, isIdleReason } from './wait-kind.ts'

/** Tables a graph of waits is made of; without the ledger wakers are known by their waits alone. */
export type WaitTables = Pick<RecordedTables, 'process' | 'thread' | 'threadTime' | 'kernelEvent' | 'connection'> & {
  readonly wait: Table<'wait'>
}

/** Why a thread did not get on, or that it did: a kind, and the reason of its wait. */
export interface Cause {
  readonly kind: CauseKind
  /** Reason of the wait; empty for time in or before a CPU. */
  readonly reason: string
}

/** A thread of a program image. */
export interface WaitNode {
  readonly process: number
  readonly tid: number
}

/** What a thread did in a bin. */
export interface NodeTime {
  /** By index into causes: time that belongs to nobody else. */
  readonly own: Map<number, number>
  /** By index of the thread it waited for: for something it needed, and for work or input. */
  readonly waits: Map<number, number>
  readonly idleWaits: Map<number, number>
  /** The longest that any one thread waited for it. */
  demandNs: number
}

/** Who waited for whom, by bins of time. */
export interface WaitGraph {
  readonly bins: Bins
  readonly groups: ThreadGroups
  /** Per node its group. */
  readonly groupOf: Int32Array
  readonly nodes: readonly WaitNode[]
  readonly causes: readonly Cause[]
  /** Per bin what the threads did that are known of it. */
  readonly times: readonly ReadonlyMap<number, NodeTime>[]
  /** Per node the circle it is in: threads that wait for each other, directly or not, have the same. */
  readonly circleOf: Int32Array
  /** Per row of wait: who waited, and whom for; NONE where a cause ends it. */
  readonly waiterOf: Int32Array
  readonly wakerOf: Int32Array
  readonly causeOf: Int32Array
  readonly turns: ProcessTurns
  readonly services: Services
  /** Whether a row of wait that looks like one for work or input is for a turn, or for an answer. */
  isNeeded(row: number): boolean
  /** Whether it is that of a server for the next request. */
  isForClient(row: number): boolean
}

/** Builds the graph from the sums that were recorded. */
export function buildWaitGraph(tables: WaitTables, context: AnalysisContext): WaitGraph {
  const { wait, threadTime } = tables
  const bins = binsFor(wait, context)
  const builder = new GraphBuilder(bins)
  if (threadTime !== undefined) addLedger(builder, threadTime)
  const turns = findTurns(tables)
  const services = readServices(tables)
  const isNeeded = (row: number) =>
    turns.isTurn(row) || (isIdleReason(textAt(wait.reason, row)) && services.asks(wait.process[row], wait.wakerProcess[row]))
  const ends = addWaits(builder, wait, isNeeded)
  const groups = groupThreads(tables)
  return {
    bins,
    groups,
    groupOf: Int32Array.from(builder.nodes, ({ process, tid }) => groups.groupOf(process, tid)),
    nodes: builder.nodes,
    causes: builder.causes,
    times: builder.times,
    circleOf: findCircles(builder.nodes.length, node => builder.needs.get(node) ?? []),
    turns,
    services,
    isNeeded,
    isForClient: row => services.asks(wait.wakerProcess[row], wait.process[row]),
    ...ends,
  }
}

class GraphBuilder {
  readonly nodes: WaitNode[] = []
  readonly causes: Cause[] = []
  readonly times: Map<number, NodeTime>[]
  /** Per node the nodes it needed something of, at any time. */
  readonly needs = new Map<number, Set<number>>()
  readonly bins: Bins
  readonly #nodeOf = new Map<number, number>()
  readonly #causeOf = new Map<string, number>()

  constructor(bins: Bins) {
    this.bins = bins
    this.times = Array.from({ length: bins.count }, () => new Map())
  }

  node(process: number, tid: number): number {
    const key = threadKey(process, tid)
    const known = this.#nodeOf.get(key)
    if (known !== undefined) return known
    const node = this.nodes.push({ process, tid }) - 1
    this.#nodeOf.set(key, node)
    return node
  }

  cause(kind: CauseKind, reason: string): number {
    const key = `${kind} ${reason}`
    const known = this.#causeOf.get(key)
    if (known !== undefined) return known
    const cause = this.causes.push({ kind, reason }) - 1
    this.#causeOf.set(key, cause)
    return cause
  }

  time(bin: number, node: number): NodeTime {
    const known = this.times[bin].get(node)
    if (known !== undefined) return known
    const time: NodeTime = { own: new Map(), waits: new Map(), idleWaits: new Map(), demandNs: 0 }
    this.times[bin].set(node, time)
    return time
  }
}

function addLedger(builder: GraphBuilder, threadTime: Table<'threadTime'>): void {
  for (let row = 0; row < threadTime.length; row++) {
    const kind = kindOfState(threadTime.state[row])
    const ns = threadTime.ns[row]
    if (kind === undefined || !(ns > 0)) continue
    const node = builder.node(threadTime.process[row], threadTime.tid[row])
    const cause = builder.cause(kind, '')
    const startNs = threadTime.timeNs[row]
    spread(builder.bins, { startNs, endNs: startNs + threadTime.durationNs[row], ns }, (bin, part) =>
      increase(builder.time(bin, node).own, cause, part),
    )
  }
}

function kindOfState(state: number): CauseKind | undefined {
  if (state === ThreadState.Running) return 'computing'
  if (state === ThreadState.Throttled) return 'throttled'
  return isQueued(state) ? 'runQueue' : undefined
}

function addWaits(builder: GraphBuilder, wait: Table<'wait'>, isNeeded: (row: number) => boolean) {
  const [waiterOf, wakerOf, causeOf] = [0, 1, 2].map(() => new Int32Array(wait.length).fill(NONE))
  for (let row = 0; row < wait.length; row++) {
    const reason = textAt(wait.reason, row)
    const waiter = builder.node(wait.process[row], wait.tid[row])
    waiterOf[row] = waiter
    const kind =
      wait.wakerTid[row] === NONE ? (causeOfWait(reason, textAt(wait.wakerKind, row)) ?? 'unknown') : causeOfWait(reason, 'thread')
    if (kind !== undefined) {
      const cause = builder.cause(kind, reason ?? 'unknown')
      causeOf[row] = cause
      spreadWait(builder.bins, wait, row, (bin, ns) => increase(builder.time(bin, waiter).own, cause, ns))
      continue
    }
    const waker = builder.node(wait.wakerProcess[row], wait.wakerTid[row])
    wakerOf[row] = waker
    addEdge(builder, wait, { row, waiter, waker, idle: isIdleReason(reason) && !isNeeded(row) })
  }
  return { waiterOf, wakerOf, causeOf }
}

interface Edge {
  readonly row: number
  readonly waiter: number
  readonly waker: number
  readonly idle: boolean
}

function addEdge(builder: GraphBuilder, wait: Table<'wait'>, { row, waiter, waker, idle }: Edge): void {
  if (!idle) {
    const needs = builder.needs.get(waiter) ?? new Set()
    builder.needs.set(waiter, needs.add(waker))
  }
  spreadWait(builder.bins, wait, row, (bin, ns) => {
    const time = builder.time(bin, waiter)
    const waitedNs = increase(idle ? time.idleWaits : time.waits, waker, ns)
    const ofWaker = builder.time(bin, waker)
    ofWaker.demandNs = Math.min(builder.bins.binNs, Math.max(ofWaker.demandNs, waitedNs))
  })
}

/** Divides the time of a row of wait over the bins in which it passed. */
export function spreadWait(bins: Bins, wait: Table<'wait'>, row: number, add: (bin: number, ns: number) => void): void {
  const { timeNs, durationNs, ns, maxNs } = wait
  spreadRow(bins, { timeNs: timeNs[row], durationNs: durationNs[row], ns: ns[row], maxNs: maxNs[row] }, add)
}

function increase(sums: Map<number, number>, key: number, ns: number): number {
  const sum = (sums.get(key) ?? 0) + ns
  sums.set(key, sum)
  return sum
}
