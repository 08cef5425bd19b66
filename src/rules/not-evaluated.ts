/** Why a rule has no answer, and what would give it one. */

import type { NotEvaluated, Unavailable } from '../schema.ts'
import type { LoadedRule } from './rule.ts'
import { cut, plain } from './template.ts'

const CHECK = 'Run `autotune check`: it says what this host allows and how to get the rest.'

/** Its detector is not among those that ran. */
export function notRun(rule: LoadedRule): NotEvaluated {
  return { rule: rule.id, reason: `The detector ${rule.detector} did not run.`, remedy: 'Report this: every detector should run.' }
}

/** Its detector threw. */
export function failed(rule: LoadedRule, message: string): NotEvaluated {
  const firstLine = cut(plain(message.split('\n', 1)[0]), 200)
  return {
    rule: rule.id,
    reason: `The detector ${rule.detector} has a bug and failed: ${firstLine}`,
    remedy: 'Please report it with this message and, if you can, the recording.',
  }
}

/** Tables its detector needs were not recorded. */
export function skipped(rule: LoadedRule, missing: readonly string[], unavailable: readonly Unavailable[]): NotEvaluated {
  const tables = `${missing.length === 1 ? 'The table' : 'The tables'} ${missing.join(', ')} ${missing.length === 1 ? 'was' : 'were'} not recorded`
  const causes = unavailable.filter(cause => missing.some(table => (cause.tables as readonly string[]).includes(table)))
  return explain(rule, tables, causes)
}

/**
 * Its detector ran and made no observation: what it looks for did not occur, which is nobody's loss; or what it looks at was not
 * measured, which the manifest knows.
 */
export function nothingMeasured(rule: LoadedRule, unavailable: readonly Unavailable[]): NotEvaluated | undefined {
  const causes = causesOf(rule, unavailable)
  return causes.length === 0 ? undefined : explain(rule, 'The recording has nothing to tell it from', causes)
}

/** Metrics it depends on are NaN. */
export function notMeasured(rule: LoadedRule, missing: readonly string[], unavailable: readonly Unavailable[]): NotEvaluated {
  return explain(rule, `Not measured here: ${[...new Set(missing)].join(', ')}`, causesOf(rule, unavailable))
}

function explain(rule: LoadedRule, what: string, causes: readonly Unavailable[]): NotEvaluated {
  if (causes.length === 0) return { rule: rule.id, reason: `${what}.`, remedy: CHECK }
  const reasons = [...new Set(causes.map(cause => cause.reason.replace(/\.$/, '')))].join('; ')
  return { rule: rule.id, reason: `${what}: ${reasons}.`, remedy: [...new Set(causes.map(cause => cause.remedy))].join(' ') }
}

/** What the manifest says is missing of the series the rule names. */
function causesOf({ series }: LoadedRule, unavailable: readonly Unavailable[]): Unavailable[] {
  return unavailable.filter(cause => cause.series.some(absent => series.some(wanted => overlap(absent, wanted))))
}

/** Names match names, and prefixes that end in a dot what begins with them. */
function overlap(a: string, b: string): boolean {
  return a === b || (a.endsWith('.') && b.startsWith(a)) || (b.endsWith('.') && a.startsWith(b))
}
