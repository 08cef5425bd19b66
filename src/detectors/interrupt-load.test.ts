import { expect, test } from 'vitest'
import { contextOf } from '../../test/drawing.ts'
import { observeRows, rows } from '../../test/kernel-rows.ts'
import { observe } from '../../test/observe.ts'
import { NONE } from '../schema.ts'
import { interruptLoad } from './interrupt-load.ts'

const tenSeconds = { durationNs: 10e9 }
const ten = (value: number) => new Array<number>(10).fill(value)
const flood = {
  'cpu.irqRatio': ten(0.02),
  'cpu.softirqRatio': ten(0.18),
  'cpu.irqRatio cpu0': ten(0.04),
  'cpu.softirqRatio cpu0': ten(0.36),
  'cpu.irqRatio cpu1': ten(0),
  'cpu.softirqRatio cpu1': ten(0),
  'interrupt.perSec 24 eth0-rx': ten(9000),
  'interrupt.perSec LOC': ten(20000),
  'softirq.perSec NET_RX': ten(8000),
  'softirq.perSec TIMER': ten(9000),
  'interrupt.cpuPerSec cpu0': ten(30000),
}

test('names the worst CPU and the line that is not the timer', () => {
  const [observation] = observe(interruptLoad, { stacks: 'app: main 1600', series: flood }, contextOf(tenSeconds))
  expect(observation.facts).toMatchObject({ cpu: 'cpu0', line: '24 eth0-rx', softirq: 'NET_RX' })
  expect(observation.metrics).toMatchObject({ worstCpuRatio: expect.closeTo(0.4), linePerSec: 9000, interruptPerSec: 30000 })
  expect(observation.share.estimate).toBeCloseTo(0.2)
  expect(observation.share.low).toBeCloseTo(0.2)
})

test('a program loses what the CPUs it runs on lose', () => {
  const context = contextOf({ ...tenSeconds, target: { kind: 'pid', pid: 100 } })
  // drawn samples are all on cpu0
  expect(observe(interruptLoad, { stacks: 'app: main 1000', series: flood }, context)[0].share.estimate).toBeCloseTo(0.4)
})

test('a quiet machine says 0; without the series nothing is observed', () => {
  const [observation] = observe(interruptLoad, { series: { 'cpu.irqRatio': [0, 0], 'cpu.softirqRatio': [0, 0] } })
  expect(observation).toMatchObject({ share: { estimate: 0 }, facts: { line: 'unknown' } })
  expect(observe(interruptLoad, { series: { 'cpu.idleRatio': [1] } })).toEqual([])
})

test('where it is measured whose time they took, that is the share, and the victim is named', () => {
  const interrupt = rows('interrupt', [
    { durationNs: 10e9, ns: 1.6e9 },
    { durationNs: 10e9, ns: 3e9, process: NONE, tid: NONE },
  ])
  const [observation] = observeRows(interruptLoad, { stacks: 'app: main 1600', series: flood, more: { interrupt } }, contextOf(tenSeconds))
  expect(observation.share.estimate).toBeCloseTo(0.1)
  expect(observation).toMatchObject({ facts: { victim: 'app (pid 100)' }, metrics: { takenRatio: expect.closeTo(0.1) } })
})
