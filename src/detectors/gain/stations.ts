/**
 * Where work of the target is served: locks, devices, the CPUs, CPU quotas, groups of threads. The busiest bounds its
 * throughput (operational analysis, Denning & Buzen 1978). Only those count that the target waits for or runs on.
 */

import { type AnalysisContext, NONE, ProcessRole, type RecordedTables, type Table, ThreadState, textAt } from '../../schema.ts'
import { findFutexLocks } from '../futex-locks.ts'
import { processLabel } from '../labels.ts'
import { readingAt, viewSeries } from '../series-view.ts'
import { groupThreads, type ThreadGroups } from '../thread-groups.ts'
import { type Bins, spread } from '../wait-bins.ts'
import { spreadWait, type WaitGraph } from '../wait-graph.ts'
import { causeOfWait } from '../wait-kind.ts'
import { measureWaitLoss } from '../wait-loss.ts'

/** What kind of thing serves. */
export type StationKind = 'lock' | 'device' | 'cpu' | 'quota' | 'threads'

/** A place that serves. */
export interface Station {
  readonly kind: StationKind
  /** For people, and by what observations name it: "futex 0xa0 of app (pid 42)", "device 254:0". */
  readonly label: string
  /** By bin: part of its capacity that was in use. */
  readonly usedRatio: Float64Array
  /** Of a group or of the CPUs: by bin the part of its capacity that the target's running takes. */
  readonly runningRatio?: Float64Array
  /** Of a group: the same for waits served to it, by reason. */
  readonly servedRatio?: ReadonlyMap<string, Float64Array>
  /** Of a lock: parts of the time it is held in which its holders compute, and wait by reason of the wait. */
  readonly holders?: { readonly computing: number; readonly waiting: ReadonlyMap<string, number> }
}

/** All stations of a target. */
export interface Stations {
  readonly bins: Bins
  readonly stations: readonly Station[]
}

/** Tables that stations are made of. */
export type StationTables = RecordedTables & { readonly process: Table<'process'>; readonly threadTime: Table<'threadTime'> }

/** Locks, kernel locks and devices considered, those waited for most first. */
const MAX_EACH = 20
/** Groups that the target waits for less than this part of its time bound nothing: analysis.md 4.2. */
const REACHED = 0.02
/** Kinds of waits that are service to the thread itself, not waiting for a turn. */
const served: ReadonlySet<string> = new Set(['device', 'memory'])

/** Finds the stations of the processes that isMember says. */
export function findStations(tables: StationTables, context: AnalysisContext, isMember: (process: number) => boolean): Stations {
  const loss = tables.wait === undefined ? undefined : measureWaitLoss({ ...tables, wait: tables.wait }, context)
  const bins = loss?.graph.bins ?? binsWithout(context)
  const groups = loss?.graph.groups ?? groupThreads(tables)
  const scope: Scope = { tables, context, isMember, bins, groups, graph: loss?.graph }
  const locks = loss === undefined ? [] : futexStations(scope, loss)
  return {
    bins,
    stations: [
      ...locks,
      ...kernelLockStations(scope),
      ...deviceStations(scope),
      cpuStation(scope),
      ...quotaStations(scope),
      ...groupStations(scope),
    ],
  }
}

interface Scope {
  readonly tables: StationTables
  readonly context: AnalysisContext
  readonly isMember: (process: number) => boolean
  readonly bins: Bins
  readonly groups: ThreadGroups
  readonly graph: WaitGraph | undefined
}

function binsWithout({ durationNs }: AnalysisContext): Bins {
  const count = Math.max(1, Math.min(100, Math.floor(durationNs / 250e6)))
  return { binNs: durationNs / count, count }
}

function futexStations({ tables, isMember, bins }: Scope, loss: ReturnType<typeof measureWaitLoss>): Station[] {
  const { wait } = tables
  if (wait === undefined) return []
  const locks = findFutexLocks(wait, loss, loss.names).filter(({ process }) => isMember(process))
  return locks.slice(0, MAX_EACH).map(({ process, address, rows }) => {
    const waits = new WaitsByThread(bins)
    for (const row of rows) spreadWait(bins, wait, row, (bin, ns) => waits.add(wait.tid[row], bin, ns))
    const blame = loss.blame(rows)
    const part = (ns: number) => (blame.ns > 0 ? ns / blame.ns : 0)
    const waiting = new Map<string, number>()
    let computing = 0
    for (const { kind, reason, ns } of blame.causes) {
      if (kind === 'computing') computing += part(ns)
      else if (reason !== '') waiting.set(reason, (waiting.get(reason) ?? 0) + part(ns))
    }
    const label = `futex 0x${address.toString(16)} of ${processLabel(tables.process, process)}`
    return { kind: 'lock' as const, label, usedRatio: waits.inUse(), holders: { computing, waiting } }
  })
}

