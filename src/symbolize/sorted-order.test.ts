import { expect, test } from 'vitest'
import { lastAtOrBelow, sortedOrder } from './sorted-order.ts'

test('values are ordered, equal ones by index', () => {
  expect([...sortedOrder(Float64Array.of(5, -3, 5, 0, 99), 4)]).toEqual([1, 3, 0, 2])
  expect([...sortedOrder(Float64Array.of(), 0)]).toEqual([])
})

test('addresses anywhere in the address space are ordered as by comparison', () => {
  const values = Float64Array.from({ length: 3000 }, (_, index) => ((index * 2654435761) % 2 ** (1 + (index % 47))) - (index % 3) * 2 ** 46)
  const expected = Array.from(values.keys()).sort((left, right) => values[left] - values[right] || left - right)
  expect([...sortedOrder(values, values.length)]).toEqual(expected)
})

test('the last value at or below is found', () => {
  expect([0, 1, 4, 5, 99].map(wanted => lastAtOrBelow(Float64Array.of(1, 5, 5), wanted))).toEqual([-1, 0, 0, 2, 2])
})
