/** `… for 2s`: fires once when a level has held so long, and again only after it was gone in between. */
export class LevelHold {
  readonly #holdNs: number
  #sinceNs: number | undefined
  #hasFired = false

  constructor(holdNs: number) {
    this.#holdNs = holdNs
  }

  /** The level at an instant; whether the trigger fires now. */
  fires(isTrue: boolean, nowNs: number): boolean {
    if (!isTrue) {
      this.#sinceNs = undefined
      this.#hasFired = false
      return false
    }
    this.#sinceNs ??= nowNs
    if (this.#hasFired || nowNs - this.#sinceNs < this.#holdNs) return false
    this.#hasFired = true
    return true
  }
}
