import { expect, test } from 'vitest'
import { contextOf, draw } from '../../test/drawing.ts'
import { observeTables } from '../../test/observe.ts'
import { tableOf } from '../table-builder.ts'
import { threadGrowth } from './thread-growth.ts'

const program = contextOf({ target: { kind: 'pid', pid: 100 }, durationNs: 30e9 })
const tablesWith = (threads: readonly (readonly [startNs: number, endNs: number])[]) => ({
  ...draw({ processes: { app: { pid: 100 } } }),
  thread: tableOf(
    'thread',
    threads.map(([startNs, endNs], index) => ({ tid: 200 + index, process: 0, startNs, endNs, comm: 'worker' })),
  ),
})
const everySecond = Array.from({ length: 300 }, (_, index) => index * 100e6)

test('threads that start and never end', () => {
  const [{ metrics, facts }] = observeTables(threadGrowth, tablesWith(everySecond.map(startNs => [startNs, Number.NaN])), program)
  expect(metrics).toMatchObject({ startCount: 1, endCount: 300, startedCount: 299, leftRatio: 1 })
  expect(metrics.growthPerSec).toBeCloseTo(10, 0)
  expect(metrics.chanceRatio).toBeLessThan(1e-6)
  expect(facts.process).toBe('app (pid 100)')
})

test('a thread per request that ends does not grow', () => {
  const [{ metrics }] = observeTables(threadGrowth, tablesWith(everySecond.map(startNs => [startNs, startNs + 150e6])), program)
  expect(metrics.leftRatio).toBeLessThan(0.01)
  expect(Math.abs(metrics.endCount - metrics.startCount)).toBeLessThan(3)
})
