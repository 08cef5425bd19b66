import { expect, test } from 'vitest'
import { observeRows, rows } from '../../test/kernel-rows.ts'
import { reclaim } from './reclaim.ts'

test('the time of freeing memory holds its waits, which do not count twice', () => {
  const kernelEvent = rows('kernelEvent', [
    { kind: 'directReclaim', count: 40, ns: 300e6 },
    { kind: 'compaction', count: 5, ns: 100e6 },
    { kind: 'fork', count: 9 },
  ])
  const drawing = { ledger: 'app/100: ######....', waits: 'app/100: reclaim by unknown . . . . . . 100 100', more: { kernelEvent } }
  const [observation] = observeRows(reclaim, drawing)
  expect(observation.metrics).toMatchObject({
    reclaimPerSec: 40,
    cgroupReclaimPerSec: 0,
    compactionPerSec: 5,
    compactionNs: 100e6,
    throttledNs: 0,
  })
  expect(observation.share.estimate).toBeCloseTo(0.4 / 0.8)
  expect(observation.culprits).toEqual([{ kind: 'process', name: 'app (pid 100)', share: 1 }])
})

test('without events the waits alone are known; being held back always counts', () => {
  const waits = 'app/100: reclaim by unknown 100 100\napp/100: memoryThrottle by unknown . . 100 100 100'
  const [observation] = observeRows(reclaim, { waits })
  expect(observation.metrics).toMatchObject({ lostRatio: 1, throttledNs: 300e6, reclaimPerSec: Number.NaN })
})

test('a target with memory enough', () => {
  const [observation] = observeRows(reclaim, { waits: '', ledger: 'app/100: ####', more: { kernelEvent: rows('kernelEvent', []) } })
  expect(observation).toMatchObject({ metrics: { lostRatio: 0, reclaimPerSec: 0 }, culprits: [] })
})
