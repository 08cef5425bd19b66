/** Phrases that more than one format of the report uses. */

import type { Closure, Diagnosis, Finding, FixStep, Interval, NotEvaluated, Progress, Quality, Target, Unavailable } from '../schema.ts'
import { formatBytes, formatCount, formatDuration, formatRatio } from '../units.ts'

/** "62 % (58–66 %)". */
export function formatInterval({ estimate, low, high }: Interval): string {
  if (![estimate, low, high].every(Number.isFinite)) return formatRatio(estimate)
  return `${formatRatio(estimate)} (${formatRatio(low).replace(' %', '')}–${formatRatio(high)})`
}

/** "62 % of its time (58–66 %)". */
export function shareText(target: Target, { share, hint }: Pick<Finding, 'share' | 'hint'>): string {
  if (hint === true) return 'no time that could be measured: a hint'
  const whose = target.kind === 'machine' ? 'of the machine’s time' : 'of its time'
  return formatInterval(share).replace(/^(.*? %)/, `$1 ${whose}`)
}

/**
 * "halving it saves 12 % (8–15 %) of the time a piece of work takes, removing it 24 % (18–30 %): from 900/s to 1184/s; then the limit
 * is the CPUs; by utilisation bound", or why there is none.
 */
export function gainText({ gain, gainNotEstimated }: Finding, progress?: Progress): string | undefined {
  if (gain === undefined) return gainNotEstimated === undefined ? undefined : `not estimated: ${gainNotEstimated}`
  const { half, next, method } = gain
  const of = ' of the time its work takes'
  const whole = half === undefined ? `removing it saves ${formatInterval(gain)}${of}` : `removing it ${formatInterval(gain)}`
  const halving = half === undefined ? '' : `halving it saves ${formatInterval(half)}${of}, `
  return `${halving}${whole}${throughputText(gain, progress)}${next === undefined ? '' : `; then the limit is ${next}`}; by ${method}`
}

/** A piece of work that takes half the time is done twice as often. */
function throughputText({ estimate }: Interval, progress: Progress | undefined): string {
  if (progress === undefined || !(estimate < 1)) return ''
  return `: from ${formatCount(progress.perSec)}/s to ${formatCount(progress.perSec / (1 - estimate))}/s`
}

/** "46.7 k/s of syscall:sendto", or "about 46.7 k/s of writes …" when nobody said what a piece of work is. */
export function progressText({ what, perSec, inferred }: Progress): string {
  return `${inferred ? 'about ' : ''}${formatCount(perSec)}/s of ${what}${inferred ? ' (inferred: --progress names it)' : ''}`
}

/** "1. F2: −30 %, then the CPUs (now 80 % used) limit", in the order in which to fix. */
export function fixText({ finding, gainRatio, totalRatio, limit }: FixStep): string {
  return `${finding}: −${formatRatio(gainRatio)}, −${formatRatio(totalRatio)} in all; then the limit is ${limit}`
}

/** "Unexplained: 12 % of its time", and what that is: "running main → parse (8 %)". */
export function unexplainedText({
  target,
  unexplained,
}: Diagnosis): { readonly title: string; readonly parts: readonly string[] } | undefined {
  if (unexplained === undefined || !(unexplained.ratio >= WORTH_SAYING)) return undefined
  const whose = target.kind === 'machine' ? 'the machine’s' : 'its'
  const parts = unexplained.parts.filter(({ ratio }) => ratio >= WORTH_SAYING).map(({ what, ratio }) => `${what} (${formatRatio(ratio)})`)
  return { title: `Unexplained: ${formatRatio(unexplained.ratio)} of ${whose} time`, parts }
}

/** Less is rounding: no source, a guess. */
const WORTH_SAYING = 0.01

/** What was diagnosed, in a few words. */
export function targetText(target: Target): string {
  if (target.kind === 'machine') return 'the whole machine'
  if (target.kind === 'pid') return `process ${target.pid}`
  if (target.kind === 'comm') return `processes named ${target.comm}`
  if (target.kind === 'cgroup') return `cgroup ${target.path}`
  return target.command.join(' ')
}

/** How sure, as a sentence. */
export const confidenceText: Readonly<Record<Diagnosis['verdict']['confidence'], string>> = {
  high: 'High confidence.',
  medium: 'Medium confidence: the order is sound, the numbers are rough.',
  low: 'Low confidence: take it as a hint and see data quality.',
}

