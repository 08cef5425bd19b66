import { NONE, type Table } from '../schema.ts'
import type { UserLock } from './user-locks.ts'
import type { WaitBlame } from './wait-flow.ts'
import { spreadWait, type WaitGraph } from './wait-graph.ts'

/**
 * How much of the waits for a lock that processes share its holders spent waiting for input themselves, for their client or for
 * time to pass. Sums over slices don't tell such waits from those between two turns, but somebody has the lock as long as
 * somebody waits for it: what all of them together did cannot fill that time, where holders wait.
 *
 *     lock wanted   ~~~~~~~~~~~~~~~~~~~~     by the one who waited most
 *     all computed  ###                      and queued for a CPU, and waited for devices
 *     held, idle       ~~~~~~~~~~~~~~~~~     the rest
 */
export function heldIdleRatio(graph: WaitGraph, wait: Table<'wait'>, { rows }: UserLock): number {
  const waited = Array.from({ length: graph.bins.count }, () => new Map<number, number>())
  const members = new Set<number>()
  for (const row of rows) {
    const waiter = graph.waiterOf[row]
    for (const node of [waiter, graph.wakerOf[row]]) if (node !== NONE) members.add(node)
    spreadWait(graph.bins, wait, row, (bin, ns) => waited[bin].set(waiter, (waited[bin].get(waiter) ?? 0) + ns))
  }
  let wantedNs = 0
  let idleNs = 0
  for (const [bin, waits] of waited.entries()) {
    const longestNs = Math.min(
      graph.bins.binNs,
      [...waits.values()].reduce((longest, ns) => Math.max(longest, ns), 0),
    )
    wantedNs += longestNs
    idleNs += Math.max(0, longestNs - doneBy(graph, bin, members))
  }
  return wantedNs > 0 ? idleNs / wantedNs : 0
}

/** Blame in which that idle time has its part, and the others theirs of what is left. */
export function withHeldIdle({ ns, causes, lostNs }: WaitBlame, ratio: number): WaitBlame {
  if (!(ratio > 0) || causes.length === 0) return { ns, causes, lostNs }
  const others = causes.map(cause => ({ ...cause, ns: cause.ns * (1 - ratio) }))
  const idle = { node: causes[0].node, kind: 'idle' as const, reason: 'held', ns: ns * ratio }
  return { ns, lostNs, causes: [...others, idle].sort((a, b) => b.ns - a.ns || a.node - b.node) }
}

/** What the members did in a bin other than to wait for input, or for each other. */
function doneBy(graph: WaitGraph, bin: number, members: ReadonlySet<number>): number {
  let doneNs = 0
  for (const member of members) {
    for (const [cause, ns] of graph.times[bin].get(member)?.own ?? []) {
      if (!['idle', 'timer', 'sleep', 'unknown'].includes(graph.causes[cause].kind)) doneNs += ns
    }
  }
  return doneNs
}
