import { expect, test } from 'vitest'
import { busy, context, observation, quality, queueSpec, rule, ruleText } from '../../test/rules.ts'
import type { DetectorOutcome } from '../schema.ts'
import { loadCatalogue } from './catalogue.ts'
import { type DiagnoseInput, diagnose } from './diagnose.ts'

const outcomes: readonly DetectorOutcome[] = [{ detector: 'run-queue', status: 'ran', observations: [observation()] }]
const input: DiagnoseInput = {
  rules: [rule()],
  outcomes,
  context,
  activity: busy,
  unavailable: [],
  quality,
  cost: { cpuRatio: 0.004, cpuNs: 8e7, rssBytes: 9e7 },
}

test('a diagnosis holds the verdict, the findings and all it rests on', () => {
  const { verdict, findings, cleared, notEvaluated, ...rest } = diagnose(input)
  expect(verdict).toEqual({
    text: "CPU saturation limits this machine: 50 % of its threads' time is spent waiting for a CPU.",
    confidence: 'high',
  })
  expect([findings.length, cleared, notEvaluated]).toEqual([1, [], []])
  expect(rest).toEqual({
    schemaVersion: 1,
    target: context.target,
    host: context.host,
    durationNs: 10e9,
    unavailable: [],
    quality,
    cost: input.cost,
  })
})

test('a broken rule is listed with file, line and reason, and the others still speak', () => {
  const files = [
    { path: 'rules/run-queue.yaml', text: ruleText() },
    { path: '/mine/odd.yaml', text: 'id: [' },
  ]
  const { rules, broken } = loadCatalogue(files, [queueSpec])
  const { findings, notEvaluated } = diagnose({ ...input, rules, broken })
  expect(findings).toHaveLength(1)
  expect(notEvaluated).toEqual([
    {
      rule: '/mine/odd.yaml:1',
      reason: 'The rule is broken: not valid YAML: Flow sequence in block collection must be sufficiently indented and end with a ].',
      remedy: 'Mend the file, then: autotune rules test /mine/odd.yaml',
    },
  ])
})

test('the same input twice gives the same bytes', () => {
  expect(JSON.stringify(diagnose(input))).toBe(JSON.stringify(diagnose({ ...input, outcomes: structuredClone(outcomes) })))
})
