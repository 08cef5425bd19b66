import type { FlameTree } from '../../schema.ts'

/** A tree with what drawing and walking it needs, one entry per node. */
export interface FlameLayout {
  readonly tree: FlameTree
  readonly totalNs: number
  /** Left edge. */
  readonly startNs: Float64Array
  /** NONE (-1) for the root. */
  readonly parent: Int32Array
  /** First node after the subtree. */
  readonly end: Int32Array
  readonly ownNs: Float64Array
}

/** Places every node: children side by side from the left edge of their parent. */
export function layOut(tree: FlameTree): FlameLayout {
  const count = tree.depth.length
  const startNs = new Float64Array(count)
  const parent = new Int32Array(count).fill(-1)
  const end = new Int32Array(count).fill(count)
  const ownNs = Float64Array.from(tree.ns)
  const nextNs = new Float64Array(count)
  const open: number[] = []
  for (let node = 0; node < count; node++) {
    while (open.length > tree.depth[node]) {
      const closed = open.pop()
      if (closed !== undefined) end[closed] = node
    }
    const caller = open.at(-1)
    if (caller !== undefined) {
      parent[node] = caller
      startNs[node] = nextNs[caller]
      nextNs[caller] += tree.ns[node]
      ownNs[caller] -= tree.ns[node]
    }
    nextNs[node] = startNs[node]
    open.push(node)
  }
  return { tree, totalNs: tree.ns[0] ?? 0, startNs, parent, end, ownNs }
}

/** What a search found: matching nodes, and the time under them without counting any twice. */
export interface Matches {
  readonly isMatch: Uint8Array
  readonly count: number
  readonly ns: number
}

/** Looks for a text in names and modules, in any case; undefined for an empty one. */
export function search({ tree, end }: FlameLayout, text: string): Matches | undefined {
  const wanted = text.trim().toLowerCase()
  if (wanted === '') return undefined
  const frameMatches = tree.frames.map(({ name, module }) => name.toLowerCase().includes(wanted) || module.toLowerCase().includes(wanted))
  const isMatch = new Uint8Array(tree.depth.length)
  let count = 0
  let ns = 0
  let countedUntil = 0
  for (let node = 1; node < isMatch.length; node++) {
    if (!frameMatches[tree.frame[node]]) continue
    isMatch[node] = 1
    count++
    if (node < countedUntil) continue
    ns += tree.ns[node]
    countedUntil = end[node]
  }
  return { isMatch, count, ns }
}

/** The node at a depth under a point in time, or undefined. */
export function nodeAt({ tree, startNs, end }: FlameLayout, depth: number, ns: number): number | undefined {
  let node = 0
  while (node < tree.depth.length) {
    const inside = ns >= startNs[node] && ns < startNs[node] + tree.ns[node]
    if (inside && tree.depth[node] === depth) return node
    node = inside && tree.depth[node] < depth ? node + 1 : end[node]
    if (node > 0 && tree.depth[node] === 0) return undefined
  }
  return undefined
}

/** Where an arrow key leads from a node. */
export function neighbour({ tree, parent, end }: FlameLayout, node: number, key: string): number {
  const hasChild = node + 1 < tree.depth.length && parent[node + 1] === node
  if (key === 'ArrowDown') return hasChild ? node + 1 : node
  if (key === 'ArrowUp') return Math.max(0, parent[node])
  const next = end[node]
  if (key === 'ArrowRight') return next < tree.depth.length && parent[next] === parent[node] ? next : node
  let before = node
  for (let sibling = parent[node] + 1; sibling < node && sibling > 0; sibling = end[sibling]) before = sibling
  return before
}
