import { expect, test } from 'vitest'
import type { RecordedMapping } from '../../collectors/perf-record.ts'
import { ProcessTracker } from '../../collectors/process-tracker.ts'
import { textAt } from '../../schema.ts'
import { recentlyEnded } from './recently-ended.ts'

const mapping: RecordedMapping = {
  startAddress: 0x1000n,
  endAddress: 0x2000n,
  fileOffsetBytes: 0,
  device: '00:01',
  inode: 1,
  path: '/bin/job',
}

/** A tracker that finds nothing in /proc. */
function emptyTracker(): ProcessTracker {
  const nothing = { readProcess: () => undefined, readMappings: () => undefined, isTarget: () => false, noteMapping: () => undefined }
  return new ProcessTracker(nothing, 1)
}

/** A process from its fork to its exec, its code and, if it ended, its exit. */
function live(tracker: ProcessTracker, pid: number, { startNs, endNs }: { readonly startNs: number; readonly endNs?: number }): void {
  const about = { pid, parentPid: 1, tid: pid, parentTid: 1 }
  tracker.apply({ type: 'fork', timeNs: startNs, ...about })
  tracker.apply({ type: 'comm', timeNs: startNs + 1, pid, tid: pid, comm: `job ${pid}`, isExec: true })
  tracker.apply({ type: 'mmap', timeNs: startNs + 2, pid, mapping })
  tracker.touchProcess(tracker.currentRow(pid))
  if (endNs !== undefined) tracker.apply({ type: 'exit', timeNs: endNs, ...about })
}

function endedIn(tracker: ProcessTracker, sinceNs: number) {
  const { process } = tracker.takeChanged() ?? expect.fail()
  return recentlyEnded({ process, mapping: tracker.takeNewMappings() }, sinceNs)
}

test('what ended in the time that is asked for is told, with its code, and nothing else', () => {
  const old = emptyTracker()
  live(old, 10, { startNs: 100, endNs: 200 })
  live(old, 11, { startNs: 100, endNs: 500 })
  const ended = endedIn(old, 400)
  expect(ended.map(({ pid }) => pid)).toEqual([11])

  const renewed = emptyTracker()
  for (const { life, exit } of ended) for (const record of exit === undefined ? life : [...life, exit]) renewed.apply(record)
  expect(renewed.rowAt(11, 100)).not.toBe(renewed.rowAt(11, 101))
  const row = renewed.rowAt(11, 300)
  renewed.touchProcess(row)
  const { process } = renewed.takeChanged() ?? expect.fail()
  expect([textAt(process.comm, row), process.startNs[row], process.endNs[row]]).toEqual(['job 11', 101, 500])
  expect(textAt(renewed.takeNewMappings().path, 0)).toBe('/bin/job')
})

test('who was not heard to end is told without an exit, after what its pid was before', () => {
  const old = emptyTracker()
  live(old, 10, { startNs: 100, endNs: 200 })
  live(old, 10, { startNs: 300 })
  const [{ life, exit }] = endedIn(old, 150)
  expect(life.map(({ type, timeNs }) => `${type} ${timeNs}`)).toEqual([
    ...['fork 101', 'comm 101', 'mmap 102'],
    ...['comm 300', 'comm 301', 'mmap 302'],
  ])
  expect(exit).toBeUndefined()
})

test('a target that ended is told as one', () => {
  const old = emptyTracker()
  old.addTargetPid(10)
  live(old, 10, { startNs: 100, endNs: 200 })
  expect(endedIn(old, 0)[0].isTarget).toBe(true)
})
