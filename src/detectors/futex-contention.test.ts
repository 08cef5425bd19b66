import { describe, expect, test } from 'vitest'
import { contextOf } from '../../test/drawing.ts'
import { observe } from '../../test/observe.ts'
import { ProcessRole } from '../schema.ts'
import { futexContention } from './futex-contention.ts'

const program = contextOf({ target: { kind: 'pid', pid: 100 } })
const tenths = (mark: string) => mark.repeat(10)
const slices = (word: string) => Array.from({ length: 10 }, () => word).join(' ')
const tids = [1, 2, 3, 4]
const next = (tid: number) => (tid % 4) + 1

/** Four threads that take turns: each has the lock for a quarter of the time. */
const queueing = (marks: string, extra = '') => ({
  processes: { app: { pid: 100 } },
  ledger: tids.map(tid => `app/${tid}: ${tenths(marks)}`).join('\n'),
  stacks: 'app: main;work;update 40\n app: main;work 0\n app: main;work;commit;fsync@libc 0',
  waits: `${tids.map(tid => `app/${tid}: futex@a0 by app/${next(tid)} waker=main;work ${slices('70*10')}`).join('\n')}\n${extra}`,
})

test('threads that queue for a lock: how long, for which, and where it was given back', () => {
  const [observation] = observe(futexContention, queueing('3'), program)
  expect(observation.share.estimate).toBeCloseTo(0.7)
  expect(observation.share.low).toBeGreaterThan(0.6)
  expect(observation.metrics).toMatchObject({ waitPerSec: 400, meanWaitNs: 7e6, maxWaitNs: 7e6, waiterThreadsCount: 4 })
  expect(observation.metrics.computingRatio).toBeGreaterThan(0.95)
  expect(observation.facts).toMatchObject({
    lock: 'futex 0xa0',
    functionName: 'work',
    busyFunction: 'unknown code',
    activity: 'computes',
    process: 'app (pid 100)',
  })
  expect(observation.culprits.map(({ kind }) => kind)).toEqual(['lock', 'function', 'function', 'thread', 'process'])
})

describe('what the holders did while others waited', () => {
  test('they waited for a device', () => {
    const fsync = tids.map(tid => `app/${tid}: fsync by interrupt user=main;work;commit;fsync@libc ${slices('28')}`).join('\n')
    const [observation] = observe(futexContention, queueing('-', fsync), program)
    expect(observation.metrics.offCpuRatio).toBeGreaterThan(0.8)
    expect(observation.facts).toMatchObject({ activity: 'waits for a device (fsync)', functionName: 'work', busyFunction: 'commit' })
  })

  test('the kernel computed for them, to make a write safe', () => {
    const inCall = 'main;work;commit;fsync@libc;do_syscall_64@kernel;__x64_sys_fsync@kernel;submit@kernel'
    // samples are of the thread that has the process's id: one of those that take turns
    const drawing = { ...queueing('3'), processes: { app: { pid: 1 } }, stacks: `app: main;work 15\n app: ${inCall} 25` }
    const [{ metrics }] = observe(futexContention, drawing, contextOf({ target: { kind: 'pid', pid: 1 } }))
    expect(metrics.syncWorkRatio / metrics.computingRatio).toBeCloseTo(25 / 40)
    expect(observe(futexContention, queueing('3'), program)[0].metrics.syncWorkRatio).toBe(0)
  })

  test('they slept', () => {
    const asleep = tids.map(tid => `app/${tid}: sleep by interrupt ${slices('28')}`).join('\n')
    const [observation] = observe(futexContention, queueing('-', asleep), program)
    expect(observation.metrics.offCpuRatio).toBeGreaterThan(0.8)
    expect(observation.facts.activity).toBe('sleeps')
  })

  test('they were kept from running', () => {
    const [observation] = observe(futexContention, queueing('!'), program)
    expect(observation.metrics.queuedRatio).toBeGreaterThan(0.95)
  })

  test('nobody watched them', () => {
    const drawing = { ...queueing('3'), ledger: '' }
    expect(observe(futexContention, drawing, program)[0].metrics.unknownRatio).toBeGreaterThan(0.9)
  })
})

describe('no lock', () => {
  const waitsOf = (waits: string) => ({
    processes: { app: { pid: 100 } },
    ledger: tids.map(tid => `app/${tid}: ${tenths('5')}`).join('\n'),
    waits,
  })

  test('a pool that is given work by another thread', () => {
    const waits = [1, 2, 3].map(tid => `app/${tid}: futex@a0 by app/4 ${slices('50*10')}`).join('\n')
    expect(observe(futexContention, waitsOf(waits), program)).toEqual([])
  })

  test('a condition variable: two words side by side', () => {
    const waits = tids.flatMap(tid => [
      `app/${tid}: futex@a0 by app/${next(tid)} ${slices('20')}`,
      `app/${tid}: futex@a4 by app/${next(tid)} 20`,
    ])
    expect(observe(futexContention, waitsOf(waits.join('\n')), program)).toEqual([])
  })

  test('a condition variable by name, though its threads wake each other', () => {
    const drawing = {
      ...waitsOf(tids.map(tid => `app/${tid}: futex@a0 by app/${next(tid)} user=main;pthread_cond_wait@libc ${slices('50')}`).join('\n')),
      stacks: 'app: main;pthread_cond_wait@libc 0',
    }
    expect(observe(futexContention, drawing, program)).toEqual([])
  })

  test('a futex that another process ends, one that a timer ends, and waits of others', () => {
    const processes = { app: { pid: 100 }, other: { role: ProcessRole.Other } }
    const waits = `app/1: futex@a0 by other/9 50\n app/1: futex@a8 by interrupt 50\n other/8: futex@a0 by other/9 50\n other/9: futex@a0 by other/8 50`
    expect(observe(futexContention, { processes, ledger: 'app/1: 5', waits }, program)).toEqual([])
  })
})

test('a lock by name, though one thread has it nearly always', () => {
  const waits = `app/1: futex@a0 by app/2 user=main;pthread_mutex_lock@libc ${slices('90')}`
  const drawing = {
    processes: { app: { pid: 100 } },
    ledger: `app/1: ${tenths('1')}\n app/2: ${tenths('#')}`,
    stacks: 'app: main;pthread_mutex_lock@libc 0',
    waits,
  }
  const [observation] = observe(futexContention, drawing, program)
  expect(observation.facts).toMatchObject({ holder: 'thread2 (tid 2)', activity: 'computes' })
  expect(observation.share.estimate).toBeCloseTo(0.45)
})
