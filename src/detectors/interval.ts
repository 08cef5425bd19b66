import type { Interval } from '../schema.ts'

/** Two-sided 95 % quantile of the normal distribution. */
const Z95 = 1.959964
/** Block bounds came out too narrow in simulation (0.87–0.93 instead of 0.95): shared/reference/analysis.md 4.3. */
const COVERAGE_FACTOR = 1.15

/**
 * Wilson's 95 % interval of a proportion. With weighted samples the count is the effective one, (Σw)² / Σw².
 * Wilson 1927, doi:10.1080/01621459.1927.10502953.
 */
export function wilsonInterval(proportion: number, count: number): Interval {
  if (!(count > 0)) return { estimate: clamp(proportion), low: 0, high: 1 }
  const z2 = Z95 * Z95
  const centre = (proportion + z2 / (2 * count)) / (1 + z2 / count)
  const half = (Z95 / (1 + z2 / count)) * Math.sqrt((proportion * (1 - proportion)) / count + z2 / (4 * count * count))
  // at 0 and 1 a bound meets the estimate, but for rounding
  return { estimate: clamp(proportion), low: clamp(Math.min(proportion, centre - half)), high: clamp(Math.max(proportion, centre + half)) }
}

/**
 * 95 % interval of Σ parts / Σ wholes over slices of time.
 *
 * Neighbouring slices resemble each other, so the variance is taken over blocks of ceil(n^(1/3)) slices, shorter ones
 * where there would be fewer than eight (delta method for a ratio, Student's t over blocks). From one block nothing is
 * known about the spread: 0..1.
 */
export function ratioInterval(parts: ArrayLike<number>, wholes: ArrayLike<number>): Interval {
  const sliceCount = Math.min(parts.length, wholes.length)
  const blockLength = Math.max(1, Math.min(Math.ceil(Math.cbrt(sliceCount) - 1e-9), Math.floor(sliceCount / 8)))
  const blockCount = Math.floor(sliceCount / blockLength)
  const part = new Float64Array(Math.max(1, blockCount))
  const whole = new Float64Array(part.length)
  for (let slice = 0; slice < sliceCount; slice++) {
    // what is left over joins the last block
    const block = Math.min(part.length - 1, Math.floor(slice / blockLength))
    part[block] += parts[slice]
    whole[block] += wholes[slice]
  }
  const total = sum(whole)
  const ratio = total > 0 ? sum(part) / total : 0
  if (blockCount < 2 || !(total > 0)) return { estimate: clamp(ratio), low: 0, high: 1 }
  let squares = 0
  for (let block = 0; block < blockCount; block++) squares += (part[block] - ratio * whole[block]) ** 2
  const standardError = Math.sqrt((squares * blockCount) / (blockCount - 1)) / total
  const half = studentQuantile(blockCount - 1) * COVERAGE_FACTOR * standardError
  return { estimate: clamp(ratio), low: clamp(ratio - half), high: clamp(ratio + half) }
}

/** The interval of a share of a share. */
export function scaleInterval({ estimate, low, high }: Interval, factor: number): Interval {
  return { estimate: clamp(estimate * factor), low: clamp(low * factor), high: clamp(high * factor) }
}

/** The same relative spread around another estimate. */
export function recentre(interval: Interval, estimate: number): Interval {
  if (interval.estimate <= 0) return { estimate: clamp(estimate), low: 0, high: clamp(estimate) }
  return scaleInterval(interval, estimate / interval.estimate)
}

/** Cornish-Fisher expansion around the normal quantile (Abramowitz & Stegun 26.7.5); within 1 % from 3 degrees on. */
function studentQuantile(degrees: number): number {
  // the expansion is far off for these two
  if (degrees === 1) return 12.706
  if (degrees === 2) return 4.303
  const z = Z95
  return (
    z +
    (z ** 3 + z) / (4 * degrees) +
    (5 * z ** 5 + 16 * z ** 3 + 3 * z) / (96 * degrees ** 2) +
    (3 * z ** 7 + 19 * z ** 5 + 17 * z ** 3 - 15 * z) / (384 * degrees ** 3)
  )
}

function sum(values: Float64Array): number {
  let total = 0
  for (const value of values) total += value
  return total
}

function clamp(value: number): number {
  return value > 0 ? Math.min(1, value) : 0
}
