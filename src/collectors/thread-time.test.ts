import { describe, expect, test } from 'vitest'
import { replayHost } from '../host.ts'
import { type Row, ThreadState } from '../schema.ts'
import { openThreadTime, parseSchedstat } from './thread-time.ts'

const SECOND = 1e9
const OWN_PID = 1

/** Files of a thread: its schedstat at each scan, and when it started, in seconds since boot. */
function thread(pid: number, tid: number, { times, bootSec = 1 }: { times: readonly string[]; bootSec?: number }) {
  const stat = `${tid} (a) b) S 1 0 0 0 -1 0 0 0 0 0 0 0 0 0 20 0 1 0 ${bootSec * 100} 0 0\n`
  return { [`/proc/${pid}/task/${tid}/schedstat`]: times, [`/proc/${pid}/task/${tid}/stat`]: stat }
}

/** The recording starts 100 s after boot; scans are a second apart and cost nothing. The uptime is that of the second. */
function scans(files: Record<string, string | readonly string[]>, { count = 2, pids = 'all' as readonly number[] | 'all' } = {}) {
  const host = replayHost({ files: { '/proc/1/schedstat': '5 5 5\n', '/proc/uptime': '101.00 9.00\n', ...files } })
  const collector = openThreadTime(host, { pids: () => pids, processRowOf: pid => pid * 10 })
  return Array.from({ length: count }, (_, scan) => collector.collect(scan * SECOND))
}

const running = (row: Partial<Row<'threadTime'>>) => ({ timeNs: 0, durationNs: SECOND, state: ThreadState.Running, ...row })

test('rows tell how long a thread ran and waited since the scan before; zeros are left out', () => {
  const files = {
    ...thread(7, 7, { times: ['100 10 1\n', '600 30 2\n', '700 30 3\n'] }),
    ...thread(7, 8, { times: ['900 0 1\n'] }),
  }
  const [first, second, third] = scans(files, { count: 3 })
  expect(first).toEqual([])
  expect(second).toEqual([running({ process: 70, tid: 7, ns: 500 }), running({ process: 70, tid: 7, ns: 20, state: ThreadState.Runnable })])
  expect(third).toEqual([running({ timeNs: SECOND, process: 70, tid: 7, ns: 100 })])
})

describe('a thread that was not in the scan before', () => {
  test('counts from zero when it started since', () => {
    const [, rows] = scans({ ...thread(7, 8, { times: ['', '400 0 1\n'], bootSec: 100.5 }) })
    expect(rows).toEqual([running({ process: 70, tid: 8, ns: 400 })])
  })

  test('counts over its own life when it started earlier in the recording', () => {
    const late = thread(7, 8, { times: ['', '', '', '400 0 1\n'], bootSec: 101 })
    const [, , , rows] = scans({ ...late, '/proc/uptime': '103.00 9.00\n' }, { count: 4 })
    expect(rows).toEqual([running({ timeNs: SECOND, durationNs: 2 * SECOND, process: 70, tid: 8, ns: 400 })])
  })

  test('gives no row when it is older than the recording, but the next time it does', () => {
    const [, second, third] = scans(thread(7, 8, { times: ['', '400 0 1\n', '500 0 1\n'], bootSec: 50 }), { count: 3 })
    expect(second).toEqual([])
    expect(third).toEqual([running({ timeNs: SECOND, process: 70, tid: 8, ns: 100 })])
  })

  test('counts from zero under an id that another thread had', () => {
    const [, rows] = scans(thread(7, 8, { times: ['900 50 9\n', '400 0 1\n'], bootSec: 100.5 }))
    expect(rows).toEqual([running({ process: 70, tid: 8, ns: 400 })])
  })
})

test('our own threads are not followed, nor those of other processes when pids are given', () => {
  const files = {
    ...thread(OWN_PID, OWN_PID, { times: ['1 1 1\n', '9 9 9\n'] }),
    ...thread(7, 7, { times: ['1 0 1\n', '9 0 9\n'] }),
    ...thread(9, 9, { times: ['1 0 1\n', '9 0 9\n'] }),
  }
  expect(scans(files)[1].map(({ tid }) => tid)).toEqual([7, 9])
  expect(scans(files, { pids: [OWN_PID, 9] })[1].map(({ tid }) => tid)).toEqual([9])
})

test('a scan of 4 ms is repeated after a second at the earliest, and at the end in any case; rows tell their true length', () => {
  const ownCpuNs = Array.from({ length: 12 }, (_, reading) => Math.ceil(reading / 2) * 4_000_000)
  const times = Array.from({ length: 9 }, (_, scan) => `${scan + 1}00 0 1\n`)
  const host = replayHost({ files: { '/proc/1/schedstat': '5 5 5\n', ...thread(7, 7, { times }) }, ownCpuNs })
  const collector = openThreadTime(host, { pids: () => 'all', processRowOf: () => 0 })
  const lengths = [0, 0.1, 0.2, 0.7, 1.2, 1.3].map(second => collector.collect(second * SECOND).map(row => row.durationNs))
  expect(lengths).toEqual([[], [0.1 * SECOND], [], [], [1.1 * SECOND], []])
  expect(collector.collectLast(1.5 * SECOND)).toHaveLength(1)
  expect(collector.collectLast(1.5 * SECOND)).toEqual([])
})

test.each([
  ['97349 1206 14\n', { runNs: 97349, waitNs: 1206 }],
  ['97349 1206\n', undefined],
  ['', undefined],
  [undefined, undefined],
])('schedstat %j', (text, times) => {
  expect(parseSchedstat(text)).toEqual(times)
})

test.each([
  ['0 0 0\n', '/proc/1/schedstat is of no use (all zero): the kernel was built without CONFIG_SCHED_INFO.'],
  [undefined, '/proc/1/schedstat is of no use (ENOENT): the kernel was built without CONFIG_SCHED_INFO.'],
])('a kernel that does not count (%j) is told of and never scanned', (own, reason) => {
  const files = { ...thread(7, 7, { times: ['1 0 1\n', '9 0 9\n'] }), ...(own === undefined ? {} : { '/proc/1/schedstat': own }) }
  const collector = openThreadTime(replayHost({ files }), { pids: () => 'all', processRowOf: () => 0 })
  expect([collector.collect(0), collector.collect(SECOND)]).toEqual([[], []])
  expect(collector.unavailable()).toMatchObject([{ tables: ['threadTime'], reason }])
})

test('more than 4,096 threads are cut, which is told', () => {
  const files = Object.fromEntries(
    Array.from({ length: 5000 }, (_, index) => [`/proc/7/task/${index + 7}/schedstat`, ['1 0 1\n', '9 0 9\n']]),
  )
  const collector = openThreadTime(replayHost({ files: { '/proc/1/schedstat': '5 5 5\n', ...files } }), {
    pids: () => [7],
    processRowOf: () => 0,
  })
  collector.collect(0)
  expect(collector.collect(SECOND)).toHaveLength(4096)
  expect(collector.unavailable()).toMatchObject([
    {
      topic: 'running and waiting times of some threads',
      reason: 'There were more than 4096 threads to follow; those with the lowest process ids were.',
    },
  ])
})
