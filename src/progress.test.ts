import { expect, test } from 'vitest'
import { openProgress } from './progress.ts'

const progress = (elapsedNs: number) => ({ elapsedNs, durationNs: 30e9, sampleCount: 12345, lostCount: 0, cpuRatio: 0.004 })

function written(isTTY: boolean, shows: readonly number[]): string[] {
  const lines: string[] = []
  const bar = openProgress({ isTTY, columns: 80, write: text => lines.push(text) }, { isQuiet: false })
  for (const elapsedNs of shows) bar.show(progress(elapsedNs))
  bar.clear()
  return lines
}

test('a terminal gets a bar on one line that is wiped at the end', () => {
  expect(written(true, [15e9])).toEqual([
    '\rrecording ████████░░░░░░░░ 15 s left · 12.3 k samples · 0 lost · own CPU 0.4 %\u001b[K',
    '\r\u001b[K',
  ])
})

test('a pipe gets a plain line every five seconds, no control characters', () => {
  const lines = written(false, [0, 1e9, 5e9, 6e9, 11e9])
  expect(lines).toHaveLength(3)
  expect(lines[0]).toBe('recording 30 s left · 12.3 k samples · 0 lost · own CPU 0.4 %\n')
})

test('quiet is quiet', () => {
  const lines: string[] = []
  const bar = openProgress({ isTTY: true, write: text => lines.push(text) }, { isQuiet: true })
  bar.show(progress(1))
  bar.clear()
  expect(lines).toEqual([])
})
