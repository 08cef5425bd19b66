/**
 * Where functions begin in a file without symbols, from the binary search table that stack unwinding uses.
 *
 * Layout of .eh_frame_hdr: LSB Core, "Exception Frames": u8 version, u8 pointer encoding, u8 count encoding, u8 table
 * encoding, pointer to .eh_frame, count, then (start, frame description) pairs. Linkers write s32 relative to the section.
 */

import { ByteReader } from '../byte-reader.ts'
import { type ElfFile, readSection, sectionNamed } from './elf.ts'

const Encoding = { Udata4: 0x03, PcrelSdata4: 0x1b, DatarelSdata4: 0x3b } as const
const PAIR_BYTES = 8

/** Starts in ascending order; none where the file has no such table or one of another encoding. */
export function readFunctionStarts(elf: ElfFile): Float64Array {
  const section = sectionNamed(elf, '.eh_frame_hdr')
  if (section === undefined) return new Float64Array()
  const reader = new ByteReader(readSection(elf, section), elf.name)
  const [version, pointerEncoding, countEncoding, tableEncoding] = reader.bytes(4, 'eh_frame_hdr')
  if (version !== 1 || pointerEncoding !== Encoding.PcrelSdata4) return new Float64Array()
  if (countEncoding !== Encoding.Udata4 || tableEncoding !== Encoding.DatarelSdata4) return new Float64Array()
  reader.u32('eh_frame_ptr')
  const count = reader.u32('fde_count')
  const table = reader.bytes(count * PAIR_BYTES, 'eh_frame_hdr table')
  const view = new DataView(table.buffer, table.byteOffset, table.byteLength)
  const starts = new Float64Array(count)
  for (let index = 0; index < count; index++) starts[index] = section.address + view.getInt32(index * PAIR_BYTES, true)
  return starts.sort()
}
