import { EventType, NONE, type Table } from '../../schema.ts'
import { type FlightEvents, FlightFlag, type FlightRegions, visitWaits } from './decode-flight.ts'
import { lockKind } from './lock-kind.ts'
import type { WaitNaming } from './wait-naming.ts'

/** What turns ids into rows and names. */
export interface EventSources {
  /** Row of process of a pid at a time; NONE when unknown. */
  readonly processRowAt: (pid: number, timeNs: number) => number
  readonly naming: WaitNaming
  /** Number of futex(2). */
  readonly futexNumber: number
}

/** Flags that are for us alone: the reason of the wait tells. */
const PUBLIC_FLAGS = 63

/** Flags that tell waits apart. */
const WAIT_FLAGS = FlightFlag.InIowait | FlightFlag.KernelThread | FlightFlag.Uninterruptible | FlightFlag.Stopped

const NO_SYSCALL = 0xffff

/** Asks what descriptors are while their processes have them: the events themselves are named when there is time. */
export function nameAhead(regions: FlightRegions, { naming, futexNumber }: Pick<EventSources, 'naming' | 'futexNumber'>): void {
  const words = new Words([], naming)
  visitWaits(regions, event => {
    if (event.detail[0] !== futexNumber) words.ofWait(event, 0)
  })
}

/** Events as rows of event. Columns are filled in bulk: a burst has up to half a million. */
export function eventTable(events: FlightEvents, sources: EventSources): Table<'event'> {
  const { length, timeNs, cpu, type, tid, pid, detail } = events
  const table = {
    length,
    timeNs,
    cpu,
    type,
    tid,
    flags: new Uint8Array(length),
    process: new Int32Array(length),
    otherTid: new Int32Array(length),
    key: new BigUint64Array(length),
    what: { codes: new Int32Array(length), values: [] as string[] },
  }
  const processes = new ProcessRows(sources.processRowAt)
  const words = new Words(table.what.values, sources.naming)
  for (let row = 0; row < length; row++) {
    const isThreadEvent = type[row] === EventType.Switch || type[row] === EventType.Waking
    table.flags[row] = events.flags[row] & PUBLIC_FLAGS
    table.process[row] = tid[row] === 0 ? NONE : processes.rowAt(pid[row], timeNs[row])
    table.otherTid[row] = otherThread(events, row)
    if (!isThreadEvent || detail[row] === sources.futexNumber) table.key[row] = events.key[row]
    table.what.codes[row] = isThreadEvent ? words.ofWait(events, row) : words.ofEvent(events, row)
  }
  return table
}

function otherThread({ type, flags, otherTid }: FlightEvents, row: number): number {
  if (type[row] === EventType.Switch || type[row] === EventType.Fork) return otherTid[row]
  if (type[row] === EventType.BlockIssue || type[row] === EventType.BlockComplete) return NONE
  if (type[row] === EventType.Waking) return flags[row] & FlightFlag.Interrupt ? NONE : otherTid[row]
  return otherTid[row] === 0 ? NONE : otherTid[row]
}

/** A process may execute another program meanwhile: its row is asked for again after this long. */
const ROW_VALID_NS = 10e6

class ProcessRows {
  readonly #rowAt: EventSources['processRowAt']
  readonly #known = new Map<number, { row: number; untilNs: number }>()

  constructor(rowAt: EventSources['processRowAt']) {
    this.#rowAt = rowAt
  }

  rowAt(pid: number, timeNs: number): number {
    const known = this.#known.get(pid)
    if (known !== undefined && timeNs < known.untilNs) return known.row
    const row = this.#rowAt(pid, timeNs)
    this.#known.set(pid, { row, untilNs: timeNs + ROW_VALID_NS })
    return row
  }
}

/** Codes of what.values, found once for all events that are alike. */
class Words {
  readonly #values: string[]
  readonly #naming: WaitNaming
  readonly #codes = new Map<string, number>()
  /** By call and flags: its code, or codes by process and descriptor where the reason depends on them. */
  readonly #waits = new Map<number, number | Map<number, number>>()
  readonly #others = new Map<number, number>()

  constructor(values: string[], naming: WaitNaming) {
    this.#values = values
    this.#naming = naming
  }

  ofWait(events: FlightEvents, row: number): number {
    const flags = events.flags[row]
    if (events.tid[row] === 0 || flags & (FlightFlag.Preempted | FlightFlag.Dead)) return NONE
    const kind = events.detail[row] * 256 + (flags & WAIT_FLAGS)
    const known = this.#waits.get(kind)
    if (typeof known === 'number') return known
    const argument = Number(events.key[row])
    const isDescriptor = argument > 0 && argument <= 65536
    if (known === undefined) {
      const code = this.#reason(events, row, 0)
      const isSure = this.#values[code] !== 'unknown'
      this.#waits.set(kind, isSure ? code : new Map())
      if (isSure || !isDescriptor) return code
    }
    if (!isDescriptor) return this.#code('unknown')
    return this.#ofDescriptor(events, row, { kind, argument })
  }

  #ofDescriptor(events: FlightEvents, row: number, { kind, argument }: { readonly kind: number; readonly argument: number }): number {
    const byDescriptor = this.#waits.get(kind)
    if (!(byDescriptor instanceof Map)) return this.#code('unknown')
    const key = events.pid[row] * 131072 + argument
    const known = byDescriptor.get(key)
    if (known !== undefined) return known
    const code = this.#reason(events, row, argument)
    byDescriptor.set(key, code)
    return code
  }

  #reason(events: FlightEvents, row: number, argument: number): number {
    const flags = events.flags[row]
    const taskState = flags & FlightFlag.Stopped ? 4 : flags & FlightFlag.Uninterruptible ? 2 : 1
    const place = {
      syscall: events.detail[row] === NO_SYSCALL ? NONE : events.detail[row],
      taskState,
      futexOp: 0,
      kernelThread: (flags & FlightFlag.KernelThread) !== 0,
      inIowait: (flags & FlightFlag.InIowait) !== 0,
      startUnknown: false,
      argument,
    }
    return this.#code(this.#naming.name({ pid: events.pid[row], place, kernelStack: 0, file: undefined }).reason)
  }

  ofEvent({ type, detail, otherTid }: FlightEvents, row: number): number {
    // the end of a wait for a lock does not say of which kind it is
    if (type[row] === EventType.Fork || type[row] === EventType.LockEnd) return NONE
    const isLock = type[row] === EventType.LockBegin
    const id = isLock ? detail[row] : 65536 + (otherTid[row] >>> 0)
    const known = this.#others.get(id)
    if (known !== undefined) return known
    const code = this.#code(isLock ? lockKind(detail[row]) : `${otherTid[row] >>> 20}:${otherTid[row] & 0xfffff}`)
    this.#others.set(id, code)
    return code
  }

  #code(word: string): number {
    const known = this.#codes.get(word)
    if (known !== undefined) return known
    const code = this.#values.push(word) - 1
    this.#codes.set(word, code)
    return code
  }
}
