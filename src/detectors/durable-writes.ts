import { type Culprit, describeTarget, type Table, textAt } from '../schema.ts'
import { sumRequests } from './block-requests.ts'
import { callGroup } from './call-groups.ts'
import { defineDetector } from './detector.ts'
import { reasonAt, sumLostWaits } from './lost-waits.ts'
import { NamedTally } from './named-tally.ts'
import { UNKNOWN_FUNCTION } from './stack-names.ts'
import { measureTargetTime, TIME_TABLES } from './target-time.ts'

/** How long the target waits for its writes to be safe: fsync and its family. */
export const durableWrites = defineDetector({
  id: 'durable-writes',
  needs: ['process', 'wait'],
  wants: [...TIME_TABLES, 'blockIo', 'syscall'],
  metrics: {
    waitRatio: "Share of the target's time it waited for writes to be safe.",
    commitPerSec: 'Calls that make writes safe.',
    commitNs: 'Mean time of such a call.',
    longestNs: 'The longest wait in one.',
    deviceNs: 'Mean time of a write or flush in the device.',
    flushPerSec: 'Cache flushes of the device.',
  },
  facts: {
    call: 'The call that most of it was in.',
    file: 'The file most of it was for.',
    functionName: 'The function that made most of the calls; the process, where no more is known than the call itself.',
    process: 'The process that waited most.',
    device: 'The device written to.',
  },

  detect(tables, context) {
    const time = measureTargetTime(tables, context)
    if (!(time.totalNs > 0)) return []
    const { wait } = tables
    const waits = sumLostWaits({ tables, time, context }, row => reasonAt(wait, row) === 'fsync')
    const calls = countCalls(tables.syscall, time.isMember)
    const blocks = { process: tables.process, blockIo: tables.blockIo, time, durationNs: context.durationNs }
    const device = sumRequests(blocks, operation => operation === 'write' || operation === 'flush')
    const flushes = sumRequests(blocks, operation => operation === 'flush')
    const isNamed = ![waits.syscall, UNKNOWN_FUNCTION].includes(waits.functionName)
    const callers = waits.culprits.filter(({ kind }) => kind !== 'function' || isNamed)
    const devices: Culprit[] = device.count > 0 ? [{ kind: 'device', name: device.device, share: device.share }] : []
    const seconds = context.durationNs / 1e9
    return [
      {
        subject: describeTarget(context.target),
        metrics: {
          waitRatio: waits.share.estimate,
          commitPerSec: (calls.count > 0 ? calls.count : waits.count) / seconds,
          commitNs: calls.count > 0 ? calls.ns / calls.count : waits.ns / waits.count,
          longestNs: waits.maxNs,
          deviceNs: device.latencyNs,
          flushPerSec: tables.blockIo === undefined ? Number.NaN : flushes.count / seconds,
        },
        facts: {
          call: waits.syscall,
          file: waits.files.at(0)?.name ?? mainDescriptor(wait, time.isMember),
          functionName: isNamed ? waits.functionName : waits.process,
          process: waits.process,
          device: device.device,
        },
        share: waits.share,
        culprits: waits.ns > 0 ? [...callers, ...waits.files, ...devices] : [],
        rows: waits.rows,
      },
    ]
  },
})

function countCalls(syscall: Table<'syscall'> | undefined, isMember: (process: number) => boolean) {
  let count = 0
  let ns = 0
  for (let row = 0; row < (syscall?.length ?? 0); row++) {
    if (syscall === undefined || !isMember(syscall.process[row])) continue
    if (callGroup(textAt(syscall.name, row) ?? '') !== 'durable') continue
    count += syscall.count[row]
    ns += syscall.ns[row]
  }
  return { count, ns }
}

function mainDescriptor(wait: Table<'wait'>, isMember: (process: number) => boolean): string {
  const byDescriptor = new NamedTally()
  for (let row = 0; row < wait.length; row++) {
    if (!isMember(wait.process[row]) || reasonAt(wait, row) !== 'fsync') continue
    byDescriptor.add(Number.isNaN(wait.argument[row]) ? 'all files' : `descriptor ${wait.argument[row]}`, wait.ns[row])
  }
  return byDescriptor.largest()?.name ?? 'none'
}
