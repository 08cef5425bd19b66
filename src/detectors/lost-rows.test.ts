import { expect, test } from 'vitest'
import { contextOf, type Drawing, draw } from '../../test/drawing.ts'
import type { Table } from '../schema.ts'
import { measureTargetTime } from './target-time.ts'

const measure = (drawing: Drawing) => {
  const tables = draw(drawing)
  return measureTargetTime({ ...tables, process: tables.process as Table<'process'> }, contextOf({ durationNs: 1e9 }))
}

test('waits for devices and locks are part of the time, waits for work and for time to pass are not', () => {
  const time = measure({ waits: 'app/1: fsync by interrupt 600\napp/1: poll by interrupt 900\napp/1: unknown by unknown 900' })
  expect(time).toMatchObject({ waitNs: 600e6, totalNs: 600e6 })
  expect(Array.from(time.waitOf)).toEqual([600e6])
})

test('a worker parked until there is work loses nothing; one that queues for a lock does', () => {
  const stacks = 'app: main;pthread_cond_wait@libc 0\napp: main;pthread_mutex_lock@libc 0'
  const waits = (user: string) => `app/1: futex@a0 by app/2 user=${user} 200 200 200`
  expect(measure({ stacks, waits: waits('main;pthread_cond_wait@libc') }).waitNs).toBe(0)
  expect(measure({ stacks, waits: waits('main;pthread_mutex_lock@libc') }).waitNs).toBe(600e6)
})

test('who is given work was waiting for it, also where the waiting call has no name', () => {
  const stacks = 'app: main;submit;pthread_cond_signal@libc 0\napp: main;leave;__lll_lock_wake@libc 0'
  const waits = (waker: string) => `app/1: futex@a0 by app/2 waker=${waker} 200 200 200`
  expect(measure({ stacks, waits: waits('main;submit;pthread_cond_signal@libc') }).waitNs).toBe(0)
  expect(measure({ stacks, waits: waits('main;leave;__lll_lock_wake@libc') }).waitNs).toBe(600e6)
})

test('a wait for somebody who never came says nothing; one for a device counts', () => {
  const open = (reason: string) => {
    const tables = draw({ waits: `app/1: ${reason} by unknown 900` })
    const wait = { ...tables.wait, open: Uint8Array.of(1) } as Table<'wait'>
    return measureTargetTime({ process: tables.process as Table<'process'>, wait }, contextOf()).waitNs
  }
  expect([open('futex'), open('fsync')]).toEqual([0, 900e6])
})

test('a wait that its own time-out ended had nobody to wait for', () => {
  expect(measure({ waits: 'app/1: futex@a0 by interrupt 200 200 200' }).waitNs).toBe(0)
  expect(measure({ waits: 'app/1: socketReceive by interrupt 200 200 200' }).waitNs).toBe(600e6)
})

test('a thread that joins another is put by, not held up', () => {
  expect(measure({ waits: 'app/1: futex@a0 by app/2 900' }).waitNs).toBe(0)
  expect(measure({ waits: 'app/1: fsync by interrupt 900' }).waitNs).toBe(900e6)
})

test('others do not count', () => {
  const processes = { app: {}, other: { role: 0 } }
  const tables = draw({ processes, waits: 'other/1: fsync by interrupt 600' })
  const context = contextOf({ target: { kind: 'pid', pid: 100 } })
  expect(measureTargetTime({ ...tables, process: tables.process as Table<'process'> }, context).waitNs).toBe(0)
})
