import { expect, test } from 'vitest'
import { observe } from '../../test/observe.ts'
import { interfaceSeries } from './interface-series.ts'

test('tells of each subject its own series, and not of the machine', () => {
  const found = observe(interfaceSeries, {
    series: { 'net.dropPerSec eth0': [1, 3], 'net.dropPerSec other': [5], 'sched.forkPerSec': [9] },
  })
  expect(found.map(({ facts }) => facts.name)).toEqual(['eth0', 'other'].sort())
  const own = found.find(({ facts }) => facts.name === 'eth0')
  expect(own?.metrics.netDropPerSec).toBe(2)
})
