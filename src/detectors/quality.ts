import {
  type AnalysisContext,
  CodeKind,
  type IncompleteProcess,
  NONE,
  type Quality,
  type RecordedTables,
  StackEnd,
  textAt,
} from '../schema.ts'
import { buildCallTree, type CallTree, functionAt, leafOf, type StackTables } from './call-tree.ts'
import { membership } from './membership.ts'

/** How good the data is: how many samples, how many lost, how many stacks cut short or without names. */
export function measureQuality(tables: RecordedTables, context: AnalysisContext): Quality {
  const { process, sample } = tables
  const counts = countLosses(tables)
  const machineSamples = sample?.length ?? 0
  const isMember = process === undefined ? () => context.target.kind === 'machine' : membership(process, context)
  let samples = 0
  for (let row = 0; row < machineSamples; row++) if (sample !== undefined && isMember(sample.process[row])) samples++
  const judged = hasStacks(tables) ? judgeStacks(tables, isMember) : []
  const truncated = judged.reduce((sum, process) => sum + process.truncated, 0)
  const unknown = judged.reduce((sum, process) => sum + process.unknown, 0)
  return {
    samples,
    machineSamples,
    lost: (counts.lostRecords ?? 0) + (counts.lostSamples ?? 0),
    truncatedStacks: samples > 0 ? truncated / samples : 0,
    unknownFrames: samples > 0 ? unknown / samples : 0,
    incompleteProcesses: process === undefined ? [] : findIncomplete(judged, process),
    counts,
  }
}

function countLosses({ quality }: RecordedTables): Record<string, number> {
  const counts = new Map<string, number>()
  for (let row = 0; row < (quality?.length ?? 0); row++) {
    const kind = quality === undefined ? undefined : textAt(quality.kind, row)
    const count = quality?.count[row] ?? 0
    if (kind !== undefined && count > 0) counts.set(kind, (counts.get(kind) ?? 0) + count)
  }
  return Object.fromEntries([...counts].sort(([a], [b]) => (a < b ? -1 : 1)))
}

function hasStacks(tables: RecordedTables): tables is RecordedTables & StackTables {
  const { sample, callchainStack, stack, frame, symbol } = tables
  return [sample, callchainStack, stack, frame, symbol].every(table => table !== undefined)
}

/** What is wrong with the stacks of one process. */
interface JudgedProcess {
  /** Row of process. */
  readonly row: number
  samples: number
  truncated: number
  unknown: number
}

function judgeStacks(tables: StackTables, isMember: (process: number) => boolean): JudgedProcess[] {
  const tree = buildCallTree(tables)
  const isCut = cutNodes(tree)
  const judged = new Map<number, JudgedProcess>()
  for (let row = 0; row < tables.sample.length; row++) {
    const process = tables.sample.process[row]
    if (!isMember(process)) continue
    const counts = judged.get(process) ?? { row: process, samples: 0, truncated: 0, unknown: 0 }
    if (counts.samples++ === 0) judged.set(process, counts)
    const leaf = leafOf(tables, tree, row)
    if (isTruncated(tables.sample.stackEnd[row], () => leaf === NONE || isCut[leaf] === 1)) counts.truncated++
    if (leaf === NONE || !functionAt(tree, leaf).named) counts.unknown++
  }
  return [...judged.values()]
}

/** From this share on a process's stacks say too little; the verdict's confidence falls at the same one. */
const INCOMPLETE_RATIO = 0.2
/** Processes told of, and the samples below which a share means nothing. No source: what a reader takes in, a quarter second. */
const MAX_INCOMPLETE = 5
const MIN_SAMPLES = 25

function findIncomplete(judged: readonly JudgedProcess[], { pid, comm }: NonNullable<RecordedTables['process']>): IncompleteProcess[] {
  return judged
    .filter(({ row, samples }) => row !== NONE && samples >= MIN_SAMPLES)
    .filter(({ samples, truncated, unknown }) => Math.max(truncated, unknown) > samples * INCOMPLETE_RATIO)
    .sort((left, right) => right.samples - left.samples || left.row - right.row)
    .slice(0, MAX_INCOMPLETE)
    .map(({ row, samples, truncated, unknown }) => ({
      pid: pid[row],
      comm: textAt(comm, row) ?? '',
      samples,
      truncatedStacks: truncated / samples,
      unknownFrames: unknown / samples,
    }))
}

/** What unwinding said; where nobody checked the kernel's walk, the names at the root decide. */
function isTruncated(end: number, looksCut: () => boolean): boolean {
  if (end === StackEnd.Unchecked) return looksCut()
  return end !== StackEnd.Complete && end !== StackEnd.NoUserCode
}

/** Functions that processes, threads and generated code begin in: C and C++ (glibc, musl), Rust, Go, V8, HotSpot. */
const start =
  /^(_start|_start_c|_dl_start|_dl_start_user|__libc_start_main|__libc_start_main_impl|__libc_start_call_main|main|(__)?clone3?|start_thread|thread_start|_rt0_\w+|runtime\.(goexit|mstart|mcall|morestack|systemstack|rt0_go)|(Builtins_)?JSEntry\w*|call_stub|StubRoutines.*)(\.abi\w+|\.\d+)*$/

/** The files in which stripped systems have their start functions. */
const startFile = /^(libc|ld)[-.]/

/** Per node, 1 when a stack with this leaf ends before a root. Kernel code alone is whole: kernel threads have no user part. */
function cutNodes(tree: CallTree): Uint8Array {
  const cut = new Uint8Array(tree.parent.length)
  // within nameless code of libc at the root: whole as soon as it called something else
  const inStart = new Uint8Array(tree.parent.length)
  for (let node = 0; node < cut.length; node++) {
    const { name, kind, named, module } = functionAt(tree, node)
    const parent = tree.parent[node]
    const inStartFile = !named && startFile.test(module)
    if (parent === NONE) {
      inStart[node] = inStartFile ? 1 : 0
      cut[node] = kind === CodeKind.User && !start.test(name) ? 1 : 0
    } else {
      inStart[node] = inStart[parent] === 1 && inStartFile ? 1 : 0
      cut[node] = inStart[parent] === 1 && inStart[node] === 0 ? 0 : cut[parent]
    }
  }
  return cut
}
