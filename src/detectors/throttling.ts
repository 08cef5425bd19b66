import { type AnalysisContext, type Table, textAt } from '../schema.ts'
import type { SeriesView } from './series-view.ts'
import type { TargetTime } from './target-time.ts'

/** What the CPU quota of one cgroup cost the target. */
export interface ThrottledCgroup {
  readonly path: string
  /** Thread time of the target held back by this quota. */
  readonly throttledNs: number
  /** Throttled over throttled plus used, of the cgroup itself. */
  readonly ratio: number
}

/**
 * Thread time lost to CPU quotas, by cgroup, the worst first.
 *
 * schedstat's run delay counts a throttled thread as runnable (seen on 6.18: one busy loop with half a CPU of quota:
 * 2.55 s of run delay against 2.55 s of throttled_time in 5 s), while throttled_time counts CPUs, not threads (four
 * loops: 17.8 s of run delay, 7.6 s throttled). So a cgroup's threads are held back for the part of their time in which
 * the CPUs they are on are: throttled CPU time over CPUs in use.
 */
export function throttledCgroups(input: {
  readonly process: Table<'process'>
  readonly series: SeriesView
  readonly time: TargetTime
  readonly context: AnalysisContext
}): ThrottledCgroup[] {
  const { series } = input
  const cgroups: ThrottledCgroup[] = []
  for (const path of series.subjects('cgroup.throttledCpus')) {
    const throttledCpus = series.mean('cgroup.throttledCpus', path)
    if (!(throttledCpus > 0)) continue
    const usedCpus = series.mean('cgroup.cpuUsageCpus', path)
    const ratio = usedCpus >= 0 ? throttledCpus / (throttledCpus + usedCpus) : Number.NaN
    const throttledNs = lostThreadTime(input, path, throttledCpus)
    if (throttledNs > 0) cgroups.push({ path, throttledNs, ratio })
  }
  return cgroups.sort((a, b) => b.throttledNs - a.throttledNs || (a.path < b.path ? -1 : 1))
}

/** Of all quotas together; at least what the scheduler said, and never more than was runnable where that was measured. */
export function totalThrottledNs(cgroups: readonly ThrottledCgroup[], { slices, runnableNs, throttledNs }: TargetTime): number {
  const ns = Math.max(
    throttledNs,
    cgroups.reduce((sum, cgroup) => sum + cgroup.throttledNs, 0),
  )
  return slices === undefined ? ns : Math.min(ns, runnableNs)
}

/** Whether a cgroup is another or lies below it. */
export function isWithin(cgroup: string, ancestor: string): boolean {
  return ancestor === '/' || cgroup === ancestor || cgroup.startsWith(`${ancestor}/`)
}

function lostThreadTime({ process, time, context }: Parameters<typeof throttledCgroups>[0], path: string, throttledCpus: number): number {
  const cpuNs = throttledCpus * context.durationNs
  if (time.slices === undefined) return cpuNs
  let runningNs = 0
  let runnableNs = 0
  let seenNs = 0
  for (let row = 0; row < process.length; row++) {
    const cgroup = textAt(process.cgroup, row)
    if (cgroup === undefined || !time.isMember(row) || !isWithin(cgroup, path)) continue
    runningNs += time.runningOf[row]
    runnableNs += time.runnableOf[row]
    seenNs += time.throttledOf[row]
  }
  const activeNs = runningNs + runnableNs
  // its processes are known under another hierarchy: at least one thread waits for each CPU that is held back
  if (activeNs === 0) return Math.min(cpuNs, time.runnableNs)
  const cpusInUse = Math.min(context.host.cpuCount, Math.max(activeNs / context.durationNs, throttledCpus))
  return Math.min(runnableNs, Math.max(seenNs, (throttledCpus / cpusInUse) * activeNs))
}
