import { expect, test } from 'vitest'
import { contextOf } from '../../test/drawing.ts'
import { observe } from '../../test/observe.ts'
import { ProcessRole } from '../schema.ts'
import { serialThread } from './serial-thread.ts'

const halfIdle = { series: { 'cpu.idleRatio': [0.4], 'cpu.iowaitRatio': [0.1] } }

test('one thread alone for most of the time, others in a short phase: the serial part', () => {
  const [observation] = observe(serialThread, {
    ...halfIdle,
    processes: { app: { pid: 42 } },
    ledger: `
      app/42: ########..
      app/43: ........##
      app/44: ........##
    `,
  })
  expect(observation.subject).toBe('app (pid 42)')
  expect(observation.facts.thread).toBe('thread42 (tid 42)')
  expect(observation.metrics).toMatchObject({ serialRatio: 0.8, otherThreadsCount: 2, idleRatio: 0.5 })
  expect(observation.metrics.otherThreadsRatio).toBeCloseTo(1 / 3)
  expect(observation.share.estimate).toBeCloseTo(8 / 12)
})

test('taking turns is serial too: it need not be the same thread', () => {
  const [observation] = observe(serialThread, { ...halfIdle, ledger: 'app/1: #.#.#.#.#.\n app/2: .#.#.#.#.#' })
  expect(observation.metrics.serialRatio).toBe(1)
})

test('a main thread with helpers that hardly run has next to no other threads', () => {
  const [observation] = observe(serialThread, { ...halfIdle, ledger: 'node/1: ##########\n node/2: -.-.-.-.-.\n node/3: .-.-.-.-.-' })
  expect(observation.metrics.otherThreadsCount).toBe(2)
  expect(observation.metrics.otherThreadsRatio).toBeLessThan(0.05)
})

test('threads that run side by side are not serial', () => {
  const [observation] = observe(serialThread, { ...halfIdle, ledger: 'app/1: ##########\n app/2: ##########' })
  expect(observation.metrics.serialRatio).toBe(0)
  expect(observation.share).toMatchObject({ estimate: 0, low: 0 })
})

test("autotune's own threads and those of other programs are not looked at", () => {
  const processes = { autotune: { role: ProcessRole.Autotune }, other: { role: ProcessRole.Other } }
  const ledger = 'autotune/1: ##########\n other/2: ##########'
  expect(observe(serialThread, { ...halfIdle, processes, ledger })[0].subject).toBe('other (pid 101)')
  expect(observe(serialThread, { ...halfIdle, processes, ledger }, contextOf({ target: { kind: 'pid', pid: 1 } }))).toEqual([])
})

test('how idle the machine was is unknown without the series', () => {
  expect(observe(serialThread, { ledger: 'app/1: ####' })[0].metrics.idleRatio).toBeNaN()
})
