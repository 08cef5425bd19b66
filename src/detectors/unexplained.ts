import { type AnalysisContext, type Observation, type RecordedTables, type Table, textAt, type Unexplained } from '../schema.ts'
import { blameNodes } from './blame.ts'
import { buildCallTree, leafOf, pathText } from './call-tree.ts'
import { causeOf, type GainCause } from './gain/causes.ts'
import { nodesInCode } from './gain/code-samples.ts'
import { lostRowTest } from './lost-rows.ts'
import { divideRunQueue } from './run-queue.ts'
import { nameCallchains } from './stack-names.ts'
import { measureTargetTime, type TargetTime } from './target-time.ts'

/** Parts named at most. */
const MAX_PARTS = 3

/**
 * What none of the observations is about, as a part of the target's time: running by its stack, waits by what for. Time that two
 * of them are about is explained once; one that is not about certain code, waits or the queue for CPUs explains as much as its share.
 */
export function measureUnexplained(
  tables: RecordedTables,
  context: AnalysisContext,
  observations: readonly Observation[],
): Unexplained | undefined {
  const { process } = tables
  if (process === undefined) return undefined
  const time = measureTargetTime({ ...tables, process }, context)
  if (!(time.runningNs + time.runnableNs + time.waitNs > 0)) return undefined
  const placed = observations.flatMap(observation => {
    const cause = causeOf(observation, time)
    return cause === undefined || cause.kind === 'threads' ? [] : [{ observation, cause }]
  })
  const causes = placed.map(({ cause }) => cause)
  const running = [...runningLeft(tables, time, causes)]
  const runningNs = running.reduce((sum, [, ns]) => sum + ns, 0)
  const left = new Map([
    ...running,
    ...waitingLeft(tables, { time, context, causes }),
    ...queuedLeft({ ...tables, process }, { time, context, causes, runningRatio: time.runningNs > 0 ? runningNs / time.runningNs : 1 }),
  ])
  const isPlaced = new Set(placed.map(({ observation }) => observation))
  const others = observations.reduce((sum, each) => (isPlaced.has(each) ? sum : sum + each.share.estimate), 0)
  const leftNs = [...left.values()].reduce((sum, ns) => sum + ns, 0)
  const largest = [...left].filter(([, ns]) => ns > 0).sort((a, b) => b[1] - a[1] || (a[0] < b[0] ? -1 : 1))
  const ratio = Math.max(0, Math.min(1, leftNs / time.totalNs - others))
  // what the others explain may be of any part: all are less by as much, so that no part is more than the whole
  const factor = leftNs > 0 ? ratio / leftNs : 0
  return { ratio, parts: largest.slice(0, MAX_PARTS).map(([what, ns]) => ({ what, ratio: Math.min(1, ns * factor) })) }
}

type Left = Iterable<readonly [what: string, ns: number]>

/** Samples that are in the code of no cause, by the function that answers for them. Samples stand for all running. */
function runningLeft(tables: RecordedTables, { isMember, runningNs }: TargetTime, causes: readonly GainCause[]): Left {
  const { sample, callchainStack, stack, frame, symbol } = tables
  if (sample === undefined || callchainStack === undefined || stack === undefined || frame === undefined || symbol === undefined) return []
  const named = { sample, callchainStack, stack, frame, symbol }
  const tree = buildCallTree(named)
  const blamed = blameNodes(tree)
  const explains = causes.flatMap(cause => (cause.kind === 'running' ? [nodesInCode(named, cause.code)] : []))
  const left = new Map<string, number>()
  let allNs = 0
  for (let row = 0; row < sample.length; row++) {
    if (!isMember(sample.process[row]) || !(sample.weightNs[row] > 0)) continue
    allNs += sample.weightNs[row]
    const leaf = leafOf(named, tree, row)
    if (leaf >= 0 && explains.some(isIn => isIn[leaf] === 1)) continue
    const what = leaf >= 0 ? `running ${pathText(tree, blamed[leaf])}` : 'running code that is not known'
    left.set(what, (left.get(what) ?? 0) + sample.weightNs[row])
  }
  return [...left].map(([what, ns]) => [what, allNs > 0 ? (ns / allNs) * runningNs : 0])
}

interface Waits {
  readonly time: TargetTime
  readonly context: AnalysisContext
  readonly causes: readonly GainCause[]
}

/** Waits that cost time and are of no cause, by their reason and who waits. */
function waitingLeft(tables: RecordedTables, { time, context, causes }: Waits): Left {
  const { wait } = tables
  if (wait === undefined) return []
  const isLoss = lostRowTest({ ...tables, wait }, context)
  const functionOf = nameCallchains(tables)
  const reasons = new Set(causes.flatMap(cause => (cause.kind === 'waiting' ? cause.reasons : [])))
  const locks = new Set(causes.flatMap(cause => (cause.kind === 'lock' && cause.address !== undefined ? [cause.address] : [])))
  const left = new Map<string, number>()
  for (let row = 0; row < wait.length; row++) {
    if (!(wait.ns[row] > 0) || !time.isMember(wait.process[row]) || !isLoss(row)) continue
    const reason = textAt(wait.reason, row) ?? 'unknown'
    if (reasons.has(reason) || locks.has(wait.argument[row])) continue
    const caller = functionOf(wait.userCallchain[row])
    const what = `waiting (${reason})${caller === undefined ? '' : ` in ${caller}`}`
    left.set(what, (left.get(what) ?? 0) + wait.ns[row])
  }
  return left
}

/**
 * Time in the queue for CPUs. What runs meanwhile is why the target waits: behind its own threads it waits for a cause for the part that
 * they run for it, and runningRatio is the part that is of no cause.
 */
function queuedLeft(
  tables: RecordedTables & { readonly process: Table<'process'> },
  { time, context, causes, runningRatio }: Waits & { readonly runningRatio: number },
): Left {
  if (causes.some(({ kind }) => kind === 'queueing' || kind === 'competitor' || kind === 'quota')) return []
  const queue = divideRunQueue({ tables, time, context })
  const sum = (parts: Float64Array) => parts.reduce((ns, part) => ns + part, 0)
  const ownNs = queue === undefined ? 0 : sum(queue.ownQueueNs)
  const othersNs = queue === undefined ? 0 : sum(queue.competitorNs)
  return [
    [`ready to run, behind ${context.target.kind === 'machine' ? 'each other' : 'its own threads'}`, ownNs * runningRatio],
    ['ready to run, behind other programs', othersNs],
    ['ready to run, without a CPU', Math.max(0, time.runnableNs - ownNs - othersNs)],
  ]
}
