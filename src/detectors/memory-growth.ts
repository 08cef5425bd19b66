import { type AnalysisContext, describeTarget, type SeriesName, type Table, textAt } from '../schema.ts'
import { formatDuration } from '../units.ts'
import { defineDetector, type Measured } from './detector.ts'
import { membership } from './membership.ts'
import { type SeriesView, viewSeries } from './series-view.ts'
import { findTrend } from './statistics/trend.ts'

const HOUR_NS = 3600e9

/** Whether the memory of the target grows all the time, how fast, and when it meets its limit. */
export const memoryGrowth = defineDetector({
  id: 'memory-growth',
  needs: ['process', 'series', 'metric'],
  metrics: {
    levelBytes: 'Memory at the end.',
    growthBytesPerSec: 'Growth: the median slope between all pairs of readings.',
    lowBytesPerSec: 'The lower bound of its 95 % interval.',
    hourRatio: 'What an hour of this adds, as part of what there is.',
    tailRatio: 'Growth in the last quarter over that of all.',
    chanceRatio: 'How likely such a rise is without a trend.',
    untilFullNs: 'Until the limit, or the memory of the machine, is reached; infinite when it does not grow.',
    readingCount: 'Readings it was told from.',
  },
  facts: { full: 'When it is full at this rate.', what: 'Whose memory.' },

  detect(tables, context) {
    const series = viewSeries(tables)
    return measuredSeries(tables.process, series, context).flatMap(({ name, subject, what }) => {
      const readings = series.readings(name, subject)
      const trend = readings === undefined ? undefined : findTrend(readings.timeNs, readings.values)
      if (readings === undefined || trend === undefined) return []
      const levelBytes = readings.values[readings.values.length - 1]
      const limitBytes = Math.min(orEndless(series.mean('cgroup.memoryLimitBytes', subject)), context.host.memoryBytes)
      const untilFullNs = trend.slope > 0 ? Math.max(0, limitBytes - levelBytes) / trend.slope : Number.POSITIVE_INFINITY
      const observation: Measured<string, string> = {
        subject: what,
        metrics: {
          levelBytes,
          growthBytesPerSec: trend.slope * 1e9,
          lowBytesPerSec: trend.low * 1e9,
          hourRatio: levelBytes > 0 ? (trend.slope * HOUR_NS) / levelBytes : 0,
          tailRatio: trend.slope === 0 ? 0 : trend.tailSlope / trend.slope,
          chanceRatio: trend.chance,
          untilFullNs,
          readingCount: readings.values.length,
        },
        facts: { full: Number.isFinite(untilFullNs) ? `in ${formatDuration(untilFullNs)}` : 'never', what },
        // memory that grows costs no time yet
        share: { estimate: 0, low: 0, high: 0 },
        culprits: name === 'cgroup.memoryBytes' ? [{ kind: 'cgroup', name: subject, share: 1 }] : [],
        rows: undefined,
      }
      return [observation]
    })
  },
})

interface Measure {
  readonly name: SeriesName
  readonly subject: string
  readonly what: string
}

/** The cgroups of a program, but not the root, which is the machine; of a machine its anonymous memory: caches come and go. */
function measuredSeries(process: Table<'process'>, series: SeriesView, context: AnalysisContext): Measure[] {
  if (context.target.kind === 'machine') return [{ name: 'memory.anonymousBytes', subject: '', what: describeTarget(context.target) }]
  const isMember = membership(process, context)
  const cgroups = new Set<string>()
  for (let row = 0; row < process.length; row++) {
    const path = textAt(process.cgroup, row)
    if (isMember(row) && path !== undefined && path !== '/') cgroups.add(path)
  }
  const known = new Set(series.subjects('cgroup.memoryBytes'))
  return [...cgroups].filter(path => known.has(path)).map(path => ({ name: 'cgroup.memoryBytes', subject: path, what: `cgroup ${path}` }))
}

function orEndless(value: number): number {
  return Number.isFinite(value) && value > 0 ? value : Number.POSITIVE_INFINITY
}
