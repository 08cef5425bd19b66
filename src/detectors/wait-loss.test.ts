import { describe, expect, test } from 'vitest'
import { contextOf, type Drawing, draw } from '../../test/drawing.ts'
import { ProcessRole } from '../schema.ts'
import { emptyTable } from '../table-builder.ts'
import { measureWaitLoss } from './wait-loss.ts'

const processes = { app: { pid: 100 }, other: { pid: 200, role: ProcessRole.Other } }
const ten = (word: string) => Array.from({ length: 10 }, () => word).join(' ')

/** "reason tid" of the rows that count as a loss, each once, and the total in ms. */
function losses(drawing: Drawing, durationNs = 1e9) {
  const drawn = draw({ processes, ...drawing })
  const wait = drawn.wait ?? emptyTable('wait')
  const tables = { ...drawn, process: drawn.process ?? emptyTable('process'), wait }
  const loss = measureWaitLoss(tables, contextOf({ target: { kind: 'pid', pid: 100 }, durationNs }))
  const names = loss.rows.map(row => `${wait.reason.values[wait.reason.codes[row]]} ${wait.tid[row]}`)
  return { rows: [...new Set(names)], totalMs: Math.round(loss.totalNs / 1e6) }
}

test('time of the target: running, queueing and waiting for something; not waiting for work, input or time to pass', () => {
  const waits =
    'app/1: fsync by interrupt 300\n app/1: poll by interrupt 200\n app/1: sleep by interrupt 100\n other/9: fsync by interrupt 900'
  expect(losses({ ledger: 'app/1: ##!~x', waits })).toEqual({ rows: ['fsync 1'], totalMs: 800 })
})

test('half the wall clock at least', () => {
  expect(losses({ ledger: 'app/1: -', waits: 'app/1: fsync by interrupt 10' }).totalMs).toBe(500)
})

describe('a healthy pool', () => {
  const workers = [1, 2, 3, 4, 5, 6, 7, 8]
  const ledger = `${workers.map(tid => `app/${tid}: ----------`).join('\n')}\n app/9: ----------`
  const given = (address: string, by: string) => workers.map(tid => `app/${tid}: futex@${address} by ${by} ${ten('40*12')}`).join('\n')

  test('waits for jobs: both words of the condition variable, while the producer sleeps', () => {
    const waits = `${given('1000', 'app/9')}\n ${given('1004', 'app/9')}\n app/9: sleep by interrupt ${ten('95*25')}`
    expect(losses({ ledger, waits }).rows).toEqual([])
  })

  test('and, by the way, for its mutex', () => {
    const queue = workers.map(tid => `app/${tid}: futex@2000 by app/${(tid % 8) + 1} ${ten('5*12')}`).join('\n')
    expect(losses({ ledger, waits: `${given('1000', 'app/9')}\n ${queue}` }).rows).toEqual(workers.map(tid => `futex ${tid}`))
  })
})

test('the first thread waits for the others to end: that is no loss', () => {
  const waits = 'app/100: futex@7010 by app/1 . . . . . . . . . . . . . . . . . . . 1900'
  const ledger = `app/1: ${'#'.repeat(20)}`
  expect(losses({ ledger, waits: `${waits}\n app/1: futex@7018 by app/100 5*1` }, 2e9).rows).toEqual(['futex 1'])
})

test('a wait that its own time limit ended, or that nobody ended, had nothing to wait for', () => {
  const drawn = draw({ processes, waits: 'app/1: futex@a0 by interrupt 90\n app/1: pipe by unknown 90' })
  const wait = drawn.wait ?? emptyTable('wait')
  const open = { ...wait, open: Uint8Array.from(wait.open, () => 1) }
  const tables = { ...drawn, process: drawn.process ?? emptyTable('process') }
  const context = contextOf({ target: { kind: 'pid', pid: 100 } })
  expect(measureWaitLoss({ ...tables, wait: open }, context).rows).toEqual([])
  expect(measureWaitLoss({ ...tables, wait }, context).rows).toEqual([1])
})
