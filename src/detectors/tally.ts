import { NONE } from '../schema.ts'

/** Time added up by a number that stands for who used it. */
export class Tally {
  readonly #nsOf = new Map<number, number>()
  total = 0

  get size(): number {
    return this.#nsOf.size
  }

  add(key: number, ns: number): void {
    if (!(ns > 0)) return
    this.#nsOf.set(key, (this.#nsOf.get(key) ?? 0) + ns)
    this.total += ns
  }

  /** The one with most time, the smaller key among equals; NONE and 0 when there is nothing. */
  largest(): { readonly key: number; readonly ns: number } {
    let largest = { key: NONE as number, ns: 0 }
    for (const [key, ns] of this.#nsOf) {
      if (ns > largest.ns || (ns === largest.ns && key < largest.key)) largest = { key, ns }
    }
    return largest
  }

  /** Everybody, most time first. */
  sorted(): (readonly [key: number, ns: number])[] {
    return [...this.#nsOf].sort((a, b) => b[1] - a[1] || a[0] - b[0])
  }
}
