import { expect, test } from 'vitest'
import { tinyElf } from '../../test/tiny-elf.ts'
import { variableAt, variableNamed } from './data-symbols.ts'
import { parseElf } from './elf.ts'

const symbols = [
  { name: 'main', address: 0x1000, sizeBytes: 16 },
  { name: 'cache_lock', address: 0x1100, sizeBytes: 40, type: 1 },
]
const file = Buffer.from(tinyElf({ symbols }))
const elf = parseElf({ sizeBytes: file.length, read: (offset, length) => file.subarray(offset, offset + length) }, 'tiny')

test.each([
  [0x1100, 'cache_lock'],
  [0x1127, 'cache_lock'],
  [0x1128, undefined],
  [0x10ff, undefined],
  [0x1000, undefined],
])('the variable at 0x%s', (address, name) => {
  expect(variableAt(elf, address)).toBe(name)
})

test('a variable is found by its name, a function is not', () => {
  expect(variableNamed(elf, 'cache_lock')).toEqual({ name: 'cache_lock', address: 0x1100, sizeBytes: 40 })
  expect(variableNamed(elf, 'main')).toBeUndefined()
})
