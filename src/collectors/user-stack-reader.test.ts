import { expect, test } from 'vitest'
import { fakeRing, u64 } from '../../test/perf-ring.ts'
import { CodeKind, StackEnd } from '../schema.ts'
import { CallchainInterner } from './callchain-interner.ts'
import { clockBase, RecordType, RingWords } from './perf-record.ts'
import { parseSampleRecord } from './sample-record.ts'
import { type DumpedStack, UserStackReader } from './user-stack-reader.ts'

const userRegisters = { mask: 0b111n, slots: [7, 6, 16] }

/** A sample with a chain, three registers (none for a kernel thread) and a stack of which so many words were copied. */
function sample(chain: readonly bigint[], { abi = 2n, stack = [1n, 2n, 3n, 4n], copied = 4 } = {}): number[] {
  const dump = abi === 0n ? [0n, 0n] : [abi, 0x7ffe0000n, 0x66n, 0x1004n, BigInt(stack.length * 8), ...stack, BigInt(copied * 8)]
  const words = [7, 7, ...u64(5n), ...u64(BigInt(chain.length)), ...chain.flatMap(u64), ...dump.flatMap(u64)]
  return [RecordType.Sample, (2 + words.length) * 4 * 65536, ...words]
}

/** Interns one sample that starts at a word of a small ring; the resolver's frames are given. */
function read(record: readonly number[], { frames = [0x1004, 0x1110], startWord = 0 } = {}) {
  const ring = fakeRing(64, startWord * 4)
  ring.write(record)
  const words = new RingWords(ring.words, clockBase(0n))
  const interner = new CallchainInterner()
  const asked: { registers: number[]; stack: number[]; isCut: boolean; framePointers: number[] }[] = []
  const resolver = {
    resolve(sampled: DumpedStack, out: Float64Array) {
      const { registers, stack, isCut, framePointers, framePointerCount } = sampled
      const values = new BigInt64Array(stack.slice().buffer)
      asked.push({
        registers: userRegisters.slots.map(slot => registers[slot * 2]),
        stack: [...values].map(Number),
        isCut,
        framePointers: [...framePointers.subarray(0, framePointerCount)],
      })
      out.set(frames)
      return { count: frames.length, end: StackEnd.Complete }
    },
  }
  const parsed = parseSampleRecord(words, startWord, { words: record.length, registerCount: 3 })
  if (parsed === undefined) return undefined
  const reader = new UserStackReader({ userRegisters, dumpBytes: 32, resolver, interner })
  const { end } = reader.intern(words, parsed, { process: 3, timeNs: 5 })
  const { address, kind } = interner.takeNewRows()
  return { chain: [...address].map(Number).reverse(), kinds: [...kind].reverse(), end, asked }
}

test('the kernel part of a chain stays, the user part is what was unwound', () => {
  expect(read(sample([-128n, 0xffn, -512n, 0x1004n]))).toEqual({
    chain: [0xff, 0x1004, 0x1110],
    kinds: [CodeKind.Kernel, CodeKind.User, CodeKind.User],
    end: StackEnd.Complete,
    asked: [{ registers: [0x7ffe0000, 0x66, 0x1004], stack: [1, 2, 3, 4], isCut: true, framePointers: [0x1004] }],
  })
})

test('a record that wraps at the end of the ring reads the same', () => {
  for (let startWord = 0; startWord < 64; startWord += 2) {
    expect(read(sample([-512n, 0x1004n]), { startWord })?.asked).toEqual(read(sample([-512n, 0x1004n]))?.asked)
  }
})

test('only what could be copied of the stack counts, and then it is not cut', () => {
  expect(read(sample([], { copied: 2 }))?.asked).toMatchObject([{ stack: [1, 2], isCut: false }])
})

test('a kernel thread keeps its chain', () => {
  expect(read(sample([-128n, 0xffn], { abi: 0n }))).toMatchObject({ chain: [0xff], end: StackEnd.NoUserCode, asked: [] })
})

test('a 32-bit program keeps its frame pointers', () => {
  expect(read(sample([-512n, 0x10n, 0x20n], { abi: 1n }))).toMatchObject({ chain: [0x10, 0x20], end: StackEnd.Unchecked, asked: [] })
})

test('a record shorter than its parts is damage, wherever it is cut', () => {
  const whole = sample([-512n, 0x1004n])
  for (let length = 0; length < whole.length; length++) expect(read(whole.slice(0, length))).toBeUndefined()
})

test('more copied than asked for is damage', () => {
  expect(read(sample([], { copied: 5 }))).toBeUndefined()
})
