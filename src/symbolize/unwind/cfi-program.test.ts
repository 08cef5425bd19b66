import { expect, test } from 'vitest'
import { cfa, commonEntry, frameSectionOf, functionEntry } from '../../../test/frame-bytes.ts'
import { FormatError } from '../../errors.ts'
import { ruleAt } from './cfi-program.ts'
import { FrameEntries } from './frame-entries.ts'
import { RuleKind } from './frame-rule.ts'

/** The rule at so many bytes into a function of 64. */
function rule(program: readonly number[], into: number, common: Parameters<typeof commonEntry>[0] = {}) {
  const bytes = commonEntry(common)
  const at = bytes.length
  const section = frameSectionOf([...bytes, ...functionEntry({ at, sectionAddress: 0x2000, start: 0x1000, sizeBytes: 64, program })])
  return ruleAt(new FrameEntries(section).entryAt(at), 0x1000 + into, { source: 'test', wordBytes: 8 })
}

test('a prologue moves the frame address byte by byte', () => {
  const program = [
    ...cfa.advance(1), // push rbp
    ...cfa.defineOffset(16),
    ...cfa.offset(6, 2),
    ...cfa.advance(3), // mov rbp, rsp
    ...cfa.defineRegister(6),
  ]
  expect(rule(program, 0)).toMatchObject({ cfaRegister: 7, cfaOffset: 8, registers: [{ register: 16, value: -8 }] })
  expect(rule(program, 1)).toMatchObject({ cfaRegister: 7, cfaOffset: 16 })
  expect(rule(program, 3)).toMatchObject({ cfaRegister: 7, cfaOffset: 16 })
  expect(rule(program, 4)).toMatchObject({ cfaRegister: 6, cfaOffset: 16, registers: [{ register: 16 }, { register: 6, value: -16 }] })
})

test('a remembered state comes back whole, and a restored register has what the common entry says', () => {
  const program = [...cfa.offset(3, 4), ...cfa.remember, ...cfa.advance(1), ...cfa.define(6, 32), ...cfa.restore(3), ...cfa.restore(16)]
  program.push(...cfa.advance(1), ...cfa.restoreState)
  expect(rule(program, 1)).toMatchObject({ cfaRegister: 6, cfaOffset: 32, registers: [{ register: 16, value: -8 }] })
  expect(rule(program, 2)).toMatchObject({ cfaRegister: 7, cfaOffset: 8, registers: [{ register: 16 }, { register: 3, value: -32 }] })
})

test('a function whose return address is undefined is a root', () => {
  expect(rule(cfa.undefined(16), 0).isRoot).toBe(true)
  expect(rule([], 0).isRoot).toBe(false)
})

test('aarch64: signing the return address changes nothing else', () => {
  const common = { returnAddress: 30, program: cfa.define(31, 0) }
  const program = [...cfa.negateRaState, ...cfa.advance(4), ...cfa.defineOffset(16), ...cfa.offset(29, 2), ...cfa.offset(30, 1)]
  expect(rule(program, 4, common)).toMatchObject({
    cfaRegister: 31,
    cfaOffset: 16,
    returnAddress: 30,
    registers: [{ register: 29 }, { register: 30 }],
  })
})

test('registers without addresses are read and left out', () => {
  expect(rule([0x05, 0x40, 2, ...cfa.offset(3, 2)], 0).registers.map(({ register }) => register)).toEqual([16, 3])
})

test('expressions are kept as they are', () => {
  const { cfaExpression, registers } = rule([...cfa.defineExpression(0x77, 8), ...cfa.expression(6, 0x76, 0)], 0)
  expect([...(cfaExpression ?? [])]).toEqual([0x77, 8])
  expect(registers.find(({ register }) => register === 6)).toMatchObject({ kind: RuleKind.Expression })
})

test.each([
  ['an unknown instruction', [0x3f]],
  ['a state that nobody remembered', cfa.restoreState],
  ['an expression longer than the program', [0x0f, 0x7f, 1]],
  ['states remembered without end', Array.from({ length: 65 }, () => 0x0a)],
  ['a LEB128 number without end', [0x0e, ...Array.from({ length: 12 }, () => 0xff), 0]],
])('damage: %s', (_, program) => {
  expect(() => rule(program, 63)).toThrow(FormatError)
})

test('a frame address that is never defined is damage', () => {
  expect(() => rule([], 0, { program: [] })).toThrow(FormatError)
})
