import { describeTarget } from '../schema.ts'
import { formatDuration } from '../units.ts'
import { contrastSlices, culpritsOf, describeDifferences, Side } from './contrast.ts'
import { defineDetector } from './detector.ts'
import { ratioInterval } from './interval.ts'
import { type ChangePoint, findChangePoints } from './statistics/change-points.ts'
import { TIME_TABLES } from './target-time.ts'
import { sliceTime } from './time-parts.ts'

/** A smaller change of the share of time lost is not looked for: analysis.md 4.4. */
const MIN_SHIFT = 0.05

/** Whether the time lost changed its level while we recorded, when, and what else changed with it. */
export const changePoint = defineDetector({
  id: 'change-point',
  needs: ['process', 'threadTime'],
  wants: TIME_TABLES,
  metrics: {
    changeCount: 'Lasting changes of the share of time lost.',
    sliceCount: 'Slices it was told from.',
    atNs: 'When the largest of them was.',
    beforeRatio: "Share of the target's time lost before it.",
    afterRatio: 'Share lost after it.',
    chanceRatio: 'How likely such a change is where nothing changed.',
  },
  facts: {
    when: 'When the largest change was.',
    change: 'What the target did more or less of after it than before.',
    worse: 'Where more is lost: before or after it.',
  },

  detect(tables, context) {
    const sliced = sliceTime(tables, context, 'all')
    if (sliced === undefined) return []
    const { lossNs, wholeNs, bins } = sliced
    const lost = lossNs.map((ns, bin) => ns / wholeNs[bin])
    const points = findChangePoints(lost, { minShift: MIN_SHIFT })
    const largest = points.reduce<ChangePoint | undefined>(
      (a, b) => (a === undefined || Math.abs(b.after - b.before) > Math.abs(a.after - a.before) ? b : a),
      undefined,
    )
    const starts = [0, ...points.map(({ index }) => index), lost.length]
    const at = largest === undefined ? 0 : starts.indexOf(largest.index)
    const side = sideOf(lost.length, largest === undefined ? [0, 0, 0] : [starts[at - 1], starts[at], starts[at + 1]])
    const differences = contrastSlices(tables, sliced, { of: side, context })
    const excessNs = excess(lossNs, wholeNs, starts)
    const worse = largest !== undefined && largest.before > largest.after ? 'before' : 'after'
    return [
      {
        subject: describeTarget(context.target),
        metrics: {
          changeCount: points.length,
          sliceCount: lost.length,
          atNs: largest === undefined ? Number.NaN : largest.index * bins.binNs,
          beforeRatio: largest?.before ?? Number.NaN,
          afterRatio: largest?.after ?? Number.NaN,
          chanceRatio: largest?.chance ?? 1,
        },
        facts: {
          when: largest === undefined ? 'never' : formatDuration(largest.index * bins.binNs),
          change: describeDifferences(differences),
          worse,
        },
        share: points.length === 0 ? { estimate: 0, low: 0, high: 0 } : ratioInterval(excessNs, wholeNs),
        culprits: culpritsOf(worse === 'after' ? differences : differences.map(d => ({ ...d, before: d.after, after: d.before }))),
        rows: undefined,
      },
    ]
  },
})

function sideOf(count: number, [start, middle, end]: readonly number[]): Int8Array {
  return Int8Array.from({ length: count }, (_, bin) =>
    bin >= start && bin < middle ? Side.Before : bin >= middle && bin < end ? Side.After : Side.Neither,
  )
}

/** By slice what was lost beyond the level of the best stretch. */
function excess(lossNs: Float64Array, wholeNs: Float64Array, starts: readonly number[]): Float64Array {
  const levels = starts.slice(0, -1).map((start, part) => sum(lossNs, start, starts[part + 1]) / sum(wholeNs, start, starts[part + 1]))
  const best = Math.min(...levels)
  const excessNs = new Float64Array(lossNs.length)
  for (const [part, level] of levels.entries()) {
    if (level <= best) continue
    for (let bin = starts[part]; bin < starts[part + 1]; bin++) excessNs[bin] = Math.max(0, lossNs[bin] - best * wholeNs[bin])
  }
  return excessNs
}

function sum(values: Float64Array, start: number, end: number): number {
  let total = 0
  for (let index = start; index < end; index++) total += values[index]
  return total
}
