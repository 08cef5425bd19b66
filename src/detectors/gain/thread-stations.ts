import { NONE, ProcessRole, ThreadState, textAt } from '../../schema.ts'
import { spread } from '../wait-bins.ts'
import { spreadWait } from '../wait-graph.ts'
import { causeOfWait } from '../wait-kind.ts'
import type { Scope, Station } from './station.ts'

/** Groups that the target waits for less than this part of its time bound nothing: analysis.md 4.2. */
const REACHED = 0.02
/** Kinds of waits that are service to the thread itself, not waiting for a turn. */
const served: ReadonlySet<string> = new Set(['device', 'memory'])

/** Reason under which a group keeps the time that others made it queue. */
export const OTHERS_QUEUE = 'runQueue'
/** Of thousands of groups those that are in use least bound nothing. */
const MAX_GROUPS = 100

/** Groups of threads of the target, and of others that it waits for, directly or not. */
export function groupStations(scope: Scope, queuePart: Float64Array): Station[] {
  const { tables, bins, groups, isMember } = scope
  const reached = reachedGroups(scope)
  const { running, servedBy } = timeOfGroups(scope, reached, queuePart)
  const made = [...reached]
    .sort((a, b) => a - b)
    .map((group): { station: Station; process: number } => {
      const { tids, label, process } = groups.groups[group]
      const capacityNs = bins.binNs * tids.length
      const runningRatio = (running.get(group) ?? new Float64Array(bins.count)).map(ns => ns / capacityNs)
      const servedRatio = new Map([...(servedBy.get(group) ?? [])].map(([reason, ns]) => [reason, ns.map(part => part / capacityNs)]))
      const usedRatio = runningRatio.slice()
      for (const ratio of servedRatio.values()) for (const [bin, part] of ratio.entries()) usedRatio[bin] += part
      const isKernel = process >= 0 && tables.process.role[process] === ProcessRole.KernelThread
      const common = { kind: 'threads' as const, label, usedRatio: usedRatio.map(ratio => Math.min(1, ratio)), servedRatio, isKernel }
      // what others run is no part of the target's own code
      return { station: isMember(process) ? { ...common, runningRatio } : common, process }
    })
  return [...made.map(({ station }) => station), ...sequences(scope, made)]
    .map(station => ({ station, load: station.usedRatio.reduce((sum, ratio) => sum + ratio, 0) }))
    .sort((a, b) => b.load - a.load)
    .slice(0, MAX_GROUPS)
    .map(({ station }) => station)
}

/** Fewer programs than this are no sequence; nor are those of which more run at a time. No source: guesses. */
const MIN_SEQUENCE = 4
const MAX_AT_A_TIME = 1.5

/** Programs that run one after the other, as a shell starts them, are together what one thread is that lives on. */
function sequences({ tables: { process }, context, bins }: Scope, made: readonly { station: Station; process: number }[]): Station[] {
  const byName = new Map<string, { stations: Station[]; lives: Map<number, number>; firstNs: number; lastNs: number }>()
  for (const { station, process: row } of made) {
    if (station.runningRatio === undefined || !(row >= 0)) continue
    const name = textAt(process.comm, row) ?? ''
    const [startNs, endNs] = [process.startNs[row], process.endNs[row] >= 0 ? process.endNs[row] : context.durationNs]
    const entry = of(byName, name, () => ({ stations: [], lives: new Map(), firstNs: startNs, lastNs: endNs }))
    entry.stations.push(station)
    entry.lives.set(row, Math.max(0, endNs - startNs))
    entry.firstNs = Math.min(entry.firstNs, startNs)
    entry.lastNs = Math.max(entry.lastNs, endNs)
  }
  return [...byName].flatMap(([name, { stations, lives, firstNs, lastNs }]) => {
    const aliveNs = [...lives.values()].reduce((sum, ns) => sum + ns, 0)
    if (lives.size < MIN_SEQUENCE || aliveNs > MAX_AT_A_TIME * (lastNs - firstNs)) return []
    const total = (ratioOf: (station: Station) => Float64Array | undefined) =>
      Float64Array.from({ length: bins.count }, (_, bin) => stations.reduce((sum, station) => sum + (ratioOf(station)?.[bin] ?? 0), 0))
    const reasons = new Set(stations.flatMap(({ servedRatio }) => [...(servedRatio?.keys() ?? [])]))
    return [
      {
        kind: 'threads' as const,
        label: `${name} (${lives.size} processes, one after the other)`,
        usedRatio: total(({ usedRatio }) => usedRatio).map(ratio => Math.min(1, ratio)),
        runningRatio: total(({ runningRatio }) => runningRatio),
        servedRatio: new Map([...reasons].map(reason => [reason, total(({ servedRatio }) => servedRatio?.get(reason))])),
      },
    ]
  })
}

