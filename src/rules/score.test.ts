import { expect, test } from 'vitest'
import { interval } from '../../test/rules.ts'
import { e2, scoreOfShare } from './score.ts'

test('5 % of the time scores 25 and 20 % scores 75, on the lower bound', () => {
  expect(scoreOfShare(interval(0.3, 0.05, 0.4))).toBe(25)
  expect(scoreOfShare(interval(0.9, 0.2, 1))).toBeCloseTo(75, 9)
  expect(scoreOfShare(interval(0.9, 0, 1))).toBe(0)
  expect(scoreOfShare(interval(0.02))).toBe(10)
})

test('the map passes through the values of the reference', () => {
  // shared/reference/rules.md 4.1: with 5 % and 10 %
  expect([0.075, 0.15, 0.2].map(share => Math.round(e2(share, 0.05, 0.1)))).toEqual([57, 92, 97])
})

test('more of the bad thing never lowers the score, and 100 is the end', () => {
  let before = 0
  for (let permille = 0; permille <= 1000; permille++) {
    const score = e2(permille / 1000, 0.05, 0.2)
    expect(score).toBeGreaterThanOrEqual(before)
    expect(score).toBeLessThanOrEqual(100)
    before = score
  }
})

test('points out of order give no score', () => {
  expect(e2(0.1, 0.2, 0.05)).toBeNaN()
  expect(e2(0.1, 0, 0.05)).toBeNaN()
})
