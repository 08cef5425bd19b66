/** How often a trigger may cost something: a cooldown per trigger, a token bucket for all, a number of kept windows. */

/** Why a trigger that fired is not followed. */
export type Held = 'cooldown' | 'rate' | 'max' | 'maxDisk'

/** The limits. */
export interface ThrottleLimits {
  /** After a window of a trigger was kept, it rests so long. */
  readonly cooldownNs: number
  readonly max: number
  readonly maxDiskBytes: number
}

/** Windows that are looked at: ten at once, then one in six seconds. No source: a guess at what a person would read. */
const BURST = 10
const REFILL_NS = 6e9

/** State of the limits. Times are any clock in ns, as long as it is one. */
export class Throttle {
  readonly #limits: ThrottleLimits
  readonly #restsUntil = new Map<number, number>()
  #tokens = BURST
  #refilledNs = 0
  #keptCount = 0
  #keptBytes = 0

  constructor(limits: ThrottleLimits) {
    this.#limits = limits
  }

  /** Whether another window could be looked at now. */
  hasRoom(nowNs: number): boolean {
    this.#refill(nowNs)
    return this.#tokens >= 1
  }

  /** Whether a trigger that fires now is followed; taking a token if so. */
  holds(trigger: number, nowNs: number): Held | undefined {
    if (this.#keptCount >= this.#limits.max) return 'max'
    if (this.#keptBytes >= this.#limits.maxDiskBytes) return 'maxDisk'
    if (nowNs < (this.#restsUntil.get(trigger) ?? Number.NEGATIVE_INFINITY)) return 'cooldown'
    this.#refill(nowNs)
    if (this.#tokens < 1) return 'rate'
    this.#tokens--
    return undefined
  }

  #refill(nowNs: number): void {
    this.#tokens = Math.min(BURST, this.#tokens + Math.max(0, nowNs - this.#refilledNs) / REFILL_NS)
    this.#refilledNs = nowNs
  }

  /** A window was kept. */
  keep(trigger: number, { nowNs, sizeBytes }: { readonly nowNs: number; readonly sizeBytes: number }): void {
    this.#keptCount++
    this.#keptBytes += sizeBytes
    this.#restsUntil.set(trigger, nowNs + this.#limits.cooldownNs)
  }

  /** Whether nothing can be kept any more. */
  get isSpent(): boolean {
    return this.#keptCount >= this.#limits.max || this.#keptBytes >= this.#limits.maxDiskBytes
  }
}
