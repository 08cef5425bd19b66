import { mkdtempSync, readdirSync, readFileSync, rmSync, writeFileSync } from 'node:fs'
import { createServer, type Server } from 'node:http'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { afterAll, beforeAll, expect, test } from 'vitest'
import { debuginfodOptions, fetchDebugFile } from './debuginfod.ts'

const ID = 'abcdef0123456789'
const folder = mkdtempSync(join(tmpdir(), 'autotune-debuginfod-'))
const asked: string[] = []
let server: Server
let url = ''

beforeAll(async () => {
  server = createServer((request, response) => {
    asked.push(request.url ?? '')
    if (request.url === `/buildid/${ID}/debuginfo`) response.end('debug file')
    else if (request.url === '/buildid/000000000000/debuginfo') {
      response.writeHead(200, { 'content-length': '1000' })
      response.write('half')
      response.destroy()
    } else response.writeHead(404).end()
  })
  await new Promise<void>(resolve => server.listen(0, '127.0.0.1', resolve))
  const address = server.address()
  url = typeof address === 'object' && address !== null ? `http://127.0.0.1:${address.port}` : ''
})
afterAll(() => {
  server.close()
  rmSync(folder, { recursive: true })
})

test('a debug file is downloaded once and kept', async () => {
  const directory = join(folder, 'kept')
  const path = await fetchDebugFile(ID, { urls: [url], directory })
  expect(readFileSync(String(path), 'utf8')).toBe('debug file')
  expect(await fetchDebugFile(ID, { urls: [url], directory })).toBe(path)
  expect(asked.filter(requested => requested.includes(ID))).toHaveLength(1)
})

test('the next server is asked when one has no such file, and all are named when none has', async () => {
  const directory = join(folder, 'next')
  expect(await fetchDebugFile('1111111111', { urls: [url, `${url}/`], directory })).toEqual({
    reason: expect.stringMatching(/status 404.*status 404/),
  })
})

test('a download that breaks off leaves nothing', async () => {
  const directory = join(folder, 'cut')
  expect(await fetchDebugFile('000000000000', { urls: [url], directory })).toEqual({ reason: expect.stringContaining('127.0.0.1') })
  expect(readdirSync(directory)).toEqual([])
})

test('what is no build id is not asked for', async () => {
  expect(await fetchDebugFile('../../etc/passwd', { urls: [url], directory: folder })).toEqual({ reason: 'its build id is none' })
})

test('a cache that is no folder of ours is not used', async () => {
  const directory = join(folder, 'file')
  writeFileSync(directory, '')
  expect(await fetchDebugFile(ID, { urls: [url], directory })).toEqual({ reason: expect.any(String) })
})

test('asking for downloads without servers is an error of usage', () => {
  expect(() => debuginfodOptions({ DEBUGINFOD_URLS: 'ftp://x' })).toThrow('--debuginfod has nowhere to ask.')
  expect(debuginfodOptions({ DEBUGINFOD_URLS: 'https://a https://b', XDG_CACHE_HOME: '/c' })).toEqual({
    urls: ['https://a', 'https://b'],
    directory: '/c/autotune/debuginfod',
  })
})
