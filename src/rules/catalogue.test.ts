import { describe, expect, test } from 'vitest'
import { loadText, queueSpec, ruleText } from '../../test/rules.ts'
import { loadCatalogue } from './catalogue.ts'

/** "line: reason" of all that is wrong. */
function faults(text: string): string[] {
  const { rules, broken } = loadText(text)
  expect(rules).toEqual([])
  return broken.map(({ line, reason }) => `${line}: ${reason}`)
}

test('a complete rule loads with its defaults', () => {
  const { rules, broken } = loadText(ruleText())
  expect(broken).toEqual([])
  expect(rules[0]).toMatchObject({
    id: 'run-queue',
    detector: 'run-queue',
    path: 'rules/run-queue.yaml',
    minSamples: 0,
    undo: [],
    folds: [],
  })
  expect(rules[0].tests[0].share).toEqual({ estimate: 0.2, low: 0.2, high: 0.2 })
})

test('a later file replaces the rule of its id and says so; the others stay, in order of id', () => {
  const specs = [queueSpec]
  const other = ruleText({ id: 'id: another', detector: 'detector: run-queue' })
  const files = [
    { path: 'rules/run-queue.yaml', text: ruleText() },
    { path: 'rules/another.yaml', text: other },
    { path: '/mine/run-queue.yml', text: ruleText({ title: 'title: Mine' }) },
  ]
  const { rules } = loadCatalogue(files, specs)
  expect(rules.map(({ id, title, overrides }) => ({ id, title, overrides }))).toEqual([
    { id: 'another', title: 'Threads queue', overrides: undefined },
    { id: 'run-queue', title: 'Mine', overrides: 'rules/run-queue.yaml' },
  ])
})

test('a broken file is named with its line, and leaves the rule it would replace in force', () => {
  const broken = { path: '/mine/run-queue.yaml', text: ruleText({ when: 'when: [queudRatio > 1]' }) }
  const result = loadCatalogue([{ path: 'rules/run-queue.yaml', text: ruleText() }, broken], [queueSpec])
  expect(result.rules.map(rule => rule.path)).toEqual(['rules/run-queue.yaml'])
  expect(result.broken).toEqual([
    {
      file: '/mine/run-queue.yaml',
      line: 5,
      reason: '"queudRatio > 1": there is no metric or fact "queudRatio"; nearest is "queuedRatio"',
    },
  ])
})

