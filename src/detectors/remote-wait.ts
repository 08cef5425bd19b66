import { type Culprit, describeTarget, textAt } from '../schema.ts'
import { defineDetector } from './detector.ts'
import { sumEvents } from './kernel-events.ts'
import { shorten } from './labels.ts'
import { reasonAt, sumLostWaits } from './lost-waits.ts'
import { isLocal } from './services.ts'
import { measureTargetTime, TIME_TABLES } from './target-time.ts'

/** How long the target waits for peers over the network: waits for sockets that an interrupt ended, not a thread of this machine. */
export const remoteWait = defineDetector({
  id: 'remote-wait',
  needs: ['process', 'wait'],
  wants: [...TIME_TABLES, 'kernelEvent'],
  metrics: {
    waitRatio: "Share of the target's time it waited for peers over the network.",
    waitPerSec: 'Such waits.',
    waitNs: 'Mean length of one.',
    longestNs: 'The longest.',
  },
  facts: {
    peer: 'The peer the target connected to most often while we looked.',
    functionName: 'The function that waited most.',
    process: 'The process that waited most.',
    call: 'The call that most of it was in.',
  },

  detect(tables, context) {
    const time = measureTargetTime(tables, context)
    if (!(time.totalNs > 0)) return []
    const { wait, kernelEvent } = tables
    const connects = sumEvents(kernelEvent, ['connect'], row => kernelEvent !== undefined && time.isMember(kernelEvent.process[row]))
    const peer = connects.bySubject.sorted().find(([subject]) => !isLocal(subject))
    // what one process sends another on this machine can arrive in an interrupt as well
    const isAllLocal = connects.count > 0 && peer === undefined
    const waits = sumLostWaits({ tables, time, context }, row => {
      if (isAllLocal || textAt(wait.wakerKind, row) !== 'interrupt') return false
      return /^(socketReceive|connect|socketSend)$/.test(reasonAt(wait, row))
    })
    const name = shorten(peer?.[0] ?? 'a peer it was connected to before')
    const peers: Culprit[] = peer === undefined ? [] : [{ kind: 'peer', name, share: peer[1] / connects.bySubject.total }]
    return [
      {
        subject: describeTarget(context.target),
        metrics: {
          waitRatio: waits.share.estimate,
          waitPerSec: (waits.count * 1e9) / context.durationNs,
          waitNs: waits.ns / waits.count,
          longestNs: waits.maxNs,
        },
        facts: {
          peer: name,
          functionName: waits.functionName,
          process: waits.process,
          call: waits.syscall,
        },
        share: waits.share,
        culprits: waits.ns > 0 ? [...peers, ...waits.culprits] : [],
        rows: waits.rows,
      },
    ]
  },
})
