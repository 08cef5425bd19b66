/**
 * When a series changed its level for good: E-divisive (Matteson & James 2014) in overlapping windows with Student's t for a
 * test, as Hunter and Otava do it: no random permutations, so the same series gives the same answer. A second opinion, by
 * the fewest squares of segments (PELT, Killick et al. 2012) or by ranks, must agree.
 */

import { median } from 'simple-statistics'
import { independence, meanOf, rankChance, type TwoParts, varianceOf, welchChance } from './sample-size.ts'

/** A change of level. */
export interface ChangePoint {
  /** First index of the new level. */
  readonly index: number
  /** Means of the stretches before and after, to the next change or the end. */
  readonly before: number
  readonly after: number
  /** Chance of such a difference where nothing changed. */
  readonly chance: number
}

/** What is needed to call it a change. */
export interface ChangeOptions {
  /** Most values a change is searched in at a time: 30 to 50 in Hunter. */
  readonly window?: number
  readonly maxChance?: number
  /** Smallest change of the mean. */
  readonly minShift?: number
}

const WINDOW = 50
/** With it noise looks like a change in at most about one of a hundred series: measured with memory of 0, 0.5 and 0.8. */
const MAX_CHANCE = 1e-4
/** Candidates are looked for with a laxer bound, so that one change does not hide its neighbour: Hunter. */
const RELAXED = 10
/** Fewer values on one side say nothing about a level. */
const MIN_SIDE = 5
/** How far the second opinion may be off. */
const TOLERANCE = 3

/** Changes in time order. Linear in the length of the series; values must be finite. */
export function findChangePoints(values: Float64Array, options: ChangeOptions = {}): ChangePoint[] {
  const { window = WINDOW, minShift = 0 } = options
  // a long series has more places at which chance can look like a change
  const maxChance = (options.maxChance ?? MAX_CHANCE) * Math.min(1, (2 * window) / values.length)
  if (values.length < 2 * MIN_SIDE || !(varianceOf(values) > 0)) return []
  const candidates = new Set<number>()
  const step = Math.max(1, window >> 1)
  for (let start = 0; start === 0 || start + step < values.length; start += step) {
    split(values, { start, end: Math.min(values.length, start + window), maxChance: maxChance * RELAXED }, candidates)
  }
  const kept = mergeWeak(
    values,
    [...candidates].sort((a, b) => a - b),
    { maxChance, minShift },
  )
  const squares = leastSquares(values)
  return kept.filter(point => isSeconded(values, point, { squares, kept, maxChance }))
}

interface Window {
  readonly start: number
  readonly end: number
  readonly maxChance: number
}

/** Divides a window at the best place as long as that means something. */
function split(values: Float64Array, { start, end, maxChance }: Window, found: Set<number>): void {
  if (end - start < 2 * MIN_SIDE) return
  const middle = bestSplit(values, start, end)
  const factor = independence(values, [start, middle, end])
  if (!(welchChance(values, { start, middle, end }, factor) < maxChance)) return
  found.add(middle)
  split(values, { start, end: middle, maxChance }, found)
  split(values, { start: middle, end, maxChance }, found)
}

/** Where the energy distance between both sides is largest; sums of distances follow the split from value to value. */
function bestSplit(values: Float64Array, start: number, end: number): number {
  const length = end - start
  let between = 0
  let withinLeft = 0
  let withinRight = 0
  for (let i = start; i < end; i++) for (let j = i + 1; j < end; j++) withinRight += Math.abs(values[i] - values[j])
  let best = start + MIN_SIDE
  let bestScore = Number.NEGATIVE_INFINITY
  for (let middle = start + 1; middle <= end - MIN_SIDE; middle++) {
    const moved = values[middle - 1]
    let toLeft = 0
    let toRight = 0
    for (let i = start; i < middle - 1; i++) toLeft += Math.abs(values[i] - moved)
    for (let j = middle; j < end; j++) toRight += Math.abs(values[j] - moved)
    between += toRight - toLeft
    withinLeft += toLeft
    withinRight -= toRight
    const left = middle - start
    const right = length - left
    if (left < MIN_SIDE) continue
    const energy = (2 * between) / (left * right) - (2 * withinLeft) / (left * (left - 1)) - (2 * withinRight) / (right * (right - 1))
    const score = ((left * right) / length) * energy
    if (score > bestScore) {
      bestScore = score
      best = middle
    }
  }
  return best
}

