/** Abbreviations: which attributes entries have, and how to pass over them fast. Section 7.5.3 of DWARF 5. */

import { Attribute, Form, Tag } from './constants.ts'
import type { DwarfCursor } from './cursor.ts'
import { type FormLayout, kindOfForm, Skip, sizeOfForm, skipSized } from './form.ts'

/** The shape of entries. */
export interface Abbreviation {
  readonly tag: number
  readonly hasChildren: boolean
  /** Attribute, form and constant one after the other; the constant is the value where it is the same in all entries, else 0. */
  readonly specs: readonly number[]
  /** For each of specs the size of its value, or a Skip. */
  readonly sizes: readonly number[]
  /** For each of specs what its value stands for: a ValueKind. */
  readonly kinds: readonly number[]
  /** Sizes to pass over one after the other, fixed ones added up. */
  readonly steps: readonly number[]
  /** Bytes of all attributes where entries have the same; else -1. */
  readonly fixedBytes: number
  /** Where in these bytes the reference to the sibling is; -1 where there is none. */
  readonly siblingAt: number
  /** Specs up to here say what an entry is called, or where that stands. */
  readonly nameSpecs: number
  /** What a walk does with it. */
  readonly role: Role
}

/** What an entry is to a walk that looks for functions. */
export const Role = {
  Other: 0,
  /** What functions lie in, outside of functions. */
  OuterScope: 1,
  /** What inlined calls lie in, within functions. */
  InnerScope: 2,
  /** A function or an inlined call without addresses: one that only declares. */
  Declared: 3,
  Function: 4,
  Inlined: 5,
} as const
export type Role = (typeof Role)[keyof typeof Role]

/** Attributes of one entry; real ones have some twenty. More would make entries of one byte expensive. */
const MAX_ATTRIBUTES = 200
/** Producers count codes from 1; gcc writes some 200, with link-time optimisation a few thousand. */
const MAX_CODE = 1 << 16

/** Abbreviations of a unit by code. A unit uses a tenth of them for what we read, so each is parsed when it is first asked for. */
export class AbbreviationTable {
  readonly #cursor: DwarfCursor
  readonly #layout: FormLayout
  /** Those that were asked for, by code. */
  readonly parsed: (Abbreviation | undefined)[] = []
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
    return this.parsed[code] ?? this.#find(code)
  }

  #find(code: number): Abbreviation | undefined {
    if (code > MAX_CODE) return undefined
    while (this.#offsets[code] === undefined && !this.#isComplete) this.#scan()
    const offset = this.#offsets[code]
    if (offset === undefined) return undefined
    this.#cursor.seek(offset)
    const found = parseAbbreviation(this.#cursor, this.#layout)
    this.parsed[code] = found
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
  const specs = readSpecs(cursor)
  const sizes: number[] = []
  const kinds: number[] = []
  const steps: number[] = []
  let hasCode = false
  let nameSpecs = 0
  let siblingAt = -1
  let fixed = 0
  for (let index = 0; index < specs.length; index += 3) {
    const attribute = specs[index]
    const size = stepOf(cursor, { attribute, form: specs[index + 1], layout })
    sizes.push(size)
    kinds.push(kindOfForm(specs[index + 1], layout))
    hasCode ||= attribute === Attribute.LowPc || attribute === Attribute.Ranges
    if (isNameAttribute(attribute)) nameSpecs = index + 3
    if (size === Skip.Sibling && steps.length === 0) siblingAt = fixed
    if (size >= 0) fixed += size
    else {
      if (fixed > 0) steps.push(fixed)
      steps.push(size)
      fixed = 0
    }
  }
  if (fixed > 0) steps.push(fixed)
  return { tag, hasChildren, specs, sizes, kinds, steps, nameSpecs, role: roleOf(tag, hasCode), ...sameSize(steps, siblingAt) }
}

function readSpecs(cursor: DwarfCursor): number[] {
  const specs: number[] = []
  for (;;) {
    const attribute = cursor.uleb()
    const form = cursor.uleb()
    const constant = form === Form.ImplicitConstant ? cursor.sleb() : 0
    if (attribute === 0 && form === 0) return specs
    if (specs.length >= 3 * MAX_ATTRIBUTES) throw cursor.damage(`an entry has more than ${MAX_ATTRIBUTES} attributes.`)
    specs.push(attribute, form, constant)
  }
}

/** Whether it is a name or leads to the entry that has it. */
export function isNameAttribute(attribute: number): boolean {
  if (attribute === Attribute.Name || attribute === Attribute.LinkageName || attribute === Attribute.MipsLinkageName) return true
  return attribute === Attribute.AbstractOrigin || attribute === Attribute.Specification
}

/** The reference to the sibling has 4 bytes; any other step of a size of its own makes entries differ. */
function sameSize(steps: readonly number[], siblingAt: number): Pick<Abbreviation, 'fixedBytes' | 'siblingAt'> {
  let fixedBytes = 0
  for (const step of steps) {
    if (step < 0 && step !== Skip.Sibling) return { fixedBytes: -1, siblingAt: -1 }
    fixedBytes += step === Skip.Sibling ? 4 : step
  }
  return { fixedBytes, siblingAt }
}

function roleOf(tag: number, hasCode: boolean): Role {
  switch (tag) {
    case Tag.Subprogram:
      return hasCode ? Role.Function : Role.Declared
    case Tag.InlinedSubroutine:
      return hasCode ? Role.Inlined : Role.Declared
    case Tag.LexicalBlock:
    case Tag.TryBlock:
    case Tag.CatchBlock:
      return Role.InnerScope
    case Tag.CompileUnit:
    case Tag.PartialUnit:
    case Tag.SkeletonUnit:
    case Tag.Namespace:
    case Tag.Module:
      return Role.OuterScope
    default:
      return Role.Other
  }
}

/** References to siblings that gcc writes are noted while they are passed over. */
function stepOf(cursor: DwarfCursor, { attribute, form, layout }: { attribute: number; form: number; layout: FormLayout }): number {
  if (attribute === Attribute.Sibling && form === Form.Ref4) return Skip.Sibling
  const size = sizeOfForm(form, layout)
  if (size === undefined) throw cursor.damage(`form 0x${form.toString(16)} is not known.`)
  return size
}
