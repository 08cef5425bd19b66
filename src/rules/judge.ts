/** Observations → findings in rank order, what was cleared, and what could not be told. */

import type {
  Activity,
  AnalysisContext,
  Cleared,
  DetectorOutcome,
  Finding,
  FixStep,
  GainEstimator,
  NotEvaluated,
  Observation,
  Quality,
  Unavailable,
} from '../schema.ts'
import { formatRatio } from '../units.ts'
import { type Candidate, discoveries, silencedByChance } from './discovery.ts'
import { askRule, conditionsOf, type RuleAnswer } from './evaluate.ts'
import { type FoldableFinding, foldSymptoms } from './folding.ts'
import { dataGate, isIdle } from './gates.ts'
import { failed, nothingMeasured, notMeasured, notRun, skipped } from './not-evaluated.ts'
import type { LoadedRule } from './rule.ts'
import { EFFECT_SCORE, scoreOfShare } from './score.ts'
import { type Halves, judgeStability, MIN_DURATION_NS, silencedAsGone } from './stability.ts'
import { fillTemplate } from './template.ts'

/** What rules are judged against besides observations. */
export interface JudgeContext {
  readonly context: AnalysisContext
  readonly activity: Activity
  readonly quality: Quality
  /** From the manifest: explains what is missing. */
  readonly unavailable: readonly Unavailable[]
  /** What the detectors of findings observe in each half; nothing is said of stability without. */
  readonly halves?: Halves
  readonly gains?: GainEstimator
}

/** The judgement of all rules. */
export interface Judgement {
  /** The activity gate closed: there are no findings. */
  readonly idle: boolean
  /** Proven rules first, then by score. */
  readonly findings: readonly Finding[]
  readonly fixOrder: readonly FixStep[]
  /** What the findings and their symptoms were told from. */
  readonly observations: readonly Observation[]
  readonly cleared: readonly Cleared[]
  readonly notEvaluated: readonly NotEvaluated[]
  /** How many rules had their answer. */
  readonly evaluatedCount: number
  /** Effects that may be large, but are not proven to be: rule ids. */
  readonly unproven: readonly { readonly rule: LoadedRule; readonly observation: Observation }[]
}

/** Asks every rule about every observation of its detector. */
export function judge(rules: readonly LoadedRule[], outcomes: readonly DetectorOutcome[], input: JudgeContext): Judgement {
  const idle = isIdle(input.activity, input.context)
  const outcomeOf = new Map(outcomes.map(outcome => [outcome.detector, outcome]))
  const answers = [...rules]
    .sort((a, b) => compareText(a.id, b.id))
    .map(rule => ({ detector: rule.detector, ...answerOf(rule, outcomeOf.get(rule.detector), { ...input, idle }) }))
  const gated = passGates(answers, input)
  // what one rule clears another rule of the same measurement may accuse
  const guilty = new Set(gated.fired.map(({ rule }) => rule.detector))
  const ranked = [...gated.fired].sort((a, b) => compareFindings(a.finding, b.finding))
  const withGains = ranked.map((fired, rank) => (rank < MAX_GAINS ? { ...fired, finding: addGain(fired, input.gains) } : fired))
  const findings = foldSymptoms(withGains, input.context.target).map((finding, index) => ({ ...finding, id: `F${index + 1}` }))
  return {
    idle,
    findings,
    fixOrder: input.gains?.inTurn(findings.flatMap(finding => causeOf(finding, ranked))) ?? [],
    observations: ranked.map(({ observation }) => observation),
    cleared: answers.flatMap(({ cleared, detector }) => (cleared === undefined || guilty.has(detector) ? [] : [cleared])),
    notEvaluated: [
      ...answers.flatMap(answer => answer.notEvaluated ?? []),
      ...answers.flatMap(({ large, detector }) => (large === undefined || guilty.has(detector) ? [] : [large])),
      ...gated.silenced,
    ],
    evaluatedCount: answers.filter(answer => answer.notEvaluated === undefined).length,
    unproven: answers.flatMap(answer => answer.unproven ?? []),
  }
}

