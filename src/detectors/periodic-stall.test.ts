import { expect, test } from 'vitest'
import { contextOf } from '../../test/drawing.ts'
import { observe } from '../../test/observe.ts'
import { periodicStall } from './periodic-stall.ts'
import { randomIndex, seededRandom } from './statistics/random.ts'

const program = contextOf({ target: { kind: 'pid', pid: 100 }, durationNs: 30e9 })
const drawing = (mark: (slice: number, random: () => number) => string, seed = 1) => {
  const random = seededRandom(seed)
  return { processes: { app: { pid: 100 } }, ledger: `app/1: ${Array.from({ length: 300 }, (_, slice) => mark(slice, random)).join('')}` }
}

test('a stall of 200 ms every second', () => {
  const [{ metrics, share, facts }] = observe(
    periodicStall,
    drawing(slice => (slice % 10 < 2 ? '~' : '9')),
    program,
  )
  expect(metrics).toMatchObject({ periodNs: 1e9, stallNs: 200e6, stalledCpus: 0 })
  expect(metrics.usualCpus).toBeCloseTo(0.9)
  expect(share.estimate).toBeCloseTo(0.2, 1)
  expect(facts.change).toContain('waiting for a CPU')
})

test('work that comes in bursts is a rhythm, but no stall', () => {
  expect(
    observe(
      periodicStall,
      drawing(slice => (slice % 10 < 2 ? '9' : '.')),
      program,
    )[0].metrics.periodNs,
  ).toBeNaN()
})

test('noise has no rhythm in fifty recordings', () => {
  const found = Array.from({ length: 50 }, (_, seed) =>
    observe(
      periodicStall,
      drawing((_, random) => String(1 + randomIndex(random, 9)), seed + 1),
      program,
    ),
  ).filter(([{ metrics }]) => Number.isFinite(metrics.periodNs))
  expect(found).toEqual([])
})
