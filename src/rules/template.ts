/** Texts of rules with holes: `{runnableRatio}`, `{worst}`, `{share.low}`, `{subject}`. */

import { describeTarget, type Observation, type ObservationSpec, type Target } from '../schema.ts'
import { suggest } from '../spelling.ts'
import { formatMetric, formatRatio } from '../units.ts'

/** What holes are filled with. */
export interface TemplateValues extends Pick<Observation, 'subject' | 'metrics' | 'facts' | 'share'> {
  readonly target: Target
}

const ALWAYS = ['share', 'share.low', 'share.high', 'subject', 'target']
/** A text of a finding stays readable whatever the names in it. */
const MAX_FILLED = 600
/** Control characters, and those that reorder text: names are hostile and end in terminals. */
const unsafe = /[\p{Cc}\u2028\u2029\u200e\u200f\u202a-\u202e\u2066-\u2069]/gu

/** What is wrong with a template, or undefined. */
export function checkTemplate(template: string, spec: ObservationSpec): string | undefined {
  const known = [...Object.keys(spec.metrics), ...Object.keys(spec.facts), ...ALWAYS]
  for (const [token, name] of tokens(template)) {
    if (token === '{' || token === '}') return `"${template}" has a single ${token}: write ${token}${token} for the character itself`
    if (name !== undefined && !known.includes(name)) return `"${template}": there is no metric or fact "${name}"${suggest(name, known)}`
  }
  return undefined
}

/** The text with its holes filled; metrics with their unit. */
export function fillTemplate(template: string, values: TemplateValues): string {
  const filled = template.replace(hole, (token, name: string | undefined) => {
    if (name !== undefined) return textOf(name, values)
    return token === '{{' ? '{' : token === '}}' ? '}' : token
  })
  return cut(filled, MAX_FILLED)
}

/** A name as text: without what could command a terminal. */
export function plain(name: string): string {
  return name.replace(unsafe, '�')
}

/** At most so many characters, never half of one. */
export function cut(text: string, length: number): string {
  if (text.length <= length) return text
  const end = /[\ud800-\udbff]/.test(text[length - 2]) ? length - 2 : length - 1
  return `${text.slice(0, end)}…`
}

const hole = /\{\{|\}\}|\{([^{}]*)\}|[{}]/g

function tokens(template: string): IterableIterator<RegExpMatchArray> {
  return template.matchAll(hole)
}

function textOf(name: string, { metrics, facts, share, subject, target }: TemplateValues): string {
  if (name === 'share') return formatRatio(share.estimate)
  if (name === 'share.low') return formatRatio(share.low)
  if (name === 'share.high') return formatRatio(share.high)
  if (name === 'subject') return plain(subject)
  if (name === 'target') return plain(describeTarget(target))
  if (Object.hasOwn(metrics, name)) return formatMetric(name, metrics[name])
  return Object.hasOwn(facts, name) ? plain(facts[name]) : '–'
}
