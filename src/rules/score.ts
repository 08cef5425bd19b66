/** The one score scale: 25 = 5 % of the target's time, 75 = 20 %. */

import type { Interval } from '../schema.ts'

/** A finding scores at least this: below it the effect is too small to act on. */
export const EFFECT_SCORE = 25

/** The default map, on the lower bound of the share. shared/reference/rules.md 4.3. */
export function scoreOfShare(share: Interval): number {
  return e2(share.low, 0.05, 0.2)
}

/**
 * JMC's two-point map: 25 at the first point, 75 at the second, towards 100 (RulesToolkit.mapExp100, closed form in
 * shared/reference/rules.md 4.1). NaN for points that are not in order.
 */
export function e2(value: number, at25: number, at75: number): number {
  if (!(at25 > 0) || !(at75 > at25)) return Number.NaN
  if (value <= 0) return 0
  if (value < at25) return (25 * value) / at25
  return 25 + 75 * (1 - (1 / 3) ** ((value - at25) / (at75 - at25)))
}
