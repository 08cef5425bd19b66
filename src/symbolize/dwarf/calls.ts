/** Which function and which inlined calls cover an address: DW_TAG_subprogram and DW_TAG_inlined_subroutine, section 3.3.8 of DWARF 5. */

import { type Abbreviation, type AbbreviationTable, skipEntry } from './abbreviations.ts'
import { Attribute, cLanguages, Tag } from './constants.ts'
import { DwarfCursor } from './cursor.ts'
import { readForm, skipForm, ValueKind } from './form.ts'
import { isAddress, readRanges } from './ranges.ts'
import { abbreviationsOf, addressAt, type UnitRoot } from './unit.ts'
import type { WorkBudget } from './work-budget.ts'

/** A function, or a call of one that was inlined, that covers wanted addresses. */
export interface Call {
  /** Index of the call that it was inlined into; -1 for a function of its own. */
  readonly caller: number
  /** Offset of its entry in .debug_info. */
  readonly entry: number
  /** Where the call is: index into the files of the line table, line and column; 0 where not known. */
  readonly callFile: number
  readonly callLine: number
  readonly callColumn: number
}

/** Calls, and for each wanted address the index of the innermost, or -1. */
export interface FoundCalls {
  readonly calls: readonly Call[]
  readonly callOf: Int32Array
}

const NONE = -1
/** Entries within entries; templates and lambdas make some thirty. */
const MAX_DEPTH = 2048

/**
 * Walks the entries of a unit once for all its wanted addresses (ascending).
 *
 * Where entries say where their next sibling is (gcc), functions and types without wanted code are passed over whole. A
 * lambda's function lies in a type in a function: when an address was not found, a second walk looks everywhere.
 */
export function findCalls(root: UnitRoot, wanted: Float64Array, budget: WorkBudget): FoundCalls {
  const { header } = root
  const bytes = header.file.info.read(header.offset, header.sizeBytes)
  const walk = new CallWalk({ root, bytes, table: abbreviationsOf(header), wanted, budget })
  walk.run('surface')
  const isMissing = walk.callOf.includes(NONE)
  if (isMissing && walk.hasSkipped && !cLanguages.has(root.language)) walk.run('everything')
  return { calls: walk.calls, callOf: walk.callOf }
}

interface WalkInput {
  readonly root: UnitRoot
  readonly bytes: Uint8Array
  readonly table: AbbreviationTable
  readonly wanted: Float64Array
  readonly budget: WorkBudget
}

/** Index of the first wanted address that is not below. */
export function firstAtOrAbove(wanted: Float64Array, address: number): number {
  let low = 0
  let high = wanted.length
  while (low < high) {
    const middle = (low + high) >>> 1
    if (wanted[middle] < address) low = middle + 1
    else high = middle
  }
  return low
}

/** The state of a walk: where it is, and what it found. */
class CallWalk {
  readonly calls: Call[] = []
  readonly callOf: Int32Array
  hasSkipped = false
  readonly #input: WalkInput
  readonly #cursor: DwarfCursor
  /** Attributes of the entry read last. */
  #entry: CodeEntry = noCode

  constructor(input: WalkInput) {
    this.#input = input
    this.#cursor = new DwarfCursor(input.bytes, input.root.header.file.info.name)
    this.callOf = new Int32Array(input.wanted.length).fill(NONE)
  }

  run(extent: 'surface' | 'everything'): void {
    const { bytes, table, budget, root } = this.#input
    const cursor = this.#cursor
    /** By depth: the call that entries there belong to. */
    const callAt = [NONE]
    cursor.seek(root.header.headerBytes)
    for (let depth = 0; cursor.offset < bytes.length; ) {
      budget.spend(1)
      const start = cursor.offset
      const code = cursor.uleb()
      if (code === 0) {
        if (--depth <= 0) return
        continue
      }
      const abbreviation = table[code]
      if (abbreviation === undefined) throw cursor.damage(`abbreviation ${code} is missing.`)
      const call = this.#visit(abbreviation, start, callAt[depth])
      if (!abbreviation.hasChildren) {
        if (depth === 0) return
        continue
      }
      if (extent === 'surface' && this.#isPassedOver(abbreviation, call, callAt[depth]) && this.#skipToSibling(abbreviation, start)) {
        this.hasSkipped = true
        continue
      }
      if (++depth > MAX_DEPTH) throw cursor.damage(`entries lie ${MAX_DEPTH} deep in one another.`)
      callAt[depth] = call
    }
  }

