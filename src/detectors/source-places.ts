import { NONE, type Table, textAt } from '../schema.ts'
import type { CallTree, StackTables } from './call-tree.ts'
import { shorten } from './labels.ts'
import { Tally } from './tally.ts'

/** A function in a tree of calls, and who answers for whom. */
interface BlamedFunction {
  readonly tree: CallTree
  /** Per node: the node that answers for it. */
  readonly blamed: Int32Array
  readonly functionId: number
}

/**
 * Where a function's time is in its source: "shop.cpp:42, inlined into main". The line that most of the samples it answers for
 * were at, in the function itself; undefined without debug information.
 */
export function hottestPlace(tables: StackTables, found: BlamedFunction, include: (sampleRow: number) => boolean): string | undefined {
  const { sample, callchainStack, frame } = tables
  const { tree, blamed, functionId } = found
  const frameOf = blamedFrames(tables, found)
  const byFrame = new Tally()
  for (let row = 0; row < sample.length; row++) {
    const stack = callchainStack.stack[sample.callchain[row]] ?? NONE
    const node = stack >= 0 && stack < tree.nodeOfStack.length ? blamed[tree.nodeOfStack[stack]] : NONE
    if (node === NONE || tree.functionOf[node] !== functionId || !(sample.weightNs[row] > 0) || !include(row)) continue
    if (frame.line[frameOf[stack]] > 0) byFrame.add(frameOf[stack], sample.weightNs[row])
  }
  return describeHottest(tables, byFrame)
}

/** Per row of stack: the frame, of it or a caller, whose function answers for it. */
function blamedFrames({ stack }: StackTables, { tree, blamed }: BlamedFunction): Int32Array {
  const frameOf = new Int32Array(stack.length).fill(NONE)
  for (let row = 0; row < stack.length; row++) {
    const node = tree.nodeOfStack[row]
    const prefix = stack.prefix[row]
    frameOf[row] = blamed[node] === node || prefix < 0 || prefix >= row ? stack.frame[row] : frameOf[prefix]
  }
  return frameOf
}

/** Frames at other addresses of the same line add up. */
function describeHottest({ frame, symbol }: StackTables, byFrame: Tally): string | undefined {
  const lines = new Map<string, { ns: number; readonly row: number }>()
  for (const [row, ns] of byFrame.sorted()) {
    const key = `${frame.file.codes[row]}:${frame.line[row]}`
    const known = lines.get(key)
    if (known === undefined) lines.set(key, { ns, row })
    else known.ns += ns
  }
  let best: { readonly ns: number; readonly row: number } | undefined
  for (const candidate of lines.values()) if (best === undefined || candidate.ns > best.ns) best = candidate
  if (best === undefined) return undefined
  const into = inlinedInto(frame, symbol, best.row)
  return `${sourceOf(frame, best.row)}${into === undefined ? '' : `, inlined into ${into}`}`
}

/** "shop.cpp:42"; folders are left out, the flame graph and the tables have them. */
function sourceOf(frame: Table<'frame'>, row: number): string {
  const file = textAt(frame.file, row) ?? '?'
  return shorten(`${file.slice(file.lastIndexOf('/') + 1)}:${frame.line[row]}`)
}

/** The function of its own that a frame's code is part of. */
function inlinedInto(frame: Table<'frame'>, symbol: Table<'symbol'>, row: number): string | undefined {
  let outer = row
  // the frame that others were inlined into has a smaller row; a damaged table where it has not ends the walk
  while (frame.inlinedInto[outer] >= 0 && frame.inlinedInto[outer] < outer) outer = frame.inlinedInto[outer]
  const symbolRow = frame.symbol[outer]
  return outer === row || symbolRow < 0 || symbolRow >= symbol.length ? undefined : shorten(textAt(symbol.name, symbolRow) ?? '[unknown]')
}
