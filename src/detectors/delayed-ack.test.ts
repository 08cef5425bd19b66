import { expect, test } from 'vitest'
import { observeRows, rows } from '../../test/kernel-rows.ts'
import { delayedAck } from './delayed-ack.ts'

/** Buckets end at 512 ns and its doubles. */
const bucket = (doublings: number) => 512 * 2 ** doublings

test('counts waits in the bucket of 40 ms', () => {
  const latencyBucket = rows('latencyBucket', [
    { row: 0, endNs: bucket(17), count: 2 },
    { row: 1, endNs: bucket(17), count: 2 },
    { row: 1, endNs: bucket(10), count: 5 },
  ])
  const waits = 'app/100: socketReceive by app/101 user=main;ask 82*2 84*7'
  const [observation] = observeRows(delayedAck, {
    stacks: 'app: main;ask 0',
    waits,
    series: { 'tcp.delayedAckPerSec': [4] },
    more: { latencyBucket },
  })
  expect(observation.metrics).toMatchObject({ stallPerSec: 4, delayedAckPerSec: 4 })
  expect(observation.metrics.stallWaitRatio).toBeCloseTo(162 / 166)
  expect(observation.facts.functionName).toBe('ask')
})

test('other waits of that length, other lengths and other tables do not count', () => {
  const latencyBucket = rows('latencyBucket', [
    { row: 0, endNs: bucket(17), count: 2 },
    { row: 1, endNs: bucket(16), count: 3 },
    { row: 1, endNs: bucket(18), count: 1 },
    { row: 1, endNs: Number.POSITIVE_INFINITY, count: 1 },
    { row: 1, endNs: bucket(17), count: 9, table: 'runQueue' },
  ])
  const waits = 'app/100: sleep by interrupt 80*2\napp/101: socketReceive by app/100 90*5'
  const [observation] = observeRows(delayedAck, { waits, more: { latencyBucket } })
  expect(observation.metrics).toMatchObject({ stallRatio: 0, stallPerSec: 0, stallWaitRatio: 0 })
})
