/** Rows of the tables that eBPF fills, with only what matters spelled out, and what a detector makes of them beside a drawing. */

import type { Detector } from '../src/detectors/detector.ts'
import { type AnalysisContext, NONE, type Observation, type RecordedTables, type Row, type Table, type TableName } from '../src/schema.ts'
import { tableOf } from '../src/table-builder.ts'
import { contextOf, type Drawing, draw } from './drawing.ts'
import { observeTables } from './observe.ts'

/** Rows stand for the first second and for process row 0, unless told. */
const common = { timeNs: 0, durationNs: 1e9, process: 0, tid: 100, count: 1, ns: 0, maxNs: 0 }

const defaults = {
  blockIo: {
    device: 'vda',
    operation: 'read',
    sizeFromBytes: 4096,
    sequential: 0,
    kernelCallchain: NONE,
    sizeBytes: 4096,
    errorCount: 0,
    latencyNs: 0,
    maxLatencyNs: 0,
    queueNs: 0,
  },
  syscall: { name: 'read', errorCount: 0, resultSum: 0 },
  fault: { inKernel: 0, userCallchain: NONE, majorCount: 0 },
  interrupt: { kind: 'soft', vector: 3 },
  kernelEvent: { kind: 'fork', subject: undefined },
  latencyBucket: { table: 'wait', row: 0, endNs: 512 },
} as const

/** A table of rows that say only what differs from the defaults. */
export function rows<Name extends keyof typeof defaults>(name: Name, changes: readonly Partial<Row<Name>>[]): Table<Name> {
  const complete = changes.map(change => ({ ...common, ...defaults[name], ...change }) as unknown as Row<Name>)
  return tableOf(name as TableName, complete as unknown as Row<TableName>[]) as unknown as Table<Name>
}

/** What a detector observes in a drawing with further tables. */
export function observeRows(
  detector: Detector,
  { more, ...drawing }: Drawing & { readonly more?: RecordedTables },
  context: AnalysisContext = contextOf(),
): readonly Observation[] {
  return observeTables(detector, { ...draw(drawing), ...more }, context)
}
