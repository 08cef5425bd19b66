import { expect, test } from 'vitest'
import { StackEnd } from '../../schema.ts'
import { x64 } from './architecture.ts'
import { CutStacks } from './cut-stacks.ts'
import type { Step } from './unwinder.ts'

const NO_CODE = 0x7777

/** Code below 0x1000 keeps frame pointers, code above does not. */
const space = {
  stepAt: (address: number): Step => {
    if (address === NO_CODE) return 'unmapped'
    const rule = { cfaOffset: 16, cfaExpression: undefined, registers: [], returnAddress: 16, isSignalFrame: false, isRoot: false }
    return { rule: { ...rule, cfaRegister: address < 0x1000 ? 6 : 7 }, bias: 0 }
  },
}
const [start, main] = [0x2000, 0x2001]
const whole = [1, 2, 3, 4, 5, main, start]

function extended(walk: readonly number[], dumped: readonly number[], complete: readonly (readonly number[])[] = [whole]) {
  const stacks = new CutStacks(x64)
  for (const frames of complete) {
    const unwound = { frames: Float64Array.from(frames), count: frames.length, end: StackEnd.Complete }
    for (let time = 0; time < 8; time++) stacks.learn(unwound)
  }
  const frames = new Float64Array(32)
  frames.set(dumped)
  const walked = { framePointers: Float64Array.from(walk), framePointerCount: walk.length }
  const { count, end } = stacks.extend(walked, space, { frames, count: dumped.length, end: StackEnd.Truncated })
  return { frames: [...frames.subarray(0, count)], end }
}

test('a stack that is longer than its dump goes on where the kernel walked', () => {
  expect(extended([1, 2, 3, 4, 5, main], [1, 2, 3])).toEqual({ frames: whole, end: StackEnd.Complete })
})

test('how it ends is known from stacks that were unwound to their end only', () => {
  expect(extended([1, 2, 3, 4, 5, main], [1, 2, 3], [])).toEqual({ frames: [1, 2, 3, 4, 5, main], end: StackEnd.Truncated })
})

test('the caller of a function without a frame is not in the walk', () => {
  expect(extended([0x1001, 3, 3, 3, 3, 4, main], [0x1001, 2, 3, 3, 3])).toEqual({
    frames: [0x1001, 2, 3, 3, 3, 3, 4, main, start],
    end: StackEnd.Complete,
  })
  expect(extended([1, 0x1002, 3, 3, 3, 4, main], [1, 0x1002, 3, 3, 3])).toEqual({
    frames: [1, 0x1002, 3, 3, 3, 3, 4, main, start],
    end: StackEnd.Complete,
  })
})

test('generated code that has not set up its frame hides its caller too', () => {
  expect(extended([1, 3, 4, 5, main], [1, 2, 3, 4])).toEqual({ frames: [1, 2, 3, 4, 5, main, start], end: StackEnd.Complete })
})

test('what comes after a frame that may have used the register otherwise is not believed, and no address that is no code', () => {
  expect(extended([0x1001, 0xdead], [0x1001, 2], [])).toEqual({ frames: [0x1001, 2], end: StackEnd.Truncated })
  expect(extended([1, 2, 0xdead], [1, 0x1002, 2], [])).toEqual({ frames: [1, 0x1002, 2], end: StackEnd.Truncated })
  expect(extended([1, 2, 3, NO_CODE, 5], [1, 2, 3], [])).toEqual({ frames: [1, 2, 3], end: StackEnd.Truncated })
})

test('each call of a recursion is counted', () => {
  expect(extended([1, 3, 3, 3, 3, 4, main], [1, 3, 3])).toEqual({ frames: [1, 3, 3, 3, 3, 4, main, start], end: StackEnd.Complete })
})

test('a walk that took another way is not followed', () => {
  const dumped = [1, 0x1002, 3, 4, 5, 6]
  expect(extended([1, 3, 4, 5, 6, 7, main], dumped, [])).toEqual({ frames: dumped, end: StackEnd.Truncated })
})

test('the walk is left at code that keeps no frame pointer', () => {
  expect(extended([1, 2, 3, 0x1004, 5, main], [1, 2, 3])).toEqual({ frames: [1, 2, 3, 0x1004], end: StackEnd.Truncated })
  expect(extended([1, 2, 0x1003, 4, main], [1, 2, 0x1003])).toEqual({ frames: [1, 2, 0x1003], end: StackEnd.Truncated })
})

test('no end is made up for code that has several callers, anywhere in a stack', () => {
  const cut = { frames: [1, 2, 3, 4, 5, main], end: StackEnd.Truncated }
  expect(extended([1, 2, 3, 4, 5, main], [1, 2, 3], [whole, [1, main, 0x2009]])).toEqual(cut)
  const deep = [1, main, 3, 4, ...Array.from({ length: 20 }, (_, index) => 0x3000 + index)]
  expect(extended([1, 2, 3, 4, 5, main], [1, 2, 3], [whole, deep])).toEqual(cut)
})

test('where the walk gave up, frames that were never called by others lead to the root', () => {
  expect(extended([1, 99], [1, 2, 3])).toEqual({ frames: whole, end: StackEnd.Complete })
  expect(extended([1, 99], [1, 2, 3], [whole, [1, 2, 3, 6, main, start]])).toEqual({ frames: [1, 2, 3], end: StackEnd.Truncated })
})

test('few stacks are not enough to know the way', () => {
  const stacks = new CutStacks(x64)
  const unwound = { frames: Float64Array.from(whole), count: whole.length, end: StackEnd.Complete }
  const cut = { frames: Float64Array.from([...whole.slice(0, 3), 0, 0, 0, 0, 0]), count: 3, end: StackEnd.Truncated }
  const none = { framePointers: new Float64Array(0), framePointerCount: 0 }
  for (let time = 0; time < 7; time++) stacks.learn(unwound)
  expect(stacks.extend(none, space, cut)).toEqual({ count: 3, end: StackEnd.Truncated })
  stacks.learn(unwound)
  expect(stacks.extend(none, space, cut)).toEqual({ count: 7, end: StackEnd.Complete })
})

test.each([[[]], [[7]], [[1]], [[3, 2, 1]]])('a walk that has nothing in common adds nothing: %j', walk => {
  expect(extended(walk, [1, 2, 3], [])).toEqual({ frames: [1, 2, 3], end: StackEnd.Truncated })
})

test('frames are filled to their end at most', () => {
  const long = Array.from({ length: 40 }, (_, index) => index + 1)
  expect(extended([...long, main], [1, 2, 3]).frames).toHaveLength(32)
})
