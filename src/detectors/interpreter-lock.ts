/**
 * Waits for the lock of CPython's interpreter, by their shape: builds without names of local functions do not show take_gil.
 * Who wants the lock waits for a condition variable for 5 ms, asks the holder to let go, and waits again: Python/ceval_gil.c.
 */

import { NONE, type Table, textAt } from '../schema.ts'

/** sys.getswitchinterval() where nobody changed it. */
const SWITCH_NS = 5e6
/** Waits that time out last this much around it on average: timers are late, never early. No source: a guess. */
const MIN_TIMEOUT_NS = 0.8 * SWITCH_NS
const MAX_TIMEOUT_NS = 2 * SWITCH_NS
/** Waits that time out, of all: with fewer the holder computes for less than the interval, and another lock looks the same. */
const MIN_TIMEOUTS = 0.1

interface Place {
  readonly tids: Set<number>
  readonly rows: number[]
  count: number
  timeouts: number
  timeoutNs: number
}

/** Rows of wait for an interpreter's lock. */
export function findInterpreterLocks(process: Table<'process'>, wait: Table<'wait'>): ReadonlySet<number> {
  const places = new Map<string, Place>()
  for (let row = 0; row < wait.length; row++) {
    if (textAt(wait.reason, row) !== 'futex' || !isPython(process, wait.process[row])) continue
    // both words of a condition variable: see handOverKey in lost-rows.ts
    const key = `${wait.process[row]} ${Math.floor(wait.argument[row] / 8)}`
    const place = places.get(key) ?? { tids: new Set(), rows: [], count: 0, timeouts: 0, timeoutNs: 0 }
    places.set(key, place)
    place.tids.add(wait.tid[row])
    place.rows.push(row)
    place.count += wait.count[row]
    if (textAt(wait.wakerKind, row) !== 'interrupt') continue
    place.timeouts += wait.count[row]
    place.timeoutNs += wait.ns[row]
  }
  return new Set([...places.values()].filter(isInterpreterLock).flatMap(({ rows }) => rows))
}

function isInterpreterLock({ tids, count, timeouts, timeoutNs }: Place): boolean {
  const meanNs = timeoutNs / timeouts
  return tids.size > 1 && timeouts >= MIN_TIMEOUTS * count && meanNs >= MIN_TIMEOUT_NS && meanNs <= MAX_TIMEOUT_NS
}

function isPython(process: Table<'process'>, row: number): boolean {
  if (row === NONE || row >= process.length) return false
  const path = textAt(process.executable, row) ?? textAt(process.comm, row) ?? ''
  return /(^|\/)(python|uwsgi|gunicorn|celery)[\d.]*[a-z]?$/.test(path)
}
