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

  appendTo(writer: RecordingWriter): void {
    appendRows(writer, 'series', this.#series.build())
    appendRows(writer, 'metric', this.#metric.build())
    appendRows(writer, 'threadTime', this.#threadTime.build())
    this.#series = new TableBuilder('series')
    this.#metric = new TableBuilder('metric')
    this.#threadTime = new TableBuilder('threadTime')
  }
}

/** Appends what there is. */
export function appendRows<Name extends TableName>(writer: RecordingWriter, name: Name, table: Table<Name>): void {
  if (table.length > 0) writer.append(name, table)
}
