/** Conditions and scores of rules: CEL without loops, regular expressions or anything that can fail on healthy numbers. */

import { type ASTNode, Environment, EvaluationError, ParseError, TypeError as TypeMismatch } from '@marcbachmann/cel-js'
import type { Interval, Observation, ObservationSpec } from '../schema.ts'
import { suggest } from '../spelling.ts'
import { e2 } from './score.ts'

/** What an expression may refer to. */
export type Scope = Pick<Observation, 'metrics' | 'facts' | 'share'>

/** A value, or the names of what was not measured and would decide. */
export type Answer<Value> = { readonly value: Value } | { readonly missing: readonly string[] }

/** An expression that passed all checks. */
export type Expression<Value> = (scope: Scope) => Answer<Value>

/** Why an expression cannot be used. */
export interface Refusal {
  readonly reason: string
}

/** Longer conditions hide what they ask. */
const MAX_LENGTH = 500

const functions = ['min', 'max', 'e2']
const methods = ['startsWith', 'endsWith', 'contains']
const operators = new Set(['id', '==', '!=', '<', '<=', '>', '>=', '+', '-', '*', '&&', '||', '!_', '-_', '?:'])

/** Words CEL keeps for itself: a fact called so can stand in texts, not in conditions. */
const reserved = new Set(
  'as break const continue else false for function if import in let loop namespace null package return true var void while'.split(' '),
)

/** Declares a detector's metrics and facts. Building one is slow: once per detector. */
export function declareNames(spec: ObservationSpec): Environment {
  const environment = new Environment({ limits: { maxAstNodes: 200, maxDepth: 40, maxListElements: 50, maxCallArguments: 3 } })
  for (const metric of Object.keys(spec.metrics)) if (!reserved.has(metric)) environment.registerVariable(metric, 'double')
  for (const fact of Object.keys(spec.facts)) if (!reserved.has(fact)) environment.registerVariable(fact, 'string')
  environment.registerVariable({ name: 'share', schema: { estimate: 'double', low: 'double', high: 'double' } })
  letIntsStandForDoubles(environment)
  return environment
}

/** Checks a condition; it must be a boolean. */
export function compileCondition(text: string, environment: Environment): Expression<boolean> | Refusal {
  const type = typeOf(text, environment)
  if (typeof type !== 'string') return type
  if (type !== 'bool') return { reason: `"${text}" is ${article(type)}, not a condition: compare it with something` }
  return evaluator(text, environment, Boolean)
}

/** Checks a score; it must be a number. */
export function compileScore(text: string, environment: Environment): Expression<number> | Refusal {
  const type = typeOf(text, environment)
  if (typeof type !== 'string') return type
  if (type !== 'double' && type !== 'int') return { reason: `"${text}" is ${article(type)}, not a score: it must give a number` }
  return evaluator(text, environment, Number)
}

/**
 * CEL compares double and int, but neither computes with both nor tests a double for equality with an int, so that
 * `busyRatio == 0` would be refused. Here a whole number may stand for a double everywhere.
 */
function letIntsStandForDoubles(environment: Environment): void {
  const compute = {
    '+': (a: unknown, b: unknown) => Number(a) + Number(b),
    '-': (a: unknown, b: unknown) => Number(a) - Number(b),
    '*': (a: unknown, b: unknown) => Number(a) * Number(b),
    '/': (a: unknown, b: unknown) => Number(a) / Number(b),
  }
  for (const [operator, handler] of Object.entries(compute)) {
    environment.registerOperator(`double ${operator} int: double`, handler)
    environment.registerOperator(`int ${operator} double: double`, handler)
  }
  environment.registerOperator('double == int: bool', (a: unknown, b: unknown) => Number(a) === Number(b))
  for (const types of combinations(2)) {
    environment.registerFunction(`min(${types}): double`, (a: unknown, b: unknown) => Math.min(Number(a), Number(b)))
    environment.registerFunction(`max(${types}): double`, (a: unknown, b: unknown) => Math.max(Number(a), Number(b)))
  }
  for (const types of combinations(3)) {
    environment.registerFunction(`e2(${types}): double`, (v: unknown, x1: unknown, x2: unknown) => e2(Number(v), Number(x1), Number(x2)))
  }
}

/** "double, double", "double, int", … */
function combinations(count: number): string[] {
  if (count === 1) return ['double', 'int']
  return combinations(count - 1).flatMap(rest => [`double, ${rest}`, `int, ${rest}`])
}

function typeOf(text: string, environment: Environment): string | Refusal {
  if (text.length > MAX_LENGTH) return { reason: `the expression has ${text.length} characters; ${MAX_LENGTH} are the most` }
  try {
    const complaint = forbidden(environment.parse(text).ast, environment)
    if (complaint !== undefined) return { reason: `"${text}" ${complaint}` }
    const { valid, type, error } = environment.check(text)
    return valid ? String(type) : { reason: describe(text, error, environment) }
  } catch (error) {
    return { reason: describe(text, error, environment) }
  }
}