/** By group and bin: time on a CPU, and time it was served or held up by others, by reason. */
function timeOfGroups({ tables, bins, groups }: Scope, reached: ReadonlySet<number>, queuePart: Float64Array) {
  const running = new Map<number, Float64Array>()
  const servedBy = new Map<number, Map<string, Float64Array>>()
  const emptyBins = () => new Float64Array(bins.count)
  const servedFor = (group: number, reason: string) =>
    of(
      of(servedBy, group, () => new Map<string, Float64Array>()),
      reason,
      emptyBins,
    )
  const { threadTime, wait } = tables
  for (let row = 0; row < threadTime.length; row++) {
    const state = threadTime.state[row]
    const isRunning = state === ThreadState.Running
    const group = groups.groupOf(threadTime.process[row], threadTime.tid[row])
    if (!(isRunning || state === ThreadState.Runnable || state === ThreadState.Preempted) || !reached.has(group)) continue
    const startNs = threadTime.timeNs[row]
    const sums = isRunning ? of(running, group, emptyBins) : servedFor(group, OTHERS_QUEUE)
    spread(bins, { startNs, endNs: startNs + threadTime.durationNs[row], ns: threadTime.ns[row] }, (bin, ns) => {
      sums[bin] += isRunning ? ns : ns * queuePart[bin]
    })
  }
  for (let row = 0; row < (wait?.length ?? 0); row++) {
    if (wait === undefined) break
    const reason = textAt(wait.reason, row) ?? 'unknown'
    const group = groups.groupOf(wait.process[row], wait.tid[row])
    if (!served.has(causeOfWait(reason, textAt(wait.wakerKind, row)) ?? '') || !reached.has(group)) continue
    const sums = servedFor(group, reason)
    spreadWait(bins, wait, row, (bin, ns) => (sums[bin] += ns))
  }
  return { running, servedBy }
}

function of<Key, Value>(map: Map<Key, Value>, key: Key, make: () => Value): Value {
  const known = map.get(key)
  if (known !== undefined) return known
  const made = make()
  map.set(key, made)
  return made
}

function reachedGroups({ groups, graph, isMember, context }: Scope): Set<number> {
  const reached = new Set<number>()
  for (const [group, { process }] of groups.groups.entries()) if (isMember(process)) reached.add(group)
  if (graph === undefined) return reached
  const waitedNs = new Map<number, Map<number, number>>()
  for (const times of graph.times) {
    for (const [node, { waits }] of times) {
      const sums = of(waitedNs, graph.groupOf[node], () => new Map<number, number>())
      for (const [waker, ns] of waits) sums.set(graph.groupOf[waker], (sums.get(graph.groupOf[waker]) ?? 0) + ns)
    }
  }
  const open = [...reached]
  for (let at = open.pop(); at !== undefined; at = open.pop()) {
    for (const [next, ns] of waitedNs.get(at) ?? []) {
      if (next === NONE || reached.has(next) || ns < REACHED * context.durationNs) continue
      reached.add(next)
      open.push(next)
    }
  }
  return reached
}
