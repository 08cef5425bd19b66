import type { RecordingWriter } from '../recording.ts'
import type { Reading, Row, Table, TableName } from '../schema.ts'
import { TableBuilder } from '../table-builder.ts'

/** Rows of series and ledger between two flushes. */
export class PendingRows {
  readonly #seriesRow = new Map<string, number>()
  #series = new TableBuilder('series')
  #metric = new TableBuilder('metric')
  #threadTime = new TableBuilder('threadTime')

  addReadings(readings: readonly Reading[]): void {
    for (const { name, subject, timeNs, durationNs, value } of readings) {
      const key = `${name}\0${subject}`
      let series = this.#seriesRow.get(key)
      if (series === undefined) {
        series = this.#seriesRow.size
        this.#seriesRow.set(key, series)
        this.#series.add({ name, subject })
      }
      this.#metric.add({ timeNs, durationNs, series, value })
    }
  }

  addThreadTime(rows: readonly Row<'threadTime'>[]): void {
    for (const row of rows) this.#threadTime.add(row)
  }

  /** Rows since the last call. Those that others refer to come first. */
  takeRows(): readonly { readonly name: TableName; readonly table: Table<TableName> }[] {
    const taken = [
      { name: 'series', table: this.#series.build() },
      { name: 'metric', table: this.#metric.build() },
      { name: 'threadTime', table: this.#threadTime.build() },
    ]
    this.#series = new TableBuilder('series')
    this.#metric = new TableBuilder('metric')
    this.#threadTime = new TableBuilder('threadTime')
    return taken as unknown as { name: TableName; table: Table<TableName> }[]
  }
}

/** Appends what there is. */
export function appendRows<Name extends TableName>(writer: RecordingWriter, name: Name, table: Table<Name>): void {
  if (table.length > 0) writer.append(name, table)
}
