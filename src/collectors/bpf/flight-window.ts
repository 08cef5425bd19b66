/** Events of the flight recorder → slices, as the aggregating programs would have given them: one set of tables for both. */

import { NONE } from '../../schema.ts'
import { CpuRuns } from './cpu-runs.ts'
import type { Place, QueueRow, WaitRow } from './decode-sched.ts'
import type { BlockRow, ProcessRow, SyscallRow } from './decode-topics.ts'
import { addTime, FlightCounts, type GrowingTimes, noTimes, onceOf } from './flight-counts.ts'
import { type FlightEvents, FlightType, switchPlace } from './flight-record.ts'
import type { LedgerRow } from './ledger.ts'
import type { OpenWait } from './sched-reader.ts'
import type { Times } from './words.ts'

/** Sums over a part of a window of events. */
export interface WindowSums {
  /** It ends here. */
  readonly timeNs: number
  readonly durationNs: number
  /** Of the whole window, with its last part. */
  readonly ledger: readonly LedgerRow[]
  readonly waits: readonly WaitRow[]
  readonly queues: readonly QueueRow[]
  readonly syscalls: readonly SyscallRow[]
  readonly blocks: readonly BlockRow[]
  readonly processes: readonly ProcessRow[]
  readonly openWaits: readonly OpenWait[]
}

/** Indexes of ledgerStates. */
const State = { Running: 0, Woken: 1, Preempted: 2, Blocked: 4, BlockedIo: 5 } as const

/** Slices of the ledger: as the recorder's. */
const SLICE_NS = 100e6

/** Parts of a window: as the recorder drains waits. */
const PART_NS = 1e9

/** Sums events with fromNs <= time < toNs, a second at a time. Threads are in the state in which their first event finds them since fromNs. */
export function sumWindow(
  events: FlightEvents,
  { fromNs, toNs }: { readonly fromNs: number; readonly toNs: number },
): readonly WindowSums[] {
  const fold = new WindowFold(events, { fromNs, toNs })
  const parts: WindowSums[] = []
  let partNs = fromNs
  for (let row = 0; row < events.length; row++) {
    if (events.timeNs[row] < fromNs || events.timeNs[row] >= toNs) continue
    while (events.timeNs[row] >= partNs + PART_NS) {
      partNs += PART_NS
      parts.push({ ...fold.takePart(), timeNs: partNs, durationNs: PART_NS, ledger: [], openWaits: [] })
    }
    fold.add(row)
  }
  const ending = fold.finish()
  return [...parts, { ...fold.takePart(), timeNs: toNs, durationNs: toNs - partNs, ...ending }]
}

/** Processes of all threads that events name. */
export function processOfThreads(events: FlightEvents): ReadonlyMap<number, number> {
  const pidOf = new Map<number, number>()
  for (let row = 0; row < events.length; row++) {
    pidOf.set(events.tid[row], events.pid[row])
    if (events.type[row] === FlightType.Fork) pidOf.set(events.other[row], events.argument[row])
  }
  return pidOf
}

interface ThreadFold {
  readonly tid: number
  readonly pid: number
  state: number
  sinceNs: number
  ended: boolean
  switches: number
  unobservedNs: number
  sleep: { readonly sinceNs: number; readonly place: Place; readonly userStack: number } | undefined
  wake: { readonly timeNs: number; readonly tid: number; readonly pid: number; readonly stack: number } | undefined
  occupant: number
  /** The wait that ended last: its kernel stack comes with the next record. */
  last: WaitRow | undefined
  /** Time per state by slice. */
  readonly slices: Map<number, Float64Array>
}

type Summed<Row extends { readonly times: Times }> = { row: Row; times: GrowingTimes }

class WindowFold {
  readonly #events: FlightEvents
  readonly #fromNs: number
  readonly #toNs: number
  readonly #pidOf: ReadonlyMap<number, number>
  readonly #threads = new Map<number, ThreadFold>()
  readonly #cpuRuns = new CpuRuns()
  #waits: WaitRow[] = []
  readonly #queues = new Map<string, Summed<QueueRow>>()
  readonly #counts: FlightCounts

  constructor(events: FlightEvents, { fromNs, toNs }: { readonly fromNs: number; readonly toNs: number }) {
    this.#events = events
    this.#fromNs = fromNs
    this.#toNs = toNs
    this.#pidOf = processOfThreads(events)
    this.#counts = new FlightCounts(events)
  }

