/** Address ranges of units, functions and inlined calls: .debug_ranges and .debug_rnglists. Sections 2.17.3 and 7.25 of DWARF 5. */

import { DwarfCursor } from './cursor.ts'
import { ValueKind } from './form.ts'
import { addressAt, type UnitRoot } from './unit.ts'

/** DW_RLE_*. */
const Entry = {
  End: 0,
  BaseIndex: 1,
  StartEndIndex: 2,
  StartLengthIndex: 3,
  OffsetPair: 4,
  Base: 5,
  StartEnd: 6,
  StartLength: 7,
} as const

/** Ranges of one function; hot and cold parts make two, inlined calls that were taken apart some hundred. */
const MAX_RANGES = 1 << 16

/** Start and end after start and end; none for a function that the linker threw away. */
export function readRanges(root: UnitRoot, value: number, kind: number): readonly number[] {
  return root.header.version < 5 ? readOldRanges(root, value) : readRangeList(root, value, kind)
}

/** The ranges of a unit, as its root says. */
export function rangesOfUnit(root: UnitRoot): readonly number[] {
  if (root.ranges !== undefined) return readRanges(root, root.ranges.value, root.ranges.kind)
  return root.highPc > root.lowPc && isAddress(root.lowPc) ? [root.lowPc, root.highPc] : []
}

/** Whether code can be there: linkers write 0, -1 or -2 where they threw it away. */
export function isAddress(address: number): boolean {
  return address !== 0 && address !== -1 && address !== -2 && address !== 0xffffffff
}

/** Pairs of addresses relative to a base; (0, 0) ends them, (all ones, base) sets it. */
function readOldRanges(root: UnitRoot, value: number): number[] {
  const { header, rangesBase } = root.skeleton ?? root
  const { ranges } = header.file
  const isOwn = root.skeleton === undefined
  const cursor = new DwarfCursor(ranges.whole(), ranges.name, value + (isOwn ? 0 : rangesBase))
  const { addressBytes } = header
  const newBase = addressBytes === 8 ? -1 : 2 ** (8 * addressBytes) - 1
  const found: number[] = []
  let base = (root.skeleton ?? root).lowPc
  while (found.length < 2 * MAX_RANGES) {
    const start = cursor.unsigned(addressBytes)
    const end = cursor.unsigned(addressBytes)
    if (start === 0 && end === 0) return found
    if (start === newBase) base = end
    else if (end > start && isAddress(base + start)) found.push(base + start, base + end)
  }
  throw cursor.damage('a list of ranges does not end.')
}

function readRangeList(root: UnitRoot, value: number, kind: number): number[] {
  const { header } = root
  const isIndex = kind === ValueKind.RangeListIndex
  const { rangeLists } = isIndex ? header.file : (root.skeleton ?? root).header.file
  const cursor = new DwarfCursor(rangeLists.whole(), rangeLists.name)
  cursor.seek(isIndex ? root.rangeListsBase + value * header.offsetBytes : value)
  if (isIndex) cursor.seek(root.rangeListsBase + cursor.unsigned(header.offsetBytes))
  const found: number[] = []
  let base = (root.skeleton ?? root).lowPc
  while (found.length < 2 * MAX_RANGES) {
    const entry = cursor.u8()
    if (entry === Entry.End) return found
    if (entry === Entry.OffsetPair) {
      const start = base + cursor.uleb()
      const end = base + cursor.uleb()
      if (end > start && isAddress(start)) found.push(start, end)
    } else if (entry === Entry.BaseIndex) base = addressAt(root, cursor.uleb())
    else if (entry === Entry.Base) base = cursor.unsigned(header.addressBytes)
    else pushRange(found, root, { entry, cursor })
  }
  throw cursor.damage('a list of ranges does not end.')
}

function pushRange(found: number[], root: UnitRoot, { entry, cursor }: { readonly entry: number; readonly cursor: DwarfCursor }): void {
  const { addressBytes } = root.header
  let start: number
  let end: number
  if (entry === Entry.StartEndIndex || entry === Entry.StartLengthIndex) {
    start = addressAt(root, cursor.uleb())
    const second = cursor.uleb()
    end = entry === Entry.StartEndIndex ? addressAt(root, second) : start + second
  } else if (entry === Entry.StartEnd || entry === Entry.StartLength) {
    start = cursor.unsigned(addressBytes)
    end = entry === Entry.StartEnd ? cursor.unsigned(addressBytes) : start + cursor.uleb()
  } else throw cursor.damage(`a range has kind ${entry}.`)
  if (end > start && isAddress(start)) found.push(start, end)
}
