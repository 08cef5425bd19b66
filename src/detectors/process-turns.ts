import { NONE, type RecordedTables, type Table, textAt } from '../schema.ts'
import { findCircles } from './circles.ts'

/** Tables from which it is told that processes take turns; without signals only those that share a semaphore are known. */
export type TurnTables = Pick<RecordedTables, 'process' | 'kernelEvent'> & { readonly wait: Table<'wait'> }

/** Waits of processes for each other, as around a lock that they share. */
export interface ProcessTurns {
  /** Whether a row of wait is one for a turn. */
  isTurn(row: number): boolean
  /** By circle of processes and what they wait with, the rows. */
  readonly circles: ReadonlyMap<string, readonly number[]>
}

/**
 * Waits of sibling processes that end the waits of each other in turn: the lock is in memory they share, and the kernel knows
 * nothing of it. They sleep in a semaphore, or, as PostgreSQL for its locks of rows and tables, in poll until the one before
 * sends a signal. A process that only gives work to others, or only gets it, is in no such circle.
 */
export function findTurns(tables: TurnTables): ProcessTurns {
  const { wait, process } = tables
  const nodeOf = new Map<number, number>()
  const node = (tid: number) => {
    const known = nodeOf.get(tid) ?? nodeOf.size
    nodeOf.set(tid, known)
    return known
  }
  const rows = process === undefined ? [] : candidates({ process, wait, kernelEvent: tables.kernelEvent })
  const wakersOf = new Map<number, Set<number>>()
  for (const row of rows) {
    const waiter = node(wait.tid[row])
    wakersOf.set(waiter, (wakersOf.get(waiter) ?? new Set()).add(node(wait.wakerTid[row])))
  }
  const circleOf = findCircles(nodeOf.size, waiter => wakersOf.get(waiter) ?? [])
  const circles = new Map<string, number[]>()
  for (const row of rows) {
    const circle = circleOf[node(wait.tid[row])]
    if (circle !== circleOf[node(wait.wakerTid[row])]) continue
    const key = `${circle} ${textAt(wait.reason, row)}`
    const known = circles.get(key)
    if (known === undefined) circles.set(key, [row])
    else known.push(row)
  }
  const turns = new Set([...circles.values()].flat())
  return { isTurn: row => turns.has(row), circles }
}

function candidates({ process, wait, kernelEvent }: TurnTables & { readonly process: Table<'process'> }): number[] {
  const signals = readSignals(kernelEvent)
  const rows: number[] = []
  for (let row = 0; row < wait.length; row++) {
    const [waiter, waker] = [wait.process[row], wait.wakerProcess[row]]
    const reason = textAt(wait.reason, row)
    if (!(wait.ns[row] > 0) || wait.wakerTid[row] === NONE || !areSiblings(process, waiter, waker)) continue
    const isShared = reason === 'futex' || reason === 'message'
    const isSignalled = (reason === 'poll' || reason === 'signalWait') && signals.has(`${waker} ${process.pid[waiter]}`)
    if (isShared || isSignalled) rows.push(row)
  }
  return rows
}

/** Two processes of one program and one parent. */
function areSiblings(process: Table<'process'>, a: number, b: number): boolean {
  if (a === b || a < 0 || b < 0 || a >= process.length || b >= process.length) return false
  if (process.parentPid[a] === NONE || process.parentPid[a] !== process.parentPid[b]) return false
  return textAt(process.comm, a) === textAt(process.comm, b)
}

/** "row of the sender, pid of the receiver". */
function readSignals(kernelEvent: Table<'kernelEvent'> | undefined): Set<string> {
  const signals = new Set<string>()
  for (let row = 0; row < (kernelEvent?.length ?? 0); row++) {
    if (kernelEvent === undefined || textAt(kernelEvent.kind, row) !== 'signal') continue
    const pid = / to pid (\d+)$/.exec(textAt(kernelEvent.subject, row) ?? '')?.[1]
    if (pid !== undefined) signals.add(`${kernelEvent.process[row]} ${pid}`)
  }
  return signals
}
