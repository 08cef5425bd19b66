import { expect, test } from 'vitest'
import { NONE, ProcessRole, textAt } from '../schema.ts'
import type { RecordedMapping } from './perf-record.ts'
import { type KnownProcess, type ProcessFacts, ProcessTracker } from './process-tracker.ts'

const mapping = (path: string): RecordedMapping => ({
  startAddress: 0x1000n,
  endAddress: 0x2000n,
  fileOffsetBytes: 0,
  device: '00:01',
  inode: 1,
  path,
})

const known = (pid: number, comm: string, parentPid = 1): KnownProcess => ({
  pid,
  nsPid: NONE,
  parentPid,
  comm,
  commandLine: `${comm} --flag`,
  executable: `/bin/${comm}`,
  cgroup: '/',
  isKernelThread: false,
  threads: [{ tid: pid, comm }],
})

/** A tracker over a /proc that holds these processes; the target is pid 7 and what descends from it. */
function tracker(processes: readonly KnownProcess[], maps: Readonly<Record<number, readonly RecordedMapping[]>> = {}) {
  const noted: string[] = []
  const facts: ProcessFacts = {
    readProcess: pid => processes.find(process => process.pid === pid),
    readMappings: pid => maps[pid],
    isTarget: (row, isTargetPid) => row.pid === 7 || isTargetPid(row.parentPid),
    noteMapping(_, { path }) {
      noted.push(path)
      return undefined
    },
  }
  const tracked = new ProcessTracker(facts, 99)
  tracked.addExisting(processes)
  return { tracked, noted }
}

const exec = (pid: number, comm: string, timeNs: number) => ({ type: 'comm', pid, tid: pid, comm, isExec: true, timeNs }) as const
const fork = (pid: number, parentPid: number, timeNs: number) =>
  ({ type: 'fork', pid, parentPid, tid: pid, parentTid: parentPid, timeNs }) as const

test('an instant decides which image of a pid a sample belongs to', () => {
  const { tracked } = tracker([known(7, 'sh')])
  tracked.apply(exec(7, 'server', 100))
  const { process } = tracked.takeChanged() ?? expect.fail()

  expect(textAt(process.comm, tracked.rowAt(7, 50))).toBe('sh')
  expect(textAt(process.comm, tracked.rowAt(7, 100))).toBe('server')
  expect(process.endNs[tracked.rowAt(7, 50)]).toBe(100)
})

test('descendants of the target are the target, listed before or after their parent, alive or forked later', () => {
  const { tracked } = tracker([known(20, 'worker', 10), known(10, 'child', 7), known(7, 'main'), known(8, 'other')])
  tracked.apply(fork(30, 20, 5))
  const { process } = tracked.takeChanged() ?? expect.fail()

  const roleOf = (pid: number) => process.role[tracked.currentRow(pid)]
  expect([7, 10, 20, 30].map(roleOf)).toEqual(Array(4).fill(ProcessRole.Target))
  expect(roleOf(8)).toBe(ProcessRole.Other)
})

test('autotune itself is never the target', () => {
  const { tracked } = tracker([known(7, 'sh'), known(99, 'node', 7)])
  const { process } = tracked.takeChanged() ?? expect.fail()
  expect(process.role[tracked.currentRow(99)]).toBe(ProcessRole.Autotune)
})

test('mappings are stored with the first sample, those of /proc before those of records', () => {
  const { tracked, noted } = tracker([known(7, 'sh')], { 7: [mapping('/bin/sh')] })
  tracked.apply({ type: 'mmap', pid: 7, timeNs: 3, mapping: mapping('/lib/late.so') })
  expect(noted).toEqual([])
  tracked.touch(tracked.rowAt(7, 4), 7, 4)
  expect(noted).toEqual(['/bin/sh', '/lib/late.so'])
  expect([...tracked.takeNewMappings().timeNs]).toEqual([0, 3])
  expect(tracked.takeNewMappings().length).toBe(0)
})

test('a child that is gone before we look has the mappings of its parent', () => {
  const { tracked, noted } = tracker([known(7, 'sh')], { 7: [mapping('/bin/sh')] })
  tracked.apply(fork(30, 7, 5))
  tracked.touch(tracked.rowAt(30, 6), 30, 6)
  expect(noted).toEqual(['/bin/sh', '/bin/sh'])
})

test('a pid that comes back is another process', () => {
  const { tracked } = tracker([])
  tracked.apply(fork(30, 1, 5))
  tracked.apply({ type: 'exit', pid: 30, parentPid: 1, tid: 30, parentTid: 1, timeNs: 8 })
  tracked.apply(fork(30, 1, 20))
  expect(tracked.rowAt(30, 6)).not.toBe(tracked.rowAt(30, 21))
})

test('a pid nobody announced gets a row, with what /proc says or nothing', () => {
  const { tracked } = tracker([])
  const row = tracked.rowAt(1234, 9)
  const { process } = tracked.takeChanged() ?? expect.fail()
  expect([process.pid[row], textAt(process.comm, row), process.parentPid[row]]).toEqual([1234, undefined, NONE])
})

test('an exec storm does not make us read all of /proc', () => {
  let reads = 0
  const tracked = new ProcessTracker(
    { readProcess: () => void reads++, readMappings: () => undefined, isTarget: () => false, noteMapping: () => undefined },
    99,
  )
  for (let pid = 100; pid < 1100; pid++) tracked.touch(tracked.rowAt(pid, 0), pid, 0)
  expect(reads).toBeLessThanOrEqual(64)
})

test('threads of a process keep their names and their ends', () => {
  const { tracked } = tracker([known(7, 'sh')])
  tracked.apply({ type: 'fork', pid: 7, parentPid: 7, tid: 71, parentTid: 7, timeNs: 2 })
  tracked.apply({ type: 'comm', pid: 7, tid: 71, comm: 'io-worker', isExec: false, timeNs: 3 })
  tracked.apply({ type: 'exit', pid: 7, parentPid: 7, tid: 71, parentTid: 7, timeNs: 9 })
  const { thread } = tracked.takeChanged() ?? expect.fail()
  const row = [...thread.tid].indexOf(71)
  expect([textAt(thread.comm, row), thread.startNs[row], thread.endNs[row]]).toEqual(['io-worker', 2, 9])
})

test('a process that was asked for before its fork was drained is one process', () => {
  const processes = [known(7, 'parent')]
  const { tracked } = tracker(processes)
  processes.push(known(8, 'child', 7))
  const row = tracked.rowAt(8, 50)
  tracked.apply({ type: 'fork', timeNs: 40, pid: 8, parentPid: 7, tid: 8, parentTid: 7 })
  expect(tracked.rowAt(8, 60)).toBe(row)
  expect(tracked.takeChanged()?.process.length).toBe(2)
})
