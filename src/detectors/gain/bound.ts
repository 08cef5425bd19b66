/**
 * The utilisation bound: what a target gets done is bounded by its busiest station, so when a cause shrinks it can win at most what
 * the busiest station is less busy then. analysis.md 4.3; the operational laws of Denning & Buzen 1978.
 *
 *     before   lock ########## 1.0    CPUs #####      0.5
 *     after    lock ####       0.4    CPUs #####      0.5     half of what each piece of work took: 50 % are won, the CPUs limit next
 */

import type { Interval } from '../../schema.ts'
import { bootstrapInterval } from '../statistics/bootstrap.ts'
import { type GainCause, partOf } from './causes.ts'
import type { Stations } from './station.ts'

/** A cause and how much of it is taken away, 0..1. */
export interface Reduction {
  readonly cause: GainCause
  readonly part: number
}

/** A bound, and what it rests on. */
export interface Bound {
  readonly interval: Interval
  /** The busiest station now: how busy, and the part of that which is the cause. */
  readonly busiest: { readonly label: string; readonly usedRatio: number; readonly causeRatio: number }
  /** The busiest one then. */
  readonly next: { readonly label: string; readonly usedRatio: number }
}

const SEED = 1
const ROUNDS = 300

/** The bound for taking away one cause, when others are gone already. Undefined where nothing is in use. */
export function utilisationBound(stations: Stations, reduction: Reduction, gone: readonly GainCause[] = []): Bound | undefined {
  const loads = stations.stations.map(station => loadOf(station, gone))
  const rows = stations.stations.map(({ label }, index) => ({
    label,
    used: loads[index],
    cause: limited(partOf(stations.stations[index], reduction.cause), loads[index]),
  }))
  const all = new Float64Array(stations.bins.count).fill(1)
  const now = busiestOf(rows, all, 0)
  if (now === undefined || !(now.usedRatio > 0)) return undefined
  const then = busiestOf(rows, all, reduction.part) ?? now
  // of thousands of threads only the busiest can bound anything, in any draw worth counting
  const near = new Set([...busiest(rows, 0), ...busiest(rows, reduction.part)])
  const gain = (counts: Float64Array) => {
    const before = busiestOf(near, counts, 0)?.usedRatio ?? 0
    return before > 0 ? 1 - (busiestOf(near, counts, reduction.part)?.usedRatio ?? 0) / before : Number.NaN
  }
  const { estimate, low, high } = bootstrapInterval(stations.bins.count, gain, { seed: SEED, rounds: ROUNDS })
  const clamp = (value: number) => Math.max(0, Math.min(1, value))
  return {
    interval: { estimate: clamp(estimate), low: clamp(low), high: clamp(high) },
    busiest: { label: now.label, usedRatio: now.usedRatio, causeRatio: now.usedRatio > 0 ? now.causeRatio / now.usedRatio : 0 },
    next: { label: then.label, usedRatio: then.usedRatio },
  }
}

/** The busiest station as it is; undefined where nothing is in use. */
export function busiestStation({ stations, bins }: Stations): Bound['next'] | undefined {
  const rows = stations.map(({ label, usedRatio }) => ({ label, used: usedRatio, cause: usedRatio }))
  const busiest = busiestOf(rows, new Float64Array(bins.count).fill(1), 0)
  return busiest !== undefined && busiest.usedRatio > 0 ? busiest : undefined
}

const MAX_NEAR = 12

function busiest(rows: readonly Row[], part: number): readonly Row[] {
  const load = ({ used, cause }: Row) => used.reduce((sum, ratio, bin) => sum + ratio - part * cause[bin], 0)
  return rows
    .map(row => ({ row, load: load(row) }))
    .sort((a, b) => b.load - a.load)
    .slice(0, MAX_NEAR)
    .map(({ row }) => row)
}

/** How busy a station is without the causes that are gone. */
function loadOf(station: Stations['stations'][number], gone: readonly GainCause[]): Float64Array {
  let left = station.usedRatio
  for (const cause of gone) {
    const part = partOf(station, cause)
    if (part !== undefined) left = left.map((ratio, bin) => Math.max(0, ratio - part[bin]))
  }
  return left
}

function limited(part: Float64Array | undefined, used: Float64Array): Float64Array {
  return used.map((ratio, bin) => (part === undefined ? 0 : Math.min(ratio, part[bin])))
}

interface Row {
  readonly label: string
  readonly used: Float64Array
  readonly cause: Float64Array
}

/** Bins count as often as they were drawn; of stations alike busy the first. */
function busiestOf(rows: Iterable<Row>, counts: Float64Array, part: number) {
  let best: { label: string; usedRatio: number; causeRatio: number } | undefined
  for (const { label, used, cause } of rows) {
    let usedSum = 0
    let causeSum = 0
    let count = 0
    for (let bin = 0; bin < counts.length; bin++) {
      usedSum += counts[bin] * used[bin]
      causeSum += counts[bin] * cause[bin]
      count += counts[bin]
    }
    const usedRatio = count > 0 ? (usedSum - part * causeSum) / count : 0
    if (best === undefined || usedRatio > best.usedRatio + 1e-12) best = { label, usedRatio, causeRatio: count > 0 ? causeSum / count : 0 }
  }
  return best
}
