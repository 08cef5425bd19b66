import { expect, test } from 'vitest'
import { observation, queueSpec } from '../../test/rules.ts'
import { checkTemplate, cut, fillTemplate } from './template.ts'

const fill = (template: string, changes = {}) => fillTemplate(template, { ...observation(changes), target: { kind: 'machine' } })

test('holes are filled: metrics with their unit, facts as text, the share as percent', () => {
  expect(fill('{worst} waited {waitNs}; {queuedRatio} queued')).toBe('stress-ng (pid 42) waited 3 ms; 50 % queued')
  expect(fill('{share} ({share.low} to {share.high}) of {target}; {subject}')).toBe('50 % (50 % to 50 %) of this machine; this machine')
  expect(fill('{{worst}} is {worst}')).toBe('{worst} is stress-ng (pid 42)')
})

test('what was not measured prints as a dash', () => {
  expect(fill('{waitNs}', { metrics: { waitNs: Number.NaN } })).toBe('–')
  expect(fill('{waitNs}', { metrics: {} })).toBe('–')
})

test('a hostile name neither fills holes again, nor commands a terminal, nor runs on', () => {
  expect(fill('{worst}', { facts: { worst: '{share} $& $1' } })).toBe('{share} $& $1')
  expect(fill('{worst}', { facts: { worst: 'a\u001b[2Jb\nc\u202ed' } })).toBe('a�[2Jb�c�d')
  expect(fill('{worst}', { facts: { worst: 'x'.repeat(1e5) } })).toHaveLength(600)
})

test('cutting never leaves half a character', () => {
  expect(cut('ab😀cd', 4)).toBe('ab…')
  expect(cut('abcd', 4)).toBe('abcd')
})

test.each([
  ['{worts}', '"{worts}": there is no metric or fact "worts"; nearest is "worst"'],
  ['{}', '"{}": there is no metric or fact ""'],
  ['{constructor}', '"{constructor}": there is no metric or fact "constructor"'],
  ['a } b', '"a } b" has a single }: write }} for the character itself'],
  ['a {worst', '"a {worst" has a single {: write {{ for the character itself'],
  ['{{ {worst} }} {share.low} {subject} {target}', undefined],
])('the template %s is checked: %s', (template, complaint) => {
  expect(checkTemplate(template, queueSpec)).toBe(complaint)
})