  add(row: number): void {
    const type = this.#events.type[row]
    if (type === FlightType.Switch) this.#switch(row)
    else if (type === FlightType.Slept) this.#slept(row)
    else if (type === FlightType.Waking) this.#waking(row)
    else if (type === FlightType.Exit) this.#thread(this.#events.tid[row], State.Running)
    else if (type === FlightType.Fork) this.#fork(row)
    this.#counts.add(row)
  }

  finish(): Pick<WindowSums, 'ledger' | 'openWaits'> {
    const openWaits: OpenWait[] = []
    for (const thread of this.#threads.values()) {
      if (thread.ended) continue
      this.#change(thread, thread.state, this.#toNs)
      if (thread.sleep !== undefined && thread.wake === undefined)
        openWaits.push({ pid: thread.pid, tid: thread.tid, sinceNs: thread.sleep.sinceNs, wait: { ...thread.sleep, file: 0 } })
    }
    return { ledger: [...this.#threads.values()].flatMap(thread => this.#ledgerOf(thread)), openWaits }
  }

  /** Sums since the last call. */
  takePart(): Pick<WindowSums, 'waits' | 'queues' | 'syscalls' | 'blocks' | 'processes'> {
    const part = {
      waits: this.#waits,
      queues: [...this.#queues.values()].map(({ row, times }) => ({ ...row, times })),
      ...this.#counts.take(),
    }
    this.#waits = []
    this.#queues.clear()
    return part
  }

  #thread(tid: number, state: number): ThreadFold {
    let thread = this.#threads.get(tid)
    if (thread === undefined) {
      thread = {
        tid,
        pid: this.#pidOf.get(tid) ?? tid,
        state,
        sinceNs: this.#fromNs,
        ended: false,
        switches: 0,
        unobservedNs: 0,
        sleep: undefined,
        wake: undefined,
        occupant: NONE,
        last: undefined,
        slices: new Map(),
      }
      this.#threads.set(tid, thread)
    }
    return thread
  }

  #change(thread: ThreadFold, state: number, timeNs: number): void {
    for (let at = thread.sinceNs; at < timeNs; ) {
      const slice = Math.floor((at - this.#fromNs) / SLICE_NS)
      const end = Math.min(timeNs, this.#fromNs + (slice + 1) * SLICE_NS)
      let ns = thread.slices.get(slice)
      if (ns === undefined) {
        ns = new Float64Array(6)
        thread.slices.set(slice, ns)
      }
      ns[thread.state] += end - at
      at = end
    }
    thread.state = state
    thread.sinceNs = Math.max(thread.sinceNs, timeNs)
  }

  #switch(row: number): void {
    const { timeNs, cpu, tid, other, argument, value, stack } = this.#events
    const now = timeNs[row]
    if (tid[row] !== 0)
      this.#leave(this.#thread(tid[row], State.Running), {
        now,
        next: other[row],
        argument: argument[row],
        value: value[row],
        stack: stack[row],
      })
    if (other[row] !== 0) this.#enter(other[row], { now, cpu: cpu[row], prev: tid[row] })
    this.#cpuRuns.begin(cpu[row], other[row], now)
  }

  #leave(
    thread: ThreadFold,
    { now, next, argument, value, stack }: { now: number; next: number; argument: number; value: number; stack: number },
  ): void {
    const { taskState, syscall, futexOp, inIowait, kernelThread } = switchPlace(value)
    thread.switches++
    thread.wake = undefined
    thread.sleep = undefined
    if (taskState === 0) {
      thread.occupant = next
      this.#change(thread, State.Preempted, now)
      return
    }
    if ((taskState & TASK_DEAD) !== 0) {
      this.#change(thread, State.Blocked, now)
      thread.ended = true
      return
    }
    const isFutex = futexOp !== 0 || argument >= DESCRIPTORS
    const place: Place = {
      syscall: syscall < 0 ? NONE : syscall,
      taskState,
      futexOp,
      kernelThread,
      inIowait,
      startUnknown: false,
      argument: syscall < 0 ? 0 : isFutex ? argument : argument + 1,
    }
    thread.sleep = { sinceNs: now, place, userStack: stack }
    this.#change(thread, inIowait ? State.BlockedIo : State.Blocked, now)
  }

