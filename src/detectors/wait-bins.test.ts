import { expect, test } from 'vitest'
import { contextOf } from '../../test/drawing.ts'
import { type Bins, binsFor, type SliceRow, spreadRow } from './wait-bins.ts'

const bins: Bins = { binNs: 100, count: 5 }

function spreadOver(row: SliceRow): number[] {
  const parts = new Array(bins.count).fill(0)
  spreadRow(bins, row, (bin, ns) => (parts[bin] += ns))
  return parts
}

test('short waits belong to the bin of their slice', () => {
  expect(spreadOver({ timeNs: 200, durationNs: 100, ns: 90, maxNs: 30 })).toEqual([0, 0, 90, 0, 0])
})

test('a long wait belongs to all bins it passed through, and its time is kept', () => {
  expect(spreadOver({ timeNs: 300, durationNs: 100, ns: 350, maxNs: 350 })).toEqual([50, 100, 100, 100, 0])
})

test('what lies outside of the recording goes to its ends', () => {
  expect(spreadOver({ timeNs: 900, durationNs: 100, ns: 10, maxNs: 10 })).toEqual([0, 0, 0, 0, 10])
  expect(spreadOver({ timeNs: 0, durationNs: 100, ns: 900, maxNs: 900 })).toEqual([900, 0, 0, 0, 0])
  expect(spreadOver({ timeNs: 0, durationNs: 100, ns: 0, maxNs: 0 })).toEqual([0, 0, 0, 0, 0])
})

test('bins are as long as the slices, and never more than a hundred', () => {
  const slices = (ns: number) => ({ durationNs: new Float64Array([ns, ns, 7e6]) })
  expect(binsFor(slices(100e6), contextOf({ durationNs: 1e9 }))).toEqual({ binNs: 100e6, count: 10 })
  expect(binsFor(slices(1e9), contextOf({ durationNs: 30e9 }))).toEqual({ binNs: 1e9, count: 30 })
  expect(binsFor(slices(100e6), contextOf({ durationNs: 600e9 })).count).toBe(100)
  expect(binsFor({ durationNs: new Float64Array(0) }, contextOf({ durationNs: 1e6 })).count).toBe(1)
})
