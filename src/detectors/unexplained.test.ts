import { expect, test } from 'vitest'
import { contextOf, type Drawing, draw } from '../../test/drawing.ts'
import type { Observation } from '../schema.ts'
import { cpuSaturation } from './cpu-saturation.ts'
import { runDetector } from './detector.ts'
import { futexContention } from './futex-contention.ts'
import { hotPath } from './hot-path.ts'
import { measureUnexplained } from './unexplained.ts'

const program = contextOf({ target: { kind: 'pid', pid: 100 }, durationNs: 3e9 })
const tables = draw({
  processes: { app: { pid: 100 } },
  stacks: 'app: main;work 75\n app: main;rest 25',
  ledger: `app/1: ${'4'.repeat(30)}\n app/2: ${'4'.repeat(30)}`,
  waits: [1, 2].map(tid => `app/${tid}: futex@a0 by app/${3 - tid} waker=main;work ${'60*10 '.repeat(30).trim()}`).join('\n'),
} satisfies Drawing)

function observed(detector: Parameters<typeof runDetector>[0]): readonly Observation[] {
  const outcome = runDetector(detector, tables, program)
  if (outcome.status !== 'ran') throw new Error(JSON.stringify(outcome))
  return outcome.observations
}

const unexplained = (observations: readonly Observation[]) => measureUnexplained(tables, program, observations)

test('without findings all of the time is unexplained, and what it is spent on is named', () => {
  const { ratio, parts } = unexplained([]) ?? { ratio: Number.NaN, parts: [] }
  expect(ratio).toBeCloseTo(1)
  expect(parts.map(({ what }) => what)).toEqual([
    expect.stringMatching(/^waiting \(futex\)/),
    expect.stringContaining('work'),
    expect.stringContaining('rest'),
  ])
  expect(parts.map(part => Number(part.ratio.toFixed(2)))).toEqual([0.6, 0.3, 0.1])
})

test('a finding explains the code or the waits it is about, once', () => {
  const work = observed(hotPath).filter(({ facts }) => facts.functionName === 'work')
  expect(unexplained(work)?.ratio).toBeCloseTo(0.7)
  expect(unexplained([...work, ...work])?.ratio).toBeCloseTo(0.7)
  expect(unexplained([...work, ...observed(futexContention)])?.ratio).toBeCloseTo(0.1)
})

test('a finding that is about no certain code or wait explains as much as its share', () => {
  const [work] = observed(hotPath)
  expect(unexplained([{ ...work, detector: 'ping-pong', share: { estimate: 0.25, low: 0.2, high: 0.3 } }])?.ratio).toBeCloseTo(0.75)
})

test('whoever queues behind its own threads waits for what they run: a finding about that explains the queue, too', () => {
  const queued = draw({
    processes: { app: { pid: 100 } },
    stacks: 'app: main;work 75\n app: main;rest 25',
    ledger: `app/1: ${'#'.repeat(10)}\n app/2: ${'~'.repeat(10)}`,
  })
  const context = contextOf({ target: { kind: 'pid', pid: 100 } })
  const outcome = runDetector(hotPath, queued, context)
  const work = outcome.status === 'ran' ? outcome.observations.filter(({ facts }) => facts.functionName === 'work') : []
  const parts = (observations: readonly Observation[]) =>
    measureUnexplained(queued, context, observations)?.parts.map(({ what, ratio }) => [what, ratio.toFixed(3)])
  expect(parts([])).toContainEqual(['ready to run, behind its own threads', '0.500'])
  expect(parts(work)).toContainEqual(['ready to run, behind its own threads', '0.125'])
})

test('more findings never leave more unexplained, and nothing recorded is nothing said', () => {
  const all = [...observed(hotPath), ...observed(futexContention), ...observed(cpuSaturation)]
  const ratios = all.map((_, count) => unexplained(all.slice(0, count))?.ratio ?? Number.NaN)
  for (const [index, ratio] of ratios.entries()) if (index > 0) expect(ratio).toBeLessThanOrEqual(ratios[index - 1])
  expect(measureUnexplained({}, program, [])).toBeUndefined()
})