  /** Reads or passes over an entry; gives the call that its children belong to. */
  #visit(abbreviation: Abbreviation, start: number, caller: number): number {
    const { tag, hasCode } = abbreviation
    const isFunction = tag === Tag.Subprogram
    const isInlined = tag === Tag.InlinedSubroutine
    const isRead = hasCode && (isFunction || (isInlined && caller !== NONE))
    if (!isRead) {
      skipEntry(this.#cursor, abbreviation, this.#input.root.header)
      return isFunction || isInlined ? NONE : caller
    }
    this.#entry = this.#readCode(abbreviation)
    return this.#note(start, isFunction ? NONE : caller)
  }

  /** Gives the wanted addresses within the entry's ranges to a new call; NONE when there are none. */
  #note(start: number, caller: number): number {
    const { root, wanted, budget } = this.#input
    const { low, high, ranges } = this.#entry
    const pairs = ranges ?? (high > low && isAddress(low) ? [low, high] : [])
    budget.spend(pairs.length)
    let call = NONE
    for (let index = 0; index < pairs.length; index += 2) {
      for (let at = firstAtOrAbove(wanted, pairs[index]); at < wanted.length && wanted[at] < pairs[index + 1]; at++) {
        if (call === NONE) {
          const { callFile, callLine, callColumn } = this.#entry
          call = this.calls.push({ caller, entry: root.header.offset + start, callFile, callLine, callColumn }) - 1
        }
        this.callOf[at] = call
      }
    }
    return call
  }

  #readCode({ attributes, forms, constants }: Abbreviation): CodeEntry {
    const { root } = this.#input
    const cursor = this.#cursor
    const found = {
      low: Number.NaN,
      high: Number.NaN,
      ranges: undefined as readonly number[] | undefined,
      callFile: 0,
      callLine: 0,
      callColumn: 0,
    }
    let isLength = false
    for (let index = 0; index < attributes.length; index++) {
      const attribute = attributes[index]
      const form = forms[index]
      if (!codeAttributes.has(attribute)) {
        skipForm(cursor, form, root.header)
        continue
      }
      const value = readForm(cursor, form, root.header)
      const number = constants[index] === 0 ? value : constants[index]
      if (attribute === Attribute.LowPc) found.low = this.#address(value)
      else if (attribute === Attribute.HighPc) {
        isLength = cursor.kind !== ValueKind.Address && cursor.kind !== ValueKind.AddressIndex
        found.high = this.#address(value)
      } else if (attribute === Attribute.Ranges) found.ranges = readRanges(root, value, cursor.kind)
      else if (attribute === Attribute.CallFile) found.callFile = number
      else if (attribute === Attribute.CallLine) found.callLine = number
      else found.callColumn = number
    }
    return isLength ? { ...found, high: found.low + found.high } : found
  }

  #address(value: number): number {
    return this.#cursor.kind === ValueKind.AddressIndex ? addressAt(this.#input.root, value) : value
  }

  /** Whether nothing in it is wanted, as far as can be told from outside. */
  #isPassedOver({ tag }: Abbreviation, call: number, caller: number): boolean {
    if (tag === Tag.Subprogram || tag === Tag.InlinedSubroutine) return call === NONE
    return caller === NONE ? !outerScopes.has(tag) : !innerScopes.has(tag)
  }

  #skipToSibling({ siblingIndex, forms }: Abbreviation, start: number): boolean {
    if (siblingIndex < 0) return false
    const cursor = this.#cursor
    const { header } = this.#input.root
    const end = cursor.offset
    cursor.seek(start)
    cursor.skipLeb()
    for (let index = 0; index < siblingIndex; index++) skipForm(cursor, forms[index], header)
    const value = readForm(cursor, forms[siblingIndex], header)
    const sibling = cursor.kind === ValueKind.Reference ? value - header.offset : value
    // one that does not lead on would be a circle
    cursor.seek(sibling >= end && sibling <= header.sizeBytes ? sibling : end)
    return cursor.offset === sibling
  }
}

interface CodeEntry {
  readonly low: number
  readonly high: number
  readonly ranges: readonly number[] | undefined
  readonly callFile: number
  readonly callLine: number
  readonly callColumn: number
}

const noCode: CodeEntry = { low: Number.NaN, high: Number.NaN, ranges: undefined, callFile: 0, callLine: 0, callColumn: 0 }

const codeAttributes: ReadonlySet<number> = new Set<number>([
  ...[Attribute.LowPc, Attribute.HighPc, Attribute.Ranges],
  ...[Attribute.CallFile, Attribute.CallLine, Attribute.CallColumn],
])

/** What functions lie in, outside of functions. */
const outerScopes: ReadonlySet<number> = new Set<number>([Tag.CompileUnit, Tag.PartialUnit, Tag.SkeletonUnit, Tag.Namespace, Tag.Module])
/** What inlined calls lie in, within functions. */
const innerScopes: ReadonlySet<number> = new Set<number>([Tag.LexicalBlock, Tag.TryBlock, Tag.CatchBlock])
