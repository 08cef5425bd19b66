import { describeTarget, type Table, textAt } from '../schema.ts'
import { defineDetector } from './detector.ts'
import { reasonAt, sumLostWaits } from './lost-waits.ts'
import { viewSeries } from './series-view.ts'
import { measureTargetTime, TIME_TABLES } from './target-time.ts'

/** An acknowledgement is held back this long at least: TCP_DELACK_MIN, include/net/tcp.h. */
const DELAY_NS = 40e6

/** How long the target waits for data that comes after the 40 ms of a delayed acknowledgement. */
export const delayedAck = defineDetector({
  id: 'delayed-ack',
  needs: ['process', 'wait', 'latencyBucket'],
  wants: [...TIME_TABLES, 'series', 'metric'],
  metrics: {
    stallRatio: "Share of the target's time in waits for data of about 40 ms.",
    stallPerSec: 'Such waits.',
    delayedAckPerSec: 'Acknowledgements the machine held back.',
    stallWaitRatio: 'Share of the time waiting for data that was in such waits.',
  },
  facts: {
    process: 'The process that waited most.',
    functionName: 'The function that waited most.',
  },

  detect(tables, context) {
    const time = measureTargetTime(tables, context)
    if (!(time.totalNs > 0)) return []
    const { wait } = tables
    const stalls = countStalls(tables.latencyBucket, wait.length)
    const isReceive = (row: number) => reasonAt(wait, row) === 'socketReceive'
    const all = sumLostWaits({ tables, time, context }, isReceive)
    const lost = sumLostWaits({ tables, time, context }, isReceive, row => stallNs(wait, row, stalls[row]))
    let count = 0
    for (let row = 0; row < wait.length; row++) if (isReceive(row) && time.isMember(wait.process[row])) count += stalls[row]
    return [
      {
        subject: describeTarget(context.target),
        metrics: {
          stallRatio: lost.share.estimate,
          stallPerSec: (count * 1e9) / context.durationNs,
          delayedAckPerSec: viewSeries(tables).mean('tcp.delayedAckPerSec'),
          stallWaitRatio: all.ns > 0 ? lost.ns / all.ns : 0,
        },
        facts: { process: lost.process, functionName: lost.functionName },
        share: lost.share,
        culprits: lost.culprits,
        rows: lost.rows,
      },
    ]
  },
})

/** A delayed acknowledgement comes with the next tick of a timer, and the data after it: they took what they took. */
function stallNs({ count, ns }: Table<'wait'>, row: number, stalls: number): number {
  return stalls >= count[row] ? ns[row] : Math.min(ns[row], stalls * DELAY_NS)
}

/** Per row of wait: how many of its waits are in the bucket that holds 40 ms. */
function countStalls(latencyBucket: Table<'latencyBucket'>, waitCount: number): Float64Array {
  const stalls = new Float64Array(waitCount)
  for (let row = 0; row < latencyBucket.length; row++) {
    const endNs = latencyBucket.endNs[row]
    const waitRow = latencyBucket.row[row]
    if (textAt(latencyBucket.table, row) !== 'wait' || !(waitRow >= 0 && waitRow < waitCount)) continue
    if (endNs > DELAY_NS && endNs / 2 <= DELAY_NS) stalls[waitRow] += latencyBucket.count[row]
  }
  return stalls
}
