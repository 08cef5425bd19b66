/** Amounts added up by name, for naming who has most. */
export class NamedTally {
  readonly #amountOf = new Map<string, number>()
  total = 0

  add(name: string, amount: number): void {
    if (!(amount > 0)) return
    this.#amountOf.set(name, (this.#amountOf.get(name) ?? 0) + amount)
    this.total += amount
  }

  /** Most first, by name among equals. */
  sorted(): (readonly [name: string, amount: number])[] {
    return [...this.#amountOf].sort((a, b) => b[1] - a[1] || (a[0] < b[0] ? -1 : 1))
  }

  /** Who has most and its part; undefined when there is nothing. */
  largest(): { readonly name: string; readonly amount: number; readonly share: number } | undefined {
    const first = this.sorted().at(0)
    return first === undefined ? undefined : { name: first[0], amount: first[1], share: first[1] / this.total }
  }
}
