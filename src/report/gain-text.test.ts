import { expect, test } from 'vitest'
import { exampleDiagnosis } from './example.ts'
import { formatMarkdown } from './markdown.ts'
import { renderFindings } from './page-findings.ts'
import { formatTerminal } from './terminal.ts'
import { gainText } from './words.ts'

const [first, ...rest] = exampleDiagnosis.findings
const hostile = '<b>\u001b[31m'
const diagnosis = {
  ...exampleDiagnosis,
  findings: [{ ...first, when: 'Only in the first half: 40 % of the time there, 0 % in the other.' }, ...rest],
  fixOrder: [
    { finding: 'F1', gainRatio: 0.38, totalRatio: 0.38, limit: 'the CPUs (now 62 % used)' },
    { finding: 'F2', gainRatio: 0.1, totalRatio: 0.48, limit: `${hostile} (now 50 % used)` },
  ],
}

test('a gain says what half and all of it would win, what limits then, and how that is known', () => {
  expect(gainText(first)).toBe(
    'halving it saves 19 % (15–23 %) of the time its work takes, removing it 38 % (30–45 %); then the limit is the CPUs (now 62 % used); by utilisation bound',
  )
  expect(gainText(first, { what: 'syscall:sendto', perSec: 620, inferred: false })).toContain(
    'removing it 38 % (30–45 %): from 620/s to 1000/s; then',
  )
  const { gain: _, ...without } = first
  expect(gainText(without)).toBeUndefined()
  expect(gainText({ ...without, gainNotEstimated: 'nothing is near its limit' })).toBe('not estimated: nothing is near its limit')
})

test('every format says when, and in which order to fix, and escapes names', () => {
  const terminal = formatTerminal(diagnosis, { color: false })
  const markdown = formatMarkdown(diagnosis)
  const page = renderFindings(diagnosis).map(String).join('')
  for (const text of [terminal, markdown]) expect(text).toContain('Fix order')
  expect(terminal).toContain('1. F1: −38 %, −38 % in all; then the limit is the CPUs (now 62 % used)')
  expect(terminal).toContain('Only in the first half')
  expect(terminal).not.toContain('\u001b')
  expect(markdown).not.toContain('<b>')
  expect(JSON.stringify(renderFindings(diagnosis)) + page).not.toContain(hostile)
})
