import { expect, test } from 'vitest'
import { contextOf, draw } from '../../test/drawing.ts'
import { NONE, ProcessRole, type RecordedTables, ThreadState } from '../schema.ts'
import { emptyTable, tableOf } from '../table-builder.ts'
import { measureTargetTime, sliceIndex } from './target-time.ts'

const withProcesses = (tables: RecordedTables) => ({ ...tables, process: tables.process ?? emptyTable('process') })
const program = contextOf({ target: { kind: 'pid', pid: 100 } })

test('running and runnable of everybody but autotune make up the machine, of the marked processes a program', () => {
  const tables = withProcesses(
    draw({
      processes: {
        app: {},
        other: { role: ProcessRole.Other },
        kworker: { role: ProcessRole.KernelThread },
        autotune: { role: ProcessRole.Autotune },
      },
      ledger: `
        app/1: ##~.
        other/2: #...
        kworker/3: .#..
        autotune/4: ####
      `,
    }),
  )
  expect(measureTargetTime(tables, contextOf({ durationNs: 0.4e9 }))).toMatchObject({ runningNs: 0.4e9, runnableNs: 0.1e9, totalNs: 0.5e9 })
  expect(measureTargetTime(tables, program)).toMatchObject({ runningNs: 0.2e9, runnableNs: 0.1e9 })
})

test('the total is at least half of the wall clock', () => {
  const time = measureTargetTime(withProcesses(draw({ stacks: 'app: main 1' })), contextOf({ durationNs: 10e9 }))
  expect(time).toMatchObject({ runningNs: 10e6, totalNs: 5e9, slices: undefined })
})

test('samples count where they saw more than the ledger: processes too short for it', () => {
  const tables = withProcesses(draw({ ledger: 'app/1: #~', stacks: 'app: main 50' }))
  expect(measureTargetTime(tables, contextOf())).toMatchObject({ runningNs: 0.5e9, runnableNs: 0.1e9 })
})

test('time of unknown processes belongs to the machine and to no program; rows that point nowhere to nobody', () => {
  const tables = withProcesses(draw({ processes: { app: {} }, stacks: '?: main 10' }))
  expect(measureTargetTime(tables, contextOf()).runningNs).toBe(100e6)
  expect(measureTargetTime(tables, program).runningNs).toBe(0)
  const damaged = {
    ...tables,
    sample: tableOf('sample', [{ timeNs: 0, cpu: 0, process: 77, tid: 1, callchain: NONE, weightNs: 5, stackEnd: 0 }]),
  }
  expect(measureTargetTime(damaged, contextOf()).runningNs).toBe(0)
})

test('a thread that begins between two scans belongs to the slice that the second one ends', () => {
  const row = { process: 0, state: ThreadState.Running, ns: 1 }
  const { sliceOf, timeNs, durationNs } = sliceIndex(
    tableOf('threadTime', [
      { ...row, timeNs: 0, durationNs: 100e6, tid: 1 },
      { ...row, timeNs: 100e6, durationNs: 130e6, tid: 1 },
      { ...row, timeNs: 180e6, durationNs: 50e6, tid: 2 },
      { ...row, timeNs: 20e6, durationNs: 210e6, tid: 3 },
    ]),
  )
  expect([...sliceOf]).toEqual([0, 1, 1, 1])
  expect([...timeNs]).toEqual([0, 100e6])
  expect([...durationNs]).toEqual([100e6, 130e6])
})

test('preempted and throttled threads wait for a CPU too; what was throttled is told apart', () => {
  const time = measureTargetTime(withProcesses(draw({ ledger: 'app/1: #~!xz' })), program)
  expect(time).toMatchObject({ runningNs: 0.1e9, runnableNs: 0.3e9, throttledNs: 0.1e9, totalNs: 0.5e9 })
  expect([...time.throttledOf]).toEqual([0.1e9])
})

test('a thread that ends between two scans, or slept through them, makes no slice of its own', () => {
  const row = { process: 0, state: ThreadState.Running, ns: 1 }
  const { sliceOf, timeNs } = sliceIndex(
    tableOf('threadTime', [
      { ...row, timeNs: 0, durationNs: 100e6, tid: 1 },
      { ...row, timeNs: 100e6, durationNs: 30e6, tid: 2 },
      { ...row, timeNs: 100e6, durationNs: 100e6, tid: 1 },
      { ...row, timeNs: 0, durationNs: 200e6, tid: 3 },
    ]),
  )
  expect([...sliceOf]).toEqual([0, 1, 1, 1])
  expect([...timeNs]).toEqual([0, 100e6])
})
