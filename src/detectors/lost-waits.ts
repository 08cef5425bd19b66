import { type AnalysisContext, type Culprit, type Interval, type Table, textAt } from '../schema.ts'
import { ChainTally } from './chain-tally.ts'
import { nameCulprits } from './culprits.ts'
import { processLabel, shorten } from './labels.ts'
import { LossBins } from './loss-bins.ts'
import { NamedTally } from './named-tally.ts'
import { type NameTables, nameCallchains, UNKNOWN_FUNCTION } from './stack-names.ts'
import { Tally } from './tally.ts'
import type { TargetTime } from './target-time.ts'

/** Waits of the target that have something in common. */
export interface LostWaits {
  readonly ns: number
  readonly count: number
  readonly maxNs: number
  /** Of the target's time. */
  readonly share: Interval
  /** Who waited longest, for people. */
  readonly process: string
  readonly functionName: string
  /** The call most of it was in. */
  readonly syscall: string
  /** Files that were waited for, most time first. */
  readonly files: readonly Culprit[]
  /** That function, where it is known, and that process. */
  readonly culprits: readonly Culprit[]
  readonly rows: { readonly table: 'wait'; readonly first: number; readonly end: number } | undefined
}

/** What waits are picked from. */
export interface WaitInput {
  readonly tables: NameTables & { readonly process: Table<'process'>; readonly wait: Table<'wait'> }
  readonly time: TargetTime
  readonly context: AnalysisContext
}

/** Reason of a row of wait. */
export function reasonAt(wait: Table<'wait'>, row: number): string {
  return textAt(wait.reason, row) ?? 'unknown'
}

/** Adds up the target's waits that select() lets through. portion() says how much of a row's time counts; all, if absent. */
export function sumLostWaits(input: WaitInput, select: (row: number) => boolean, portion?: (row: number) => number): LostWaits {
  const { tables, time, context } = input
  const { wait } = tables
  const bins = new LossBins(context.durationNs)
  const byChain = new ChainTally()
  const byProcess = new Tally()
  const bySyscall = new NamedTally()
  const byFile = new NamedTally()
  let count = 0
  let maxNs = 0
  let first = wait.length
  let end = 0
  for (let row = 0; row < wait.length; row++) {
    if (!time.isMember(wait.process[row]) || !(wait.ns[row] > 0) || !select(row)) continue
    const ns = portion === undefined ? wait.ns[row] : Math.min(wait.ns[row], portion(row))
    if (!(ns > 0)) continue
    const endNs = wait.timeNs[row] + wait.durationNs[row]
    bins.add(endNs - Math.max(wait.durationNs[row], wait.maxNs[row]), endNs, ns)
    const syscall = textAt(wait.syscall, row) ?? 'page fault'
    byChain.add(`${wait.process[row]} ${syscall}`, wait.userCallchain[row], ns)
    byProcess.add(wait.process[row], ns)
    bySyscall.add(syscall, ns)
    const file = textAt(wait.file, row)
    if (file !== undefined) byFile.add(file, ns)
    count += wait.count[row]
    maxNs = Math.max(maxNs, wait.maxNs[row])
    first = Math.min(first, row)
    end = row + 1
  }
  const process = processLabel(tables.process, byProcess.largest().key)
  const blamed = blameChains(tables, byChain.spread())
  return {
    ns: bins.totalNs,
    count,
    maxNs,
    share: bins.share(time),
    process,
    functionName: blamed?.name ?? UNKNOWN_FUNCTION,
    syscall: bySyscall.largest()?.name ?? 'none',
    files: fileCulprits(byFile, bins.totalNs),
    culprits: nameCulprits(blamed, process, byProcess),
    rows: end === 0 ? undefined : { table: 'wait', first, end },
  }
}

/** Files named at most. */
const MAX_FILES = 3

function fileCulprits(byFile: NamedTally, totalNs: number): Culprit[] {
  return byFile
    .sorted()
    .slice(0, MAX_FILES)
    .map(([path, ns]) => ({ kind: 'file', name: shorten(path), share: Math.min(1, ns / totalNs) }))
}

/** The function with most of the time; functions are looked up only when there is some. */
function blameChains(tables: NameTables, byChain: Tally): { readonly name: string; readonly share: number } | undefined {
  if (byChain.total === 0) return undefined
  const functionOf = nameCallchains(tables)
  const byFunction = new NamedTally()
  for (const [chain, ns] of byChain.sorted()) {
    const name = functionOf(chain)
    if (name !== undefined) byFunction.add(name, ns)
  }
  const largest = byFunction.largest()
  return largest === undefined ? undefined : { name: largest.name, share: largest.amount / byChain.total }
}