function kernelLockStations({ tables, isMember, bins }: Scope): Station[] {
  const { lock } = tables
  if (lock === undefined) return []
  const places = new Map<bigint, { waits: WaitsByThread; ns: number }>()
  for (let row = 0; row < lock.length; row++) {
    if (!isMember(lock.process[row]) || !(lock.ns[row] > 0)) continue
    const place = places.get(lock.address[row]) ?? { waits: new WaitsByThread(bins), ns: 0 }
    places.set(lock.address[row], place)
    place.ns += lock.ns[row]
    const startNs = lock.timeNs[row]
    spread(bins, { startNs, endNs: startNs + lock.durationNs[row], ns: lock.ns[row] }, (bin, ns) => place.waits.add(lock.tid[row], bin, ns))
  }
  return [...places]
    .sort((a, b) => b[1].ns - a[1].ns || (a[0] < b[0] ? -1 : 1))
    .slice(0, MAX_EACH)
    .map(([address, { waits }]) => ({ kind: 'lock', label: `kernel lock 0x${address.toString(16)}`, usedRatio: waits.inUse() }))
}

/**
 * A lock is in use while somebody waits for it: of threads whose waits are known only as sums the time in which at least one of
 * them waits. It is what independent waits would cover together, and at least what they add up to over those that can wait at
 * once: all but the one who has it. Time in which it is held and nobody waits is not seen.
 */
class WaitsByThread {
  readonly #bins: Bins
  readonly #nsOf = new Map<number, Float64Array>()

  constructor(bins: Bins) {
    this.#bins = bins
  }

  add(tid: number, bin: number, ns: number): void {
    const known = this.#nsOf.get(tid) ?? new Float64Array(this.#bins.count)
    this.#nsOf.set(tid, known)
    known[bin] += ns
  }

