/** Windows as measures, for the comparison with healthy time. */

import { type FlightEvents, FlightType } from '../../collectors/bpf/flight-record.ts'
import { sumWindow, type WindowSums } from '../../collectors/bpf/flight-window.ts'
import { NONE, ProcessRole, type Table } from '../../schema.ts'
import { compareWindows, type Difference, type Measures, Reservoir } from '../../speculative/contrast.ts'
import { tableOf } from '../../table-builder.ts'
import { formatCount, formatDuration } from '../../units.ts'
import { callName, errnoName, signalName } from './names.ts'
import type { CapturedWindow, WatchRings } from './rings.ts'
import type { Firing } from './sources.ts'

/** Healthy windows that are remembered, as measures: a failing one stands against at least four. */
const MAX_CONTROLS = 64
const MAX_KEPT = 64
/** Remembers healthy windows, and those that were kept by trigger. */
export class Contrast {
  readonly #rings: WatchRings
  readonly #controls = new Reservoir<Measures>(MAX_CONTROLS, Math.random)
  readonly #kept = new Map<number, Measures[]>()

  constructor(rings: WatchRings) {
    this.#rings = rings
  }

  addControl({ events, fromNs, toNs }: CapturedWindow): void {
    this.#controls.offer(this.#measure(events, { fromNs, toNs, tid: undefined }))
  }

  compare(firing: Firing, window: CapturedWindow): Table<'contrast'> {
    const { events } = window
    const spans = firing.tid === undefined || firing.durationNs === undefined ? [] : healthySpans(events, firing)
    const isSpan = spans.length > 0 && firing.durationNs !== undefined
    const range = isSpan
      ? { fromNs: firing.timeNs - (firing.durationNs ?? 0), toNs: firing.timeNs, tid: firing.tid }
      : { fromNs: Math.max(window.fromNs, firing.sinceNs ?? 0), toNs: window.toNs, tid: undefined }
    const kept = this.#kept.get(firing.trigger) ?? []
    kept.push(this.#measure(events, range))
    this.#kept.set(firing.trigger, kept.slice(-MAX_KEPT))
    const controls = isSpan ? spans.map(span => this.#measure(events, span)) : this.#controls.items
    return tableOf('contrast', leadWithLock(ownFirst(compareWindows(kept, controls))))
  }

  #measure(events: FlightEvents, { fromNs, toNs, tid }: { fromNs: number; toNs: number; tid: number | undefined }): Measures {
    const targets = this.#targets()
    const isMeant = (pid: number, thread: number): boolean =>
      tid === undefined ? targets === undefined || targets.has(pid) : thread === tid
    const measures = new Map<string, { unit: 'ns' | 'count'; value: number }>()
    const add = (name: string, unit: 'ns' | 'count', value: number): void => {
      measures.set(name, { unit, value: (measures.get(name)?.value ?? 0) + value })
    }
    for (const part of sumWindow(events, { fromNs, toNs })) addTimes(part, isMeant, add)
    for (let row = 0; row < events.length; row++) {
      if (events.timeNs[row] < fromNs || events.timeNs[row] >= toNs || !isMeant(events.pid[row], events.tid[row])) continue
      addEvent(events, row, add)
    }
    return measures
  }

  /** Pids of the target, also of those that ended; undefined for the machine. */
  #targets(): ReadonlySet<number> | undefined {
    const { process } = this.#rings.processTables()
    const pids = new Set<number>()
    for (let row = 0; row < process.length; row++) if (process.role[row] === ProcessRole.Target) pids.add(process.pid[row])
    return pids.size === 0 ? undefined : pids
  }
}

/** What devices did was for everybody: of equally telling differences, those of the target itself come first. */
function ownFirst(differences: readonly Difference[]): readonly Difference[] {
  const isShared = ({ measure }: Difference): number => (/ requests to device /.test(measure) ? 1 : 0)
  return [...differences].sort((a, b) => a.pValue - b.pValue || isShared(a) - isShared(b))
}

/** A lock says more than the time in the call that waited for it, where it is nearly all of it. */
const NEARLY_ALL = 0.8
function leadWithLock(differences: readonly Difference[]): readonly Difference[] {
  const [first] = differences
  const lock = differences.find(({ measure }) => measure.startsWith('waits for the futex '))
  if (lock === undefined || !/^(waits in|slow calls of) futex$/.test(first.measure) || lock.value < first.value * NEARLY_ALL)
    return differences
  return [lock, ...differences.filter(difference => difference !== lock)]
}

