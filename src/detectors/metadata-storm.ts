import { describeTarget } from '../schema.ts'
import { callGroup, closesFiles } from './call-groups.ts'
import { defineDetector } from './detector.ts'
import { scaleInterval } from './interval.ts'
import { QUEUE_TABLES, queueFactor } from './run-queue.ts'
import { sumCalls } from './system-calls.ts'
import { measureTargetTime, TIME_TABLES } from './target-time.ts'

/** CPU time in calls about files rather than their contents: open, stat, unlink, getdents and the like. */
export const metadataStorm = defineDetector({
  id: 'metadata-storm',
  needs: ['process', 'syscall', 'wait'],
  wants: [...TIME_TABLES, ...QUEUE_TABLES],
  metrics: {
    cpuRatio: "Share of the target's time it computed in these calls.",
    callPerSec: 'Calls.',
    callNs: 'Mean CPU time of a call.',
    errorRatio: 'Share of the calls that failed, mostly for files that do not exist.',
    topRatio: 'Share of their time that the busiest call took.',
  },
  facts: {
    call: 'The call that took most.',
    functionName: 'The function that made most of them.',
    process: 'The process that made most of them.',
  },

  detect(tables, context) {
    const time = measureTargetTime(tables, context)
    if (!(time.totalNs > 0)) return []
    const closing = closesFiles(tables.syscall, time.isMember)
    const calls = sumCalls({ tables, time, context }, name => {
      const group = callGroup(name)
      return group === 'metadata' || (closing && group === 'closing')
    })
    return [
      {
        subject: describeTarget(context.target),
        metrics: {
          cpuRatio: calls.share.estimate,
          callPerSec: (calls.count * 1e9) / context.durationNs,
          callNs: calls.cpuNs / calls.count,
          errorRatio: calls.errorCount / calls.count,
          topRatio: calls.callRatio,
        },
        facts: { call: calls.call, functionName: calls.functionName, process: calls.process },
        share: scaleInterval(calls.share, queueFactor({ tables, time, context })),
        culprits: calls.culprits,
        rows: calls.rows,
      },
    ]
  },
})
