import { NONE, ThreadState } from '../../schema.ts'
import { isQueued } from '../membership.ts'
import { readingAt, viewSeries } from '../series-view.ts'
import { measureTargetTime } from '../target-time.ts'
import { throttledCgroups, totalThrottledNs } from '../throttling.ts'
import { type Bins, spread } from '../wait-bins.ts'
import type { Scope, Station, StationTables } from './station.ts'

/**
 * All CPUs together. What others run leaves the target fewer of them, but only where its own threads queue for what is left: a
 * single thread that others keep waiting has a slower CPU, not fewer.
 */
export function cpuStation({ context, bins }: Scope, { runningNs, othersNs, othersPart }: CpuUse): Station {
  const capacityNs = bins.binNs * Math.max(1, context.host.cpuCount)
  const usedRatio = runningNs.map((ns, bin) => Math.min(1, ns / Math.max(ns, capacityNs - othersNs[bin] * (1 - othersPart[bin]), 1)))
  return { kind: 'cpu', label: 'the CPUs', usedRatio, runningRatio: usedRatio }
}

/** By bin who ran, and the part of the target's queueing for a CPU that is due to others. */
export interface CpuUse {
  readonly runningNs: Float64Array
  readonly othersNs: Float64Array
  readonly othersPart: Float64Array
}

/** Queueing is due to whoever had the CPUs; a single thread does not keep itself waiting. */
export function measureCpuUse({ tables, context, isMember, bins }: Scope): CpuUse {
  const { threadTime } = tables
  const [runningNs, queuedNs, seenNs] = [0, 1, 2].map(() => new Float64Array(bins.count))
  for (let row = 0; row < threadTime.length; row++) {
    const isRunning = threadTime.state[row] === ThreadState.Running
    const isTheirs = isMember(threadTime.process[row])
    if (!isRunning && !(isTheirs && isQueued(threadTime.state[row]))) continue
    const startNs = threadTime.timeNs[row]
    const sums = !isTheirs ? seenNs : isRunning ? runningNs : queuedNs
    spread(bins, { startNs, endNs: startNs + threadTime.durationNs[row], ns: threadTime.ns[row] }, (bin, ns) => (sums[bin] += ns))
  }
  const busyRatio = busyByBin(tables, bins)
  const capacityNs = bins.binNs * Math.max(1, context.host.cpuCount)
  const othersNs = seenNs.map((ns, bin) => Math.max(ns, busyRatio[bin] * capacityNs - runningNs[bin]))
  const othersPart = othersNs.map((ns, bin) => {
    const active = Math.max(1, (runningNs[bin] + queuedNs[bin]) / bins.binNs)
    const ownNs = runningNs[bin] * (1 - 1 / active)
    return ns + ownNs > 0 ? ns / (ns + ownNs) : 0
  })
  return { runningNs, othersNs, othersPart }
}

/** What the kernel's accounts say: they see interrupts, and threads too short for the ledger. 0 where they were not read. */
function busyByBin(tables: StationTables, { binNs, count }: Bins): Float64Array {
  const series = viewSeries(tables)
  const names = ['cpu.idleRatio', 'cpu.iowaitRatio'] as const
  const [idle, iowait] = names.map(name => series.readings(name))
  const sums = new Float64Array(count)
  const counts = new Float64Array(count)
  for (let index = 0; index < (idle?.values.length ?? 0); index++) {
    if (idle === undefined) break
    const middleNs = idle.timeNs[index] - idle.durationNs[index] / 2
    const bin = Math.max(0, Math.min(count - 1, Math.floor(middleNs / binNs)))
    const at = iowait === undefined ? NONE : readingAt(iowait, middleNs)
    sums[bin] += 1 - idle.values[index] - (iowait === undefined || at === NONE ? 0 : iowait.values[at])
    counts[bin]++
  }
  return sums.map((sum, bin) => (counts[bin] > 0 ? Math.max(0, sum / counts[bin]) : 0))
}

/** By bin the part of a thread's time in the queue that others cost it: not its own peers, and not a quota. */
export function othersQueue({ tables, context }: Scope, { othersPart }: CpuUse): Float64Array {
  const time = measureTargetTime(tables, context)
  const throttledNs = totalThrottledNs(throttledCgroups({ process: tables.process, series: viewSeries(tables), time, context }), time)
  const unthrottled = time.runnableNs > 0 ? Math.max(0, 1 - throttledNs / time.runnableNs) : 1
  return othersPart.map(part => part * unthrottled)
}
