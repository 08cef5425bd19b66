import { type FlameFrame, type FlameKind, type FlameTree, NONE, Ownership, ProcessRole, type RecordedTables, textAt } from '../schema.ts'

/** Nodes narrower than this share of the whole cannot be seen and are left out. */
const hiddenBelowRatio = 0.0005
/** More nodes make the page heavy; the threshold is raised until they fit. */
const maxNodes = 20_000
/** Deeper frames are counted to their caller: no screen shows them, and a hostile stack must not grow the tree for ever. */
const maxDepth = 512

/** Which samples a tree is about. */
export type FlameScope = 'target' | 'machine'

/** Merges the stacks of all samples in scope into one tree; undefined when there is none. */
export function buildFlame(tables: RecordedTables, scope: FlameScope): FlameTree | undefined {
  const { sample, process } = tables
  if (sample === undefined) return undefined
  const frames = internFrames(tables)
  const trie = new Trie(frames.rootFrame)
  const weights = weighStacks(tables, scope)
  if (weights.sampleCount === 0) return undefined
  for (const { processRow, stack, ns } of weights.entries) {
    const path = pathOf(tables, stack, frames)
    const role = process !== undefined && processRow !== NONE ? process.role[processRow] : ProcessRole.Other
    const comm = process !== undefined && processRow !== NONE ? textAt(process.comm, processRow) : undefined
    trie.add([frames.processFrame(comm ?? '[unknown process]', role), ...path], ns)
  }
  return { ...prune(trie, frames.list), sampleCount: weights.sampleCount }
}

interface StackWeight {
  readonly processRow: number
  readonly stack: number
  ns: number
}

/** Sums samples by process and stack first: far fewer of those than samples. */
function weighStacks(tables: RecordedTables, scope: FlameScope): { entries: readonly StackWeight[]; sampleCount: number } {
  const { sample, process, callchainStack } = tables
  const byKey = new Map<number, StackWeight>()
  let sampleCount = 0
  if (sample === undefined) return { entries: [], sampleCount }
  const processCount = (process?.length ?? 0) + 1
  for (let row = 0; row < sample.length; row++) {
    const processRow = validRow(sample.process[row], process?.length)
    if (scope === 'target' && (processRow === NONE || process?.role[processRow] !== ProcessRole.Target)) continue
    sampleCount++
    const callchain = validRow(sample.callchain[row], callchainStack?.length)
    const stack = callchain === NONE || callchainStack === undefined ? NONE : callchainStack.stack[callchain]
    const key = (stack + 1) * processCount + processRow + 1
    const ns = timeOf(sample.weightNs[row])
    const entry = byKey.get(key)
    if (entry === undefined) byKey.set(key, { processRow, stack, ns })
    else entry.ns += ns
  }
  return { entries: [...byKey.values()], sampleCount }
}

function validRow(row: number, length: number | undefined): number {
  return length !== undefined && row >= 0 && row < length ? row : NONE
}

interface FrameList {
  readonly list: FlameFrame[]
  readonly rootFrame: number
  processFrame(comm: string, role: number): number
  symbolFrame(symbol: number): number
}

const kindOf: Readonly<Record<number, FlameKind>> = {
  [Ownership.Kernel]: 'kernel',
  [Ownership.System]: 'system',
  [Ownership.Runtime]: 'runtime',
  [Ownership.Dependency]: 'dependency',
  [Ownership.Own]: 'own',
}

function internFrames({ symbol }: RecordedTables): FrameList {
  const list: FlameFrame[] = []
  const known = new Map<string, number>()
  const ofSymbol = new Int32Array(symbol?.length ?? 0).fill(NONE)
  const intern = (name: string, module: string, kind: FlameKind): number => {
    const key = `${kind}\0${module}\0${name}`
    const found = known.get(key) ?? list.push({ name, module, kind }) - 1
    known.set(key, found)
    return found
  }
  const unknown = () => intern('[unknown]', '', 'unknown')
  return {
    list,
    rootFrame: intern('all', '', 'process'),
    processFrame: (comm, role) => intern(comm, '', role === ProcessRole.Autotune ? 'autotune' : 'process'),
    symbolFrame(row) {
      if (symbol === undefined || validRow(row, symbol.length) === NONE) return unknown()
      if (ofSymbol[row] === NONE) {
        const kind = kindOf[symbol.ownership[row]] ?? 'unknown'
        ofSymbol[row] = intern(textAt(symbol.name, row) ?? '[unknown]', textAt(symbol.module, row) ?? '', kind)
      }
      return ofSymbol[row]
    },
  }
}

