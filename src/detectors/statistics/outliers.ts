/** Slices that are far from what is usual, by the median and its absolute deviations: the outliers themselves do not move it. */

import { median } from 'simple-statistics'

/** 6 scaled deviations: shared/reference/rules.md 4.7, which also asks for 20 values. */
const FAR = 6
const MIN_COUNT = 20
/** More than this part of the slices is no exception. */
const MAX_PART = 0.1

/** What is usual, and which slices are not. */
export interface Outliers {
  readonly usual: number
  /** One scaled deviation, never below floor. */
  readonly deviation: number
  /** In order. */
  readonly indexes: readonly number[]
}

/**
 * Values far above the usual; undefined with too few values, or when they are no exception. A series that hardly moves has
 * hardly a deviation: nothing within `floor` times six of the median is far.
 */
export function findHighOutliers(values: Float64Array, floor: number): Outliers | undefined {
  if (values.length < MIN_COUNT) return undefined
  const usual = median(values as unknown as number[])
  const distances = values.map(value => Math.abs(value - usual))
  // for a normal distribution 1.4826 deviations are one standard deviation
  const deviation = Math.max(floor, 1.4826 * median(distances as unknown as number[]))
  const indexes = Array.from(values.keys()).filter(index => values[index] - usual > FAR * deviation)
  return indexes.length > MAX_PART * values.length ? undefined : { usual, deviation, indexes }
}
