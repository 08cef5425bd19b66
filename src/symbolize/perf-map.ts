/**
 * Functions that a running program compiled itself, from the map it writes: "start size name" a line, numbers in hex.
 * Format: tools/perf/Documentation/jit-interface.txt. Code moves and memory is used again, so a later line wins over an
 * earlier one wherever the two overlap.
 */

import { lastAtOrBelow, sortedOrder } from './sorted-order.ts'

/** Lines that are used; a map of 64 MiB has about half a million. */
const MAX_LINES = 1 << 21
/** Names are cut here: a line without an end must not be read for each address in it. */
const MAX_NAME_BYTES = 2048
const NEWLINE = 0x0a
const SPACE = 0x20

/** Ranges in order of address, without overlaps. */
export interface PerfMap {
  readonly starts: Float64Array
  readonly ends: Float64Array
  readonly nameOf: (index: number) => string
  /** Lines that are no entry, or one too many. */
  readonly skippedCount: number
}

/** Parses a map that may still be growing: a last line without its end is left out. */
export function parsePerfMap(bytes: Uint8Array): PerfMap {
  const lines = readLines(bytes)
  const ranges = withoutOverlaps(lines)
  return {
    starts: ranges.starts,
    ends: ranges.ends,
    nameOf: index => decodeName(bytes, lines.nameOffsets[ranges.lines[index]]),
    skippedCount: lines.skippedCount,
  }
}

/** Name of the function at an address; undefined outside of all. */
export function findJitName(map: PerfMap, address: number): string | undefined {
  const index = lastAtOrBelow(map.starts, address)
  return index >= 0 && address < map.ends[index] ? map.nameOf(index) : undefined
}

interface Lines {
  readonly starts: Float64Array
  readonly ends: Float64Array
  readonly nameOffsets: Uint32Array
  readonly count: number
  readonly skippedCount: number
}

function readLines(bytes: Uint8Array): Lines {
  let capacity = 0
  for (let end = bytes.indexOf(NEWLINE); end >= 0; end = bytes.indexOf(NEWLINE, end + 1)) capacity++
  capacity = Math.min(capacity, MAX_LINES)
  const lines = { starts: new Float64Array(capacity), ends: new Float64Array(capacity), nameOffsets: new Uint32Array(capacity) }
  let count = 0
  let skippedCount = 0
  for (let start = 0, end = bytes.indexOf(NEWLINE); end >= 0; start = end + 1, end = bytes.indexOf(NEWLINE, start)) {
    const address = parseHex(bytes, start, end)
    const size = address === undefined ? undefined : parseHex(bytes, address.next, end)
    if (address === undefined || size === undefined || size.value === 0 || size.next >= end || count === capacity) {
      skippedCount++
      continue
    }
    lines.starts[count] = address.value
    lines.ends[count] = address.value + size.value
    lines.nameOffsets[count] = size.next
    count++
  }
  return { ...lines, count, skippedCount }
}

/** A hex number that ends with a space, and where the next field begins. */
function parseHex(bytes: Uint8Array, start: number, end: number): { value: number; next: number } | undefined {
  let at = start
  if (bytes[at] === 0x30 && (bytes[at + 1] | 0x20) === 0x78) at += 2 // some writers put 0x in front
  const first = at
  let value = 0
  for (; at < end && bytes[at] !== SPACE; at++) {
    const code = bytes[at]
    const digit = code < 0x3a ? code - 0x30 : (code | 0x20) - 0x57
    if (digit < 0 || digit > 15) return undefined
    value = value * 16 + digit
  }
  return at === first || at === end || value > Number.MAX_SAFE_INTEGER ? undefined : { value, next: at + 1 }
}

interface Ranges {
  readonly starts: Float64Array
  readonly ends: Float64Array
  /** Line that each range belongs to. */
  readonly lines: Uint32Array
}

/**
 * Sweeps over the starts in order. Lines that cover the sweep's position wait in a heap, the latest on top: it owns the
 * addresses up to its end or the next start.
 *
 *     line 0   |---------------|            range  0 0 0 1 1 1 0
 *     line 1         |-----|
 */
function withoutOverlaps(lines: Lines): Ranges {
  const order = sortedOrder(lines.starts, lines.count)
  const covering = new LatestFirst(lines.count)
  const capacity = lines.count * 2
  const ranges = { starts: new Float64Array(capacity), ends: new Float64Array(capacity), lines: new Uint32Array(capacity) }
  let count = 0
  let position = 0
  for (let next = 0; next <= order.length; next++) {
    const nextStart = next < order.length ? lines.starts[order[next]] : Number.POSITIVE_INFINITY
    while (covering.count > 0 && position < nextStart) {
      const line = covering.top
      const end = Math.min(lines.ends[line], nextStart)
      if (end > position) {
        const continues = count > 0 && ranges.lines[count - 1] === line && ranges.ends[count - 1] === position
        if (!continues) ranges.starts[count] = position
        if (!continues) ranges.lines[count++] = line
        ranges.ends[count - 1] = end
        position = end
      }
      if (lines.ends[line] <= position) covering.pop()
    }
    position = nextStart
    if (next < order.length) covering.push(order[next])
  }
  return { starts: ranges.starts.slice(0, count), ends: ranges.ends.slice(0, count), lines: ranges.lines.slice(0, count) }
}

/** A binary heap of line numbers, the largest on top. */
class LatestFirst {
  readonly #lines: Uint32Array
  count = 0

  constructor(capacity: number) {
    this.#lines = new Uint32Array(capacity)
  }

  get top(): number {
    return this.#lines[0]
  }

  push(line: number): void {
    let at = this.count++
    while (at > 0 && this.#lines[(at - 1) >> 1] < line) {
      this.#lines[at] = this.#lines[(at - 1) >> 1]
      at = (at - 1) >> 1
    }
    this.#lines[at] = line
  }

  pop(): void {
    const line = this.#lines[--this.count]
    let at = 0
    for (let child = 1; child < this.count; child = at * 2 + 1) {
      if (child + 1 < this.count && this.#lines[child + 1] > this.#lines[child]) child++
      if (this.#lines[child] <= line) break
      this.#lines[at] = this.#lines[child]
      at = child
    }
    this.#lines[at] = line
  }
}

const decoder = new TextDecoder()

function decodeName(bytes: Uint8Array, start: number): string {
  const line = bytes.subarray(start, start + MAX_NAME_BYTES)
  const end = line.indexOf(NEWLINE)
  return decoder.decode(end < 0 ? line : line.subarray(0, end))
}
