/** Whether a level rises, and how fast: Theil and Sen's slope with Mann and Kendall's test, which outliers do not move. */

import { median } from 'simple-statistics'
import { normalChance } from './probability.ts'

/** A straight course through a series. */
export interface Trend {
  /** Median of the slopes between all pairs, per unit of x, and the interval of 95 % around it. */
  readonly slope: number
  readonly low: number
  readonly high: number
  /** Chance of an order as rising, or falling, where there is no trend. */
  readonly chance: number
  /** Slope over the last quarter: whether it still goes on. */
  readonly tailSlope: number
}

/** Pairs grow with the square: longer series are thinned to medians of neighbours. */
const MAX_POINTS = 120

/** Undefined with fewer than ten readings: Coroot's minimum for leaks. */
export function findTrend(x: ArrayLike<number>, y: ArrayLike<number>): Trend | undefined {
  const points = thin(x, y)
  const { length } = points
  if (length < 10) return undefined
  const slopes: number[] = []
  let concordance = 0
  for (let i = 0; i < length; i++) {
    for (let j = i + 1; j < length; j++) {
      const run = points[j].x - points[i].x
      if (!(run > 0)) continue
      slopes.push((points[j].y - points[i].y) / run)
      concordance += Math.sign(points[j].y - points[i].y)
    }
  }
  if (slopes.length === 0) return undefined
  slopes.sort((a, b) => a - b)
  const slope = median(slopes)
  const deviation = Math.sqrt(kendallVariance(points, slope))
  const reach = Math.min((slopes.length - 1) / 2, (1.96 * deviation) / 2)
  const middle = (slopes.length - 1) / 2
  const z = deviation > 0 ? (Math.abs(concordance) - 1) / deviation : 0
  return {
    slope,
    low: slopes[Math.floor(middle - reach)],
    high: slopes[Math.ceil(middle + reach)],
    chance: z > 0 ? normalChance(z) : 1,
    tailSlope: tailSlope(points),
  }
}

interface Point {
  readonly x: number
  readonly y: number
}

function thin(x: ArrayLike<number>, y: ArrayLike<number>): Point[] {
  const points: Point[] = []
  for (let index = 0; index < Math.min(x.length, y.length); index++) {
    if (Number.isFinite(x[index]) && Number.isFinite(y[index])) points.push({ x: x[index], y: y[index] })
  }
  points.sort((a, b) => a.x - b.x)
  const size = Math.ceil(points.length / MAX_POINTS)
  if (size <= 1) return points
  return Array.from({ length: Math.ceil(points.length / size) }, (_, group) => {
    const some = points.slice(group * size, (group + 1) * size)
    return { x: median(some.map(point => point.x)), y: median(some.map(point => point.y)) }
  })
}

/** Variance of Kendall's sum, ties corrected, and larger where neighbours resemble each other (Hamed & Rao 1998). */
function kendallVariance(points: readonly Point[], slope: number): number {
  const { length } = points
  const counts = new Map<number, number>()
  for (const { y } of points) counts.set(y, (counts.get(y) ?? 0) + 1)
  let ties = 0
  for (const count of counts.values()) ties += count * (count - 1) * (2 * count + 5)
  const plain = (length * (length - 1) * (2 * length + 5) - ties) / 18
  return plain * Math.max(1, correction(ranksAroundTrend(points, slope)))
}

/** Ranks of what is left when the slope is taken away. */
function ranksAroundTrend(points: readonly Point[], slope: number): number[] {
  const rest = points.map(({ x, y }) => y - slope * x)
  // rounding must not make an order
  const exact = 1e-12 * points.reduce((most, { y }) => Math.max(most, Math.abs(y)), 0)
  const order = rest.map((_, index) => index).sort((a, b) => rest[a] - rest[b] || a - b)
  const ranks = new Array<number>(rest.length).fill(0)
  for (let from = 0; from < order.length; ) {
    let to = from + 1
    while (to < order.length && rest[order[to]] - rest[order[from]] <= exact) to++
    for (let at = from; at < to; at++) ranks[order[at]] = (from + to - 1) / 2
    from = to
  }
  return ranks
}

function correction(ranks: readonly number[]): number {
  const { length } = ranks
  const mean = (length - 1) / 2
  const variance = ranks.reduce((sum, rank) => sum + (rank - mean) ** 2, 0)
  if (!(variance > 0)) return 1
  let sum = 0
  for (let lag = 1; lag < Math.min(length - 2, length / 4); lag++) {
    let products = 0
    for (let index = lag; index < length; index++) products += (ranks[index] - mean) * (ranks[index - lag] - mean)
    const correlation = products / variance
    // what lies within one standard error is not counted, and the first lag that does ends it
    if (correlation < 1 / Math.sqrt(length)) break
    sum += (length - lag) * (length - lag - 1) * (length - lag - 2) * correlation
  }
  return 1 + (2 * sum) / (length * (length - 1) * (length - 2))
}

function tailSlope(points: readonly Point[]): number {
  const tail = points.slice(-Math.max(4, Math.ceil(points.length / 4)))
  const slopes: number[] = []
  for (let i = 0; i < tail.length; i++) {
    for (let j = i + 1; j < tail.length; j++) if (tail[j].x > tail[i].x) slopes.push((tail[j].y - tail[i].y) / (tail[j].x - tail[i].x))
  }
  return slopes.length > 0 ? median(slopes) : Number.NaN
}
