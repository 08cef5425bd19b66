import { CodeKind, Ownership, type Table, textAt } from '../schema.ts'
import { shorten } from './labels.ts'

/** A function, as findings name it. */
export interface FunctionFacts {
  readonly name: string
  readonly module: string
  /** An Ownership value. */
  readonly ownership: number
  /** A CodeKind value. */
  readonly kind: number
  /** False for code without symbols: "[unknown] in libfoo.so". */
  readonly named: boolean
}

/** What a frame without a symbol is. */
export const noFunction: FunctionFacts = {
  name: '[unknown]',
  module: '[unknown]',
  ownership: Ownership.Unknown,
  kind: CodeKind.User,
  named: false,
}

/** Functions, and for each row of frame the index of its function. */
export interface FunctionIndex {
  readonly functions: readonly FunctionFacts[]
  readonly ofFrame: Int32Array
}

/** Merges symbols into functions: all unknown code of one module is one, and so are the tiers of one JIT function. */
export function indexFunctions(frame: Table<'frame'>, symbol: Table<'symbol'>): FunctionIndex {
  const functions: FunctionFacts[] = [noFunction]
  const ofFrame = new Int32Array(frame.length)
  const idOf = new Map<string, number>()
  for (let row = 0; row < frame.length; row++) {
    const symbolRow = frame.symbol[row]
    if (symbolRow < 0 || symbolRow >= symbol.length) continue
    const facts = functionFacts(symbol, symbolRow, frame.kind[row])
    const key = `${facts.kind}\0${facts.name}\0${facts.module}\0${symbol.path.codes[symbolRow]}`
    let id = idOf.get(key)
    if (id === undefined) {
      id = functions.push(facts) - 1
      idOf.set(key, id)
    }
    ofFrame[row] = id
  }
  return { functions, ofFrame }
}

function functionFacts(symbol: Table<'symbol'>, row: number, kind: number): FunctionFacts {
  const symbolName = textAt(symbol.name, row) ?? '[unknown]'
  const module = textAt(symbol.module, row) ?? '[unknown]'
  const named = !symbolName.startsWith('[unknown]')
  const unknown = module === '[unknown]' ? '[unknown]' : `[unknown] in ${module}`
  return {
    name: shorten(named ? mergeTiers(symbolName) : unknown),
    module: shorten(module),
    ownership: symbol.ownership[row],
    kind,
    named,
  }
}

/** V8 puts the tier before the name in perf maps: ~ interpreted, ^ baseline, + Maglev, * optimized (v8/src/objects/code-kind.cc). */
function mergeTiers(name: string): string {
  return name.replace(/^(JS|LazyCompile|Function|Script|Eval):[~^+*](?=.)/, '$1:')
}
