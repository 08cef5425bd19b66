import { describeTarget } from '../schema.ts'
import { formatDuration } from '../units.ts'
import { contrastSlices, culpritsOf, describeDifferences, Side } from './contrast.ts'
import { defineDetector } from './detector.ts'
import { ratioInterval } from './interval.ts'
import { findHighOutliers } from './statistics/outliers.ts'
import { TIME_TABLES } from './target-time.ts'
import { sliceTime } from './time-parts.ts'

/** A share of a slice that moves by this much is usual: 1 %. No source: a guess. */
const USUAL_DEVIATION = 0.01

/** Whether single slices lost far more than is usual, and what was different in them. */
export const outlierSlices = defineDetector({
  id: 'outlier-slices',
  needs: ['process', 'threadTime'],
  wants: TIME_TABLES,
  metrics: {
    outlierCount: 'Slices that lost far more than is usual; 0 also when many do.',
    sliceCount: 'Slices looked at.',
    usualRatio: "Share of the target's time lost in the slice in the middle.",
    worstRatio: 'Share lost in the worst slice.',
    sliceNs: 'Length of a slice.',
  },
  facts: {
    when: 'When the worst slice was.',
    change: 'What the target did more or less of in those slices than in the others.',
  },

  detect(tables, context) {
    const sliced = sliceTime(tables, context, 'all')
    if (sliced === undefined) return []
    const { lossNs, wholeNs, bins } = sliced
    const lost = lossNs.map((ns, bin) => ns / wholeNs[bin])
    const outliers = findHighOutliers(lost, USUAL_DEVIATION)
    if (outliers === undefined) return []
    const isFar = new Set(outliers.indexes)
    const side = Int8Array.from(lost, (_, bin) => (isFar.has(bin) ? Side.After : Side.Before))
    const differences = isFar.size === 0 ? [] : contrastSlices(tables, sliced, { of: side, context })
    const worst = lost.indexOf(lost.reduce((a, b) => Math.max(a, b), 0))
    const excessNs = lossNs.map((ns, bin) => (isFar.has(bin) ? Math.max(0, ns - outliers.usual * wholeNs[bin]) : 0))
    return [
      {
        subject: describeTarget(context.target),
        metrics: {
          outlierCount: isFar.size,
          sliceCount: lost.length,
          usualRatio: outliers.usual,
          worstRatio: Math.max(0, lost[worst]),
          sliceNs: bins.binNs,
        },
        facts: { when: `at ${formatDuration(worst * bins.binNs)}`, change: describeDifferences(differences) },
        share: isFar.size === 0 ? { estimate: 0, low: 0, high: 0 } : ratioInterval(excessNs, wholeNs),
        culprits: culpritsOf(differences),
        rows: undefined,
      },
    ]
  },
})
