import { expect, test } from 'vitest'
import { contextOf } from '../../test/drawing.ts'
import { observe } from '../../test/observe.ts'
import { ProcessRole } from '../schema.ts'
import { cpuSaturation } from './cpu-saturation.ts'

const eightOnTwo = `
  stress/1: #~~~#~~~#~~~#~~~
  stress/2: ~#~~~#~~~#~~~#~~
  stress/3: ~~#~~~#~~~#~~~#~
  stress/4: ~~~#~~~#~~~#~~~#
  stress/5: #~~~#~~~#~~~#~~~
  stress/6: ~#~~~#~~~#~~~#~~
  stress/7: ~~#~~~#~~~#~~~#~
  stress/8: ~~~#~~~#~~~#~~~#
`
const twoSeconds = { durationNs: 1.6e9 }

test('eight busy threads on two CPUs wait three quarters of their time', () => {
  const [observation] = observe(
    cpuSaturation,
    { ledger: eightOnTwo, series: { 'cpu.idleRatio': [0, 0], 'psi.cpu.someRatio': [1, 1] } },
    contextOf(twoSeconds),
  )
  expect(observation.subject).toBe('this machine')
  expect(observation.share.estimate).toBeCloseTo(0.75)
  expect(observation.share.low).toBeGreaterThan(0.7)
  expect(observation.metrics).toMatchObject({ runnableThreadsCount: 6, queuedUtilisationRatio: 1, psiCpuSomeRatio: 1, cpuCount: 2 })
})

test('two busy threads on two CPUs do not queue', () => {
  const [observation] = observe(cpuSaturation, { ledger: 'app/1: ##########\n app/2: ##########' })
  expect(observation.share).toMatchObject({ estimate: 0, low: 0 })
})

test('waiting for a CPU quota is not saturation, although the scheduler counts both as runnable', () => {
  const [observation] = observe(
    cpuSaturation,
    {
      processes: { app: { cgroup: '/half' } },
      ledger: 'app/1: %%%%%%%%%%',
      series: {
        'cgroup.throttledCpus /half': [0.5],
        'cgroup.cpuUsageCpus /half': [0.5],
        'cpu.idleRatio': [0.75],
        'psi.cpu.someRatio': [0.5],
      },
    },
    contextOf({ target: { kind: 'pid', pid: 100 } }),
  )
  expect(observation.share.estimate).toBeCloseTo(0)
  expect(observation.metrics.runnableRatio).toBeCloseTo(0.5)
})

test("waiting behind another process is not the program's own queue", () => {
  const drawing = {
    processes: { app: { pid: 100 }, hog: { role: ProcessRole.Other } },
    ledger: 'app/100: %%%%%%%%%%',
    stacks: 'hog: main;spin 100',
  }
  expect(observe(cpuSaturation, drawing, contextOf({ target: { kind: 'pid', pid: 100 } }))[0].share.estimate).toBe(0)
  expect(observe(cpuSaturation, drawing)[0].share.estimate).toBeGreaterThan(0.2)
})

test('autotune waiting for a CPU is nobody’s loss', () => {
  const drawing = { processes: { autotune: { role: ProcessRole.Autotune } }, ledger: 'autotune/1: ~~~~~~~~~~\n app/2: ##########' }
  expect(observe(cpuSaturation, drawing)[0].share.estimate).toBe(0)
})

test('utilisation counts in the moments of queueing', () => {
  const [observation] = observe(
    cpuSaturation,
    { ledger: `app/1: ${'#'.repeat(10)}${'.'.repeat(10)}\n app/2: ${'~'.repeat(10)}`, series: { 'cpu.idleRatio': [0, 1] } },
    contextOf({ durationNs: 2e9 }),
  )
  expect(observation.metrics).toMatchObject({ utilisationRatio: Number.NaN, queuedUtilisationRatio: 1 })
})

test('without a ledger the pressure of the machine stands in, less what quotas explain; a program has none', () => {
  const series = { 'psi.cpu.someRatio': [1, 1, 1, 1, 1, 1], 'cpu.idleRatio': [0, 0, 0, 0, 0, 0] }
  const context = contextOf({ durationNs: 6e9 })
  const [observation] = observe(cpuSaturation, { stacks: 'app: main 1200', series }, context)
  expect(observation.share.estimate).toBeCloseTo(1 / 3)
  expect(observation.metrics.runnableRatio).toBeNaN()
  const throttled = { ...series, 'cgroup.throttledCpus /x': [1, 1, 1, 1, 1, 1] }
  expect(observe(cpuSaturation, { stacks: 'app: main 1200', series: throttled }, context)[0].share.estimate).toBe(0)
  expect(observe(cpuSaturation, { stacks: 'app: main 9', series }, contextOf({ target: { kind: 'pid', pid: 100 } }))).toEqual([])
})

test('without a ledger and without pressure nothing is observed', () => {
  expect(observe(cpuSaturation, { stacks: 'app: main 9' })).toEqual([])
})

test('with the scheduler’s own ledger preempted threads queue, throttled ones are held back', () => {
  const [observation] = observe(
    cpuSaturation,
    { ledger: 'app/1: #!#!#!#!\n app/2: !#!#!#!#\n app/3: xxxx~~~~' },
    contextOf({ durationNs: 0.8e9 }),
  )
  expect(observation.metrics.runnableRatio).toBeCloseTo(16 / 24)
  expect(observation.share.estimate).toBeCloseTo(12 / 24)
})
