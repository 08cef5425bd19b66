import { expect, test } from 'vitest'
import { draw } from '../../test/drawing.ts'
import { NONE } from '../schema.ts'
import { tableOf } from '../table-builder.ts'
import { groupThreads } from './thread-groups.ts'

const named = (tables: ReturnType<typeof draw>, comms: readonly string[]) => ({
  ...tables,
  thread: tableOf(
    'thread',
    comms.map((comm, index) => ({ tid: index + 1, process: 0, startNs: 0, endNs: Number.NaN, comm })),
  ),
})

test('two hundred workers are one line', () => {
  const tids = Array.from({ length: 200 }, (_, index) => index + 1)
  const tables = draw({
    ledger: tids.map(tid => `app/${tid}: 2`).join('\n'),
    waits: tids.map(tid => `app/${tid}: futex@a0 by app/${(tid % 200) + 1} 80`).join('\n'),
  })
  const { groups, groupOf } = groupThreads(
    named(
      tables,
      tids.map(tid => `worker-${tid}`),
    ),
  )
  expect(groups.map(({ label, tids: members }) => [label, members.length])).toEqual([['worker (200 threads) of app (pid 100)', 200]])
  expect(groupOf(0, 77)).toBe(0)
  expect(groupOf(0, 999)).toBe(NONE)
})

test('threads of one name that do different things are apart: the main thread is not a worker', () => {
  const tables = draw({ ledger: 'app/1: ##\n app/2: 1\n app/3: 1', waits: 'app/2: futex by app/1 90\n app/3: futex by app/1 90' })
  expect(groupThreads(named(tables, ['app', 'app', 'app'])).groups.map(group => group.tids)).toEqual([[1], [2, 3]])
})

test('threads that do the same are apart when they have different names, or are of different processes', () => {
  const tables = draw({ ledger: 'app/1: #\n app/2: #\n other/3: #' })
  expect(groupThreads(named(tables, ['reader', 'writer'])).groups.map(group => group.tids)).toEqual([[1], [2], [3]])
})

test('without tables nobody is grouped', () => {
  expect(groupThreads({}).groups).toEqual([])
})
