import { NONE, type Table } from '../schema.ts'
import { lastAtOrBelow } from './sorted-order.ts'

/** Mappings looked at for one address: a program can map the same range again and again. */
const MAX_CANDIDATES = 4096

/** Mappings of one process in order of their start. */
interface ProcessMappings {
  readonly rows: readonly number[]
  readonly starts: Float64Array
  readonly ends: Float64Array
  /** Highest end of this mapping and all before it: how far back a search has to go. */
  readonly highestEnds: Float64Array
}

/** Answers which mapping an address belonged to at an instant. */
export class MappingIndex {
  readonly #timeNs: Float64Array
  readonly #processes = new Map<number, ProcessMappings>()

  constructor(mapping: Table<'mapping'>) {
    this.#timeNs = mapping.timeNs
    const rowsOf = new Map<number, number[]>()
    for (let row = 0; row < mapping.length; row++) {
      const rows = rowsOf.get(mapping.process[row])
      if (rows === undefined) rowsOf.set(mapping.process[row], [row])
      else rows.push(row)
    }
    for (const [process, rows] of rowsOf) this.#processes.set(process, indexMappings(mapping, rows))
  }

  /** The latest mapping that covers the address and was there at timeNs; else the earliest that came later; else NONE. */
  find(process: number, address: number, timeNs: number): number {
    const mappings = this.#processes.get(process)
    if (mappings === undefined) return NONE
    const { rows, starts, ends, highestEnds } = mappings
    let before = NONE
    let after = NONE
    const last = lastAtOrBelow(starts, address)
    for (let index = last; index > last - MAX_CANDIDATES && index >= 0 && highestEnds[index] > address; index--) {
      if (ends[index] <= address) continue
      const row = rows[index]
      if (this.#timeNs[row] <= timeNs) before = before === NONE || this.#isLater(row, before) ? row : before
      else after = after === NONE || this.#isLater(after, row) ? row : after
    }
    return before === NONE ? after : before
  }

  #isLater(row: number, other: number): boolean {
    return this.#timeNs[row] > this.#timeNs[other] || (this.#timeNs[row] === this.#timeNs[other] && row > other)
  }
}

function indexMappings(mapping: Table<'mapping'>, rows: number[]): ProcessMappings {
  const startOf = (row: number): number => Number(mapping.startAddress[row])
  rows.sort((left, right) => startOf(left) - startOf(right) || left - right)
  const ends = Float64Array.from(rows, row => Number(mapping.endAddress[row]))
  const highestEnds = ends.slice()
  for (let index = 1; index < highestEnds.length; index++) highestEnds[index] = Math.max(highestEnds[index], highestEnds[index - 1])
  return { rows, starts: Float64Array.from(rows, startOf), ends, highestEnds }
}
