import { expect, test } from 'vitest'
import { contextOf } from '../../test/drawing.ts'
import { observe } from '../../test/observe.ts'
import { changePoint } from './change-point.ts'
import { randomIndex, seededRandom } from './statistics/random.ts'

const program = contextOf({ target: { kind: 'pid', pid: 100 }, durationNs: 30e9 })
/** Tenths of running per slice, with a jitter, and waits of a second each. */
const drawing = (waitMs: (second: number) => number, seed = 1) => {
  const random = seededRandom(seed)
  const marks = Array.from({ length: 300 }, () => String(4 + randomIndex(random, 3))).join('')
  const waits = Array.from({ length: 300 }, (_, slice) =>
    slice % 10 === 9 ? String(Math.max(1, waitMs(slice / 10) + randomIndex(random, 60))) : '.',
  )
  return {
    processes: { app: { pid: 100 } },
    stacks: 'app: main;work 1\n app: main;commit;fsync@libc 0',
    ledger: `app/1: ${marks}`,
    waits: `app/1: fsync by interrupt user=main;commit;fsync@libc ${waits.join(' ')}`,
  }
}

test('waits that begin in the middle: when, how much, and what', () => {
  const [{ metrics, facts, share, culprits }] = observe(
    changePoint,
    drawing(second => (second < 12 ? 10 : 450)),
    program,
  )
  expect(metrics).toMatchObject({ changeCount: 1 })
  expect(Math.abs(metrics.atNs - 12e9)).toBeLessThanOrEqual(1e9)
  expect(metrics.afterRatio - metrics.beforeRatio).toBeGreaterThan(0.25)
  expect(facts).toMatchObject({ worse: 'after', change: expect.stringContaining('waiting for devices') })
  expect(culprits[0]).toMatchObject({ kind: 'function', name: 'commit' })
  expect(share.low).toBeGreaterThan(0.15)
  expect(share.high).toBeLessThan(0.45)
})

test('shifting what happens to the first part names the first part', () => {
  const [{ facts }] = observe(
    changePoint,
    drawing(second => (second < 12 ? 450 : 10)),
    program,
  )
  expect(facts.worse).toBe('before')
})

test('other thread ids change nothing, and the same recording gives the same bytes', () => {
  const named = (tid: number) => {
    const { ledger, waits, ...rest } = drawing(second => (second < 12 ? 10 : 450))
    return observe(
      changePoint,
      { ...rest, ledger: ledger.replace('app/1', `app/${tid}`), waits: waits.replace('app/1', `app/${tid}`) },
      program,
    )
  }
  expect(JSON.stringify(named(4242))).toBe(JSON.stringify(named(1)))
})

test('noise changes nothing, in at most two of fifty recordings', () => {
  const alarms = Array.from(
    { length: 50 },
    (_, seed) =>
      observe(
        changePoint,
        drawing(() => 200, seed + 1),
        program,
      )[0],
  )
  expect(alarms.filter(({ metrics }) => metrics.changeCount > 0).length).toBeLessThanOrEqual(2)
  expect(alarms.find(({ metrics }) => metrics.changeCount === 0)?.share).toEqual({ estimate: 0, low: 0, high: 0 })
})
