import { expect, test } from 'vitest'
import { observeRows, rows } from '../../test/kernel-rows.ts'
import { NONE } from '../schema.ts'
import { retransmits } from './retransmits.ts'

const waits = 'app/100: socketReceive by interrupt user=main;query 90 90 90 90 90 90 90 90 90 90'
const drawing = { stacks: 'app: main;query 0', waits }

test('names the peer; what is lost is no more than the target waited for sockets', () => {
  const kernelEvent = rows('kernelEvent', [
    { kind: 'retransmit', process: NONE, subject: '10.0.0.7:5432', count: 30 },
    { kind: 'retransmit', process: NONE, subject: '10.0.0.8:5432', count: 10 },
  ])
  const series = { 'tcp.retransmitPerSec': [40], 'tcp.sendSegmentPerSec': [1000] }
  const [observation] = observeRows(retransmits, { ...drawing, series, more: { kernelEvent } })
  expect(observation.metrics).toEqual({ retransmitRatio: 0.04, retransmitPerSec: 40, socketWaitRatio: 1, peerRatio: 0.75 })
  expect(observation.facts).toMatchObject({ peer: '10.0.0.7:5432', functionName: 'query' })
  expect(observation.share.estimate).toBe(1)
})

test('a single loss costs 200 ms', () => {
  const series = { 'tcp.retransmitPerSec': [1], 'tcp.sendSegmentPerSec': [1000] }
  expect(observeRows(retransmits, { ...drawing, series })[0].share.estimate).toBeCloseTo(0.2 / 0.9)
})

test('nothing lost, nothing sent', () => {
  const quiet = (sent: number) => ({ 'tcp.retransmitPerSec': [0], 'tcp.sendSegmentPerSec': [sent] })
  expect(observeRows(retransmits, { ...drawing, series: quiet(1000) })[0].share.estimate).toBe(0)
  expect(observeRows(retransmits, { ...drawing, series: quiet(0) })[0].metrics.retransmitRatio).toBe(0)
})
