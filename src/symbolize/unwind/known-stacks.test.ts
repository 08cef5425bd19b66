import { describe, expect, test } from 'vitest'
import { seededRandom } from '../../detectors/statistics/random.ts'
import { StackEnd } from '../../schema.ts'
import { x64 } from './architecture.ts'
import { type FrameRule, type RegisterRule, RuleKind } from './frame-rule.ts'
import { KnownStacks } from './known-stacks.ts'
import { type Step, Unwinder } from './unwinder.ts'

const SP = 0x7ffd0000
const [RBX, RBP, RSP, PC] = [3, 6, 7, 16]

function rule(cfaRegister: number, cfaOffset: number, saved: Readonly<Record<number, number>>, isRoot = false): FrameRule {
  const registers = Object.entries(saved).map(
    ([register, value]): RegisterRule => ({ register: Number(register), kind: RuleKind.Offset, value, expression: undefined }),
  )
  return { cfaRegister, cfaOffset, cfaExpression: undefined, registers, returnAddress: PC, isSignalFrame: false, isRoot }
}

/** Code at each multiple of 0x100: its rule, or none. */
const code: Readonly<Record<number, FrameRule | 'none'>> = {
  4096: rule(RSP, 8, { [PC]: -8 }), // leaf: [return]
  4352: rule(RSP, 24, { [PC]: -8, [RBX]: -16, [RBP]: -24 }), // saves two registers it does not need
  4608: rule(RBP, 16, { [PC]: -8, [RBP]: -16 }), // found by rbp
  4864: 'none', // generated code: by rbp too
  5120: rule(RBX, 8, { [PC]: -8 }), // found by rbx
  5376: rule(RSP, 8, {}, true),
}

class Code {
  readonly known: KnownStacks | undefined
  stepCount = 0

  constructor(known?: KnownStacks) {
    this.known = known
  }

  stepAt(address: number, isExact: boolean): Step {
    this.stepCount++
    const found = code[Math.floor((isExact ? address : address - 1) / 0x100) * 0x100]
    return found === undefined ? 'unmapped' : typeof found === 'object' ? { rule: found, bias: 0 } : found
  }
}

function unwind(space: Code, { registers, words }: { registers: Readonly<Record<number, number>>; words: readonly number[] }) {
  const dump = { registers: new Int32Array(66), stack: new Uint8Array(BigInt64Array.from(words, BigInt).buffer), isCut: false }
  for (const [slot, value] of Object.entries({ [RSP]: SP, ...registers })) {
    new BigInt64Array(dump.registers.buffer)[Number(slot)] = BigInt(value)
  }
  const frames = new Float64Array(64)
  const unwinder = new Unwinder(x64)
  const end = unwinder.unwind(dump, space, frames)
  return { frames: [...frames.subarray(0, unwinder.count)], end }
}

/** leaf ← saves ← found by rbp ← root */
const sampled = {
  registers: { [PC]: 0x1004, [RBX]: 7, [RBP]: 9 },
  words: [0x1110, SP + 0x28, 77, 0x1210, 0, 0, 0x1510],
}
const frames = [0x1004, 0x1110, 0x1210, 0x1510]

describe('a stack seen before', () => {
  test('is not unwound again, whatever registers nobody needed were saved in it', () => {
    const space = new Code(new KnownStacks())
    expect(unwind(space, sampled)).toEqual({ frames, end: StackEnd.Complete })
    space.stepCount = 0
    const otherValues = { registers: { ...sampled.registers, [RBX]: 8, [RBP]: 10 }, words: sampled.words.with(2, 78) }
    expect(unwind(space, otherValues)).toEqual({ frames, end: StackEnd.Complete })
    expect(space.stepCount).toBe(1)
  })

  test('is unwound again when a return address or a frame that was followed is another', () => {
    const space = new Code(new KnownStacks())
    unwind(space, sampled)
    expect(unwind(space, { ...sampled, words: sampled.words.with(6, 0x1520) }).frames).toEqual([...frames.slice(0, 3), 0x1520])
    expect(unwind(space, { ...sampled, words: sampled.words.with(1, SP + 0x18).with(4, 0x1530) }).frames.at(-1)).toBe(0x1530)
  })

  test('is unwound again when less of the stack was copied, and after other code was mapped', () => {
    const space = new Code(new KnownStacks())
    unwind(space, sampled)
    expect(unwind(space, { ...sampled, words: sampled.words.slice(0, 5) }).end).not.toBe(StackEnd.Complete)
    space.known?.clear()
    space.stepCount = 0
    unwind(space, sampled)
    expect(space.stepCount).toBeGreaterThan(1)
  })

  test('gives what unwinding gives, for 5,000 stacks of random words', () => {
    const remembering = new Code(new KnownStacks())
    const random = seededRandom(1)
    const pick = <Value>(values: readonly Value[]): Value => values[Math.floor(random() * values.length)]
    const value = (): number =>
      random() < 0.6 ? 0x1000 + Math.floor(random() * 6) * 0x100 + 0x10 : random() < 0.7 ? SP + Math.floor(random() * 12) * 8 : pick([0, 1])
    let completeCount = 0
    for (let round = 0; round < 5_000; round++) {
      const stack = {
        registers: { [PC]: 0x1000 + Math.floor(random() * 3) * 0x100, [RBX]: value(), [RBP]: value() },
        words: Array.from({ length: 6 + Math.floor(random() * 6) }, value),
      }
      const expected = unwind(new Code(), stack)
      if (expected.end === StackEnd.Complete) completeCount++
      expect(unwind(remembering, stack)).toEqual(expected)
    }
    expect(completeCount).toBeGreaterThan(200)
  })
})
