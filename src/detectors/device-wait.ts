import { type Culprit, describeTarget, type Table, textAt } from '../schema.ts'
import { sumRequests } from './block-requests.ts'
import { defineDetector } from './detector.ts'
import { reasonAt, sumLostWaits } from './lost-waits.ts'
import { measureTargetTime, TIME_TABLES } from './target-time.ts'

/** Who waits for asynchronous requests while there is always one in the device waits for the device; else it may be idle. */
const MIN_IN_FLIGHT = 1

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
    const requests = sumRequests({ process, blockIo, time, durationNs: context.durationNs }, () => true)
    const isForRequests = (row: number) => requests.inFlightCount >= MIN_IN_FLIGHT && isAsynchronous(wait, row)
    // waits for input are not in the time of the target: those that are for a device come on top
    const totalNs = time.totalNs + sumOf(wait, row => time.isMember(wait.process[row]) && isForRequests(row))
    const waits = sumLostWaits(
      { tables, time: { ...time, totalNs }, context },
      row => reasonAt(wait, row) === 'blockIo' || isForRequests(row),
    )
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

/** io_getevents(2) is a wait for input to the kernel. */
function isAsynchronous(wait: Table<'wait'>, row: number): boolean {
  return /^io_p?getevents/.test(textAt(wait.syscall, row) ?? '')
}

function sumOf(wait: Table<'wait'>, select: (row: number) => boolean): number {
  let sum = 0
  for (let row = 0; row < wait.length; row++) if (select(row)) sum += Math.max(0, wait.ns[row])
  return sum
}
