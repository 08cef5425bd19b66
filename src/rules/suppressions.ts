/** Findings that somebody does not want to see for a while, with a reason, a name and a day on which that ends. */

import { z } from 'zod'
import type { Finding, SuppressedFinding } from '../schema.ts'
import { suggest } from '../spelling.ts'
import type { BrokenRule, RuleFile } from './catalogue.ts'
import { parseYaml } from './yaml-source.ts'

const text = z.string().min(1).max(500)

const suppression = z.strictObject({
  rule: text,
  /** Only findings whose subject or culprit holds this; all of the rule when absent. */
  about: text.optional(),
  reason: text,
  author: text,
  expires: z.string().regex(/^\d{4}-\d{2}-\d{2}$/),
})

/** One entry of a file suppressions.yaml. */
export type Suppression = z.output<typeof suppression>

/** Entries of the files; what is wrong in one costs that entry alone. */
export function readSuppressions(
  files: readonly RuleFile[],
  ruleIds: readonly string[],
): { readonly suppressions: readonly Suppression[]; readonly broken: readonly BrokenRule[] } {
  const suppressions: Suppression[] = []
  const broken: BrokenRule[] = []
  for (const { path, text: content } of files) {
    const source = parseYaml(content)
    if ('reason' in source) {
      broken.push({ file: path, ...source })
      continue
    }
    if (!Array.isArray(source.value)) {
      broken.push({ file: path, line: 1, reason: 'the file must be a list of { rule, reason, author, expires, about? }' })
      continue
    }
    for (const [index, entry] of source.value.slice(0, 1000).entries()) {
      const parsed = suppression.safeParse(entry)
      const complaint = parsed.success ? unknownRule(parsed.data, ruleIds) : describe(parsed.error)
      if (parsed.success && complaint === undefined) suppressions.push(parsed.data)
      else broken.push({ file: path, line: source.lineOf([index]), reason: complaint ?? '' })
    }
  }
  return { suppressions, broken }
}

/** Suppressions that would hold one of the findings back, had they not run out. */
export function expiredSuppressions(
  findings: readonly Finding[],
  suppressions: readonly Suppression[],
  today: string,
): readonly Suppression[] {
  const expired = suppressions.filter(({ expires }) => expires <= today)
  return expired.filter(({ rule, about }) => findings.some(finding => finding.rule === rule && isAbout(finding, about)))
}

/** Takes suppressed findings out. today is YYYY-MM-DD: on the day it expires a suppression holds no more. */
export function suppress(
  findings: readonly Finding[],
  suppressions: readonly Suppression[],
  today: string,
): { readonly shown: readonly Finding[]; readonly suppressed: readonly SuppressedFinding[] } {
  const valid = suppressions.filter(({ expires }) => today < expires)
  const suppressed: SuppressedFinding[] = []
  const shown = findings.filter(finding => {
    const match = valid.find(entry => entry.rule === finding.rule && isAbout(finding, entry.about))
    if (match !== undefined) suppressed.push({ finding, reason: match.reason, author: match.author, expires: match.expires })
    return match === undefined
  })
  return { shown: shown.map((finding, index) => ({ ...finding, id: `F${index + 1}` })), suppressed }
}

function isAbout({ subject, culprits }: Finding, about: string | undefined): boolean {
  return about === undefined || subject.includes(about) || culprits.some(({ name }) => name.includes(about))
}

function unknownRule({ rule }: Suppression, ruleIds: readonly string[]): string | undefined {
  return ruleIds.includes(rule) ? undefined : `there is no rule "${rule}"${suggest(rule, ruleIds)}`
}

function describe(error: z.ZodError): string {
  const issue = error.issues[0]
  if (issue.code === 'unrecognized_keys') return `there is no field "${issue.keys[0]}" in a suppression`
  const field = String(issue.path[0] ?? 'entry')
  return field === 'expires'
    ? 'expires must be a day in quotes, "YYYY-MM-DD"'
    : `${field} is missing, empty or no text of at most 500 characters`
}
