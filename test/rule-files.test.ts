import { existsSync, readdirSync, readFileSync } from 'node:fs'
import { join } from 'node:path'
import { describe, expect, test } from 'vitest'
import type { Detector } from '../src/detectors/detector.ts'
import { loadCatalogue } from '../src/rules/catalogue.ts'
import { MIN_SAMPLES } from '../src/rules/gates.ts'
import { coverRule, testRules } from '../src/rules/rule-tests.ts'
import type { ObservationSpec } from '../src/schema.ts'

const registry = 'src/detectors/registry.ts'
const specs = existsSync(registry) ? await readSpecs() : []
const files = readdirSync('rules')
  .filter(name => /\.ya?ml$/.test(name))
  .sort()
  .map(name => ({ path: join('rules', name), text: readFileSync(join('rules', name), 'utf8') }))
const { rules, broken } = loadCatalogue(files, specs)

describe.skipIf(specs.length === 0)('every rule file', () => {
  test('loads against the detectors there are', () => {
    expect(broken).toEqual([])
    expect(rules.map(rule => rule.path).sort()).toEqual(files.map(file => file.path))
  })

  test.each(testRules(rules, specs).map(result => [`${result.rule}: ${result.name}`, result] as const))(
    'passes its test %s',
    (_, result) => {
      expect(result.problem).toBeUndefined()
    },
  )

  test.each(rules.map(rule => [rule.id, rule] as const))(
    'has a test that fires and one per condition that is alone false: %s',
    (_, rule) => {
      expect(coverRule(rule, specs)).toEqual({ rule: rule.id, fires: true, untested: [] })
    },
  )

  test.each(rules.map(rule => [rule.id, rule] as const))('names sources, doubts and a next step: %s', (_, rule) => {
    expect([rule.sources, rule.whenWrong, rule.next].map(list => list.length > 0)).toEqual([true, true, true])
  })

  test('asks for enough samples where it rests on them', () => {
    const resting = rules.filter(rule => rule.class === 'cpu.hot-function')
    expect(resting.filter(rule => rule.minSamples < MIN_SAMPLES).map(rule => rule.id)).toEqual([])
  })

  test('covers every detector', () => {
    const judged = new Set(rules.map(rule => rule.detector))
    expect(specs.map(spec => spec.detector).filter(detector => !judged.has(detector))).toEqual([])
  })
})

/** The detectors' declarations. The path is not written in the import, so that this compiles before they exist. */
async function readSpecs(): Promise<ObservationSpec[]> {
  const { detectors } = (await import(/* @vite-ignore */ join('..', registry))) as { readonly detectors: readonly Detector[] }
  return detectors.map(({ id, metrics, facts }) => ({ detector: id, metrics, facts }))
}
