import { expect, test } from 'vitest'
import { queueSpec, rule } from '../../test/rules.ts'
import { coverRule, testRules } from './rule-tests.ts'

const outcome = (body: string, changes: Readonly<Record<string, string>> = {}) =>
  testRules([rule({ ...changes, tests: `tests: [{name: it, ${body}}]` })], [queueSpec]).map(result => result.problem)

test('a test passes when the rule does what it says', () => {
  expect(testRules([rule()], [queueSpec])).toEqual([{ rule: 'run-queue', path: 'rules/run-queue.yaml', name: 'full' }])
  expect(outcome('metrics: {queuedRatio: 0.05, busyRatio: 1}, fires: false')).toEqual([undefined])
  expect(outcome('metrics: {queuedRatio: 1, busyRatio: 1}, share: 0.04, fires: false')).toEqual([undefined])
  expect(outcome('metrics: {queuedRatio: 1, busyRatio: 1}, share: 0.2, fires: true, score: {min: 74, max: 76}')).toEqual([undefined])
})

test.each([
  [
    'metrics: {queuedRatio: 0.05, busyRatio: 0.5}, fires: true',
    'should fire, but is quiet: queuedRatio > 0.05; busyRatio > 0.85 does not hold',
  ],
  ['metrics: {queuedRatio: 1, busyRatio: 1}, share: 0.04, fires: true', 'should fire, but its score is 20, below 25'],
  ['metrics: {queuedRatio: 1, busyRatio: 1}, fires: false', 'should be quiet, but fires with score 75'],
  ['metrics: {queuedRatio: 1}, fires: true', 'cannot be evaluated: the test does not set busyRatio'],
  ['metrics: {queuedRatio: 1, busyRatio: 1}, fires: true, score: {min: 80, max: 90}', 'has score 75, not 80..90'],
  ['metrics: {queuedRatio: 0, busyRatio: 1}, fires: false, score: {min: 0, max: 90}', 'expects a score, but the rule is quiet'],
])('%s: %s', (body, problem) => {
  expect(outcome(body)).toEqual([problem])
})

test('a condition counts as tested by a quiet test in which it alone is false', () => {
  const quiet = (metrics: string) => `{name: q, metrics: {${metrics}}, fires: false}`
  const cover = (...tests: string[]) => coverRule(rule({ tests: `tests: [${tests.join(', ')}]` }), [queueSpec])
  expect(cover(quiet('queuedRatio: 0, busyRatio: 0'))).toEqual({
    rule: 'run-queue',
    fires: false,
    untested: ['queuedRatio > 0.05', 'busyRatio > 0.85'],
  })
  expect(cover(quiet('queuedRatio: 0, busyRatio: 1'), quiet('queuedRatio: 1')).untested).toEqual(['busyRatio > 0.85'])
  expect(cover(quiet('queuedRatio: 0, busyRatio: 1'), quiet('queuedRatio: 1, busyRatio: 0')).untested).toEqual([])
})
