import { type Culprit, describeTarget } from '../schema.ts'
import { defineDetector } from './detector.ts'
import { ratioInterval, scaleInterval } from './interval.ts'
import { processLabel } from './labels.ts'
import { divideRunQueue } from './run-queue.ts'
import { viewSeries } from './series-view.ts'
import { measureTargetTime, TIME_TABLES } from './target-time.ts'

/** Competing processes named at most. */
const MAX_CULPRITS = 3

/** How long the target waits for a CPU that processes outside of it have. A whole machine has no competitors. */
export const competitor = defineDetector({
  id: 'competitor',
  needs: ['process', 'sample', 'threadTime'],
  wants: [...TIME_TABLES, 'series', 'metric', 'runQueue', 'thread'],
  metrics: {
    waitingRatio: "Share of the target's time it waited for a CPU that other processes had.",
    runnableRatio: "Share of the target's time it waited for a CPU, whatever the reason.",
    competitorCpus: 'CPU time the competitors used while the target waited, per second of recording.',
  },
  facts: {
    target: 'What was diagnosed.',
    competitor: 'The process that took most.',
  },

  detect(tables, context) {
    const time = measureTargetTime(tables, context)
    // samples of the target alone do not show who else ran
    if (context.target.kind === 'machine' || context.sampling?.scope === 'target' || !(time.totalNs > 0)) return []
    const queue = divideRunQueue({ tables, series: viewSeries(tables), time, context })
    if (queue === undefined) return []
    const othersNs = queue.competitors.total
    const culprits = queue.competitors
      .sorted()
      .slice(0, MAX_CULPRITS)
      .map(([row, ns]): Culprit => ({ kind: 'process', name: processLabel(tables.process, row), share: ns / othersNs }))
    const activeNs = queue.slices.runningNs.map((ns, slice) => ns + queue.slices.runnableNs[slice])
    const ledgerNs = activeNs.reduce((sum, ns) => sum + ns, 0)
    const share = scaleInterval(ratioInterval(queue.competitorNs, activeNs), ledgerNs / time.totalNs)
    const target = describeTarget(context.target)
    return [
      {
        subject: target,
        metrics: {
          waitingRatio: share.estimate,
          runnableRatio: time.runnableNs / time.totalNs,
          competitorCpus: othersNs / context.durationNs,
        },
        facts: { target, competitor: culprits.at(0)?.name ?? 'nobody' },
        share,
        culprits,
        rows: undefined,
      },
    ]
  },
})