type Add = (name: string, unit: 'ns' | 'count', value: number) => void

function addTimes(part: WindowSums, isMeant: (pid: number, tid: number) => boolean, add: Add): void {
  for (const { pid, tid, place, times, wakerTid } of part.waits) {
    if (!isMeant(pid, tid)) continue
    const call = place.syscall === NONE ? undefined : callName(place.syscall)
    add(`waits in ${call ?? (place.kernelThread ? 'the kernel' : 'page faults and the like')}`, 'ns', times.ns)
    if (call === 'futex') add(`waits for the futex ${hex(place.argument)}`, 'ns', times.ns)
    if (call === 'futex' && wakerTid === NONE) add('futex waits that ended by a timeout', 'count', times.count)
  }
  for (const { pid, tid, wait } of part.openWaits) {
    if (!isMeant(pid, tid) || wait.place.syscall === NONE) continue
    add(`waits in ${callName(wait.place.syscall)} that did not end`, 'count', 1)
  }
  for (const { pid, tid, reason, times } of part.queues) {
    if (!isMeant(pid, tid)) continue
    add('waits for a CPU', 'ns', times.ns)
    if (reason === 'preempted') add('preemptions', 'count', times.count)
  }
  for (const { pid, tid, ns } of part.ledger) if (isMeant(pid, tid)) add('running', 'ns', ns[0])
  for (const { device, operation, latency } of part.blocks) add(`${operation} requests to device ${device}`, 'ns', latency.maxNs)
}

function addEvent(events: FlightEvents, row: number, add: Add): void {
  const type = events.type[row]
  if (type === FlightType.Syscall) {
    const result = events.stack[row]
    const name = callName(events.other[row])
    if (result < 0 && result >= -4095) add(`${name} failed with ${errnoName(-result)}`, 'count', 1)
    if (events.value[row] >= SLOW_NS) add(`slow calls of ${name}`, 'ns', events.value[row])
  } else if (type === FlightType.Signal) add(`${signalName(events.other[row])} signals`, 'count', 1)
  else if (type === FlightType.Fork) add('forks and new threads', 'count', 1)
}

/** No source: a guess. */
const SLOW_NS = 1e6

/** Spans of the same event that took less than half as long, in the same window: as many as are worth comparing with. */
function healthySpans(
  events: FlightEvents,
  { timeNs, tid, durationNs = 0 }: Firing,
): readonly { fromNs: number; toNs: number; tid: number }[] {
  const ended = spanEndedAt(events, { timeNs, tid })
  if (ended === undefined) return []
  const spans: { fromNs: number; toNs: number; tid: number }[] = []
  for (let row = events.length - 1; row >= 0 && spans.length < MAX_CONTROLS; row--) {
    if (events.type[row] !== events.type[ended] || events.other[row] !== events.other[ended] || events.value[row] * 2 > durationNs) continue
    spans.push({ fromNs: events.timeNs[row] - events.value[row], toNs: events.timeNs[row], tid: events.tid[row] })
  }
  return spans
}

/** The event or system call of a thread whose end is at an instant: the record is written just before the rule is asked. */
function spanEndedAt(events: FlightEvents, { timeNs, tid }: Pick<Firing, 'timeNs' | 'tid'>): number | undefined {
  for (let row = events.length - 1; row >= 0; row--) {
    const isSpan = events.type[row] === FlightType.Probe || events.type[row] === FlightType.Syscall
    if (isSpan && events.tid[row] === tid && Math.abs(events.timeNs[row] - timeNs) < 1e6) return row
  }
  return undefined
}

/** A difference for people. */
export function describeDifference({ measure, unit, value, controlMedian, controlCount, pValue }: Difference): string {
  const format = unit === 'ns' ? formatDuration : formatCount
  if (controlCount === 0) return `${measure}: ${format(value)}; there was no healthy time to compare with`
  return `${measure}: ${format(value)}, in healthy time ${format(controlMedian)} (p = ${pValue.toPrecision(2)}, ${controlCount} controls)`
}

function hex(address: number): string {
  return `0x${address.toString(16)}`
}
