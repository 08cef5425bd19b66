import { type AnalysisContext, describeTarget, type SeriesName } from '../schema.ts'
import { defineDetector } from './detector.ts'
import { ratioInterval, recentre } from './interval.ts'
import { type SeriesView, viewSeries } from './series-view.ts'
import { measureTargetTime, TIME_TABLES } from './target-time.ts'

/** Cycles that a branch costs which was guessed wrong: 15 to 20 on x86 and ARM servers (Agner Fog, microarchitecture.pdf). */
const BRANCH_MISS_CYCLES = 15
/** Cycles that a read from memory costs at least, after what out-of-order execution hides: no source, a guess on the low side. */
const CACHE_MISS_CYCLES = 60

/**
 * Where the CPUs' cycles go, from hardware counters, an observation per kind of loss: the first level of top-down analysis
 * (Yasin 2014, doi:10.1109/ISPASS.2014.6844459) as far as the generic counters of perf_event_open(2) allow it.
 */
export const processorCounters = defineDetector({
  id: 'processor-counters',
  needs: ['process', 'series', 'metric'],
  wants: TIME_TABLES,
  metrics: {
    lostRatio: 'Share of the cycles lost to this.',
    instructionPerCycleCount: 'Instructions per cycle.',
    frontendRatio: 'Share of the cycles in which the front end delivered nothing.',
    backendRatio: 'Share of the cycles in which the back end took nothing.',
    branchMissRatio: 'Mispredicted branches over all branches.',
    branchMissPerThousandCount: 'Mispredicted branches in a thousand instructions.',
    cacheMissRatio: 'Misses of the last-level cache over its references.',
    cacheMissPerThousandCount: 'Misses of the last-level cache in a thousand instructions.',
    cyclePerSec: 'Cycles of all CPUs.',
  },
  facts: { kind: 'What they are lost to: frontend, backend, branches or cache.' },

  detect(tables, context) {
    const time = measureTargetTime(tables, context)
    const series = viewSeries(tables)
    const cyclePerSec = sum(series, 'pmu.cyclesPerSec')
    if (!(cyclePerSec > 0) || !(time.totalNs > 0)) return []
    const metrics = rates(series, cyclePerSec)
    const lost = {
      frontend: metrics.frontendRatio,
      backend: metrics.backendRatio,
      branches: (sum(series, 'pmu.branchMissPerSec') * BRANCH_MISS_CYCLES) / cyclePerSec,
      cache: (sum(series, 'pmu.cacheMissPerSec') * CACHE_MISS_CYCLES) / cyclePerSec,
    }
    const running = Math.min(1, time.runningNs / time.totalNs)
    return Object.entries(lost)
      .filter(([, ratio]) => Number.isFinite(ratio))
      .map(([kind, ratio]) => ({
        subject: describeTarget(context.target),
        metrics: { lostRatio: Math.min(1, ratio), ...metrics },
        facts: { kind },
        share: recentre(spread(series, context), Math.min(1, ratio) * running),
        culprits: [],
        rows: undefined,
      }))
  },
})

function rates(series: SeriesView, cyclePerSec: number) {
  const instructions = sum(series, 'pmu.instructionsPerSec')
  const branchMisses = sum(series, 'pmu.branchMissPerSec')
  const cacheMisses = sum(series, 'pmu.cacheMissPerSec')
  return {
    instructionPerCycleCount: instructions / cyclePerSec,
    frontendRatio: sum(series, 'pmu.stalledFrontendPerSec') / cyclePerSec,
    backendRatio: sum(series, 'pmu.stalledBackendPerSec') / cyclePerSec,
    branchMissRatio: branchMisses / sum(series, 'pmu.branchPerSec'),
    branchMissPerThousandCount: (1000 * branchMisses) / instructions,
    cacheMissRatio: cacheMisses / sum(series, 'pmu.cacheReferencePerSec'),
    cacheMissPerThousandCount: (1000 * cacheMisses) / instructions,
    cyclePerSec,
  }
}

/** Over all CPUs; NaN where nobody counted. */
function sum(series: SeriesView, name: SeriesName): number {
  const subjects = series.subjects(name)
  return subjects.length === 0 ? Number.NaN : subjects.reduce((total, subject) => total + series.mean(name, subject), 0)
}

/** How the cycles vary from second to second stands for how the losses do. */
function spread(series: SeriesView, { durationNs }: AnalysisContext) {
  const first = series.subjects('pmu.cyclesPerSec').at(0)
  const values = first === undefined ? undefined : series.readings('pmu.cyclesPerSec', first)?.values
  const cycles = values ?? new Float64Array(0)
  const whole = cycles.map(value => value + durationNs / 1e9)
  return ratioInterval(cycles, whole)
}
