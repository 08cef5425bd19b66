import { expect, test } from 'vitest'
import { observeRows, rows } from '../../test/kernel-rows.ts'
import { metadataStorm } from './metadata-storm.ts'

const ledger = 'app/100: ##########'

test('counts calls about files with their failures', () => {
  const syscall = rows('syscall', [
    { name: 'openat', count: 100_000, ns: 300e6, errorCount: 50_000 },
    { name: 'close', count: 50_000, ns: 50e6 },
    { name: 'read', count: 50_000, ns: 500e6 },
  ])
  const [observation] = observeRows(metadataStorm, { ledger, waits: '', more: { syscall } })
  expect(observation.metrics).toMatchObject({ callPerSec: 150_000, errorRatio: 1 / 3 })
  expect(observation.metrics.cpuRatio).toBeCloseTo(0.35)
  expect(observation.facts.call).toBe('openat')
})

test('closing sockets is not about files', () => {
  const syscall = rows('syscall', [
    { name: 'socket', count: 100, ns: 1e6 },
    { name: 'close', count: 100, ns: 500e6 },
  ])
  expect(observeRows(metadataStorm, { ledger, waits: '', more: { syscall } })[0].metrics.cpuRatio).toBe(0)
})

test('threads that queue behind each other wait for what they run: the queue is part of the cost in that proportion', () => {
  const syscall = rows('syscall', [{ name: 'newfstatat', count: 100_000, ns: 600e6 }])
  const [observation] = observeRows(metadataStorm, { ledger: `${ledger}\n app/101: ~~~~~~~~~~`, waits: '', more: { syscall } })
  expect(observation.metrics.cpuRatio).toBeCloseTo(0.3)
  expect(observation.share.estimate).toBeCloseTo(0.6)
})
