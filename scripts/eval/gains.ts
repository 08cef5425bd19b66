/** Gains that were predicted against those that were measured. */

import type { Gain } from '../../src/schema.ts'
import { type Measured, trueGain, type Workload } from './workload.ts'

/** A workload whose first right finding says what removing the cause would win. */
export interface Prediction {
  readonly workload: Workload
  readonly gain: Gain
  readonly measured: Measured
}

/** How far predictions were off. */
export interface Calibration {
  readonly count: number
  /** Workloads with a switch and a right finding for which no gain was estimated. */
  readonly notEstimated: number
  /** Mean of |predicted - measured|, 0..1. */
  readonly meanError: number
  /** Mean of predicted - measured. */
  readonly bias: number
  /** Part of the intervals that hold the measured gain. */
  readonly coverage: number
}

/** Calibrates. NaN where nothing was predicted. */
export function calibrate(predictions: readonly Prediction[], notEstimated: number): Calibration {
  const errors = predictions.map(({ gain, measured }) => gain.estimate - trueGain(measured))
  const covered = predictions.filter(({ gain, measured }) => gain.low <= trueGain(measured) && trueGain(measured) <= gain.high)
  return {
    count: predictions.length,
    notEstimated,
    meanError: mean(errors.map(Math.abs)),
    bias: mean(errors),
    coverage: predictions.length === 0 ? Number.NaN : covered.length / predictions.length,
  }
}

function mean(values: readonly number[]): number {
  return values.length === 0 ? Number.NaN : values.reduce((sum, value) => sum + value, 0) / values.length
}
