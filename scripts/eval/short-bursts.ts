/** Raw events are most of a recording's bytes. A burst that ended earlier is a burst: a part of each is enough in git. */

import type { RecordedTables, Table } from '../../src/schema.ts'

/** The tables with this part of each burst. */
export function shortenBursts(tables: RecordedTables, part: number): RecordedTables {
  const { burst, event } = tables
  if (part === 1 || burst === undefined || event === undefined) return tables
  const durationNs = burst.durationNs.map(duration => Math.floor(duration * part))
  const kept: number[] = []
  const count = new Float64Array(burst.length)
  for (let row = 0; row < event.length; row++) {
    const index = lastBegun(burst.timeNs, event.timeNs[row])
    if (index < 0 || event.timeNs[row] > burst.timeNs[index] + durationNs[index]) continue
    count[index]++
    kept.push(row)
  }
  return { ...tables, burst: { ...burst, durationNs, count }, event: rowsOf(event, kept) }
}

/** The burst an event belongs to; -1 before the first. */
function lastBegun(beginsNs: Float64Array, timeNs: number): number {
  let index = beginsNs.length - 1
  while (index >= 0 && beginsNs[index] > timeNs) index--
  return index
}

function rowsOf(event: Table<'event'>, kept: readonly number[]): Table<'event'> {
  const rows = Int32Array.from(kept)
  return {
    length: rows.length,
    timeNs: Float64Array.from(rows, row => event.timeNs[row]),
    cpu: rows.map(row => event.cpu[row]),
    type: Uint8Array.from(rows, row => event.type[row]),
    flags: Uint8Array.from(rows, row => event.flags[row]),
    process: rows.map(row => event.process[row]),
    tid: rows.map(row => event.tid[row]),
    otherTid: rows.map(row => event.otherTid[row]),
    key: BigUint64Array.from(rows, row => event.key[row]),
    what: { codes: rows.map(row => event.what.codes[row]), values: event.what.values },
  }
}
