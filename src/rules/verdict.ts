/** The answer in two lines: what limits the target, by how much, how sure. */

import { type Activity, type AnalysisContext, type Cost, type Diagnosis, describeTarget, type Finding, type Quality } from '../schema.ts'
import { formatRatio } from '../units.ts'
import { causeWords, lossWords } from './class-words.ts'
import { activeRatio, longerRecording, lostRatio, MAX_LOST_RATIO, MIN_SAMPLES, pressureIsKnown } from './gates.ts'
import type { Judgement } from './judge.ts'
import { cut, plain } from './template.ts'

/** What the verdict is told from. */
export interface VerdictInput {
  readonly judgement: Judgement
  readonly context: AnalysisContext
  readonly activity: Activity
  readonly quality: Quality
  readonly cost: Cost
}

/** How the first finding stands to the second, by their intervals. */
export type Standing = 'single' | 'dominant' | 'leading' | 'tied' | 'outranking'

/** The ledger's states add up to the time of the threads but for this part: analysis.md 4.5, invariant I1. */
const MAX_UNCLOSED = 0.02

type Confidence = Diagnosis['verdict']['confidence']

const COLUMNS = 80
/** Longest name of a target in the verdict. */
const MAX_TARGET = 40

/** Text that wraps to at most two lines of 80 columns, and how much to trust it. */
export function reachVerdict(input: VerdictInput): Diagnosis['verdict'] {
  const doubts = doubtsOf(input)
  const confidence = doubts.some(({ level }) => level === 'low') ? 'low' : doubts.length > 0 ? 'medium' : 'high'
  const text = verdictText(input)
  const worst = doubts.find(({ level }) => level === 'low')
  const withReason = worst === undefined ? text : `${text} Confidence is low: ${worst.reason}.`
  const said = text.startsWith('Inconclusive') || !fits(withReason) ? text : withReason
  return { text: fits(said) ? said : cut(said, 2 * COLUMNS - MAX_TARGET), confidence }
}

/** Words by overlap of the intervals of the first two; shared/reference/rules.md 4.3. */
export function standingOf(first: Finding, second: Finding | undefined): Standing {
  if (second === undefined) return 'single'
  if (first.share.low > 2 * second.share.high) return 'dominant'
  if (first.share.low > second.share.high) return 'leading'
  // its score is higher though its share is smaller: the second one's score has a ceiling
  return second.share.low > first.share.high ? 'outranking' : 'tied'
}

function verdictText(input: VerdictInput): string {
  const { judgement, context } = input
  if (judgement.idle) return idleText(input)
  const [first, second] = rivals(judgement.findings)
  if (first !== undefined) return findingText(first, second, context)
  const unsure = inconclusive(input)
  if (unsure !== undefined) return `Inconclusive: ${unsure}.`
  const target = targetName(context)
  const unknown = judgement.notEvaluated.length
  const rest = unknown === 0 ? '' : ` ${unknown} ${unknown === 1 ? 'rule' : 'rules'} could not be evaluated here.`
  return `No bottleneck found: nothing costs ${target} a provable 5 % of its threads' time.${rest}`
}

/** Experimental rules speak only when no proven one does, hints never. */
function rivals(findings: readonly Finding[]): readonly Finding[] {
  const proven = findings.filter(finding => finding.experimental !== true)
  // what costs no time yet limits nothing, and that something changed says when, not what
  const limiting = (finding: Finding): boolean => finding.hint !== true && finding.share.high > 0 && !finding.class.startsWith('time.')
  return proven.length > 0 ? proven : findings.filter(limiting)
}

function findingText(first: Finding, second: Finding | undefined, context: AnalysisContext): string {
  const standing = standingOf(first, second)
  const target = targetName(context)
  if (standing === 'tied' && second !== undefined) {
    const tie = `${tiedCauses(first, second)} limit ${target} alike: ${formatRatio(first.share.estimate)} and ${formatRatio(second.share.estimate)} of its threads' time (tied).`
    if (fits(tie)) return tie
  }
  const suffix = standing === 'single' || standing === 'outranking' ? '' : ` (${standing})`
  return `${causeWords(first)} limits ${target}: ${formatRatio(first.share.estimate)} of its threads' time ${lossWords(first)}${suffix}.`
}

