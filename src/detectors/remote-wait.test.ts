import { expect, test } from 'vitest'
import { observeRows, rows } from '../../test/kernel-rows.ts'
import { remoteWait } from './remote-wait.ts'

const often = '90*9 90*9 90*9 90*9 90*9 90*9 90*9 90*9 90*9 90*9'

test('waits for sockets that the network ended, with the peer', () => {
  const kernelEvent = rows('kernelEvent', [
    { kind: 'connect', subject: '127.0.0.1:80', count: 9 },
    { kind: 'connect', subject: '10.0.0.7:5432', count: 2 },
  ])
  const waits = `app/100: socketReceive by interrupt user=main;query ${often}`
  const [observation] = observeRows(remoteWait, { stacks: 'app: main;query 0', waits, more: { kernelEvent } })
  expect(observation.metrics).toMatchObject({ waitRatio: 1, waitPerSec: 90, waitNs: 10e6 })
  expect(observation.culprits.map(({ kind, name }) => `${kind} ${name}`)).toEqual([
    'peer 10.0.0.7:5432',
    'function query',
    'process app (pid 100)',
  ])
})

test('a thread of this machine that answers is no remote peer', () => {
  const [observation] = observeRows(remoteWait, { waits: `app/100: socketReceive by app/101 ${often}` })
  expect(observation).toMatchObject({ metrics: { waitRatio: 0 }, culprits: [] })
})

test('who connects to this machine only waits for nobody else, though an interrupt brings the answer', () => {
  const kernelEvent = rows('kernelEvent', [{ kind: 'connect', subject: '127.0.0.1:80', count: 9 }])
  const [observation] = observeRows(remoteWait, { waits: `app/100: socketReceive by interrupt ${often}`, more: { kernelEvent } })
  expect(observation.metrics.waitRatio).toBe(0)
})

test('a server in poll waits for work', () => {
  expect(observeRows(remoteWait, { waits: `app/100: poll by interrupt ${often}` })[0].share.estimate).toBe(0)
})
