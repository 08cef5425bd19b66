import { EventFlag, EventType, type Table, textAt } from '../../schema.ts'
import type { Segment, Timelines, Waker } from '../wait-blame.ts'
import { causeOfWait } from '../wait-kind.ts'

/** Rows of event of one burst, and its end. */
export interface TimelineSpan {
  readonly first: number
  readonly end: number
  readonly endNs: number
}

/** Segments cost memory: a burst of more events gives those of its beginning only. */
const MAX_SEGMENTS = 1_000_000

/**
 * What the threads of a burst did, for leafBlame: who waits in burst is divided exactly, where sums can only put times side
 * by side. What went on when the burst began is not known; what goes on at its end has no waker.
 */
export function burstTimelines(event: Table<'event'>, span: TimelineSpan): Timelines {
  const lines = new Map<number, Line>()
  let segments = 0
  for (let row = span.first; row < span.end && segments < MAX_SEGMENTS; row++) {
    const type = event.type[row]
    if (type === EventType.Waking) segments += wake(lineOf(lines, event.tid[row]), event, row)
    if (type !== EventType.Switch) continue
    if (event.tid[row] !== 0) segments += leave(lineOf(lines, event.tid[row]), event, row)
    if (event.otherTid[row] !== 0) segments += come(lineOf(lines, event.otherTid[row]), event, row)
  }
  if (segments < MAX_SEGMENTS) for (const line of lines.values()) end(line, span.endNs)
  return new Map([...lines].map(([tid, { done }]) => [tid, done]))
}

interface Line {
  readonly done: Segment[]
  state: 'unknown' | 'running' | 'runnable' | 'blocked'
  sinceNs: number
  occupantTid: number
  reason: string | undefined
  key: string | undefined
}

function lineOf(lines: Map<number, Line>, tid: number): Line {
  const known = lines.get(tid)
  if (known !== undefined) return known
  const line: Line = { done: [], state: 'unknown', sinceNs: Number.NaN, occupantTid: 0, reason: undefined, key: undefined }
  lines.set(tid, line)
  return line
}

function leave(line: Line, event: Table<'event'>, row: number): number {
  const timeNs = event.timeNs[row]
  const added = line.state === 'running' ? close(line, timeNs, { state: 'running' }) : 0
  line.sinceNs = timeNs
  line.state = 'blocked'
  line.reason = textAt(event.what, row)
  line.key = event.key[row] === 0n ? undefined : event.key[row].toString(16)
  if (event.flags[row] & EventFlag.Preempted) {
    line.state = 'runnable'
    line.occupantTid = event.otherTid[row]
  } else if (event.flags[row] & EventFlag.Dead) line.state = 'unknown'
  return added
}

function come(line: Line, event: Table<'event'>, row: number): number {
  const timeNs = event.timeNs[row]
  // who was woken waited for whoever leaves now
  const occupantTid = line.occupantTid === 0 ? event.tid[row] : line.occupantTid
  const added =
    line.state === 'runnable'
      ? close(line, timeNs, { state: 'runnable', occupantTid })
      : line.state === 'blocked'
        ? close(line, timeNs, { state: 'blocked', waker: undefined })
        : 0
  line.state = 'running'
  line.sinceNs = timeNs
  return added
}

function wake(line: Line, event: Table<'event'>, row: number): number {
  if (line.state !== 'blocked') return 0
  const timeNs = event.timeNs[row]
  const key = line.key === undefined ? {} : { key: line.key }
  const added = close(line, timeNs, { state: 'blocked', waker: wakerOf(line.reason, event, row), ...key })
  line.state = 'runnable'
  line.sinceNs = timeNs
  line.occupantTid = 0
  return added
}

/** As in the graph of sums: waits within the kernel for a device are the thread's own, whoever completes them. */
function wakerOf(reason: string | undefined, event: Table<'event'>, row: number): Waker {
  const byThread = !(event.flags[row] & EventFlag.Interrupt) && event.otherTid[row] > 0
  const cause = causeOfWait(reason, byThread ? 'thread' : 'interrupt')
  if (cause === undefined) return { kind: 'thread', tid: event.otherTid[row] }
  const name = reason ?? ''
  if (cause === 'device' || cause === 'remote') return { kind: cause, name }
  if (cause === 'timer' || cause === 'sleep') return { kind: 'timer', name }
  return cause === 'unknown' ? undefined : { kind: 'kernel', name }
}

type Doing =
  | { readonly state: 'running' }
  | { readonly state: 'runnable'; readonly occupantTid: number }
  | { readonly state: 'blocked'; readonly waker: Waker; readonly key?: string }

function close(line: Line, endNs: number, doing: Doing): number {
  if (!(endNs > line.sinceNs)) return 0
  line.done.push({ startNs: line.sinceNs, endNs, ...doing })
  return 1
}

function end(line: Line, endNs: number): void {
  if (line.state === 'running') close(line, endNs, { state: 'running' })
  if (line.state === 'runnable') close(line, endNs, { state: 'runnable', occupantTid: line.occupantTid })
  if (line.state === 'blocked') close(line, endNs, { state: 'blocked', waker: undefined })
}
