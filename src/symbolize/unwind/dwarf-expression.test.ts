import { expect, test } from 'vitest'
import { FormatError } from '../../errors.ts'
import { evaluateExpression } from './dwarf-expression.ts'

const registers = new Float64Array(33).fill(Number.NaN)
registers[7] = 0x7ffe0000
registers[16] = 0x40101b

/** Memory holds at every address ten times that address. */
const context = { registers, bias: 0x1000, readWord: (address: bigint) => (address === 0n ? undefined : address * 10n) }
const value = (bytes: readonly number[], initial?: number) => evaluateExpression(Uint8Array.from(bytes), context, initial)

test('the rule of the procedure linkage table: rsp + 8 + (rip % 16 >= 11) * 8', () => {
  const plt = [0x77, 8, 0x80, 0, 0x3f, 0x1a, 0x3b, 0x2a, 0x33, 0x24, 0x22]
  expect(value(plt)).toBe(0x7ffe0010)
  registers[16] = 0x401016
  expect(value(plt)).toBe(0x7ffe0008)
})

test.each([
  [
    'constants of all sizes',
    [0x08, 1, 0x0a, 2, 0, 0x22, 0x0c, 3, 0, 0, 0, 0x22, 0x0e, 4, 0, 0, 0, 0, 0, 0, 0, 0x22, 0x10, 0x85, 1, 0x22],
    143,
  ],
  ['addresses are those of the program in memory', [0x03, 0, 0x20, 0, 0, 0, 0, 0, 0], 0x3000],
  ['a word of memory', [0x77, 0, 0x06], 0x7ffe0000 * 10],
  ['part of a word', [0x33, 0x94, 1], 30],
  ['negative numbers wrap and come back', [0x38, 0x09, 0xfc, 0x22], 4],
  ['comparison is signed', [0x31, 0x09, 0xff, 0x2b], 1],
  ['a branch forward is taken when true', [0x35, 0x31, 0x28, 1, 0, 0x13, 0x23, 2], 7],
  ['swap, over, rot, pick', [0x31, 0x32, 0x33, 0x17, 0x16, 0x14, 0x15, 1, 0x22, 0x22], 4],
  ['shifts of 64 and more give 0', [0x31, 0x08, 64, 0x24], 0],
])('%s', (_, bytes, expected) => {
  expect(value(bytes)).toBe(expected)
})

test('the initial value is on the stack', () => {
  expect(value([0x23, 8], 100)).toBe(108)
})

test('what needs an unknown register or memory that is not there has no value', () => {
  expect(value([0x73, 0])).toBeUndefined()
  expect(value([0x30, 0x06])).toBeUndefined()
})

test.each([
  ['an empty stack', []],
  ['taking from an empty stack', [0x22]],
  ['an operand that is missing', [0x0c, 1]],
  ['an unknown operation', [0xe0]],
  ['a loop without end', [0x31, 0x2f, 0xfc, 0xff]],
  ['a stack without end', [0x31, 0x12, 0x2f, 0xfc, 0xff]],
  ['a branch out of the expression', [0x31, 0x2f, 0, 1]],
  ['a pick below the stack', [0x31, 0x15, 9]],
])('damage: %s', (_, bytes) => {
  expect(() => value(bytes)).toThrow(FormatError)
})
