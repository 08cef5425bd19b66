import { expect, test } from 'vitest'
import { observe } from '../../test/observe.ts'
import { writebackThrottling } from './writeback-throttling.ts'

test('pauses of whoever writes too fast', () => {
  const waits = 'app/100: writebackThrottle by interrupt user=main;copy 90 90 90 90 90 90 90 90 90 90'
  const [observation] = observe(writebackThrottling, { stacks: 'app: main;copy 0', waits, series: { 'memory.dirtyBytes': [5e8] } })
  expect(observation).toMatchObject({
    facts: { functionName: 'copy' },
    metrics: { waitRatio: 1, pausePerSec: 10, pauseNs: 90e6, dirtyBytes: 5e8 },
  })
})

test('nobody is held back', () => {
  const [observation] = observe(writebackThrottling, { waits: 'app/100: blockIo by interrupt 90' })
  expect(observation).toMatchObject({ share: { estimate: 0 }, culprits: [] })
})
