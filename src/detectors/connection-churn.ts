import { type Culprit, describeTarget } from '../schema.ts'
import { callGroup, closesFiles } from './call-groups.ts'
import { defineDetector } from './detector.ts'
import { recentre } from './interval.ts'
import { sumEvents } from './kernel-events.ts'
import { shorten } from './labels.ts'
import { reasonAt, sumLostWaits } from './lost-waits.ts'
import { QUEUE_TABLES, queueFactor } from './run-queue.ts'
import { sumCalls } from './system-calls.ts'
import { measureTargetTime, TIME_TABLES } from './target-time.ts'

/** What the target pays for opening and closing connections: the calls, and waits for peers to answer. */
export const connectionChurn = defineDetector({
  id: 'connection-churn',
  needs: ['process', 'syscall', 'wait', 'kernelEvent'],
  wants: [...TIME_TABLES, ...QUEUE_TABLES],
  metrics: {
    costRatio: "Share of the target's time in calls about connections, and waiting for them.",
    callRatio: "Share of the target's time in the calls.",
    connectWaitRatio: "Share of the target's time waiting for peers to accept.",
    connectPerSec: 'TCP connections the target opened.',
    acceptPerSec: 'TCP connections accepted on this machine.',
    closePerSec: 'TCP connections closed on this machine.',
  },
  facts: {
    peer: 'The peer connected to most often.',
    call: 'The call that took most.',
    functionName: 'The function that made most of the calls.',
    process: 'The process that made most of the calls.',
  },

  detect(tables, context) {
    const time = measureTargetTime(tables, context)
    if (!(time.totalNs > 0)) return []
    const { kernelEvent, wait, syscall } = tables
    const sockets = !closesFiles(syscall, time.isMember)
    const calls = sumCalls({ tables, time, context }, name => {
      const group = callGroup(name)
      return group === 'connection' || (sockets && group === 'closing')
    })
    const waits = sumLostWaits({ tables, time, context }, row => reasonAt(wait, row) === 'connect')
    const connects = sumEvents(kernelEvent, ['connect'], row => time.isMember(kernelEvent.process[row]))
    // who accepts and closes is not known to the kernel at that moment
    const accepted = sumEvents(kernelEvent, ['accepted'], () => true)
    const closed = sumEvents(kernelEvent, ['closed'], () => true)
    const peer = connects.bySubject.largest()
    const queued = queueFactor({ tables, time, context })
    // the larger part says how it varies
    const share = recentre(calls.cpuNs >= waits.ns ? calls.share : waits.share, (calls.cpuNs * queued + waits.ns) / time.totalNs)
    const peers: Culprit[] = peer === undefined ? [] : [{ kind: 'peer', name: shorten(peer.name), share: peer.share }]
    const perSec = (count: number) => (count * 1e9) / context.durationNs
    return [
      {
        subject: describeTarget(context.target),
        metrics: {
          costRatio: (calls.cpuNs + waits.ns) / time.totalNs,
          callRatio: calls.share.estimate,
          connectWaitRatio: waits.share.estimate,
          connectPerSec: perSec(connects.count),
          acceptPerSec: perSec(accepted.count),
          closePerSec: perSec(closed.count),
        },
        facts: { peer: shorten(peer?.name ?? 'nobody'), call: calls.call, functionName: calls.functionName, process: calls.process },
        share,
        culprits: [...peers, ...calls.culprits],
        rows: connects.rows,
      },
    ]
  },
})
