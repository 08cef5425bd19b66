/** Whether something comes again at equal distances: autocorrelation, all lags at once by the fast Fourier transform. */

import { normalChance } from './probability.ts'

/** A rhythm. */
export interface Period {
  /** Distance in slices. */
  readonly length: number
  /** Correlation of the series with itself one period later. */
  readonly correlation: number
  /** Chance of as much in any distance, in noise. */
  readonly chance: number
}

/** rules.md 4.7: a peak of 0.5 with at least three periods in sight. */
const MIN_CORRELATION = 0.5
const MIN_PERIODS = 3
/** Twice the distance must tell it too. */
const MIN_ECHO = 0.3
const MAX_CHANCE = 1e-3
const MIN_COUNT = 40
/** A shorter one cannot be told from the alternation of slices. */
const MIN_LENGTH = 3

/** The strongest rhythm of a series; undefined when there is none. n log n. */
export function findPeriod(values: Float64Array): Period | undefined {
  const { length } = values
  if (length < MIN_COUNT) return undefined
  const correlations = autocorrelation(values)
  const maxLag = Math.floor(length / MIN_PERIODS)
  const start = firstTrough(correlations, maxLag)
  let best: number | undefined
  for (let lag = Math.max(MIN_LENGTH, start); lag <= maxLag; lag++) {
    const isPeak = correlations[lag] >= correlations[lag - 1] && correlations[lag] >= correlations[lag + 1]
    // of a rhythm and its multiples the shortest: longer ones must be clearly better
    if (isPeak && (best === undefined || correlations[lag] > correlations[best] + 0.1)) best = lag
  }
  if (best === undefined || correlations[best] < MIN_CORRELATION || echo(correlations, 2 * best) < MIN_ECHO) return undefined
  const chance = Math.min(1, maxLag * normalChance(correlations[best] * Math.sqrt(length - best)))
  return chance < MAX_CHANCE ? { length: best, correlation: correlations[best], chance } : undefined
}

/** Up to there a slow series resembles itself without any rhythm. */
function firstTrough(correlations: Float64Array, maxLag: number): number {
  let lag = 1
  while (lag <= maxLag && correlations[lag] > 0) lag++
  return lag
}

function echo(correlations: Float64Array, lag: number): number {
  let best = Number.NEGATIVE_INFINITY
  for (let near = Math.max(1, lag - 2); near <= Math.min(correlations.length - 1, lag + 2); near++) {
    best = Math.max(best, correlations[near])
  }
  return best
}

/** By lag, each divided by the number of pairs it has; a straight trend is taken away first. */
export function autocorrelation(values: Float64Array): Float64Array {
  const { length } = values
  const rest = withoutTrend(values)
  let size = 1
  while (size < 2 * length) size *= 2
  const re = new Float64Array(size)
  const im = new Float64Array(size)
  re.set(rest)
  transform(re, im)
  for (let index = 0; index < size; index++) {
    re[index] = re[index] ** 2 + im[index] ** 2
    im[index] = 0
  }
  transform(re, im)
  const variance = re[0] / length
  if (!(variance > 1e-12)) return new Float64Array(length)
  return Float64Array.from({ length }, (_, lag) => re[lag] / (length - lag) / variance)
}

function withoutTrend(values: Float64Array): Float64Array {
  const { length } = values
  const middle = (length - 1) / 2
  let sum = 0
  let products = 0
  let squares = 0
  for (let index = 0; index < length; index++) {
    sum += values[index]
    products += (index - middle) * values[index]
    squares += (index - middle) ** 2
  }
  const slope = squares > 0 ? products / squares : 0
  return values.map((value, index) => value - sum / length - slope * (index - middle))
}

/** Cooley and Tukey, in place; the length is a power of two. Twice gives the input reversed, times the length. */
function transform(re: Float64Array, im: Float64Array): void {
  const { length } = re
  for (let index = 1, mirrored = 0; index < length; index++) {
    let bit = length >> 1
    for (; mirrored & bit; bit >>= 1) mirrored ^= bit
    mirrored ^= bit
    if (index >= mirrored) continue
    ;[re[index], re[mirrored]] = [re[mirrored], re[index]]
    ;[im[index], im[mirrored]] = [im[mirrored], im[index]]
  }
  for (let size = 2; size <= length; size *= 2) {
    const angle = (-2 * Math.PI) / size
    for (let offset = 0; offset < size / 2; offset++) {
      const [cos, sin] = [Math.cos(angle * offset), Math.sin(angle * offset)]
      for (let low = offset; low < length; low += size) {
        const high = low + size / 2
        const [x, y] = [re[high] * cos - im[high] * sin, re[high] * sin + im[high] * cos]
        re[high] = re[low] - x
        im[high] = im[low] - y
        re[low] += x
        im[low] += y
      }
    }
  }
}
