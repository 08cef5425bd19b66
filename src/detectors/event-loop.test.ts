import { expect, test } from 'vitest'
import { contextOf } from '../../test/drawing.ts'
import { observe } from '../../test/observe.ts'
import { eventLoop } from './event-loop.ts'

const program = contextOf({ target: { kind: 'pid', pid: 100 } })
const poll = 'node/100: poll by interrupt 5*5 5*5 5*5'

test('a loop that waits for the disk stands still for as long', () => {
  const [found] = observe(
    eventLoop,
    { processes: { node: { pid: 100 } }, ledger: 'node/100: ##########', waits: `${poll}\nnode/100: fsync by interrupt 40 . 20*2` },
    program,
  )
  expect(found.metrics).toMatchObject({ blockedPerSec: 3, blockedNs: 2e7, longestNs: 4e7, pollPerSec: 15 })
  expect(found.facts).toMatchObject({ process: 'node (pid 100)', reason: 'fsync' })
  expect(found.share.estimate).toBeCloseTo(0.06, 2)
})

test('a loop that only waits for events stands still at no time', () => {
  const [found] = observe(eventLoop, { processes: { node: { pid: 100 } }, ledger: 'node/100: #.........', waits: poll }, program)
  expect(found.metrics).toMatchObject({ blockedRatio: 0, blockedPerSec: 0, blockedNs: 0 })
})

test('a thread of its pool is no loop, and neither is a program that never polls', () => {
  const pool = {
    processes: { node: { pid: 100 } },
    ledger: 'node/100: ##########',
    waits: 'node/105: poll by interrupt 5*5 5*5\nnode/105: blockIo by interrupt 50',
  }
  expect(observe(eventLoop, pool, program)).toEqual([])
  const worker = { processes: { node: { pid: 100 } }, ledger: 'node/100: ##########', waits: 'node/100: blockIo by interrupt 50' }
  expect(observe(eventLoop, worker, program)).toEqual([])
})

test('loops of other programs are told by their stacks', () => {
  const [found] = observe(
    eventLoop,
    {
      stacks: 'app: main;event_base_loop 0',
      ledger: 'app/100: ##########',
      waits: 'app/103: poll by interrupt user=main;event_base_loop 5*5 5*5\napp/103: childWait by app/100 50',
    },
    program,
  )
  expect(found.facts.reason).toBe('childWait')
})
