import { expect, test } from 'vitest'
import { observe } from '../../test/observe.ts'
import { diskSeries } from './disk-series.ts'

test('tells of each subject its own series, and not of the machine', () => {
  const found = observe(diskSeries, { series: { 'disk.busyRatio vda': [1, 3], 'disk.busyRatio other': [5], 'sched.forkPerSec': [9] } })
  expect(found.map(({ facts }) => facts.name)).toEqual(['vda', 'other'].sort())
  const own = found.find(({ facts }) => facts.name === 'vda')
  expect(own?.metrics.diskBusyRatio).toBe(2)
})
