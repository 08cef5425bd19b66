import { expect, test } from 'vitest'
import { contextOf, type Drawing } from '../../test/drawing.ts'
import { observe } from '../../test/observe.ts'
import { scalingLimit } from './scaling-limit.ts'

const program = contextOf({ target: { kind: 'pid', pid: 100 }, durationNs: 40e9, cpuCount: 16 })

/** 1 to 8 threads at work, a step each second, and messages as a function of their number. */
function drawing(messages: (threads: number) => number): Drawing {
  const active = (second: number) => 1 + (second % 8)
  const lines = Array.from(
    { length: 8 },
    (_, thread) =>
      `app/${thread + 1}: ${Array.from({ length: 400 }, (_, slice) => (active(Math.floor(slice / 10)) > thread ? '#' : '.')).join('')}`,
  )
  const counts = Array.from({ length: 400 }, (_, slice) =>
    slice % 10 === 0 ? `1*${Math.round(messages(active(Math.floor(slice / 10))))}` : '.',
  )
  return {
    processes: { app: { pid: 100 } },
    ledger: lines.join('\n'),
    syscalls: `app/1: sendto ${counts.join(' ')}`,
    waits: 'app/1: sleep by interrupt . . . . 1',
  }
}

test('throughput that stops growing with threads', () => {
  const [{ metrics, share }] = observe(
    scalingLimit,
    drawing(n => (10000 * n) / (1 + 0.3 * (n - 1))),
    program,
  )
  expect(metrics.serialRatio).toBeCloseTo(0.3, 1)
  expect(metrics.usualThreadsCount).toBeCloseTo(4.5, 1)
  expect(metrics.efficiencyRatio).toBeCloseTo(1 / (1 + 0.3 * 3.5), 1)
  expect(share.low).toBeGreaterThan(0.3)
})

test('perfect scaling loses nothing; without messages nothing is known', () => {
  const [{ metrics }] = observe(
    scalingLimit,
    drawing(n => 10000 * n),
    program,
  )
  expect(metrics.efficiencyRatio).toBeGreaterThan(0.98)
  expect(
    observe(
      scalingLimit,
      drawing(() => 0),
      program,
    ),
  ).toEqual([])
})
