import { expect, test } from 'vitest'
import { contextOf } from '../../test/drawing.ts'
import { observeRows, rows } from '../../test/kernel-rows.ts'
import { listenOverflow } from './listen-overflow.ts'

const ten = (value: number) => new Array<number>(10).fill(value)
const series = { 'tcp.listenOverflowPerSec': ten(2), 'tcp.listenDropPerSec': ten(3), 'tcp.passiveOpenPerSec': ten(6) }
const context = contextOf({ durationNs: 10e9 })

test('each dropped connection costs its client a second', () => {
  const [observation] = observeRows(listenOverflow, { stacks: 'app: main 1000', series }, context)
  expect(observation.metrics).toEqual({ overflowPerSec: 2, dropPerSec: 3, overflowRatio: 0.25, acceptPerSec: 6, clientWaitNs: 2e9 })
  expect(observation.share.estimate).toBeCloseTo(20 / 30)
})

test('a program that accepts nothing has no queue', () => {
  const ofProgram = contextOf({ durationNs: 10e9, target: { kind: 'pid', pid: 100 } })
  const observe = (name: string) =>
    observeRows(listenOverflow, { stacks: 'app: main 1000', series, more: { syscall: rows('syscall', [{ name }]) } }, ofProgram)
  expect(observe('read')).toEqual([])
  expect(observe('accept4')).toHaveLength(1)
})

test('where it is seen whose queue was full, that process is to blame, and others are not concerned', () => {
  const observe = (pid: number) =>
    observeRows(
      listenOverflow,
      {
        processes: { app: { pid: 100 } },
        stacks: 'app: main 1000',
        series,
        more: { kernelEvent: rows('kernelEvent', [{ kind: 'acceptQueueFull', process: 0, subject: 'port 80', count: 20 }]) },
      },
      contextOf({ durationNs: 10e9, target: { kind: 'pid', pid } }),
    )
  expect(observe(100)[0].culprits).toEqual([{ kind: 'process', name: 'app (pid 100)', share: 1 }])
  expect(observe(100)[0].facts).toMatchObject({ listener: 'app (pid 100), port 80' })
})

test('no overflow says 0; without the series nothing is observed', () => {
  const quiet = { ...series, 'tcp.listenOverflowPerSec': ten(0) }
  expect(observeRows(listenOverflow, { stacks: 'app: main 1000', series: quiet }, context)[0].share.estimate).toBe(0)
  expect(observeRows(listenOverflow, { stacks: 'app: main 1000', series: { 'cpu.idleRatio': ten(1) } }, context)).toEqual([])
})