describe('says word for word what is wrong with', () => {
  test.each([
    [
      'text that is no YAML',
      'id: [',
      '1: not valid YAML: Flow sequence in block collection must be sufficiently indented and end with a ]',
    ],
    ['a key that is there twice', `${ruleText()}\nwhy: again`, '12: the key "why" is there twice'],
    [
      'two documents',
      `${ruleText()}\n---\nid: x`,
      '12: not valid YAML: Source contains multiple documents; please use YAML.parseAllDocuments()',
    ],
    ['a key that is no text', '{a: 1}: x', '1: not valid YAML: With stringKeys, all keys must be strings'],
    ['an empty file', '', '1: the file does not hold the fields of a rule'],
    ['a list', '- 1', '1: the file does not hold the fields of a rule'],
    ['a file above 256 KiB', `#${' '.repeat(256 * 1024)}`, '1: the file has 257 KiB; a rule may have 256'],
    [
      'an alias to nowhere',
      'id: *x',
      '1: aliases are used too often or point nowhere: Unresolved alias (the anchor must be set before the alias): x',
    ],
    ['an unknown field', ruleText({ threshold: 'sources_: [x]' }), '12: there is no field "sources_"; nearest is "sources"'],
    ['a missing field', ruleText({ why: undefined }), '1: the field why is missing'],
    [
      'a field of the wrong type',
      ruleText({ title: 'title: 3' }),
      '4: title must be a text; put it in quotes if it holds ": " or looks like a number',
    ],
    [
      'a condition that is no text',
      ruleText({ when: 'when:\n  - true' }),
      '6: when[0] must be a text; put it in quotes if it holds ": " or looks like a number',
    ],
    ['one line of evidence', ruleText({ evidence: 'evidence: [one]' }), '6: evidence needs two entries'],
    [
      'an unknown class',
      ruleText({ class: 'class: cpu.saturatoin' }),
      '2: class is "cpu.saturatoin", which there is not; nearest is "cpu.saturation"',
    ],
    ['the class of no bottleneck', ruleText({ class: 'class: none' }), '2: class is "none", which there is not'],
    [
      'an unknown status',
      ruleText({ status: 'status: beta' }),
      '3: status is "beta", which there is not: it must be stable, experimental or hint',
    ],
    [
      'a folded class that is unknown',
      ruleText({ folds: 'folds: [cpu.hot]' }),
      '12: folds[0] is "cpu.hot", which there is not; nearest is "cpu.hot-function"',
    ],
    ['a wrong score', ruleText({ score: 'score: {floor: 3}' }), '12: score must be { ceiling: 1..100 } or a CEL expression'],
    [
      'an id that is not the name of the file',
      ruleText().replace('id: run-queue', 'id:  other'),
      '1: the id is "other", but the file is called "run-queue"',
    ],
    ['an unknown detector', ruleText({ detector: 'detector: run-qeue' }), '12: there is no detector "run-qeue"; nearest is "run-queue"'],
    ['no detector of the id', ruleText({ id: 'id: foo' }), '1: there is no detector "foo"'],
    [
      'a hole without a value',
      ruleText({ title: 'title: "{worts} waits"' }),
      '4: "{worts} waits": there is no metric or fact "worts"; nearest is "worst"',
    ],
    ['an open brace', ruleText({ why: 'why: "a { b"' }), '7: "a { b" has a single {: write {{ for the character itself'],
    [
      'a cleared metric that is unknown',
      ruleText({ clears: 'clears: {resource: CPU, metric: busy, text: x}' }),
      '12: there is no metric "busy"; nearest is "busyRatio"',
    ],
    [
      'a test of an unknown metric',
      ruleText({ tests: 'tests:\n  - name: x\n    fires: true\n    metrics:\n      queuedRatio: 1\n      bsyRatio: 1' }),
      '16: a test sets metric "bsyRatio", which the detector does not have; nearest is "busyRatio"',
    ],
    [
      'a test of an unknown fact',
      ruleText({ tests: 'tests: [{name: x, fires: true, metrics: {}, facts: {who: me}}]' }),
      '11: a test sets fact "who", which the detector does not have',
    ],
    [
      'a test with a share beyond 1',
      ruleText({ tests: 'tests: [{name: x, fires: true, metrics: {}, share: 5}]' }),
      '11: tests[0].share must be 0..1',
    ],
    [
      'a test with a crossed interval',
      ruleText({ tests: 'tests: [{name: x, fires: true, metrics: {}, share: {low: 0.5, estimate: 0.2, high: 1}}]' }),
      '11: tests[0].share must have low ≤ estimate ≤ high',
    ],
    [
      'an unknown field of a test',
      ruleText({ tests: 'tests: [{name: x, fire: true, metrics: {}, fires: true}]' }),
      '11: there is no field "fire" in tests[0]',
    ],
  ])('%s', (_, text, expected) => {
    expect(faults(text)).toEqual([expected])
  })
})

test('all faults of a file are told, by line, but no more than five', () => {
  expect(faults(ruleText({ title: undefined, why: undefined, when: 'when: []' }))).toEqual([
    '1: the field title is missing',
    '1: the field why is missing',
    '4: when needs at least one entry',
  ])
  expect(faults('id: x')).toHaveLength(5)
})

describe('a hostile file is refused quickly:', () => {
  const bomb = [
    'a: &a [x,x,x,x,x,x,x,x,x]',
    ...['b', 'c', 'd', 'e', 'f', 'g', 'h'].map((name, index) => `${name}: &${name} [${Array(9).fill(`*${'abcdefg'[index]}`)}]`),
  ]
  test.each([
    ['brackets in brackets', '['.repeat(200_000), '1: values are nested deeper than 50 levels'],
    ['lists in lists', '- '.repeat(100_000), '1: values are nested deeper than 50 levels'],
    // this one ended the process before the depth was bounded: the parser builds a regular expression of that length
    ['keys in keys', '? '.repeat(100_000), '1: values are nested deeper than 50 levels'],
    [
      'a staircase',
      Array.from({ length: 500 }, (_, depth) => `${' '.repeat(depth)}a:`).join('\n'),
      '402: values are nested deeper than 50 levels',
    ],
    [
      'aliases of aliases',
      bomb.join('\n'),
      '1: aliases are used too often or point nowhere: Excessive alias count indicates a resource exhaustion attack',
    ],
    ['a value that holds itself', 'id: &a [*a]', undefined],
    ['names of Object.prototype', '__proto__: {id: x}\nconstructor: y', undefined],
  ])('%s', (_, text, expected) => {
    const found = faults(text)
    if (expected !== undefined) expect(found).toEqual([expected])
  })
})
