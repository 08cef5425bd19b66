import type { Host } from '../host.ts'
import type { RecordedTables, Tables, Unavailable } from '../schema.ts'
import { type SymbolizeOptions, symbolize } from '../symbolize/symbolize.ts'
import { emptyTable } from '../table-builder.ts'

/** The tables of names, and what hid some of them. */
export interface Named {
  readonly tables: Pick<Tables, 'symbol' | 'frame' | 'stack' | 'callchainStack'>
  readonly unavailable: readonly Unavailable[]
  /** What would give names next time, e.g. a flag of a runtime. */
  readonly hints: readonly string[]
}

/** Addresses of a recording → names, on the machine where its files are. */
export function nameAddresses(host: Host, tables: RecordedTables, options: SymbolizeOptions): Named {
  const input = {
    process: tables.process ?? emptyTable('process'),
    mapping: tables.mapping ?? emptyTable('mapping'),
    callchain: tables.callchain ?? emptyTable('callchain'),
    ...(tables.sample === undefined ? {} : { sample: tables.sample }),
  }
  return symbolize(host, input, options)
}
