/** The gate of stability: what limits a target does so in both halves of the recording, or the finding says when. analysis.md 4.5. */

import type { DetectorOutcome, FindingClass, NotEvaluated } from '../schema.ts'
import { formatRatio } from '../units.ts'
import type { Candidate } from './discovery.ts'
import { askRule } from './evaluate.ts'

/** Outcomes of some detectors on the first and on the second half. */
export type Halves = (detectors: ReadonlySet<string>) => readonly [readonly DetectorOutcome[], readonly DetectorOutcome[]]

/** Halves of shorter recordings have too little in them. No source: a guess. */
export const MIN_DURATION_NS = 10e9

/** What became of a candidate when it was looked for again. */
export type Stability = { readonly status: 'holds' } | { readonly status: 'once'; readonly when: string } | { readonly status: 'gone' }

/** Classes about the course of time itself: a change is in one half by its nature. */
const aboutTime: ReadonlySet<FindingClass> = new Set<FindingClass>([
  'time.change',
  'time.phase',
  'time.outlier',
  'time.periodic',
  'time.tail',
  'scale.limit',
  'mem.growth',
  'proc.thread-growth',
])

/** Looks for all candidates again. */
export function judgeStability<Item extends Candidate>(candidates: readonly Item[], halves: Halves): Map<Item, Stability> {
  const asked = candidates.filter(({ rule }) => !aboutTime.has(rule.class))
  if (asked.length === 0) return new Map()
  const outcomes = halves(new Set(asked.map(({ rule }) => rule.detector)))
  return new Map(asked.map(candidate => [candidate, stabilityOf(candidate, outcomes)]))
}

/** How the gate says that it silenced a rule. */
export function silencedAsGone({ rule }: Candidate): NotEvaluated {
  return {
    rule: rule.id,
    reason: 'What it found in the whole recording is in neither half of it.',
    remedy: 'Record longer.',
  }
}

function stabilityOf(candidate: Candidate, outcomes: ReturnType<Halves>): Stability {
  const [first, second] = outcomes.map(some => presence(candidate, some))
  if (first === undefined || second === undefined || (first.isThere && second.isThere)) return { status: 'holds' }
  if (!first.isThere && !second.isThere) return { status: 'gone' }
  const [where, here, there] = first.isThere ? ['first', first.share, second.share] : ['second', second.share, first.share]
  return { status: 'once', when: `Only in the ${where} half: ${formatRatio(here)} of the time there, ${formatRatio(there)} in the other.` }
}

/** Undefined where the half cannot tell. */
function presence({ rule, observation }: Candidate, outcomes: readonly DetectorOutcome[]): { isThere: boolean; share: number } | undefined {
  const outcome = outcomes.find(({ detector }) => detector === rule.detector)
  if (outcome?.status !== 'ran') return undefined
  const same = outcome.observations.find(({ subject }) => subject === observation.subject)
  if (same === undefined) return { isThere: false, share: 0 }
  const answer = askRule(rule, same)
  if (answer.status === 'unknown') return undefined
  return { isThere: answer.status === 'fires' || (answer.status === 'small' && answer.possible), share: same.share.estimate }
}
