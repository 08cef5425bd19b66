import { type SeriesName, seriesSpecs } from '../schema.ts'
import { orZero, type SeriesReadings, type SeriesView } from './series-view.ts'

/** Which series have what subject. */
export type SubjectKind = 'machine' | 'cpu' | 'disk' | 'interface' | 'cgroup'

/** What is told of each series; without a prefix the mean. */
const statistics = {
  '': 'Mean over the recording:',
  max: 'Highest reading:',
  p95: 'Reading that 95 % of the readings do not exceed:',
  rise: 'Change from the first quarter of the recording to the last, means of both:',
} as const

type Statistic = keyof typeof statistics

const statisticNames = Object.keys(statistics) as Statistic[]

/** Units that metrics may have; readings in others are left out. */
const unit = /(Ns|Bytes|PerSec|Ratio|Count|Cpus)$/

/** Series of a kind of subject, in the order of the schema. */
function seriesOf(kind: SubjectKind): SeriesName[] {
  const names = Object.keys(seriesSpecs) as SeriesName[]
  return names.filter(name => seriesSpecs[name].subject.split('-or-').includes(kind) && (unit.test(name) || name === 'sched.load1'))
}

/** "cpu.stealRatio", max → "maxCpuStealRatio". */
function metricName(name: SeriesName, statistic: Statistic): string {
  const joined = name.replace(/\.(.)/g, (_, letter: string) => letter.toUpperCase())
  const plain = name === 'sched.load1' ? 'schedLoadCount' : joined
  return statistic === '' ? plain : `${statistic}${plain[0].toUpperCase()}${plain.slice(1)}`
}

/** Metric → what it means, for all series of a kind of subject. */
export function declareSeriesMetrics(kind: SubjectKind): Readonly<Record<string, string>> {
  return Object.fromEntries(
    seriesOf(kind).flatMap(name =>
      statisticNames.map(statistic => [metricName(name, statistic), `${statistics[statistic]} ${seriesSpecs[name].doc}`]),
    ),
  )
}

/** The metrics of one subject; NaN where a series has no readings of it. */
export function measureSeries(kind: SubjectKind, series: SeriesView, subject: string): Record<string, number> {
  const metrics: Record<string, number> = {}
  for (const name of seriesOf(kind)) {
    const readings = series.readings(name, subject)
    for (const statistic of statisticNames) {
      metrics[metricName(name, statistic)] = statistic === '' ? series.mean(name, subject) : measureStatistic(statistic, readings)
    }
  }
  return metrics
}

/** Every subject of a kind that has readings, in alphabetical order. */
export function subjectsOf(kind: SubjectKind, series: SeriesView): string[] {
  const subjects = new Set(seriesOf(kind).flatMap(name => series.subjects(name)))
  return [...subjects].filter(subject => (subject === '') === (kind === 'machine')).sort()
}

/** Fewer readings have no first and last quarter to speak of. */
const MIN_READINGS = 4

function measureStatistic(statistic: Exclude<Statistic, ''>, readings: SeriesReadings | undefined): number {
  const values = readings?.values
  if (values === undefined || values.length === 0) return Number.NaN
  const sorted = values.slice().sort()
  if (statistic === 'max') return sorted[sorted.length - 1]
  if (statistic === 'p95') return sorted[Math.ceil(0.95 * sorted.length) - 1]
  if (values.length < MIN_READINGS) return Number.NaN
  const quarter = Math.floor(values.length / 4)
  return meanOf(values.subarray(values.length - quarter)) - meanOf(values.subarray(0, quarter))
}

function meanOf(values: Float64Array): number {
  let sum = 0
  for (const value of values) sum += orZero(value)
  return sum / values.length
}
