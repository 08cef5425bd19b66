import { expect, test } from 'vitest'
import { observe } from '../../test/observe.ts'
import { machineSeries } from './machine-series.ts'

test('tells of every series of the machine its mean, highest, 95th percentile and rise', () => {
  const [found, ...more] = observe(machineSeries, {
    series: { 'vm.swapInPerSec': [0, 0, 4, 4, 4, 4, 8, 8], 'cpu.idleRatio cpu0': [0.5], 'memory.availableBytes': [10, 20] },
  })
  expect(more).toEqual([])
  expect(found.metrics).toMatchObject({ vmSwapInPerSec: 4, maxVmSwapInPerSec: 8, p95VmSwapInPerSec: 8, riseVmSwapInPerSec: 8, cpuCount: 2 })
  expect(found.metrics.cpuIdleRatio).toBeNaN()
  expect(found.metrics.riseMemoryAvailableBytes).toBeNaN()
  expect(found.share).toEqual({ estimate: 0, low: 0, high: 0 })
})
