import { expect, test } from 'vitest'
import { contextOf } from '../../test/drawing.ts'
import { observe } from '../../test/observe.ts'
import { downstreamWait } from './downstream-wait.ts'
import { waitFamily } from './wait-family.ts'

const program = contextOf({ target: { kind: 'pid', pid: 100 } })
const ten = (word: string) => Array.from({ length: 10 }, () => word).join(' ')
const ledger = ['app/100: ##########', 'app/101: ..........', 'app/102: ..........'].join('\n')

function waitsOf(timeout: string): string {
  return [
    `app/101: futex@a0 by interrupt ${ten(timeout)}`,
    `app/102: futex@a4 by interrupt ${ten(timeout)}`,
    `app/101: futex@a4 by app/102 ${ten('20*10')}`,
    `app/102: futex@a0 by app/101 ${ten('20*10')}`,
  ].join('\n')
}

function observeAll(comm: string, waits: string) {
  const drawing = { processes: { app: { pid: 100, comm } }, ledger, waits }
  const families = observe(waitFamily, drawing, program)
  return {
    gil: families.find(({ facts }) => facts.family === 'gil')?.share.estimate ?? 0,
    downstream: observe(downstreamWait, drawing, program)[0]?.share.estimate ?? 0,
  }
}

test('threads of Python that ask again every five milliseconds wait for the interpreter all the time, and not for each other', () => {
  const { gil, downstream } = observeAll('python3.11', waitsOf('60*12'))

  expect(gil).toBeCloseTo(160 / 260)
  expect(downstream).toBe(0)
})

test('another program, and Python with another interval, have no interpreter lock', () => {
  expect(observeAll('server', waitsOf('60*12')).gil).toBe(0)
  expect(observeAll('python3', waitsOf('60*120')).gil).toBe(0)
})
