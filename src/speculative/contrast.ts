/** What sets kept windows apart from healthy ones: measures of both, compared by rank. */

/** Measures of one window by name; what did not happen is absent and counts as 0. */
export type Measures = ReadonlyMap<string, { readonly unit: 'ns' | 'count'; readonly value: number }>

/** One measure that differs. */
export interface Difference {
  readonly measure: string
  readonly unit: 'ns' | 'count'
  /** Mean of the kept windows. */
  readonly value: number
  readonly controlMedian: number
  readonly controlMax: number
  readonly windowCount: number
  readonly controlCount: number
  readonly pValue: number
}

/** Differences in time below this are nobody's cause. No source: a guess. */
const LEAST_NS = 1e6
/** A difference that is not larger than this many times what healthy windows have at most is not worth a line. */
const LEAST_RATIO = 1.5
const MOST = 20
/** What no healthy window has weighs as what is so many times as large. No source: a guess. */
const NEVER_HAPPENS = 100

/** Measures that are larger in kept windows than in the controls, the most telling first. */
export function compareWindows(kept: readonly Measures[], controls: readonly Measures[]): readonly Difference[] {
  const names = new Map(kept.flatMap(measures => [...measures].map(([name, { unit }]) => [name, unit] as const)))
  const differences = [...names].flatMap(([measure, unit]) => {
    const values = kept.map(measures => measures.get(measure)?.value ?? 0)
    const healthy = controls.map(measures => measures.get(measure)?.value ?? 0).sort((a, b) => a - b)
    const value = values.reduce((sum, one) => sum + one, 0) / values.length
    const controlMax = healthy.at(-1) ?? 0
    const controlMedian = healthy[healthy.length >> 1] ?? 0
    if (value <= controlMedian * LEAST_RATIO || (unit === 'ns' && value - controlMedian < LEAST_NS)) return []
    const pValue = rankTest(values, healthy)
    return [{ measure, unit, value, controlMedian, controlMax, windowCount: kept.length, controlCount: controls.length, pValue }]
  })
  return differences.sort((a, b) => a.pValue - b.pValue || surprise(b) - surprise(a) || (a.measure < b.measure ? -1 : 1)).slice(0, MOST)
}

/** What never happens in healthy windows says more than what happens more; then how many times more. */
function surprise({ value, controlMax, unit }: Difference): number {
  const least = unit === 'ns' ? LEAST_NS : 1
  return controlMax === 0 ? NEVER_HAPPENS + value / least : value / Math.max(least, controlMax)
}

/**
 * Chance that the kept windows rank as high as they do if they were like the controls: Mann and Whitney's exact one-sided test. Ties count
 * against us. NaN without controls.
 */
export function rankTest(values: readonly number[], controls: readonly number[]): number {
  const n = values.length
  const m = controls.length
  if (n === 0 || m === 0) return Number.NaN
  const beaten = values.reduce((sum, value) => sum + controls.filter(control => control < value).length, 0)
  const ways = waysToBeat(n, m)
  const total = ways.reduce((sum, count) => sum + count, 0)
  return ways.slice(beaten).reduce((sum, count) => sum + count, 0) / total
}

/** By number of pairs won, in how many orders of n values and m controls that happens. */
function waysToBeat(n: number, m: number): Float64Array {
  // f(i, j)[u] = f(i - 1, j)[u - j] + f(i, j - 1)[u]: the largest of all is a value, which beats all j controls, or a control
  let row: Float64Array[] = Array.from({ length: m + 1 }, () => Float64Array.of(1))
  for (let i = 1; i <= n; i++) {
    const next: Float64Array[] = [Float64Array.of(1)]
    for (let j = 1; j <= m; j++) {
      const counts = new Float64Array(i * j + 1)
      row[j].forEach((count, u) => {
        counts[u + j] += count
      })
      next[j - 1].forEach((count, u) => {
        counts[u] += count
      })
      next.push(counts)
    }
    row = next
  }
  return row[m]
}

/** Keeps a fair sample of what it is offered: algorithm R (Vitter 1985). random gives numbers in [0, 1). */
export class Reservoir<Item> {
  readonly items: Item[] = []
  readonly #capacity: number
  readonly #random: () => number
  #offered = 0

  constructor(capacity: number, random: () => number) {
    this.#capacity = capacity
    this.#random = random
  }

  offer(item: Item): void {
    this.#offered++
    if (this.items.length < this.#capacity) {
      this.items.push(item)
      return
    }
    const place = Math.floor(this.#random() * this.#offered)
    if (place < this.#capacity) this.items[place] = item
  }
}
