import { expect, test } from 'vitest'
import { observeRows, rows } from '../../test/kernel-rows.ts'
import { smallPackets } from './small-packets.ts'

const ledger = 'app/100: ##########'

test('means the size over messages that went through', () => {
  const syscall = rows('syscall', [
    { name: 'sendto', count: 100_000, ns: 300e6, resultSum: 800_000 },
    { name: 'recvfrom', count: 100_000, ns: 100e6, errorCount: 100_000 },
  ])
  const [observation] = observeRows(smallPackets, { ledger, waits: '', more: { syscall } })
  expect(observation.metrics).toMatchObject({ cpuRatio: 0.4, messagePerSec: 200_000, sizeBytes: 8, callNs: 2000 })
  expect(observation.facts.call).toBe('sendto')
})

test('files and batches are no messages of one size', () => {
  const syscall = rows('syscall', [
    { name: 'write', count: 100_000, ns: 300e6 },
    { name: 'sendmmsg', count: 100_000, ns: 300e6, resultSum: 6_400_000 },
  ])
  expect(observeRows(smallPackets, { ledger, waits: '', more: { syscall } })[0].metrics).toMatchObject({ cpuRatio: 0, messagePerSec: 0 })
})
