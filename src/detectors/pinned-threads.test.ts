import { expect, test } from 'vitest'
import { contextOf } from '../../test/drawing.ts'
import { observe } from '../../test/observe.ts'
import { pinnedThreads } from './pinned-threads.ts'

const program = contextOf({ target: { kind: 'pid', pid: 100 } })
const processes = { app: { pid: 100 } }
const twoOnOne = 'app/1: #~#~#~#~#~\n app/2: ~#~#~#~#~#'
const halfIdle = { 'cpu.idleRatio': [0.5], 'cpu.idleRatio cpu0': [0], 'cpu.idleRatio cpu1': [1] }

test('two threads take turns on one CPU while the other idles: half of their time', () => {
  const queues = 'app/1: woken behind app/2 cpus=1 . 100 . 100 . 100\n app/2: woken behind app/1 cpus=1 100 . 100'
  const [observation] = observe(pinnedThreads, { processes, ledger: twoOnOne, series: halfIdle, queues }, program)
  expect(observation.share.estimate).toBeCloseTo(0.5)
  expect(observation.share.low).toBeGreaterThan(0.4)
  expect(observation.metrics).toMatchObject({ idleWhileQueuedRatio: 0.5, fullCpuCount: 1, cpuCount: 2, occupantRatio: 1 })
  expect(observation.culprits).toMatchObject([
    { kind: 'thread', name: 'thread2 (tid 2) of app (pid 100)', share: 0.6 },
    { kind: 'thread', name: 'thread1 (tid 1) of app (pid 100)', share: 0.4 },
  ])
})

test('no more of the queue than idle CPUs had time for: on a full machine nothing', () => {
  const pinned = (idleRatio: number) =>
    observe(pinnedThreads, { processes, ledger: twoOnOne, series: { 'cpu.idleRatio': [idleRatio] } }, program)[0]
  expect(pinned(0).share.estimate).toBe(0)
  expect(pinned(0.1).share.estimate).toBeCloseTo(0.1)
  expect(pinned(0.1).metrics.fullCpuCount).toBeNaN()
})

test('a quota holds threads back whatever is idle: that is no pinning', () => {
  const [observation] = observe(pinnedThreads, { processes, ledger: 'app/1: #x#x#x#x#x', series: halfIdle }, program)
  expect(observation.share.estimate).toBeCloseTo(0)
})

test('threads that never queue are fine', () => {
  const [observation] = observe(pinnedThreads, { processes, ledger: 'app/1: ##########', series: halfIdle }, program)
  expect(observation).toMatchObject({ share: { estimate: 0 }, culprits: [], facts: { occupants: 'not known' } })
})

test('threads that may run everywhere are not pinned, however short of the CPU they are', () => {
  const queues = 'app/1: woken behind app/2 . 100 . 100 . 100\n app/2: woken behind app/1 cpus=1 100 . 100'
  const [observation] = observe(pinnedThreads, { processes, ledger: twoOnOne, series: halfIdle, queues }, program)
  expect(observation.metrics.restrictedRatio).toBeCloseTo(0.4)
  expect(observation.share.estimate).toBeCloseTo(0.2)
})
