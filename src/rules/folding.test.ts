import { describe, expect, test } from 'vitest'
import { finding, interval } from '../../test/rules.ts'
import type { Finding, FindingClass } from '../schema.ts'
import { foldSymptoms } from './folding.ts'

const cause = (changes: Partial<Finding> = {}, folds: readonly FindingClass[] = ['lock.futex']) => ({
  finding: finding({ title: 'fsync', class: 'io.fsync', subject: 'db (pid 1)', ...changes }),
  folds,
})
const symptom = (changes: Partial<Finding> = {}, folds: readonly FindingClass[] = []) => ({
  finding: finding({ title: 'lock', class: 'lock.futex', subject: 'db (pid 1)', ...changes }),
  folds,
})
const shown = (findings: readonly Finding[]) => findings.map(({ title, symptoms }) => [title, ...(symptoms ?? [])].join(' > '))
const machine = { kind: 'machine' } as const

describe('a finding of a folded class', () => {
  test('becomes a symptom, whichever ranks higher', () => {
    expect(shown(foldSymptoms([cause(), symptom()], machine))).toEqual(['fsync > lock'])
    expect(shown(foldSymptoms([symptom(), cause()], machine))).toEqual(['fsync > lock'])
  })

  test('stays when the rule does not name its class', () => {
    expect(shown(foldSymptoms([cause({}, ['cpu.spin']), symptom()], machine))).toEqual(['fsync', 'lock'])
  })

  test('stays when it is about something else', () => {
    expect(shown(foldSymptoms([cause(), symptom({ subject: 'web (pid 2)' })], machine))).toEqual(['fsync', 'lock'])
  })

  test('is about the same when either is about the whole target, or when they blame the same', () => {
    expect(shown(foldSymptoms([cause({ subject: 'this machine' }), symptom()], machine))).toEqual(['fsync > lock'])
    expect(shown(foldSymptoms([cause(), symptom({ subject: 'process 7' })], { kind: 'pid', pid: 7 }))).toEqual(['fsync > lock'])
    const culprits = [{ kind: 'thread', name: 'writer', share: 1 }] as const
    expect(shown(foldSymptoms([cause({ culprits }), symptom({ subject: 'web (pid 2)', culprits })], machine))).toEqual(['fsync > lock'])
    const other = [{ kind: 'file', name: 'writer', share: 1 }] as const
    expect(shown(foldSymptoms([cause({ culprits }), symptom({ subject: 'web (pid 2)', culprits: other })], machine))).toEqual([
      'fsync',
      'lock',
    ])
  })

  test('stays when it surely costs more than twice what the cause can', () => {
    const small = { share: interval(0.1, 0.05, 0.2) }
    expect(shown(foldSymptoms([symptom({ share: interval(0.6, 0.4, 0.7) }), cause(small)], machine))).toEqual(['fsync > lock'])
    expect(shown(foldSymptoms([symptom({ share: interval(0.6, 0.41, 0.7) }), cause(small)], machine))).toEqual(['lock', 'fsync'])
  })

  test('stays when only an experimental rule explains it, unless it is experimental itself', () => {
    expect(shown(foldSymptoms([symptom(), cause({ experimental: true })], machine))).toEqual(['lock', 'fsync'])
    expect(shown(foldSymptoms([symptom({ experimental: true }), cause({ experimental: true })], machine))).toEqual(['fsync > lock'])
  })
})

test('what an experimental rule says of the same class and subject is under what a stable one says', () => {
  const stable = cause({ class: 'lock.futex', title: 'pipe lock' }, [])
  expect(shown(foldSymptoms([symptom({ experimental: true }), stable], machine))).toEqual(['pipe lock > lock'])
  expect(shown(foldSymptoms([symptom(), stable], machine))).toEqual(['lock', 'pipe lock'])
  expect(shown(foldSymptoms([symptom({ experimental: true, subject: 'web (pid 2)' }), stable], machine))).toEqual(['lock', 'pipe lock'])
})

test('a symptom of a symptom belongs to the first cause', () => {
  const third = { finding: finding({ title: 'spin', class: 'cpu.spin', subject: 'db (pid 1)' }), folds: [] }
  expect(shown(foldSymptoms([third, symptom({}, ['cpu.spin']), cause()], machine))).toEqual(['fsync > spin > lock'])
})

test('of findings that explain each other the higher ranked stays', () => {
  expect(shown(foldSymptoms([symptom({}, ['io.fsync']), cause()], machine))).toEqual(['lock > fsync'])
  const same = (title: string) => symptom({ title }, ['lock.futex'])
  expect(shown(foldSymptoms([same('a'), same('b'), same('c')], machine))).toEqual(['a > b > c'])
})