/** Gains are estimated for the leading findings. */
const MAX_GAINS = 12

interface Fired extends Candidate, FoldableFinding {}

/** Chance first, then stability: each says what it silenced. */
function passGates(answers: readonly Answer[], { halves, context }: JudgeContext) {
  const all = answers.flatMap(answer => answer.findings ?? [])
  const small = answers.flatMap(answer => answer.small ?? [])
  const held = discoveries<Candidate>([...all, ...small])
  const likely = all.filter(fired => held.has(fired))
  const chance = all.filter(fired => !held.has(fired)).map(({ rule }) => silencedByChance(rule, all.length + small.length))
  if (halves === undefined || context.durationNs < MIN_DURATION_NS) return { fired: likely, silenced: chance }
  const stability = judgeStability(likely, halves)
  const gone = likely.filter(fired => stability.get(fired)?.status === 'gone')
  const fired = likely.flatMap((each): Fired[] => {
    const verdict = stability.get(each)
    if (verdict?.status === 'gone') return []
    return [verdict?.status === 'once' ? { ...each, finding: { ...each.finding, when: verdict.when } } : each]
  })
  return { fired, silenced: [...chance, ...gone.map(silencedAsGone)] }
}

function addGain({ finding, observation }: Fired, gains: GainEstimator | undefined): Finding {
  if (gains === undefined) return finding
  const answer = gains.estimate(observation)
  return 'gain' in answer ? { ...finding, gain: answer.gain } : { ...finding, gainNotEstimated: answer.notEstimated }
}

/** What a finding that was kept was told from. Experimental ones are no step of a plan. */
function causeOf({ id, rule, subject, experimental }: Finding, fired: readonly Fired[]) {
  const same = fired.find(({ finding }) => finding.rule === rule && finding.subject === subject)
  return same === undefined || experimental === true ? [] : [{ finding: id, observation: same.observation }]
}

interface Answer {
  readonly findings?: readonly Fired[]
  /** Conditions hold, but the effect is small: a candidate like those that fired. */
  readonly small?: readonly Candidate[]
  readonly cleared?: Cleared
  readonly notEvaluated?: NotEvaluated
  /** Nothing that this rule means, and too much to be innocent. */
  readonly large?: NotEvaluated
  readonly unproven?: Judgement['unproven'][number]
}

function answerOf(rule: LoadedRule, outcome: DetectorOutcome | undefined, input: JudgeContext & { readonly idle: boolean }): Answer {
  const { context, quality, unavailable, idle } = input
  if (outcome === undefined) return { notEvaluated: notRun(rule) }
  if (outcome.status === 'failed') return { notEvaluated: failed(rule, outcome.message) }
  if (outcome.status === 'skipped') return { notEvaluated: skipped(rule, outcome.missing, unavailable) }
  const tooFew = dataGate(rule, quality, context)
  // of an idle target few samples are all there is to see
  if (tooFew !== undefined) return idle ? {} : { notEvaluated: tooFew }
  if (outcome.observations.length === 0) {
    const notEvaluated = nothingMeasured(rule, unavailable)
    return notEvaluated === undefined ? {} : { notEvaluated }
  }
  const asked = outcome.observations.map(observation => ({ observation, answer: askRule(rule, observation) }))
  const fired = idle ? [] : asked.flatMap(({ observation, answer }) => findingOf(rule, observation, { answer, context }))
  const missing = asked.flatMap(({ answer }) => (answer.status === 'unknown' ? answer.missing : []))
  if (missing.length > 0) return { findings: fired, notEvaluated: notMeasured(rule, missing, unavailable) }
  const small = asked.flatMap(({ observation, answer }) => (answer.status === 'small' && answer.possible ? [{ rule, observation }] : []))
  if (fired.length > 0) return { findings: fired, small }
  const doubtful = asked.find(({ answer }) => answer.status === 'small' && answer.possible)
  if (doubtful !== undefined && !idle) return unprovenEffect(rule, doubtful.observation)
  // an idle target clears nothing that fires all the same
  if (asked.some(({ answer }) => answer.status === 'fires')) return {}
  return clear(rule, outcome.observations, input)
}

