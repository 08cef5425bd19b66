import { median } from 'simple-statistics'
import { describeTarget } from '../schema.ts'
import { contrastSlices, culpritsOf, describeDifferences, Side } from './contrast.ts'
import { defineDetector } from './detector.ts'
import { ratioInterval } from './interval.ts'
import { findPeriod, type Period } from './statistics/periodicity.ts'
import { TIME_TABLES } from './target-time.ts'
import { type SlicedTime, sliceTime } from './time-parts.ts'

/** A slice in which less than half of what is usual runs is stalled; a rhythm that is stalled most of the time is one of work. */
const STALLED = 0.5

/** Whether the target stops, or queues for a CPU, at equal distances, and what happens then. */
export const periodicStall = defineDetector({
  id: 'periodic-stall',
  needs: ['process', 'threadTime'],
  wants: TIME_TABLES,
  metrics: {
    periodNs: 'Distance between two stalls; NaN without a rhythm.',
    stallNs: 'Length of one.',
    correlationRatio: 'How alike the recording is to itself one period later: 1 is the same.',
    chanceRatio: 'How likely such a rhythm is in noise.',
    usualCpus: 'CPUs the target uses between stalls.',
    stalledCpus: 'CPUs it uses in them.',
  },
  facts: { change: 'What happens more or less in the stalls than between them.' },

  detect(tables, context) {
    const sliced = sliceTime(tables, context, 'fine')
    if (sliced === undefined) return []
    const stall = findStall(sliced)
    const { parts, bins } = sliced
    const side = Int8Array.from({ length: bins.count }, (_, bin) => (stall?.isStalled(bin) === true ? Side.After : Side.Before))
    const differences = stall === undefined ? [] : contrastSlices(tables, sliced, { of: side, context })
    const lostNs = parts.running.map((ns, bin) => (stall?.isStalled(bin) === true ? Math.max(0, stall.usualNs - ns) : 0))
    const wholeNs = parts.running.map((ns, bin) => Math.max(ns + lostNs[bin], bins.binNs / 2))
    return [
      {
        subject: describeTarget(context.target),
        metrics: {
          periodNs: stall === undefined ? Number.NaN : stall.period.length * bins.binNs,
          stallNs: stall === undefined ? Number.NaN : stall.stalledSlices * bins.binNs,
          correlationRatio: stall?.period.correlation ?? 0,
          chanceRatio: stall?.period.chance ?? 1,
          usualCpus: stall === undefined ? Number.NaN : stall.usualNs / bins.binNs,
          stalledCpus: stall === undefined ? Number.NaN : stall.stalledNs / bins.binNs,
        },
        facts: { change: describeDifferences(differences) },
        share: stall === undefined ? { estimate: 0, low: 0, high: 0 } : ratioInterval(lostNs, wholeNs),
        culprits: culpritsOf(differences),
        rows: undefined,
      },
    ]
  },
})

interface Stall {
  readonly period: Period
  readonly usualNs: number
  readonly stalledNs: number
  /** Slices of a period that are stalled. */
  readonly stalledSlices: number
  isStalled(bin: number): boolean
}

/**
 * Lays all periods over each other: where in a period little runs.
 *
 *     #####..########..########..###      running by slice
 *     |<------->|                         period
 */
function findStall({ parts }: SlicedTime): Stall | undefined {
  const { running } = parts
  const period = findPeriod(running)
  if (period === undefined) return undefined
  const means = Array.from({ length: period.length }, (_, offset) => meanAt(running, offset, period.length))
  const usualNs = median([...means])
  const isLow = means.map(mean => mean < STALLED * usualNs)
  const low = means.filter((_, offset) => isLow[offset])
  if (low.length === 0 || low.length >= period.length / 2) return undefined
  return {
    period,
    usualNs,
    stalledNs: low.reduce((sum, mean) => sum + mean, 0) / low.length,
    stalledSlices: low.length,
    isStalled: bin => isLow[bin % period.length],
  }
}

function meanAt(values: Float64Array, offset: number, step: number): number {
  let sum = 0
  let count = 0
  for (let index = offset; index < values.length; index += step) {
    sum += values[index]
    count++
  }
  return count > 0 ? sum / count : 0
}
