import { expect, test } from 'vitest'
import { observe } from '../../test/observe.ts'
import { cgroupSeries } from './cgroup-series.ts'

test('tells of each subject its own series, and not of the machine', () => {
  const found = observe(cgroupSeries, {
    series: { 'cgroup.memoryBytes /app': [1, 3], 'cgroup.memoryBytes other': [5], 'sched.forkPerSec': [9] },
  })
  expect(found.map(({ facts }) => facts.name)).toEqual(['/app', 'other'].sort())
  const own = found.find(({ facts }) => facts.name === '/app')
  expect(own?.metrics.cgroupMemoryBytes).toBe(2)
})
