import { NONE, ProcessRole, type Table, textAt } from '../schema.ts'
import { NamedTally } from './named-tally.ts'
import type { TargetTime } from './target-time.ts'

/** Requests to the device that took most of their time. NaN for means of nothing. */
export interface DeviceRequests {
  /** "vda"; unknown when there were no requests. */
  readonly device: string
  /** Its part of the time of all requests that were counted. */
  readonly share: number
  readonly count: number
  readonly sizeBytes: number
  /** Means per request, in the device and before it. */
  readonly latencyNs: number
  readonly queueNs: number
  /** Requests in the device on average, of everybody. */
  readonly inFlightCount: number
  /** Share of the requests' time that reads took. */
  readonly readRatio: number
  /** Share of the requests that did not follow the one before. */
  readonly randomRatio: number
}

/** What requests are picked from. */
export interface BlockInput {
  readonly process: Table<'process'>
  readonly blockIo: Table<'blockIo'> | undefined
  readonly time: TargetTime
  readonly durationNs: number
}

/**
 * The target's requests whose operation include() lets through. Buffered writes are issued by kernel threads on its
 * behalf, so those count where the target itself issued none.
 */
export function sumRequests(input: BlockInput, include: (operation: string) => boolean): DeviceRequests {
  const { blockIo, process, time } = input
  if (blockIo === undefined) return summarize(input, [])
  const own: number[] = []
  const kernel: number[] = []
  for (let row = 0; row < blockIo.length; row++) {
    if (!include(textAt(blockIo.operation, row) ?? 'other')) continue
    const issuer = blockIo.process[row]
    const isKernel = issuer !== NONE && process.role[issuer] === ProcessRole.KernelThread
    if (isKernel) kernel.push(row)
    else if (time.isMember(issuer)) own.push(row)
  }
  return summarize(input, own.length > 0 ? own : kernel)
}

function summarize({ blockIo, durationNs }: BlockInput, rows: readonly number[]): DeviceRequests {
  const byDevice = new NamedTally()
  const deviceOf = (row: number) => (blockIo === undefined ? '' : (textAt(blockIo.device, row) ?? '?'))
  for (const row of rows) byDevice.add(deviceOf(row), (blockIo?.latencyNs[row] ?? 0) + (blockIo?.queueNs[row] ?? 0))
  const busiest = byDevice.largest()
  const sum = { count: 0, sizeBytes: 0, latencyNs: 0, queueNs: 0, readNs: 0, randomCount: 0 }
  let deviceNs = 0
  for (let row = 0; row < (blockIo?.length ?? 0); row++) if (deviceOf(row) === busiest?.name) deviceNs += blockIo?.latencyNs[row] ?? 0
  for (const row of rows) {
    if (blockIo === undefined || deviceOf(row) !== busiest?.name) continue
    sum.count += blockIo.count[row]
    sum.sizeBytes += blockIo.sizeBytes[row]
    sum.latencyNs += blockIo.latencyNs[row]
    sum.queueNs += blockIo.queueNs[row]
    if (textAt(blockIo.operation, row) === 'read') sum.readNs += blockIo.latencyNs[row]
    if (blockIo.sequential[row] === 0) sum.randomCount += blockIo.count[row]
  }
  return {
    device: busiest === undefined ? 'unknown device' : busiest.name,
    share: busiest?.share ?? 0,
    count: sum.count,
    sizeBytes: sum.sizeBytes,
    latencyNs: sum.latencyNs / sum.count,
    queueNs: sum.queueNs / sum.count,
    inFlightCount: busiest === undefined ? Number.NaN : deviceNs / durationNs,
    readRatio: sum.readNs / sum.latencyNs,
    randomRatio: sum.randomCount / sum.count,
  }
}
