import { describe, expect, test } from 'vitest'
import { contextOf } from '../../test/drawing.ts'
import { observe } from '../../test/observe.ts'
import { ProcessRole } from '../schema.ts'
import { downstreamWait } from './downstream-wait.ts'

const program = contextOf({ target: { kind: 'pid', pid: 100 } })
const processes = { app: { pid: 100 }, worker: { pid: 200, role: ProcessRole.Other }, disk: { pid: 300, role: ProcessRole.Other } }
const ten = (word: string) => Array.from({ length: 10 }, () => word).join(' ')
/** The worker waits for requests, so that the two ask and answer. */
const requests = `worker/200: pipe by app/100 ${ten('10*20')}`

test('a worker that computes is named with its function', () => {
  const [observation] = observe(
    downstreamWait,
    {
      processes,
      ledger: 'app/100: 1111111111\n worker/200: 9999999999',
      stacks: 'worker: main;crunch 90',
      waits: `app/100: pipe by worker/200 ${ten('90*20')}\n ${requests}`,
    },
    program,
  )
  expect(observation.subject).toBe('app (pid 100)')
  expect(observation.share.estimate).toBeCloseTo(0.9)
  expect(observation.metrics).toMatchObject({ waitPerSec: 200, meanWaitNs: 4.5e6, furtherRatio: 0 })
  expect(observation.metrics.computingRatio).toBeCloseTo(1)
  expect(observation.facts).toMatchObject({ service: 'worker (pid 200)', activity: 'computes', functionName: 'crunch' })
  expect(observation.culprits[0]).toMatchObject({ kind: 'process', name: 'worker (pid 200)', share: 1 })
})

test('a worker that sleeps, or waits for a device', () => {
  const facts = (own: string) =>
    observe(
      downstreamWait,
      {
        processes,
        ledger: 'app/100: 1111111111\n worker/200: ----------',
        waits: `app/100: pipe by worker/200 ${ten('90*20')}\n ${requests}\n ${own}`,
      },
      program,
    )[0].facts.activity
  expect(facts(`worker/200: sleep by interrupt ${ten('85*20')}`)).toBe('sleeps')
  expect(facts(`worker/200: fsync by interrupt ${ten('85*20')}`)).toBe('waits for a device (fsync)')
})

test('a worker that waits for another is only the way there', () => {
  const waits = `app/100: pipe by worker/200 ${ten('90')}\n worker/200: socketReceive by disk/300 ${ten('80')}\n ${requests}`
  const [observation] = observe(
    downstreamWait,
    { processes, ledger: 'app/100: 1111111111\n worker/200: 1111111111\n disk/300: ##########', waits },
    program,
  )
  expect(observation.facts).toMatchObject({ service: 'worker (pid 200)', limit: 'thread300 (tid 300) of disk (pid 300)' })
  expect(observation.metrics.furtherRatio).toBeCloseTo(8 / 9)
  expect(observation.culprits[0].name).toBe('disk (pid 300)')
})

describe('waits for work are no loss', () => {
  test('of a pool', () => {
    const waits = [1, 2, 3].map(tid => `app/${tid}: pipe by worker/200 ${ten('90')}`).join('\n')
    expect(observe(downstreamWait, { processes, ledger: 'worker/200: 1111111111', waits }, program)).toEqual([])
  })

  test('of a thread that only takes what the busy first thread gives', () => {
    const waits = `app/101: futex@a0 by app/100 ${ten('95*20')}`
    expect(observe(downstreamWait, { processes, ledger: 'app/100: ##########\n app/101: ----------', waits }, program)).toEqual([])
  })

  test('for another process that pauses', () => {
    const waits = `app/100: pipe by worker/200 ${ten('90*20')}\n worker/200: poll by interrupt ${ten('90')}`
    expect(observe(downstreamWait, { processes, ledger: 'app/100: 1111111111\n worker/200: 1111111111', waits }, program)).toEqual([])
  })
})

test('another process that feeds it without pause holds it up', () => {
  const waits = `app/100: pipe by worker/200 ${ten('90*20')}`
  const [observation] = observe(downstreamWait, { processes, ledger: 'app/100: 1111111111\n worker/200: ##########', waits }, program)
  expect(observation.share.estimate).toBeCloseTo(0.9)
})

test('a lock is not downstream', () => {
  const waits = `app/1: futex@a0 by app/2 ${ten('50*9')}\n app/2: futex@a0 by app/1 ${ten('50*9')}\n app/1: kernelLock by app/2 ${ten('9')}`
  expect(observe(downstreamWait, { processes, ledger: 'app/1: 4444444444\n app/2: 5555555555', waits }, program)).toEqual([])
})
