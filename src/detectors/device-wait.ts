import { type Culprit, describeTarget } from '../schema.ts'
import { sumRequests } from './block-requests.ts'
import { defineDetector } from './detector.ts'
import { reasonAt, sumLostWaits } from './lost-waits.ts'
import { measureTargetTime, TIME_TABLES } from './target-time.ts'

/** How long the target waits for block devices outside of page faults and fsync, and whether requests wait there or are served slowly. */
export const deviceWait = defineDetector({
  id: 'device-wait',
  needs: ['process', 'wait', 'blockIo'],
  wants: TIME_TABLES,
  metrics: {
    waitRatio: "Share of the target's time it waited for a block device.",
    waitNs: 'Mean length of such a wait.',
    longestNs: 'The longest.',
    readRatio: "Share of the requests' time that reads took.",
    requestPerSec: "The target's requests to the device.",
    sizeBytes: 'Mean size of a request.',
    latencyNs: 'Mean time of a request in the device.',
    queueNs: 'Mean time of a request before the device got it.',
    inFlightCount: 'Requests in the device on average, of everybody.',
  },
  facts: {
    device: 'The device it waited for most.',
    functionName: 'The function that waited most.',
    process: 'The process that waited most.',
    call: 'The call that most of it was in.',
  },

  detect(tables, context) {
    const time = measureTargetTime(tables, context)
    if (!(time.totalNs > 0)) return []
    const { wait, blockIo, process } = tables
    const waits = sumLostWaits({ tables, time, context }, row => reasonAt(wait, row) === 'blockIo')
    const requests = sumRequests({ process, blockIo, time, durationNs: context.durationNs }, () => true)
    const devices: Culprit[] = requests.count > 0 ? [{ kind: 'device', name: requests.device, share: requests.share }] : []
    return [
      {
        subject: describeTarget(context.target),
        metrics: {
          waitRatio: waits.share.estimate,
          waitNs: waits.ns / waits.count,
          longestNs: waits.maxNs,
          readRatio: requests.readRatio,
          requestPerSec: (requests.count * 1e9) / context.durationNs,
          sizeBytes: requests.sizeBytes / requests.count,
          latencyNs: requests.latencyNs,
          queueNs: requests.queueNs,
          inFlightCount: requests.inFlightCount,
        },
        facts: { device: requests.device, functionName: waits.functionName, process: waits.process, call: waits.syscall },
        share: waits.share,
        culprits: waits.ns > 0 ? [...devices, ...waits.culprits, ...waits.files] : [],
        rows: waits.rows,
      },
    ]
  },
})
