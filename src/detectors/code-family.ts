import { type AnalysisContext, CodeKind, type Culprit, describeTarget, type Interval, NONE, type Table, textAt } from '../schema.ts'
import { blameNodes } from './blame.ts'
import { addCallees, buildCallTree, type CallTree, functionAt, leafOf, type StackTables, weighSamples } from './call-tree.ts'
import { type CodeFamily, codeFamilies, isOfFamily } from './code-families.ts'
import { defineDetector } from './detector.ts'
import { scaleInterval, wilsonInterval } from './interval.ts'
import { findKernelEntries, INTERRUPT } from './kernel-entry.ts'
import { processLabel, shorten } from './labels.ts'
import { NamedTally } from './named-tally.ts'
import { Tally } from './tally.ts'
import { measureTargetTime, type TargetTime, TIME_TABLES, type TimeTables } from './target-time.ts'
import { threadKey } from './thread-groups.ts'

/** Families with less of the samples are not told of: what they cost no rule would mind. */
const MIN_RATIO = 0.01

/** How much of the target's computing is of each family of code-families.ts: copying, allocating, collecting garbage. */
export const codeFamily = defineDetector({
  id: 'code-family',
  needs: ['process', 'sample', 'callchainStack', 'stack', 'frame', 'symbol'],
  wants: [...TIME_TABLES, 'thread'],
  metrics: {
    familyRatio: "Share of the target's samples in the family's functions or in what they call; for interpreters in those functions alone.",
    busyRatio: 'How busy whoever runs it is: share of the wall clock that the busiest thread ran, or that the target kept all CPUs busy.',
    sampleCount: 'Samples of the target, counted as if all weighed the same.',
  },
  facts: {
    family: 'The family, by its id in src/detectors/code-families.ts.',
    functionName: 'Its function with most of the time.',
    caller: 'The function that asked for most of it, as far as stacks tell.',
    process: 'The process it ran in most.',
    thread: 'The thread it ran in most.',
  },

  detect(tables, context) {
    // what of the kernel was not seen would be missing from the whole
    if (context.sampling === undefined) return []
    const time = measureTargetTime(tables, context)
    const profile = readProfile(tables, time)
    if (!(profile.total.ns > 0) || !(time.totalNs > 0)) return []
    return codeFamilies.flatMap(family => {
      const found = findFamily(profile, family)
      return found.ns < MIN_RATIO * profile.total.ns ? [] : [observe({ tables, time, context, profile }, family, found)]
    })
  },
})

/** Share of the target's time in some families together; undefined without samples. */
export function measureCode(
  tables: Partial<StackTables> & TimeTables,
  context: AnalysisContext,
  ids: readonly string[],
): { readonly share: Interval; readonly functionName: string } | undefined {
  const { sample, callchainStack, stack, frame, symbol } = tables
  if (!sample || !callchainStack || !stack || !frame || !symbol) return undefined
  const time = measureTargetTime(tables, context)
  const profile = readProfile({ ...tables, sample, callchainStack, stack, frame, symbol }, time)
  if (!(profile.total.ns > 0) || !(time.totalNs > 0)) return undefined
  const found = codeFamilies.filter(({ id }) => ids.includes(id)).map(family => findFamily(profile, family))
  const ns = found.reduce((sum, family) => sum + family.ns, 0)
  const largest = found.reduce((a, b) => (b.ns > a.ns ? b : a))
  return { share: shareOf(Math.min(1, ns / profile.total.ns), profile, time), functionName: largest.functionName }
}

type Profile = ReturnType<typeof readProfile>

/** Of each table of samples the profile that was read last: the families and what settings cost are told from the same. */
const read = new WeakMap<StackTables['sample'], { readonly time: TargetTime; readonly profile: ReturnType<typeof addUp> }>()

function readProfile(tables: StackTables & TimeTables, time: TargetTime) {
  const known = read.get(tables.sample)
  if (known !== undefined && known.time === time) return known.profile
  const profile = addUp(tables, time)
  read.set(tables.sample, { time, profile })
  return profile
}

function addUp(tables: StackTables & TimeTables, time: TargetTime) {
  const tree = buildCallTree(tables)
  const total = weighSamples(tables, tree, row => time.isMember(tables.sample.process[row]))
  return { tree, total, sampled: sampledFunctions(tree, total.selfNs), blamed: blameNodes(tree), entryOf: findKernelEntries(tree).entryOf }
}

/** Per function: whether a sample's stack holds it. Stacks of waits hold many more, whose names need not be looked at. */
function sampledFunctions(tree: CallTree, selfNs: Float64Array): Uint8Array {
  const sampled = new Uint8Array(tree.functions.length)
  addCallees(tree, selfNs).forEach((ns, node) => {
    if (ns > 0) sampled[tree.functionOf[node]] = 1
  })
  return sampled
}

interface Found {
  readonly ns: number
  readonly functionName: string
  readonly caller: string
  readonly callerShare: number
  /** Per node: whether its samples are of the family. */
  readonly inside: Uint8Array
}

