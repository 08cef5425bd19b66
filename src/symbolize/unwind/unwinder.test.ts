import { expect, test } from 'vitest'
import { StackEnd } from '../../schema.ts'
import { type Architecture, arm64, x64 } from './architecture.ts'
import { type FrameRule, type RegisterRule, RuleKind } from './frame-rule.ts'
import { LOOK_BEHIND, ruleOfKnownCode } from './known-code.ts'
import { type Step, Unwinder } from './unwinder.ts'

const SP = 0x7ffd0000

/** A rule with a frame address of register + offset, and registers saved at offsets from it. */
function rule(cfaRegister: number, cfaOffset: number, saved: Readonly<Record<number, number>>, more: Partial<FrameRule> = {}): FrameRule {
  const registers = Object.entries(saved).map(
    ([register, value]): RegisterRule => ({ register: Number(register), kind: RuleKind.Offset, value, expression: undefined }),
  )
  const facts = { returnAddress: 16, isSignalFrame: false, isRoot: false }
  return { cfaRegister, cfaOffset, cfaExpression: undefined, registers, ...facts, ...more }
}

/** Code at [start, start + 0x100): each piece with its rule, or none. */
function unwind(
  code: Readonly<Record<number, FrameRule | 'none' | 'damaged'>>,
  { architecture = x64, registers, words, isCut = false, maxFrames = 64 }: Thread,
) {
  const space = {
    stepAt(address: number, isExact: boolean): Step {
      const lookup = isExact ? address : address - 1
      const found = code[Math.floor(lookup / 0x100) * 0x100]
      return found === undefined ? 'unmapped' : typeof found === 'object' ? { rule: found, bias: 0 } : found
    },
  }
  const dump = { registers: new Int32Array(66), stack: new Uint8Array(BigInt64Array.from(words, BigInt).buffer), isCut }
  for (const [slot, value] of Object.entries({ [architecture.stackPointer]: SP, ...registers })) {
    new BigInt64Array(dump.registers.buffer)[Number(slot)] = BigInt(value)
  }
  const frames = new Float64Array(maxFrames)
  const unwinder = new Unwinder(architecture)
  const end = unwinder.unwind(dump, space, frames)
  return { frames: [...frames.subarray(0, unwinder.count)], end }
}

interface Thread {
  readonly architecture?: Architecture
  readonly registers: Readonly<Record<number, number | bigint>>
  /** The stack, from the stack pointer upward. */
  readonly words: readonly (number | bigint)[]
  readonly isCut?: boolean
  readonly maxFrames?: number
}

const root = rule(7, 8, {}, { isRoot: true })

test('x86-64: two frames and the root, the saved rbp carried from one to the next', () => {
  const code = {
    4096: rule(7, 24, { 16: -8, 6: -16 }), // leaf: [local] [rbp] [return]
    4352: rule(6, 16, { 16: -8, 6: -16 }), // caller: by rbp
    4608: root,
  }
  const words = [0xdead, SP + 0x28, 0x1110, 0, 0, 0xbeef, 0x1220]
  expect(unwind(code, { registers: { 16: 0x1004, 6: 1 }, words })).toEqual({ frames: [0x1004, 0x1110, 0x1220], end: StackEnd.Complete })
})

test('LLVM pops without saying so: a register saved below the stack pointer is live', () => {
  const code = { 4096: rule(7, 8, { 16: -8, 6: -16 }), 4352: rule(6, 16, { 16: -8, 6: -16 }), 4608: root }
  const words = [0x1110, 0, 0xbeef, 0x1220]
  expect(unwind(code, { registers: { 16: 0x1004, 6: SP + 16 }, words }).frames).toEqual([0x1004, 0x1110, 0x1220])
})

test('a return behind the last byte of a function belongs to that function', () => {
  const code = { 4096: rule(7, 8, { 16: -8 }), 4352: root }
  expect(unwind(code, { registers: { 16: 0x1004 }, words: [0x1200] })).toEqual({ frames: [0x1004, 0x1200], end: StackEnd.Complete })
})

test('behind a signal frame the address is exact: one more, so that the byte before it is the instruction', () => {
  const code = { 4096: rule(7, 8, { 16: -8, 7: 8 }, { isSignalFrame: true }), 4352: root }
  expect(unwind(code, { registers: { 16: 0x1004 }, words: [0x1100, SP + 64] })).toEqual({
    frames: [0x1004, 0x1101],
    end: StackEnd.Complete,
  })
})

test.each([
  ['the dump is cut', StackEnd.Truncated, { 4096: rule(7, 256, { 16: -8 }) }, { isCut: true }],
  ['the frame lies on another stack', StackEnd.OtherStack, { 4096: rule(7, 256, { 16: -8 }) }, {}],
  ['nothing describes the code', StackEnd.NoUnwindInfo, { 4096: 'none' }, { registers: { 16: 0x1004, 6: 3 } }],
  ['what describes it is damaged', StackEnd.DamagedUnwindInfo, { 4096: 'damaged' }, { registers: { 16: 0x1004, 6: 3 } }],
  ['it runs where nothing is mapped', StackEnd.NoMapping, {}, {}],
  ['the return address is no code', StackEnd.BadReturnAddress, { 4096: rule(7, 8, { 16: -8 }) }, {}],
  ['the stack does not shrink', StackEnd.NoProgress, { 4096: rule(7, -64, { 16: 72 }) }, { words: [0, 0x1010] }],
  ['a rule forgets the return address', StackEnd.NoProgress, { 4096: rule(7, 8, {}) }, {}],
  ['the return address is 0', StackEnd.Complete, { 4096: rule(7, 8, { 16: -8 }) }, { words: [0] }],
] as const)('%s: the stack ends there, and says so', (_, end, code, thread) => {
  const found = unwind(code as Parameters<typeof unwind>[0], { registers: { 16: 0x1004 }, words: [0x666], ...thread })
  expect(found).toEqual({ frames: [0x1004], end })
})

