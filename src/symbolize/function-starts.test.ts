import { expect, test } from 'vitest'
import { le, tinyElf } from '../../test/tiny-elf.ts'
import { FormatError } from '../errors.ts'
import { memorySource } from './byte-source.ts'
import { parseElf } from './elf.ts'
import { readFunctionStarts } from './function-starts.ts'

const table = [
  ...[1, 0x1b, 0x03, 0x3b], // version, encodings of pointer, count, table
  ...le(0x20, 4), // eh_frame_ptr
  ...le(2, 4), // fde_count
  ...[...le(0x1100 - 0x3000, 4), ...le(0x40, 4)], // start relative to the section, frame description
  ...[...le(0x1000 - 0x3000, 4), ...le(0x60, 4)],
]
const startsOf = (bytes: readonly number[]) =>
  readFunctionStarts(
    parseElf(memorySource(tinyElf({ sections: [{ name: '.eh_frame_hdr', address: 0x3000, bytes: Uint8Array.from(bytes) }] })), 'tiny'),
  )

test('starts come out as addresses in order', () => {
  expect([...startsOf(table)]).toEqual([0x1000, 0x1100])
})

test('another encoding gives none instead of wrong ones', () => {
  expect([...startsOf([1, 0x1b, 0x03, 0x0b, ...table.slice(4)])]).toEqual([])
  expect([...startsOf([2, ...table.slice(1)])]).toEqual([])
})

test('every truncation throws', () => {
  for (let length = 4; length < table.length; length++)
    expect(() => startsOf(table.slice(0, length)), `length ${length}`).toThrow(FormatError)
})
