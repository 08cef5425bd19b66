import { NONE } from '../schema.ts'
import { type NodeTime, spreadWait, type WaitGraph, type WaitTables } from './wait-graph.ts'
import type { CauseKind } from './wait-kind.ts'

/** What waits were due to in the end: whose doing it was, and what that was. */
export interface WaitCause {
  /** Index into the graph's nodes. */
  readonly node: number
  readonly kind: CauseKind
  /** Reason of the wait that ended the chain; empty for time in or before a CPU, and for what is unknown. */
  readonly reason: string
  readonly ns: number
}

/** Blame for some waits; the causes add up to ns. */
export interface WaitBlame {
  readonly ns: number
  /** Most time first. */
  readonly causes: readonly WaitCause[]
  /** By bin: time that was not idle in the end. */
  readonly lostNs: Float64Array
}

/** Wakers followed at most: analysis.md 4.2. In a circle of peers each step leaves some of the time behind. */
const MAX_STEPS = 10
/** Less than this part of a wait is not followed any further. */
const NEGLIGIBLE = 1e-3

/**
 * Divides the time of rows of wait over causes, conserving it, as far as sums can tell.
 *
 * A wait for a thread is divided by what that thread did in the same bin; its own waits by what those did that it waited
 * for; and so on. What it did is laid against the wait in an order, since the waiter waited only for a part of the bin:
 *
 *     1. computing, queueing, devices, and waits for threads that do not wait for it
 *     2. sleeping
 *     3. waits for its peers: in a circle around a lock, the time in which somebody else had it
 *     4. waits for work
 *
 * When all rows are of one thread, its own doing is nobody's cause: it waited. Exact intervals need no such order: wait-blame.ts.
 */
export function blameWaits(graph: WaitGraph, wait: WaitTables['wait'], rows: Iterable<number>): WaitBlame {
  const sums = new CauseSums(graph)
  const starts = Array.from({ length: graph.bins.count }, () => new Map<number, number>())
  const waiters = new Set<number>()
  let totalNs = 0
  for (const row of rows) {
    if (!(wait.ns[row] > 0)) continue
    totalNs += wait.ns[row]
    waiters.add(graph.waiterOf[row])
    spreadWait(graph.bins, wait, row, (bin, ns) => {
      if (graph.wakerOf[row] !== NONE) increase(starts[bin], graph.wakerOf[row], ns)
      else sums.add(bin, graph.waiterOf[row], graph.causeOf[row], ns)
    })
  }
  const [only = NONE] = waiters
  const waiter = waiters.size === 1 ? only : NONE
  for (const [bin, start] of starts.entries()) flow({ graph, bin, waiter, sums }, start)
  return { ns: totalNs, causes: sums.sorted(), lostNs: sums.lostNs }
}

interface Flow {
  readonly graph: WaitGraph
  readonly bin: number
  /** The one thread that waited; NONE when there are several. */
  readonly waiter: number
  readonly sums: CauseSums
}

function flow({ graph, bin, waiter, sums }: Flow, start: ReadonlyMap<number, number>): void {
  const divided = new Map<number, Division>()
  const found: (readonly [node: number, cause: number, ns: number])[] = []
  const totalNs = sumOf(start)
  let at = start
  let leftNs = totalNs
  for (let step = 0; step < MAX_STEPS && leftNs > totalNs * NEGLIGIBLE; step++) {
    const next = new Map<number, number>()
    for (const [node, ns] of at) {
      const division = divided.get(node) ?? divide(graph, bin, { node, waiter })
      divided.set(node, division)
      for (const [cause, part] of division.own) found.push([node, cause, ns * part])
      for (const [waker, part] of division.wakers) increase(next, waker, ns * part)
      if (division.unknown > 0) found.push([node, NONE, ns * division.unknown])
    }
    at = next
    leftNs = sumOf(next)
  }
  // what still goes round would be left behind as the rest was; where nothing was, nobody knows
  const isKnown = leftNs < totalNs * (1 - NEGLIGIBLE)
  const factor = isKnown ? totalNs / (totalNs - leftNs) : 1
  for (const [node, cause, ns] of found) sums.add(bin, node, cause, ns * factor)
  if (!isKnown) for (const [node, ns] of at) sums.add(bin, node, NONE, ns)
}

