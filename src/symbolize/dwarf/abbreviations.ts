/** Abbreviations: which attributes entries have, and how to pass over them fast. Section 7.5.3 of DWARF 5. */

import { Attribute, Form } from './constants.ts'
import type { DwarfCursor } from './cursor.ts'
import { type FormLayout, Skip, sizeOfForm, skipSized } from './form.ts'

/** The shape of entries. */
export interface Abbreviation {
  readonly tag: number
  readonly hasChildren: boolean
  /** Attribute, form and constant one after the other; the constant is the value where it is the same in all entries, else 0. */
  readonly specs: readonly number[]
  /** Sizes to pass over one after the other, fixed ones added up. */
  readonly steps: readonly number[]
  /** Whether it can have an address: a function that only declares has none. */
  readonly hasCode: boolean
}

/** Attributes of one entry; real ones have some twenty. More would make entries of one byte expensive. */
const MAX_ATTRIBUTES = 200
/** Producers count codes from 1; gcc writes some 200, with link-time optimisation a few thousand. */
const MAX_CODE = 1 << 16

/** Abbreviations of a unit by code. A unit uses a tenth of them for what we read, so each is parsed when it is first asked for. */
export class AbbreviationTable {
  readonly #cursor: DwarfCursor
  readonly #layout: FormLayout
  readonly #parsed: (Abbreviation | undefined)[] = []
  readonly #offsets: (number | undefined)[] = []
  #scannedTo: number
  #isComplete = false

  /** The cursor is where the table begins, and belongs to it from now on. */
  constructor(cursor: DwarfCursor, layout: FormLayout) {
    this.#cursor = cursor
    this.#layout = layout
    this.#scannedTo = cursor.offset
  }

  /** The abbreviation of a code; undefined where the table has none. */
  at(code: number): Abbreviation | undefined {
    return this.#parsed[code] ?? this.#find(code)
  }

  #find(code: number): Abbreviation | undefined {
    if (code > MAX_CODE) return undefined
    while (this.#offsets[code] === undefined && !this.#isComplete) this.#scan()
    const offset = this.#offsets[code]
    if (offset === undefined) return undefined
    this.#cursor.seek(offset)
    const found = parseAbbreviation(this.#cursor, this.#layout)
    this.#parsed[code] = found
    return found
  }

  /** Notes where the next one is. What is damaged is the end. */
  #scan(): void {
    const cursor = this.#cursor
    this.#isComplete = true
    cursor.seek(this.#scannedTo)
    const code = cursor.uleb()
    if (code === 0) return
    if (code > MAX_CODE) throw cursor.damage(`an abbreviation has code ${code}.`)
    this.#offsets[code] ??= cursor.offset
    cursor.skipLeb()
    cursor.skip(1)
    for (;;) {
      const attribute = cursor.uleb()
      const form = cursor.uleb()
      if (form === Form.ImplicitConstant) cursor.skipLeb()
      if (attribute === 0 && form === 0) break
    }
    this.#scannedTo = cursor.offset
    this.#isComplete = false
  }
}

/** Passes over all attributes of an entry. */
export function skipEntry(cursor: DwarfCursor, { steps }: Abbreviation, layout: FormLayout): void {
  for (let index = 0; index < steps.length; index++) skipSized(cursor, steps[index], layout)
}

/** Tag, whether it has children, and pairs of attribute and form up to a pair of zeros. */
function parseAbbreviation(cursor: DwarfCursor, layout: FormLayout): Abbreviation {
  const tag = cursor.uleb()
  const hasChildren = cursor.u8() !== 0
  const specs: number[] = []
  const steps: number[] = []
  let hasCode = false
  for (let fixed = 0; ; ) {
    const attribute = cursor.uleb()
    const form = cursor.uleb()
    const constant = form === Form.ImplicitConstant ? cursor.sleb() : 0
    if (attribute === 0 && form === 0) {
      if (fixed > 0) steps.push(fixed)
      return { tag, hasChildren, specs, steps, hasCode }
    }
    if (specs.length >= 3 * MAX_ATTRIBUTES) throw cursor.damage(`an entry has more than ${MAX_ATTRIBUTES} attributes.`)
    const size = stepOf(cursor, { attribute, form, layout })
    specs.push(attribute, form, constant)
    hasCode ||= attribute === Attribute.LowPc || attribute === Attribute.Ranges
    if (size >= 0) fixed += size
    else {
      if (fixed > 0) steps.push(fixed)
      steps.push(size)
      fixed = 0
    }
  }
}

/** References to siblings that gcc writes are noted while they are passed over. */
function stepOf(cursor: DwarfCursor, { attribute, form, layout }: { attribute: number; form: number; layout: FormLayout }): number {
  if (attribute === Attribute.Sibling && form === Form.Ref4) return Skip.Sibling
  const size = sizeOfForm(form, layout)
  if (size === undefined) throw cursor.damage(`form 0x${form.toString(16)} is not known.`)
  return size
}
