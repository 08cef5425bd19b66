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
  const rows = new Int32Array(columns.length)
  let count = 0
  for (let row = 0; row < columns.length; row++) {
    const at = isEnd ? times[row] : times[row] + durations[row] / 2
    const isIn = name === 'metric' ? (at > startNs || startNs === 0) && at <= endNs : at >= startNs && at < endNs
    if (isIn) rows[count++] = row
  }
  const kept = rows.subarray(0, count)
  const picked = Object.keys(specs[name].columns).map(column => [column, pick(columns[column], kept)] as const)
  const cut = Object.fromEntries(picked) as Record<string, Column>
  cut.timeNs = (cut.timeNs as Float64Array).map(timeNs => Math.max(0, timeNs - startNs))
  return { length: count, ...cut }
}

function pick(column: Column, rows: Int32Array): Column {
  if ('codes' in column) return { codes: pickNumbers(column.codes, rows), values: column.values }
  return pickNumbers(column, rows)
}

/** Rows are nearly always one piece, as they were recorded in time order: that is a view. */
function pickNumbers<Numbers extends Float64Array | Int32Array | Uint8Array | BigUint64Array>(column: Numbers, rows: Int32Array): Numbers {
  const [first = 0] = rows
  if (rows.length === 0 || rows[rows.length - 1] - first === rows.length - 1) return column.subarray(first, first + rows.length) as Numbers
  const picked = column.slice(0, rows.length) as Numbers
  for (let index = 0; index < rows.length; index++) picked[index] = column[rows[index]]
  return picked
}
