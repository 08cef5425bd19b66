/** Outcomes of the detectors → the whole diagnosis. */

import {
  type Activity,
  type AnalysisContext,
  type Cost,
  type DetectorOutcome,
  type Diagnosis,
  type GainEstimator,
  type NotEvaluated,
  type Observation,
  type Progress,
  type Quality,
  schemaVersion,
  type Unavailable,
  type Unexplained,
} from '../schema.ts'
import type { BrokenRule } from './catalogue.ts'
import { judge } from './judge.ts'
import type { LoadedRule } from './rule.ts'
import type { Halves } from './stability.ts'
import { type Suppression, suppress } from './suppressions.ts'
import { reachVerdict } from './verdict.ts'

/** Everything a diagnosis is made from. */
export interface DiagnoseInput {
  readonly rules: readonly LoadedRule[]
  /** Listed among what could not be evaluated. */
  readonly broken?: readonly BrokenRule[]
  readonly outcomes: readonly DetectorOutcome[]
  readonly context: AnalysisContext
  readonly activity: Activity
  readonly unavailable: readonly Unavailable[]
  /** What somebody does not want to see, and the day of the recording, YYYY-MM-DD, which decides whether that still holds. */
  readonly suppressions?: { readonly entries: readonly Suppression[]; readonly today: string }
  readonly quality: Quality
  readonly cost: Cost
  readonly halves?: Halves
  readonly gains?: GainEstimator
  readonly progress?: Progress
  /** What observations leave unexplained. */
  readonly unexplained?: (observations: readonly Observation[]) => Unexplained | undefined
}

/** Judges, ranks, and puts into words. The same input gives the same bytes. */
export function diagnose(input: DiagnoseInput): Diagnosis {
  const { rules, broken = [], outcomes, context, unavailable, quality, cost } = input
  const all = judge(rules, outcomes, input)
  const { entries = [], today = '' } = input.suppressions ?? {}
  const { shown: findings, suppressed } = suppress(all.findings, entries, today)
  const judgement = { ...all, findings }
  const { idle, fixOrder, observations, cleared, notEvaluated } = judgement
  const unexplained = idle ? undefined : input.unexplained?.(observations)
  return {
    schemaVersion,
    verdict: reachVerdict({ ...input, judgement }),
    target: context.target,
    host: context.host,
    durationNs: context.durationNs,
    findings,
    ...(input.progress === undefined ? {} : { progress: input.progress }),
    ...(fixOrder.length > 1 ? { fixOrder } : {}),
    ...(suppressed.length > 0 ? { suppressed } : {}),
    ...(unexplained === undefined ? {} : { unexplained }),
    cleared,
    notEvaluated: [...notEvaluated, ...byFile(broken).map(describeBroken)],
    unavailable,
    quality,
    cost,
  }
}

/** Faults of a file together. */
function byFile(broken: readonly BrokenRule[]): (readonly BrokenRule[])[] {
  const files = new Map<string, BrokenRule[]>()
  for (const fault of broken) files.set(fault.file, [...(files.get(fault.file) ?? []), fault])
  return [...files.values()]
}

function describeBroken(faults: readonly BrokenRule[]): NotEvaluated {
  const [{ file, line, reason }] = faults
  const more = faults.length === 1 ? '' : `, and ${faults.length - 1} more`
  const at = `${file}:${line}`
  if (file.endsWith('suppressions.yaml'))
    return { rule: at, reason: `A suppression is broken: ${reason}${more}.`, remedy: 'Mend the file.' }
  return { rule: at, reason: `The rule is broken: ${reason}${more}.`, remedy: `Mend the file, then: autotune rules test ${file}` }
}
