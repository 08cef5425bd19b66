import { expect, test } from 'vitest'
import { cfa, commonEntry, entry, frameSectionOf, functionEntry } from '../../../test/frame-bytes.ts'
import { le } from '../../../test/tiny-elf.ts'
import { FormatError } from '../../errors.ts'
import { FrameEntries, type FrameSection } from './frame-entries.ts'

const sectionAddress = 0x2000

function section(parts: Parameters<typeof commonEntry>[0] = {}, count = 1): FrameSection {
  const bytes = commonEntry(parts)
  for (let index = 0; index < count; index++) {
    bytes.push(
      ...functionEntry({ at: bytes.length, sectionAddress, start: 0x1000 + index * 0x100, sizeBytes: 0x80, program: cfa.advance(4) }),
    )
  }
  return frameSectionOf([...bytes, ...le(0, 4)])
}

test('functions of .eh_frame are found in order, up to its terminator, and say which code they are about', () => {
  const entries = new FrameEntries(section({}, 3))
  const found = [...entries.scan()]
  expect(found.map(({ start }) => start)).toEqual([0x1000, 0x1100, 0x1200])
  expect(entries.entryAt(found[1].offset)).toMatchObject({
    start: 0x1100,
    end: 0x1180,
    common: { codeAlign: 1, dataAlign: -8, returnAddress: 16, isSignalFrame: false },
  })
})

test.each([
  ['S marks a signal frame', { augmentation: 'zRS' }, { isSignalFrame: true }],
  [
    'P and L are stepped over, R behind them is read',
    { augmentation: 'zPLR', data: [0x9b, 1, 2, 3, 4, 0x1b, 0x1b] },
    { pointerEncoding: 0x1b },
  ],
  ['B and G of aarch64 have no data', { augmentation: 'zRBGS' }, { isSignalFrame: true }],
  ['letters behind an unknown one are not read', { augmentation: 'zR?S' }, { isSignalFrame: false }],
])('augmentation: %s', (_, parts, expected) => {
  const entries = new FrameEntries(section(parts))
  const [found] = [...entries.scan()]
  expect(entries.entryAt(found.offset).common).toMatchObject(expected)
})

test('.debug_frame has absolute addresses, and its functions name their common entry by offset', () => {
  const common = entry([...le(0xffffffff, 4), 4, 0, 8, 0, 1, 0x78, 16, ...cfa.define(7, 8)])
  const bytes = [...common, ...entry([...le(0, 4), ...le(0x401000, 8), ...le(0x20, 8), ...cfa.advance(1)])]
  const entries = new FrameEntries(frameSectionOf(bytes, { kind: 'debug_frame', address: 0 }))
  expect([...entries.scan()]).toEqual([{ start: 0x401000, offset: common.length }])
  expect(entries.entryAt(common.length)).toMatchObject({ start: 0x401000, end: 0x401020 })
})

test('a section cut at any byte throws or ends, and never makes an entry up', () => {
  const whole = section({}, 2)
  const starts = [...new FrameEntries(whole).scan()].map(({ start }) => start)
  for (let sizeBytes = 0; sizeBytes < whole.sizeBytes; sizeBytes++) {
    const found: number[] = []
    try {
      for (const { start } of new FrameEntries({ ...whole, sizeBytes }).scan()) found.push(start)
    } catch (error) {
      expect(error).toBeInstanceOf(FormatError)
    }
    expect(starts.slice(0, found.length)).toEqual(found)
  }
})

test.each([
  ['a function that is its own common entry', [...entry([...le(4, 4), ...le(0, 12)])]],
  ['a common entry before the section', [...entry([...le(0x7fffffff, 4), ...le(0, 12)])]],
  ['a length beyond the section', [...le(0x7fff, 4), ...le(0, 12)]],
  ['an entry longer than any', [...le(0x7fffffff, 4), ...le(0, 12)]],
  ['an unknown version', entry([...le(0, 4), 9, 0, 1, 0x78, 16])],
  ['an augmentation that cannot be stepped over', commonEntry({ augmentation: 'x' })],
])('damage: %s', (_, bytes) => {
  const entries = new FrameEntries(
    frameSectionOf([...bytes, ...functionEntry({ at: bytes.length, sectionAddress, start: 0x1000, sizeBytes: 1 })]),
  )
  expect(() => [...entries.scan()]).toThrow(FormatError)
})