/** Time of the nodes whose stack holds a function of the family. A parent always has a smaller index. */
function findFamily({ tree, total, sampled, blamed, entryOf }: Profile, family: CodeFamily): Found {
  const member = tree.functions.map((facts, id) => sampled[id] === 1 && isOfFamily(facts, family))
  const inside = new Uint8Array(tree.parent.length)
  const nearest = new Int32Array(tree.parent.length).fill(NONE)
  const functions = new NamedTally()
  const callers = new NamedTally()
  let ns = 0
  for (let node = 0; node < inside.length; node++) {
    const own = member[tree.functionOf[node]]
    const above = tree.parent[node]
    // an interrupt is no work of the code it strikes
    const isStruck = family.side === 'user' && entryOf[node] === INTERRUPT
    const inherited = family.counts === 'stack' && above !== NONE && !isStruck
    nearest[node] = own ? node : inherited ? nearest[above] : NONE
    if (nearest[node] === NONE) continue
    inside[node] = 1
    if (total.selfNs[node] === 0) continue
    ns += total.selfNs[node]
    functions.add(functionAt(tree, nearest[node]).name, total.selfNs[node])
    const caller = callerOf(tree, blamed, nearest[node])
    if (caller !== undefined) callers.add(caller, total.selfNs[node])
  }
  const caller = callers.largest()
  return {
    ns,
    inside,
    functionName: functions.largest()?.name ?? '',
    caller: caller?.name ?? 'code without a name',
    callerShare: caller === undefined || ns === 0 ? 0 : caller.amount / total.ns,
  }
}

/** Who answers for the function of the family; itself when it is the program's own. */
function callerOf(tree: CallTree, blamed: Int32Array, node: number): string | undefined {
  const { name, named, kind } = functionAt(tree, blamed[node])
  return named && kind === CodeKind.User ? name : undefined
}

interface Place {
  readonly tables: StackTables & TimeTables & { readonly thread?: Table<'thread'> }
  readonly time: TargetTime
  readonly context: AnalysisContext
  readonly profile: Profile
}

function observe({ tables, time, context, profile }: Place, family: CodeFamily, found: Found) {
  const { total } = profile
  const familyRatio = Math.min(1, found.ns / total.ns)
  const runner = findRunner({ tables, time, context, profile }, found.inside)
  const process = processLabel(tables.process, runner.process)
  const culprits: Culprit[] = [
    ...(found.callerShare > 0 ? [{ kind: 'function' as const, name: found.caller, share: Math.min(1, found.callerShare) }] : []),
    { kind: 'process', name: process, share: Math.min(1, runner.ns / found.ns) },
  ]
  return {
    subject: describeTarget(context.target),
    metrics: { familyRatio, busyRatio: runner.busyRatio, sampleCount: total.effectiveCount },
    facts: { family: family.id, functionName: found.functionName, caller: found.caller, process, thread: runner.thread },
    share: shareOf(familyRatio, profile, time),
    culprits,
    rows: undefined,
  }
}

function shareOf(ratio: number, { total }: Profile, time: TargetTime): Interval {
  return scaleInterval(wilsonInterval(ratio, total.effectiveCount), Math.min(1, time.runningNs / time.totalNs))
}

/** Who runs the family's code most, and how busy that thread is with all it does. */
function findRunner({ tables, time, context, profile }: Place, inside: Uint8Array) {
  const { sample } = tables
  const byProcess = new Tally()
  const byThread = new Tally()
  const allOfThread = new Map<number, number>()
  for (let row = 0; row < sample.length; row++) {
    if (!time.isMember(sample.process[row]) || !(sample.weightNs[row] > 0)) continue
    const key = threadKey(sample.process[row], sample.tid[row])
    allOfThread.set(key, (allOfThread.get(key) ?? 0) + sample.weightNs[row])
    const leaf = leafOf(tables, profile.tree, row)
    if (leaf === NONE || inside[leaf] === 0) continue
    byProcess.add(sample.process[row], sample.weightNs[row])
    byThread.add(key, sample.weightNs[row])
  }
  const process = byProcess.largest()
  const thread = byThread.largest().key
  const ofThread = (allOfThread.get(thread) ?? 0) / context.durationNs
  const ofMachine = time.runningNs / (context.durationNs * Math.max(1, context.host.cpuCount))
  return {
    process: process.key,
    ns: process.ns,
    thread: threadName(tables.thread, thread),
    busyRatio: Math.min(1, Math.max(ofThread, ofMachine)),
  }
}

function threadName(thread: Table<'thread'> | undefined, key: number): string {
  for (let row = 0; row < (thread?.length ?? 0); row++) {
    if (thread === undefined || threadKey(thread.process[row], thread.tid[row]) !== key) continue
    return `${shorten(textAt(thread.comm, row) ?? '?')} (tid ${thread.tid[row]})`
  }
  return key === NONE ? 'unknown thread' : `tid ${key % 4194304}`
}
