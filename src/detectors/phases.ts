import { describeTarget } from '../schema.ts'
import { formatDuration, formatRatio } from '../units.ts'
import { contrastSlices, culpritsOf, describeDifferences, Side } from './contrast.ts'
import { defineDetector } from './detector.ts'
import { ratioInterval } from './interval.ts'
import { logRatioRows } from './statistics/composition.ts'
import { findPhases } from './statistics/phases.ts'
import { TIME_TABLES } from './target-time.ts'
import { type SlicedTime, sliceTime, timeParts } from './time-parts.ts'

/** One seed for all: the same recording gives the same phases. */
const SEED = 1

/** Whether the target does different things in turn, and what the worst of its phases loses beyond the best. */
export const phases = defineDetector({
  id: 'phases',
  needs: ['process', 'threadTime'],
  wants: TIME_TABLES,
  metrics: {
    phaseCount: 'Kinds of stretches in which it does different things; 1 when it does the same all the time.',
    worstRatio: "Share of the target's time lost in the phase that loses most.",
    bestRatio: 'Share lost in the phase that loses least.',
    worstTimeRatio: 'Part of the recording in the worst phase.',
    silhouetteRatio: 'How well slices fit their phase: 1 is best.',
    stabilityRatio: 'How alike the phases of resampled slices are: 1 is the same.',
  },
  facts: {
    when: 'When the worst phase is, first.',
    change: 'What the target does more or less of in the worst phase than in the others.',
  },

  detect(tables, context) {
    const sliced = sliceTime(tables, context, 'all')
    if (sliced === undefined || sliced.bins.count === 0) return []
    const found = findPhases(logRatioRows(amountsOf(sliced)), { seed: SEED })
    const labels = found?.labels ?? new Int32Array(sliced.bins.count)
    const levels = levelsOf(sliced, labels, found?.count ?? 1)
    const worst = levels.indexOf(Math.max(...levels))
    const best = Math.min(...levels)
    const side = Int8Array.from(labels, label => (found === undefined ? Side.Neither : label === worst ? Side.After : Side.Before))
    const differences = contrastSlices(tables, sliced, { of: side, context })
    const excessNs = sliced.lossNs.map((ns, bin) => (levels[labels[bin]] > best ? Math.max(0, ns - best * sliced.wholeNs[bin]) : 0))
    return [
      {
        subject: describeTarget(context.target),
        metrics: {
          phaseCount: levels.length,
          worstRatio: levels[worst],
          bestRatio: best,
          worstTimeRatio: labels.filter(label => label === worst).length / labels.length,
          silhouetteRatio: found?.silhouette ?? Number.NaN,
          stabilityRatio: found?.stability ?? Number.NaN,
        },
        facts: { when: firstStretch(labels, worst, sliced.bins.binNs), change: describeDifferences(differences) },
        share: found === undefined ? { estimate: 0, low: 0, high: 0 } : ratioInterval(excessNs, sliced.wholeNs),
        culprits: culpritsOf(differences),
        rows: undefined,
      },
    ]
  },
})

/** Per slice the kinds of time, and how far it was from one busy thread. */
function amountsOf({ parts, lossNs, bins }: SlicedTime): number[][] {
  return Array.from({ length: bins.count }, (_, bin) => [
    ...timeParts.map(part => parts[part][bin]),
    Math.max(0, bins.binNs - parts.running[bin] - lossNs[bin]),
  ])
}

function levelsOf({ lossNs, wholeNs }: SlicedTime, labels: Int32Array, count: number): number[] {
  return Array.from({ length: count }, (_, phase) => {
    let lost = 0
    let whole = 0
    for (const [bin, label] of labels.entries()) {
      if (label !== phase) continue
      lost += lossNs[bin]
      whole += wholeNs[bin]
    }
    return whole > 0 ? lost / whole : 0
  })
}

function firstStretch(labels: Int32Array, phase: number, binNs: number): string {
  const start = labels.indexOf(phase)
  let end = start
  while (end < labels.length && labels[end] === phase) end++
  const part = labels.filter(label => label === phase).length / labels.length
  return `from ${formatDuration(start * binNs)} to ${formatDuration(end * binNs)}, ${formatRatio(part)} of the recording in all`
}
