import { expect, test } from 'vitest'
import { ratioInterval, recentre, scaleInterval, wilsonInterval } from './interval.ts'

test("Wilson's interval as worked by hand: 5 of 100 and 50 of 1000", () => {
  // shared/reference/rules.md 4.3: 5/100 → 2.2 %..11.2 %, 50/1000 → 3.8 %..6.5 %
  expect(wilsonInterval(0.05, 100).low).toBeCloseTo(0.0215, 4)
  expect(wilsonInterval(0.05, 100).high).toBeCloseTo(0.1118, 4)
  expect(wilsonInterval(0.05, 1000).low).toBeCloseTo(0.0381, 4)
  expect(wilsonInterval(0.05, 1000).high).toBeCloseTo(0.0653, 4)
})

test('no samples say nothing', () => {
  expect(wilsonInterval(0, 0)).toEqual({ estimate: 0, low: 0, high: 1 })
})

test('a ratio of sums by hand, over blocks of two slices', () => {
  // 17 slices make 8 blocks of 2, the last one with 3: residuals of −2 and 2 around the ratio 0.2
  const parts = [1, 1, 3, 3, 1, 1, 3, 3, 1, 1, 3, 3, 1, 1, 3, 3, 2]
  const { estimate, low, high } = ratioInterval(parts, new Float64Array(17).fill(10))
  const standardError = Math.sqrt(8 * 2 ** 2 * (8 / 7)) / 170
  expect(estimate).toBeCloseTo(34 / 170)
  // t(7) = 2.365
  expect(high - estimate).toBeCloseTo(2.365 * 1.15 * standardError, 3)
  expect(estimate - low).toBeCloseTo(2.365 * 1.15 * standardError, 3)
})

test('an even ratio has a narrow interval, one slice none at all', () => {
  const even = ratioInterval(new Float64Array(30).fill(3), new Float64Array(30).fill(4))
  expect(even.estimate).toBe(0.75)
  expect(even.high - even.low).toBeLessThan(1e-9)
  expect(ratioInterval([3], [4])).toEqual({ estimate: 0.75, low: 0, high: 1 })
  expect(ratioInterval([], [])).toEqual({ estimate: 0, low: 0, high: 1 })
})

test('scaling and recentring stay within 0 and 1', () => {
  const interval = { estimate: 0.5, low: 0.4, high: 0.8 }
  expect(scaleInterval(interval, 0.5)).toEqual({ estimate: 0.25, low: 0.2, high: 0.4 })
  expect(recentre(interval, 0.75)).toEqual({ estimate: 0.75, low: expect.closeTo(0.6), high: 1 })
  expect(recentre({ estimate: 0, low: 0, high: 1 }, 0.3)).toEqual({ estimate: 0.3, low: 0, high: 0.3 })
})
