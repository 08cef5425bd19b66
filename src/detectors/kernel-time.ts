import { type Culprit, describeTarget, NONE } from '../schema.ts'
import { blameNodes } from './blame.ts'
import { buildCallTree, type CallTree, leafOf, type StackTables, weighSamples } from './call-tree.ts'
import { defineDetector } from './detector.ts'
import { scaleInterval, wilsonInterval } from './interval.ts'
import { findKernelEntries, INTERRUPT, shareAnyCall } from './kernel-entry.ts'
import { processLabel } from './labels.ts'
import { Tally } from './tally.ts'
import { measureTargetTime, type TargetTime, TIME_TABLES, type TimeTables } from './target-time.ts'

/** How much of the target's running time the kernel works on its behalf, and for what. Interrupts are not its own. */
export const kernelTime = defineDetector({
  id: 'kernel-time',
  needs: ['process', 'sample', 'callchainStack', 'stack', 'frame', 'symbol'],
  wants: TIME_TABLES,
  metrics: {
    kernelRatio: "Share of the target's samples in the kernel, interrupts left out.",
    userRatio: "Share of the target's samples in user code.",
    interruptRatio: "Share of the target's samples in which an interrupt had its CPU.",
    entryRatio: 'Share of the kernel time that the busiest way into the kernel accounts for.',
    functionRatio: 'Share of the kernel time in the busiest kernel function itself.',
    sampleCount: 'Samples of the target, counted as if all weighed the same.',
  },
  facts: {
    entry: 'The busiest way into the kernel: a system call, page fault, or kernel for kernel threads and the rest.',
    kernelFunction: 'The busiest kernel function.',
    caller: 'The function that asked for most of it.',
    process: 'The process it ran for most.',
  },

  detect(tables, context) {
    // without the right to see kernel code its share is not 0 but unknown
    if (context.sampling?.kernel === false) return []
    const time = measureTargetTime(tables, context)
    const profile = addUp(tables, time)
    if (!(profile.ns > 0) || !(time.totalNs > 0)) return []
    const kernelRatio = profile.kernelNs / profile.ns
    const process = profile.kernelNs > 0 ? processLabel(tables.process, profile.process.key) : ''
    // sums in another order differ in their last digits
    const of = (ns: number) => (profile.kernelNs > 0 ? Math.min(1, ns / profile.kernelNs) : 0)
    const culprits: Culprit[] =
      profile.kernelNs > 0
        ? [
            { kind: 'process', name: process, share: of(profile.process.ns) },
            { kind: 'function', name: profile.caller, share: Math.min(1, profile.callerNs / profile.ns) },
          ]
        : []
    return [
      {
        subject: describeTarget(context.target),
        metrics: {
          kernelRatio,
          userRatio: 1 - (profile.kernelNs + profile.interruptNs) / profile.ns,
          interruptRatio: profile.interruptNs / profile.ns,
          entryRatio: of(profile.entryNs),
          functionRatio: of(profile.functionNs),
          sampleCount: profile.effectiveCount,
        },
        facts: { entry: profile.entry, kernelFunction: profile.kernelFunction, caller: profile.caller, process },
        share: scaleInterval(wilsonInterval(kernelRatio, profile.effectiveCount), time.runningNs / time.totalNs),
        culprits,
        rows: undefined,
      },
    ]
  },
})

/** Kernel time by entry, kernel function, caller and process: the largest of each. */
function addUp(tables: StackTables & TimeTables, time: TargetTime) {
  const { sample } = tables
  const tree = buildCallTree(tables)
  const blamed = blameNodes(tree)
  const { entryOf, names } = findKernelEntries(tree)
  const total = weighSamples(tables, tree, row => time.isMember(sample.process[row]))
  const byEntry = new Tally()
  const byFunction = new Tally()
  const byCaller = new Tally()
  let interruptNs = 0
  for (let node = 0; node < entryOf.length; node++) {
    const ns = total.selfNs[node]
    if (ns === 0 || entryOf[node] === NONE) continue
    if (entryOf[node] === INTERRUPT) {
      interruptNs += ns
      continue
    }
    byEntry.add(entryOf[node], ns)
    byFunction.add(tree.functionOf[node], ns)
    byCaller.add(tree.functionOf[blamed[node]], ns)
  }
  const nameOf = (id: number) => (id === NONE ? '' : tree.functions[id].name)
  const [entry, leaf, caller] = [shareAnyCall(byEntry).largest(), byFunction.largest(), byCaller.largest()]
  return {
    ns: total.ns,
    effectiveCount: total.effectiveCount,
    kernelNs: byEntry.total,
    interruptNs,
    entry: entry.key === NONE ? '' : names[entry.key],
    entryNs: entry.ns,
    kernelFunction: nameOf(leaf.key),
    functionNs: leaf.ns,
    caller: nameOf(caller.key),
    callerNs: caller.ns,
    process: timeByProcess(tables, tree, { time, entryOf }).largest(),
  }
}

function timeByProcess(
  tables: StackTables,
  tree: CallTree,
  { time, entryOf }: { readonly time: TargetTime; readonly entryOf: Int32Array },
): Tally {
  const { sample } = tables
  const byProcess = new Tally()
  for (let row = 0; row < sample.length; row++) {
    const leaf = time.isMember(sample.process[row]) ? leafOf(tables, tree, row) : NONE
    if (leaf !== NONE && entryOf[leaf] !== NONE && entryOf[leaf] !== INTERRUPT) byProcess.add(sample.process[row], sample.weightNs[row])
  }
  return byProcess
}
