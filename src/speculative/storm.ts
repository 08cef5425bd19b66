/** A firing, as far as a storm is concerned. */
export interface StormFiring {
  readonly timeNs: number
  readonly durationNs: number | undefined
}

/**
 * What is kept of a storm: those that come when the rate allows are its sample; of those that come between, the worst waits for its turn
 * as long as its window is still in the rings.
 */
export class Storm<Firing extends StormFiring> {
  readonly #historyNs: number
  #worst: Firing | undefined

  constructor(historyNs: number) {
    this.#historyNs = historyNs
  }

  /** Holds it or what was held; the one that is let go. */
  hold(firing: Firing): Firing | undefined {
    const held = this.#worst
    if (held !== undefined && weight(firing) <= weight(held) && firing.timeNs - held.timeNs < this.#historyNs) return firing
    this.#worst = firing
    return held
  }

  /** What was held, no longer. */
  take(): Firing | undefined {
    const worst = this.#worst
    this.#worst = undefined
    return worst
  }
}

/** What has no duration is as bad as any other without. */
function weight({ durationNs }: StormFiring): number {
  return durationNs ?? 0
}
