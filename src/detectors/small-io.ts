import { type Culprit, describeTarget, type Table } from '../schema.ts'
import { sumRequests } from './block-requests.ts'
import { callGroup } from './call-groups.ts'
import { defineDetector } from './detector.ts'
import { reasonAt, sumLostWaits } from './lost-waits.ts'
import { findSocketWriters } from './socket-writers.ts'
import { nameAt, sumCalls } from './system-calls.ts'
import { measureTargetTime, type TargetTime, TIME_TABLES } from './target-time.ts'

/** Reads and writes of less than this on average are counted as tiny: rules.md sys.tiny_io. */
const TINY_BYTES = 256

/**
 * What the target pays for reading and writing in small pieces: two observations, one of the calls, which cost CPU time,
 * and one of the requests to devices, which it waits for.
 */
export const smallIo = defineDetector({
  id: 'small-io',
  needs: ['process', 'wait', 'syscall'],
  wants: [...TIME_TABLES, 'blockIo', 'series', 'metric'],
  metrics: {
    operationPerSec: 'Reads and writes of threads that move little with each, or requests to the device.',
    sizeBytes: 'Mean size of one.',
    randomRatio: 'Share of the requests that did not follow the one before; not measured for calls.',
    costRatio: "Share of the target's time: CPU time in the calls, or waits for the device.",
  },
  facts: {
    kind: 'One of the words calls and requests.',
    call: 'The call that most of it was in.',
    functionName: 'The function that did it most.',
    process: 'The process that did it most.',
    device: 'The device; none for calls.',
  },

  detect(tables, context) {
    const time = measureTargetTime(tables, context)
    if (!(time.totalNs > 0)) return []
    const { wait, blockIo, process } = tables
    const subject = describeTarget(context.target)
    const tiny = new Set(tinyCalls(tables, time, findSocketWriters(tables, context)))
    const calls = sumCalls({ tables, time, context }, (_, row) => tiny.has(row))
    const cost = { subject, share: calls.share, culprits: calls.culprits, rows: undefined }
    const { functionName, process: caller, call } = calls
    const ofCalls = {
      ...cost,
      metrics: {
        operationPerSec: (calls.count * 1e9) / context.durationNs,
        sizeBytes: calls.resultSum / calls.count,
        randomRatio: Number.NaN,
        costRatio: calls.share.estimate,
      },
      facts: { kind: 'calls', call, functionName, process: caller, device: 'none' },
    }
    if (blockIo === undefined) return [ofCalls]
    const waits = sumLostWaits({ tables, time, context }, row => reasonAt(wait, row) === 'blockIo')
    const requests = sumRequests({ process, blockIo, time, durationNs: context.durationNs }, operation => /^(read|write)$/.test(operation))
    const device: Culprit = { kind: 'device', name: requests.device, share: requests.share }
    const ofRequests = {
      subject,
      metrics: {
        operationPerSec: (requests.count * 1e9) / context.durationNs,
        sizeBytes: requests.sizeBytes / requests.count,
        randomRatio: requests.randomRatio,
        costRatio: waits.share.estimate,
      },
      facts: {
        kind: 'requests',
        call: waits.syscall,
        functionName: waits.functionName,
        process: waits.process,
        device: requests.device,
      },
      share: waits.share,
      culprits: requests.count > 0 ? [...waits.culprits, device] : [],
      rows: waits.rows,
    }
    return [ofCalls, ofRequests]
  },
})

/** Waits for a pipe or a socket per call from which on a thread talks to others. No source: a guess; a shell waits once for its child. */
const TALKING = 0.01

/** Reads and writes of threads whose mean result in that call and slice is tiny. Threads that talk to others are left out. */
function tinyCalls(
  { syscall, wait }: { readonly syscall: Table<'syscall'>; readonly wait: Table<'wait'> },
  time: TargetTime,
  socketWriters: ReadonlySet<number>,
): readonly number[] {
  const waits = countByThread(wait, row => /^(pipe|socket)/.test(reasonAt(wait, row)))
  const calls = countByThread(syscall, () => true)
  const talks = (tid: number) => (waits.get(tid) ?? 0) > TALKING * (calls.get(tid) ?? 0)
  const rows: number[] = []
  for (let row = 0; row < syscall.length; row++) {
    if (talks(syscall.tid[row]) || socketWriters.has(syscall.process[row])) continue
    if (!time.isMember(syscall.process[row]) || callGroup(nameAt(syscall, row)) !== 'transfer') continue
    const doneCount = syscall.count[row] - syscall.errorCount[row]
    if (doneCount > 0 && syscall.resultSum[row] / doneCount < TINY_BYTES) rows.push(row)
  }
  return rows
}

function countByThread(
  { length, tid, count }: { readonly length: number; readonly tid: Int32Array; readonly count: Float64Array },
  isIncluded: (row: number) => boolean,
): ReadonlyMap<number, number> {
  const counts = new Map<number, number>()
  for (let row = 0; row < length; row++) if (isIncluded(row)) counts.set(tid[row], (counts.get(tid[row]) ?? 0) + count[row])
  return counts
}
