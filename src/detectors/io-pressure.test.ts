import { expect, test } from 'vitest'
import { contextOf } from '../../test/drawing.ts'
import { observe } from '../../test/observe.ts'
import { ioPressure } from './io-pressure.ts'

const ten = (value: number) => new Array<number>(10).fill(value)
const reads = {
  'psi.io.someRatio': ten(0.6),
  'psi.io.fullRatio': ten(0.5),
  'disk.busyRatio vda': ten(0.99),
  'disk.inFlightCount vda': ten(1),
  'disk.readPerSec vda': ten(1000),
  'disk.readLatencyNs vda': ten(1e6),
  'disk.writePerSec vda': ten(10),
  'disk.writeLatencyNs vda': ten(1e6),
  'disk.busyRatio vdb': ten(0.1),
  'disk.inFlightCount vdb': ten(0.1),
  'sched.blockedCount': ten(2),
}

test('names the device with most in flight, and what it did', () => {
  const [observation] = observe(ioPressure, { stacks: 'app: main 10', series: reads }, contextOf({ durationNs: 10e9 }))
  expect(observation.facts).toEqual({ target: 'this machine', scope: 'the machine', device: 'vda' })
  expect(observation.culprits).toEqual([{ kind: 'device', name: 'vda', share: 1 }])
  expect(observation.metrics).toMatchObject({ deviceInFlightCount: 1, readLatencyNs: 1e6, blockedThreadsCount: 2 })
  expect(observation.metrics.deviceReadRatio).toBeCloseTo(1000 / 1010)
  expect(observation.share.low).toBeCloseTo(0.6)
})

test('an idle program does not own the pressure that others make', () => {
  const context = contextOf({ durationNs: 10e9, target: { kind: 'pid', pid: 100 } })
  const series = { ...reads, 'cpu.userRatio': ten(0.05), 'cpu.systemRatio': ten(0.05) }
  expect(observe(ioPressure, { stacks: 'app: main 1', series }, context)[0].share.estimate).toBeLessThan(0.01)
  expect(observe(ioPressure, { stacks: 'app: main 200', series }, context)[0].share.estimate).toBeCloseTo(0.6)
})

test('pressure without a block device names none, and no pressure is observed as none', () => {
  const [observation] = observe(ioPressure, { series: { 'psi.io.someRatio': ten(0), 'disk.busyRatio vda': ten(0) } })
  expect(observation).toMatchObject({ share: { estimate: 0 }, culprits: [], facts: { device: 'unknown' } })
  expect(observation.metrics.deviceBusyRatio).toBeNaN()
})

test('without PSI nothing is observed', () => {
  expect(observe(ioPressure, { series: { 'disk.busyRatio vda': ten(1) } })).toEqual([])
})
