import { expect, test } from 'vitest'
import { le } from '../../../test/tiny-elf.ts'
import { FormatError } from '../../errors.ts'
import { parseEhFrameHeader } from './eh-frame-header.ts'

const place = { source: 'test', address: 0x3000, wordBytes: 8 }

/** A header as linkers write it, of (start, entry) pairs. */
function header(pairs: readonly (readonly [number, number])[], count = pairs.length): Uint8Array {
  return Uint8Array.from([
    ...[1, 0x1b, 0x03, 0x3b], // version, encodings of pointer, count, table
    ...le(0x2000 - 0x3004, 4), // .eh_frame, relative to this field
    ...le(count, 4),
    ...pairs.flatMap(([start, entry]) => [...le(start - 0x3000, 4), ...le(entry - 0x3000, 4)]),
  ])
}

test('starts and entries are addresses in the file', () => {
  const parsed = parseEhFrameHeader(header([[0x1000, 0x2018], [0x1100, 0x2040]]), place) // biome-ignore format: pairs
  expect(parsed).toMatchObject({ frameAddress: 0x2000, starts: Float64Array.of(0x1000, 0x1100), entries: Float64Array.of(0x2018, 0x2040) })
})

test('a table out of order is put in order', () => {
  expect(parseEhFrameHeader(header([[0x1100, 2], [0x1000, 1]]), place)?.starts).toEqual(Float64Array.of(0x1000, 0x1100)) // biome-ignore format: pairs
})

test('pointers of other encodings are read too', () => {
  const bytes = Uint8Array.from([1, 0x00, 0x04, 0x00, ...le(0x2000, 8), ...le(1, 8), ...le(0x1000, 8), ...le(0x2018, 8)])
  expect(parseEhFrameHeader(bytes, place)).toMatchObject({ starts: Float64Array.of(0x1000), entries: Float64Array.of(0x2018) })
})

test('a header without a table is none', () => {
  expect(parseEhFrameHeader(Uint8Array.from([1, 0x1b, 0xff, 0xff, ...le(0, 4)]), place)).toBeUndefined()
})

test('every truncation throws', () => {
  const whole = header([[0x1000, 0x2018]])
  for (let length = 0; length < whole.length; length++)
    expect(() => parseEhFrameHeader(whole.subarray(0, length), place)).toThrow(FormatError)
})

test('a count beyond the section throws before anything is allocated for it', () => {
  expect(() => parseEhFrameHeader(header([], 0xffffffff), place)).toThrow(FormatError)
})
