import { expect, test } from 'vitest'
import { contextOf } from '../../test/drawing.ts'
import { observeRows, rows } from '../../test/kernel-rows.ts'
import { observe } from '../../test/observe.ts'
import { memoryPressure } from './memory-pressure.ts'

const ten = (value: number) => new Array<number>(10).fill(value)
const tenSeconds = { durationNs: 10e9 }

test('pressure of the machine, with what the kernel did to find memory', () => {
  const [observation] = observe(
    memoryPressure,
    {
      stacks: 'app: main 100',
      series: {
        'psi.memory.someRatio': ten(0.3),
        'psi.memory.fullRatio': ten(0.1),
        'memory.availableBytes': ten(1e8),
        'memory.totalBytes': ten(1e10),
        'vm.swapInPerSec': ten(100),
        'vm.swapOutPerSec': ten(50),
        'vm.refaultPerSec': ten(10),
      },
    },
    contextOf(tenSeconds),
  )
  expect(observation.share).toEqual({ estimate: expect.closeTo(0.3), low: expect.closeTo(0.3), high: expect.closeTo(0.3) })
  expect(observation.metrics).toMatchObject({ fullRatio: expect.closeTo(0.1), availableRatio: 0.01, swapPerSec: 150, evidencePerSec: 160 })
  expect(observation.metrics.directReclaimPerSec).toBeNaN()
  expect(observation.facts).toEqual({ target: 'this machine', scope: 'the machine', cgroup: '', killed: 'nobody' })
})

test('a program in a cgroup at its limit: the cgroup’s own pressure, and the cgroup to blame', () => {
  const [observation] = observe(
    memoryPressure,
    {
      processes: { app: { cgroup: '/box/inner' } },
      stacks: 'app: main 100',
      series: {
        'psi.memory.someRatio': ten(0.01),
        'psi.memory.someRatio /box': ten(0.4),
        'cgroup.memoryLimitHitPerSec /box': ten(30),
        'cgroup.memoryLimitHitPerSec /stranger': ten(900),
        'cgroup.memoryBytes /box': ten(95),
        'cgroup.memoryLimitBytes /box': ten(100),
      },
    },
    contextOf({ ...tenSeconds, target: { kind: 'pid', pid: 100 } }),
  )
  expect(observation.subject).toBe('cgroup /box')
  expect(observation.facts).toMatchObject({ scope: '/box', cgroup: '/box' })
  expect(observation.metrics).toMatchObject({ limitHitPerSec: 30, limitUsedRatio: 0.95, evidencePerSec: 30 })
  expect(observation.share.estimate).toBeCloseTo(0.4)
  expect(observation.culprits).toEqual([{ kind: 'cgroup', name: '/box', share: 1 }])
})

test('of the machine’s pressure a program owns its part of the running time, and only while it does not run', () => {
  const series = { 'psi.memory.someRatio': ten(0.8), 'cpu.userRatio': ten(0.2), 'cpu.systemRatio': ten(0.05), 'autotune.cpuCpus': ten(0.1) }
  const context = contextOf({ ...tenSeconds, target: { kind: 'pid', pid: 100 } })
  // 0.4 CPUs busy without autotune, 0.1 of them by the target
  expect(observe(memoryPressure, { stacks: 'app: main 100', series }, context)[0].share.estimate).toBeCloseTo(0.2)
  // it runs for 0.4 of the time and owns all the pressure: 0.6 is left
  expect(observe(memoryPressure, { stacks: 'app: main 400', series }, context)[0].share.estimate).toBeCloseTo(0.6)
})

test('no pressure is observed as none; without PSI nothing is', () => {
  const series = { 'psi.memory.someRatio': ten(0) }
  expect(observe(memoryPressure, { series })[0].share).toMatchObject({ estimate: 0, low: 0 })
  expect(observe(memoryPressure, { series: { 'memory.totalBytes': ten(1) } })).toEqual([])
})

test('who was killed for want of memory is named', () => {
  const [observation] = observeRows(
    memoryPressure,
    {
      processes: { app: { pid: 100 } },
      stacks: 'app: main 100',
      series: { 'psi.memory.someRatio': ten(0.3) },
      more: { kernelEvent: rows('kernelEvent', [{ kind: 'oomKill', process: 0, count: 1 }]) },
    },
    contextOf(tenSeconds),
  )
  expect(observation.metrics.oomKillCount).toBe(1)
  expect(observation.facts.killed).toBe('app (pid 100)')
})
