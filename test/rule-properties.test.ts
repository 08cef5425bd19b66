import { readdirSync, readFileSync } from 'node:fs'
import { join } from 'node:path'
import { describe, expect, test } from 'vitest'
import { specOf } from '../src/detectors/detector.ts'
import { detectors } from '../src/detectors/registry.ts'
import { seededRandom } from '../src/detectors/statistics/random.ts'
import { loadCatalogue } from '../src/rules/catalogue.ts'
import { discoveries } from '../src/rules/discovery.ts'
import { askRule } from '../src/rules/evaluate.ts'
import type { LoadedRule } from '../src/rules/rule.ts'
import type { Observation } from '../src/schema.ts'
import { interval } from './rules.ts'

const specs = detectors.map(specOf)
const specBy = new Map(specs.map(spec => [spec.detector, spec]))
const files = readdirSync('rules').map(name => ({ path: join('rules', name), text: readFileSync(join('rules', name), 'utf8') }))
const { rules } = loadCatalogue(files, specs)

/** What the tests inside a rule say it fires for: what they do not name was not measured. */
function firing(rule: LoadedRule): Observation[] {
  const { metrics = {}, facts = {} } = specBy.get(rule.detector) ?? {}
  const none = <Value>(names: object, value: Value) => Object.fromEntries(Object.keys(names).map(name => [name, value]))
  return rule.tests
    .filter(each => each.fires)
    .map(each => ({
      detector: rule.detector,
      subject: 'test',
      metrics: { ...none(metrics, Number.NaN), ...each.metrics },
      facts: { ...none(facts, '?'), ...each.facts },
      share: each.share,
      culprits: [],
      rows: undefined,
    }))
}

/** 0 when it does not fire. */
function scoreOf(rule: LoadedRule, observation: Observation): number {
  const answer = askRule(rule, observation)
  return answer.status === 'fires' ? answer.score : 0
}

/** Metrics that one condition alone bounds, by a number, and in which direction more of it is worse: 1 up, -1 down. */
function bounded({ when, score }: LoadedRule): readonly (readonly [metric: string, direction: 1 | -1])[] {
  const texts = [...when, ...(typeof score === 'string' ? [score] : [])]
  return when.flatMap(condition => {
    const match = /^(\w+) (>|>=|<|<=) [\d.]+$/.exec(condition)
    if (match === null) return []
    const [, metric, sign] = match
    const isAlone = texts.filter(text => new RegExp(`\\b${metric}\\b`).test(text)).length === 1
    return isAlone ? [[metric, sign.startsWith('>') ? 1 : -1] as const] : []
  })
}

describe.each(rules.map(rule => [rule.id, rule] as const))('the rule %s', (_, rule) => {
  const found = firing(rule)

  test('never scores less for a larger share, nor more for one that is less sure', () => {
    for (const observation of found) {
      const { estimate, low, high } = observation.share
      const parts = [0, 0.1, 0.25, 0.5, 0.75, 0.9, 1]
      const larger = parts.map(part => ({
        ...observation,
        share: interval(estimate + part * (1 - estimate), low + part * (1 - low), high + part * (1 - high)),
      }))
      expectRising(larger.map(each => scoreOf(rule, each)))
      const surer = parts.map(part => ({ ...observation, share: interval(estimate, part * low, 1 - part * (1 - high)) }))
      expectRising(surer.map(each => scoreOf(rule, each)))
    }
  })

  test('never scores less for more of what it is about', () => {
    for (const observation of found) {
      for (const [metric, direction] of bounded(rule)) {
        const value = observation.metrics[metric]
        const worst = direction < 0 ? 0 : metric.endsWith('Ratio') ? Math.max(1, value) : 1e3 * Math.max(1, Math.abs(value))
        const scores = [0, 0.1, 0.5, 1].map(part =>
          scoreOf(rule, { ...observation, metrics: { ...observation.metrics, [metric]: value + part * (worst - value) } }),
        )
        expectRising(scores, `${metric} from ${value} to ${worst}: ${scores}`)
      }
    }
  })

  test('never scores more when something was not measured', () => {
    for (const observation of found) {
      const score = scoreOf(rule, observation)
      for (const metric of Object.keys(observation.metrics)) {
        const metrics = { ...observation.metrics, [metric]: Number.NaN }
        expect(scoreOf(rule, { ...observation, metrics }), metric).toBeLessThanOrEqual(score)
      }
    }
  })
})

function expectRising(scores: readonly number[], message = String(scores)): void {
  for (const [index, score] of scores.entries()) if (index > 0) expect(score, message).toBeGreaterThanOrEqual(scores[index - 1] - 1e-9)
}

test('candidates that are chance bring in none that was out', () => {
  const [rule] = rules
  const { metrics: _, ...plain } = firing(rule)[0]
  for (let seed = 1; seed <= 200; seed++) {
    const random = seededRandom(seed)
    const candidateOf = (low: number, estimate: number) => ({
      rule,
      observation: { ...plain, metrics: {}, share: interval(estimate, low, Math.min(1, 2 * estimate - low)) },
    })
    const real = Array.from({ length: 10 }, () => candidateOf(0.3 * random(), 0.3 + 0.3 * random()))
    const noise = Array.from({ length: 30 }, () => candidateOf(0, 0.03 * random()))
    const before = discoveries(real)
    const after = discoveries([...real, ...noise])
    expect([...after].filter(candidate => !before.has(candidate))).toEqual([])
  }
})
