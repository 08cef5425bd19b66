import { expect, test } from 'vitest'
import { u64 } from '../../test/perf-ring.ts'
import { CodeKind, NONE } from '../schema.ts'
import { CallchainInterner, type ChainSlice } from './callchain-interner.ts'
import { clockBase, RingWords } from './perf-record.ts'

const KERNEL = -128n
const USER = -512n

/** A chain, leaf first, as the kernel lays it out. */
function chain(...addresses: bigint[]): ChainSlice {
  const words = new Int32Array(64)
  words.set(addresses.flatMap(u64))
  return { ring: new RingWords(words, clockBase(0n)), position: 0, count: addresses.length }
}

/** Addresses of a row, root first, with k for kernel and u for user. */
function drawn(interner: CallchainInterner, leaf: number): string {
  const table = interner.takeNewRows()
  const parts: string[] = []
  for (let row = leaf; row !== NONE; row = table.prefix[row])
    parts.unshift(`${table.kind[row] === CodeKind.Kernel ? 'k' : 'u'}${table.address[row].toString(16)}`)
  return parts.join(' ')
}

test('user frames are the root, kernel frames the leaf, markers vanish', () => {
  const interner = new CallchainInterner()
  const row = interner.intern(chain(KERNEL, 0xffffffff81000001n, USER, 0x30n, 0x20n, 0x10n), 5, 0)
  expect(drawn(interner, row)).toBe('u10 u20 u30 kffffffff81000001')
})

test('the same chain is the same row, a longer one shares its prefix', () => {
  const interner = new CallchainInterner()
  const first = interner.intern(chain(USER, 0x20n, 0x10n), 1, 0)
  expect(interner.intern(chain(USER, 0x20n, 0x10n), 1, 9)).toBe(first)
  interner.intern(chain(USER, 0x30n, 0x20n, 0x10n), 1, 9)
  expect(interner.length).toBe(3)
})

test('the same addresses in another process are other code, the same kernel addresses are not', () => {
  const interner = new CallchainInterner()
  expect(interner.intern(chain(USER, 0x10n), 1, 0)).not.toBe(interner.intern(chain(USER, 0x10n), 2, 0))
  expect(interner.intern(chain(KERNEL, 0x99n), 1, 0)).toBe(interner.intern(chain(KERNEL, 0x99n), 2, 0))
})

test('an address is user or kernel by its marker, not by its value', () => {
  const interner = new CallchainInterner()
  expect(interner.intern(chain(KERNEL, 0x10n), 1, 0)).not.toBe(interner.intern(chain(USER, 0x10n), 1, 0))
})

test('a sample without a chain has none', () => {
  const interner = new CallchainInterner()
  expect([interner.intern(chain(), 1, 0), interner.intern(chain(USER), 1, 0)]).toEqual([NONE, NONE])
})

test('thousands of chains stay apart through growth of the tables', () => {
  const interner = new CallchainInterner()
  const rows = Array.from({ length: 20_000 }, (_, index) => interner.intern(chain(USER, BigInt(index + 1000), BigInt(index % 100)), 1, 0))
  expect(new Set(rows).size).toBe(20_000)
  expect(interner.intern(chain(USER, 1000n, 0n), 1, 0)).toBe(rows[0])
  expect(interner.length).toBe(20_100)
})
