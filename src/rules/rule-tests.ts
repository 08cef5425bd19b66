/** The tests inside rule files: `autotune rules test` and test/rule-files.test.ts. */

import type { Observation, ObservationSpec, RuleTest } from '../schema.ts'
import { askRule, conditionsOf } from './evaluate.ts'
import type { LoadedRule } from './rule.ts'

/** How one test went. */
export interface RuleTestResult {
  readonly rule: string
  readonly path: string
  readonly name: string
  /** What is wrong; absent when it passed. */
  readonly problem?: string
}

/** What the tests of a rule leave open. */
export interface RuleTestCoverage {
  readonly rule: string
  readonly fires: boolean
  /** Conditions without a quiet test in which they alone are false. */
  readonly untested: readonly string[]
}

/** Runs the tests of every rule. */
export function testRules(rules: readonly LoadedRule[], specs: readonly ObservationSpec[]): RuleTestResult[] {
  const specOf = new Map(specs.map(spec => [spec.detector, spec]))
  return rules.flatMap(rule =>
    rule.tests.map(test => {
      const problem = problemOf(rule, test, observe(test, specOf.get(rule.detector)))
      return { rule: rule.id, path: rule.path, name: test.name, ...(problem === undefined ? {} : { problem }) }
    }),
  )
}

/** Which conditions no test proves. */
export function coverRule(rule: LoadedRule, specs: readonly ObservationSpec[]): RuleTestCoverage {
  const spec = specs.find(spec => spec.detector === rule.detector)
  const quiet = rule.tests.filter(test => !test.fires).map(test => conditionsOf(rule, observe(test, spec)))
  const isAloneFalse = (answers: readonly (boolean | undefined)[], index: number) =>
    answers.every((answer, other) => answer === (other !== index))
  return {
    rule: rule.id,
    fires: rule.tests.some(test => test.fires),
    untested: rule.when.filter((_, index) => !quiet.some(answers => isAloneFalse(answers, index))),
  }
}

function problemOf(rule: LoadedRule, test: RuleTest, observation: Observation): string | undefined {
  const answer = askRule(rule, observation)
  if (answer.status === 'unknown') return `cannot be evaluated: the test does not set ${answer.missing.join(', ')}`
  const score = answer.status === 'quiet' ? undefined : answer.score
  if (test.fires && answer.status === 'quiet') {
    const failing = rule.when.filter((_, index) => conditionsOf(rule, observation)[index] === false)
    return `should fire, but is quiet: ${failing.join('; ')} does not hold`
  }
  if (test.fires && answer.status === 'small') return `should fire, but its score is ${format(answer.score)}, below 25`
  if (!test.fires && answer.status === 'fires') return `should be quiet, but fires with score ${format(answer.score)}`
  if (test.score !== undefined && score === undefined) return 'expects a score, but the rule is quiet'
  if (test.score === undefined || score === undefined) return undefined
  const { min, max } = test.score
  return score < min || score > max ? `has score ${format(score)}, not ${min}..${max}` : undefined
}

/** The observation a test describes: what it does not name was not measured. */
function observe({ metrics, facts, share }: RuleTest, spec: ObservationSpec | undefined): Observation {
  const all = (names: Readonly<Record<string, string>> | undefined, absent: number | string) =>
    Object.fromEntries(Object.keys(names ?? {}).map(name => [name, absent]))
  return {
    detector: spec?.detector ?? '',
    subject: 'test',
    metrics: { ...(all(spec?.metrics, Number.NaN) as Record<string, number>), ...metrics },
    facts: { ...(all(spec?.facts, '?') as Record<string, string>), ...facts },
    share,
    culprits: [],
    rows: undefined,
  }
}

function format(score: number): string {
  return score.toFixed(1).replace(/\.0$/, '')
}
