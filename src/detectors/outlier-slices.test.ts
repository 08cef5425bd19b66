import { expect, test } from 'vitest'
import { contextOf } from '../../test/drawing.ts'
import { observe } from '../../test/observe.ts'
import { outlierSlices } from './outlier-slices.ts'

const program = contextOf({ target: { kind: 'pid', pid: 100 }, durationNs: 30e9 })
const drawing = (marks: string) => ({ processes: { app: { pid: 100 } }, ledger: `app/1: ${marks}` })

test('half a second in which nothing but queueing happens', () => {
  const [{ metrics, facts, share }] = observe(outlierSlices, drawing(`${'#'.repeat(100)}~~~~~${'#'.repeat(195)}`), program)
  expect(metrics).toMatchObject({ outlierCount: 2, usualRatio: 0, worstRatio: 1, sliceCount: 120 })
  expect(facts).toMatchObject({ when: 'at 10 s', change: expect.stringContaining('waiting for a CPU 0 % → 100 %') })
  expect(share.estimate).toBeCloseTo(0.5 / 30, 2)
})

test('queueing in a tenth of the slices or more is no exception; too short a recording says nothing', () => {
  expect(observe(outlierSlices, drawing('####~~####'.repeat(30)), program)[0].metrics.outlierCount).toBe(0)
  expect(observe(outlierSlices, drawing('##########'), contextOf({ target: { kind: 'pid', pid: 100 } }))).toEqual([])
})
