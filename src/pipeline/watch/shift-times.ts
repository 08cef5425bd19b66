import { type Table, type TableName, tables } from '../../schema.ts'

/** Columns that hold instants. */
const instants = ['timeNs', 'startNs', 'endNs']
/** Tables of what was there already when the window began. */
const lasting: readonly TableName[] = ['process', 'thread', 'mapping', 'callchain']

/** A table with its instants relative to a later start. What lasted since before it was there at the start: 0. */
export function shiftTimes<Name extends TableName>(name: Name, table: Table<Name>, byNs: number): Table<Name> {
  const shifted: Record<string, unknown> = { ...table }
  for (const column of Object.keys(tables[name].columns)) {
    if (!instants.includes(column)) continue
    const values = (table as unknown as Readonly<Record<string, Float64Array>>)[column]
    shifted[column] = values.map(value => (lasting.includes(name) ? Math.max(0, value - byNs) : value - byNs))
  }
  return shifted as Table<Name>
}
