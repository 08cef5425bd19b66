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
