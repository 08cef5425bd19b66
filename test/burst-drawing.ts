/**
 * Bursts drawn as text, turned into the events a kernel would give. One line per thread: its number, from 1 to 9 or a letter
 * (a = 10), the key of the futex it waits for in hex where it matters, then a column per 10 ns.
 *
 *   1@f0: ##...2~~##
 *
 *   #  running     ~  runnable     .  blocked; the last column of a wait is a mark of who ended it:
 *   a thread that runs then, D a device it gave a request to, T the timer of a sleep, R an answer of a peer, P input
 *
 * CPUs are those that are needed: a thread takes one that is left at that moment, else the first that is idle.
 */

import { EventFlag, EventType, NONE, type Row, type Table } from '../src/schema.ts'
import { tableOf } from '../src/table-builder.ts'

const COLUMN_NS = 10

/** Tables of one burst. */
export interface DrawnBurst {
  readonly event: Table<'event'>
  readonly burst: Table<'burst'>
  readonly lengthNs: number
}

/** What may be varied without changing what happened. */
export interface BurstVariation {
  readonly startNs?: number
  readonly tidOf?: (tid: number) => number
}

/** Draws a burst. */
export function drawBurst(drawing: string, { startNs = 0, tidOf = tid => tid }: BurstVariation = {}): DrawnBurst {
  const lines = drawing
    .split('\n')
    .map(line => /^\s*(\w)(?:@([0-9a-f]+))?: (\S+)\s*$/.exec(line))
    .flatMap(match => (match === null ? [] : [{ tid: threadOf(match[1]), key: BigInt(`0x${match[2] ?? '10'}`), text: match[3] }]))
  const rows: Row<'event'>[] = []
  const columns = Math.max(...lines.map(({ text }) => text.length))
  const cpus = new Cpus()
  for (const { tid, text } of lines) if (stateAt(text, 0) === 'running') cpus.take(tid, new Set())
  const add = (column: number, row: Partial<Row<'event'>>): void => {
    const both = { ...nothing, ...row }
    const rename = (tid: number): number => (tid > 0 ? tidOf(tid) : tid)
    rows.push({ ...both, timeNs: startNs + column * COLUMN_NS, tid: rename(both.tid), otherTid: rename(both.otherTid) })
  }
  for (let column = 1; column < columns; column++) {
    for (const line of lines) addEnd(line, column, { cpus, add })
    addSwitches(lines, column, { cpus, add })
  }
  const burst = tableOf('burst', [{ timeNs: startNs, durationNs: columns * COLUMN_NS, count: rows.length, lostCount: 0 }])
  return { event: tableOf('event', rows), burst, lengthNs: columns * COLUMN_NS }
}

const nothing: Row<'event'> = {
  timeNs: 0,
  cpu: 0,
  type: EventType.Switch,
  flags: 0,
  process: 0,
  tid: 0,
  otherTid: 0,
  key: 0n,
  what: undefined,
}

interface Line {
  readonly tid: number
  readonly key: bigint
  readonly text: string
}

interface Sink {
  readonly cpus: Cpus
  readonly add: (column: number, row: Partial<Row<'event'>>) => void
}

/** The end of a wait: its mark is in the column before. */
function addEnd({ tid, key, text }: Line, column: number, { cpus, add }: Sink): void {
  const mark = text[column - 1]
  if (column >= text.length || !isMark(mark)) return
  const wait = { type: EventType.Waking, tid, what: reasons[mark] ?? 'futex', key: mark in reasons ? 0n : key }
  if (mark === 'D') add(column, { type: EventType.BlockComplete, cpu: 0, tid: 0, otherTid: NONE, key: BigInt(tid), what: '8:0' })
  if (mark in reasons) {
    add(column, { ...wait, cpu: 0, otherTid: NONE, flags: EventFlag.Interrupt })
    return
  }
  const waker = threadOf(mark)
  const cpu = cpus.of(waker)
  if (cpu === undefined) throw new Error(`Thread ${waker} does not run when it ends the wait of thread ${tid}.`)
  add(column, { ...wait, cpu, otherTid: waker, flags: EventFlag.SameKey })
}

const reasons: Readonly<Record<string, string>> = { D: 'blockIo', T: 'sleep', R: 'socketReceive', P: 'poll' }

function addSwitches(lines: readonly Line[], column: number, { cpus, add }: Sink): void {
  const leaving = lines.filter(({ tid, text }) => cpus.of(tid) !== undefined && stateAt(text, column) !== 'running')
  const coming = lines.filter(({ tid, text }) => cpus.of(tid) === undefined && stateAt(text, column) === 'running')
  const taken = new Set<number>()
  for (const { tid, key, text } of leaving) {
    const cpu = cpus.leave(tid)
    const next = coming.shift()
    if (next !== undefined) cpus.put(next.tid, cpu)
    taken.add(cpu)
    const mark = markOf(text, column)
    const isWait = stateAt(text, column) === 'blocked'
    if (isWait && mark === 'D') add(column, { type: EventType.BlockIssue, cpu, tid, otherTid: NONE, key: BigInt(tid), what: '8:0' })
    const wait = { what: reasons[mark] ?? 'futex', key: mark in reasons ? 0n : key }
    add(column, { cpu, tid, otherTid: next?.tid ?? 0, ...(isWait ? wait : { flags: EventFlag.Preempted }) })
  }
  for (const { tid } of coming) add(column, { cpu: cpus.take(tid, taken), tid: 0, otherTid: tid, process: NONE })
}

/** The mark of the wait that a column is in. */
function markOf(text: string, column: number): string {
  return /^\.*(.)/.exec(text.slice(column))?.[1] ?? '?'
}

function stateAt(text: string, column: number): 'running' | 'runnable' | 'blocked' {
  const character = text[column] ?? '.'
  if (character === '#') return 'running'
  return character === '~' ? 'runnable' : 'blocked'
}

function isMark(character: string): boolean {
  return !'#~.'.includes(character)
}

function threadOf(mark: string): number {
  return mark >= 'a' ? mark.charCodeAt(0) - 87 : Number(mark)
}

/** Which thread has which CPU. */
class Cpus {
  readonly #threads: (number | undefined)[] = []

  of(tid: number): number | undefined {
    const cpu = this.#threads.indexOf(tid)
    return cpu < 0 ? undefined : cpu
  }

  put(tid: number, cpu: number): void {
    this.#threads[cpu] = tid
  }

  leave(tid: number): number {
    const cpu = this.#threads.indexOf(tid)
    this.#threads[cpu] = undefined
    return cpu
  }

  /** The first idle one that was not left just now. */
  take(tid: number, except: ReadonlySet<number>): number {
    for (let cpu = 0; ; cpu++) {
      if (this.#threads[cpu] !== undefined || except.has(cpu)) continue
      this.#threads[cpu] = tid
      return cpu
    }
  }
}
