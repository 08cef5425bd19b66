import { NONE, type TableName, tables } from '../schema.ts'
import { damagedFile } from './errors.ts'
import { tablePath } from './paths.ts'

type LoadedTable = Readonly<Record<string, unknown>> & { readonly length: number }

/** Tables as read, before they are known to fit together. */
export type LoadedTables = { [Name in TableName]?: LoadedTable }

/**
 * Checks every column that holds rows of a table (it has that table's name, or is called prefix), so that nobody who follows
 * one runs past the end or in a circle. Rows that a truncated table lost become NONE.
 */
export function checkReferences(loaded: LoadedTables, truncated: readonly string[], directory: string): void {
  for (const name of Object.keys(loaded) as TableName[]) {
    for (const [column, { type }] of Object.entries(tables[name].columns)) {
      const rows = loaded[name]?.[column]
      if (type !== 'i32' || !(rows instanceof Int32Array)) continue
      if (column === 'prefix') checkTree(rows, tablePath(directory, name))
      const referred = loaded[column as TableName]
      if (referred === undefined) continue
      const dangling = clearDangling(rows, referred.length)
      if (dangling !== undefined && !truncated.includes(column)) {
        throw damagedFile(tablePath(directory, name), `It refers to row ${dangling} of ${column}, which has ${referred.length}.`)
      }
    }
  }
}

/** A caller always comes before its callees, so that walking up ends. */
function checkTree(prefixes: Int32Array, path: string): void {
  for (let row = 0; row < prefixes.length; row++) {
    if (prefixes[row] < NONE || prefixes[row] >= row) throw damagedFile(path, `Row ${row} has row ${prefixes[row]} as its caller.`)
  }
}

/** Sets references past the end to NONE; the first of them. */
function clearDangling(rows: Int32Array, length: number): number | undefined {
  let first: number | undefined
  for (let row = 0; row < rows.length; row++) {
    if (rows[row] >= NONE && rows[row] < length) continue
    first ??= rows[row]
    rows[row] = NONE
  }
  return first
}
