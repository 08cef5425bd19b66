/** Values of attributes: DW_FORM_*, section 7.5.6 of DWARF 5. */

import { Form } from './constants.ts'
import type { DwarfCursor } from './cursor.ts'

/** What decides how long a value is. */
export interface FormLayout {
  readonly addressBytes: number
  /** 4 or, in 64-bit DWARF, 8. */
  readonly offsetBytes: number
  readonly version: number
}

/** What a number that readForm gives stands for. */
export const ValueKind = {
  Number: 1,
  Address: 2,
  AddressIndex: 3,
  /** Offset of the first byte within the cursor's bytes. */
  InlineString: 4,
  /** Offset in .debug_str. */
  String: 5,
  LineString: 6,
  StringIndex: 7,
  /** Offset in .debug_str of the file that dwz shares between files. */
  AlternativeString: 8,
  /** Offset from the unit's start. */
  UnitReference: 9,
  /** Offset in .debug_info. */
  Reference: 10,
  AlternativeReference: 11,
  SectionOffset: 12,
  RangeListIndex: 13,
  Other: 14,
} as const

/** How one form is passed over: a number of bytes, or one of these. */
export const Skip = {
  Leb: -1,
  String: -2,
  Block1: -3,
  Block2: -4,
  Block4: -5,
  Block: -6,
  Indirect: -7,
  Sibling: -8,
  SignedLeb: -9,
} as const

/** Bytes of a form, or a Skip; undefined for one that no version of DWARF has. */
export function sizeOfForm(form: number, { addressBytes, offsetBytes, version }: FormLayout): number | undefined {
  if (form === Form.Address) return addressBytes
  if (form === Form.RefAddress) return version <= 2 ? addressBytes : offsetBytes
  const fixed = fixedSizes[placeOf(form)] ?? UNKNOWN
  if (fixed === OFFSET) return offsetBytes
  return fixed === UNKNOWN ? undefined : fixed
}

/** Passes over a value of the given size. */
export function skipSized(cursor: DwarfCursor, size: number, layout: FormLayout): void {
  if (size >= 0) cursor.skip(size)
  else if (size === Skip.Leb || size === Skip.SignedLeb) cursor.skipLeb()
  else if (size === Skip.Sibling) cursor.sibling = cursor.u32()
  else if (size === Skip.String) cursor.skipString()
  else if (size === Skip.Block1) cursor.skip(cursor.u8())
  else if (size === Skip.Block2) cursor.skip(cursor.u16())
  else if (size === Skip.Block4) cursor.skip(cursor.u32())
  else if (size === Skip.Block) cursor.skip(cursor.uleb())
  else skipForm(cursor, indirectForm(cursor), layout)
}

/** Passes over a value. */
export function skipForm(cursor: DwarfCursor, form: number, layout: FormLayout): void {
  const size = sizeOfForm(form, layout)
  if (size === undefined) throw cursor.damage(`form 0x${form.toString(16)} is not known.`)
  skipSized(cursor, size, layout)
}

/** Reads a value: a number, and in cursor.kind what it stands for. */
export function readForm(cursor: DwarfCursor, form: number, layout: FormLayout): number {
  if (form === Form.Indirect) return readForm(cursor, indirectForm(cursor), layout)
  const size = sizeOfForm(form, layout)
  if (size === undefined) throw cursor.damage(`form 0x${form.toString(16)} is not known.`)
  return size > 0 || size === Skip.Leb ? readSized(cursor, size, kindOfForm(form, layout)) : readRest(cursor, { form, size, layout })
}

/** Reads an unsigned value whose size and kind are known. */
export function readSized(cursor: DwarfCursor, size: number, kind: number): number {
  cursor.kind = kind
  if (size === Skip.Leb) return cursor.uleb()
  if (size === 3) return cursor.u24()
  if (size <= 8) return cursor.unsigned(size)
  cursor.skip(size)
  return Number.NaN
}

/** What a value of the form stands for. */
export function kindOfForm(form: number, layout: FormLayout): number {
  // before DWARF 4 these were section offsets too, where the attribute wants one
  if (layout.version < 4 && (form === Form.Data4 || form === Form.Data8)) return ValueKind.SectionOffset
  return kinds[placeOf(form)] ?? ValueKind.Other
}

/** Values that are seldom wanted. */
function readRest(cursor: DwarfCursor, { form, size, layout }: { form: number; size: number; layout: FormLayout }): number {
  cursor.kind = kindOfForm(form, layout)
  const start = cursor.offset
  if (form === Form.Sdata) return cursor.sleb()
  skipSized(cursor, size, layout)
  if (form === Form.String) return start
  return form === Form.FlagPresent ? 1 : Number.NaN
}

const OFFSET = -100
const UNKNOWN = -101