/** Frames of a stack, root first. A prefix always has a smaller row, so the walk ends; one that has not is cut. */
function pathOf({ stack, frame }: RecordedTables, leaf: number, frames: FrameList): number[] {
  const path: number[] = []
  if (stack === undefined) return path
  let row = validRow(leaf, stack.length)
  while (row !== NONE) {
    const frameRow = validRow(stack.frame[row], frame?.length)
    path.push(frames.symbolFrame(frame === undefined || frameRow === NONE ? NONE : frame.symbol[frameRow]))
    const prefix = stack.prefix[row]
    row = prefix < row ? validRow(prefix, stack.length) : NONE
  }
  return path.reverse().slice(0, maxDepth)
}

/** A growing tree; a child is found by its parent and its frame. */
class Trie {
  readonly frame: number[] = []
  readonly ns: number[] = [0]
  readonly children: number[][] = [[]]
  readonly #child = new Map<string, number>()

  constructor(rootFrame: number) {
    this.frame.push(rootFrame)
  }

  add(path: readonly number[], ns: number): void {
    let node = 0
    this.ns[0] += ns
    for (const frame of path) {
      const key = `${node}/${frame}`
      let child = this.#child.get(key)
      if (child === undefined) {
        child = this.frame.push(frame) - 1
        this.ns.push(0)
        this.children.push([])
        this.children[node].push(child)
        this.#child.set(key, child)
      }
      node = child
      this.ns[node] += ns
    }
  }
}

/** The tree in preorder without what is too small; raises the bar until it fits. */
function prune(trie: Trie, frames: readonly FlameFrame[]): Omit<FlameTree, 'sampleCount'> {
  let barNs = trie.ns[0] * hiddenBelowRatio
  while (countAtLeast(trie.ns, barNs) > maxNodes) barNs *= 1.5
  const order = (a: number, b: number) =>
    trie.ns[b] - trie.ns[a] || compareText(frames[trie.frame[a]].name, frames[trie.frame[b]].name) || trie.frame[a] - trie.frame[b]
  const columns = { frame: [] as number[], depth: [] as number[], ns: [] as number[] }
  let hiddenNs = 0
  const open: (readonly [node: number, depth: number])[] = [[0, 0]]
  for (let top = open.pop(); top !== undefined; top = open.pop()) {
    const [node, depth] = top
    columns.frame.push(trie.frame[node])
    columns.depth.push(depth)
    columns.ns.push(Math.round(trie.ns[node]))
    const visible = trie.children[node].filter(child => trie.ns[child] >= barNs)
    for (const child of trie.children[node]) if (trie.ns[child] < barNs) hiddenNs += trie.ns[child]
    for (const child of visible.sort(order).reverse()) open.push([child, depth + 1])
  }
  return { ...columns, ...usedFrames(columns.frame, frames), hiddenNs, hiddenNodeCount: trie.ns.length - columns.ns.length }
}

function countAtLeast(values: readonly number[], bar: number): number {
  let count = 0
  for (const value of values) if (value >= bar) count++
  return count
}

/** Frames in the order in which the tree first shows them, none it does not show, and the nodes' indexes into that. */
function usedFrames(used: readonly number[], frames: readonly FlameFrame[]): Pick<FlameTree, 'frame' | 'frames'> {
  const shown = [...new Set(used)]
  const place = new Map(shown.map((frame, index) => [frame, index]))
  return { frames: shown.map(index => frames[index]), frame: used.map(index => place.get(index) ?? 0) }
}

function compareText(a: string, b: string): number {
  return a < b ? -1 : a > b ? 1 : 0
}

/** A weight that is missing or damaged adds no time. */
function timeOf(weightNs: number): number {
  return Number.isFinite(weightNs) && weightNs > 0 ? weightNs : 0
}
