import { expect, test } from 'vitest'
import { formatBytes, formatDuration, formatMetric, formatRatio, parseDuration } from './units.ts'

test.each([
  [0, '0 ns'],
  [999, '999 ns'],
  [1500, '1.5 µs'],
  [2e6, '2 ms'],
  [12.34e6, '12.3 ms'],
  [30e9, '30 s'],
  [600e9, '10 min'],
])('%d ns is %s', (ns, text) => expect(formatDuration(ns)).toBe(text))

test.each([
  [0, '0 %'],
  [0.051, '5.1 %'],
  [0.0999, '10 %'],
  [1, '100 %'],
])('ratio %d is %s', (ratio, text) => expect(formatRatio(ratio)).toBe(text))

test('bytes are binary', () => expect(formatBytes(1536 * 1024)).toBe('1.5 MiB'))

test.each([
  ['waitNs', 1e6, '1 ms'],
  ['readBytesPerSec', 2048, '2 KiB/s'],
  ['switchPerSec', 12345, '12.3 k/s'],
  ['usedCpus', 1, '1 CPU'],
  ['usedCpus', 0.5, '0.5 CPUs'],
  ['sampleCount', 99, '99'],
])('%s is shown with its unit', (name, value, text) => expect(formatMetric(name, value)).toBe(text))

test('what was not measured is a dash, never a zero', () => expect(formatMetric('waitNs', Number.NaN)).toBe('–'))

test.each([
  ['30s', 30e9],
  ['500ms', 5e8],
  ['2m', 120e9],
  ['1.5', 1.5e9],
])('%s is a duration', (text, ns) => expect(parseDuration(text)).toBe(ns))
test.each(['', 'abc', '-5s', '10 weeks', '1e9s', 'Infinity'])('%j is none', text => expect(parseDuration(text)).toBeUndefined())
