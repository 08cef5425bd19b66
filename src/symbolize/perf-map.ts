/**
 * Functions that a running program compiled itself, from the map it writes: "start size name" a line, numbers in hex.
 * Format: tools/perf/Documentation/jit-interface.txt. Code moves and memory is used again, so a later line wins over an
 * earlier one wherever the two overlap.
 */

import { type CodeEntries, latestCode, type NamedRanges } from './code-ranges.ts'

/** Lines that are used; a map of 64 MiB has about half a million. */
const MAX_LINES = 1 << 21
/** Names are cut here: a line without an end must not be read for each address in it. */
const MAX_NAME_BYTES = 2048
const NEWLINE = 0x0a
const SPACE = 0x20

/** The functions of a map. */
export interface PerfMap extends NamedRanges {
  /** Lines that are no entry, or one too many. */
  readonly skippedCount: number
}

/** Parses a map that may still be growing: a last line without its end is left out. */
export function parsePerfMap(bytes: Uint8Array): PerfMap {
  const lines = readLines(bytes)
  const ranges = latestCode(lines)
  return {
    starts: ranges.starts,
    ends: ranges.ends,
    nameOf: index => decodeName(bytes, lines.nameOffsets[ranges.entries[index]]),
    skippedCount: lines.skippedCount,
  }
}

interface Lines extends CodeEntries {
  readonly nameOffsets: Uint32Array
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

const decoder = new TextDecoder()

function decodeName(bytes: Uint8Array, start: number): string {
  const line = bytes.subarray(start, start + MAX_NAME_BYTES)
  const end = line.indexOf(NEWLINE)
  return decoder.decode(end < 0 ? line : line.subarray(0, end))
}
