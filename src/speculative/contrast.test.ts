import { expect, test } from 'vitest'
import { compareWindows, type Measures, Reservoir, rankTest } from './contrast.ts'

const ms = (value: number) => ({ unit: 'ns' as const, value: value * 1e6 })
const times = (value: number) => ({ unit: 'count' as const, value })
const window = (parts: Readonly<Record<string, ReturnType<typeof ms> | ReturnType<typeof times>>>): Measures =>
  new Map(Object.entries(parts))

test.each([
  // by hand: 1 of 5 places; 1 of C(15, 3) = 455; the upper half of 1 of 3
  [[9], [1, 2, 3, 4], 1 / 5],
  [[7, 8, 9], [1, 1, 1, 2, 2, 2, 3, 3, 3, 4, 4, 4], 1 / 455],
  [[2], [1, 3], 2 / 3],
  [[0], [0, 0, 0], 1],
])('%j among %j has p = %d', (values, controls, p) => {
  expect(rankTest(values, controls)).toBeCloseTo(p, 12)
})

test('without controls nothing can be said', () => {
  expect(rankTest([1], [])).toBeNaN()
})

test('what only the failing window has comes first, what all have not at all', () => {
  const controls = Array.from({ length: 8 }, (_, index) => window({ 'waits in fsync': ms(2 + index / 10), running: ms(50 + index) }))
  const kept = [window({ 'waits in fsync': ms(200), running: ms(53), 'openat failed with EMFILE': times(1) })]
  expect(compareWindows(kept, controls)).toMatchObject([
    { measure: 'openat failed with EMFILE', controlMax: 0, pValue: 1 / 9 },
    { measure: 'waits in fsync', value: 200e6, controlCount: 8, pValue: 1 / 9 },
  ])
})

test('a fair sample is kept of what is offered', () => {
  const reservoir = new Reservoir<number>(4, () => 0.5)
  for (let item = 0; item < 8; item++) reservoir.offer(item)
  expect(reservoir.items).toEqual([0, 1, 4, 6])
})
