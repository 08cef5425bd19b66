import { expect, test } from 'vitest'
import { contextOf, draw } from '../../test/drawing.ts'
import { tableOf } from '../table-builder.ts'
import { runDetector } from './detector.ts'
import { threadRole } from './thread-role.ts'

const program = contextOf({ target: { kind: 'pid', pid: 100 } })

function observeNamed(comm: string) {
  const drawn = draw({
    ledger: `
      app/100: #####.....
      app/101: ..........
      app/102: #####.....
    `,
    stacks: 'app: main;pthread_mutex_lock@libc 0',
    waits: 'app/100: futex@a0 by app/102 user=main;pthread_mutex_lock@libc . . . . . 100 100 100',
  })
  const thread = tableOf(
    'thread',
    [100, 102].map(tid => ({ tid, process: 0, startNs: 0, endNs: Number.NaN, comm: tid === 102 ? comm : 'main' })),
  )
  const outcome = runDetector(threadRole, { ...drawn, thread }, program)
  return outcome.status === 'ran' ? outcome.observations : []
}

test('threads are known by their names: their time, and that of those who wait for them', () => {
  const [found, ...more] = observeNamed('GC Thread#0')
  expect(more).toEqual([])
  expect(found.facts).toMatchObject({ role: 'garbage-collector', thread: 'GC Thread#0 (tid 102)' })
  expect(found.metrics).toMatchObject({ runningCpus: 0.5, busiestRatio: 0.5, threadsCount: 1 })
  expect(found.share.estimate).toBeCloseTo(0.5 / 1.3, 2)
  expect(found.metrics.waitRatio).toBeCloseTo(0.3 / 1.3, 2)
})

test('a thread with a name of its own has no role', () => {
  expect(observeNamed('worker-1')).toEqual([])
})
