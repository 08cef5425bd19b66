import { type Culprit, NONE, ProcessRole, type Table } from '../schema.ts'
import { blameNodes } from './blame.ts'
import {
  addCallees,
  buildCallTree,
  functionAt,
  inclusiveTime,
  isKernel,
  leafOf,
  pathText,
  type SampleTime,
  type StackTables,
  weighSamples,
} from './call-tree.ts'
import { defineDetector } from './detector.ts'
import { scaleInterval, wilsonInterval } from './interval.ts'
import { processLabel } from './labels.ts'
import { hottestPlace } from './source-places.ts'
import { Tally } from './tally.ts'
import { measureTargetTime, type TargetTime, TIME_TABLES, type TimeTables } from './target-time.ts'

/** Functions reported at most: with five listed a sixth has at most a sixth of the time. */
const MAX_CANDIDATES = 5

/**
 * Where the target computes. Every sample belongs to one function: the nearest to the leaf that the user can change, so
 * time in memcpy or in the kernel is the time of whoever called it.
 */
export const hotPath = defineDetector({
  id: 'hot-path',
  needs: ['process', 'sample', 'callchainStack', 'stack', 'frame', 'symbol'],
  wants: TIME_TABLES,
  metrics: {
    attributedRatio: "Share of the target's samples in the function, or in library and kernel code it called.",
    selfRatio: "Share of the target's samples in the function itself.",
    inclusiveRatio: "Share of the target's samples with the function anywhere on the stack.",
    kernelRatio: "Share of the function's samples that are in the kernel.",
    namedCount: '1 when the function has a name, 0 for code without symbols.',
    cpuUseRatio: 'CPU time of the target over the time recorded: 1 is one CPU all the time.',
    sampleCount: 'Samples of the target, counted as if all weighed the same.',
  },
  facts: {
    functionName: 'The function to blame.',
    module: 'The file it is in.',
    process: 'The process it ran in most.',
    path: 'The heaviest path from the root of the stack to it.',
    leaf: 'The function that most of its samples were in; itself when it called nothing expensive.',
    source: 'File and line that most of its samples were at, and what it was inlined into; the file it is in where lines are not known.',
  },

  detect(tables, context) {
    const time = measureTargetTime(tables, context)
    const profile = attribute(tables, time)
    if (!(profile.all.ns > 0) || !(time.totalNs > 0)) return []
    return profile.candidates
      .slice(0, MAX_CANDIDATES)
      .map(functionId => observe(tables, time, { ...profile, functionId, durationNs: context.durationNs }))
  },
})

type Profile = ReturnType<typeof attribute>

/** Gives every stack to the function that answers for it, and orders the functions by what that adds up to. */
function attribute(tables: StackTables & TimeTables, time: TargetTime) {
  const { sample, process } = tables
  const tree = buildCallTree(tables)
  const blamed = blameNodes(tree)
  const all = weighSamples(tables, tree, row => time.isMember(sample.process[row]))
  const users = weighSamples(tables, tree, row => time.isMember(sample.process[row]) && !isKernelThread(process, sample.process[row]))
  // kernel threads work for others: they are candidates only when they are most of what runs
  const counted: SampleTime = users.ns * 2 >= all.ns ? users : all
  const attributedNs = new Float64Array(tree.functions.length)
  const selfNs = new Float64Array(tree.functions.length)
  for (let node = 0; node < blamed.length; node++) {
    attributedNs[tree.functionOf[blamed[node]]] += counted.selfNs[node]
    selfNs[tree.functionOf[node]] += counted.selfNs[node]
  }
  const candidates = Array.from(attributedNs.keys()).filter(id => attributedNs[id] > 0)
  candidates.sort((a, b) => attributedNs[b] - attributedNs[a] || a - b)
  return { tree, blamed, all, counted, attributedNs, selfNs, inclusiveNs: addCallees(tree, counted.selfNs), candidates }
}

function isKernelThread(process: Table<'process'>, row: number): boolean {
  return row !== NONE && process.role[row] === ProcessRole.KernelThread
}

function observe(
  tables: StackTables & TimeTables,
  time: TargetTime,
  found: Profile & { readonly functionId: number; readonly durationNs: number },
) {
  const { tree, all, attributedNs, selfNs, inclusiveNs, functionId, durationNs } = found
  const { name, module, named } = tree.functions[functionId]
  const places = placesOf(found)
  const place = hottestPlace(tables, found, row => time.isMember(tables.sample.process[row]))
  const runner = mainProcess(tables, time, found)
  const attributedRatio = attributedNs[functionId] / all.ns
  const process = processLabel(tables.process, runner.key)
  const culprits: Culprit[] = [
    { kind: 'function', name, share: attributedRatio },
    { kind: 'process', name: process, share: Math.min(1, runner.ns / attributedNs[functionId]) },
  ]
  return {
    subject: `${name} in ${process}`,
    metrics: {
      attributedRatio,
      selfRatio: selfNs[functionId] / all.ns,
      inclusiveRatio: inclusiveTime(tree, inclusiveNs, functionId) / all.ns,
      kernelRatio: places.kernelNs / attributedNs[functionId],
      namedCount: named ? 1 : 0,
      cpuUseRatio: time.runningNs / durationNs,
      sampleCount: all.effectiveCount,
    },
    facts: {
      functionName: name,
      module,
      process,
      path: pathText(tree, places.node),
      leaf: functionAt(tree, places.leaf).name,
      source: place ?? module,
    },
    share: scaleInterval(wilsonInterval(attributedRatio, all.effectiveCount), time.runningNs / time.totalNs),
    culprits,
    rows: undefined,
  }
}

/** Of the nodes that answer for the function's time the heaviest; of its leaves the heaviest function; its kernel time. */
function placesOf({ tree, blamed, counted, functionId }: Profile & { readonly functionId: number }) {
  const perNode = new Float64Array(blamed.length)
  const perLeaf = new Float64Array(tree.functions.length)
  let node = NONE
  let leaf = NONE
  let kernelNs = 0
  for (let at = 0; at < blamed.length; at++) {
    const ns = counted.selfNs[at]
    if (ns === 0 || tree.functionOf[blamed[at]] !== functionId) continue
    perNode[blamed[at]] += ns
    perLeaf[tree.functionOf[at]] += ns
    if (node === NONE || perNode[blamed[at]] > perNode[node]) node = blamed[at]
    if (leaf === NONE || perLeaf[tree.functionOf[at]] > perLeaf[tree.functionOf[leaf]]) leaf = at
    if (isKernel(tree, at)) kernelNs += ns
  }
  return { node, leaf, kernelNs }
}

/** The process with most of the function's time. */
function mainProcess(tables: StackTables & TimeTables, time: TargetTime, { tree, blamed, functionId }: Profile & { functionId: number }) {
  const { sample } = tables
  const byProcess = new Tally()
  for (let row = 0; row < sample.length; row++) {
    const leaf = time.isMember(sample.process[row]) ? leafOf(tables, tree, row) : NONE
    if (leaf !== NONE && tree.functionOf[blamed[leaf]] === functionId) byProcess.add(sample.process[row], sample.weightNs[row])
  }
  return byProcess.largest()
}
