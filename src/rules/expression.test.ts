import { describe, expect, test } from 'vitest'
import { observation, queueSpec } from '../../test/rules.ts'
import { type Answer, compileCondition, compileScore, declareNames, type Expression, type Refusal } from './expression.ts'

const environment = declareNames(queueSpec)

function use<Value>(compiled: Expression<Value> | Refusal, metrics: Readonly<Record<string, number>>): Answer<Value> {
  if (typeof compiled !== 'function') throw new Error(compiled.reason)
  return compiled({ ...observation(), metrics })
}

describe('a condition', () => {
  test.each([
    ['queuedRatio > 0', { queuedRatio: 0.5 }, true],
    ['queuedRatio > 0', { queuedRatio: 0 }, false],
    ['queuedRatio == 0', { queuedRatio: 0 }, true],
    ['queuedRatio != 0', { queuedRatio: 0 }, false],
    ['0 == queuedRatio', { queuedRatio: 0 }, true],
    ['1 - busyRatio < 0.5', { busyRatio: 0.6 }, true],
    ['waitNs / 2 > 1', { waitNs: 3 }, true],
    ['2 * queuedRatio + 1 > busyRatio * 3', { queuedRatio: 1, busyRatio: 0.9 }, true],
    ['max(queuedRatio, 0) > min(1, busyRatio)', { queuedRatio: 0.5, busyRatio: 0.4 }, true],
    ['-queuedRatio < -1', { queuedRatio: 2 }, true],
    ['queuedRatio in [0.5, 1.0]', { queuedRatio: 0.5 }, true],
    ['!(busyRatio > 0.5) && worst.startsWith("stress")', { busyRatio: 0.5 }, true],
    ['busyRatio > 0.5 ? queuedRatio > 0.9 : true', { busyRatio: 0.5 }, true],
    ['worst.contains("42") || worst.endsWith("x")', {}, true],
    ['share.low >= 0.5 && share.high < 0.6 && share.estimate == 0.5', {}, true],
  ])('%s of %o is %s', (text, metrics, expected) => {
    expect(use(compileCondition(text, environment), metrics)).toEqual({ value: expected })
  })

  test.each([
    ['queuedRatio > 0.1', { queuedRatio: Number.NaN }, { missing: ['queuedRatio'] }],
    ['queuedRatio > 0.1', { queuedRatio: Number.POSITIVE_INFINITY }, { missing: ['queuedRatio'] }],
    ['queuedRatio > 0.1 || busyRatio > 0.1', { queuedRatio: Number.NaN, busyRatio: 0 }, { missing: ['queuedRatio'] }],
    ['queuedRatio > 0.1 || busyRatio > 0.1', { queuedRatio: Number.NaN, busyRatio: 1 }, { value: true }],
    ['queuedRatio > 0.1 && busyRatio > 0.1', { queuedRatio: Number.NaN, busyRatio: 0 }, { value: false }],
    ['!(queuedRatio > busyRatio)', {}, { missing: ['queuedRatio', 'busyRatio'] }],
  ])('%s of %o, where some is not measured, is %o: never a silent false', (text, metrics, expected) => {
    expect(use(compileCondition(text, environment), metrics)).toEqual(expected)
  })

  test('about a share that is no number cannot be answered', () => {
    const compiled = compileCondition('share.low > 0.1', environment)
    if (typeof compiled !== 'function') throw new Error(compiled.reason)
    expect(compiled(observation({ share: { estimate: Number.NaN, low: 0, high: 1 } }))).toEqual({ missing: ['share'] })
  })
})

describe('refuses, word for word,', () => {
  test.each([
    ['queudRatio > 1', '"queudRatio > 1": there is no metric or fact "queudRatio"; nearest is "queuedRatio"'],
    ['memory > 1', '"memory > 1": there is no metric or fact "memory"'],
    ['share.lo > 0.1', '"share.lo > 0.1": No such key: lo'],
    ['worst > 1', '"worst > 1": no such overload: string > int'],
    ['queuedRatio == "x"', '"queuedRatio == "x"": no such overload: double == string'],
    ['queuedRatio', '"queuedRatio" is a double, not a condition: compare it with something'],
    ['1', '"1" is an int, not a condition: compare it with something'],
    ['queuedRatio >', '"queuedRatio >": Unexpected token: EOF'],
    ['queuedRatio = 1', '"queuedRatio = 1": Unexpected character: ='],
    ['queuedRatio / busyRatio > 1', '"queuedRatio / busyRatio > 1" divides by what may be 0: multiply the other side instead'],
    ['queuedRatio / 0 > 1', '"queuedRatio / 0 > 1" divides by what may be 0: multiply the other side instead'],
    ['queuedRatio > 1 / 3', '"queuedRatio > 1 / 3" divides whole numbers, which drops the rest: write 1.0 for 1'],
    ['worst.matches("(a+)+$")', '"worst.matches("(a+)+$")" calls .matches(); rules may call .startsWith, .endsWith, .contains'],
    ['[1, 2].all(x, x > 0)', '"[1, 2].all(x, x > 0)" calls .all(); rules may call .startsWith, .endsWith, .contains'],
    ['dyn(queuedRatio) > 1', '"dyn(queuedRatio) > 1" calls dyn(); rules may call min, max, e2'],
    ['now() > 1', '"now() > 1" calls now(); rules may call min, max, e2'],
    ['waitNs % 2.0 > 1.0', '"waitNs % 2.0 > 1.0" uses %, which rules may not'],
    ['[queuedRatio] == [1.0]', '"[queuedRatio] == [1.0]" uses list, which rules may not'],
    ['queuedRatio in [busyRatio]', '"queuedRatio in [busyRatio]" uses "in" with something else than a list of constants'],
    ['null == null', '"null == null" holds a constant of a type rules do not know'],
  ])('%s', (text, reason) => {
    expect(compileCondition(text, environment)).toEqual({ reason })
  })

  test("a name that is CEL's own, which may stand in texts only", () => {
    const own = declareNames({ detector: 'x', metrics: {}, facts: { function: 'The function.' } })
    expect(compileCondition('function == "f"', own)).toEqual({ reason: '"function == "f"": Reserved identifier: function' })
  })

  test('what is too long, too deep or too large', () => {
    expect(compileCondition(`queuedRatio > ${'1'.repeat(500)}`, environment)).toEqual({
      reason: 'the expression has 514 characters; 500 are the most',
    })
    expect(compileCondition(`${'('.repeat(60)}true${')'.repeat(60)}`, environment)).toHaveProperty('reason')
    expect(compileCondition(Array(120).fill('1').join('+'), environment)).toHaveProperty('reason')
  })
})

describe('a score', () => {
  test('is a number, from whole numbers too', () => {
    expect(use(compileScore('e2(queuedRatio, 0.02, 1)', environment), { queuedRatio: 0.02 })).toEqual({ value: 25 })
    expect(use(compileScore('90', environment), {})).toEqual({ value: 90 })
    expect(use(compileScore('min(74.0, e2(share.low, 0.05, 0.2))', environment), {})).toEqual({ value: 74 })
  })

  test('is refused when it is no number', () => {
    expect(compileScore('queuedRatio > 1', environment)).toEqual({
      reason: '"queuedRatio > 1" is a bool, not a score: it must give a number',
    })
  })
})
