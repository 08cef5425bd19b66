import { CodeKind, NONE, type Table } from '../schema.ts'
import { blameNodes } from './blame.ts'
import { buildCallTree, functionAt, hostOf } from './call-tree.ts'

/** Tables that turn a callchain into names; a recording without symbols has none. */
export interface NameTables {
  readonly callchainStack?: Table<'callchainStack'>
  readonly stack?: Table<'stack'>
  readonly frame?: Table<'frame'>
  readonly symbol?: Table<'symbol'>
}

/** Where no function can be named. */
export const UNKNOWN_FUNCTION = 'unknown function'

/** For rows of callchain: the function that answers for what happened there, the nearest that the user can change, and not one that was inlined. */
export function nameCallchains({ callchainStack, stack, frame, symbol }: NameTables): (callchain: number) => string | undefined {
  if (callchainStack === undefined || stack === undefined || frame === undefined || symbol === undefined) return () => undefined
  const tree = buildCallTree({ stack, frame, symbol })
  const blamed = blameNodes(tree)
  return callchain => {
    if (!(callchain >= 0 && callchain < callchainStack.length)) return undefined
    const row = callchainStack.stack[callchain]
    const node = row >= 0 && row < tree.nodeOfStack.length ? blamed[tree.nodeOfStack[row]] : NONE
    if (node === NONE) return undefined
    const { named, kind, name } = functionAt(tree, hostOf(tree, node))
    return named && kind === CodeKind.User ? name : undefined
  }
}