  inUse(): Float64Array {
    const { binNs, count } = this.#bins
    const others = Math.max(1, this.#nsOf.size - 1)
    return Float64Array.from({ length: count }, (_, bin) => {
      let free = 1
      let sum = 0
      for (const ns of this.#nsOf.values()) {
        const ratio = Math.min(1, ns[bin] / binNs)
        free *= 1 - ratio
        sum += ratio
      }
      return Math.min(1, Math.max(1 - free, sum / others))
    })
  }
}

/** Devices that the target issues requests to, itself or by kernel threads, and waits for. */
function deviceStations({ tables, isMember, bins }: Scope): Station[] {
  const { blockIo, wait, process } = tables
  if (blockIo === undefined || wait === undefined) return []
  const byDevice = new Map<string, { usedRatio: Float64Array; ns: number; isTheirs: boolean }>()
  for (let row = 0; row < blockIo.length; row++) {
    const name = `device ${textAt(blockIo.device, row) ?? '?'}`
    const owner = blockIo.process[row]
    const entry = byDevice.get(name) ?? { usedRatio: new Float64Array(bins.count), ns: 0, isTheirs: false }
    byDevice.set(name, entry)
    entry.isTheirs ||= isMember(owner) || (owner !== NONE && process.role[owner] === ProcessRole.KernelThread)
    const startNs = blockIo.timeNs[row]
    const ns = blockIo.latencyNs[row]
    entry.ns += ns
    spread(bins, { startNs, endNs: startNs + blockIo.durationNs[row], ns }, (bin, part) => (entry.usedRatio[bin] += part / bins.binNs))
  }
  return [...byDevice]
    .filter(([, { isTheirs }]) => isTheirs && waitsForDevices(wait, isMember))
    .sort((a, b) => b[1].ns - a[1].ns || (a[0] < b[0] ? -1 : 1))
    .slice(0, MAX_EACH)
    .map(([label, { usedRatio }]) => ({ kind: 'device', label, usedRatio: usedRatio.map(ratio => Math.min(1, ratio)) }))
}

function waitsForDevices(wait: Table<'wait'>, isMember: (process: number) => boolean): boolean {
  for (let row = 0; row < wait.length; row++) {
    if (isMember(wait.process[row]) && causeOfWait(textAt(wait.reason, row), undefined) === 'device') return true
  }
  return false
}

/** All CPUs together; what others run is in use too. */
function cpuStation({ tables, context, isMember, bins }: Scope): Station {
  const { threadTime } = tables
  const capacityNs = bins.binNs * Math.max(1, context.host.cpuCount)
  const usedRatio = new Float64Array(bins.count)
  const runningRatio = new Float64Array(bins.count)
  for (let row = 0; row < threadTime.length; row++) {
    if (threadTime.state[row] !== ThreadState.Running) continue
    const startNs = threadTime.timeNs[row]
    spread(bins, { startNs, endNs: startNs + threadTime.durationNs[row], ns: threadTime.ns[row] }, (bin, ns) => {
      usedRatio[bin] += ns / capacityNs
      if (isMember(threadTime.process[row])) runningRatio[bin] += ns / capacityNs
    })
  }
  return { kind: 'cpu', label: 'the CPUs', usedRatio: usedRatio.map(ratio => Math.min(1, ratio)), runningRatio }
}

/** CPU quotas of the target's cgroups that were used up at times. */
function quotaStations({ tables, isMember, bins }: Scope): Station[] {
  const series = viewSeries(tables)
  const paths = new Set<string>()
  for (let row = 0; row < tables.process.length; row++) {
    const path = textAt(tables.process.cgroup, row)
    if (path !== undefined && isMember(row)) paths.add(path)
  }
  return [...paths].sort().flatMap(path => {
    const quota = series.mean('cgroup.quotaCpus', path)
    const usage = series.readings('cgroup.cpuUsageCpus', path)
    if (!(quota > 0) || usage === undefined || !(series.mean('cgroup.throttledCpus', path) > 0)) return []
    const usedRatio = Float64Array.from({ length: bins.count }, (_, bin) => {
      const at = readingAt(usage, (bin + 0.5) * bins.binNs)
      return Math.min(1, usage.values[at === NONE ? usage.values.length - 1 : at] / quota)
    })
    return [{ kind: 'quota' as const, label: `the CPU quota of ${path}`, usedRatio, runningRatio: usedRatio }]
  })
}

/** Groups of threads of the target, and of others that it waits for, directly or not. */
function groupStations(scope: Scope): Station[] {
  const { tables, bins, groups, isMember } = scope
  const reached = reachedGroups(scope)
  const running = new Map<number, Float64Array>()
  const servedBy = new Map<number, Map<string, Float64Array>>()
  const { threadTime, wait } = tables
  for (let row = 0; row < threadTime.length; row++) {
    const group = groups.groupOf(threadTime.process[row], threadTime.tid[row])
    if (threadTime.state[row] !== ThreadState.Running || !reached.has(group)) continue
    const startNs = threadTime.timeNs[row]
    const sums = of(running, group, () => new Float64Array(bins.count))
    spread(bins, { startNs, endNs: startNs + threadTime.durationNs[row], ns: threadTime.ns[row] }, (bin, ns) => (sums[bin] += ns))
  }
  for (let row = 0; row < (wait?.length ?? 0); row++) {
    if (wait === undefined) break
    const reason = textAt(wait.reason, row) ?? 'unknown'
    const group = groups.groupOf(wait.process[row], wait.tid[row])
    if (!served.has(causeOfWait(reason, textAt(wait.wakerKind, row)) ?? '') || !reached.has(group)) continue
    const sums = of(
      of(servedBy, group, () => new Map()),
      reason,
      () => new Float64Array(bins.count),
    )
    spreadWait(bins, wait, row, (bin, ns) => (sums[bin] += ns))
  }
  return [...reached]
    .sort((a, b) => a - b)
    .map(group => {
      const { tids, label, process } = groups.groups[group]
      const capacityNs = bins.binNs * tids.length
      const runningRatio = (running.get(group) ?? new Float64Array(bins.count)).map(ns => ns / capacityNs)
      const servedRatio = new Map([...(servedBy.get(group) ?? [])].map(([reason, ns]) => [reason, ns.map(part => part / capacityNs)]))
      const usedRatio = runningRatio.map((ratio, bin) =>
        Math.min(
          1,
          [...servedRatio.values()].reduce((sum, part) => sum + part[bin], ratio),
        ),
      )
      // what others run is no part of the target's own code
      return { kind: 'threads' as const, label, usedRatio, servedRatio, ...(isMember(process) ? { runningRatio } : {}) }
    })
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