function tiedCauses(first: Finding, second: Finding): string {
  if (first.class === second.class) return first.class === 'cpu.hot-function' ? 'Two hot functions' : `Two findings of ${causeWords(first)}`
  const other = causeWords(second)
  // "CPU" and "I/O" keep their capitals
  const lower = /^[A-Z][a-z]/.test(other) || other.startsWith('A ') ? other[0].toLowerCase() + other.slice(1) : other
  return `${causeWords(first)} and ${lower}`
}

function idleText({ context, activity }: VerdictInput): string {
  const unknown = pressureIsKnown(activity) ? '' : ' Waits for disks and memory were not measured.'
  const whose = context.target.kind === 'machine' ? 'CPU' : 'of one CPU'
  return `No bottleneck: ${targetName(context)} is idle (${formatRatio(activeRatio(activity, context))} ${whose}).${unknown}`
}

/** Why "nothing found" would be a guess. */
function inconclusive({ judgement, context, quality }: VerdictInput): string | undefined {
  const { evaluatedCount, unproven } = judgement
  if (evaluatedCount === 0 && unproven.length === 0) return `nothing could be measured of ${targetName(context)}`
  if (lostRatio(quality) > MAX_LOST_RATIO) return `${formatRatio(lostRatio(quality))} of the samples were lost`
  if (unproven.length > 0) {
    const { share } = unproven[0].observation
    const rule = unproven[0].rule.id
    return `${rule} may cost ${targetName(context)} between ${formatRatio(share.low)} and ${formatRatio(share.high)} of its time; record longer`
  }
  if (context.sampling !== undefined && quality.samples < MIN_SAMPLES) {
    const remedy = longerRecording({ have: quality.samples, need: MIN_SAMPLES, durationNs: context.durationNs })
    return `${quality.samples} samples of ${targetName(context)} are too few. ${remedy.replace(/\.$/, '')}`
  }
  return undefined
}

interface Doubt {
  readonly level: Confidence
  readonly reason: string
}

/** What lowers confidence, worst first. */
function doubtsOf({ judgement, context, activity, quality, cost }: VerdictInput): Doubt[] {
  const [first, second] = rivals(judgement.findings)
  const lost = lostRatio(quality)
  const sampled = first?.class === 'cpu.hot-function'
  const idle = judgement.idle
  const all: readonly (readonly [boolean, Confidence, string])[] = [
    [lost > MAX_LOST_RATIO, 'low', `${formatRatio(lost)} of the samples were lost`],
    [!idle && judgement.evaluatedCount === 0 && first === undefined, 'low', 'no rule could be evaluated'],
    [!idle && context.sampling !== undefined && quality.samples < MIN_SAMPLES, 'low', `only ${quality.samples} samples of it were taken`],
    [!idle && first === undefined && judgement.unproven.length > 0, 'low', 'an effect is not proven'],
    [first?.experimental === true, 'low', 'the rule is experimental'],
    [sampled && quality.unknownFrames > 0.5, 'low', `${formatRatio(quality.unknownFrames)} of the samples have no name`],
    [lost > 0.01, 'medium', 'samples were lost'],
    [(quality.closure?.totalRatio ?? 0) > MAX_UNCLOSED, 'medium', 'the times of threads do not add up'],
    [!idle && context.sampling === undefined, 'medium', 'no samples could be taken'],
    [idle && !pressureIsKnown(activity), 'medium', 'pressure was not measured'],
    [!idle && first === undefined && judgement.notEvaluated.length > 0, 'medium', 'not everything could be evaluated'],
    [first !== undefined && standingOf(first, second) === 'tied', 'medium', 'findings tie'],
    [first !== undefined && first.share.high - first.share.low > 0.3, 'medium', 'the interval is wide'],
    [sampled && (quality.unknownFrames > 0.2 || quality.truncatedStacks > 0.2), 'medium', 'stacks are incomplete'],
    [cost.cpuRatio > 0.02, 'medium', 'autotune itself cost more than 2 % of the machine'],
  ]
  return all.filter(([applies]) => applies).map(([, level, reason]) => ({ level, reason }))
}

function targetName({ target }: AnalysisContext): string {
  return cut(plain(describeTarget(target)), MAX_TARGET)
}

/** Whether it wraps at spaces to two lines. */
function fits(text: string): boolean {
  let line = 1
  let column = 0
  for (const word of text.split(' ')) {
    if (column > 0 && column + 1 + word.length > COLUMNS) {
      line++
      column = 0
    }
    column += (column > 0 ? 1 : 0) + word.length
    if (column > COLUMNS) return false
  }
  return line <= 2
}
