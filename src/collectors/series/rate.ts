/** Counters become rates here and nowhere else: first sight, vanishing, wrapping, resets and clocks that stand still. */

import type { Reading, SeriesName } from '../../schema.ts'

/** Subject → its counters, always in the same order. NaN where the kernel has no such counter. */
export type Totals = ReadonlyMap<string, readonly number[]>

/** How much each counter grew over an interval. Subjects without a sound value are absent. */
export interface Changes {
  /** End of the interval. */
  readonly timeNs: number
  readonly durationNs: number
  readonly bySubject: ReadonlyMap<string, readonly number[]>
}

/** What the counters of a set are like. */
export interface CounterTraits {
  /** The kernel keeps them, or each CPU's part of them, in 32 bits. */
  readonly is32Bit?: boolean
  /** Indexes of counters that the kernel lets fall a little now and then; such a fall counts as no change. */
  readonly unsteady?: readonly number[]
}

const RANGE_32_BIT = 2 ** 32
/** A counter that wrapped and then grew by more than a quarter of its range was more likely set back. No source: a guess. */
const PLAUSIBLE_AFTER_WRAP = RANGE_32_BIT / 4

/** Remembers the last reading of a set of counters. */
export class CounterSet {
  readonly #is32Bit: boolean
  readonly #unsteady: readonly number[]
  #timeNs = Number.NaN
  #totals: Totals = new Map()

  constructor({ is32Bit = false, unsteady = [] }: CounterTraits = {}) {
    this.#is32Bit = is32Bit
    this.#unsteady = unsteady
  }

  /** Growth since the previous call. A call that is not later than the previous one is as if it had not been made. */
  advance(timeNs: number, totals: Totals): Changes {
    const durationNs = timeNs - this.#timeNs
    const bySubject = new Map<string, readonly number[]>()
    if (durationNs <= 0) return { timeNs, durationNs: 0, bySubject }
    if (durationNs > 0) {
      for (const [subject, current] of totals) {
        const previous = this.#totals.get(subject)
        const growth = previous === undefined ? undefined : this.#growth(previous, current)
        if (growth !== undefined) bySubject.set(subject, growth)
      }
    }
    this.#timeNs = timeNs
    this.#totals = totals
    return { timeNs, durationNs, bySubject }
  }

  /** Undefined when the counters were set back: a driver was loaded again, a device of the same name replaced the old one. */
  #growth(previous: readonly number[], current: readonly number[]): readonly number[] | undefined {
    let wrapCount = 0
    const growth: number[] = []
    for (let index = 0; index < current.length; index++) {
      let change = current[index] - previous[index]
      if (change < 0) {
        if (this.#unsteady.includes(index)) change = 0
        else if (this.#is32Bit && isWrap(change) && ++wrapCount === 1) change += RANGE_32_BIT
        else return undefined
      }
      growth.push(change)
    }
    return growth
  }
}

function isWrap(change: number): boolean {
  const unwrapped = change + RANGE_32_BIT
  return unwrapped >= 0 && unwrapped <= PLAUSIBLE_AFTER_WRAP
}

/** Collects readings of one instant and leaves out what was not measured. */
export class ReadingList {
  readonly readings: Reading[] = []
  readonly #timeNs: number
  readonly #durationNs: number

  constructor({ timeNs, durationNs }: { readonly timeNs: number; readonly durationNs: number }) {
    this.#timeNs = timeNs
    this.#durationNs = durationNs
  }

  /** A value as it is: a level when durationNs is 0, else one that stands for the interval. */
  add(name: SeriesName, subject: string, value: number): void {
    if (Number.isFinite(value)) this.readings.push({ name, subject, timeNs: this.#timeNs, durationNs: this.#durationNs, value })
  }

  /** Growth per second. */
  addRate(name: SeriesName, subject: string, growth: number): void {
    this.add(name, subject, (growth * 1e9) / this.#durationNs)
  }

  /** Share of the interval. Clocks of two files never agree to the last tick, so it ends at 1. */
  addShare(name: SeriesName, subject: string, growthNs: number): void {
    this.add(name, subject, Math.min(1, growthNs / this.#durationNs))
  }
}

/** One source: takes the text of its file and the time of reading. */
export type Differ = (text: string, timeNs: number) => Reading[]

/** A source whose counters are series as they stand: counter i is the series of that index. */
export function rateDiffer(parse: (text: string) => Totals, names: readonly SeriesName[], traits?: CounterTraits): Differ {
  const counters = new CounterSet(traits)
  return (text, timeNs) => {
    const changes = counters.advance(timeNs, parse(text))
    const list = new ReadingList(changes)
    for (const [subject, growth] of changes.bySubject) names.forEach((name, index) => void list.addRate(name, subject, growth[index]))
    return list.readings
  }
}

/** A source of levels: each series by name, of the machine. */
export function levelDiffer(parse: (text: string) => ReadonlyMap<SeriesName, number>): Differ {
  return (text, timeNs) => {
    const list = new ReadingList({ timeNs, durationNs: 0 })
    for (const [name, value] of parse(text)) list.add(name, '', value)
    return list.readings
  }
}
