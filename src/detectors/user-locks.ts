import { NONE, type Table, textAt } from '../schema.ts'
import type { WaitLoss } from './wait-loss.ts'
import { kindOfWait, type WaitNames } from './wait-names.ts'

/** A lock of a program: waits of its threads for one futex, or of its processes for each other. */
export interface UserLock {
  /** Row of process of one who waits. */
  readonly process: number
  /** "futex 0xa0". */
  readonly name: string
  readonly isBetweenProcesses: boolean
  /** Rows of wait, and their time. */
  readonly rows: readonly number[]
  readonly ns: number
}

/** In at least this part of the time those who end waits also wait there themselves: no source, a guess. */
const PEERS = 0.3

/**
 * The locks among the futexes a target waits for, most time first. A futex is a lock when the stacks around it say so; where
 * they don't, when the threads that wait for it also end the waits of each other, as holders of a lock do in turn. A condition
 * variable hands over work from one side to the other; glibc's shows as two words side by side (g_signals).
 */
export function findUserLocks(wait: Table<'wait'>, loss: WaitLoss): UserLock[] {
  return [...findFutexes(wait, loss), ...findShared(wait, loss)].sort(
    (a, b) => b.ns - a.ns || a.process - b.process || (a.name < b.name ? -1 : 1),
  )
}

function findFutexes(wait: Table<'wait'>, { graph, rows, names }: WaitLoss): UserLock[] {
  const places = new Map<string, { process: number; address: number; rows: number[]; ns: number }>()
  for (const row of rows) {
    if (textAt(wait.reason, row) !== 'futex' || graph.wakerOf[row] === NONE || Number.isNaN(wait.argument[row])) continue
    if (wait.wakerProcess[row] !== wait.process[row]) continue
    const key = `${wait.process[row]} ${wait.argument[row]}`
    const place = places.get(key) ?? { process: wait.process[row], address: wait.argument[row], rows: [], ns: 0 }
    places.set(key, place)
    place.rows.push(row)
    place.ns += wait.ns[row]
  }
  return [...places.values()]
    .filter(place => {
      const named = namedKind(wait, place.rows, names)
      if (named !== undefined) return named === 'lock'
      const twin = `${place.process} ${place.address % 8 < 4 ? place.address + 4 : place.address - 4}`
      return !places.has(twin) && peerRatio(wait, place.rows) >= PEERS
    })
    .map(({ address, ...place }) => ({ ...place, name: `futex 0x${address.toString(16)}`, isBetweenProcesses: false }))
}

/** Locks in memory that processes share; only their waits for each other tell of them. */
function findShared(wait: Table<'wait'>, { graph, time }: WaitLoss): UserLock[] {
  return [...graph.turns.circles].flatMap(([, circle]) => {
    const rows = circle.filter(row => time.isMember(wait.process[row]))
    if (rows.length === 0) return []
    const processes = new Set(circle.map(row => wait.process[row]))
    const ns = rows.reduce((sum, row) => sum + wait.ns[row], 0)
    return [{ process: wait.process[rows[0]], name: `a lock that ${processes.size} processes share`, isBetweenProcesses: true, rows, ns }]
  })
}

/** What most of the time with a telling stack says; undefined when none does. */
function namedKind(wait: Table<'wait'>, rows: readonly number[], names: WaitNames): 'lock' | 'other' | undefined {
  let lockNs = 0
  let otherNs = 0
  for (const row of rows) {
    const kind = kindOfWait(wait, row, names)
    if (kind === 'lock') lockNs += wait.ns[row]
    if (kind === 'other') otherNs += wait.ns[row]
  }
  if (lockNs + otherNs === 0) return undefined
  return lockNs >= otherNs ? 'lock' : 'other'
}

function peerRatio(wait: Table<'wait'>, rows: readonly number[]): number {
  const waiters = new Set(rows.map(row => wait.tid[row]))
  let ns = 0
  let peerNs = 0
  for (const row of rows) {
    ns += wait.ns[row]
    if (waiters.has(wait.wakerTid[row])) peerNs += wait.ns[row]
  }
  return ns > 0 ? peerNs / ns : 0
}
