import { type Culprit, describeTarget } from '../schema.ts'
import { defineDetector } from './detector.ts'
import { recentre } from './interval.ts'
import { sumEvents } from './kernel-events.ts'
import { shorten } from './labels.ts'
import { reasonAt, sumLostWaits } from './lost-waits.ts'
import { orZero, viewSeries } from './series-view.ts'
import { measureTargetTime, TIME_TABLES } from './target-time.ts'

/** A lost segment is sent again after this at the earliest, when no later ones tell of the loss: TCP_RTO_MIN, include/net/tcp.h. */
const MIN_TIMEOUT_NS = 200e6

/** How much of TCP is sent again, and how long the target may have waited for it: no longer than it waited for its sockets at all. */
export const retransmits = defineDetector({
  id: 'retransmits',
  needs: ['process', 'series', 'metric', 'wait'],
  wants: [...TIME_TABLES, 'kernelEvent'],
  metrics: {
    retransmitRatio: 'Segments sent again over segments sent.',
    retransmitPerSec: 'Segments sent again.',
    socketWaitRatio: "Share of the target's time it waited for sockets.",
    peerRatio: 'Share of the losses on the way to the worst peer.',
  },
  facts: {
    peer: 'The peer with most losses.',
    process: 'The process that waited most for sockets.',
    functionName: 'The function that waited most for sockets.',
  },

  detect(tables, context) {
    const series = viewSeries(tables)
    const time = measureTargetTime(tables, context)
    const retransmitPerSec = series.mean('tcp.retransmitPerSec')
    const sentPerSec = series.mean('tcp.sendSegmentPerSec')
    if (!(time.totalNs > 0) || Number.isNaN(retransmitPerSec + sentPerSec)) return []
    const { wait, kernelEvent } = tables
    const waits = sumLostWaits({ tables, time, context }, row => /^(socketSend|socketReceive|connect)$/.test(reasonAt(wait, row)))
    const losses = sumEvents(kernelEvent, ['retransmit'], () => true)
    const peer = losses.bySubject.largest()
    const timeoutNs = (retransmitPerSec * MIN_TIMEOUT_NS * context.durationNs) / 1e9
    const peers: Culprit[] = peer === undefined ? [] : [{ kind: 'peer', name: shorten(peer.name), share: peer.share }]
    return [
      {
        subject: describeTarget(context.target),
        metrics: {
          retransmitRatio: sentPerSec > 0 ? retransmitPerSec / sentPerSec : 0,
          retransmitPerSec,
          socketWaitRatio: waits.share.estimate,
          peerRatio: peer?.share ?? Number.NaN,
        },
        facts: { peer: shorten(peer?.name ?? 'an unknown peer'), process: waits.process, functionName: waits.functionName },
        share: recentre(waits.share, Math.min(waits.ns, orZero(timeoutNs)) / time.totalNs),
        culprits: [...peers, ...waits.culprits],
        rows: losses.rows,
      },
    ]
  },
})
