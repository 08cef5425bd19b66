import { expect, test } from 'vitest'
import { contextOf } from '../../test/drawing.ts'
import { observe } from '../../test/observe.ts'
import { ProcessRole } from '../schema.ts'
import { stealTime } from './steal-time.ts'

const tenSeconds = { durationNs: 10e9 }
const ten = (value: number) => new Array<number>(10).fill(value)

test('a fifth of both CPUs stolen is a fifth of what the machine wanted', () => {
  const [observation] = observe(
    stealTime,
    {
      stacks: 'app: main 1600',
      series: { 'cpu.stealRatio': ten(0.2), 'cpu.idleRatio': ten(0), 'cpu.stealRatio cpu0': ten(0.1), 'cpu.stealRatio cpu1': ten(0.3) },
    },
    contextOf(tenSeconds),
  )
  expect(observation.share.estimate).toBeCloseTo(0.2)
  expect(observation.share.low).toBeCloseTo(0.2)
  expect(observation.metrics).toMatchObject({ stealRatio: expect.closeTo(0.2), worstCpuRatio: expect.closeTo(0.3) })
  expect(observation.facts.hypervisor).toBe('kvm')
})

test('a program is robbed as often as anybody who wanted a CPU', () => {
  const series = { 'cpu.stealRatio': ten(0.1), 'cpu.idleRatio': ten(0.5), 'cpu.iowaitRatio': ten(0.1) }
  const context = contextOf({ ...tenSeconds, target: { kind: 'pid', pid: 100 } })
  const [observation] = observe(stealTime, { stacks: 'app: main 1000', series }, context)
  expect(observation.share.estimate).toBeCloseTo(0.25)
})

test('a machine that was not robbed says 0, one that cannot tell says nothing', () => {
  const processes = { autotune: { role: ProcessRole.Autotune } }
  const [observation] = observe(stealTime, {
    processes,
    stacks: 'autotune: main 50',
    series: { 'cpu.stealRatio': [0, 0], 'cpu.idleRatio': [1, 1] },
  })
  expect(observation.share.estimate).toBe(0)
  expect(observation.metrics.demandRatio).toBe(0)
  expect(observe(stealTime, { series: { 'cpu.idleRatio': [1] } })).toEqual([])
})

test('one short burst gives a wide interval', () => {
  const [observation] = observe(
    stealTime,
    { stacks: 'app: main 1600', series: { 'cpu.stealRatio': [...ten(0).slice(1), 0.9], 'cpu.idleRatio': ten(0) } },
    contextOf(tenSeconds),
  )
  expect(observation.share.estimate).toBeGreaterThan(0.05)
  expect(observation.share.low).toBe(0)
})
