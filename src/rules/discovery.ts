/** The gate against chance: of many candidates some look large by accident. Benjamini & Hochberg 1995, analysis.md 4.5. */

import type { NotEvaluated, Observation } from '../schema.ts'
import type { LoadedRule } from './rule.ts'

/** Part of what is reported that may be chance. */
const FALSE_DISCOVERIES = 0.05
/** A candidate must be sure to cost more than this: the effect gate of analysis.md 4.5. */
const NOTHING = 0.03

/** A rule whose conditions hold for an observation. */
export interface Candidate {
  readonly rule: LoadedRule
  readonly observation: Observation
}

/** The candidates that hold against chance when all of them are looked at together. */
export function discoveries<Item extends Candidate>(candidates: readonly Item[]): Set<Item> {
  const ordered = candidates.map(candidate => ({ candidate, chance: chanceOf(candidate) })).sort((a, b) => a.chance - b.chance)
  let passed = 0
  for (const [index, { chance }] of ordered.entries()) if (chance <= (FALSE_DISCOVERIES * (index + 1)) / ordered.length) passed = index + 1
  return new Set(ordered.slice(0, passed).map(({ candidate }) => candidate))
}

/** How the gate says that it silenced a rule. */
export function silencedByChance(rule: LoadedRule, count: number): NotEvaluated {
  return {
    rule: rule.id,
    reason: `What it found may be chance: among ${count} candidates one as unsure is to be expected.`,
    remedy: 'Record longer.',
  }
}

/** What its own test says where it has one; else how likely the interval is when hardly anything is lost. */
function chanceOf({ observation: { metrics, share } }: Candidate): number {
  const { chanceRatio } = metrics
  const ofShare = chanceOfShare(share)
  if (chanceRatio === undefined || !(chanceRatio >= 0)) return ofShare
  // what costs no time has its own test alone
  return share.estimate > 0 ? Math.max(chanceRatio, ofShare) : chanceRatio
}

function chanceOfShare({ estimate, low }: Observation['share']): number {
  // an interval of 95 % reaches 1.96 standard errors down
  const error = (estimate - low) / 1.96
  if (!(error > 0)) return 0
  // an estimate below it is no evidence at all; the rest is Q(z) by the bound of Chernoff, which is never too small
  const z = (estimate - NOTHING) / error
  return z <= 0 ? 1 : 0.5 * Math.exp((-z * z) / 2)
}
