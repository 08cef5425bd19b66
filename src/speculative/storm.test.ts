import { expect, test } from 'vitest'
import { Storm } from './storm.ts'

const firing = (timeNs: number, durationNs: number | undefined) => ({ timeNs, durationNs })

test('of those that wait the worst is held, and the others are let go', () => {
  const storm = new Storm(1000)
  expect(storm.hold(firing(1, 10))).toBeUndefined()
  expect(storm.hold(firing(2, 5))).toEqual(firing(2, 5))
  expect(storm.hold(firing(3, 20))).toEqual(firing(1, 10))
  expect(storm.take()).toEqual(firing(3, 20))
  expect(storm.take()).toBeUndefined()
})

test('what is too old for the rings makes room for what is not as bad', () => {
  const storm = new Storm(1000)
  storm.hold(firing(0, 50))
  expect(storm.hold(firing(1000, 1))).toEqual(firing(0, 50))
})

test('without durations the first is held', () => {
  const storm = new Storm(1000)
  storm.hold(firing(1, undefined))
  expect(storm.hold(firing(2, undefined))).toEqual(firing(2, undefined))
})
