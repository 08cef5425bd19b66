import { appendFileSync, mkdtempSync, renameSync, rmSync, truncateSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { afterEach, beforeEach, expect, test } from 'vitest'
import { linuxWatchHost } from '../linux-watch-host.ts'
import { followLog, type LogTail } from './log-tail.ts'

const host = { ...linuxWatchHost(), watchPath: () => undefined }
let folder: string
let log: string
let lines: string[]
let tail: LogTail

beforeEach(() => {
  folder = mkdtempSync(join(tmpdir(), 'log-tail-'))
  log = join(folder, 'app.log')
  writeFileSync(log, 'old\n')
  lines = []
  tail = followLog(host, log, line => lines.push(line))
})
afterEach(() => {
  tail.close()
  rmSync(folder, { recursive: true })
})

const added = (change: () => void): string[] => {
  lines = []
  change()
  tail.poll()
  return lines
}

test('only what is added counts, and only whole lines', () => {
  expect(added(() => appendFileSync(log, 'one\ntw'))).toEqual(['one'])
  expect(added(() => appendFileSync(log, 'o\n'))).toEqual(['two'])
})

test('a character cut by two writes stays whole', () => {
  const bytes = Buffer.from('über\n')
  expect(added(() => appendFileSync(log, bytes.subarray(0, 1)))).toEqual([])
  expect(added(() => appendFileSync(log, bytes.subarray(1)))).toEqual(['über'])
})

test('a log that is rotated is followed into its successor', () => {
  const rotate = (): void => {
    renameSync(log, `${log}.1`)
    writeFileSync(log, 'first of the new\n')
  }
  expect(added(rotate)).toEqual(['first of the new'])
})

test('a log that is truncated is read from its start', () => {
  const rewrite = (): void => {
    truncateSync(log, 0)
    appendFileSync(log, 'a\n')
  }
  expect(added(rewrite)).toEqual(['a'])
})

test('a successor with the number of the old file, and longer than it, is read from its start', () => {
  const replace = (): void => {
    rmSync(log)
    writeFileSync(log, 'all is well\nnew\n')
  }
  expect(added(replace)).toEqual(['all is well', 'new'])
})

test('a log that vanishes and comes back is waited for', () => {
  expect(added(() => rmSync(log))).toEqual([])
  expect(added(() => writeFileSync(log, 'again\n'))).toEqual(['again'])
})

test('a line without an end is cut, and a flood is skipped and counted', () => {
  const [cut] = added(() => appendFileSync(log, `${'x'.repeat(100_000)}\n`))
  expect(cut.length).toBeLessThanOrEqual(16 << 10)
  added(() => appendFileSync(log, `${'y'.repeat(1023)}\n`.repeat(8 << 10)))
  expect(tail.skippedBytes).toBe((8 << 20) - (4 << 20))
})
