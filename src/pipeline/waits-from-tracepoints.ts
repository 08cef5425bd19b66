/** Waits from tracepoints of the scheduler and of block devices, where perf events are allowed and eBPF is not. */

import { openSchedRings, type RingsRefusal } from '../collectors/without-bpf/sched-rings.ts'
import { SchedTables } from '../collectors/without-bpf/sched-tables.ts'
import type { PerfHost } from '../host.ts'
import type { Table, TableName, Unavailable } from '../schema.ts'
import { TableBuilder } from '../table-builder.ts'
import type { LadderOptions, WaitLadder } from './waits-without-bpf.ts'

/** Records of tracepoints in a tenth of a second beyond which they are switched off until the next second: 3 µs each and CPU. */
const MAX_EVENTS_PER_TICK = 1_500
const SLICE_NS = 1e9
/** A record is in its ring at most this much later than the instant it names. */
const SETTLE_NS = 1e5

interface TracepointOptions extends LadderOptions {
  readonly kernelFunction: (address: bigint) => string | undefined
}

/** Waits from tracepoints, or why there are none. */
export function openTracepoints(host: PerfHost, options: TracepointOptions): WaitLadder | Unavailable {
  const { startNs, cpus, tracker, interner, kernelFunction } = options
  const rings = openSchedRings(host, { cpus, startNs })
  if ('errno' in rings) return tracepointsRefused(rings)
  const tables = new SchedTables({ tracker, interner, kernelFunction })
  const now = (): number => Number(host.monotonicNs() - startNs)
  let quality = new TableBuilder('quality')
  let pending: ReturnType<WaitLadder['takeRows']>[number][] = []
  let slice = { startNs: now(), watchedNs: 0, sinceNs: now() as number | undefined }
  let isFinished = false
  let isThinned = false
  rings.enable()

  const drain = (): number => {
    const untilNs = now()
    let events = 0
    const lost = rings.drain(event => {
      events++
      tables.add(event)
    })
    if (lost > 0) quality.add({ timeNs: untilNs, kind: 'lostRecords', subject: 'scheduler tracepoints', count: lost })
    tables.advance(untilNs - SETTLE_NS)
    return events
  }
  const pause = (): void => {
    rings.disable()
    drain()
    tables.forget()
    slice.watchedNs += now() - (slice.sinceNs ?? now())
    slice.sinceNs = undefined
    isThinned = true
  }
  const endSlice = (timeNs: number): void => {
    const watchedNs = slice.watchedNs + (slice.sinceNs === undefined ? 0 : timeNs - slice.sinceNs)
    const durationNs = timeNs - slice.startNs
    if (!(durationNs > 0) || !(watchedNs > 0)) return
    const taken = tables.take({ timeNs: slice.startNs, durationNs, scale: slice.sinceNs === undefined ? durationNs / watchedNs : 1 })
    pending.push(...taken.tables)
    if (taken.lostCount > 0) quality.add({ timeNs, kind: 'lostRows', subject: 'scheduler tracepoints', count: taken.lostCount })
    if (slice.sinceNs === undefined && !isFinished) rings.enable()
    slice = { startNs: timeNs, watchedNs: 0, sinceNs: timeNs }
  }
  return {
    tables: ['wait', 'runQueue', 'latencyBucket', ...(rings.kinds.has('complete') ? (['blockIo'] as const) : [])],
    unavailable: () => [insteadOfBpf(isThinned)],
    collect() {
      if (isFinished) return
      const events = slice.sinceNs === undefined ? 0 : drain()
      if (now() - slice.startNs >= SLICE_NS) endSlice(now())
      else if (events > MAX_EVENTS_PER_TICK) pause()
    },
    finish() {
      if (isFinished) return
      isFinished = true
      if (slice.sinceNs !== undefined) {
        rings.disable()
        drain()
        tables.finish(now())
      }
      endSlice(now())
      rings.close()
    },
    takeRows() {
      const taken = [...pending, { name: 'quality' as const, table: quality.build() as unknown as Table<TableName> }]
      pending = []
      quality = new TableBuilder('quality')
      return taken
    },
  }
}

function insteadOfBpf(isThinned: boolean): Unavailable {
  const thinned = isThinned ? ' There were too many events: part of each second was seen, and stands for all of it.' : ''
  return {
    topic: 'waits in full',
    tables: ['wait', 'runQueue'],
    series: [],
    reason: `Without eBPF, waits come from tracepoints: what descriptors are and waits that began before the recording are not seen.${thinned}`,
    remedy: 'Use a kernel and a privilege that allow eBPF: autotune check',
  }
}

function tracepointsRefused({ event, errno, step }: RingsRefusal): Unavailable {
  return {
    topic: 'waits from tracepoints',
    tables: ['runQueue'],
    series: [],
    reason: `The kernel refused to ${step === 'open it' ? 'open' : step === 'map its ring' ? 'map the ring of' : 'tell the format of'} ${event} (${errno}).`,
    remedy: errno === 'ENOENT' ? 'sudo mount -t tracefs none /sys/kernel/tracing' : 'sudo autotune …',
  }
}
