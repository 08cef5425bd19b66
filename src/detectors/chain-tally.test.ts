import { expect, test } from 'vitest'
import { NONE } from '../schema.ts'
import { ChainTally } from './chain-tally.ts'

test('time without a stack goes to the stacks of its kin, and to nobody where these have none', () => {
  const tally = new ChainTally()
  tally.add('dd write', 1, 20)
  tally.add('dd write', NONE, 480)
  tally.add('git read', 2, 30)
  tally.add('git read', 3, 10)
  tally.add('git read', NONE, 40)
  tally.add('git futex', NONE, 100)
  expect(tally.spread().sorted()).toEqual([
    [1, 500],
    [NONE, 100],
    [2, 60],
    [3, 20],
  ])
  expect(tally.spread().total).toBe(680)
})
