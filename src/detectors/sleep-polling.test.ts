import { expect, test } from 'vitest'
import { contextOf } from '../../test/drawing.ts'
import { observe } from '../../test/observe.ts'
import { ProcessRole } from '../schema.ts'
import { sleepPolling } from './sleep-polling.ts'

const program = contextOf({ target: { kind: 'pid', pid: 100 } })
const processes = { app: { pid: 100 }, client: { pid: 200, role: ProcessRole.Other } }
const ten = (word: string) => Array.from({ length: 10 }, () => word).join(' ')
const polling = `app/100: sleep by interrupt user=main;wait_ready;usleep@libc ${ten('90*90')}`
const stacks = 'app: main;wait_ready;usleep@libc 0'

test('a thread that sleeps a thousand times a second while nothing else runs', () => {
  const waits = `${polling}\n client/200: pipe by app/100 ${ten('50')}`
  const [observation] = observe(sleepPolling, { processes, ledger: 'app/100: 1111111111', stacks, waits }, program)
  expect(observation.share.estimate).toBeCloseTo(0.9)
  expect(observation.share.low).toBeGreaterThan(0.8)
  expect(observation.metrics).toMatchObject({ sleepPerSec: 900, meanSleepNs: 1e6, otherWaitRatio: 0 })
  expect(observation.metrics.runningRatio).toBeCloseTo(0.1)
  expect(observation.metrics.runPerSleepNs).toBeCloseTo(1e9 / 9e3, 0)
  expect(observation.metrics.waitedForRatio).toBeCloseTo(0.5)
  expect(observation.facts).toEqual({ thread: 'thread100 (tid 100)', process: 'app (pid 100)', functionName: 'wait_ready' })
})

test('a ticker beside a thread that works costs nothing', () => {
  const [observation] = observe(
    sleepPolling,
    { processes, ledger: 'app/100: 1111111111\n app/101: ##########', stacks, waits: polling },
    program,
  )
  expect(observation.share.estimate).toBe(0)
})

test('a supervisor that looks whether its worker is done costs nothing while the worker waits for a disk', () => {
  const waits = `${polling}\n app/101: blockIo@vda by interrupt ${ten('90*95')}`
  const [observation] = observe(sleepPolling, { processes, ledger: 'app/100: 1111111111', stacks, waits }, program)
  expect(observation.share.estimate).toBe(0)
})

test('who waits for other things most of the time is told apart', () => {
  const waits = `app/100: sleep by interrupt ${ten('10*10')}\n app/100: poll by interrupt ${ten('80')}`
  const [observation] = observe(sleepPolling, { processes, ledger: 'app/100: 1111111111', waits }, program)
  expect(observation.metrics.otherWaitRatio).toBeCloseTo(8 / 9)
})

test('a target that never sleeps, and sleeps of others', () => {
  expect(
    observe(sleepPolling, { processes, ledger: 'app/100: #', waits: `client/200: sleep by interrupt ${ten('90*90')}` }, program),
  ).toEqual([])
})

test('others that were woken by nobody knows whom may wait for what the sleeper does', () => {
  const wakesWith = (waker: string) => {
    const waits = `${polling}\n app/101: futex@a0 by ${waker} ${ten('80*45')}\n app/102: blockIo by unknown ${ten('80*45')}`
    return observe(sleepPolling, { processes, ledger: 'app/100: 1111111111', waits }, program)[0].metrics.unknownWakeRatio
  }
  expect(wakesWith('unknown')).toBeCloseTo(0.5)
  expect(wakesWith('app/100')).toBe(0)
})

test('how many of its sleeps end with another thread being woken', () => {
  const wakesOf = (waits: string) =>
    observe(sleepPolling, { processes, ledger: 'app/100: 1111111111', stacks, waits: `${polling}\n ${waits}` }, program)[0].metrics
      .wakeRatio
  expect(wakesOf(`app/101: futex@a0 by app/100 ${ten('80*45')}`)).toBeCloseTo(0.5)
  expect(wakesOf(`app/101: futex@a0 by client/200 ${ten('80*45')}`)).toBe(0)
})