/** Forms lie close together but for those of GNU, from 0x1f00: tables of small size hold all. */
function placeOf(form: number): number {
  return form < GNU_PLACE ? form : form - 0x1f00 + GNU_PLACE
}

const GNU_PLACE = 0x40

function tableOf(entries: readonly (readonly [form: number, value: number])[], absent: number): Int16Array {
  const table = new Int16Array(2 * GNU_PLACE).fill(absent)
  for (const [form, value] of entries) table[placeOf(form)] = value
  return table
}

const fixedSizes = tableOf(
  [
    ...[Form.Data1, Form.Ref1, Form.Flag, Form.StringIndex1, Form.AddressIndex1].map((form): [number, number] => [form, 1]),
    ...[Form.Data2, Form.Ref2, Form.StringIndex2, Form.AddressIndex2].map((form): [number, number] => [form, 2]),
    ...[Form.StringIndex3, Form.AddressIndex3].map((form): [number, number] => [form, 3]),
    ...[Form.Data4, Form.Ref4, Form.StringIndex4, Form.AddressIndex4, Form.RefSupplement4].map((form): [number, number] => [form, 4]),
    ...[Form.Data8, Form.Ref8, Form.RefSignature, Form.RefSupplement8].map((form): [number, number] => [form, 8]),
    ...[Form.FlagPresent, Form.ImplicitConstant].map((form): [number, number] => [form, 0]),
    ...[
      ...[Form.StringPointer, Form.SectionOffset, Form.LineStringPointer, Form.StringSupplement],
      ...[Form.GnuRefAlternative, Form.GnuStringAlternative],
    ].map((form): [number, number] => [form, OFFSET]),
    ...[
      ...[Form.Udata, Form.RefUdata, Form.StringIndex, Form.AddressIndex],
      ...[Form.LocationListIndex, Form.RangeListIndex, Form.GnuAddressIndex, Form.GnuStringIndex],
    ].map((form): [number, number] => [form, Skip.Leb]),
    [Form.Sdata, Skip.SignedLeb],
    [Form.Data16, 16],
    [Form.String, Skip.String],
    [Form.Block1, Skip.Block1],
    [Form.Block2, Skip.Block2],
    [Form.Block4, Skip.Block4],
    [Form.Block, Skip.Block],
    [Form.Expression, Skip.Block],
    [Form.Indirect, Skip.Indirect],
  ],
  UNKNOWN,
)

/** The form of an indirect value. One that is indirect again could go on for ever, and a constant in the abbreviation has no bytes. */
function indirectForm(cursor: DwarfCursor): number {
  const form = cursor.uleb()
  if (form === Form.Indirect || form === Form.ImplicitConstant) throw cursor.damage('an indirect form leads to another.')
  return form
}

const kinds = tableOf(
  [
    [Form.Address, ValueKind.Address],
    ...[Form.Data1, Form.Data2, Form.Data4, Form.Data8, Form.Udata, Form.Sdata, Form.Flag, Form.FlagPresent].map(
      (form): [number, number] => [form, ValueKind.Number],
    ),
    [Form.String, ValueKind.InlineString],
    [Form.StringPointer, ValueKind.String],
    [Form.LineStringPointer, ValueKind.LineString],
    [Form.StringSupplement, ValueKind.AlternativeString],
    [Form.GnuStringAlternative, ValueKind.AlternativeString],
    [Form.StringIndex, ValueKind.StringIndex],
    [Form.StringIndex1, ValueKind.StringIndex],
    [Form.StringIndex2, ValueKind.StringIndex],
    [Form.StringIndex3, ValueKind.StringIndex],
    [Form.StringIndex4, ValueKind.StringIndex],
    [Form.GnuStringIndex, ValueKind.StringIndex],
    [Form.AddressIndex, ValueKind.AddressIndex],
    [Form.AddressIndex1, ValueKind.AddressIndex],
    [Form.AddressIndex2, ValueKind.AddressIndex],
    [Form.AddressIndex3, ValueKind.AddressIndex],
    [Form.AddressIndex4, ValueKind.AddressIndex],
    [Form.GnuAddressIndex, ValueKind.AddressIndex],
    [Form.Ref1, ValueKind.UnitReference],
    [Form.Ref2, ValueKind.UnitReference],
    [Form.Ref4, ValueKind.UnitReference],
    [Form.Ref8, ValueKind.UnitReference],
    [Form.RefUdata, ValueKind.UnitReference],
    [Form.RefAddress, ValueKind.Reference],
    [Form.GnuRefAlternative, ValueKind.AlternativeReference],
    [Form.RefSupplement4, ValueKind.AlternativeReference],
    [Form.RefSupplement8, ValueKind.AlternativeReference],
    [Form.SectionOffset, ValueKind.SectionOffset],
    [Form.RangeListIndex, ValueKind.RangeListIndex],
  ],
  ValueKind.Other,
)
