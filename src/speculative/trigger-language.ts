/**
 * Triggers as Common Expression Language: parsed and type-checked when the command starts. A trigger is about one source of events (a system
 * call that fails, a span, a signal, a line of a log, …) and may ask besides for the state of the machine at that moment
 * (`psi.io.some > 0.2`) and for the thread (`comm == "nginx"`).
 */

import { Environment } from '@marcbachmann/cel-js'
import { badTrigger } from './errors.ts'
import type { Vocabulary } from './event-name.ts'
import { parseSequence } from './sequence-language.ts'
import { levelKey, type Moment, type Trigger } from './trigger.ts'
import { checkBoolean, DURATION, declareConstants, declareNames, holds, newEnvironment, Span } from './trigger-environment.ts'
import { comparisonOf, conjunctsOf } from './trigger-parts.ts'
import { checkPatterns, findReferences, isNegated, type Reference } from './trigger-references.ts'
import { parseConditionText, parseTriggerText, type TriggerText } from './trigger-text.ts'

/** Parses what --when says; several when it joins them by ||. Throws what is wrong with it, with the nearest name. */
export function parseTriggers(text: string, vocabulary: Vocabulary): readonly Trigger[] {
  const sequence = /^\s*seq\s*:(.*)$/s.exec(text)?.[1]
  if (sequence !== undefined) return [sequenceTrigger(text.trim(), sequence, vocabulary)]
  const alternatives = parseTriggerText(text)
  if ('reason' in alternatives) throw badTrigger(text, alternatives.reason)
  const environment = declareNames(vocabulary)
  return alternatives.map(alternative => compileTrigger(alternative, { environment, vocabulary }))
}

function sequenceTrigger(text: string, sequence: string, { syscalls }: Vocabulary): Trigger {
  const steps = parseSequence(sequence, syscalls)
  if (typeof steps === 'string') throw badTrigger(text, steps)
  const conjuncts = [{ text: sequence.trim(), comparison: undefined }]
  return { text, cel: '', holdNs: 0, source: { kind: 'sequence', steps }, levels: [], conjuncts, fires: ({ source }) => source === true }
}

/** What --commit-if may refer to: the span or event that fired, and sums over the window. */
export interface WindowFacts {
  readonly durationMs?: number | undefined
  readonly ret?: number | undefined
  readonly exit?: number | undefined
  readonly signal?: number | undefined
  readonly tid?: number | undefined
  readonly pid?: number | undefined
  readonly comm?: string | undefined
  readonly events: number
  readonly lost: number
  readonly windowMs: number
}

/** Checks a condition over a window. */
export function parseCommitCondition(text: string, vocabulary: Vocabulary): (facts: WindowFacts) => boolean {
  const cel = parseConditionText(text)
  if (typeof cel !== 'string') throw badTrigger(text, cel.reason)
  const environment = declareConstants(newEnvironment(), vocabulary)
  for (const name of ['durationMs', 'windowMs']) environment.registerVariable(name, 'double')
  for (const name of ['ret', 'exit', 'signal', 'tid', 'pid', 'events', 'lost']) environment.registerVariable(name, 'int')
  environment.registerVariable('comm', 'string')
  checkBoolean(text, cel, environment)
  const run = environment.parse(cel)
  return facts => {
    const integers = ['ret', 'exit', 'signal', 'tid', 'pid', 'events', 'lost'] as const
    const variables = new Map<string, unknown>([['windowMs', facts.windowMs]])
    for (const name of integers) if (facts[name] !== undefined) variables.set(name, BigInt(Math.trunc(facts[name])))
    if (facts.durationMs !== undefined) variables.set('durationMs', facts.durationMs)
    if (facts.comm !== undefined) variables.set('comm', facts.comm)
    return holds(() => run(Object.fromEntries(variables)))
  }
}

interface Names {
  readonly environment: Environment
  readonly vocabulary: Vocabulary
}

function compileTrigger(alternative: TriggerText, { environment, vocabulary }: Names): Trigger {
  const { cel, text } = alternative
  checkBoolean(text, cel, environment)
  const { ast } = environment.parse(cel)
  checkPatterns(ast, text)
  const references = findReferences(ast, text, vocabulary)
  const sources = references.filter(reference => reference.source !== undefined)
  if (new Set(sources.map(({ key }) => key)).size > 1) {
    const names = [...new Set(sources.map(({ text: name }) => name))].join(' and ')
    throw badTrigger(
      text,
      `${names} happen at different moments. Write "seq: A ; B within TIME" for one after the other, or || for either.`,
    )
  }
  const levels = new Map(references.flatMap(({ level }) => (level === undefined ? [] : [[levelKey(level), level] as const])))
  const source = sources[0]?.source
  if (source === undefined && levels.size === 0) throw badTrigger(text, 'It names no event and no level, so nothing could make it fire.')
  if (alternative.holdNs > 0 && source !== undefined)
    throw badTrigger(text, `"for" needs a level such as psi.io.some; ${sources[0].text} happens at a moment.`)
  if (source !== undefined && isNegated(ast, sources[0])) throw badTrigger(text, `It would fire when ${sources[0].text} does not happen.`)
  const conjuncts = conjunctsOf(ast).map(node => ({
    text: cel.slice(node.start, node.end),
    comparison: comparisonOf(node, { cel, references, environment }),
  }))
  return { ...alternative, source, levels: [...levels.values()], conjuncts, fires: evaluator(cel, references, vocabulary) }
}

/** References become variables, so that one evaluation cannot see the values of another. */
function evaluator(cel: string, references: readonly Reference[], vocabulary: Vocabulary): (moment: Moment) => boolean {
  const environment = declareNames(vocabulary)
  const nameOf = new Map<string, string>()
  for (const { key, type } of references) {
    if (nameOf.has(key)) continue
    const name = `reference${nameOf.size}`
    nameOf.set(key, name)
    environment.registerVariable(name, type)
  }
  let renamed = cel
  for (const { start, end, key } of [...references].sort((a, b) => b.start - a.start)) {
    renamed = `${renamed.slice(0, start)}${nameOf.get(key)}${renamed.slice(end)}`
  }
  const run = environment.parse(renamed)
  const seconds = new Environment().registerVariable('text', 'string').parse('duration(text)')
  return moment => {
    const variables = new Map<string, unknown>()
    for (const { key, type, level } of references) {
      const value = level === undefined ? moment.source : moment.levels?.get(key)
      if (value !== undefined) variables.set(nameOf.get(key) ?? '', celValue(value, type, seconds))
    }
    if (moment.tid !== undefined) variables.set('tid', BigInt(moment.tid))
    if (moment.pid !== undefined) variables.set('pid', BigInt(moment.pid))
    if (moment.comm !== undefined) variables.set('comm', moment.comm)
    return holds(() => run(Object.fromEntries(variables)))
  }
}

function celValue(value: NonNullable<Moment['source']>, type: string, toDuration: (context: { text: string }) => unknown): unknown {
  if (type === 'int') return BigInt(Math.trunc(Number(value)))
  if (type === DURATION) return toDuration({ text: `${Math.trunc(Number(value))}ns` })
  return typeof value === 'object' ? new Span(value) : value
}
