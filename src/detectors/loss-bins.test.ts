import { expect, test } from 'vitest'
import { contextOf, draw } from '../../test/drawing.ts'
import type { Table } from '../schema.ts'
import { LossBins } from './loss-bins.ts'
import { measureTargetTime } from './target-time.ts'

const time = () => {
  const tables = draw({ ledger: 'app/100: ##########' })
  return measureTargetTime({ ...tables, process: tables.process as Table<'process'> }, contextOf())
}

test('a loss that is always there is surer than one that came once', () => {
  const steady = new LossBins(1e9)
  steady.add(0, 1e9, 0.4e9)
  const once = new LossBins(1e9)
  once.add(0, 0.4e9, 0.4e9)
  expect(steady.share(time()).estimate).toBeCloseTo(0.4)
  expect(once.share(time()).estimate).toBeCloseTo(0.4)
  expect(steady.share(time()).low).toBeGreaterThan(0.39)
  expect(once.share(time()).low).toBeLessThan(0.2)
})

test('spans without length, upside down or outside of the recording lose nothing of their time', () => {
  const bins = new LossBins(1e9)
  bins.add(-5e9, -4e9, 1e6)
  bins.add(2e9, 3e9, 1e6)
  bins.add(0.5e9, 0.5e9, 1e6)
  bins.add(0.5e9, 0.1e9, 1e6)
  bins.add(0, 1e9, Number.NaN)
  expect(bins.totalNs).toBe(4e6)
  expect(bins.share(time()).estimate).toBeCloseTo(0.004)
})
