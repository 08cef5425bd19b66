/** Which function and which inlined calls cover an address: DW_TAG_subprogram and DW_TAG_inlined_subroutine, section 3.3.8 of DWARF 5. */

import { type Abbreviation, Role, skipEntry } from './abbreviations.ts'
import { Attribute, cLanguages } from './constants.ts'
import { DwarfCursor } from './cursor.ts'
import { readForm, readSized, skipSized, ValueKind } from './form.ts'
import { isAddress, readRanges } from './ranges.ts'
import { addressAt, type UnitRoot } from './unit.ts'
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
  const walk = new CallWalk({ root, bytes, wanted, budget })
  walk.run('surface')
  const isMissing = walk.callOf.includes(NONE)
  if (isMissing && walk.hasSkipped && !cLanguages.has(root.language)) walk.run('everything')
  return { calls: walk.calls, callOf: walk.callOf }
}

interface WalkInput {
  readonly root: UnitRoot
  readonly bytes: Uint8Array
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
  /** What the entry read last says: where its code is, and where it was called. */
  #low = Number.NaN
  #high = Number.NaN
  /** Whether #high is a length. */
  #isLength = false
  #ranges: readonly number[] | undefined
  #callFile = 0
  #callLine = 0
  #callColumn = 0

  constructor(input: WalkInput) {
    this.#input = input
    this.#cursor = new DwarfCursor(input.bytes, input.root.header.file.info.name)
    this.callOf = new Int32Array(input.wanted.length).fill(NONE)
  }

  run(extent: 'surface' | 'everything'): void {
    const { bytes, budget, root } = this.#input
    const { abbreviations } = root
    const { parsed } = abbreviations
    const cursor = this.#cursor
    /** By depth: the call that entries there belong to. */
    const callAt = [NONE]
    let steps = 0
    for (let depth = 0, at = root.header.headerBytes; at < bytes.length; ) {
      if ((++steps & 63) === 0) budget.spend(64)
      const start = at
      cursor.offset = start
      const code = cursor.uleb()
      at = cursor.offset
      if (code === 0) {
        if (--depth <= 0) return
        continue
      }
      const abbreviation = parsed[code] ?? abbreviations.at(code)
      if (abbreviation === undefined) throw cursor.damage(`abbreviation ${code} is missing.`)
      const caller = callAt[depth]
      const { fixedBytes, role, siblingAt } = abbreviation
      let call = role === Role.Declared ? NONE : caller
      let sibling = 0
      if (role === Role.Function || (role === Role.Inlined && caller !== NONE) || fixedBytes < 0 || at + fixedBytes > bytes.length) {
        cursor.seek(at)
        call = this.#visit(abbreviation, start, caller)
        at = cursor.offset
        sibling = cursor.sibling
      } else {
        if (siblingAt >= 0) sibling = u32At(bytes, at + siblingAt)
        at += fixedBytes
      }
      if (!abbreviation.hasChildren) {
        if (depth === 0) return
        continue
      }
      // a sibling that does not lead on would be a circle
      if (sibling >= at && sibling <= bytes.length && extent === 'surface' && isPassedOver(role, call, caller)) {
        this.hasSkipped = true
        at = sibling
        continue
      }
      if (++depth > MAX_DEPTH) throw cursor.damage(`entries lie ${MAX_DEPTH} deep in one another.`)
      callAt[depth] = call
    }
  }

  /** Reads an entry, or passes over one without addresses; gives the call that its children belong to. */
  #visit(abbreviation: Abbreviation, start: number, caller: number): number {
    const { role } = abbreviation
    this.#cursor.sibling = 0
    if (role !== Role.Function && (role !== Role.Inlined || caller === NONE)) {
      skipEntry(this.#cursor, abbreviation, this.#input.root.header)
      return role === Role.Declared || role === Role.Inlined ? NONE : caller
    }
    this.#readCode(abbreviation)
    return this.#note(start, role === Role.Function ? NONE : caller)
  }

  /** Gives the wanted addresses within the entry's ranges to a new call; NONE when there are none. */
  #note(start: number, caller: number): number {
    const ranges = this.#ranges
    if (ranges === undefined) return isAddress(this.#low) ? this.#noteRange({ start, caller, call: NONE }, this.#low, this.#high) : NONE
    this.#input.budget.spend(ranges.length)
    let call = NONE
    for (let index = 0; index < ranges.length; index += 2) {
      call = this.#noteRange({ start, caller, call }, ranges[index], ranges[index + 1])
    }
    return call
  }

  #noteRange(place: { start: number; caller: number; call: number }, low: number, high: number): number {
    const { wanted, root } = this.#input
    let { call } = place
    for (let at = firstAtOrAbove(wanted, low); at < wanted.length && wanted[at] < high; at++) {
      if (call === NONE) {
        const where = { callFile: this.#callFile, callLine: this.#callLine, callColumn: this.#callColumn }
        call = this.calls.push({ caller: place.caller, entry: root.header.offset + place.start, ...where }) - 1
      }
      this.callOf[at] = call
    }
    return call
  }

  #readCode({ specs, sizes, kinds }: Abbreviation): void {
    const { header } = this.#input.root
    const cursor = this.#cursor
    this.#low = Number.NaN
    this.#high = Number.NaN
    this.#ranges = undefined
    this.#callFile = 0
    this.#callLine = 0
    this.#callColumn = 0
    this.#isLength = false
    for (let at = 0; at < sizes.length; at++) {
      const attribute = specs[3 * at]
      const size = sizes[at]
      if (!isCodeAttribute(attribute)) skipSized(cursor, size, header)
      else if (size > 0) this.#take(attribute, readSized(cursor, size, kinds[at]), 0)
      else this.#take(attribute, readForm(cursor, specs[3 * at + 1], header), specs[3 * at + 2])
    }
    if (this.#isLength) this.#high += this.#low
  }

  #take(attribute: number, value: number, constant: number): void {
    const { kind } = this.#cursor
    if (attribute === Attribute.LowPc) this.#low = this.#address(value)
    else if (attribute === Attribute.HighPc) {
      this.#isLength = kind !== ValueKind.Address && kind !== ValueKind.AddressIndex
      this.#high = this.#address(value)
    } else if (attribute === Attribute.Ranges) this.#ranges = readRanges(this.#input.root, value, kind)
    else if (attribute === Attribute.CallFile) this.#callFile = constant === 0 ? value : constant
    else if (attribute === Attribute.CallLine) this.#callLine = constant === 0 ? value : constant
    else this.#callColumn = constant === 0 ? value : constant
  }

  #address(value: number): number {
    return this.#cursor.kind === ValueKind.AddressIndex ? addressAt(this.#input.root, value) : value
  }
}

function u32At(bytes: Uint8Array, at: number): number {
  return (bytes[at] | (bytes[at + 1] << 8) | (bytes[at + 2] << 16) | (bytes[at + 3] << 24)) >>> 0
}

/** Whether nothing in it is wanted, as far as can be told from outside. */
function isPassedOver(role: Role, call: number, caller: number): boolean {
  if (role >= Role.Declared) return call === NONE
  return role !== (caller === NONE ? Role.OuterScope : Role.InnerScope)
}

/** What says where the code of an entry is, and from where it was called. */
function isCodeAttribute(attribute: number): boolean {
  if (attribute === Attribute.LowPc || attribute === Attribute.HighPc || attribute === Attribute.Ranges) return true
  return attribute >= Attribute.CallColumn && attribute <= Attribute.CallLine
}
