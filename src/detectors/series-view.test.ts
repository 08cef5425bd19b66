import { expect, test } from 'vitest'
import { draw } from '../../test/drawing.ts'
import { tableOf } from '../table-builder.ts'
import { readingAt, viewSeries } from './series-view.ts'

test('finds readings by name and subject, and means over time', () => {
  const view = viewSeries(draw({ series: { 'cpu.idleRatio': [0.5, 0.7], 'cpu.idleRatio cpu0': [1], 'disk.busyRatio vda': [Number.NaN] } }))
  expect(view.mean('cpu.idleRatio')).toBeCloseTo(0.6)
  expect(view.subjects('cpu.idleRatio')).toEqual(['', 'cpu0'])
  expect(view.readings('disk.busyRatio', 'vda')).toBeUndefined()
  expect(view.mean('disk.busyRatio', 'vda')).toBeNaN()
})

test('a long interval counts for more than a short one; levels count alike', () => {
  const series = tableOf('series', [
    { name: 'cpu.idleRatio', subject: '' },
    { name: 'memory.dirtyBytes', subject: '' },
  ])
  const metric = tableOf('metric', [
    { timeNs: 3e9, durationNs: 3e9, series: 0, value: 1 },
    { timeNs: 4e9, durationNs: 1e9, series: 0, value: 0 },
    { timeNs: 3e9, durationNs: 0, series: 1, value: 10 },
    { timeNs: 4e9, durationNs: 0, series: 1, value: 20 },
    { timeNs: 4e9, durationNs: 0, series: 99, value: 20 },
  ])
  const view = viewSeries({ series, metric })
  expect(view.mean('cpu.idleRatio')).toBe(0.75)
  expect(view.mean('memory.dirtyBytes')).toBe(15)
})

test('an instant belongs to the reading whose interval it falls in', () => {
  const readings = viewSeries(draw({ series: { 'cpu.idleRatio': [1, 2, 3] } })).readings('cpu.idleRatio')
  if (readings === undefined) throw new Error('drawn, but not found')
  expect([0, 0.5e9, 1e9, 1.1e9, 3e9, 3.1e9].map(instant => readingAt(readings, instant))).toEqual([0, 0, 0, 1, 2, -1])
})

test('without tables there are no series', () => {
  expect(viewSeries({}).subjects('cpu.idleRatio')).toEqual([])
})
