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
export const Skip = { Leb: -1, String: -2, Block1: -3, Block2: -4, Block4: -5, Block: -6, Indirect: -7, Sibling: -8 } as const

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
  else if (size === Skip.Leb) cursor.skipLeb()
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
  switch (form) {
    case Form.Address:
      cursor.kind = ValueKind.Address
      return cursor.unsigned(layout.addressBytes)
    case Form.Data1:
    case Form.Flag:
      cursor.kind = ValueKind.Number
      return cursor.u8()
    case Form.Data2:
      cursor.kind = ValueKind.Number
      return cursor.u16()
    case Form.Data4:
    case Form.Data8:
      // before DWARF 4 these were section offsets too, where the attribute wants one
      cursor.kind = layout.version < 4 ? ValueKind.SectionOffset : ValueKind.Number
      return form === Form.Data4 ? cursor.u32() : cursor.u64()
    case Form.Udata:
      cursor.kind = ValueKind.Number
      return cursor.uleb()
    case Form.Sdata:
      cursor.kind = ValueKind.Number
      return cursor.sleb()
    case Form.FlagPresent:
      cursor.kind = ValueKind.Number
      return 1
    case Form.Indirect:
      return readForm(cursor, indirectForm(cursor), layout)
    default:
      return readPointer(cursor, form, layout)
  }
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
      ...[Form.Udata, Form.Sdata, Form.RefUdata, Form.StringIndex, Form.AddressIndex],
      ...[Form.LocationListIndex, Form.RangeListIndex, Form.GnuAddressIndex, Form.GnuStringIndex],
    ].map((form): [number, number] => [form, Skip.Leb]),
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

/** Forms whose value is a place: in the unit, in a section or in a table of one. */
function readPointer(cursor: DwarfCursor, form: number, layout: FormLayout): number {
  const kind = pointerKinds[placeOf(form)] ?? 0
  if (kind === 0) {
    skipForm(cursor, form, layout)
    cursor.kind = ValueKind.Other
    return Number.NaN
  }
  cursor.kind = kind
  if (kind === ValueKind.InlineString) {
    const start = cursor.offset
    cursor.skipString()
    return start
  }
  const size = sizeOfForm(form, layout)
  if (size === Skip.Leb) return cursor.uleb()
  return size === 3 ? cursor.u24() : cursor.unsigned(size ?? 0)
}

const pointerKinds = tableOf(
  [
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
  0,
)
