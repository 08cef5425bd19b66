import { NONE, type RecordedTables, type Table, textAt } from '../schema.ts'
import { blameNodes } from './blame.ts'
import { buildCallTree, type CallTree, functionAt, hostOf, isKernel } from './call-tree.ts'
import { findKernelEntries } from './kernel-entry.ts'
import { shorten } from './labels.ts'
import { threadKey } from './thread-groups.ts'

/** Tables that names come from; what is missing costs the names alone. */
export type NameTables = Pick<RecordedTables, 'thread' | 'sample' | 'callchainStack' | 'stack' | 'frame' | 'symbol'> & {
  readonly process: Table<'process'>
}

/** Names of threads and of functions on stacks. */
export interface WaitNames {
  /** "worker-1 (tid 43)". */
  thread(process: number, tid: number): string
  /** The function to blame for a row of callchain, as the user knows it: not one that was inlined; undefined without one. */
  functionOf(callchain: number): string | undefined
  /** Functions of user code from the leaf up, at most a few; empty without a stack. */
  userFunctions(callchain: number): readonly string[]
  /** The same of the kernel. */
  kernelFunctions(callchain: number): readonly string[]
  /** What a stack around a wait says it is for: a lock, or something that is handed over; undefined when it doesn't. */
  kindOf(callchain: number): StackKind
  /** Where some threads compute most; undefined without samples of them. */
  hotFunction(isIncluded: (process: number, tid: number) => boolean): string | undefined
  /** Which part of their computing is the kernel's, for some system calls; 0 without samples of them. */
  callRatio(calls: readonly string[], isIncluded: (process: number, tid: number) => boolean): number
}

/** Frames that are looked at for what a stack waits for, and for whether that is a lock. */
const MAX_FRAMES = 24
const KIND_FRAMES = 6

type StackKind = 'lock' | 'other' | undefined

/** By the stacks of a recording: every detector asks, and each half of the recording again. */
const kinds = new WeakMap<object, Map<number, StackKind>>()

function memory(stacks: object, find: (callchain: number) => StackKind): (callchain: number) => StackKind {
  const known = kinds.get(stacks) ?? new Map<number, StackKind>()
  kinds.set(stacks, known)
  return callchain => {
    const kind = known.get(callchain)
    if (kind !== undefined || known.has(callchain)) return kind
    const found = find(callchain)
    known.set(callchain, found)
    return found
  }
}

/** Looks names up in the symbolized stacks. */
export function nameWaits(tables: NameTables): WaitNames {
  const { callchainStack, stack, frame, symbol, sample } = tables
  const tree = stack !== undefined && frame !== undefined && symbol !== undefined ? buildCallTree({ stack, frame, symbol }) : undefined
  const blamed = tree === undefined ? new Int32Array(0) : blameNodes(tree)
  let commOf: ReadonlyMap<number, string> | undefined
  const nodeOf = (callchain: number) => {
    if (tree === undefined || callchainStack === undefined || callchain < 0 || callchain >= callchainStack.length) return NONE
    const row = callchainStack.stack[callchain]
    return row >= 0 && row < tree.nodeOfStack.length ? tree.nodeOfStack[row] : NONE
  }
  const functionOf = (callchain: number) => {
    const node = nodeOf(callchain)
    if (tree === undefined || node === NONE || isKernel(tree, blamed[node])) return undefined
    return functionAt(tree, hostOf(tree, blamed[node])).name
  }
  return {
    thread(process, tid) {
      // few of those who ask for names ask for threads, and there can be thousands
      commOf ??= threadNames(tables.thread)
      return `${commOf.get(threadKey(process, tid)) ?? commOfProcess(tables.process, process)} (tid ${tid})`
    },
    functionOf,
    userFunctions: callchain => functionsFrom(tree, nodeOf(callchain), false),
    kernelFunctions: callchain => functionsFrom(tree, nodeOf(callchain), true),
    kindOf: memory(callchainStack ?? tables, callchain => kindOfStack(functionsFrom(tree, nodeOf(callchain), false, KIND_FRAMES))),
    hotFunction(isIncluded) {
      const weights = new Map<string, number>()
      for (let row = 0; row < (sample?.length ?? 0); row++) {
        if (sample === undefined || !isIncluded(sample.process[row], sample.tid[row])) continue
        const name = functionOf(sample.callchain[row])
        if (name !== undefined) weights.set(name, (weights.get(name) ?? 0) + sample.weightNs[row])
      }
      return heaviest(weights)
    },
    callRatio(calls, isIncluded) {
      if (tree === undefined) return 0
      const { entryOf, names } = findKernelEntries(tree)
      let [sumNs, callNs] = [0, 0]
      for (let row = 0; row < (sample?.length ?? 0); row++) {
        if (sample === undefined || !isIncluded(sample.process[row], sample.tid[row])) continue
        const node = nodeOf(sample.callchain[row])
        sumNs += sample.weightNs[row]
        if (node !== NONE && entryOf[node] !== NONE && calls.includes(names[entryOf[node]])) callNs += sample.weightNs[row]
      }
      return sumNs > 0 ? callNs / sumNs : 0
    },
  }
}

/** The name with most weight, the first in the alphabet among equals. */
export function heaviest(weights: ReadonlyMap<string, number>): string | undefined {
  let found: readonly [string, number] | undefined
  for (const entry of weights) {
    if (found === undefined || entry[1] > found[1] || (entry[1] === found[1] && entry[0] < found[0])) found = entry
  }
  return found?.[0]
}

function threadNames(thread: Table<'thread'> | undefined): Map<number, string> {
  const names = new Map<number, string>()
  for (let row = 0; row < (thread?.length ?? 0); row++) {
    const comm = thread === undefined ? undefined : textAt(thread.comm, row)
    if (thread !== undefined && comm !== undefined) names.set(threadKey(thread.process[row], thread.tid[row]), shorten(comm))
  }
  return names
}

function commOfProcess(process: Table<'process'>, row: number): string {
  return row >= 0 && row < process.length ? shorten(textAt(process.comm, row) ?? 'thread') : 'thread'
}

function functionsFrom(tree: CallTree | undefined, leaf: number, kernel: boolean, limit = MAX_FRAMES): readonly string[] {
  const names: string[] = []
  for (let node = leaf; tree !== undefined && node !== NONE && names.length < limit; node = tree.parent[node]) {
    if (isKernel(tree, node) === kernel) names.push(functionAt(tree, node).name)
  }
  return names
}

const lockNames =
  /(mutex|rwlock|spin|rw_?sem\w*|raw)_?(un)?lock|unlock|lll_lock|lock_?(wait|wake|slow|contended)|synchronized|monitor_?(enter|exit)|critical_?section/i
// no semaphores: they are used either way
const otherNames =
  /cond(ition|var)?_?(timed|clock)?_?(wait|signal|broadcast|notify)|pthread_(timed|clock)?join|barrier|notify_(one|all)|\bpark|unpark|latch|channel|queue_?(pop|push|take)|recv|send/i

/** What the stacks around a wait say it is for: a lock, or something that is handed over; undefined when they don't. */
export function kindOfWait(wait: Table<'wait'>, row: number, names: WaitNames): StackKind {
  return names.kindOf(wait.userCallchain[row]) ?? names.kindOf(wait.wakerCallchain[row])
}

/** The function nearest the leaf decides: a queue has a lock of its own. */
function kindOfStack(functions: readonly string[]): StackKind {
  for (const name of functions) {
    if (otherNames.test(name)) return 'other'
    if (lockNames.test(name)) return 'lock'
  }
  return undefined
}
