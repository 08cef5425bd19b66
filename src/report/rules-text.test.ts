import { expect, test } from 'vitest'
import type { Rule } from '../schema.ts'
import { formatRule, formatRulesList } from './rules-text.ts'
import { displayWidth } from './text.ts'

const rule: Rule = {
  id: 'hot-path',
  detector: 'hot-path',
  class: 'cpu.hot-function',
  status: 'experimental',
  title: 'One function takes most of the CPU time: {function}',
  when: ['share.low > 0.02', 'metrics.sampleCount >= 20.0'],
  minSamples: 20,
  evidence: ['{samples} samples end in {function}'],
  why: 'It computes, and nothing else matters before that is cheaper. '.repeat(5).trim(),
  next: ['Look at it: perf annotate {function}', 'Call it less often'],
  undo: [],
  sources: ['JMC MethodProfilingRule'],
  whenWrong: ['A benchmark is meant to compute.'],
  folds: ['cpu.saturation'],
  suggests: [],
  series: [],
  tests: [],
  path: 'rules/hot-path.yaml',
}

test('the list has a line per rule with id, class, status and title, at most 80 columns wide', () => {
  const lines = formatRulesList([rule, { ...rule, id: 'x'.repeat(90), title: '漢'.repeat(90) }])
    .trimEnd()
    .split('\n')
  expect(lines).toHaveLength(3)
  expect(lines[1]).toMatch(/^hot-path +cpu\.hot-function +experimental +One function/)
  expect(Math.max(...lines.map(displayWidth))).toBeLessThanOrEqual(80)
})

test('a rule is shown with why, when, score, steps, when it is wrong and sources; what it lacks has no heading', () => {
  const text = formatRule(rule, { sampleCount: 'Samples of the target.' })
  for (const part of [
    'Why it costs time',
    'share.low > 0.02',
    'at least 20 samples',
    'sampleCount: Samples',
    '- Call it less often',
    'A benchmark',
    'JMC',
    'rules/hot-path.yaml',
  ]) {
    expect(text).toContain(part)
  }
  expect(text).not.toContain('How to undo it')
  expect(Math.max(...text.split('\n').map(displayWidth))).toBeLessThanOrEqual(80)
})