test('recursion without end fills the frames and stops', () => {
  const words = Array.from({ length: 100 }, () => 0x1010)
  const found = unwind({ 4096: rule(7, 8, { 16: -8 }) }, { registers: { 16: 0x1004 }, words, maxFrames: 10 })
  expect([found.frames.length, found.end]).toEqual([10, StackEnd.DepthLimit])
})

test('code without rules is left by its frame pointer, until that is 0', () => {
  const words = [0, SP + 32, 0x1110, 0, 0, 0x1120]
  const found = unwind({ 4096: 'none', 4352: 'none' }, { registers: { 16: 0x1004, 6: SP + 8 }, words })
  expect(found).toEqual({ frames: [0x1004, 0x1110, 0x1120], end: StackEnd.Complete })
})

test('a frame pointer whose return address is no code is not believed', () => {
  const found = unwind({ 4096: 'none' }, { registers: { 16: 0x1004, 6: SP + 8 }, words: [0x666, 0, 0x777] })
  expect(found).toEqual({ frames: [0x1004], end: StackEnd.NoUnwindInfo })
})

test('generated code that has pushed nothing yet is left by what lies on the stack', () => {
  const found = unwind({ 4096: 'none', 4352: root }, { registers: { 16: 0x1004, 6: 3 }, words: [0x1110] })
  expect(found).toEqual({ frames: [0x1004, 0x1110], end: StackEnd.Complete })
})

test('aarch64: a leaf returns through its link register, callers through the stack, signatures taken off', () => {
  const signature = 0x0027_0000_0000_0000n
  const code = {
    4096: rule(31, 0, {}, { returnAddress: 30 }), // leaf: nothing saved
    4352: rule(31, 32, { 29: -32, 30: -24 }, { returnAddress: 30 }),
    4608: rule(31, 0, {}, { returnAddress: 30, isRoot: true }),
  }
  const words = [SP + 64, 0x1210n | signature, 0, 0]
  const registers = { 32: 0x1004, 30: 0x1110n | signature, 29: SP }
  expect(unwind(code, { architecture: arm64, registers, words })).toEqual({ frames: [0x1004, 0x1110, 0x1210], end: StackEnd.Complete })
})

test('aarch64: a caller that saved no link register ends the stack instead of repeating itself', () => {
  const code = { 4096: rule(31, 0, {}, { returnAddress: 30 }), 4352: rule(31, 16, {}, { returnAddress: 30 }) }
  const found = unwind(code, { architecture: arm64, registers: { 32: 0x1004, 30: 0x1110 }, words: [0, 0] })
  expect(found).toEqual({ frames: [0x1004, 0x1110], end: StackEnd.NoProgress })
})

test('aarch64: frame pointers are followed as on x86-64', () => {
  const found = unwind(
    { 4096: 'none', 4352: 'none' },
    { architecture: arm64, registers: { 32: 0x1004, 29: SP + 8 }, words: [0, 0, 0x1110n | (0x7fn << 48n)] },
  )
  expect(found).toEqual({ frames: [0x1004, 0x1110], end: StackEnd.Complete })
})

/** Bytes around an address: the code lies so many bytes before it. */
function around(code: readonly number[], into: number): Uint8Array {
  const bytes = new Uint8Array(32).fill(0x90)
  bytes.set(code, LOOK_BEHIND - into)
  return bytes
}

const trampoline = [0x48, 0x83, 0xec, 0x08, 0xff, 0xd1, 0x48, 0x83, 0xc4, 0x08, 0xc3]

test.each([
  ['before its frame is there', 0, true, 8],
  ['while it calls', 4, true, 16],
  ['when its callee returns to it', 6, false, 16],
  ['at its ret', 10, true, 8],
])("CPython's trampoline %s", (_, into, isExact, cfaOffset) => {
  expect(ruleOfKnownCode(x64, around(trampoline, into), isExact)).toMatchObject({
    cfaRegister: 7,
    cfaOffset,
    registers: [{ register: 16, value: -8 }],
  })
})

test('a signal return is known by its bytes on both processors, and nothing else is', () => {
  const x64Return = [0x48, 0xc7, 0xc0, 0x0f, 0, 0, 0, 0x0f, 0x05]
  const arm64Return = [0x68, 0x11, 0x80, 0xd2, 0x01, 0, 0, 0xd4]
  expect(ruleOfKnownCode(x64, around(x64Return, 0), false)?.registers.find(({ register }) => register === 16)?.value).toBe(168)
  expect(ruleOfKnownCode(arm64, around(arm64Return, 0), false)?.registers.find(({ register }) => register === 32)?.value).toBe(568)
  expect(ruleOfKnownCode(x64, around(arm64Return, 0), false)).toBeUndefined()
  expect(ruleOfKnownCode(x64, around(x64Return, 3), false)).toBeUndefined()
})