  #enter(tid: number, { now, cpu, prev }: { now: number; cpu: number; prev: number }): void {
    const isNew = !this.#threads.has(tid)
    const thread = this.#thread(tid, State.Preempted)
    if (thread.ended) thread.ended = false
    if (isNew) {
      // since when it was ready nobody saw
      thread.unobservedNs = now - this.#fromNs
      thread.sinceNs = now
    }
    if (thread.sleep !== undefined) this.#closeWait(thread, thread.wake?.timeNs ?? now)
    const was = thread.state
    if (!isNew && (was === State.Woken || was === State.Preempted)) {
      const taker = was === State.Woken ? prev : thread.occupant
      const occupant = this.#cpuRuns.longestOccupant(cpu, { fromNs: thread.sinceNs, toNs: now, taker })
      const reason = was === State.Woken ? 'woken' : 'preempted'
      const summed = summedIn(this.#queues, `${tid} ${reason} ${occupant}`, {
        pid: thread.pid,
        tid,
        reason,
        occupantTid: occupant === 0 ? NONE : occupant,
        allowedCpuCount: NONE,
        times: noTimes(),
      })
      addTime(summed.times, Math.max(0, now - thread.sinceNs))
    }
    this.#change(thread, State.Running, now)
    thread.wake = undefined
    thread.sleep = undefined
  }

  #closeWait(thread: ThreadFold, endNs: number): void {
    const { sleep, wake } = thread
    if (sleep === undefined) return
    const times = onceOf(Math.max(0, endNs - sleep.sinceNs))
    const row: WaitRow = {
      pid: thread.pid,
      tid: thread.tid,
      place: sleep.place,
      wakerKind: wake === undefined ? 'unknown' : wake.tid === 0 ? 'interrupt' : 'thread',
      wakerPid: wake === undefined || wake.tid === 0 ? NONE : wake.pid,
      wakerTid: wake === undefined || wake.tid === 0 ? NONE : wake.tid,
      kernelStack: 1,
      file: 0,
      userStack: sleep.userStack,
      wakerStack: wake?.stack ?? 0,
      times,
    }
    this.#waits.push(row)
    thread.last = row
  }

  #slept(row: number): void {
    const thread = this.#threads.get(this.#events.tid[row])
    const last = this.#waits.length - 1
    if (thread?.last === undefined) return
    const index = this.#waits[last] === thread.last ? last : this.#waits.lastIndexOf(thread.last)
    if (index >= 0) this.#waits[index] = { ...thread.last, kernelStack: this.#events.stack[row] }
    thread.last = undefined
  }

  #waking(row: number): void {
    const { tid, other, argument, stack, timeNs } = this.#events
    const thread = this.#thread(tid[row], State.Blocked)
    if (thread.state !== State.Blocked && thread.state !== State.BlockedIo) return
    thread.wake = { timeNs: timeNs[row], tid: other[row], pid: argument[row], stack: stack[row] }
    this.#change(thread, State.Woken, timeNs[row])
  }

  #fork(row: number): void {
    const { other, timeNs } = this.#events
    const thread = this.#thread(other[row], State.Woken)
    thread.sinceNs = timeNs[row]
    thread.state = State.Woken
  }

  #ledgerOf({ tid, pid, slices, switches, unobservedNs, ended }: ThreadFold): readonly LedgerRow[] {
    const rows = [...slices.entries()].sort(([a], [b]) => a - b)
    return rows.map(([slice, ns], index) => ({
      tid,
      pid,
      comm: '',
      timeNs: this.#fromNs + slice * SLICE_NS,
      durationNs: Math.min(SLICE_NS, this.#toNs - this.#fromNs - slice * SLICE_NS),
      ns: Array.from(ns),
      unobservedNs: index === 0 ? unobservedNs : 0,
      switches: index === 0 ? switches : 0,
      foldedNs: 0,
      ended: ended && index === rows.length - 1,
    }))
  }
}

/** include/linux/sched.h */
const TASK_DEAD = 0x80
/** A first argument from here on is an address. */
const DESCRIPTORS = 65536
function summedIn(sums: Map<string, Summed<QueueRow>>, key: string, row: QueueRow): Summed<QueueRow> {
  const known = sums.get(key)
  if (known !== undefined) return known
  const summed = { row, times: noTimes() }
  sums.set(key, summed)
  return summed
}
