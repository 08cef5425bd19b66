/**
 * Code that moves and whose memory is used again: of all ranges that were announced for an address the latest wins.
 */

import { lastAtOrBelow, sortedOrder } from './sorted-order.ts'

/** Address ranges as they were announced, oldest first. */
export interface CodeEntries {
  readonly starts: Float64Array
  readonly ends: Float64Array
  readonly count: number
}

/** Ranges in order of address, without overlaps. */
export interface CodeRanges {
  readonly starts: Float64Array
  readonly ends: Float64Array
  /** Entry that each range belongs to. */
  readonly entries: Uint32Array
}

/** Ranges that have names. */
export interface NamedRanges extends Pick<CodeRanges, 'starts' | 'ends'> {
  readonly nameOf: (index: number) => string
}

/** Index of the range that holds an address, or -1. */
export function findRange({ starts, ends }: Pick<CodeRanges, 'starts' | 'ends'>, address: number): number {
  const index = lastAtOrBelow(starts, address)
  return index >= 0 && address < ends[index] ? index : -1
}

/** Name of the function at an address; undefined outside of all. */
export function findRangeName(ranges: NamedRanges, address: number): string | undefined {
  const index = findRange(ranges, address)
  return index < 0 ? undefined : ranges.nameOf(index)
}

/**
 * What lies at each address in the end.
 *
 * Sweeps over the starts in order. Entries that cover the sweep's position wait in a heap, the latest on top: it owns the
 * addresses up to its end or the next start.
 *
 *     entry 0   |---------------|            range  0 0 0 1 1 1 0
 *     entry 1         |-----|
 */
export function latestCode(entries: CodeEntries): CodeRanges {
  const order = sortedOrder(entries.starts, entries.count)
  const covering = new LatestFirst(entries.count)
  const capacity = entries.count * 2
  const ranges = { starts: new Float64Array(capacity), ends: new Float64Array(capacity), entries: new Uint32Array(capacity) }
  let count = 0
  let position = 0
  for (let next = 0; next <= order.length; next++) {
    const nextStart = next < order.length ? entries.starts[order[next]] : Number.POSITIVE_INFINITY
    while (covering.count > 0 && position < nextStart) {
      const entry = covering.top
      const end = Math.min(entries.ends[entry], nextStart)
      if (end > position) {
        const continues = count > 0 && ranges.entries[count - 1] === entry && ranges.ends[count - 1] === position
        if (!continues) ranges.starts[count] = position
        if (!continues) ranges.entries[count++] = entry
        ranges.ends[count - 1] = end
        position = end
      }
      if (entries.ends[entry] <= position) covering.pop()
    }
    position = nextStart
    if (next < order.length) covering.push(order[next])
  }
  return { starts: ranges.starts.slice(0, count), ends: ranges.ends.slice(0, count), entries: ranges.entries.slice(0, count) }
}

/** A binary heap of entry numbers, the largest on top. */
class LatestFirst {
  readonly #entries: Uint32Array
  count = 0

  constructor(capacity: number) {
    this.#entries = new Uint32Array(capacity)
  }

  get top(): number {
    return this.#entries[0]
  }

  push(entry: number): void {
    let at = this.count++
    while (at > 0 && this.#entries[(at - 1) >> 1] < entry) {
      this.#entries[at] = this.#entries[(at - 1) >> 1]
      at = (at - 1) >> 1
    }
    this.#entries[at] = entry
  }

  pop(): void {
    const entry = this.#entries[--this.count]
    let at = 0
    for (let child = 1; child < this.count; child = at * 2 + 1) {
      if (child + 1 < this.count && this.#entries[child + 1] > this.#entries[child]) child++
      if (this.#entries[child] <= entry) break
      this.#entries[at] = this.#entries[child]
      at = child
    }
    this.#entries[at] = entry
  }
}
