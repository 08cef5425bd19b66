import { expect, test } from 'vitest'
import { NONE, type Row } from '../schema.ts'
import { tableOf } from '../table-builder.ts'
import { MappingIndex } from './mapping-index.ts'

/** One mapping a line: process, when, range; in rows from 0. */
function indexOf(...lines: readonly [process: number, timeNs: number, start: number, end: number][]): MappingIndex {
  const rest = { fileOffsetBytes: 0, path: '/x', device: '08:01', inode: 1, buildId: undefined }
  const rows = lines.map(
    ([process, timeNs, start, end]): Row<'mapping'> => ({ process, timeNs, startAddress: BigInt(start), endAddress: BigInt(end), ...rest }),
  )
  return new MappingIndex(tableOf('mapping', rows))
}

test('a mapping covers its range of its own process only', () => {
  const index = indexOf([0, 0, 100, 200], [1, 0, 150, 300])
  expect([99, 100, 199, 200].map(address => index.find(0, address, 0))).toEqual([NONE, 0, 0, NONE])
  expect([index.find(1, 160, 0), index.find(2, 160, 0)]).toEqual([1, NONE])
})

test('of mappings one over the other the latest counts that was there', () => {
  const index = indexOf([0, 0, 100, 900], [0, 50, 200, 300], [0, 70, 250, 400])
  const at = (timeNs: number) => [150, 210, 260, 350, 500].map(address => index.find(0, address, timeNs))
  expect(at(10)).toEqual([0, 0, 0, 0, 0])
  expect(at(50)).toEqual([0, 1, 1, 0, 0])
  expect(at(99)).toEqual([0, 1, 2, 2, 0])
})

test('of mappings at the same instant the last recorded counts', () => {
  expect(indexOf([0, 5, 100, 200], [0, 5, 100, 200]).find(0, 150, 9)).toBe(1)
})

test('an address seen before its mapping gets the next one', () => {
  expect(indexOf([0, 80, 100, 200], [0, 60, 100, 200]).find(0, 150, 10)).toBe(1)
})

test('a small mapping after a large one does not hide it', () => {
  expect(indexOf([0, 0, 0, 1000], [0, 0, 10, 20], [0, 0, 30, 40]).find(0, 500, 0)).toBe(0)
})