/** Findings of proven rules and those of rules that no dataset has proven yet. */
export function byProof({ findings }: Diagnosis): { readonly proven: readonly Finding[]; readonly experimental: readonly Finding[] } {
  return {
    proven: findings.filter(finding => finding.experimental !== true),
    experimental: findings.filter(finding => finding.experimental === true),
  }
}

/** How bad, in a word: the two marks of the score scale are 25 and 75. */
export function severity(score: number): 'severe' | 'notable' | 'minor' {
  return score >= 75 ? 'severe' : score >= 25 ? 'notable' : 'minor'
}

/** What was not measured, with the rules that need it, and why rules have no answer for other reasons. */
export function gapsOf({ unavailable, notEvaluated }: Pick<Diagnosis, 'unavailable' | 'notEvaluated'>): {
  readonly gaps: readonly (Unavailable & { readonly rules: readonly string[] })[]
  readonly others: ReturnType<typeof byReason>
} {
  const groups = byReason(notEvaluated)
  const isAbout = (gap: Unavailable, reason: string) => gap.reason !== '' && reason.includes(gap.reason.replace(/\.$/, ''))
  return {
    gaps: unavailable.map(gap => ({ ...gap, rules: groups.filter(({ reason }) => isAbout(gap, reason)).flatMap(({ rules }) => rules) })),
    others: groups.filter(({ reason }) => !unavailable.some(gap => isAbout(gap, reason))),
  }
}

/** Rules that could not be evaluated for one reason, together. */
export function byReason(
  list: readonly NotEvaluated[],
): readonly { readonly reason: string; readonly remedy: string; readonly rules: readonly string[] }[] {
  const groups = new Map<string, { reason: string; remedy: string; rules: string[] }>()
  for (const { rule, reason, remedy } of list) {
    const key = `${reason}\0${remedy}`
    const group = groups.get(key) ?? { reason, remedy, rules: [] }
    group.rules.push(rule)
    groups.set(key, group)
  }
  return [...groups.values()]
}

/** Data quality as label and value. */
export function qualityFacts(quality: Quality): readonly (readonly [label: string, value: string])[] {
  return [
    ['samples of the target', formatCount(quality.samples)],
    ['samples of the machine', formatCount(quality.machineSamples)],
    ['records lost', formatCount(quality.lost)],
    ['stacks cut short', formatRatio(quality.truncatedStacks)],
    ['samples without a name', formatRatio(quality.unknownFrames)],
    ...(quality.closure === undefined
      ? []
      : [['gap between the time of threads and the sum of their states', closureText(quality.closure)] as const]),
    ...quality.incompleteProcesses.map(
      ({ pid, comm, truncatedStacks, unknownFrames }) =>
        [`in ${comm} (pid ${pid})`, `${formatRatio(truncatedStacks)} cut short, ${formatRatio(unknownFrames)} without a name`] as const,
    ),
    ...Object.entries(quality.counts)
      .filter(([kind, count]) => kind !== 'lostRecords' && count !== 0)
      .map(([kind, count]) => [spaced(kind), formatCount(count)] as const),
  ]
}

function closureText({ totalRatio, worstRatio }: Closure): string {
  return `${formatRatio(totalRatio)} (worst thread ${formatRatio(worstRatio)})`
}

/** What autotune itself cost. */
export function costText({ cost }: Pick<Diagnosis, 'cost'>): string {
  return `${formatRatio(cost.cpuRatio)} of the machine’s CPU (${formatDuration(cost.cpuNs)}), ${formatBytes(cost.rssBytes)} of memory`
}

/** The machine in one line. */
export function hostText({ host }: Pick<Diagnosis, 'host'>): string {
  const cpus = `${host.cpuCount} ${host.cpuCount === 1 ? 'CPU' : 'CPUs'}`
  const virtual = host.virtualization === undefined ? '' : `, ${host.virtualization}`
  return `${host.hostname} · ${cpus} · ${formatBytes(host.memoryBytes)} · Linux ${host.kernelRelease} ${host.architecture}${virtual}`
}

/** missedReadings → "missed readings". */
function spaced(kind: string): string {
  return kind.replace(/([a-z])([A-Z])/g, (_, before, after) => `${before} ${after.toLowerCase()}`)
}
