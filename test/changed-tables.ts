/** A recording changed in ways that must change little: with losses, at another time, with other ids. */

import type { RecordedTables } from '../src/schema.ts'

/** Without every so manieth sample, wait and event: of stacks that are drawn one after the other as much of each is lost. */
export function withoutEvery(tables: RecordedTables, every: number): RecordedTables {
  const kept = (_: unknown, row: number) => row % every !== every - 1
  return changeTables(tables, (name, table) => (['sample', 'wait', 'kernelEvent'].includes(name) ? pickRows(table, kept) : table))
}

/** Everything later, what is not known and what was there before excepted. */
export function laterBy({ latencyBucket, ...tables }: RecordedTables, ns: number): RecordedTables {
  const isTime = (column: string) => column === 'timeNs' || column === 'startNs' || column === 'endNs'
  // the bounds of buckets are lengths
  const kept = latencyBucket === undefined ? {} : { latencyBucket }
  const moved = changeColumns(tables, (column, values) =>
    isTime(column) && values instanceof Float64Array ? values.map(value => (value >= 0 ? value + ns : value)) : values,
  )
  return { ...moved, ...kept }
}

/** With other thread and process ids; those of nobody and of the idle task stay. */
export function renamed(tables: RecordedTables, idOf: (id: number) => number): RecordedTables {
  const isId = (column: string) => /^(pid|parentPid|tid|otherTid|wakerTid|occupantTid|ownerTid)$/.test(column)
  return changeColumns(tables, (column, values) =>
    isId(column) && values instanceof Int32Array ? values.map(id => (id > 1 ? idOf(id) : id)) : values,
  )
}

type Column = object | number

function changeColumns(tables: RecordedTables, change: (column: string, values: Column) => Column): RecordedTables {
  return changeTables(tables, (_, table) =>
    Object.fromEntries(Object.entries(table).map(([column, values]) => [column, change(column, values)])),
  )
}

function changeTables(tables: RecordedTables, change: (name: string, table: object) => object): RecordedTables {
  return Object.fromEntries(Object.entries(tables).map(([name, table]) => [name, change(name, table)]))
}

function pickRows(table: object, kept: (value: unknown, row: number) => boolean): object {
  const entries = Object.entries(table).map(([name, column]) => {
    if (typeof column === 'number') return [name, Array.from({ length: column }).filter(kept).length]
    if (ArrayBuffer.isView(column)) return [name, (column as Float64Array).filter(kept)]
    return [name, { ...column, codes: (column as { codes: Int32Array }).codes.filter(kept) }]
  })
  return Object.fromEntries(entries)
}
