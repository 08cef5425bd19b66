import { expect, test } from 'vitest'
import type { Diagnosis } from '../schema.ts'
import { drawer, exampleDiagnosis, idleDiagnosis } from './example.ts'
import { formatTerminal } from './terminal.ts'
import { displayWidth } from './text.ts'

const fragments = [
  'x'.repeat(300),
  'std::__1::basic_string<char, std::char_traits<char>>::append ',
  '\u001b[2J\u001b]0;owned\u0007',
  '漢字かな交じり文',
  '👩‍👩‍👧‍👦 ',
  'e\u0301\u0301\u0301',
  '\u202egnp.exe',
  '\r\n\t',
  '\ud800',
  '\u009b31m',
  '   ',
  'ﷺ',
  '<img src=x onerror=alert(1)>',
]

/** Replaces every string of a value that is not one of the fixed words by hostile text. */
function poison<T>(value: T, draw: () => number): T {
  const fixed = new Set(['high', 'comm', 'function', 'thread', 'process', 'file', 'cpu.hot-function', 'cpu.competitor', 'cpu.kernel-heavy'])
  const walk = (inner: unknown): unknown => {
    if (typeof inner === 'string') {
      return fixed.has(inner)
        ? inner
        : Array.from({ length: 1 + Math.floor(draw() * 6) }, () => fragments[Math.floor(draw() * fragments.length)]).join('')
    }
    if (Array.isArray(inner)) return inner.map(walk)
    if (typeof inner !== 'object' || inner === null) return inner
    return Object.fromEntries(Object.entries(inner).map(([key, part]) => [key, walk(part)]))
  }
  return walk(value) as T
}

const plain = { color: false, htmlPath: '/tmp/r/report.html', recordingPath: '/tmp/r' }

test('whatever names are made of, no line is wider than 80 columns and nothing reaches the terminal but text', () => {
  const draw = drawer(4)
  for (let round = 0; round < 60; round++) {
    const text = formatTerminal(poison(exampleDiagnosis, draw), plain)
    for (const line of text.split('\n')) expect(displayWidth(line)).toBeLessThanOrEqual(80)
    expect(text.replaceAll('\n', '')).not.toMatch(/[\p{Cc}\p{Cf}\p{Cs}]/u)
  }
})

test('verdict, findings, what was cleared, what was not measured, data and places come in this order', () => {
  const text = formatTerminal(exampleDiagnosis, plain)
  const marks = [
    'limited by',
    'High confidence',
    'F1 ',
    'F2 ',
    'Not proven yet',
    'F3 ',
    'Cleared',
    'Not measured here',
    'Data ',
    'Own cost',
    'Report ',
    'Recording ',
  ]
  const places = marks.map(mark => text.indexOf(mark))
  expect(places).not.toContain(-1)
  expect(places).toEqual([...places].sort((a, b) => a - b))
})

test('a finding names its share with the interval, its culprits, two lines of evidence, the next step and its symptoms', () => {
  const text = formatTerminal(exampleDiagnosis, plain)
  expect(text).toMatch(/F1 .*takes most of its CPU time.*severe 97\n/)
  expect(text).toContain('costs     62 % of its time (58–66 %)')
  expect(text).toContain('function  sha256_block_data_order (62 %)')
  expect(text).toContain('file      /usr/lib/x86_64-linux-gnu/libcrypto.so.3 (71 %)')
  expect(text).toContain('evidence  1,842 of 2,970 samples')
  expect(text).toContain('next      See who calls it')
  expect(text).toContain('explains  Worker processes queue for a CPU')
})

test('colour adds nothing but weight and hue: without its codes the text is the same', () => {
  const coloured = formatTerminal(exampleDiagnosis, { ...plain, color: true })
  expect(coloured).toContain('\u001b[')
  const bare = coloured.split('\u001b[').map((part, place) => (place === 0 ? part : part.replace(/^[\d;]*m/, '')))
  expect(bare.join('')).toBe(formatTerminal(exampleDiagnosis, plain))
})

test('without a finding it says so and shows what was cleared, and no empty headings', () => {
  const quiet: Diagnosis = { ...idleDiagnosis, unavailable: [], notEvaluated: [] }
  const text = formatTerminal(quiet, { color: false })
  expect(text).toContain('No bottleneck')
  expect(text).toContain('Cleared')
  expect(text).not.toMatch(/Not proven|Not measured|Recording|F1/)
})