/** How the time in which a thread was waited for divides; the parts add up to 1. */
interface Division {
  readonly own: readonly (readonly [cause: number, part: number])[]
  readonly wakers: readonly (readonly [node: number, part: number])[]
  readonly unknown: number
}

type Part = { readonly ns: number } & ({ readonly cause: number } | { readonly waker: number })

function divide(graph: WaitGraph, bin: number, { node, waiter }: { readonly node: number; readonly waiter: number }): Division {
  const time = graph.times[bin].get(node)
  // the waiter did nothing while it waited
  if (time === undefined || node === waiter || !(time.demandNs > 0)) return { own: [], wakers: [], unknown: 1 }
  // while the waiter waited for it, it did not wait for the waiter
  const demandNs = Math.min(time.demandNs, graph.bins.binNs - waitedFor(time, waiter))
  if (!(demandNs > 0)) return { own: [], wakers: [], unknown: 1 }
  const own: [number, number][] = []
  const wakers: [number, number][] = []
  let openNs = demandNs
  for (const parts of inOrder(graph, time, { node, waiter })) {
    const ns = parts.reduce((sum, part) => sum + part.ns, 0)
    const takenRatio = ns > 0 ? Math.min(1, openNs / ns) : 0
    for (const part of parts) {
      const share = (part.ns * takenRatio) / demandNs
      if ('cause' in part) own.push([part.cause, share])
      else wakers.push([part.waker, share])
    }
    openNs = Math.max(0, openNs - ns)
  }
  return { own, wakers, unknown: openNs / demandNs }
}

function waitedFor({ waits, idleWaits }: NodeTime, node: number): number {
  return (waits.get(node) ?? 0) + (idleWaits.get(node) ?? 0)
}

function inOrder(
  graph: WaitGraph,
  time: NodeTime,
  { node, waiter }: { readonly node: number; readonly waiter: number },
): readonly Part[][] {
  const order: Part[][] = [[], [], [], []]
  for (const [cause, ns] of time.own) order[placeOf(graph.causes[cause].kind)].push({ cause, ns })
  for (const [waker, ns] of time.waits) {
    const isPeer = graph.circleOf[waker] === graph.circleOf[node]
    if (waker !== waiter) order[isPeer ? 2 : 0].push({ waker, ns })
  }
  for (const [waker, ns] of time.idleWaits) if (waker !== waiter) order[3].push({ waker, ns })
  return order
}

function placeOf(kind: CauseKind): number {
  if (kind === 'idle') return 3
  return kind === 'sleep' || kind === 'timer' || kind === 'unknown' ? 1 : 0
}

/** Adds up causes over bins. */
class CauseSums {
  readonly lostNs: Float64Array
  readonly #graph: WaitGraph
  /** By node and cause; cause NONE is unknown. */
  readonly #sums = new Map<number, number>()

  constructor(graph: WaitGraph) {
    this.#graph = graph
    this.lostNs = new Float64Array(graph.bins.count)
  }

  add(bin: number, node: number, cause: number, ns: number): void {
    if (!(ns > 0)) return
    increase(this.#sums, node * (this.#graph.causes.length + 1) + cause + 1, ns)
    if (cause === NONE || this.#graph.causes[cause].kind !== 'idle') this.lostNs[bin] += ns
  }

  sorted(): WaitCause[] {
    const width = this.#graph.causes.length + 1
    return [...this.#sums]
      .map(([key, ns]): WaitCause => {
        const cause = (key % width) - 1
        const { kind, reason } = cause === NONE ? { kind: 'unknown' as const, reason: '' } : this.#graph.causes[cause]
        return { node: Math.floor(key / width), kind, reason, ns }
      })
      .sort((a, b) => b.ns - a.ns || a.node - b.node || (a.kind < b.kind ? -1 : 1))
  }
}

function increase(sums: Map<number, number>, key: number, ns: number): void {
  if (ns > 0) sums.set(key, (sums.get(key) ?? 0) + ns)
}

function sumOf(sums: ReadonlyMap<number, number>): number {
  let sum = 0
  for (const ns of sums.values()) sum += ns
  return sum
}
