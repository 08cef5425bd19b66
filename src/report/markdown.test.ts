import { expect, test } from 'vitest'
import type { Diagnosis } from '../schema.ts'
import { exampleDiagnosis } from './example.ts'
import { formatMarkdown } from './markdown.ts'

const name = '<img src=x>`|[a](http://e.vil) @team #1 **b** \n# head www.e.vil ![i](x)'

test('a name cannot format, link, mention, embed or break a table', () => {
  const [first] = exampleDiagnosis.findings
  const diagnosis: Diagnosis = {
    ...exampleDiagnosis,
    verdict: { text: name, confidence: 'low' },
    target: { kind: 'comm', comm: name },
    findings: [{ ...first, title: name, evidence: [name], culprits: [{ kind: 'function', name, share: 0.5 }] }],
  }
  const text = formatMarkdown(diagnosis)
  expect(text).not.toMatch(/<img|https?:\/\/|www\.|@team|\*\*b|(?<!\\)\[a|(?<!&)#1|^# head/m)
  const row = text.split('\n').find(line => line.startsWith('| function'))
  expect(row?.split('|')).toHaveLength(5)
})

test('findings carry share, culprits, evidence and next steps, and quoted commands are code', () => {
  const text = formatMarkdown(exampleDiagnosis)
  expect(text).toContain('**62 % of its time (58–66 %)**')
  expect(text).toContain('<code>perf record -g -p 812 -- sleep 10</code>')
  expect(text).toContain('## Cleared')
  expect(text).toContain('## Not measured here')
})
