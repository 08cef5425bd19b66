import { NONE, type Row, type Table, type TableName, type TextColumn, tables } from './schema.ts'

/** Grows a table row by row: columns double as they fill, strings are stored once. */
export class TableBuilder<Name extends TableName> {
  readonly name: Name
  length = 0
  readonly #columns: readonly GrowingColumn[]

  constructor(name: Name, capacity = 1024) {
    this.name = name
    this.#columns = Object.entries(tables[name].columns).map(([column, { type }]) => growingColumn(column, type, capacity))
  }

  /** Adds a row and returns its index. */
  add(row: Row<Name>): number {
    const cells = row as Readonly<Record<string, unknown>>
    for (const column of this.#columns) column.push(this.length, cells[column.name])
    return this.length++
  }

  /** Overwrites one cell of a row that is there already. */
  set<Column extends keyof Row<Name> & string>(row: number, column: Column, value: Row<Name>[Column]): void {
    if (row < 0 || row >= this.length) throw new RangeError(`${this.name} has no row ${row}.`)
    this.#columns.find(candidate => candidate.name === column)?.push(row, value)
  }

  /** One row as it was added and set. */
  rowAt(row: number): Row<Name> {
    if (row < 0 || row >= this.length) throw new RangeError(`${this.name} has no row ${row}.`)
    return Object.fromEntries(this.#columns.map(column => [column.name, column.at(row)])) as Row<Name>
  }

  /** The rows so far as a table of its own: later rows do not change it. */
  build(first = 0): Table<Name> {
    const columns = Object.fromEntries(this.#columns.map(column => [column.name, column.slice(first, this.length)]))
    return { length: this.length - first, ...columns } as Table<Name>
  }
}

/** A table without rows. */
export function emptyTable<Name extends TableName>(name: Name): Table<Name> {
  return new TableBuilder(name, 0).build()
}

/** A table from rows: for tests and for small tables. */
export function tableOf<Name extends TableName>(name: Name, rows: readonly Row<Name>[]): Table<Name> {
  const builder = new TableBuilder(name, rows.length)
  for (const row of rows) builder.add(row)
  return builder.build()
}

interface GrowingColumn {
  readonly name: string
  push(row: number, value: unknown): void
  at(row: number): unknown
  slice(first: number, end: number): Float64Array | Int32Array | Uint8Array | BigUint64Array | TextColumn
}

function growingColumn(name: string, type: string, capacity: number): GrowingColumn {
  if (type === 'text') return textColumn(name, capacity)
  const allocate = { f64: Float64Array, i32: Int32Array, u8: Uint8Array, u64: BigUint64Array }[type as 'f64']
  let values = new allocate(capacity)
  return {
    name,
    push(row, value) {
      if (row >= values.length) {
        const larger = new allocate(Math.max(16, values.length * 2))
        larger.set(values)
        values = larger
      }
      values[row] = value as number
    },
    at: row => values[row],
    slice: (first, end) => values.slice(first, end),
  }
}

function textColumn(name: string, capacity: number): GrowingColumn {
  const codes = growingColumn(name, 'i32', capacity)
  const codeOf = new Map<string, number>()
  const values: string[] = []
  return {
    name,
    push(row, value) {
      if (value === undefined) return codes.push(row, NONE)
      const text = value as string
      let code = codeOf.get(text)
      if (code === undefined) {
        code = values.push(text) - 1
        codeOf.set(text, code)
      }
      codes.push(row, code)
    },
    at: row => values[codes.at(row) as number],
    slice: (first, end) => ({ codes: codes.slice(first, end) as Int32Array, values: values.slice() }),
  }
}
