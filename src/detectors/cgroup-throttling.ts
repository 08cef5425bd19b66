import { type AnalysisContext, type Culprit, describeTarget, type Interval, type Table, textAt } from '../schema.ts'
import { formatMetric } from '../units.ts'
import { defineDetector } from './detector.ts'
import { ratioInterval, recentre } from './interval.ts'
import { shorten } from './labels.ts'
import { type SeriesView, viewSeries } from './series-view.ts'
import { measureTargetTime, type TargetTime, TIME_TABLES, type TimeSlices } from './target-time.ts'
import { throttledCgroups } from './throttling.ts'

/** How long threads of the target were held back because their cgroup had used up its CPU quota. */
export const cgroupThrottling = defineDetector({
  id: 'cgroup-throttling',
  needs: ['process', 'series', 'metric'],
  wants: TIME_TABLES,
  metrics: {
    throttledRatio: "Share of the target's time it was held back.",
    throttledCpus: 'CPU time held back per second, in the cgroup.',
    usedCpus: 'CPU time used per second, in the cgroup.',
    quotaCpus: 'CPUs the cgroup may use.',
    throttledPeriodRatio: 'Share of the quota periods in which the quota was used up.',
  },
  facts: {
    cgroup: 'The cgroup with the quota.',
    quota: 'Its quota, for people.',
  },

  detect(tables, context) {
    const series = viewSeries(tables)
    const time = measureTargetTime(tables, context)
    if (!(time.totalNs > 0)) return []
    const throttled = throttledCgroups({ process: tables.process, series, time, context })
    if (throttled.length === 0) return quotasAreKnown(tables.process, series, time) ? [nothingThrottled(context)] : []
    return throttled.map(({ path, throttledNs }) => {
      // without a ledger the throttled time is not in the total yet
      const totalNs = time.slices === undefined ? time.totalNs + throttledNs : time.totalNs
      const name = shorten(path)
      const culprit: Culprit = { kind: 'cgroup', name, share: 1 }
      const share = recentre(spread(series, path, time.slices), throttledNs / totalNs)
      const quotaCpus = series.mean('cgroup.quotaCpus', path)
      return {
        subject: `cgroup ${name}`,
        metrics: {
          throttledRatio: share.estimate,
          throttledCpus: series.mean('cgroup.throttledCpus', path),
          usedCpus: series.mean('cgroup.cpuUsageCpus', path),
          quotaCpus,
          throttledPeriodRatio: series.mean('cgroup.throttledPeriodPerSec', path) / series.mean('cgroup.periodPerSec', path),
        },
        facts: { cgroup: name, quota: formatMetric('quotaCpus', quotaCpus) },
        share,
        culprits: [culprit],
        rows: undefined,
      }
    })
  },
})

/** The root has no quota and no series: whose processes are all there cannot be throttled. */
function quotasAreKnown(process: Table<'process'>, series: SeriesView, { isMember }: TargetTime): boolean {
  if (series.subjects('cgroup.throttledCpus').length > 0) return true
  for (let row = 0; row < process.length; row++) if (isMember(row) && textAt(process.cgroup, row) !== undefined) return true
  return false
}

function nothingThrottled({ target }: AnalysisContext) {
  return {
    subject: describeTarget(target),
    metrics: {
      throttledRatio: 0,
      throttledCpus: 0,
      usedCpus: Number.NaN,
      quotaCpus: Number.NaN,
      throttledPeriodRatio: 0,
    },
    facts: { cgroup: '', quota: '' },
    share: { estimate: 0, low: 0, high: 0 },
    culprits: [],
    rows: undefined,
  }
}

/**
 * How even the throttling is over time. The ledger tells best: waiting over active time by slice. Cgroups are read once a
 * second, so for a short recording their readings are few, and each holds a quota period more or less.
 */
function spread(series: SeriesView, path: string, slices: TimeSlices | undefined): Interval {
  const throttled = series.readings('cgroup.throttledCpus', path)?.values ?? new Float64Array(0)
  if (slices !== undefined && slices.timeNs.length >= throttled.length) {
    return ratioInterval(
      slices.runnableNs,
      slices.runnableNs.map((ns, slice) => ns + slices.runningNs[slice]),
    )
  }
  const used = series.readings('cgroup.cpuUsageCpus', path)?.values
  return ratioInterval(
    throttled,
    throttled.map((cpus, reading) => (used === undefined ? Math.max(1, cpus) : cpus + (used[reading] ?? 0))),
  )
}
