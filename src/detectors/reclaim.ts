import { type AnalysisContext, type Culprit, describeTarget, NONE } from '../schema.ts'
import { defineDetector } from './detector.ts'
import { sumEvents } from './kernel-events.ts'
import { processLabel } from './labels.ts'
import { LossBins } from './loss-bins.ts'
import { reasonAt, sumLostWaits } from './lost-waits.ts'
import { Tally } from './tally.ts'
import { measureTargetTime, TIME_TABLES } from './target-time.ts'

/** How long the target frees memory itself, or is held back because it has too much. */
export const reclaim = defineDetector({
  id: 'reclaim',
  needs: ['process', 'wait'],
  wants: [...TIME_TABLES, 'kernelEvent'],
  metrics: {
    lostRatio: "Share of the target's time it freed memory, moved it, or was held back.",
    reclaimPerSec: 'Times it had to free memory itself.',
    cgroupReclaimPerSec: 'Of them, for the limit of a control group.',
    compactionPerSec: 'Times it had to move memory to get a large piece.',
    compactionNs: 'Time it moved memory.',
    throttledNs: 'Time it was held back at memory.high.',
  },
  facts: {
    process: 'The process that lost most.',
    functionName: 'The function that waited most.',
  },

  detect(tables, context) {
    const time = measureTargetTime(tables, context)
    if (!(time.totalNs > 0)) return []
    const { wait, kernelEvent, process } = tables
    const isMember = (row: number) => kernelEvent !== undefined && time.isMember(kernelEvent.process[row])
    const direct = sumEvents(kernelEvent, ['directReclaim', 'cgroupReclaim'], isMember)
    const cgroup = sumEvents(kernelEvent, ['cgroupReclaim'], isMember)
    const compaction = sumEvents(kernelEvent, ['compaction'], isMember)
    const events = sumEvents(kernelEvent, ['directReclaim', 'cgroupReclaim', 'compaction'], isMember)
    const throttled = sumLostWaits({ tables, time, context }, row => reasonAt(wait, row) === 'memoryThrottle')
    // an event's time holds its waits: without events the waits alone are known
    const reasons = events.ns > 0 ? ['memoryThrottle'] : ['memoryThrottle', 'reclaim']
    const waits = sumLostWaits({ tables, time, context }, row => reasons.includes(reasonAt(wait, row)))
    const bins = new LossBins(context.durationNs)
    const byProcess = new Tally()
    const add = (process: number, span: Span) => {
      bins.add(span.timeNs, span.timeNs + span.durationNs, span.ns)
      byProcess.add(process, span.ns)
    }
    for (let row = events.rows?.first ?? 0; kernelEvent !== undefined && row < (events.rows?.end ?? 0); row++) {
      // the only kinds with a duration are these
      if (isMember(row))
        add(kernelEvent.process[row], { timeNs: kernelEvent.timeNs[row], durationNs: kernelEvent.durationNs[row], ns: kernelEvent.ns[row] })
    }
    for (let row = waits.rows?.first ?? 0; row < (waits.rows?.end ?? 0); row++) {
      if (!time.isMember(wait.process[row]) || !reasons.includes(reasonAt(wait, row))) continue
      add(wait.process[row], { timeNs: wait.timeNs[row], durationNs: wait.durationNs[row], ns: wait.ns[row] })
    }
    const share = bins.share(time)
    const largest = byProcess.largest()
    const name = largest.key === NONE ? 'unknown process' : processLabel(process, largest.key)
    const culprits: Culprit[] = byProcess.total > 0 ? [{ kind: 'process', name, share: largest.ns / byProcess.total }] : []
    return [
      {
        subject: describeTarget(context.target),
        metrics: {
          lostRatio: share.estimate,
          reclaimPerSec: perSecond(kernelEvent === undefined ? Number.NaN : direct.count, context),
          cgroupReclaimPerSec: perSecond(kernelEvent === undefined ? Number.NaN : cgroup.count, context),
          compactionPerSec: perSecond(kernelEvent === undefined ? Number.NaN : compaction.count, context),
          compactionNs: kernelEvent === undefined ? Number.NaN : compaction.ns,
          throttledNs: throttled.ns,
        },
        facts: { process: name, functionName: waits.functionName },
        share,
        culprits,
        rows: events.rows ?? waits.rows,
      },
    ]
  },
})

interface Span {
  readonly timeNs: number
  readonly durationNs: number
  readonly ns: number
}

function perSecond(count: number, { durationNs }: AnalysisContext): number {
  return (count * 1e9) / durationNs
}
