import { describeTarget, NONE } from '../schema.ts'
import { defineDetector } from './detector.ts'
import { processLabel } from './labels.ts'
import { membership } from './membership.ts'
import { findTrend } from './statistics/trend.ts'
import { Tally } from './tally.ts'

/** Instants at which threads are counted. */
const INSTANTS = 120

/** Whether the target starts threads and processes that do not end. */
export const threadGrowth = defineDetector({
  id: 'thread-growth',
  needs: ['process', 'thread'],
  metrics: {
    startCount: 'Threads at the start.',
    endCount: 'Threads at the end.',
    growthPerSec: 'Growth: the median slope between all pairs of counts.',
    startedCount: 'Threads that were started meanwhile.',
    leftRatio: 'Part of those that were still there at the end.',
    tailRatio: 'Growth in the last quarter over that of all.',
    chanceRatio: 'How likely such a rise is without a trend.',
  },
  facts: { process: 'The process that gained most threads.' },

  detect({ process, thread }, context) {
    const isMember = membership(process, context)
    const steps = new Float64Array(INSTANTS + 2)
    const gained = new Tally()
    let [startedCount, leftCount] = [0, 0]
    for (let row = 0; row < thread.length; row++) {
      const owner = thread.process[row]
      if (owner === NONE || !isMember(owner)) continue
      steps[instantOf(thread.startNs[row], context.durationNs)]++
      // a thread that is alive at the end has no end
      const endNs = thread.endNs[row]
      if (endNs >= 0) steps[instantOf(endNs, context.durationNs)]--
      if (!(thread.startNs[row] > 0)) continue
      startedCount++
      if (endNs >= 0) continue
      leftCount++
      gained.add(owner, 1)
    }
    const counts = accumulate(steps)
    const times = Float64Array.from(counts, (_, index) => (index / INSTANTS) * context.durationNs)
    const trend = findTrend(times, counts)
    if (trend === undefined || !(context.durationNs > 0)) return []
    const label = gained.total > 0 ? processLabel(process, gained.largest().key) : 'no process'
    return [
      {
        subject: describeTarget(context.target),
        metrics: {
          startCount: counts[0],
          endCount: counts[counts.length - 1],
          growthPerSec: trend.slope * 1e9,
          startedCount,
          leftRatio: startedCount > 0 ? leftCount / startedCount : 0,
          tailRatio: trend.slope === 0 ? 0 : trend.tailSlope / trend.slope,
          chanceRatio: trend.chance,
        },
        facts: { process: label },
        share: { estimate: 0, low: 0, high: 0 },
        culprits: gained.total > 0 ? [{ kind: 'process', name: label, share: gained.largest().ns / gained.total }] : [],
        rows: undefined,
      },
    ]
  },
})

/** The first instant at or after it. */
function instantOf(timeNs: number, durationNs: number): number {
  return Math.max(0, Math.min(INSTANTS + 1, Math.ceil((timeNs / durationNs) * INSTANTS)))
}

function accumulate(steps: Float64Array): Float64Array {
  let sum = 0
  return Float64Array.from({ length: INSTANTS + 1 }, (_, instant) => (sum += steps[instant]))
}
