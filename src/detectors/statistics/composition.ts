/** Shares that add up to one, as vectors whose distances mean something. */

import { median } from 'simple-statistics'

/**
 * Centred log-ratios (Aitchison 1982) of rows of amounts. An amount of nothing counts as half of one part in as many as there are
 * rows: its logarithm would be endless. Columns are then on one scale, by median and absolute deviation; one that never moves
 * is left out.
 */
export function logRatioRows(amounts: readonly (readonly number[])[]): number[][] {
  const rows = amounts.map(row => {
    const sum = row.reduce((total, amount) => total + amount, 0)
    const shares = row.map(amount => (sum > 0 ? amount / sum : 1 / row.length) + 0.5 / amounts.length)
    const logs = shares.map(Math.log)
    const mean = logs.reduce((total, log) => total + log, 0) / logs.length
    return logs.map(log => log - mean)
  })
  const columns = (rows[0] ?? []).map((_, column) => robustScores(rows.map(row => row[column])))
  const moving = columns.filter(column => column !== undefined)
  return rows.map((_, index) => moving.map(column => column[index]))
}

/** Below a tenth of a log-ratio nothing changed that matters: 10 % of a share. No source: a guess. */
const MIN_SCALE = 0.1

function robustScores(values: readonly number[]): number[] | undefined {
  const middle = median([...values])
  const distances = values.map(value => Math.abs(value - middle))
  const mean = distances.reduce((sum, distance) => sum + distance, 0) / Math.max(1, distances.length)
  if (mean < MIN_SCALE / 4) return undefined
  // where more than half of the slices are alike the median of the distances is nothing
  const scale = Math.max(MIN_SCALE, 1.4826 * median(distances), mean)
  return values.map(value => (value - middle) / scale)
}
