/** Which unit an address belongs to: .debug_aranges where the compiler wrote it, else what the roots of the units say. */

import { FormatError } from '../../errors.ts'
import { lastAtOrBelow, sortedOrder } from '../sorted-order.ts'
import { UnitType } from './constants.ts'
import { DwarfCursor } from './cursor.ts'
import { isAddress, rangesOfUnit } from './ranges.ts'
import { type DwarfFile, readInitialLength, readUnits, rootOf } from './unit.ts'
import type { WorkBudget } from './work-budget.ts'

/** Wanted addresses of one unit. */
export interface UnitAddresses {
  /** Offset of the unit in .debug_info. */
  readonly unit: number
  /** Indexes into the wanted addresses. */
  readonly indexes: number[]
}

const NONE = -1
/** Ranges of one file; a browser has some two million. */
const MAX_RANGES = 1 << 23
/** Ranges that cover one address looked at; units overlap only in damaged files. */
const MAX_OVERLAPS = 16

/** Sorts addresses by unit, in order of first use; those of no unit are left out. */
export function groupByUnit(file: DwarfFile, addresses: ArrayLike<number>, budget: WorkBudget): UnitAddresses[] {
  const listed = readAddressRanges(file, budget)
  const groups = new Map<number, UnitAddresses>()
  const unlisted: number[] = []
  const find = rangeFinder(listed)
  for (let index = 0; index < addresses.length; index++) {
    const unit = find(addresses[index])
    if (unit === NONE) unlisted.push(index)
    else add(unit, index)
  }
  if (unlisted.length > 0) {
    const findRest = rangeFinder(readUnitRanges(file, new Set(listed.units), budget))
    for (const index of unlisted) {
      const unit = findRest(addresses[index])
      if (unit !== NONE) add(unit, index)
    }
  }
  return [...groups.values()]

  function add(unit: number, index: number): void {
    const known = groups.get(unit)
    if (known === undefined) groups.set(unit, { unit, indexes: [index] })
    else known.indexes.push(index)
  }
}

/** Ranges with the offset of their unit, as three lists of one length. */
interface UnitRanges {
  readonly starts: number[]
  readonly ends: number[]
  readonly units: number[]
}

function rangeFinder({ starts, ends, units }: UnitRanges): (address: number) => number {
  const order = sortedOrder(Float64Array.from(starts), starts.length)
  const sorted = Float64Array.from(order, index => starts[index])
  return address => {
    const last = lastAtOrBelow(sorted, address)
    for (let at = last; at >= 0 && at > last - MAX_OVERLAPS; at--) if (address < ends[order[at]]) return units[order[at]]
    return NONE
  }
}

/** Section 6.1.2 of DWARF 5: per unit a header and pairs of address and length, ended by a pair of zeros. A damaged set ends the reading. */
function readAddressRanges(file: DwarfFile, budget: WorkBudget): UnitRanges {
  const found: UnitRanges = { starts: [], ends: [], units: [] }
  const { addressRanges } = file
  const cursor = new DwarfCursor(addressRanges.whole(), addressRanges.name)
  try {
    while (cursor.bytes.length - cursor.offset >= 12) readAddressRangeSet(cursor, found, budget)
  } catch (error) {
    if (!(error instanceof FormatError)) throw error
  }
  return found
}

function readAddressRangeSet(cursor: DwarfCursor, found: UnitRanges, budget: WorkBudget): void {
  const start = cursor.offset
  const { lengthBytes, offsetBytes } = readInitialLength(cursor)
  const end = cursor.offset + lengthBytes
  cursor.u16() // version: 2 in all versions of DWARF
  const unit = cursor.unsigned(offsetBytes)
  const addressBytes = cursor.u8()
  cursor.u8() // segment selectors
  if (addressBytes !== 4 && addressBytes !== 8) throw cursor.damage(`addresses have ${addressBytes} bytes.`)
  const pairBytes = 2 * addressBytes
  cursor.seek(start + Math.ceil((cursor.offset - start) / pairBytes) * pairBytes)
  while (cursor.offset + pairBytes <= end) {
    budget.spend(1)
    const address = cursor.unsigned(addressBytes)
    const length = cursor.unsigned(addressBytes)
    if (length > 0 && isAddress(address)) push(found, { start: address, end: address + length, unit })
  }
  cursor.seek(Math.max(end, cursor.offset))
}

/** Ranges of the units that .debug_aranges does not tell of: clang writes none. */
function readUnitRanges(file: DwarfFile, known: ReadonlySet<number>, budget: WorkBudget): UnitRanges {
  const found: UnitRanges = { starts: [], ends: [], units: [] }
  for (const header of readUnits(file)) {
    budget.spend(10)
    if (known.has(header.offset) || header.type === UnitType.Type || header.type === UnitType.Partial) continue
    try {
      const root = rootOf(header)
      const ranges = root === undefined ? [] : rangesOfUnit(root)
      for (let index = 0; index < ranges.length; index += 2) {
        push(found, { start: ranges[index], end: ranges[index + 1], unit: header.offset })
      }
    } catch (error) {
      if (!(error instanceof FormatError)) throw error
    }
  }
  return found
}

function push({ starts, ends, units }: UnitRanges, { start, end, unit }: { start: number; end: number; unit: number }): void {
  if (starts.length >= MAX_RANGES) return
  starts.push(start)
  ends.push(end)
  units.push(unit)
}
