import { type AnalysisContext, type DetectorOutcome, type RecordedTables, tables as specs, type TableName } from '../schema.ts'
import { type Detector, runDetector } from './detector.ts'

/** Tables whose rows stand for a time. Histograms point into others and are left out; names and stacks hold for both halves. */
const timed = [
  'sample',
  'threadTime',
  'wait',
  'runQueue',
  'lock',
  'blockIo',
  'syscall',
  'fault',
  'interrupt',
  'kernelEvent',
  'metric',
] as const

/** What some detectors observe in the first half of a recording and in the second, each as a recording of its own. */
export function observeHalves(
  detectors: readonly Detector[],
  tables: RecordedTables,
  context: AnalysisContext,
): readonly [readonly DetectorOutcome[], readonly DetectorOutcome[]] {
  const middleNs = context.durationNs / 2
  const half = (startNs: number, endNs: number) => {
    const cut = cutTables(tables, { startNs, endNs })
    const own = { ...context, durationNs: endNs - startNs }
    return detectors.map(detector => runDetector(detector, cut, own))
  }
  return [half(0, middleNs), half(middleNs, context.durationNs)]
}

interface Span {
  readonly startNs: number
  readonly endNs: number
}

/** Rows that end within a span, with times from its start. A row that reaches into the span from before counts whole, as waits do. */
export function cutTables(all: RecordedTables, span: Span): RecordedTables {
  const { latencyBucket: _, ...kept } = all
  const cut = Object.fromEntries(timed.flatMap(name => (all[name] === undefined ? [] : [[name, cutTable(name, all[name], span)]])))
  return { ...kept, ...cut } as RecordedTables
}

type Column = Float64Array | Int32Array | Uint8Array | BigUint64Array | { readonly codes: Int32Array; readonly values: readonly string[] }

function cutTable(name: TableName, table: object & { readonly length: number }, { startNs, endNs }: Span) {
  const columns = table as unknown as Readonly<Record<string, Column>> & { readonly length: number }
  const times = columns.timeNs as Float64Array
  const durations = columns.durationNs as Float64Array | undefined
  // a reading's time is the end of what it stands for
  const isEnd = name === 'metric' || durations === undefined
  const rows: number[] = []
  for (let row = 0; row < columns.length; row++) {
    const at = isEnd ? times[row] : times[row] + durations[row] / 2
    if (name === 'metric' ? (at > startNs || startNs === 0) && at <= endNs : at >= startNs && at < endNs) rows.push(row)
  }
  const picked = Object.keys(specs[name].columns).map(column => [column, pick(columns[column], rows)] as const)
  const cut = Object.fromEntries(picked) as Record<string, Column>
  cut.timeNs = (cut.timeNs as Float64Array).map(timeNs => Math.max(0, timeNs - startNs))
  return { length: rows.length, ...cut }
}

function pick(column: Column, rows: readonly number[]): Column {
  if ('codes' in column) return { codes: Int32Array.from(rows, row => column.codes[row]), values: column.values }
  if (column instanceof Float64Array) return Float64Array.from(rows, row => column[row])
  if (column instanceof Int32Array) return Int32Array.from(rows, row => column[row])
  if (column instanceof Uint8Array) return Uint8Array.from(rows, row => column[row])
  return BigUint64Array.from(rows, row => column[row])
}
