import { expect, test } from 'vitest'
import { contextOf } from '../../test/drawing.ts'
import { observe } from '../../test/observe.ts'
import { memoryGrowth } from './memory-growth.ts'
import { randomNormal, seededRandom } from './statistics/random.ts'

const MiB = 1024 ** 2
const program = contextOf({ target: { kind: 'pid', pid: 100 }, durationNs: 30e9 })
const drawing = (level: (second: number) => number, limit?: number) => ({
  processes: { app: { pid: 100, cgroup: '/app' }, root: { pid: 101, cgroup: '/' } },
  series: {
    'cgroup.memoryBytes /app': Array.from({ length: 30 }, (_, second) => level(second)),
    ...(limit === undefined ? {} : { 'cgroup.memoryLimitBytes /app': [limit] }),
  },
})

test('a leak: how fast, and when the limit is met', () => {
  const [{ metrics, facts, subject, share }] = observe(
    memoryGrowth,
    drawing(second => 100 * MiB + second * MiB, 189 * MiB),
    program,
  )
  expect(metrics.growthBytesPerSec).toBeCloseTo(MiB, 0)
  expect(metrics.tailRatio).toBeCloseTo(1)
  expect(metrics.chanceRatio).toBeLessThan(1e-6)
  expect(facts.full).toBe('in 60 s')
  expect(subject).toBe('cgroup /app')
  expect(share).toEqual({ estimate: 0, low: 0, high: 0 })
})

test('noise is a trend in at most two of a hundred recordings', () => {
  const alarms = Array.from({ length: 100 }, (_, seed) => {
    const random = seededRandom(seed + 1)
    return observe(
      memoryGrowth,
      drawing(() => 100 * MiB + 5 * MiB * randomNormal(random)),
      program,
    )[0].metrics
  })
  expect(alarms.filter(({ chanceRatio }) => chanceRatio < 0.001).length).toBeLessThanOrEqual(2)
})

test('a machine is judged by its anonymous memory, and few readings say nothing', () => {
  const machine = { processes: {}, series: { 'memory.anonymousBytes': Array.from({ length: 30 }, () => MiB) } }
  expect(observe(memoryGrowth, machine, contextOf({ durationNs: 30e9 }))[0].metrics).toMatchObject({ growthBytesPerSec: 0, chanceRatio: 1 })
  const short = { processes: {}, series: { 'memory.anonymousBytes': [1, 2, 3] } }
  expect(observe(memoryGrowth, short, contextOf({ durationNs: 3e9 }))).toEqual([])
})
