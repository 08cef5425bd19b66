import { expect, test } from 'vitest'
import { type PlannedBurst, planBursts } from './burst-plan.ts'

const seconds = (value: number): number => value * 1e9
const plan = (durationNs: number, random: () => number): readonly PlannedBurst[] => [...planBursts(durationNs, random)]

test('half a minute: a second in each third, anywhere in it', () => {
  expect(plan(seconds(30), () => 0)).toEqual([0, 10, 20].map(start => ({ startNs: seconds(start), durationNs: seconds(1) })))
  const latest = plan(seconds(30), () => 0.999999)
  for (const [index, { startNs, durationNs }] of latest.entries()) {
    expect(startNs + durationNs).toBeLessThanOrEqual(seconds(10) * (index + 1))
    expect(startNs + durationNs).toBeGreaterThan(seconds(10) * (index + 1) - 0.2e9)
  }
})

test.each([0.5, 0.9, 1, 2, 4, 5, 6, 10, 12, 29, 31, 600])(
  '%s s: a tenth of it at most, never over the end, one after the other',
  duration => {
    for (const phase of [0, 0.5, 0.999999]) {
      const bursts = plan(seconds(duration), () => phase)
      expect(bursts.length).toBe(duration < 1 ? 0 : duration < 4 ? 1 : duration < 6 ? 2 : 3)
      expect(bursts.reduce((sum, { durationNs }) => sum + durationNs, 0)).toBeLessThanOrEqual(seconds(duration) / 10)
      for (const [index, { startNs, durationNs }] of bursts.entries()) {
        expect(durationNs).toBeGreaterThanOrEqual(100e6)
        expect(startNs + durationNs).toBeLessThanOrEqual(seconds(duration))
        if (index > 0) expect(startNs).toBeGreaterThanOrEqual(bursts[index - 1].startNs + bursts[index - 1].durationNs)
      }
    }
  },
)

test('where the end is not known they become rarer, a tenth of each period at most', () => {
  const bursts = planBursts(undefined, () => 0.5)
  const first = Array.from({ length: 6 }, () => bursts.next().value)
  expect(first.map(burst => burst?.durationNs)).toEqual([0.1, 0.2, 0.4, 0.8, 1, 1].map(seconds))
  for (const [index, burst] of first.entries()) {
    expect(burst?.startNs).toBeGreaterThanOrEqual(seconds(2 ** index))
    expect(burst?.startNs).toBeLessThan(seconds(2 ** (index + 1)))
  }
})
