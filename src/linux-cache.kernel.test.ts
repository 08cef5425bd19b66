import { spawn } from 'node:child_process'
import { once } from 'node:events'
import fs from 'node:fs'
import os from 'node:os'
import path from 'node:path'
import { afterEach, beforeEach, expect, type TestContext, test } from 'vitest'
import { linuxCache } from './linux-cache.ts'

let base = ''
const directory = () => path.join(base, 'autotune')
const cache = () => linuxCache({ XDG_CACHE_HOME: base })
const bytes = (text: string) => new TextEncoder().encode(text)
const text = (found: Uint8Array | undefined) => (found === undefined ? undefined : new TextDecoder().decode(found))

beforeEach(() => {
  base = fs.mkdtempSync(path.join(os.tmpdir(), 'cache-test-'))
})
afterEach(() => fs.rmSync(base, { recursive: true, force: true }))

test('what was written comes back, in a directory for its user alone', () => {
  cache().write('entry-1', bytes('old'))
  cache().write('entry-1', bytes('new'))
  expect([text(cache().read('entry-1')), cache().read('entry-2')]).toEqual(['new', undefined])
  expect([fs.statSync(directory()).mode & 0o777, fs.statSync(path.join(directory(), 'entry-1')).mode & 0o777]).toEqual([0o700, 0o600])
  expect(fs.readdirSync(directory())).toEqual(['entry-1'])
})

test('names do not lead out of the directory', () => {
  fs.writeFileSync(path.join(base, 'secret'), 'x')
  cache().write('../outside', bytes('x'))
  expect([cache().read('../secret'), fs.existsSync(path.join(base, 'outside'))]).toEqual([undefined, false])
})

test('a directory that others may write to is not used', () => {
  cache().write('entry', bytes('x'))
  fs.chmodSync(directory(), 0o770)
  cache().write('other', bytes('x'))
  expect([cache().read('entry'), fs.readdirSync(directory())]).toEqual([undefined, ['entry']])
})

test('a symbolic link is neither followed as directory nor as entry', () => {
  const elsewhere = fs.mkdtempSync(path.join(base, 'elsewhere-'))
  fs.writeFileSync(path.join(elsewhere, 'entry'), 'x')
  fs.symlinkSync(elsewhere, directory())
  expect(cache().read('entry')).toBeUndefined()
  fs.rmSync(directory())
  cache().write('real', bytes('y'))
  fs.symlinkSync(path.join(elsewhere, 'entry'), path.join(directory(), 'entry'))
  expect(cache().read('entry')).toBeUndefined()
  cache().write('entry', bytes('z'))
  expect([text(cache().read('entry')), fs.readFileSync(path.join(elsewhere, 'entry'), 'utf8')]).toEqual(['z', 'x'])
})

test('a FIFO in place of an entry does not hang', async () => {
  cache().write('entry', bytes('x'))
  fs.rmSync(path.join(directory(), 'entry'))
  await once(spawn('mkfifo', [path.join(directory(), 'entry')]), 'exit')
  expect(cache().read('entry')).toBeUndefined()
})

test('files and directories of another user are not believed', (context: TestContext) => {
  if (process.getuid?.() !== 0) return context.skip('needs root to give files away')
  cache().write('entry', bytes('x'))
  fs.chownSync(path.join(directory(), 'entry'), 65534, 65534)
  expect(cache().read('entry')).toBeUndefined()
  cache().write('mine', bytes('x'))
  fs.chownSync(directory(), 65534, 65534)
  expect(cache().read('mine')).toBeUndefined()
})

test('what was used longest ago goes first when it gets too large, and what a killed run left', () => {
  for (let index = 0; index < 5; index++) {
    cache().write(`entry-${index}`, bytes('x'))
    fs.truncateSync(path.join(directory(), `entry-${index}`), 60 << 20)
    const used = Date.now() / 1000 - 100 + index
    if (index < 4) fs.utimesSync(path.join(directory(), `entry-${index}`), used, used)
    if (index === 3) cache().read('entry-0')
  }
  const left = path.join(directory(), '1-1.unfinished')
  fs.writeFileSync(left, 'x')
  fs.utimesSync(left, 1, 1)
  cache().write('last', bytes('x'))
  expect(fs.readdirSync(directory()).sort()).toEqual(['entry-0', 'entry-2', 'entry-3', 'entry-4', 'last'])
})
