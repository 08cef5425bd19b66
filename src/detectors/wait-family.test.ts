import { expect, test } from 'vitest'
import { contextOf } from '../../test/drawing.ts'
import { observe } from '../../test/observe.ts'
import { waitFamily } from './wait-family.ts'

const program = contextOf({ target: { kind: 'pid', pid: 100 } })

test('names what a stack waits for, how long, and who ended it', () => {
  const found = observe(
    waitFamily,
    {
      stacks: `
        app: main;produce 0
        app: do_syscall_64@kernel;pipe_write@kernel 0
      `,
      ledger: 'app/100: ##........',
      waits: 'app/100: pipe by gzip/7 user=main;produce kernel=do_syscall_64@kernel;pipe_write@kernel . . 90*9 90*9 90*9',
    },
    program,
  )
  expect(found.map(({ facts }) => facts.family)).toEqual(['pipe-full'])
  expect(found[0].metrics).toMatchObject({ waitPerSec: 27, waitNs: 1e7, longestNs: 1e7, threadsCount: 1 })
  expect(found[0].facts).toMatchObject({ functionName: 'produce', endedBy: 'gzip (tid 7)' })
})

test('the interpreter lock is told from other locks by its stack', () => {
  const drawing = (name: string) => ({
    stacks: `app: main;${name} 0`,
    ledger: 'app/100: ##########',
    waits: `app/101: futex@a0 by app/100 user=main;${name} 90*3 90*3`,
  })
  expect(observe(waitFamily, drawing('take_gil'), program).map(({ facts }) => facts.family)).toEqual(['gil'])
  expect(observe(waitFamily, drawing('my_lock'), program)).toEqual([])
})

test('waits for input count beside the time the target was busy', () => {
  const [found] = observe(
    waitFamily,
    {
      stacks: 'app: main;getaddrinfo 0',
      ledger: 'app/100: #####.....',
      waits: 'app/100: poll by interrupt user=main;getaddrinfo . . . . . 100 100 100 100 100',
    },
    program,
  )
  expect(found.facts).toMatchObject({ family: 'name-resolution', endedBy: 'a device or timer' })
  expect(found.share.estimate).toBeCloseTo(0.5)
})

test('a wait of others is nobody of the target', () => {
  const drawing = {
    processes: { app: {}, other: { role: 0 } },
    stacks: 'other: main;take_gil 0',
    ledger: 'app/100: ##########',
    waits: 'other/101: futex@a0 by app/100 user=main;take_gil 90*3',
  }
  expect(observe(waitFamily, drawing, program)).toEqual([])
})
