/**
 * .eh_frame_hdr: the functions of .eh_frame in order, for binary search.
 *
 * Layout: LSB Core, "Exception Frames": u8 version, u8 encoding of the pointer, u8 of the count, u8 of the table, pointer to
 * .eh_frame, count, then (start, entry) pairs. Linkers write s32 relative to the section.
 */

import { CfiCursor, PointerEncoding } from './cfi-cursor.ts'

/** Where functions begin, and the addresses of their entries. */
export interface EhFrameHeader {
  /** Address of .eh_frame. */
  readonly frameAddress: number
  /** Ascending. */
  readonly starts: Float64Array
  readonly entries: Float64Array
}

const VERSION = 1
/** Encoding of the table that all linkers write: s32 relative to the section. */
const DATA_RELATIVE_S32 = 0x3b

/** Parses the section; undefined when it has no table. */
export function parseEhFrameHeader(
  bytes: Uint8Array,
  place: { source: string; address: number; wordBytes: number },
): EhFrameHeader | undefined {
  const cursor = new CfiCursor(bytes, place)
  const version = cursor.u8()
  if (version !== VERSION) throw cursor.damaged(`.eh_frame_hdr of version ${version}.`)
  const [pointerEncoding, countEncoding, tableEncoding] = [cursor.u8(), cursor.u8(), cursor.u8()]
  const frameAddress = cursor.pointer(pointerEncoding, place.address)
  if (countEncoding === PointerEncoding.Omitted || tableEncoding === PointerEncoding.Omitted) return undefined
  const count = cursor.pointer(countEncoding, place.address)
  // the shortest pair has two bytes: a count beyond that must not make us allocate
  if (count < 0 || count * 2 > cursor.end - cursor.offset) throw cursor.damaged(`${count} functions do not fit.`)
  const starts = new Float64Array(count)
  const entries = new Float64Array(count)
  if (tableEncoding === DATA_RELATIVE_S32) fillFromWords(cursor, { starts, entries })
  else
    for (let index = 0; index < count; index++) {
      starts[index] = cursor.pointer(tableEncoding, place.address)
      entries[index] = cursor.pointer(tableEncoding, place.address)
    }
  return { frameAddress, ...inOrder(starts, entries) }
}

interface Pairs {
  readonly starts: Float64Array
  readonly entries: Float64Array
}

function fillFromWords(cursor: CfiCursor, { starts, entries }: Pairs): void {
  const { address } = cursor.place
  const table = cursor.bytes(starts.length * 8)
  const view = new DataView(table.buffer, table.byteOffset, table.byteLength)
  for (let index = 0; index < starts.length; index++) {
    starts[index] = address + view.getInt32(index * 8, true)
    entries[index] = address + view.getInt32(index * 8 + 4, true)
  }
}

/** Linkers sort the table; a damaged one must not make a search miss what is there. */
function inOrder(starts: Float64Array, entries: Float64Array): Pairs {
  let isSorted = true
  for (let index = 1; index < starts.length && isSorted; index++) isSorted = starts[index - 1] <= starts[index]
  if (isSorted) return { starts, entries }
  const order = Array.from(starts.keys()).sort((left, right) => starts[left] - starts[right] || left - right)
  return { starts: Float64Array.from(order, index => starts[index]), entries: Float64Array.from(order, index => entries[index]) }
}
