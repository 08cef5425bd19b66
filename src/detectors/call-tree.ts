import { CodeKind, NONE, type Table } from '../schema.ts'
import { type FunctionFacts, indexFunctions } from './functions.ts'

/** Tables from which stacks are told. */
export interface StackTables {
  readonly sample: Table<'sample'>
  readonly callchainStack: Table<'callchainStack'>
  readonly stack: Table<'stack'>
  readonly frame: Table<'frame'>
  readonly symbol: Table<'symbol'>
}

/** All stacks as one tree of functions: a node is a function and its callers. A parent always has a smaller index. */
export interface CallTree {
  readonly functions: readonly FunctionFacts[]
  /** Per node: its caller, NONE for a root. */
  readonly parent: Int32Array
  /** Per node: index into functions. */
  readonly functionOf: Int32Array
  /** Per node: 1 where the compiler put its code into its caller's. */
  readonly isInlined: Uint8Array
  /** Per row of stack: its node. */
  readonly nodeOfStack: Int32Array
}

/** The tree of each table of stacks that was asked for: every detector asks for the same one. */
const built = new WeakMap<StackTables['stack'], { readonly frame: StackTables['frame']; readonly tree: CallTree }>()

/** Merges stacks that differ only in addresses within the same functions. */
export function buildCallTree(tables: Pick<StackTables, 'stack' | 'frame' | 'symbol'>): CallTree {
  const known = built.get(tables.stack)
  if (known !== undefined && known.frame === tables.frame) return known.tree
  const tree = mergeStacks(tables)
  built.set(tables.stack, { frame: tables.frame, tree })
  return tree
}

function mergeStacks({ stack, frame, symbol }: Pick<StackTables, 'stack' | 'frame' | 'symbol'>): CallTree {
  const { functions, ofFrame } = indexFunctions(frame, symbol)
  const parent = new Int32Array(stack.length)
  const functionOf = new Int32Array(stack.length)
  const isInlined = new Uint8Array(stack.length)
  const nodeOfStack = new Int32Array(stack.length)
  const nodeOf = new Map<number, number>()
  let length = 0
  for (let row = 0; row < stack.length; row++) {
    const prefix = stack.prefix[row]
    // a prefix that is not smaller, as the table promises, would be a loop: such a row counts as a root
    const caller = prefix >= 0 && prefix < row ? nodeOfStack[prefix] : NONE
    const callee = ofFrame[stack.frame[row]] ?? 0
    const key = (caller + 1) * functions.length + callee
    let node = nodeOf.get(key)
    if (node === undefined) {
      node = length++
      nodeOf.set(key, node)
      parent[node] = caller
      functionOf[node] = callee
      isInlined[node] = frame.inlinedInto[stack.frame[row]] >= 0 ? 1 : 0
    }
    nodeOfStack[row] = node
  }
  return {
    functions,
    parent: parent.slice(0, length),
    functionOf: functionOf.slice(0, length),
    isInlined: isInlined.slice(0, length),
    nodeOfStack,
  }
}

/** Node of the leaf of a sample, or NONE when it has no stack. */
export function leafOf(tables: Pick<StackTables, 'sample' | 'callchainStack'>, tree: CallTree, sampleRow: number): number {
  const callchain = tables.sample.callchain[sampleRow]
  if (callchain < 0 || callchain >= tables.callchainStack.length) return NONE
  const row = tables.callchainStack.stack[callchain]
  return row >= 0 && row < tree.nodeOfStack.length ? tree.nodeOfStack[row] : NONE
}

/** Samples added up by the node of their leaf. */
export interface SampleTime {
  readonly count: number
  readonly ns: number
  /** (Σw)² / Σw²: how many samples of one weight would tell as much. */
  readonly effectiveCount: number
  /** Per node: time of the samples whose leaf it is. */
  readonly selfNs: Float64Array
}

/** Adds up the samples that include() lets through. */
export function weighSamples(
  tables: Pick<StackTables, 'sample' | 'callchainStack'>,
  tree: CallTree,
  include: (sampleRow: number) => boolean,
): SampleTime {
  const { sample } = tables
  const selfNs = new Float64Array(tree.parent.length)
  let count = 0
  let ns = 0
  let squares = 0
  for (let row = 0; row < sample.length; row++) {
    const weightNs = sample.weightNs[row]
    if (!(weightNs > 0) || !include(row)) continue
    count++
    ns += weightNs
    squares += weightNs * weightNs
    const leaf = leafOf(tables, tree, row)
    if (leaf !== NONE) selfNs[leaf] += weightNs
  }
  return { count, ns, effectiveCount: squares > 0 ? (ns * ns) / squares : 0, selfNs }
}

/** Per node: its own time and that of all it called. */
export function addCallees({ parent }: CallTree, selfNs: Float64Array): Float64Array {
  const inclusiveNs = selfNs.slice()
  for (let node = parent.length - 1; node >= 0; node--) {
    if (parent[node] !== NONE) inclusiveNs[parent[node]] += inclusiveNs[node]
  }
  return inclusiveNs
}

/** Time of stacks with a function anywhere on them, each stack once, however often it recurs. */
export function inclusiveTime({ parent, functionOf }: CallTree, inclusiveNs: Float64Array, functionId: number): number {
  const within = new Uint8Array(parent.length)
  let ns = 0
  for (let node = 0; node < parent.length; node++) {
    const above = parent[node] !== NONE && within[parent[node]] === 1
    if (functionOf[node] === functionId && !above) ns += inclusiveNs[node]
    within[node] = above || functionOf[node] === functionId ? 1 : 0
  }
  return ns
}

/** The function of a node. */
export function functionAt({ functions, functionOf }: CallTree, node: number): FunctionFacts {
  return functions[functionOf[node]]
}

/** The node whose code a node is part of: the function that the compiler inlined it into, or itself. */
export function hostOf({ parent, isInlined }: CallTree, node: number): number {
  let host = node
  while (isInlined[host] === 1 && parent[host] !== NONE) host = parent[host]
  return host
}

/** Whether a node is kernel code. */
export function isKernel(tree: CallTree, node: number): boolean {
  return functionAt(tree, node).kind === CodeKind.Kernel
}

/** Names from the root to a node; the middle of a long path is left out: "main → parse → … → hot". */
export function pathText(tree: CallTree, node: number): string {
  const names: string[] = []
  for (let at = node; at !== NONE; at = tree.parent[at]) {
    const { name } = functionAt(tree, at)
    if (names.at(-1) !== name) names.push(name)
  }
  names.reverse()
  return (names.length <= 8 ? names : [...names.slice(0, 2), '…', ...names.slice(-5)]).join(' → ')
}
