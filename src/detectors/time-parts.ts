import { type AnalysisContext, type RecordedTables, type Table, ThreadState, textAt } from '../schema.ts'
import { emptyTable } from '../table-builder.ts'
import { lostRowTest } from './lost-rows.ts'
import { measureTargetTime, type TargetTime } from './target-time.ts'
import { type Bins, spread } from './wait-bins.ts'
import { spreadWait } from './wait-graph.ts'

/** What the time of a target goes into, as far as it can be told by slice. */
export const timeParts = ['running', 'queued', 'throttled', 'lock', 'device', 'memory', 'network', 'thread'] as const

/** Kind of time. */
export type TimePart = (typeof timeParts)[number]

/** How those are called for people. */
export const partWords: Readonly<Record<TimePart, string>> = {
  running: 'running',
  queued: 'waiting for a CPU',
  throttled: 'held back by a quota',
  lock: 'waiting for locks',
  device: 'waiting for devices',
  memory: 'waiting for memory',
  network: 'waiting for the network',
  thread: 'waiting for other threads',
}

/** A target's time by equal slices. */
export interface SlicedTime {
  readonly time: TargetTime
  readonly bins: Bins
  readonly parts: Readonly<Record<TimePart, Float64Array>>
  /** All but running: time lost. */
  readonly lossNs: Float64Array
  /** All of it, at least half of the slice: what a share of a slice is a share of. */
  readonly wholeNs: Float64Array
}

/** Shorter slices say nothing where only a scan of /proc tells running from queueing. */
const SHORT_NS = 250e6
/** The ledger's own slices. */
const FINE_NS = 100e6
/** Ten minutes of the ledger's slices. */
const MAX_FINE = 6000
const MAX_SLICES = 600

/**
 * Cuts the target's time. Waits are recorded a second at a time, so slices are as long; fine slices have no waits in them.
 * A last slice that is not whole is left out. Undefined without a ledger, or for less than a slice.
 */
export function sliceTime(tables: RecordedTables, context: AnalysisContext, detail: 'all' | 'fine'): SlicedTime | undefined {
  const { process = emptyTable('process'), threadTime, wait } = tables
  if (threadTime === undefined) return undefined
  const time = measureTargetTime({ ...tables, process }, context)
  const bins =
    detail === 'fine' ? binsOf(context, FINE_NS, MAX_FINE) : binsOf(context, wait === undefined ? SHORT_NS : usualSlice(wait), MAX_SLICES)
  if (bins.count === 0) return undefined
  const parts = Object.fromEntries(timeParts.map(part => [part, new Float64Array(bins.count + 1)])) as Record<TimePart, Float64Array>
  const within = { binNs: bins.binNs, count: bins.count + 1 }
  for (let row = 0; row < threadTime.length; row++) {
    const part = partOfState[threadTime.state[row]]
    if (part === undefined || !time.isMember(threadTime.process[row])) continue
    const startNs = threadTime.timeNs[row]
    spread(within, { startNs, endNs: startNs + threadTime.durationNs[row], ns: threadTime.ns[row] }, (bin, ns) => (parts[part][bin] += ns))
  }
  if (detail === 'all' && wait !== undefined) addWaits(parts, { wait, within, time, isLoss: lostRowTest(tables, context) })
  return summarize(time, bins, parts)
}

const partOfState: Readonly<Record<number, TimePart | undefined>> = {
  [ThreadState.Running]: 'running',
  [ThreadState.Runnable]: 'queued',
  [ThreadState.Preempted]: 'queued',
  [ThreadState.Throttled]: 'throttled',
}

const partOfReason: Readonly<Record<string, TimePart>> = {
  futex: 'lock',
  kernelLock: 'lock',
  fileLock: 'lock',
  blockIo: 'device',
  fsync: 'device',
  pageFault: 'device',
  writebackThrottle: 'device',
  ioUring: 'device',
  reclaim: 'memory',
  memoryThrottle: 'memory',
  socketSend: 'network',
  socketReceive: 'network',
  connect: 'network',
}

/** What a lost wait counts as. */
export function partOfWait(reason: string | undefined): TimePart {
  return partOfReason[reason ?? ''] ?? 'thread'
}

function binsOf({ durationNs }: AnalysisContext, shortestNs: number, most: number): Bins {
  const binNs = Math.max(shortestNs, durationNs / most)
  return { binNs, count: Math.max(0, Math.floor(durationNs / binNs + 1e-6)) }
}

/** Half of the slices are shorter or as long: a recording's last one may be cut. */
function usualSlice({ durationNs }: Table<'wait'>): number {
  const lengths = durationNs.filter(ns => ns > 0).sort()
  return lengths.length === 0 ? SHORT_NS : Math.max(SHORT_NS, Math.round(lengths[lengths.length >> 1] / 1e6) * 1e6)
}

interface Waits {
  readonly wait: Table<'wait'>
  readonly within: Bins
  readonly time: TargetTime
  readonly isLoss: (row: number) => boolean
}

function addWaits(parts: Record<TimePart, Float64Array>, { wait, within, time, isLoss }: Waits): void {
  for (let row = 0; row < wait.length; row++) {
    if (!time.isMember(wait.process[row]) || !(wait.ns[row] > 0) || !isLoss(row)) continue
    const part = parts[partOfWait(textAt(wait.reason, row))]
    spreadWait(within, wait, row, (bin, ns) => (part[bin] += ns))
  }
}

function summarize(time: TargetTime, bins: Bins, parts: Record<TimePart, Float64Array>): SlicedTime {
  const lossNs = new Float64Array(bins.count)
  const wholeNs = new Float64Array(bins.count)
  for (const part of timeParts) {
    parts[part] = parts[part].subarray(0, bins.count)
    for (let bin = 0; bin < bins.count; bin++) {
      wholeNs[bin] += parts[part][bin]
      if (part !== 'running') lossNs[bin] += parts[part][bin]
    }
  }
  return { time, bins, parts, lossNs, wholeNs: wholeNs.map(ns => Math.max(ns, bins.binNs / 2)) }
}
