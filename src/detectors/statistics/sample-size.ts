/** Neighbouring slices resemble each other: how many independent ones they are worth, and the tests that need to know. */

import { normalChance, studentChance } from './probability.ts'

/** Mean of a range. */
export function meanOf(values: ArrayLike<number>, start = 0, end = values.length): number {
  let sum = 0
  for (let index = start; index < end; index++) sum += values[index]
  return end > start ? sum / (end - start) : Number.NaN
}

/** Unbiased variance of a range; 0 for fewer than two values. */
export function varianceOf(values: ArrayLike<number>, start = 0, end = values.length): number {
  if (end - start < 2) return 0
  const mean = meanOf(values, start, end)
  let squares = 0
  for (let index = start; index < end; index++) squares += (values[index] - mean) ** 2
  return squares / (end - start - 1)
}

/**
 * Factor on the number of values for a process that resembles itself from slice to slice: (1 − r) / (1 + r) with r the
 * correlation of neighbours within the given parts (Bartlett 1935). Negative correlation is not used to be surer.
 */
export function independence(values: ArrayLike<number>, boundaries: readonly number[]): number {
  let products = 0
  let squares = 0
  let partCount = 0
  for (let part = 0; part + 1 < boundaries.length; part++) {
    const [start, end] = [boundaries[part], boundaries[part + 1]]
    if (end - start < 3) continue
    partCount++
    const mean = meanOf(values, start, end)
    for (let index = start; index < end; index++) {
      squares += (values[index] - mean) ** 2
      if (index > start) products += (values[index] - mean) * (values[index - 1] - mean)
    }
  }
  const count = boundaries[boundaries.length - 1] - boundaries[0]
  if (!(squares > 0) || count < 3) return 1
  // the estimate is too low by about (1 + 4r) / n in each part (Marriott & Pope 1954)
  const raw = products / squares
  const correlation = Math.min(0.95, raw + ((1 + 4 * Math.max(0, raw)) * partCount) / count)
  return correlation <= 0 ? 1 : (1 - correlation) / (1 + correlation)
}

/** Two neighbouring ranges of a series. */
export interface TwoParts {
  readonly start: number
  readonly middle: number
  readonly end: number
}

/** Chance of Welch's t between [start, middle) and [middle, end), each value worth `factor` independent ones. */
export function welchChance(values: ArrayLike<number>, { start, middle, end }: TwoParts, factor: number): number {
  const [sizeA, sizeB] = [(middle - start) * factor, (end - middle) * factor]
  if (sizeA <= 1 || sizeB <= 1) return 1
  const [a, b] = [varianceOf(values, start, middle) / sizeA, varianceOf(values, middle, end) / sizeB]
  const difference = meanOf(values, middle, end) - meanOf(values, start, middle)
  if (!(a + b > 0)) return difference === 0 ? 1 : 0
  const degrees = (a + b) ** 2 / (a ** 2 / (sizeA - 1) + b ** 2 / (sizeB - 1))
  return studentChance(difference / Math.sqrt(a + b), degrees)
}

/** Chance of Mann and Whitney's rank sum between the same parts, ties corrected, by the normal approximation. */
export function rankChance(values: ArrayLike<number>, { start, middle, end }: TwoParts, factor: number): number {
  const order = Array.from({ length: end - start }, (_, index) => start + index).sort((a, b) => values[a] - values[b] || a - b)
  const [sizeA, sizeB] = [middle - start, end - middle]
  const size = sizeA + sizeB
  let rankSum = 0
  let ties = 0
  for (let from = 0; from < size; ) {
    let to = from + 1
    while (to < size && values[order[to]] === values[order[from]]) to++
    const rank = (from + 1 + to) / 2
    ties += (to - from) ** 3 - (to - from)
    for (let at = from; at < to; at++) if (order[at] < middle) rankSum += rank
    from = to
  }
  const u = rankSum - (sizeA * (sizeA + 1)) / 2
  const variance = ((sizeA * sizeB) / 12) * (size + 1 - ties / (size * (size - 1)))
  if (!(variance > 0)) return 1
  const distance = Math.max(0, Math.abs(u - (sizeA * sizeB) / 2) - 0.5)
  return normalChance((distance / Math.sqrt(variance)) * Math.sqrt(factor))
}
