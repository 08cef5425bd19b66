/** One rule asked about one observation. */

import type { Observation } from '../schema.ts'
import type { LoadedRule } from './rule.ts'
import { EFFECT_SCORE, scoreOfShare } from './score.ts'

/** The answer of a rule: fires, is quiet for a reason, or cannot tell. */
export type RuleAnswer =
  | { readonly status: 'fires'; readonly score: number }
  /** A condition is false. */
  | { readonly status: 'quiet' }
  /** All conditions hold, but the effect is small; possible: it may be large all the same. */
  | { readonly status: 'small'; readonly score: number; readonly possible: boolean }
  /** It would depend on what was not measured. */
  | { readonly status: 'unknown'; readonly missing: readonly string[] }

/** Conditions first: one that is false settles it, whatever else was not measured. Then the effect gate. */
export function askRule(rule: LoadedRule, observation: Observation): RuleAnswer {
  const answers = rule.conditions.map(({ holds }) => holds(observation))
  if (answers.some(answer => 'value' in answer && !answer.value)) return { status: 'quiet' }
  const missing = answers.flatMap(answer => ('missing' in answer ? answer.missing : []))
  if (missing.length > 0) return { status: 'unknown', missing: [...new Set(missing)] }
  if (rule.status === 'hint') return { status: 'fires', score: EFFECT_SCORE }
  const score = scoreOf(rule, observation)
  if (typeof score !== 'number') return { status: 'unknown', missing: score }
  if (score >= EFFECT_SCORE) return { status: 'fires', score }
  const { share } = observation
  const atEstimate = scoreOf(rule, { ...observation, share: { ...share, low: share.estimate } })
  return { status: 'small', score, possible: typeof atEstimate === 'number' && atEstimate >= EFFECT_SCORE }
}

/** Whether each condition holds; undefined where it cannot be told. */
export function conditionsOf(rule: LoadedRule, observation: Observation): (boolean | undefined)[] {
  return rule.conditions.map(({ holds }) => {
    const answer = holds(observation)
    return 'value' in answer ? answer.value : undefined
  })
}

/** 0..100, or the names of what was not measured. */
function scoreOf({ score, scoreExpression }: LoadedRule, observation: Observation): number | readonly string[] {
  let value = scoreOfShare(observation.share)
  if (scoreExpression !== undefined) {
    const answer = scoreExpression(observation)
    if ('missing' in answer) return answer.missing
    value = answer.value
  }
  if (!Number.isFinite(value)) return [scoreExpression === undefined ? 'share' : 'score']
  const ceiling = typeof score === 'object' ? score.ceiling : 100
  return Math.min(ceiling, Math.max(0, value))
}
