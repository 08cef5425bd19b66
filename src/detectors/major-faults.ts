import { type Culprit, describeTarget } from '../schema.ts'
import { sumRequests } from './block-requests.ts'
import { defineDetector } from './detector.ts'
import { reasonAt, sumLostWaits } from './lost-waits.ts'
import { measureTargetTime, TIME_TABLES } from './target-time.ts'

/** How long the target waits for pages that are read from a device when it touches them. */
export const majorFaults = defineDetector({
  id: 'major-faults',
  needs: ['process', 'wait'],
  wants: [...TIME_TABLES, 'fault', 'blockIo'],
  metrics: {
    waitRatio: "Share of the target's time it waited for pages.",
    waitNs: 'Mean length of such a wait.',
    longestNs: 'The longest.',
    majorPerSec: 'Page faults that had to wait for a device.',
    readBytesPerSec: 'What the target read from the device.',
    latencyNs: 'Mean time of a read in the device.',
  },
  facts: {
    functionName: 'The function that waited most.',
    process: 'The process that waited most.',
    device: 'The device read from.',
  },

  detect(tables, context) {
    const time = measureTargetTime(tables, context)
    if (!(time.totalNs > 0)) return []
    const { wait, fault, process, blockIo } = tables
    const seconds = context.durationNs / 1e9
    const waits = sumLostWaits({ tables, time, context }, row => reasonAt(wait, row) === 'pageFault')
    const reads = sumRequests({ process, blockIo, time, durationNs: context.durationNs }, operation => operation === 'read')
    let majorCount = 0
    for (let row = 0; row < (fault?.length ?? 0); row++) {
      if (fault !== undefined && time.isMember(fault.process[row])) majorCount += fault.majorCount[row]
    }
    const devices: Culprit[] = reads.count > 0 ? [{ kind: 'device', name: reads.device, share: reads.share }] : []
    return [
      {
        subject: describeTarget(context.target),
        metrics: {
          waitRatio: waits.share.estimate,
          waitNs: waits.ns / waits.count,
          longestNs: waits.maxNs,
          majorPerSec: fault === undefined ? waits.count / seconds : majorCount / seconds,
          readBytesPerSec: blockIo === undefined ? Number.NaN : reads.sizeBytes / seconds,
          latencyNs: reads.latencyNs,
        },
        facts: { functionName: waits.functionName, process: waits.process, device: reads.device },
        share: waits.share,
        culprits: waits.ns > 0 ? [...waits.culprits, ...devices] : [],
        rows: waits.rows,
      },
    ]
  },
})