function describe(text: string, error: unknown, environment: Environment): string {
  if (!(error instanceof ParseError || error instanceof TypeMismatch || error instanceof EvaluationError)) throw error
  if (error.code === 'unknown_variable' && error.range !== undefined) {
    const name = text.slice(error.range.start, error.range.end)
    const known = environment.getDefinitions().variables.map(variable => variable.name)
    return `"${text}": there is no metric or fact "${name}"${suggest(name, known)}`
  }
  return `"${text}": ${error.summary}`
}

/** Says what a rule may not do; undefined when all is well. The depth is bounded by the parser. */
function forbidden(node: ASTNode, environment: Environment): string | undefined {
  const each = (nodes: readonly ASTNode[]) => nodes.map(child => forbidden(child, environment)).find(complaint => complaint !== undefined)
  if (node.op === 'value')
    return ['string', 'number', 'bigint', 'boolean'].includes(typeof node.args) ? undefined : 'holds a constant of a type rules do not know'
  if (node.op === '.') return forbidden(node.args[0], environment)
  if (node.op === '/') return dividesSafely(node.args, environment) ?? each(node.args)
  if (node.op === 'in') {
    const [left, list] = node.args
    if (list.op !== 'list' || list.args.some(item => item.op !== 'value')) return 'uses "in" with something else than a list of constants'
    return forbidden(left, environment)
  }
  if (node.op === 'call') {
    const [name, args] = node.args
    return functions.includes(name) ? each(args) : `calls ${name}(); rules may call ${functions.join(', ')}`
  }
  if (node.op === 'rcall') {
    const [name, receiver, args] = node.args
    return methods.includes(name) ? each([receiver, ...args]) : `calls .${name}(); rules may call .${methods.join(', .')}`
  }
  if (!operators.has(node.op)) return `uses ${node.op}, which rules may not`
  return each(operandsOf(node))
}

function operandsOf(node: ASTNode): readonly ASTNode[] {
  if (node.op === 'id') return []
  if (node.op === '!_' || node.op === '-_') return [node.args]
  return Array.isArray(node.args) ? (node.args as readonly ASTNode[]) : []
}

/** 0/0 is NaN, and NaN compared is a silent false; 1/3 of two whole numbers is 0. */
function dividesSafely([dividend, divisor]: readonly [ASTNode, ASTNode], environment: Environment): string | undefined {
  const constant =
    divisor.op === 'value' && (typeof divisor.args === 'number' || typeof divisor.args === 'bigint') && Number(divisor.args) !== 0
  if (!constant) return 'divides by what may be 0: multiply the other side instead'
  const { type } = environment.check(dividend.input.slice(dividend.start, dividend.end))
  return String(type) === 'int' ? 'divides whole numbers, which drops the rest: write 1.0 for 1' : undefined
}

/**
 * What was not measured is left out of the variables. CEL then does what is right: `a > 1 || b > 1` is true when a is 2
 * and b unknown, and an error when a is 0.
 */
function evaluator<Value>(text: string, environment: Environment, convert: (value: unknown) => Value): Expression<Value> {
  const run = environment.parse(text)
  const names = namesIn(run.ast)
  return ({ metrics, facts, share }) => {
    const variables = new Map<string, unknown>()
    for (const name of names) {
      if (name === 'share' && isMeasured(share)) variables.set(name, share)
      else if (Object.hasOwn(metrics, name) && Number.isFinite(metrics[name])) variables.set(name, metrics[name])
      else if (Object.hasOwn(facts, name)) variables.set(name, facts[name])
    }
    try {
      return { value: convert(run(Object.fromEntries(variables))) }
    } catch (error) {
      if (!(error instanceof EvaluationError)) throw error
      const missing = names.filter(name => !variables.has(name))
      return { missing: missing.length > 0 ? missing : [`${text} (${error.summary})`] }
    }
  }
}

function isMeasured({ estimate, low, high }: Interval): boolean {
  return Number.isFinite(estimate) && Number.isFinite(low) && Number.isFinite(high)
}

/** Variables an expression mentions, in order of first use. */
function namesIn(node: ASTNode): string[] {
  if (node.op === 'id') return [node.args]
  if (node.op === '.') return namesIn(node.args[0])
  if (node.op === 'in') return namesIn(node.args[0])
  if (node.op === 'call') return unique(node.args[1].flatMap(namesIn))
  if (node.op === 'rcall') return unique([node.args[1], ...node.args[2]].flatMap(namesIn))
  return node.op === 'value' ? [] : unique(operandsOf(node).flatMap(namesIn))
}

function unique(names: readonly string[]): string[] {
  return [...new Set(names)]
}

function article(type: string): string {
  return /^[aeiou]/.test(type) ? `an ${type}` : `a ${type}`
}
