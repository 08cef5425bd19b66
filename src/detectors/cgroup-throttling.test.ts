import { expect, test } from 'vitest'
import { contextOf } from '../../test/drawing.ts'
import { observe } from '../../test/observe.ts'
import { ProcessRole } from '../schema.ts'
import { cgroupThrottling } from './cgroup-throttling.ts'

const ten = (value: number) => new Array<number>(10).fill(value)
const tenSeconds = { durationNs: 10e9 }
const half = {
  'cgroup.throttledCpus /half': ten(0.5),
  'cgroup.cpuUsageCpus /half': ten(0.5),
  'cgroup.quotaCpus /half': ten(0.5),
  'cgroup.periodPerSec /half': ten(10),
  'cgroup.throttledPeriodPerSec /half': ten(9.9),
}

test('half a CPU of quota for one busy loop costs half of its time', () => {
  const [observation] = observe(
    cgroupThrottling,
    { processes: { app: { cgroup: '/half/child' } }, ledger: `app/1: ${'%'.repeat(100)}`, series: half },
    contextOf({ ...tenSeconds, target: { kind: 'pid', pid: 100 } }),
  )
  expect(observation.subject).toBe('cgroup /half')
  expect(observation.facts).toEqual({ cgroup: '/half', quota: '0.5 CPUs' })
  expect(observation.metrics).toMatchObject({ throttledRatio: 0.5, quotaCpus: 0.5, throttledPeriodRatio: 0.99 })
  expect(observation.share.low).toBeCloseTo(0.5)
  expect(observation.culprits).toEqual([{ kind: 'cgroup', name: '/half', share: 1 }])
})

test('throttled_time counts CPUs: four loops on two CPUs held back for 1.5 CPUs lose three quarters', () => {
  // as measured on 6.18: 7.6 s of throttled_time, 17.8 s of run delay in 5.08 s
  const ledger = Array.from({ length: 4 }, (_, tid) => `app/${tid}: ${'~~~~~~~#'.repeat(12)}~~~#`).join('\n')
  const series = { ...half, 'cgroup.throttledCpus /half': ten(1.5) }
  const [observation] = observe(cgroupThrottling, { processes: { app: { cgroup: '/half' } }, ledger, series }, contextOf(tenSeconds))
  expect(observation.share.estimate).toBeCloseTo(0.75)
})

test('without a ledger the throttled CPU time stands in', () => {
  const context = contextOf({ ...tenSeconds, target: { kind: 'cgroup', path: '/half' } })
  const [observation] = observe(cgroupThrottling, { stacks: 'app: main 500', series: half }, context)
  expect(observation.share.estimate).toBeCloseTo(0.5)
})

test('of a machine it is the part that the throttled cgroup has of all time', () => {
  const drawing = {
    processes: {
      app: { cgroup: '/half' },
      other: { role: ProcessRole.Other, cgroup: '/halfway' },
      autotune: { role: ProcessRole.Autotune },
    },
    ledger: `app/1: ${'%'.repeat(100)}\n other/2: ${'#'.repeat(100)}\n autotune/3: ${'#'.repeat(100)}`,
    series: half,
  }
  expect(observe(cgroupThrottling, drawing, contextOf(tenSeconds))[0].share.estimate).toBeCloseTo(0.25)
})

test('a quota that is never used up costs nothing, nor does having none', () => {
  const series = { 'cgroup.throttledCpus /x': ten(0), 'cgroup.quotaCpus /x': ten(1) }
  expect(observe(cgroupThrottling, { ledger: 'app/1: ####', series })[0]).toMatchObject({ share: { estimate: 0 }, culprits: [] })
  const [observation] = observe(cgroupThrottling, { processes: { app: { cgroup: '/' } }, ledger: 'app/1: ####', series: {} })
  expect(observation.metrics.throttledRatio).toBe(0)
})

test('where cgroups cannot be read nothing is observed', () => {
  expect(observe(cgroupThrottling, { ledger: 'app/1: ####', series: {} })).toEqual([])
})

test('what the scheduler itself saw throttled counts, where the accounts would give less', () => {
  const [observation] = observe(
    cgroupThrottling,
    {
      processes: { app: { cgroup: '/half' } },
      ledger: 'app/1: #xxxx#xxxx',
      series: { 'cgroup.throttledCpus /half': [0.1], 'cgroup.cpuUsageCpus /half': [0.9] },
    },
    contextOf({ target: { kind: 'pid', pid: 100 } }),
  )
  expect(observation.metrics.throttledRatio).toBeCloseTo(0.8)
})
