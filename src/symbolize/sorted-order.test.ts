import { expect, test } from 'vitest'
import { lastAtOrBelow, sortedOrder } from './sorted-order.ts'

test.each([
  ['that fit with their index into one number', [5, -3, 5, 0]],
  ['too far apart for that', [5e15, -3e15, 5e15, 0]],
])('values %s are ordered, equal ones by index', (_, values) => {
  expect([...sortedOrder(Float64Array.from(values), 4)]).toEqual([1, 3, 0, 2])
})

test('the last value at or below is found', () => {
  expect([0, 1, 4, 5, 99].map(wanted => lastAtOrBelow(Float64Array.of(1, 5, 5), wanted))).toEqual([-1, 0, 0, 2, 2])
})
