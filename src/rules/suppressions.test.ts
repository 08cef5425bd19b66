import { expect, test } from 'vitest'
import { finding } from '../../test/rules.ts'
import { expiredSuppressions, readSuppressions, suppress } from './suppressions.ts'

const entry = '- { rule: run-queue, about: stress, reason: a load test, author: Ada, expires: "2026-12-01" }'
const read = (text: string) => readSuppressions([{ path: 'autotune.rules/suppressions.yaml', text }], ['run-queue', 'hot-path'])
const findings = [finding({ subject: 'stress-ng (pid 4)' }), finding({ id: 'F2', subject: 'nginx (pid 5)' })]

test('a finding of the rule that is about the named subject is listed apart, with reason, author and day', () => {
  const { suppressions, broken } = read(entry)
  expect(broken).toEqual([])
  const { shown, suppressed } = suppress(findings, suppressions, '2026-11-30')
  expect(shown).toEqual([{ ...findings[1], id: 'F1' }])
  expect(suppressed).toEqual([{ finding: findings[0], reason: 'a load test', author: 'Ada', expires: '2026-12-01' }])
})

test('on the day it expires it holds no more', () => {
  const { suppressions } = read(entry)
  expect(suppress(findings, suppressions, '2026-12-01')).toEqual({ shown: findings, suppressed: [] })
  expect(expiredSuppressions(findings, suppressions, '2026-12-01')).toEqual(suppressions)
  expect(expiredSuppressions(findings, suppressions, '2026-11-30')).toEqual([])
  // where there is nothing to be shown again, there is nothing to say
  expect(expiredSuppressions(findings.slice(1), suppressions, '2026-12-01')).toEqual([])
})

test('of another rule nothing is suppressed', () => {
  expect(suppress(findings, read(entry.replace('run-queue', 'hot-path')).suppressions, '2026-11-30').suppressed).toEqual([])
})

test('what is wrong in an entry is told with its line, and the others hold', () => {
  const { suppressions, broken } = read(
    `${entry}\n- { rule: run-quee, reason: x, author: y, expires: "2026-12-01" }\n- { rule: hot-path, author: y, expires: "2026-12-01" }\n- { rule: hot-path, reason: x, author: y, expires: soon }`,
  )
  expect(suppressions).toHaveLength(1)
  expect(broken.map(({ line, reason }) => `${line}: ${reason}`)).toEqual([
    '2: there is no rule "run-quee"; nearest is "run-queue"',
    '3: reason is missing, empty or no text of at most 500 characters',
    '4: expires must be a day in quotes, "YYYY-MM-DD"',
  ])
  expect(read('rule: x').broken[0].reason).toMatch(/must be a list/)
})
