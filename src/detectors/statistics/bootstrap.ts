/** Intervals by drawing the slices again, in blocks, because neighbours resemble each other (Künsch 1989). */

import { studentQuantile } from './probability.ts'
import { randomIndex, seededRandom } from './random.ts'

/** How to draw. */
export interface BootstrapOptions {
  readonly seed: number
  readonly rounds?: number
  /** Part of the draws that the interval holds. */
  readonly level?: number
}

const ROUNDS = 1000
const LEVEL = 0.9
/** Nominal 95 % came out as 0.87–0.93 in simulation: shared/reference/analysis.md 4.3. */
const COVERAGE_FACTOR = 1.15

/**
 * The interval of a statistic of slices. The statistic gets how often each slice was drawn, so that sums over slices cost one
 * pass. Around the estimate the quantiles are widened as Student's t over the blocks and the coverage seen ask.
 */
export function bootstrapInterval(
  sliceCount: number,
  statistic: (counts: Float64Array) => number,
  { seed, rounds = ROUNDS, level = LEVEL }: BootstrapOptions,
): { readonly estimate: number; readonly low: number; readonly high: number } {
  const counts = new Float64Array(sliceCount).fill(1)
  const estimate = statistic(counts)
  const blockLength = Math.max(1, Math.ceil(Math.cbrt(sliceCount) - 1e-9))
  const blockCount = Math.ceil(sliceCount / blockLength)
  if (blockCount < 2) return { estimate, low: Number.NEGATIVE_INFINITY, high: Number.POSITIVE_INFINITY }
  const random = seededRandom(seed)
  const all = new Float64Array(rounds)
  for (let round = 0; round < rounds; round++) {
    drawBlocks(counts, blockLength, random)
    all[round] = statistic(counts)
  }
  const draws = all.filter(Number.isFinite).sort()
  // a statistic that most draws do not have is not known at all
  if (draws.length < rounds / 2) return { estimate, low: Number.NEGATIVE_INFINITY, high: Number.POSITIVE_INFINITY }
  const tail = Math.floor(((1 - level) / 2) * (draws.length - 1))
  const widen = (COVERAGE_FACTOR * studentQuantile(level, blockCount - 1)) / studentQuantile(level, 1e6)
  return {
    estimate,
    low: Math.min(estimate, estimate - (estimate - draws[tail]) * widen),
    high: Math.max(estimate, estimate + (draws[draws.length - 1 - tail] - estimate) * widen),
  }
}

/** Blocks may begin anywhere, also near the end: they go on at the start (circular, Politis & Romano 1992), so no slice is drawn less. */
function drawBlocks(counts: Float64Array, blockLength: number, random: () => number): void {
  const { length } = counts
  counts.fill(0)
  for (let drawn = 0; drawn < length; ) {
    const start = randomIndex(random, length)
    for (let offset = 0; offset < blockLength && drawn < length; offset++, drawn++) counts[(start + offset) % length]++
  }
}
