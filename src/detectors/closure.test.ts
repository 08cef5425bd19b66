import { expect, test } from 'vitest'
import { draw } from '../../test/drawing.ts'
import { ThreadState } from '../schema.ts'
import { tableOf } from '../table-builder.ts'
import { measureClosure } from './closure.ts'

const row = { process: 0, tid: 1, timeNs: 0, durationNs: 100e6 }

test('a ledger in which every state is known closes exactly', () => {
  const tables = draw({ ledger: 'app/1: #!xz28\n app/2: zzzz#~' })
  expect(measureClosure(tables)).toEqual({ worstRatio: 0, totalRatio: 0 })
})

test('time that no state has, or that two have, is the residue; slices do not make up for each other', () => {
  const threadTime = tableOf('threadTime', [
    { ...row, state: ThreadState.Running, ns: 60e6 },
    { ...row, state: ThreadState.Blocked, ns: 30e6 },
    { ...row, timeNs: 100e6, state: ThreadState.Running, ns: 110e6 },
    { ...row, tid: 2, state: ThreadState.Blocked, ns: 100e6 },
  ])
  expect(measureClosure({ threadTime })).toEqual({ worstRatio: 0.1, totalRatio: 20 / 300 })
})

test('unobserved time is residue', () => {
  const threadTime = tableOf('threadTime', [
    { ...row, state: ThreadState.Blocked, ns: 95e6 },
    { ...row, state: ThreadState.Unobserved, ns: 5e6 },
  ])
  expect(measureClosure({ threadTime })?.worstRatio).toBeCloseTo(0.05)
})

test('a thread that lived for an instant counts in the total, not as the worst', () => {
  const threadTime = tableOf('threadTime', [
    { ...row, state: ThreadState.Blocked, ns: 100e6 },
    { ...row, tid: 2, durationNs: 2e3, state: ThreadState.Running, ns: 1e3 },
  ])
  expect(measureClosure({ threadTime })?.worstRatio).toBe(0)
})

test('running and runnable alone cannot close', () => {
  expect(measureClosure(draw({ ledger: 'app/1: ##~' }))).toBeUndefined()
  expect(measureClosure({})).toBeUndefined()
})