function findingOf(
  rule: LoadedRule,
  observation: Observation,
  { answer, context }: { readonly answer: RuleAnswer; readonly context: AnalysisContext },
): Fired[] {
  if (answer.status !== 'fires') return []
  const values = { ...observation, target: context.target }
  const fill = (templates: readonly string[]) => templates.map(template => fillTemplate(template, values))
  const finding: Finding = {
    id: '',
    class: rule.class,
    rule: rule.id,
    title: fillTemplate(rule.title, values),
    subject: observation.subject,
    score: answer.score,
    share: observation.share,
    culprits: observation.culprits,
    evidence: fill(rule.evidence),
    why: fillTemplate(rule.why, values),
    next: fill(rule.next),
    ...(rule.undo.length > 0 ? { undo: fill(rule.undo) } : {}),
    ...(rule.status === 'stable' ? {} : { experimental: true }),
    ...(rule.status === 'hint' ? { hint: true } : {}),
    ...(rule.overrides === undefined ? {} : { overrides: `${rule.path} replaces ${rule.overrides}` }),
  }
  return [{ finding, folds: rule.folds, rule, observation }]
}

/** Not proven is not innocent. */
function unprovenEffect(rule: LoadedRule, observation: Observation): Answer {
  const { low, high } = observation.share
  return {
    unproven: { rule, observation },
    notEvaluated: {
      rule: rule.id,
      reason: `It may cost anything between ${formatRatio(low)} and ${formatRatio(high)} of the target's time: too little was seen to tell.`,
      remedy: 'Record longer.',
    },
  }
}

/** What costs as much as a finding is not innocent, although the rule does not mean it. */
function quietButLarge(rule: LoadedRule, observation: Observation): Answer {
  const answers = conditionsOf(rule, observation)
  const failing = rule.when.filter((_, index) => answers[index] === false)
  const unknown = rule.when.filter((_, index) => answers[index] !== true)
  const why =
    failing.length > 0
      ? `does not look like this problem: ${failing.join('; ')} does not hold`
      : `whether it is this problem is not known: ${unknown.join('; ')} could not be judged`
  const share = formatRatio(observation.share.estimate)
  return {
    large: {
      rule: rule.id,
      reason: `It takes ${share} of the target's time, but ${why}.`,
      remedy: '',
    },
  }
}

/** The worst of the innocent observations stands for all. */
function clear(
  rule: LoadedRule,
  observations: readonly Observation[],
  { context, idle }: { readonly context: AnalysisContext; readonly idle: boolean },
): Answer {
  const { clears } = rule
  if (clears === undefined) return {}
  const measured = observations.filter(({ metrics }) => Number.isFinite(metrics[clears.metric]))
  if (measured.length === 0) return {}
  const worst = measured.reduce((a, b) => {
    const larger = b.share.estimate - a.share.estimate
    return larger > 0 || (larger === 0 && compareText(b.subject, a.subject) < 0) ? b : a
  })
  if (!idle && scoreOfShare(worst.share) >= EFFECT_SCORE) return quietButLarge(rule, worst)
  const { resource, metric, text } = clears
  return { cleared: { resource, metric, value: worst.metrics[metric], text: fillTemplate(text, { ...worst, target: context.target }) } }
}

/** Proven before experimental before hints, then score, share, rule, subject: the same recording gives the same order. */
function compareFindings(a: Finding, b: Finding): number {
  return (
    Number(a.hint ?? false) - Number(b.hint ?? false) ||
    Number(a.experimental ?? false) - Number(b.experimental ?? false) ||
    b.score - a.score ||
    b.share.low - a.share.low ||
    compareText(a.rule, b.rule) ||
    compareText(a.subject, b.subject)
  )
}

function compareText(a: string, b: string): number {
  return a < b ? -1 : a > b ? 1 : 0
}
