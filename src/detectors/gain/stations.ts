/**
 * Where work of the target is served: locks, devices, the CPUs, CPU quotas, groups of threads. The busiest bounds its
 * throughput (operational analysis, Denning & Buzen 1978). Only those count that the target waits for or runs on.
 */

import { type AnalysisContext, NONE, ProcessRole, type Table, textAt } from '../../schema.ts'
import { nameKernelLocks } from '../kernel-lock-names.ts'
import { processLabel } from '../labels.ts'
import { readingAt, type SeriesReadings, viewSeries } from '../series-view.ts'
import { measureTargetTime } from '../target-time.ts'
import { groupThreads } from '../thread-groups.ts'
import { throttledCgroups } from '../throttling.ts'
import { findUserLocks } from '../user-locks.ts'
import { type Bins, spread } from '../wait-bins.ts'
import { spreadWait } from '../wait-graph.ts'
import { causeOfWait } from '../wait-kind.ts'
import { measureWaitLoss } from '../wait-loss.ts'
import { nameWaits } from '../wait-names.ts'
import { cpuStation, measureCpuUse, othersQueue } from './cpu-use.ts'
import { deviceLabel, type Scope, type Station, type Stations, type StationTables } from './station.ts'
import { groupStations } from './thread-stations.ts'

/** Locks, kernel locks and devices considered, those waited for most first. */
const MAX_EACH = 20
/** Finds the stations of the processes that isMember says. */
export function findStations(tables: StationTables, context: AnalysisContext, isMember: (process: number) => boolean): Stations {
  const loss = tables.wait === undefined ? undefined : measureWaitLoss({ ...tables, wait: tables.wait }, context)
  const bins = loss?.graph.bins ?? binsWithout(context)
  const groups = loss?.graph.groups ?? groupThreads(tables)
  const scope: Scope = { tables, context, isMember, bins, groups, graph: loss?.graph }
  const locks = loss === undefined ? [] : futexStations(scope, loss)
  const cpuUse = measureCpuUse(scope)
  const stations = [
    ...locks,
    ...kernelLockStations(scope, loss?.names),
    ...deviceStations(scope),
    cpuStation(scope, cpuUse),
    ...quotaStations(scope),
    ...groupStations(scope, othersQueue(scope, cpuUse)),
  ]
  return whileAlive(scope, stations)
}

/** Before a program begins and after it ended nothing of it is in use, which says nothing of what limits it. */
function whileAlive({ tables: { process }, isMember, bins }: Scope, stations: readonly Station[]): Stations {
  let [startNs, endNs] = [Number.POSITIVE_INFINITY, 0]
  for (let row = 0; row < process.length; row++) {
    if (!isMember(row)) continue
    startNs = Math.min(startNs, process.startNs[row])
    endNs = Math.max(endNs, process.endNs[row] >= 0 ? process.endNs[row] : Number.POSITIVE_INFINITY)
  }
  const first = Math.max(0, Math.min(bins.count - 1, Math.ceil(startNs / bins.binNs - 0.5) || 0))
  const end = Math.max(first + 1, Math.min(bins.count, Math.floor(endNs / bins.binNs + 0.5) || bins.count))
  if (!Number.isFinite(startNs) || (first === 0 && end === bins.count)) return { bins, stations }
  const cut = (ratio: Float64Array) => ratio.subarray(first, end)
  return {
    bins: { binNs: bins.binNs, count: end - first },
    stations: stations.map(({ usedRatio, runningRatio, servedRatio, ...rest }) => ({
      ...rest,
      usedRatio: cut(usedRatio),
      ...(runningRatio === undefined ? {} : { runningRatio: cut(runningRatio) }),
      ...(servedRatio === undefined ? {} : { servedRatio: new Map([...servedRatio].map(([reason, ratio]) => [reason, cut(ratio)])) }),
    })),
  }
}

function binsWithout({ durationNs }: AnalysisContext): Bins {
  const count = Math.max(1, Math.min(100, Math.floor(durationNs / 250e6)))
  return { binNs: durationNs / count, count }
}

function futexStations({ tables, isMember, bins }: Scope, loss: ReturnType<typeof measureWaitLoss>): Station[] {
  const { wait } = tables
  if (wait === undefined) return []
  const locks = findUserLocks(wait, loss).filter(({ process }) => isMember(process))
  return locks.slice(0, MAX_EACH).map(({ process, name, rows }) => {
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
    const label = `${name} of ${processLabel(tables.process, process)}`
    return { kind: 'lock' as const, label, usedRatio: waits.inUse(), holders: { computing, waiting } }
  })
}

function kernelLockStations({ tables, isMember, bins }: Scope, names = nameWaits(tables)): Station[] {
  const { lock } = tables
  if (lock === undefined) return []
  const nameOf = nameKernelLocks(lock, names)
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
    .map(([address, { waits }]) => ({
      kind: 'lock',
      label: `kernel lock 0x${address.toString(16)}`,
      usedRatio: waits.inUse(),
      ...(nameOf.has(address) ? { protects: nameOf.get(address) } : {}),
    }))
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
    const name = deviceLabel(textAt(blockIo.device, row) ?? '?')
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

/** The reading at an instant; after the last the last. */
function valueAt(readings: SeriesReadings, timeNs: number): number {
  const at = readingAt(readings, timeNs)
  return readings.values[at === NONE ? readings.values.length - 1 : at]
}

/** CPU quotas of the target's cgroups that were used up at times. */
function quotaStations({ tables, context, bins }: Scope): Station[] {
  const series = viewSeries(tables)
  const time = measureTargetTime(tables, context)
  return throttledCgroups({ process: tables.process, series, time, context }).flatMap(({ path }) => {
    const quota = series.mean('cgroup.quotaCpus', path)
    const usage = series.readings('cgroup.cpuUsageCpus', path)
    const throttled = series.readings('cgroup.throttledCpus', path)
    if (!(quota > 0) || throttled === undefined) return []
    const usedRatio = Float64Array.from({ length: bins.count }, (_, bin) => {
      const middleNs = (bin + 0.5) * bins.binNs
      // who is held back has used all of it
      if (valueAt(throttled, middleNs) > 0) return 1
      const used = usage === undefined ? Number.NaN : valueAt(usage, middleNs) / quota
      return used >= 0 ? Math.min(1, used) : 0
    })
    return [{ kind: 'quota' as const, label: `the CPU quota of ${path}`, usedRatio, runningRatio: usedRatio }]
  })
}
