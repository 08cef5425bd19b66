/** The names of the trigger language, their types, and what is said when one is wrong. */

import { Environment, EvaluationError, ParseError, TypeError as TypeMismatch } from '@marcbachmann/cel-js'
import { suggest } from '../spelling.ts'
import { badTrigger } from './errors.ts'
import type { Vocabulary } from './event-name.ts'
import type { SpanValue } from './trigger.ts'

/** A span as CEL sees it. */
export class Span {
  durationMs: number
  ret: bigint

  constructor({ durationMs, ret }: SpanValue) {
    this.durationMs = durationMs
    this.ret = BigInt(Math.trunc(ret))
  }
}

/** CEL's type of durations. */
export const DURATION = 'google.protobuf.Duration'
const pressure = { some: 'double', full: 'double' }

/** Sources that are plain names, and their types. */
export const plainSources: Readonly<Record<string, string>> = {
  exit: 'int',
  signal: 'int',
  blocked: DURATION,
  runQueue: DURATION,
  mark: 'string',
}
/** Sources that are functions of one text. */
export const calledSources: Readonly<Record<string, string>> = {
  error: 'int',
  span: 'Span',
  event: 'bool',
  stalled: DURATION,
  log: 'string',
}
const others = ['psi', 'series', 'tid', 'pid', 'comm', 'duration']

/** An environment with limits. */
export function newEnvironment(): Environment {
  return new Environment({ limits: { maxAstNodes: 300, maxDepth: 40, maxListElements: 50, maxCallArguments: 3 } })
}

/** Names of errors and signals. */
export function declareConstants(environment: Environment, { errnos, signals }: Vocabulary): Environment {
  for (const [name, value] of Object.entries({ ...errnos, ...signals })) environment.registerConstant(name, 'int', BigInt(value))
  return environment
}

/** All that triggers may refer to. */
export function declareNames(vocabulary: Vocabulary): Environment {
  const environment = declareConstants(newEnvironment(), vocabulary)
  environment.registerType('Span', { ctor: Span, fields: { durationMs: 'double', ret: 'int' } })
  for (const [name, type] of Object.entries(plainSources)) environment.registerVariable(name, type)
  for (const [name, type] of Object.entries(calledSources)) environment.registerFunction(`${name}(string): ${type}`, () => undefined)
  environment.registerFunction('span(string, string): Span', () => undefined)
  environment.registerFunction('series(string): double', () => undefined)
  environment.registerFunction('series(string, string): double', () => undefined)
  environment.registerVariable({ name: 'psi', schema: { cpu: pressure, io: pressure, memory: pressure } })
  environment.registerVariable('tid', 'int')
  environment.registerVariable('pid', 'int')
  environment.registerVariable('comm', 'string')
  return environment
}

/** Throws unless the text is a condition. */
export function checkBoolean(text: string, cel: string, environment: Environment): void {
  let type: string | undefined
  try {
    const result = environment.check(cel)
    if (!result.valid) throw result.error
    type = result.type
  } catch (error) {
    throw badTrigger(text, describe(cel, error, environment))
  }
  if (type !== 'bool') throw badTrigger(text, `It is of type ${readable(String(type))}, not a condition: compare it with something.`)
}

function readable(text: string): string {
  return text.replaceAll(DURATION, 'duration')
}

/** Of psi, of its resources, and of spans. */
const fields = ['cpu', 'io', 'memory', 'some', 'full', 'durationMs', 'ret']

/** What CEL complains about, with the nearest name where one is unknown. */
function describe(cel: string, error: unknown, environment: Environment): string {
  if (!(error instanceof ParseError || error instanceof TypeMismatch || error instanceof EvaluationError)) throw error
  const range = error.range
  const there = range === undefined ? '' : cel.slice(range.start, range.end)
  const { variables } = environment.getDefinitions()
  if (error.code === 'unknown_variable') {
    return `There is no field or constant "${there}"${suggest(there, [...variables.map(({ name }) => name), ...Object.keys(calledSources), ...others])}.`
  }
  const call = /^\s*([A-Za-z_]\w*)\s*\(/.exec(there)?.[1]
  if (error.code === 'no_matching_overload' && call !== undefined && call !== 'duration') {
    const known = [...Object.keys(calledSources), 'series']
    if (!known.includes(call)) return `There is no function ${call}()${suggest(call, known)}.`
    return `${call}() takes a text in quotes: ${call}("…").`
  }
  const field = /^No such key: (\w+)/.exec(error.summary)?.[1]
  if (field !== undefined) return `There is no field "${field}"${suggest(field, fields) || `; there are ${fields.join(', ')}`}.`
  const hint = error.summary.includes(`${DURATION} `) && /\b(int|double)\b/.test(error.summary) ? ' A duration has a unit: 200ms.' : ''
  return `${readable(error.summary)}.${hint}`
}

/** What was not measured makes CEL fail: that is no reason to fire. */
export function holds(run: () => unknown): boolean {
  try {
    return run() === true
  } catch (error) {
    if (error instanceof EvaluationError) return false
    throw error
  }
}
