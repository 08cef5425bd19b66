import { describe, expect, test } from 'vitest'
import { contextOf, type Drawing, draw } from '../../test/drawing.ts'
import { emptyTable } from '../table-builder.ts'
import { blameWaits } from './wait-flow.ts'
import { buildWaitGraph, type WaitTables } from './wait-graph.ts'

/** "kind reason tid ms" of the waits of a thread that are no waits for work. */
function blame(drawing: Drawing, tid = 1, durationNs = 1e9): string[] {
  const drawn = draw(drawing)
  const tables: WaitTables = { ...drawn, wait: drawn.wait ?? emptyTable('wait') }
  const graph = buildWaitGraph(tables, contextOf({ durationNs }))
  const rows = Array.from(tables.wait.tid.keys()).filter(row => tables.wait.tid[row] === tid)
  const { ns, causes } = blameWaits(graph, tables.wait, rows)
  expect(causes.reduce((sum, cause) => sum + cause.ns, 0)).toBeCloseTo(ns, 0)
  return causes
    .filter(cause => cause.ns > ns * 0.005)
    .map(({ kind, reason, node, ns: part }) => `${kind} ${reason} ${graph.nodes[node].tid} ${Math.round(part / 1e6)}`.replace(/ +/g, ' '))
}

describe('a wait is divided by what its waker did in the same time', () => {
  test('computing, and queueing for a CPU', () => {
    expect(blame({ ledger: 'a/1: 2\n b/2: %', waits: 'a/1: pipe by b/2 80' })).toEqual(['computing 2 40', 'runQueue 2 40'])
  })

  test('a device it waited for, and nobody who completed that', () => {
    const waits = 'a/1: futex@a0 by a/2 80\n a/2: fsync by kworker/9 80'
    expect(blame({ ledger: 'a/2: 2\n kworker/9: 5', waits })).toEqual(['device fsync 2 64', 'computing 2 16'])
  })

  test('a chain of threads', () => {
    const waits = 'a/1: pipe by b/2 90\n b/2: pipe by c/3 80'
    expect(blame({ ledger: 'a/1: 1\n b/2: 2\n c/3: #', waits })).toEqual(['computing 3 72', 'computing 2 18'])
  })

  test('a fan-out: no more than the wait', () => {
    const waits = 'a/1: pipe by b/2 100\n b/2: pipe by c/3 60\n b/2: pipe by d/4 60'
    expect(blame({ ledger: 'c/3: #\n d/4: #', waits })).toEqual(['computing 3 50', 'computing 4 50'])
  })
})

test('a waker that slept is a sleeper only as far as its work does not fill the wait', () => {
  expect(blame({ ledger: 'a/1: 7\n b/2: 3', waits: 'a/1: futex by b/2 30\n b/2: sleep by interrupt 70' })).toEqual(['computing 2 30'])
  expect(blame({ ledger: 'a/1: 1\n b/2: 3', waits: 'a/1: futex by b/2 90\n b/2: sleep by interrupt 70' })).toEqual([
    'sleep sleep 2 60',
    'computing 2 30',
  ])
})

test('two that hand work to and fro: while one waits it is not computing', () => {
  const drawing = { ledger: 'a/1: 4\n b/2: 6', waits: 'a/1: pipe by b/2 60*100\n b/2: pipe by a/1 40*100' }
  expect(blame(drawing)).toEqual(['computing 2 60'])
})

test('a circle of peers around a lock: what the holder did while it held it, whoever that was', () => {
  const tids = [1, 2, 3, 4, 5]
  const ledger = tids.map(tid => `a/${tid}: 2`).join('\n')
  // in a queue each is woken by the one before
  const waits = tids.map(tid => `a/${tid}: futex@a0 by a/${(tid % 5) + 1} 80*4`).join('\n')
  const held = tids.map(tid => `a/${tid}: sleep by interrupt 19*4`).join('\n')
  expect(blame({ ledger, waits }).every(line => line.startsWith('computing'))).toBe(true)
  const asleep = blame({ ledger: ledger.replaceAll(': 2', ': -'), waits: `${waits}\n${held}` })
  expect(asleep[0]).toMatch(/^sleep/)
})

test('a waker nobody watched, and a cycle in which nobody did anything, are unknown', () => {
  expect(blame({ waits: 'a/1: pipe by b/2 80' })).toEqual(['unknown 2 80'])
  expect(blame({ waits: 'a/1: pipe by b/2 80\n b/2: pipe by c/3 80\n c/3: pipe by b/2 80' })[0]).toMatch(/^unknown/)
})

test('a wait for a waker that waited for work was a wait for work', () => {
  const waits = 'a/1: futex by a/2 90\n a/2: poll by interrupt 90'
  expect(blame({ ledger: 'a/2: 1', waits })).toEqual(['idle poll 2 80', 'computing 2 10'])
})

test('a wait over many slices is divided by what its waker did in all of them', () => {
  const drawing = {
    ledger: 'a/2: ####zzzzzz',
    waits: 'a/1: futex by a/2 . . . . . . . . . 1000\n a/2: fsync by interrupt . . . . . . . . . 600',
  }
  expect(blame(drawing)).toEqual(['device fsync 2 600', 'computing 2 400'])
})

test('two hundred workers and a minute are solved at once', () => {
  const tids = Array.from({ length: 60 }, (_, index) => index + 1)
  const slices = Array.from({ length: 100 }, () => '90*9').join(' ')
  const waits = tids.flatMap(tid => [1, 7, 13].map(step => `a/${tid}: futex@a0 by a/${((tid + step) % 60) + 1} ${slices}`)).join('\n')
  const ledger = tids.map(tid => `a/${tid}: ${'1'.repeat(100)}`).join('\n')
  expect(blame({ ledger, waits }, 1, 10e9).every(line => line.startsWith('computing'))).toBe(true)
})
