import { expect, test } from 'vitest'
import { NONE, textAt } from './schema.ts'
import { TableBuilder, tableOf } from './table-builder.ts'

test('rows survive growth, strings are stored once', () => {
  const builder = new TableBuilder('thread', 1)
  for (let tid = 0; tid < 40; tid++) builder.add({ tid, process: 0, startNs: tid, endNs: Number.NaN, comm: tid % 2 ? 'odd' : 'even' })
  const table = builder.build()

  expect(table.length).toBe(40)
  expect(table.tid[39]).toBe(39)
  expect(table.comm.values).toEqual(['even', 'odd'])
  expect(textAt(table.comm, 39)).toBe('odd')
})

test('an absent string is NONE, not an empty one', () => {
  const table = tableOf('thread', [
    { tid: 1, process: 0, startNs: 0, endNs: 0, comm: undefined },
    { tid: 2, process: 0, startNs: 0, endNs: 0, comm: '' },
  ])
  expect(table.comm.codes).toEqual(Int32Array.of(NONE, 0))
  expect([textAt(table.comm, 0), textAt(table.comm, 1)]).toEqual([undefined, ''])
})

test('a built table does not change with later rows and cells', () => {
  const builder = new TableBuilder('thread')
  const row = builder.add({ tid: 1, process: 0, startNs: 0, endNs: Number.NaN, comm: 'a' })
  const before = builder.build()
  builder.set(row, 'endNs', 5)
  expect([before.endNs[0], builder.build().endNs[0]]).toEqual([Number.NaN, 5])
})
