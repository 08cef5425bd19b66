/** What we may cost: DESIGN.md, "What it must cost". */
const BUDGET_RATIO = 0.01

/** Ticks between two readings of what is read most often: 100 ms, 200 ms, half a second. */
const steps = [1, 2, 5] as const

/**
 * How often the ledger and the fast series are read. On many CPUs reading them ten times a second costs nothing anybody would
 * notice; on few it may be most of our cost, and then slices become longer: times stay exact, only when they were is less so.
 */
export class Cadence {
  #step = 0
  #cpuNs: number
  #timeNs = 0
  readonly #cpuCount: number

  /** cpuNs: our CPU time so far. */
  constructor(cpuNs: number, cpuCount: number) {
    this.#cpuNs = cpuNs
    this.#cpuCount = cpuCount
  }

  /** Whether the ledger and the fast series are read at this tick. */
  isDue(tick: number): boolean {
    return tick % steps[this.#step] === 0
  }

  /** Once a second: what we cost since the last call decides how often we read from now on. */
  adapt(cpuNs: number, timeNs: number): void {
    const ratio = (cpuNs - this.#cpuNs) / Math.max(1, timeNs - this.#timeNs) / this.#cpuCount
    this.#cpuNs = cpuNs
    this.#timeNs = timeNs
    if (ratio > BUDGET_RATIO) this.#step = Math.min(steps.length - 1, this.#step + 1)
    else if (ratio < BUDGET_RATIO / 3) this.#step = Math.max(0, this.#step - 1)
  }
}

/** What a part may take even when the rest of us is over the budget: less would tell nothing. A guess. */
const LEAST_RATIO = 0.002
/** What it may take before anything was measured. */
const FIRST_RATIO = 0.004

/** What one part of ours may cost: what the others leave of the budget, by their last second. */
export class Allowance {
  readonly #ownCpuNs: () => number
  readonly #cpuCount: number
  #spentNs = 0
  #last: { readonly cpuNs: number; readonly spentNs: number; readonly timeNs: number }
  /** CPU time it may take in a second. */
  perSecondNs: number

  /** ownCpuNs: our CPU time so far, the part's included. */
  constructor(ownCpuNs: () => number, cpuCount: number) {
    this.#ownCpuNs = ownCpuNs
    this.#cpuCount = cpuCount
    this.#last = { cpuNs: ownCpuNs(), spentNs: 0, timeNs: 0 }
    this.perSecondNs = FIRST_RATIO * cpuCount * 1e9
  }

  /** What the part took so far. */
  get spentNs(): number {
    return this.#spentNs
  }

  /** Does a piece of the part's work and counts what it cost. */
  measure<Result>(work: () => Result): Result {
    const beforeNs = this.#ownCpuNs()
    const result = work()
    this.#spentNs += this.#ownCpuNs() - beforeNs
    return result
  }

  /** Once a second. */
  adapt(timeNs: number): void {
    const now = { cpuNs: this.#ownCpuNs(), spentNs: this.#spentNs, timeNs }
    const othersNs = now.cpuNs - this.#last.cpuNs - (now.spentNs - this.#last.spentNs)
    const othersRatio = othersNs / Math.max(1, timeNs - this.#last.timeNs) / this.#cpuCount
    this.#last = now
    this.perSecondNs = Math.max(LEAST_RATIO, BUDGET_RATIO - othersRatio) * this.#cpuCount * 1e9
  }
}

/** Shorter sees no wait that matters. */
const SHORTEST_WINDOW_NS = 10e6
const SECOND_NS = 1e9

/** How much of the next second may be watched, when watching cost so much in the last one: Infinity for all of it. */
export function nextWindowNs(
  windowNs: number,
  { spentNs, watchedNs, allowedNs }: { readonly spentNs: number; readonly watchedNs: number; readonly allowedNs: number },
): number {
  if (!(watchedNs > 0)) return windowNs
  const wantedNs = spentNs > 0 ? (allowedNs / spentNs) * watchedNs : Number.POSITIVE_INFINITY
  // a quiet moment says little of the next one: at most twice as long as before
  const nextNs = Math.max(SHORTEST_WINDOW_NS, Math.min(wantedNs, watchedNs * 2))
  return nextNs >= SECOND_NS ? Number.POSITIVE_INFINITY : nextNs
}
