import { describeTarget } from '../schema.ts'
import { callGroup } from './call-groups.ts'
import { defineDetector } from './detector.ts'
import { viewSeries } from './series-view.ts'
import { findSocketWriters } from './socket-writers.ts'
import { sumCalls } from './system-calls.ts'
import { measureTargetTime, TIME_TABLES } from './target-time.ts'

/** What the target pays for sending and receiving tiny messages. */
export const smallPackets = defineDetector({
  id: 'small-packets',
  needs: ['process', 'syscall', 'wait'],
  wants: [...TIME_TABLES, 'series', 'metric'],
  metrics: {
    cpuRatio: "Share of the target's time it computed in calls that send and receive.",
    messagePerSec: 'Such calls.',
    sizeBytes: 'Mean size of a message.',
    callNs: 'Mean CPU time of a call.',
    segmentPerSec: 'TCP segments the machine sent.',
  },
  facts: {
    call: 'The call that took most.',
    functionName: 'The function that made most of them.',
    process: 'The process that made most of them.',
  },

  detect(tables, context) {
    const time = measureTargetTime(tables, context)
    if (!(time.totalNs > 0)) return []
    // of the calls for several messages the result is their number
    const writers = findSocketWriters(tables, context)
    const calls = sumCalls({ tables, time, context }, (name, row) => {
      const group = callGroup(name)
      return (group === 'message' && !name.endsWith('mmsg')) || (group === 'transfer' && writers.has(tables.syscall.process[row]))
    })
    const doneCount = calls.count - calls.errorCount
    return [
      {
        subject: describeTarget(context.target),
        metrics: {
          cpuRatio: calls.share.estimate,
          messagePerSec: (calls.count * 1e9) / context.durationNs,
          sizeBytes: doneCount > 0 ? calls.resultSum / doneCount : 0,
          callNs: calls.count > 0 ? calls.cpuNs / calls.count : 0,
          segmentPerSec: viewSeries(tables).mean('tcp.sendSegmentPerSec'),
        },
        facts: { call: calls.call, functionName: calls.functionName, process: calls.process },
        share: calls.share,
        culprits: calls.culprits,
        rows: calls.rows,
      },
    ]
  },
})
