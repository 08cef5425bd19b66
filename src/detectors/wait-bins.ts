import type { AnalysisContext, Table } from '../schema.ts'

/** The recording cut into bins of equal length, at least as long as the slices of what is spread over them. */
export interface Bins {
  readonly binNs: number
  readonly count: number
}

/** Bins at most: enough for an interval, few enough to solve a graph in each. */
const MAX_BINS = 100
const MIN_BIN_NS = 100e6

/** Bins for a table of sums over slices. */
export function binsFor({ durationNs }: Pick<Table<'wait'>, 'durationNs'>, context: AnalysisContext): Bins {
  const lengths = [...durationNs.filter(ns => ns > 0)].sort((a, b) => a - b)
  // half of the slices are shorter or as long: the last one of a recording may be cut
  const usualNs = lengths.length > 0 ? lengths[lengths.length >> 1] : MIN_BIN_NS
  const binNs = Math.max(MIN_BIN_NS, Math.round(usualNs / 1e6) * 1e6, context.durationNs / MAX_BINS)
  return { binNs, count: Math.max(1, Math.min(MAX_BINS, Math.ceil(context.durationNs / binNs - 1e-6))) }
}

/** What a row sums up: waits that ended within a slice. */
export interface SliceRow {
  readonly timeNs: number
  readonly durationNs: number
  readonly ns: number
  /** The longest of them; it may have begun before the slice. */
  readonly maxNs: number
}

/**
 * Divides the time of a row over the bins in which it passed. Waits count in the slice in which they ended:
 *
 *     slices        |    |    |    |####|
 *     it waited        ~~~~~~~~~~~~~~           divided from the end of the longest back to its start
 */
export function spreadRow(bins: Bins, { timeNs, durationNs, ns, maxNs }: SliceRow, add: (bin: number, ns: number) => void): void {
  if (!(ns > 0)) return
  const endNs = timeNs + durationNs
  const startNs = Math.min(timeNs, Math.max(0, endNs - maxNs))
  spread(bins, { startNs, endNs, ns }, add)
}

/** Divides time evenly over [startNs, endNs); what lies outside of the recording goes to its first and last bin. */
export function spread(
  { binNs, count }: Bins,
  { startNs, endNs, ns }: { readonly startNs: number; readonly endNs: number; readonly ns: number },
  add: (bin: number, ns: number) => void,
): void {
  const binAt = (timeNs: number) => Math.max(0, Math.min(count - 1, Math.floor(timeNs / binNs)))
  const first = binAt(startNs)
  // rows end where a bin ends: a nanosecond before is still in it
  const last = Math.max(first, binAt(endNs - 1))
  const lengthNs = endNs - startNs
  let restNs = ns
  for (let bin = first; bin < last; bin++) {
    const part = (ns * ((bin + 1) * binNs - Math.max(startNs, bin * binNs))) / lengthNs
    const partNs = Math.max(0, Math.min(restNs, part))
    add(bin, partNs)
    restNs -= partNs
  }
  add(last, restNs)
}
