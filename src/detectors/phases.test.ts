import { expect, test } from 'vitest'
import { contextOf } from '../../test/drawing.ts'
import { observe } from '../../test/observe.ts'
import { phases } from './phases.ts'
import { randomIndex, seededRandom } from './statistics/random.ts'

const program = contextOf({ target: { kind: 'pid', pid: 100 }, durationNs: 30e9 })
const drawing = (mark: (slice: number, random: () => number) => string, seed = 1) => {
  const random = seededRandom(seed)
  return { processes: { app: { pid: 100 } }, ledger: `app/1: ${Array.from({ length: 300 }, (_, slice) => mark(slice, random)).join('')}` }
}

test('a stretch of queueing is a phase, and what it loses is told against the other', () => {
  const [{ metrics, facts, share }] = observe(
    phases,
    drawing(slice => (slice >= 100 && slice < 200 ? '%' : '5')),
    program,
  )
  expect(metrics).toMatchObject({ phaseCount: 2, worstRatio: 0.5, bestRatio: 0 })
  expect(metrics.worstTimeRatio).toBeCloseTo(1 / 3, 1)
  expect(facts.when).toMatch(/^from 10 s to 20 s/)
  expect(facts.change).toContain('waiting for a CPU 0 % → 50 %')
  expect(share.estimate).toBeGreaterThan(0.1)
})

test('a program that does the same all the time has one phase', () => {
  const counts = Array.from({ length: 20 }, (_, seed) =>
    observe(
      phases,
      drawing((_, random) => String(3 + randomIndex(random, 4)), seed + 1),
      program,
    ),
  ).map(([{ metrics }]) => metrics.phaseCount)
  expect(counts).toEqual(counts.map(() => 1))
})
