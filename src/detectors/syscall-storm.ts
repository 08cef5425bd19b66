import { describeTarget } from '../schema.ts'
import { callGroup } from './call-groups.ts'
import { defineDetector } from './detector.ts'
import { sumCalls } from './system-calls.ts'
import { measureTargetTime, TIME_TABLES } from './target-time.ts'

/**
 * CPU time in system calls that no narrower detector accounts for: not files' metadata, mappings, processes, sockets,
 * signals, data moved, writes made safe.
 */
export const syscallStorm = defineDetector({
  id: 'syscall-storm',
  needs: ['process', 'syscall', 'wait'],
  wants: TIME_TABLES,
  metrics: {
    cpuRatio: "Share of the target's time it computed in these calls.",
    callPerSec: 'Calls.',
    runningCallPerSec: 'Calls per second of running time.',
    callNs: 'Mean CPU time of a call.',
    errorRatio: 'Share of the calls that failed.',
    topRatio: 'Share of their time that the busiest call took.',
  },
  facts: {
    call: 'The call that took most.',
    functionName: 'The function that made most of them.',
    process: 'The process that made most of them.',
    thread: 'The thread that made most of them.',
  },

  detect(tables, context) {
    const time = measureTargetTime(tables, context)
    if (!(time.totalNs > 0)) return []
    const calls = sumCalls({ tables, time, context }, name => callGroup(name) === 'other')
    return [
      {
        subject: describeTarget(context.target),
        metrics: {
          cpuRatio: calls.share.estimate,
          callPerSec: (calls.count * 1e9) / context.durationNs,
          runningCallPerSec: time.runningNs > 0 ? (calls.count * 1e9) / time.runningNs : Number.NaN,
          callNs: calls.cpuNs / calls.count,
          errorRatio: calls.errorCount / calls.count,
          topRatio: calls.callRatio,
        },
        facts: { call: calls.call, functionName: calls.functionName, process: calls.process, thread: calls.thread },
        share: calls.share,
        culprits: calls.culprits,
        rows: calls.rows,
      },
    ]
  },
})
