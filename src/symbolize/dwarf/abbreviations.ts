/** Abbreviations: which attributes entries have, and how to pass over them fast. Section 7.5.3 of DWARF 5. */

import { Attribute, Form } from './constants.ts'
import type { DwarfCursor } from './cursor.ts'
import { type FormLayout, sizeOfForm, skipSized } from './form.ts'

/** The shape of entries. */
export interface Abbreviation {
  readonly tag: number
  readonly hasChildren: boolean
  readonly attributes: readonly number[]
  readonly forms: readonly number[]
  /** Values of attributes that are the same in all entries; 0 for others. */
  readonly constants: readonly number[]
  /** Sizes to pass over one after the other, fixed ones added up. */
  readonly steps: readonly number[]
  /** Index of DW_AT_sibling, or -1. */
  readonly siblingIndex: number
  /** Whether it can have an address: a function that only declares has none. */
  readonly hasCode: boolean
}

/** Abbreviations of a unit by code. */
export type AbbreviationTable = readonly (Abbreviation | undefined)[]

/** Attributes of one entry; real ones have some twenty. More would make entries of one byte expensive. */
const MAX_ATTRIBUTES = 200
/** Producers count codes from 1; gcc writes some 200, with link-time optimisation a few thousand. */
const MAX_CODE = 1 << 16

/** Reads the table where the cursor is. */
export function parseAbbreviations(cursor: DwarfCursor, layout: FormLayout): AbbreviationTable {
  const table: Abbreviation[] = []
  for (let code = cursor.uleb(); code !== 0; code = cursor.uleb()) {
    if (code > MAX_CODE) throw cursor.damage(`an abbreviation has code ${code}.`)
    table[code] = parseAbbreviation(cursor, layout)
  }
  return table
}

/** Passes over all attributes of an entry. */
export function skipEntry(cursor: DwarfCursor, { steps }: Abbreviation, layout: FormLayout): void {
  for (let index = 0; index < steps.length; index++) skipSized(cursor, steps[index], layout)
}

function parseAbbreviation(cursor: DwarfCursor, layout: FormLayout): Abbreviation {
  const tag = cursor.uleb()
  const hasChildren = cursor.u8() !== 0
  const attributes: number[] = []
  const forms: number[] = []
  const constants: number[] = []
  const steps: number[] = []
  for (;;) {
    const attribute = cursor.uleb()
    const form = cursor.uleb()
    const constant = form === Form.ImplicitConstant ? cursor.sleb() : 0
    if (attribute === 0 && form === 0) break
    if (attributes.length >= MAX_ATTRIBUTES) throw cursor.damage(`an entry has more than ${MAX_ATTRIBUTES} attributes.`)
    const size = sizeOfForm(form, layout)
    if (size === undefined) throw cursor.damage(`form 0x${form.toString(16)} is not known.`)
    attributes.push(attribute)
    forms.push(form)
    constants.push(constant)
    if (size >= 0 && (steps.at(-1) ?? -1) >= 0) steps[steps.length - 1] += size
    else steps.push(size)
  }
  const siblingIndex = attributes.indexOf(Attribute.Sibling)
  const hasCode = attributes.includes(Attribute.LowPc) || attributes.includes(Attribute.Ranges)
  return { tag, hasChildren, attributes, forms, constants, steps, siblingIndex, hasCode }
}