/** Drops the weakest point until all are sure and large enough; its neighbours are then judged by longer stretches. */
function mergeWeak(
  values: Float64Array,
  points: number[],
  needs: { readonly maxChance: number; readonly minShift: number },
): ChangePoint[] {
  for (;;) {
    const factor = independence(values, [0, ...points, values.length])
    const judged = points.map((index, at): ChangePoint => {
      const parts = { start: points[at - 1] ?? 0, middle: index, end: points[at + 1] ?? values.length }
      const before = meanOf(values, parts.start, index)
      const after = meanOf(values, index, parts.end)
      return { index, before, after, chance: welchChance(values, parts, factor) }
    })
    const weak = judged.filter(point => point.chance >= needs.maxChance || Math.abs(point.after - point.before) < needs.minShift)
    if (weak.length === 0) return judged
    const weakest = weak.reduce((a, b) => (isWeaker(b, a) ? b : a))
    points.splice(points.indexOf(weakest.index), 1)
  }
}

function isWeaker(a: ChangePoint, b: ChangePoint): boolean {
  if (a.chance !== b.chance) return a.chance > b.chance
  return Math.abs(a.after - a.before) < Math.abs(b.after - b.before)
}

interface Opinion {
  readonly squares: readonly number[]
  readonly kept: readonly ChangePoint[]
  readonly maxChance: number
}

function isSeconded(values: Float64Array, point: ChangePoint, { squares, kept, maxChance }: Opinion): boolean {
  if (squares.some(index => Math.abs(index - point.index) <= TOLERANCE)) return true
  const at = kept.indexOf(point)
  const parts: TwoParts = { start: kept[at - 1]?.index ?? 0, middle: point.index, end: kept[at + 1]?.index ?? values.length }
  return rankChance(values, parts, independence(values, [parts.start, parts.middle, parts.end])) < maxChance
}

/**
 * Segments with the fewest squares at a price of 3 σ² ln n each, exact, pruned so that it stays linear where changes are
 * many and capped where there are none. The scale is that of differences between neighbours: levels do not enter it.
 */
export function leastSquares(values: Float64Array): number[] {
  const { length } = values
  const steps = Float64Array.from({ length: Math.max(0, length - 1) }, (_, index) => Math.abs(values[index + 1] - values[index]))
  const scale = steps.length > 0 ? (1.4826 * median(steps as unknown as number[])) / Math.SQRT2 : 0
  const variance = scale > 0 ? scale ** 2 : varianceOf(values) / 4
  if (!(variance > 0)) return []
  // neighbours that resemble each other make the scale too small
  const price = (3 * variance * Math.log(length)) / independence(values, [0, length])
  const sums = new Float64Array(length + 1)
  const squares = new Float64Array(length + 1)
  for (let index = 0; index < length; index++) {
    sums[index + 1] = sums[index] + values[index]
    squares[index + 1] = squares[index] + values[index] ** 2
  }
  const costOf = (start: number, end: number) => squares[end] - squares[start] - (sums[end] - sums[start]) ** 2 / (end - start)
  const best = new Float64Array(length + 1).fill(Number.POSITIVE_INFINITY)
  const previous = new Int32Array(length + 1)
  best[0] = -price
  let starts = [0]
  for (let end = 1; end <= length; end++) {
    for (const start of starts) {
      const cost = best[start] + costOf(start, end) + price
      if (cost < best[end]) {
        best[end] = cost
        previous[end] = start
      }
    }
    starts = starts.filter(start => best[start] + costOf(start, end) <= best[end])
    starts.push(end)
    // without a change nothing is pruned: the oldest starts but the first can no longer win by much
    if (starts.length > MAX_STARTS) starts.splice(1, starts.length - MAX_STARTS)
  }
  const found: number[] = []
  for (let end = previous[length]; end > 0; end = previous[end]) found.push(end)
  return found.reverse()
}

const MAX_STARTS = 500
