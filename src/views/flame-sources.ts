import { NONE, type RecordedTables, textAt } from '../schema.ts'

/** Where in its source a function's time is. */
export interface FlameSource {
  /** "src/shop.cpp:42". */
  readonly source: string
  /** The function whose code it is part of, where it was inlined. */
  readonly inlinedInto?: string
}

/** For rows of symbol: the line that most of the samples in or below the function were at. Empty without debug information. */
export function findFlameSources({ sample, callchainStack, stack, frame, symbol }: RecordedTables): ReadonlyMap<number, FlameSource> {
  const found = new Map<number, FlameSource>()
  if (sample === undefined || callchainStack === undefined || stack === undefined || frame === undefined || symbol === undefined)
    return found
  const stackNs = new Float64Array(stack.length)
  for (let row = 0; row < sample.length; row++) {
    const leaf = callchainStack.stack[sample.callchain[row]] ?? NONE
    if (leaf >= 0 && leaf < stack.length && sample.weightNs[row] > 0) stackNs[leaf] += sample.weightNs[row]
  }
  const lines = new Map<string, { ns: number; readonly frame: number }>()
  for (let row = stack.length - 1; row >= 0; row--) {
    const prefix = stack.prefix[row]
    if (prefix >= 0 && prefix < row) stackNs[prefix] += stackNs[row]
    const at = stack.frame[row]
    if (!(frame.line[at] > 0)) continue
    const key = `${frame.symbol[at]} ${frame.file.codes[at]} ${frame.line[at]}`
    const known = lines.get(key)
    if (known === undefined) lines.set(key, { ns: stackNs[row], frame: at })
    else known.ns += stackNs[row]
  }
  const best = new Map<number, { readonly ns: number; readonly frame: number }>()
  for (const line of lines.values()) {
    const symbolRow = frame.symbol[line.frame]
    const before = best.get(symbolRow)
    if (before === undefined || line.ns > before.ns || (line.ns === before.ns && line.frame < before.frame)) best.set(symbolRow, line)
  }
  for (const [symbolRow, line] of best) found.set(symbolRow, describeFrame({ frame, symbol }, line.frame))
  return found
}

function describeFrame({ frame, symbol }: Required<Pick<RecordedTables, 'frame' | 'symbol'>>, row: number): FlameSource {
  const file = textAt(frame.file, row) ?? '?'
  const source = `${file.split('/').slice(-2).join('/')}:${frame.line[row]}`
  const into = frame.inlinedInto[row]
  const name = into >= 0 && into < frame.length ? textAt(symbol.name, frame.symbol[into]) : undefined
  return name === undefined ? { source } : { source, inlinedInto: name }
}
