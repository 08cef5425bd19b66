/** Events of the flight recorder as rows of `event`, as those of bursts. */

import { EventFlag, EventType, NONE, type Table } from '../../schema.ts'
import { TableBuilder } from '../../table-builder.ts'
import { type FlightEvents, FlightType, switchPlace } from './flight-record.ts'
import type { NamedPlace, WaitNaming } from './wait-naming.ts'

/** What turns ids into rows and names. */
export interface FlightTableSources {
  readonly fromNs: number
  readonly toNs: number
  /** Row of process of a pid at a time; NONE when unknown. */
  readonly processRowAt: (pid: number, timeNs: number) => number
  readonly naming: WaitNaming
  readonly callName: (number: number) => string
  readonly errnoName: (errno: number) => string
  readonly probeName: (number: number) => string
}

/** include/linux/sched.h */
const TASK_DEAD = 0x80

/** Events of a window. Samples and ends of sleeps are in tables of their own. */
export function flightTable(events: FlightEvents, sources: FlightTableSources): Table<'event'> {
  const rows = new TableBuilder('event', events.length)
  const reasons = new Map<number, NamedPlace['reason']>()
  for (let row = 0; row < events.length; row++) {
    const timeNs = events.timeNs[row]
    if (timeNs < sources.fromNs || timeNs >= sources.toNs) continue
    const parts = partsOf(events, row, { sources, reasons })
    if (parts === undefined) continue
    const tid = parts.tid ?? events.tid[row]
    const process = tid === 0 ? NONE : sources.processRowAt(parts.pid ?? events.pid[row], timeNs)
    rows.add({ timeNs, cpu: events.cpu[row], process, flags: 0, key: 0n, otherTid: NONE, ...parts, tid })
  }
  return rows.build()
}

interface Parts {
  readonly type: number
  readonly flags?: number
  readonly tid?: number
  readonly pid?: number
  readonly otherTid?: number
  readonly key?: bigint
  readonly what: string | undefined
}

interface Context {
  readonly sources: FlightTableSources
  readonly reasons: Map<number, NamedPlace['reason']>
}

function partsOf(events: FlightEvents, row: number, context: Context): Parts | undefined {
  const other = events.other[row]
  const { sources } = context
  switch (events.type[row]) {
    case FlightType.Switch:
      return switchParts(events, row, context)
    case FlightType.Waking:
      return {
        type: EventType.Waking,
        flags: other === 0 ? EventFlag.Interrupt : 0,
        otherTid: other === 0 ? NONE : other,
        what: context.reasons.get(events.tid[row]),
      }
    case FlightType.Fork:
      return { type: EventType.Fork, tid: other, pid: events.argument[row], otherTid: events.tid[row], what: undefined }
    case FlightType.Syscall: {
      const result = events.stack[row]
      const failure = result < 0 && result >= -4095 ? ` ${sources.errnoName(-result)}` : ''
      return { type: EventType.Syscall, key: BigInt(events.argument[row]), what: `${sources.callName(other)}${failure}` }
    }
    case FlightType.Signal:
      return { type: EventType.Signal, otherTid: events.argument[row], what: String(other) }
    case FlightType.Exec:
      return { type: EventType.Exec, what: events.comms.get(row) }
    case FlightType.Exit:
      return { type: EventType.Exit, what: String(events.argument[row]) }
    case FlightType.Probe:
      return { type: EventType.Probe, key: BigInt(events.argument[row]), what: sources.probeName(other & 0xffff) }
    default:
      return undefined
  }
}

function switchParts(events: FlightEvents, row: number, { sources, reasons }: Context): Parts {
  const { taskState, syscall, futexOp, inIowait, kernelThread } = switchPlace(events.value[row])
  const tid = events.tid[row]
  const own = (inIowait ? EventFlag.InIowait : 0) | (kernelThread ? EventFlag.KernelThread : 0)
  const switched = { type: EventType.Switch, otherTid: events.other[row] }
  if (tid === 0) return { ...switched, what: undefined }
  if (taskState === 0) return { ...switched, flags: own | EventFlag.Preempted, what: undefined }
  if ((taskState & TASK_DEAD) !== 0) return { ...switched, flags: own | EventFlag.Dead, what: undefined }
  const argument = events.argument[row]
  const isAddress = sources.callName(syscall) === 'futex'
  const place = {
    syscall: syscall < 0 ? NONE : syscall,
    taskState,
    futexOp,
    kernelThread,
    inIowait,
    startUnknown: false,
    argument: isAddress ? argument : argument < 65536 ? argument + 1 : 0,
  }
  const { reason } = sources.naming.name({ pid: events.pid[row], place, kernelStack: 0, file: undefined })
  reasons.set(tid, reason)
  return { ...switched, flags: own, key: isAddress ? BigInt(argument) : 0n, what: reason }
}
