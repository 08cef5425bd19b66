/** Events of the rings as sequences see them, and events that stop coming. */

import { type FlightEvents, FlightType, switchPlace } from '../../collectors/bpf/flight-record.ts'
import { syscallNames } from '../../collectors/syscall-names.ts'
import { ProcessRole } from '../../schema.ts'
import { SequenceMatcher } from '../../speculative/sequence-matcher.ts'
import type { Source, Trigger } from '../../speculative/trigger.ts'
import { formatDuration } from '../../units.ts'
import { callName } from './names.ts'
import type { WatchRings } from './rings.ts'

/** A trigger that is followed on the stream of events. */
export interface Stream {
  /** Beginnings of a sequence that were dropped for want of room. */
  readonly lostCount: number
  take(events: FlightEvents, nowNs: number): readonly StreamFiring[]
}

/** It fired. */
export interface StreamFiring {
  readonly source: number | boolean
  readonly timeNs: number
  readonly detail: string
  readonly tid: number | undefined
  readonly pid: number | undefined
}

/** Events of a CPU reach us in order, those of two CPUs after each other's reading: deadlines wait so long. */
const LATE_NS = 200e6

/** Opens what follows a trigger; undefined for one that is not followed here. */
export function openStream({ source }: Trigger, rings: WatchRings): Stream | undefined {
  if (source?.kind === 'sequence') return sequenceStream(source, rings)
  return source?.kind === 'stalled' ? stalledStream(source, rings) : undefined
}

function sequenceStream({ steps }: Extract<Source, { kind: 'sequence' }>, rings: WatchRings): Stream {
  const matcher = new SequenceMatcher(steps)
  const wanted = new Set(steps.flatMap(({ atoms }) => atoms.map(({ event }) => event)))
  return {
    get lostCount() {
      return matcher.lostCount
    },
    take(events, nowNs) {
      const isTarget = targetTest(rings)
      const matches = []
      for (let row = 0; row < events.length; row++) {
        if (!isTarget(events.pid[row])) continue
        for (const { event, values } of sequenceEventsOf(events, row)) {
          if (wanted.has(event)) matches.push(...matcher.add({ timeNs: events.timeNs[row], event, values }))
        }
      }
      matches.push(...matcher.advance(nowNs - LATE_NS))
      return matches.map(({ timeNs, startNs, bindings }) => ({
        source: true,
        timeNs,
        detail: `${[...bindings].map(([name, value]) => `${name} = ${name === 'lock' ? `0x${value.toString(16)}` : value}`).join(', ')}, over ${formatDuration(timeNs - startNs)}`,
        tid: bindings.get('tid'),
        pid: bindings.get('pid'),
      }))
    },
  }
}

/** What one record means in a sequence; arguments in the order of sequenceEvents. */
function sequenceEventsOf(events: FlightEvents, row: number): readonly { readonly event: string; readonly values: readonly number[] }[] {
  const tid = events.tid[row]
  const pid = events.pid[row]
  const other = events.other[row]
  const argument = events.argument[row]
  switch (events.type[row]) {
    case FlightType.Switch:
      return switchEvents(events, row)
    case FlightType.Waking:
      return [
        { event: 'futex_wake', values: [tid, other, pid] },
        { event: 'wake', values: [tid, other, pid] },
      ]
    case FlightType.Syscall: {
      const name = callName(other)
      const call = { event: `syscall:${name}`, values: [tid, argument, pid] }
      return events.stack[row] < 0 ? [call, { event: `error:${name}`, values: call.values }] : [call]
    }
    case FlightType.Signal:
      return [{ event: 'signal', values: [tid, other, pid] }]
    case FlightType.Fork:
      return [{ event: 'fork', values: [argument, pid] }]
    case FlightType.Exec:
      return [{ event: 'exec', values: [pid] }]
    case FlightType.Exit:
      return [{ event: 'exit', values: [tid, pid] }]
    default:
      return []
  }
}

function switchEvents(events: FlightEvents, row: number): readonly { readonly event: string; readonly values: readonly number[] }[] {
  const tid = events.tid[row]
  const pid = events.pid[row]
  const { taskState, syscall } = switchPlace(events.value[row])
  const came = { event: 'run', values: [events.other[row], Number.NaN] }
  if (taskState === 0) return [{ event: 'preempt', values: [tid, pid] }, came]
  const sleeps = { event: 'sleep', values: [tid, pid] }
  const waits = callName(syscall) === 'futex' ? [{ event: 'futex_wait', values: [tid, events.argument[row], pid] }] : []
  return [...waits, sleeps, came]
}

function stalledStream({ event }: Extract<Source, { kind: 'span' | 'event' | 'stalled' }>, rings: WatchRings): Stream {
  const number = event.kind === 'syscall' ? (syscallNames(process.arch)?.numberOf.get(event.name) ?? -1) : -1
  let lastNs = rings.nowNs()
  return {
    lostCount: 0,
    take(events, nowNs) {
      const isTarget = targetTest(rings)
      for (let row = 0; row < events.length; row++) {
        if (events.type[row] === FlightType.Syscall && events.other[row] === number && isTarget(events.pid[row]))
          lastNs = events.timeNs[row]
      }
      const idleNs = nowNs - lastNs
      return [{ source: idleNs, timeNs: nowNs, detail: `none for ${formatDuration(idleNs)}`, tid: undefined, pid: undefined }]
    },
  }
}

function targetTest(rings: WatchRings): (pid: number) => boolean {
  const { process } = rings.processTables()
  const pids = new Set<number>()
  for (let row = 0; row < process.length; row++) if (process.role[row] === ProcessRole.Target) pids.add(process.pid[row])
  for (const pid of rings.tracker.targetPids) pids.add(pid)
  return rings.isMachine ? () => true : pid => pids.has(pid)
}
