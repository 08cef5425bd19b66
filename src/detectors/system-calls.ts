import { type AnalysisContext, type Culprit, type Interval, NONE, type Table, textAt } from '../schema.ts'
import { nameCulprits } from './culprits.ts'
import { type KernelWork, MIN_SAMPLES, sampleKernelWork } from './kernel-work.ts'
import { processLabel } from './labels.ts'
import { LossBins } from './loss-bins.ts'
import { NamedTally } from './named-tally.ts'
import { type NameTables, UNKNOWN_FUNCTION } from './stack-names.ts'
import { Tally } from './tally.ts'
import type { TargetTime } from './target-time.ts'

/** System calls of the target that have something in common, and the CPU time they took. */
export interface CallSum {
  readonly count: number
  readonly errorCount: number
  /** Sum of what they returned: bytes for calls that return a size. */
  readonly resultSum: number
  /** Time in them that was no wait. */
  readonly cpuNs: number
  /** Of the target's time. */
  readonly share: Interval
  /** The call that took most, and its part of the CPU time. */
  readonly call: string
  readonly callRatio: number
  readonly process: string
  readonly thread: string
  /** Who made most of them, from samples. */
  readonly functionName: string
  readonly culprits: readonly Culprit[]
  readonly rows: { readonly table: 'syscall'; readonly first: number; readonly end: number } | undefined
}

/** What calls are picked from. */
export interface CallInput {
  readonly tables: NameTables & {
    readonly process: Table<'process'>
    readonly syscall: Table<'syscall'>
    readonly wait: Table<'wait'>
    readonly sample?: Table<'sample'>
  }
  readonly time: TargetTime
  readonly context: AnalysisContext
}

/** What samples on the way into system calls and out of them are called, before it is known which: kernel-entry.ts. */
const WAY_IN = 'system calls'

/** Adds up the target's calls that include() lets through, by name and row of syscall. */
export function sumCalls(input: CallInput, include: (name: string, row: number) => boolean): CallSum {
  const { tables, time, context } = input
  const { syscall } = tables
  const members = (row: number) => time.isMember(syscall.process[row]) && include(nameAt(syscall, row), row)
  const rate = cpuPerNs(input)
  const byCall = new NamedTally()
  const byThread = new Tally()
  const byProcess = new Tally()
  const total = { count: 0, errorCount: 0, resultSum: 0 }
  const parts: (readonly [row: number, ns: number])[] = []
  for (let row = 0; row < syscall.length; row++) {
    if (!members(row)) continue
    const name = nameAt(syscall, row)
    const ns = Math.max(0, syscall.ns[row]) * (rate.get(name) ?? 1)
    byCall.add(name, ns)
    byThread.add(syscall.tid[row], ns)
    byProcess.add(syscall.process[row], ns)
    total.count += syscall.count[row]
    total.errorCount += syscall.errorCount[row]
    total.resultSum += syscall.resultSum[row]
    parts.push([row, ns])
  }
  const sampled = byCall.total > 0 ? sampleKernelWork(input) : undefined
  const factor = sampled === undefined ? 1 : sampledNs(sampled, { tables, time, count: total.count, ns: byCall.total }) / byCall.total
  const names = new Set(parts.map(([row]) => nameAt(syscall, row)))
  const isOne = (entry: string) => entry.endsWith('()') && names.has(entry.slice(0, -2))
  const caller = sampled?.of(entry => entry === WAY_IN || isOne(entry)).caller
  const bins = new LossBins(context.durationNs)
  const seen = sampled?.of(isOne).rows ?? []
  if (tables.sample !== undefined && seen.length >= MIN_SAMPLES) addSampled(bins, tables.sample, seen, byCall.total * factor)
  else for (const [row, ns] of parts) bins.add(syscall.timeNs[row], syscall.timeNs[row] + syscall.durationNs[row], ns * factor)
  const process = processLabel(tables.process, byProcess.largest().key)
  const call = byCall.largest()
  return {
    ...total,
    cpuNs: bins.totalNs,
    share: bins.share(time),
    call: call?.name ?? 'none',
    callRatio: call?.share ?? 0,
    process,
    thread: byThread.largest().key === NONE ? 'none' : `tid ${byThread.largest().key}`,
    functionName: caller?.name ?? UNKNOWN_FUNCTION,
    culprits: nameCulprits(caller, process, byProcess),
    rows: parts.length === 0 ? undefined : { table: 'syscall', first: parts[0][0], end: parts[parts.length - 1][0] + 1 },
  }
}

/**
 * CPU time of some calls. To what was measured within them comes their part, by number, of the way in and out. It is no
 * more than samples saw in the kernel: a thread that is preempted in a call pays with the clock, not with CPU time.
 */
function sampledNs(
  sampled: KernelWork,
  calls: Pick<CallInput, 'tables' | 'time'> & { readonly count: number; readonly ns: number },
): number {
  const { syscall } = calls.tables
  let allCount = 0
  for (let row = 0; row < syscall.length; row++) if (calls.time.isMember(syscall.process[row])) allCount += syscall.count[row]
  const wayNs = sampled.of(entry => entry === WAY_IN).ns
  return Math.min(calls.ns + (allCount > 0 ? (wayNs * calls.count) / allCount : 0), sampled.totalNs)
}

/** Calls are seen in windows, samples all the time: when it was lost is told by samples, and how much by the windows. */
function addSampled(bins: LossBins, { timeNs, weightNs }: Table<'sample'>, rows: readonly number[], ns: number): void {
  const sampledNs = rows.reduce((sum, row) => sum + weightNs[row], 0)
  for (const row of rows) bins.add(timeNs[row], timeNs[row], (weightNs[row] * ns) / sampledNs)
}

/** Name of a row's call. */
export function nameAt(syscall: Table<'syscall'>, row: number): string {
  return textAt(syscall.name, row) ?? '?'
}

/** Per call: how much of the target's time in it was no wait. */
function cpuPerNs({ tables, time }: CallInput): ReadonlyMap<string, number> {
  const { syscall, wait } = tables
  const inCall = new NamedTally()
  const waited = new NamedTally()
  for (let row = 0; row < syscall.length; row++) if (time.isMember(syscall.process[row])) inCall.add(nameAt(syscall, row), syscall.ns[row])
  for (let row = 0; row < wait.length; row++) {
    const name = time.isMember(wait.process[row]) ? textAt(wait.syscall, row) : undefined
    if (name !== undefined) waited.add(name, wait.ns[row])
  }
  const waitedOf = new Map(waited.sorted())
  return new Map(inCall.sorted().map(([name, ns]) => [name, Math.max(0, 1 - (waitedOf.get(name) ?? 0) / ns)]))
}
