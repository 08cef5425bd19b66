import { CodeKind, NONE, Ownership } from '../schema.ts'
import type { CallTree } from './call-tree.ts'
import type { FunctionFacts } from './functions.ts'

/**
 * Per node: the node that answers for a sample whose leaf it is.
 *
 *   main → parse → memcpy → page_fault      parse: the nearest function the user can change
 *   _start → [unknown] in app → memcpy      [unknown] in app: stripped, but still the program's own
 *   start_thread → memcpy                   memcpy: nothing nearer to the user is known
 */
export function blameNodes(tree: CallTree): Int32Array {
  const rankOf = Uint8Array.from(tree.functions, blameRank)
  const blamed = new Int32Array(tree.parent.length)
  for (let node = 0; node < blamed.length; node++) {
    const above = tree.parent[node] === NONE ? NONE : blamed[tree.parent[node]]
    const keepsAbove = above !== NONE && rankOf[tree.functionOf[above]] > rankOf[tree.functionOf[node]]
    blamed[node] = keepsAbove ? above : node
  }
  return blamed
}

/** Higher answers for lower; among equals the one nearer to the leaf. */
function blameRank({ ownership, kind, named }: FunctionFacts): number {
  if (kind !== CodeKind.User) return 0
  const owned = ownership === Ownership.Own || ownership === Ownership.Dependency
  if (!named) return owned ? 4 : 1
  if (ownership === Ownership.Own) return 7
  if (ownership === Ownership.Dependency) return 6
  if (ownership === Ownership.Unknown) return 5
  return ownership === Ownership.Runtime ? 3 : 2
}
