/** Rows that say next to nothing one by one are summed before they cost us time and disk. */

import { NONE } from '../../schema.ts'
import { StackId } from './decode-sched.ts'
import type { FaultRow, InterruptRow, ProcessRow, SyscallRow } from './decode-topics.ts'

/** Every program faults in its pages when it starts, each at a place of its own: stacks are for processes that go on and on. */
export function foldFaults(rows: readonly FaultRow[], manyFaults: number): readonly FaultRow[] {
  const faultsOf = new Map<number, number>()
  for (const { pid, count } of rows) faultsOf.set(pid, (faultsOf.get(pid) ?? 0) + count)
  return foldRows(foldProcesses(rows), {
    isKept: ({ pid }) => (faultsOf.get(pid) ?? 0) >= manyFaults,
    keyOf: ({ tid, inKernel }) => tid * 2 + (inKernel ? 1 : 0),
    fold: (a, b) => ({ ...a, userStack: StackId.None, count: a.count + b.count, major: a.major + b.major }),
  })
}

/** Calls seen in a part of a slice, as if they had gone on like that. */
export function scaleCalls(rows: readonly SyscallRow[], scale: number): readonly SyscallRow[] {
  return rows.map(row => ({
    ...row,
    count: Math.round(row.count * scale),
    ns: row.ns * scale,
    errors: Math.round(row.errors * scale),
    resultSum: row.resultSum * scale,
  }))
}

/** Interrupts likewise; the longest stays what was seen. */
export function scaleInterrupts(rows: readonly InterruptRow[], scale: number): readonly InterruptRow[] {
  return rows.map(row => ({ ...row, times: { ...row.times, count: Math.round(row.times.count * scale), ns: row.times.ns * scale } }))
}

/** Calls that a thread makes now and then are summed over its process, with NONE for the thread. */
export function foldSyscalls(rows: readonly SyscallRow[], fewCalls: number): readonly SyscallRow[] {
  return foldRows(foldProcesses(rows), {
    isKept: ({ pid, count, ns }) => pid !== NONE && (count >= fewCalls || ns >= FEW_CALLS_NS),
    keyOf: ({ pid, number }) => pid * 1024 + number,
    fold: (a, b) => ({
      ...a,
      tid: NONE,
      count: a.count + b.count,
      ns: a.ns + b.ns,
      maxNs: Math.max(a.maxNs, b.maxNs),
      errors: a.errors + b.errors,
      resultSum: a.resultSum + b.resultSum,
    }),
  })
}

/** Time in calls from which on they are told apart however few they are. */
const FEW_CALLS_NS = 10e6

/** Processes with rows of their own in a slice. A storm of short ones is one line: nobody reads ten thousand. */
export const MAX_PROCESSES = 128

/**
 * Rows of the processes that count most keep their pid; those of the others lose it when there are more than MAX_PROCESSES,
 * so that what folds by pid folds them into one.
 */
export function foldProcesses<Row extends { readonly pid: number; readonly tid: number; readonly count: number }>(
  rows: readonly Row[],
): readonly Row[] {
  const countOf = new Map<number, number>()
  for (const { pid, count } of rows) countOf.set(pid, (countOf.get(pid) ?? 0) + count)
  if (countOf.size <= MAX_PROCESSES) return rows
  const kept = new Set(
    [...countOf]
      .sort((a, b) => b[1] - a[1] || a[0] - b[0])
      .slice(0, MAX_PROCESSES)
      .map(([pid]) => pid),
  )
  return rows.map(row => (kept.has(row.pid) ? row : { ...row, pid: NONE, tid: NONE }))
}

/** Forks, execs, exits and signals, summed where they have all in common. */
export function foldEvents(rows: readonly ProcessRow[]): readonly ProcessRow[] {
  return foldRows(foldProcesses(rows), {
    isKept: () => false,
    keyOf: ({ kind, pid, tid, toPid, signal }) => (pid === NONE ? kind : `${kind} ${pid} ${tid} ${toPid} ${signal}`),
    fold: (a, b) => ({ ...a, ...(a.pid === NONE ? { toPid: NONE, signal: NONE } : {}), count: a.count + b.count }),
  })
}

function foldRows<Row>(
  rows: readonly Row[],
  { isKept, keyOf, fold }: { isKept(row: Row): boolean; keyOf(row: Row): number | string; fold(sum: Row, row: Row): Row },
): readonly Row[] {
  const kept: Row[] = []
  const folded = new Map<number | string, Row>()
  for (const row of rows) {
    if (isKept(row)) kept.push(row)
    else {
      const sum = folded.get(keyOf(row))
      folded.set(keyOf(row), sum === undefined ? row : fold(sum, row))
    }
  }
  return [...kept, ...folded.values()]
}
