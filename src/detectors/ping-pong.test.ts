import { expect, test } from 'vitest'
import { contextOf } from '../../test/drawing.ts'
import { observe } from '../../test/observe.ts'
import { ProcessRole } from '../schema.ts'
import { pingPong } from './ping-pong.ts'

const processes = { app: { pid: 100 } }
const ten = (word: string) => Array.from({ length: 10 }, () => word).join(' ')
const pair = (word: string) => `app/1: pipe by app/2 ${ten(word)}\n app/2: pipe by app/1 ${ten(word)}`

test('two threads that hand a byte to and fro ten thousand times a second', () => {
  const [observation, ...others] = observe(pingPong, { processes, ledger: 'app/1: 4444444444\n app/2: 4444444444', waits: pair('60*1000') })
  expect(others).toEqual([])
  expect(observation.metrics).toMatchObject({ handOverPerSec: 20_000, meanRunNs: 40e3, meanWaitNs: 60e3 })
  expect(observation.share.estimate).toBeCloseTo(0.6)
  expect(observation.facts).toEqual({ first: 'thread1 (tid 1) of app (pid 100)', second: 'thread2 (tid 2) of app (pid 100)' })
})

test('only turns count: who wakes another that never waits for it, and locks, are no pair', () => {
  const waits = `app/1: pipe by app/2 ${ten('60*1000')}\n app/1: kernelLock by app/3 60*50\n app/3: kernelLock by app/1 60*50`
  expect(observe(pingPong, { processes, ledger: 'app/1: 4', waits })).toEqual([])
  const locks = `app/1: futex@a0 by app/2 user=main;pthread_mutex_lock@libc 60*50\n app/2: futex@a0 by app/1 user=main;pthread_mutex_lock@libc 60*50`
  expect(observe(pingPong, { processes, ledger: 'app/1: 4', stacks: 'app: main;pthread_mutex_lock@libc 0', waits: locks })).toEqual([])
})

test('of two processes only the target’s part is its loss', () => {
  const drawing = {
    processes: { ...processes, other: { pid: 200, role: ProcessRole.Other } },
    ledger: 'app/100: 4444444444\n other/200: 5555555555',
    waits: `app/100: pipe by other/200 ${ten('60*1000')}\n other/200: pipe by app/100 ${ten('50*900')}`,
  }
  const [observation] = observe(pingPong, drawing, contextOf({ target: { kind: 'pid', pid: 100 } }))
  expect(observation.metrics).toMatchObject({ handOverPerSec: 18_000, meanWaitNs: 60e3 })
  expect(observation.share.estimate).toBeCloseTo(0.6)
})
