import { expect, test } from 'vitest'
import { observeRows, rows } from '../../test/kernel-rows.ts'
import { NONE } from '../schema.ts'
import { connectionChurn } from './connection-churn.ts'

test('adds calls about connections, their closing, and waits for peers', () => {
  const more = {
    syscall: rows('syscall', [
      { name: 'socket', count: 900, ns: 50e6 },
      { name: 'connect', count: 900, ns: 300e6 },
      { name: 'close', count: 900, ns: 50e6 },
      { name: 'write', count: 900, ns: 100e6 },
    ]),
    kernelEvent: rows('kernelEvent', [
      { kind: 'connect', subject: '127.0.0.1:80', count: 900 },
      { kind: 'accepted', process: NONE, count: 900 },
      { kind: 'closed', process: NONE, count: 1800 },
    ]),
  }
  const waits = 'app/100: connect by interrupt 20 20 20 20 20 20 20 20 20 20'
  const [observation] = observeRows(connectionChurn, { ledger: 'app/100: ########..', waits, more })
  expect(observation.metrics).toMatchObject({ connectPerSec: 900, acceptPerSec: 900, closePerSec: 1800 })
  expect(observation.metrics.callRatio).toBeCloseTo(0.4)
  expect(observation.metrics.connectWaitRatio).toBeCloseTo(0.2)
  expect(observation.share.estimate).toBeCloseTo(0.6)
  expect(observation.culprits[0]).toEqual({ kind: 'peer', name: '127.0.0.1:80', share: 1 })
})

test('files are closed too', () => {
  const more = {
    syscall: rows('syscall', [
      { name: 'openat', count: 900, ns: 50e6 },
      { name: 'close', count: 900, ns: 500e6 },
    ]),
    kernelEvent: rows('kernelEvent', []),
  }
  const [observation] = observeRows(connectionChurn, { ledger: 'app/100: ##########', waits: '', more })
  expect(observation).toMatchObject({ metrics: { costRatio: 0, connectPerSec: 0 }, culprits: [] })
})
