import { ProcessRole, type ProcessUse, type RecordedTables, type ReportView, ThreadState, textAt, type ViewRole } from '../schema.ts'

/** Processes listed one by one; the rest is summed up. */
const maxListed = 15

/** A ProcessRole value in words. */
export function roleName(role: number): ViewRole {
  if (role === ProcessRole.Target) return 'target'
  if (role === ProcessRole.Autotune) return 'autotune'
  return role === ProcessRole.KernelThread ? 'kernel' : 'other'
}

/** Processes by CPU time, most first. From samples where there are some: the ledger knows the target's threads alone. */
export function buildProcesses(
  tables: RecordedTables,
  durationNs: number,
): Pick<ReportView, 'processes' | 'otherProcessCount' | 'otherProcessNs'> {
  const { process } = tables
  if (process === undefined) return { processes: [], otherProcessCount: 0, otherProcessNs: 0 }
  const nsByRow = sampledTime(tables) ?? ledgerTime(tables)
  const used = [...nsByRow].filter(([row, ns]) => row >= 0 && row < process.length && ns > 0)
  const uses = used.map(
    ([row, ns]): ProcessUse => ({
      pid: process.pid[row],
      nsPid: process.nsPid[row],
      comm: textAt(process.comm, row) ?? '[unknown process]',
      commandLine: textAt(process.commandLine, row) ?? '',
      role: roleName(process.role[row]),
      cpuNs: Math.round(ns),
      cpuCpus: durationNs > 0 ? ns / durationNs : Number.NaN,
    }),
  )
  uses.sort((a, b) => b.cpuNs - a.cpuNs || a.pid - b.pid)
  const rest = uses.filter((use, place) => place >= maxListed && use.role !== 'autotune')
  return {
    processes: uses.filter((use, place) => place < maxListed || use.role === 'autotune'),
    otherProcessCount: rest.length,
    otherProcessNs: rest.reduce((sum, use) => sum + use.cpuNs, 0),
  }
}

function sampledTime({ sample }: RecordedTables): Map<number, number> | undefined {
  if (sample === undefined || sample.length === 0) return undefined
  const byRow = new Map<number, number>()
  for (let row = 0; row < sample.length; row++) {
    if (!(sample.weightNs[row] > 0)) continue
    byRow.set(sample.process[row], (byRow.get(sample.process[row]) ?? 0) + sample.weightNs[row])
  }
  return byRow
}

function ledgerTime({ threadTime }: RecordedTables): Map<number, number> {
  const byRow = new Map<number, number>()
  for (let row = 0; row < (threadTime?.length ?? 0); row++) {
    if (threadTime === undefined || threadTime.state[row] !== ThreadState.Running || !(threadTime.ns[row] > 0)) continue
    byRow.set(threadTime.process[row], (byRow.get(threadTime.process[row]) ?? 0) + threadTime.ns[row])
  }
  return byRow
}
