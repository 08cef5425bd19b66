import { expect, test } from 'vitest'
import { contextOf, draw } from '../../test/drawing.ts'
import { cpuSaturation } from './cpu-saturation.ts'
import { cutTables, observeHalves } from './halves.ts'

const drawing = {
  processes: { app: {} },
  ledger: 'app/1: ##########~~~~~~~~~~',
  stacks: 'app: main 100',
  series: { 'cpu.idleRatio': [0.1, 0.2] },
}

test('each half is a recording of its own, from time 0, and together they are all', () => {
  const tables = draw(drawing)
  const [first, second] = [cutTables(tables, { startNs: 0, endNs: 1e9 }), cutTables(tables, { startNs: 1e9, endNs: 2e9 })]
  expect([first.threadTime?.length, second.threadTime?.length, tables.threadTime?.length]).toEqual([10, 10, 20])
  expect([first.sample?.length, second.sample?.length]).toEqual([100, 0])
  expect(second.threadTime?.timeNs[0]).toBe(0)
  expect([first.metric?.length, second.metric?.length]).toEqual([1, 1])
  expect(second.process).toBe(tables.process)
})

test('what happens in one half only is observed there', () => {
  const halves = observeHalves([cpuSaturation], draw(drawing), contextOf({ durationNs: 2e9 }))
  const shares = halves.map(([outcome]) => (outcome.status === 'ran' ? outcome.observations[0].share.estimate : Number.NaN))
  expect(shares[0]).toBe(0)
  expect(shares[1]).toBeGreaterThan(0.9)
})
