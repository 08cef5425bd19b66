import { expect, test } from 'vitest'
import { observe } from '../../test/observe.ts'
import { cpuSeries } from './cpu-series.ts'

test('tells of each subject its own series, and not of the machine', () => {
  const found = observe(cpuSeries, { series: { 'cpu.idleRatio cpu0': [1, 3], 'cpu.idleRatio other': [5], 'sched.forkPerSec': [9] } })
  expect(found.map(({ facts }) => facts.name)).toEqual(['cpu0', 'other'].sort())
  const own = found.find(({ facts }) => facts.name === 'cpu0')
  expect(own?.metrics.cpuIdleRatio).toBe(2)
})
