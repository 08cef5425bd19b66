import { expect, test } from 'vitest'
import { StackEnd } from '../../schema.ts'
import { x64 } from './architecture.ts'
import { FramePointerTrust } from './frame-pointer-trust.ts'
import type { Step } from './unwinder.ts'

/** Code below 0x1000 has set up its frame, code above has not. */
const space = {
  stepAt: (address: number): Step => {
    const rule = { cfaOffset: 16, cfaExpression: undefined, registers: [], returnAddress: 16, isSignalFrame: false, isRoot: false }
    return { rule: { ...rule, cfaRegister: address < 0x1000 ? 6 : 7 }, bias: 0 }
  },
}

const walked = (...addresses: number[]) => ({ framePointers: Float64Array.from(addresses), framePointerCount: addresses.length })
const unwound = (...addresses: number[]) => ({ frames: Float64Array.from(addresses), count: addresses.length, end: StackEnd.Complete })

function trustAfter(stacks: readonly (readonly [ReturnType<typeof walked>, ReturnType<typeof unwound>])[]): FramePointerTrust {
  const trust = new FramePointerTrust(x64)
  for (const [own, their] of stacks) trust.compare(own, space, their)
  return trust
}

const same = [walked(1, 2, 3), unwound(1, 2, 3, 4)] as const
const other = [walked(1, 3), unwound(1, 2, 3)] as const

test('frame pointers that prove right are taken from then on, with the outermost frame of libc missing', () => {
  const trust = trustAfter(Array.from({ length: 8 }, () => same))
  expect(trust.accepts(walked(9, 3), space)).toBe(true)
})

test('not before enough stacks were compared', () => {
  expect(trustAfter(Array.from({ length: 7 }, () => same)).accepts(walked(1, 2, 3), space)).toBe(false)
})

test('a program whose library skips frames is always unwound', () => {
  expect(trustAfter([...Array.from({ length: 8 }, () => same), other, other]).accepts(walked(1, 2, 3), space)).toBe(false)
})

test('a stack that ends where none did before is unwound', () => {
  expect(trustAfter(Array.from({ length: 8 }, () => same)).accepts(walked(1, 2), space)).toBe(false)
})

test('a function without a frame of its own hides its caller: it is unwound, and says nothing about the others', () => {
  const trust = trustAfter([
    ...Array.from({ length: 8 }, () => same),
    ...Array.from({ length: 9 }, () => [walked(0x1001, 3), unwound(0x1001, 2, 3)] as const),
  ])
  expect(trust.accepts(walked(0x1001, 3), space)).toBe(false)
  expect(trust.accepts(walked(1, 3), space)).toBe(true)
})

test('one trusted stack in 32 is compared again', () => {
  const trust = trustAfter(Array.from({ length: 8 }, () => same))
  const accepted = Array.from({ length: 64 }, () => trust.accepts(walked(1, 2, 3), space))
  expect(accepted.filter(isAccepted => !isAccepted)).toHaveLength(2)
})
