import { expect, test } from 'vitest'
import { observeRows, rows } from '../../test/kernel-rows.ts'
import { majorFaults } from './major-faults.ts'

test('names who touches the pages and where they come from', () => {
  const waits = 'app/100: pageFault by interrupt user=main;walk 90*9 90*9 90*9 90*9 90*9 90*9 90*9 90*9 90*9 90*9'
  const more = {
    fault: rows('fault', [{ count: 5000, majorCount: 90 }]),
    blockIo: rows('blockIo', [{ count: 90, sizeBytes: 90 * 65536, latencyNs: 720e6 }]),
  }
  const [observation] = observeRows(majorFaults, { stacks: 'app: main;walk 0', waits, more })
  expect(observation.facts).toMatchObject({ functionName: 'walk', device: 'vda' })
  expect(observation.metrics).toMatchObject({ waitRatio: 1, majorPerSec: 90, waitNs: 10e6, latencyNs: 8e6, readBytesPerSec: 90 * 65536 })
})

test('minor faults wait for nothing', () => {
  const [observation] = observeRows(majorFaults, { waits: '', ledger: 'app/100: ####', more: { fault: rows('fault', [{ count: 5000 }]) } })
  expect(observation).toMatchObject({ metrics: { waitRatio: 0, majorPerSec: 0 }, culprits: [] })
})
