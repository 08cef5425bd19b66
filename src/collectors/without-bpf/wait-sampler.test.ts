import { expect, test } from 'vitest'
import { type RecordedInput, replayHost } from '../../host.ts'
import { syscallNames } from '../syscall-names.ts'
import { openWaitSampler } from './wait-sampler.ts'

const task = '/proc/7/task/7'
const sleeping = '230 0x0 0x0 0x1 0x0 0x0 0x0 0x1 0x1\n'
const sender = '1 0x4 0x1 0x1 0x0 0x0 0x0 0x1 0x1\n'

const sampler = (files: RecordedInput['files']) =>
  openWaitSampler(replayHost({ files, links: { '/proc/7/fd/4': 'socket:[1]' } }), {
    pids: () => [7],
    processRowOf: pid => pid * 10,
    syscalls: syscallNames('x64'),
    cpuCount: 2,
    budgetRatio: () => 0.0045,
  })

const thread = (files: RecordedInput['files']): RecordedInput['files'] => ({
  [`${task}/wchan`]: '0',
  [`${task}/stat`]: '7 (a) S 1',
  ...files,
})

test('time off the CPU is exact, and divided as the looks found it', () => {
  const looks = sampler(
    thread({
      [`${task}/schedstat`]: ['0 0 1', '100000000 100000000 9'],
      [`${task}/status`]: ['voluntary_ctxt_switches:\t0\n', 'voluntary_ctxt_switches:\t8\n'],
      [`${task}/syscall`]: [sleeping, sleeping, sleeping, sender],
    }),
  )
  for (const timeNs of [0, 1e6, 2e6, 3e6]) looks.look(timeNs)
  const rows = looks.takeSlice(1e9)
  expect(rows.map(({ reason, count, ns }) => ({ reason, count, ns }))).toEqual([
    { reason: 'sleep', count: 6, ns: 600e6 },
    { reason: 'socketSend', count: 2, ns: 200e6 },
  ])
  expect(rows[0]).toMatchObject({ timeNs: 0, durationNs: 1e9, process: 70, tid: 7, wakerKind: 'unknown', maxNs: 100e6, open: 0 })
})

test('a wait that goes on counts in the slice in which it ends, or as open at the end', () => {
  const files = thread({
    [`${task}/schedstat`]: '5 5 1',
    [`${task}/status`]: 'voluntary_ctxt_switches:\t3\n',
    [`${task}/syscall`]: sleeping,
  })
  const looks = sampler(files)
  looks.look(0)
  expect(looks.takeSlice(1e9)).toEqual([])
  expect(looks.takeLast(3e9)).toMatchObject([{ reason: 'sleep', count: 1, ns: 3e9, maxNs: 3e9, open: 1 }])
})

test('a thread that is gone at the end of the slice keeps what was seen of it', () => {
  const looks = sampler(
    thread({ [`${task}/schedstat`]: ['0 0 1', ''], [`${task}/status`]: '', [`${task}/syscall`]: [sleeping, 'running\n'] }),
  )
  looks.look(0)
  looks.look(1e8)
  expect(looks.takeLast(5e8)).toMatchObject([{ reason: 'sleep', ns: 5e7 }])
})
