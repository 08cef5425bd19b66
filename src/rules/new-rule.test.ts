import { expect, test } from 'vitest'
import { loadText, queueSpec } from '../../test/rules.ts'
import { draftRule } from './new-rule.ts'
import { coverRule, testRules } from './rule-tests.ts'

test('the skeleton of a rule is complete: it loads, its tests pass, and they prove its condition', () => {
  const text = draftRule({ id: 'my-rule', spec: queueSpec, classId: 'cpu.saturation', metric: 'queuedRatio' })
  const { rules, broken } = loadText(text)
  expect(broken).toEqual([])
  expect(testRules(rules, [queueSpec]).filter(({ problem }) => problem !== undefined)).toEqual([])
  expect(coverRule(rules[0], [queueSpec])).toEqual({ rule: 'my-rule', fires: true, untested: [] })
})
