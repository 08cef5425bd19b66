import { NONE, type SeriesName, type Table, textAt } from '../schema.ts'

/** The series of a recording by name and subject. A series without a reading does not exist. */
export interface SeriesView {
  /** Subjects that have readings, in the order they were recorded. */
  subjects(name: SeriesName): readonly string[]
  /** Readings in time order; undefined when there are none. The subject of the machine is the empty string. */
  readings(name: SeriesName, subject?: string): SeriesReadings | undefined
  /** Mean over time; NaN when there are no readings. */
  mean(name: SeriesName, subject?: string): number
}

/** Readings of one series. Counters are rates over durationNs before timeNs. */
export interface SeriesReadings {
  readonly timeNs: Float64Array
  readonly durationNs: Float64Array
  readonly values: Float64Array
}

/** By table of readings: every detector asks for the same. */
const views = new WeakMap<Table<'metric'>, { readonly series: Table<'series'>; readonly view: SeriesView }>()

/** Sorts the readings by series once. Readings that are no number are left out. */
export function viewSeries({ series, metric }: { readonly series?: Table<'series'>; readonly metric?: Table<'metric'> }): SeriesView {
  const known = metric === undefined ? undefined : views.get(metric)
  if (known !== undefined && known.series === series) return known.view
  const view = sortReadings(series, metric)
  if (series !== undefined && metric !== undefined) views.set(metric, { series, view })
  return view
}

function sortReadings(series: Table<'series'> | undefined, metric: Table<'metric'> | undefined): SeriesView {
  const readings = new Map<string, SeriesReadings>()
  const subjects = new Map<string, string[]>()
  if (series !== undefined && metric !== undefined) {
    const rows = rowsBySeries(series.length, metric)
    for (let index = 0; index < series.length; index++) {
      const name = textAt(series.name, index)
      const subject = textAt(series.subject, index) ?? ''
      const key = `${name}\0${subject}`
      if (name === undefined || rows[index].length === 0 || readings.has(key)) continue
      readings.set(key, pick(metric, rows[index]))
      const known = subjects.get(name)
      if (known === undefined) subjects.set(name, [subject])
      else known.push(subject)
    }
  }
  return {
    subjects: name => subjects.get(name) ?? [],
    readings: (name, subject = '') => readings.get(`${name}\0${subject}`),
    mean: (name, subject = '') => meanOverTime(readings.get(`${name}\0${subject}`)),
  }
}

/** Mean weighted by the time each reading stands for; levels, which stand for no time, count alike. */
export function meanOverTime(readings: SeriesReadings | undefined): number {
  if (readings === undefined) return Number.NaN
  let weighted = 0
  let weight = 0
  let plain = 0
  for (let index = 0; index < readings.values.length; index++) {
    const durationNs = Math.max(0, orZero(readings.durationNs[index]))
    weighted += readings.values[index] * durationNs
    weight += durationNs
    plain += readings.values[index]
  }
  return weight > 0 ? weighted / weight : plain / readings.values.length
}

/** Index of the reading whose interval an instant falls in: the first that ends then or later; NONE after the last. */
export function readingAt({ timeNs }: SeriesReadings, instantNs: number): number {
  let low = 0
  let high = timeNs.length
  while (low < high) {
    const middle = (low + high) >>> 1
    if (timeNs[middle] < instantNs) low = middle + 1
    else high = middle
  }
  return low < timeNs.length ? low : NONE
}

/** For sums in which what was not measured does not count. */
export function orZero(value: number): number {
  return Number.isNaN(value) ? 0 : value
}

function rowsBySeries(seriesCount: number, metric: Table<'metric'>): number[][] {
  const rows: number[][] = Array.from({ length: seriesCount }, () => [])
  for (let row = 0; row < metric.length; row++) {
    if (Number.isFinite(metric.value[row])) rows[metric.series[row]]?.push(row)
  }
  return rows
}

function pick(metric: Table<'metric'>, rows: readonly number[]): SeriesReadings {
  return {
    timeNs: Float64Array.from(rows, row => metric.timeNs[row]),
    durationNs: Float64Array.from(rows, row => metric.durationNs[row]),
    values: Float64Array.from(rows, row => metric.value[row]),
  }
}
