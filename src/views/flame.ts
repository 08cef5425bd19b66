import { type FlameFrame, type FlameKind, type FlameTree, NONE, Ownership, ProcessRole, type RecordedTables, textAt } from '../schema.ts'
import { type FlameSource, findFlameSources } from './flame-sources.ts'

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
  const { sample, process, callchainStack } = tables
  if (sample === undefined) return undefined
  const frames = internFrames(tables)
  const trie = new Trie(frames.rootFrame)
  const nodeOf = stackFinder(tables, frames, trie)
  const processFrames = frames.ofProcesses(process)
  let sampleCount = 0
  for (let row = 0; row < sample.length; row++) {
    const processRow = validRow(sample.process[row], process?.length)
    if (scope === 'target' && (processRow === NONE || process?.role[processRow] !== ProcessRole.Target)) continue
    sampleCount++
    const callchain = validRow(sample.callchain[row], callchainStack?.length)
    const stack = callchain === NONE || callchainStack === undefined ? NONE : callchainStack.stack[callchain]
    trie.ns[nodeOf(processRow === NONE ? frames.unknownProcess : processFrames[processRow], stack)] += timeOf(sample.weightNs[row])
  }
  if (sampleCount === 0) return undefined
  trie.sumUp()
  return { ...prune(trie, frames.list), sampleCount }
}

function validRow(row: number, length: number | undefined): number {
  return length !== undefined && row >= 0 && row < length ? row : NONE
}

interface FrameList {
  readonly list: FlameFrame[]
  readonly rootFrame: number
  readonly unknownProcess: number
  /** Frames of the rows of process. */
  ofProcesses(process: RecordedTables['process']): Int32Array
  symbolFrame(symbol: number): number
}

const kindOf: Readonly<Record<number, FlameKind>> = {
  [Ownership.Kernel]: 'kernel',
  [Ownership.System]: 'system',
  [Ownership.Runtime]: 'runtime',
  [Ownership.Dependency]: 'dependency',
  [Ownership.Own]: 'own',
}

function internFrames(tables: RecordedTables): FrameList {
  const { symbol } = tables
  const sources = findFlameSources(tables)
  const list: FlameFrame[] = []
  const known = new Map<string, number>()
  const ofSymbol = new Int32Array(symbol?.length ?? 0).fill(NONE)
  const intern = (name: string, module: string, kind: FlameKind, source?: FlameSource): number => {
    const key = `${kind}\0${module}\0${name}`
    const found = known.get(key) ?? list.push({ name, module, kind, ...source }) - 1
    known.set(key, found)
    return found
  }
  const unknown = () => intern('[unknown]', '', 'unknown')
  const processFrame = (comm: string, role: number) => intern(comm, '', role === ProcessRole.Autotune ? 'autotune' : 'process')
  return {
    list,
    rootFrame: intern('all', '', 'process'),
    unknownProcess: intern('[unknown process]', '', 'process'),
    ofProcesses: process =>
      Int32Array.from({ length: process?.length ?? 0 }, (_, row) =>
        process === undefined ? NONE : processFrame(textAt(process.comm, row) ?? '[unknown process]', process.role[row]),
      ),
    symbolFrame(row) {
      if (symbol === undefined || validRow(row, symbol.length) === NONE) return unknown()
      if (ofSymbol[row] === NONE) {
        const kind = kindOf[symbol.ownership[row]] ?? 'unknown'
        ofSymbol[row] = intern(textAt(symbol.name, row) ?? '[unknown]', textAt(symbol.module, row) ?? '', kind, sources.get(row))
      }
      return ofSymbol[row]
    },
  }
}

/**
 * Finds the node of a stack under a process, adding what is missing. Each stack is walked once, up to its nearest caller
 * that is known already. A prefix always has a smaller row, so the walk ends; one that has not is cut.
 */
function stackFinder({ stack, frame }: RecordedTables, frames: FrameList, trie: Trie): (processFrame: number, leaf: number) => number {
  const stackCount = stack?.length ?? 0
  const known = new Map<number, number>()
  const frameAt = (row: number): number => {
    const frameRow = validRow(stack === undefined ? NONE : stack.frame[row], frame?.length)
    return frames.symbolFrame(frame === undefined || frameRow === NONE ? NONE : frame.symbol[frameRow])
  }
  return (processFrame, leaf) => {
    const base = processFrame * stackCount
    const missing: number[] = []
    let row = validRow(leaf, stackCount)
    while (stack !== undefined && row !== NONE && !known.has(base + row)) {
      missing.push(row)
      const prefix = stack.prefix[row]
      row = prefix < row ? validRow(prefix, stackCount) : NONE
    }
    let node = (row === NONE ? undefined : known.get(base + row)) ?? trie.child(0, processFrame)
    for (const next of missing.reverse()) {
      node = trie.child(node, frameAt(next))
      known.set(base + next, node)
    }
    return node
  }
}

/** A growing tree; a child is found by its parent and its frame, and has a larger index than its parent. */
class Trie {
  readonly frame: number[] = []
  readonly ns: number[] = [0]
  readonly children: number[][] = [[]]
  readonly #parent: number[] = [NONE]
  readonly #depth: number[] = [0]
  readonly #child = new Map<number, number>()

  constructor(rootFrame: number) {
    this.frame.push(rootFrame)
  }

  /** The child of a node for a frame; the node itself when it is as deep as a tree may be. */
  child(node: number, frame: number): number {
    if (this.#depth[node] >= maxDepth) return node
    const key = frame * 2 ** 26 + node
    const found = this.#child.get(key)
    if (found !== undefined) return found
    const child = this.frame.push(frame) - 1
    this.ns.push(0)
    this.children.push([])
    this.#parent.push(node)
    this.#depth.push(this.#depth[node] + 1)
    this.children[node].push(child)
    this.#child.set(key, child)
    return child
  }

  /** Turns own time into time with all callees. */
  sumUp(): void {
    for (let node = this.ns.length - 1; node > 0; node--) this.ns[this.#parent[node]] += this.ns[node]
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
