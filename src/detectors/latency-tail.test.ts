import { expect, test } from 'vitest'
import { contextOf, draw } from '../../test/drawing.ts'
import { observeTables } from '../../test/observe.ts'
import type { Row } from '../schema.ts'
import { tableOf } from '../table-builder.ts'
import { latencyTail } from './latency-tail.ts'

const program = contextOf({ target: { kind: 'pid', pid: 100 }, durationNs: 10e9 })

/** Two places that wait: 1,000 short waits in one, and in the other as many slow ones as told, 40 ms each. */
function tablesWith(slowCount: number) {
  const seconds = Array.from({ length: 10 }, () => '. . . . . . . . .').map(rest => `${rest} SLICE`)
  const tables = draw({
    processes: { app: { pid: 100 } },
    stacks: 'app: main;read_cache 1\n app: main;read_disk 1',
    ledger: `app/1: ${'5'.repeat(100)}`,
    waits: [
      `app/1: blockIo by interrupt user=main;read_cache ${seconds.join(' ').replaceAll('SLICE', '30*100')}`,
      `app/1: blockIo by interrupt user=main;read_disk ${seconds.join(' ').replaceAll('SLICE', String(4 * slowCount))}`,
    ].join('\n'),
  })
  const rows: Row<'latencyBucket'>[] = Array.from({ length: 20 }, (_, row) => ({
    table: 'wait',
    row,
    endNs: row < 10 ? 512 * 2 ** 10 : 512 * 2 ** 17,
    count: row < 10 ? 100 : slowCount / 10,
  }))
  return { ...tables, latencyBucket: tableOf('latencyBucket', rows) }
}

test('waits of two lengths: how many are slow, how slow, and where they are', () => {
  const [{ metrics, facts, share, culprits }] = observeTables(latencyTail, tablesWith(50), program)
  expect(metrics.slowRatio).toBeCloseTo(50 / 1050)
  expect(metrics.slowNs).toBe(512 * 2 ** 17 * 0.75)
  expect(metrics.usualNs).toBe(512 * 2 ** 10 * 0.75)
  expect(facts.difference).toContain('100 % of them wait in read_disk, of the others 0 %')
  expect(culprits[0]).toMatchObject({ kind: 'function', name: 'read_disk' })
  expect(share.estimate).toBeGreaterThan(0.15)
})

test('a handful is no tail, and is said to be none', () => {
  expect(observeTables(latencyTail, tablesWith(1), program)[0].metrics).toMatchObject({ slowRatio: 0, slowTimeRatio: 0 })
})
