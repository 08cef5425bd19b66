/** Debug files from a debuginfod server, kept in the user's cache: debuginfod(8), GET /buildid/ID/debuginfo. */

import { randomBytes } from 'node:crypto'
import { createWriteStream } from 'node:fs'
import { lstat, mkdir, readdir, rename, rm, stat, utimes } from 'node:fs/promises'
import { join } from 'node:path'
import { Readable, Transform } from 'node:stream'
import { pipeline } from 'node:stream/promises'
import { AutotuneError } from '../errors.ts'

/** Where to ask, and where to keep what came. */
export interface DebuginfodOptions {
  readonly urls: readonly string[]
  readonly directory: string
}

/** For the connection and the first byte; a server that never had the file unpacks packages first. */
const ANSWER_TIMEOUT_MS = 30_000
const DOWNLOAD_TIMEOUT_MS = 90_000
/** Larger debug files are of browsers; reading them would not fit the report's time. */
const MAX_FILE_BYTES = 1 << 30
const MAX_CACHE_BYTES = 4 * 2 ** 30
const MAX_URLS = 8

/** What the environment says, when the user asks for downloads. */
export function debuginfodOptions(environment: NodeJS.ProcessEnv): DebuginfodOptions {
  const urls = (environment.DEBUGINFOD_URLS ?? '').split(/\s+/).filter(url => /^https?:\/\//.test(url))
  if (urls.length === 0) {
    throw new AutotuneError({
      code: 'USAGE',
      what: '--debuginfod has nowhere to ask.',
      why: 'DEBUGINFOD_URLS names no http or https address.',
      next: 'DEBUGINFOD_URLS=https://debuginfod.elfutils.org autotune diagnose --debuginfod',
    })
  }
  const { XDG_CACHE_HOME, HOME } = environment
  const cache = XDG_CACHE_HOME?.startsWith('/') === true ? XDG_CACHE_HOME : join(HOME ?? '/root', '.cache')
  return { urls: urls.slice(0, MAX_URLS), directory: join(cache, 'autotune', 'debuginfod') }
}

/** Path of the debug file with that build id, or why there is none. The file may be anything: its build id must be checked. */
export async function fetchDebugFile(buildId: string, { urls, directory }: DebuginfodOptions): Promise<string | { reason: string }> {
  if (!/^[0-9a-f]{8,128}$/.test(buildId)) return { reason: 'its build id is none' }
  const path = join(directory, `${buildId}.debug`)
  try {
    await mkdir(directory, { recursive: true, mode: 0o700 })
    // others must not be able to put files there
    const facts = await lstat(directory)
    if (!facts.isDirectory() || facts.uid !== process.geteuid?.()) return { reason: `${directory} is not ours` }
    if (await isFile(path)) {
      await utimes(path, new Date(), new Date())
      return path
    }
    const reasons: string[] = []
    for (const url of urls) {
      const reason = await downloadTo(path, `${url.replace(/\/$/, '')}/buildid/${buildId}/debuginfo`)
      if (reason === undefined) {
        await dropOldest(directory, path)
        return path
      }
      reasons.push(`${new URL(url).host}: ${reason}`)
    }
    return { reason: `no debug file from ${reasons.join(', ')}` }
  } catch (error) {
    return { reason: error instanceof Error ? error.message : String(error) }
  }
}

async function isFile(path: string): Promise<boolean> {
  return stat(path).then(
    facts => facts.isFile(),
    () => false,
  )
}

/** Downloads beside the final place and renames: another run sees the whole file or none. Gives the reason when it failed. */
async function downloadTo(path: string, url: string): Promise<string | undefined> {
  const partial = `${path}.${randomBytes(6).toString('hex')}.part`
  const slow = new AbortController()
  const timer = setTimeout(() => slow.abort(new Error(`no answer within ${ANSWER_TIMEOUT_MS / 1000} s`)), ANSWER_TIMEOUT_MS)
  try {
    const signal = AbortSignal.any([slow.signal, AbortSignal.timeout(DOWNLOAD_TIMEOUT_MS)])
    const response = await fetch(url, { signal, headers: { 'user-agent': 'autotune' } })
    clearTimeout(timer)
    if (!response.ok || response.body === null) return `status ${response.status}`
    const file = createWriteStream(partial, { flags: 'wx', mode: 0o600 })
    await pipeline(Readable.fromWeb(response.body as import('node:stream/web').ReadableStream), sizeLimit(), file, { signal })
    await rename(partial, path)
    return undefined
  } catch (error) {
    return error instanceof Error ? error.message : String(error)
  } finally {
    clearTimeout(timer)
    await rm(partial, { force: true })
  }
}

function sizeLimit(): Transform {
  let sizeBytes = 0
  return new Transform({
    transform(chunk: Uint8Array, _encoding, done) {
      sizeBytes += chunk.length
      done(sizeBytes > MAX_FILE_BYTES ? new Error(`it has more than ${MAX_FILE_BYTES >> 20} MiB`) : null, chunk)
    },
  })
}

/** Keeps the cache within its size: the files used longest ago go, never the one just fetched. */
async function dropOldest(directory: string, kept: string): Promise<void> {
  const names = await readdir(directory)
  const files = await Promise.all(names.map(async name => ({ path: join(directory, name), facts: await stat(join(directory, name)) })))
  files.sort((left, right) => right.facts.mtimeMs - left.facts.mtimeMs)
  let sizeBytes = 0
  for (const { path, facts } of files) {
    sizeBytes += facts.size
    if (sizeBytes > MAX_CACHE_BYTES && path !== kept) await rm(path, { force: true })
  }
}
