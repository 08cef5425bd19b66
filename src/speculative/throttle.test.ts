import { expect, test } from 'vitest'
import { Throttle } from './throttle.ts'

const limits = { cooldownNs: 30e9, max: 20, maxDiskBytes: 1e9 }

test('a storm is followed ten times at once, then once in six seconds', () => {
  const throttle = new Throttle({ ...limits, cooldownNs: 0 })
  const followed = Array.from({ length: 60_000 }, (_, ms) => throttle.holds(0, ms * 1e6)).filter(held => held === undefined)
  expect(followed).toHaveLength(10 + 9)
})

test('after a window was kept its trigger rests, others do not', () => {
  const throttle = new Throttle(limits)
  throttle.keep(0, { nowNs: 1e9, sizeBytes: 1 })
  expect([throttle.holds(0, 30e9), throttle.holds(1, 30e9), throttle.holds(0, 31e9)]).toEqual(['cooldown', undefined, undefined])
})

test.each([
  ['max', { ...limits, max: 1 }],
  ['maxDisk', { ...limits, maxDiskBytes: 100 }],
])('%s is a limit', (held, tight) => {
  const throttle = new Throttle(tight)
  expect([throttle.holds(0, 0), throttle.isSpent]).toEqual([undefined, false])
  throttle.keep(0, { nowNs: 0, sizeBytes: 100 })
  expect([throttle.holds(1, 1e12), throttle.isSpent]).toEqual([held, true])
})
