/** Tells a new ProcessTracker of processes that ended lately: it begins with what lives, and the next window reaches further back. */

import type { RecordedMapping, TaskRecord } from '../../collectors/perf-record.ts'
import { NONE, ProcessRole, type Table, textAt } from '../../schema.ts'

/** What the old tracker knows. */
export interface KnownTables {
  readonly process: Table<'process'>
  readonly mapping: Table<'mapping'>
}

/** A pid with its programs, as the records that would have told of it. */
export interface EndedProcess {
  readonly pid: number
  readonly isTarget: boolean
  /** All but its exit, in order. */
  readonly life: readonly TaskRecord[]
  /** Undefined where its record is still to come. */
  readonly exit: TaskRecord | undefined
}

/** Those that ended since an instant, or have not been heard to end: who still lives is for the caller to know. Parents come first. */
export function recentlyEnded({ process, mapping }: KnownTables, sinceNs: number): readonly EndedProcess[] {
  const rowsOf = new Map<number, number[]>()
  /** Whether a row is a new process, not the next program of the one before: that one ended when it began. */
  const began = new Map<number, boolean>()
  const lastEnd = new Map<number, number>()
  for (let row = 0; row < process.length; row++) {
    const pid = process.pid[row]
    began.set(row, lastEnd.get(pid) !== process.startNs[row])
    lastEnd.set(pid, process.endNs[row])
    if (process.endNs[row] < sinceNs) continue
    const rows = rowsOf.get(pid)
    if (rows === undefined) rowsOf.set(pid, [row])
    else rows.push(row)
  }
  const mappings = mappingsOf(mapping, new Set([...rowsOf.values()].flat()))
  return [...rowsOf].map(([pid, rows]) => {
    const last = rows[rows.length - 1]
    const parentPid = process.parentPid[last]
    const about = { pid, parentPid, tid: pid, parentTid: parentPid }
    const life = rows.flatMap((row, index): readonly TaskRecord[] => {
      const timeNs = process.startNs[row]
      const isExec = began.get(row) === false
      return [
        ...(index === 0 || !isExec ? [{ type: 'fork', timeNs, ...about } as const] : []),
        { type: 'comm', timeNs, pid, tid: pid, comm: textAt(process.comm, row) ?? '', isExec },
        ...(mappings.get(row) ?? []).map(at => ({ type: 'mmap', pid, ...at }) as const),
      ]
    })
    const endNs = process.endNs[last]
    const exit = Number.isNaN(endNs) ? undefined : ({ type: 'exit', timeNs: endNs, ...about } as const)
    return { pid, isTarget: process.role[last] === ProcessRole.Target, life, exit }
  })
}

interface MappedAt {
  readonly timeNs: number
  readonly mapping: RecordedMapping
}

function mappingsOf(table: Table<'mapping'>, processes: ReadonlySet<number>): ReadonlyMap<number, readonly MappedAt[]> {
  const found = new Map<number, MappedAt[]>()
  for (let row = 0; row < table.length; row++) {
    const process = table.process[row]
    if (process === NONE || !processes.has(process)) continue
    const mapping = {
      startAddress: table.startAddress[row],
      endAddress: table.endAddress[row],
      fileOffsetBytes: table.fileOffsetBytes[row],
      device: textAt(table.device, row) ?? '',
      inode: table.inode[row],
      path: textAt(table.path, row) ?? '',
    }
    const before = found.get(process)
    if (before === undefined) found.set(process, [{ timeNs: table.timeNs[row], mapping }])
    else before.push({ timeNs: table.timeNs[row], mapping })
  }
  return found
}
