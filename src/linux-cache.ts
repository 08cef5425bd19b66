/** Results kept from run to run, below the user's cache directory: only what we wrote ourselves comes back. */

import fs from 'node:fs'
import os from 'node:os'
import path from 'node:path'
import type { HostCache } from './host.ts'

const { O_RDONLY, O_WRONLY, O_CREAT, O_EXCL, O_NOFOLLOW, O_NONBLOCK, O_DIRECTORY } = fs.constants
/** All entries together; the symbols of node are 7 MB. */
const MAX_BYTES = 256 << 20
const MAX_ENTRY_BYTES = 64 << 20
const ENTRY_NAME = /^[\w.-]{1,200}$/
const UNFINISHED = '.unfinished'
/** A write takes less than a second: an unfinished one of this age was killed. */
const STALE_MS = 600_000

/**
 * The cache of the user we run as: $XDG_CACHE_HOME/autotune, else .cache/autotune in the home the password file names. sudo keeps
 * $HOME, so that is not asked: root must not leave files in a user's home, nor believe what it finds there.
 */
export function linuxCache(environment: Readonly<Record<string, string | undefined>>): HostCache {
  const configured = environment.XDG_CACHE_HOME
  const base = configured !== undefined && path.isAbsolute(configured) ? configured : path.join(homeDirectory(), '.cache')
  return {
    read: name => withDirectory(base, directory => readEntry(directory, name)),
    write: (name, bytes) => void withDirectory(base, directory => writeEntry(directory, name, bytes)),
  }
}

function homeDirectory(): string {
  try {
    return os.userInfo().homedir
  } catch {
    return '/nonexistent' // a user without an entry in the password file has no cache
  }
}

/**
 * Opens the directory once and reaches entries through the descriptor: it cannot be exchanged behind the check that it is ours
 * alone. Nothing that fails here may cost more than the cache.
 */
function withDirectory<Value>(base: string, use: (directory: string) => Value): Value | undefined {
  let fd: number | undefined
  try {
    const directory = path.join(base, 'autotune')
    fs.mkdirSync(directory, { recursive: true, mode: 0o700 })
    fd = fs.openSync(directory, O_RDONLY | O_DIRECTORY | O_NOFOLLOW)
    const { uid, mode } = fs.fstatSync(fd)
    return uid === process.geteuid?.() && (mode & 0o077) === 0 ? use(`/proc/self/fd/${fd}`) : undefined
  } catch {
    return undefined
  } finally {
    if (fd !== undefined) fs.closeSync(fd)
  }
}

function readEntry(directory: string, name: string): Uint8Array | undefined {
  if (!ENTRY_NAME.test(name)) return undefined
  const fd = fs.openSync(path.join(directory, name), O_RDONLY | O_NOFOLLOW | O_NONBLOCK)
  try {
    const facts = fs.fstatSync(fd)
    if (!facts.isFile() || facts.uid !== process.geteuid?.() || facts.size > MAX_ENTRY_BYTES) return undefined
    const bytes = new Uint8Array(facts.size)
    let length = 0
    for (let count = 1; count > 0 && length < bytes.length; length += count)
      count = fs.readSync(fd, bytes, length, bytes.length - length, length)
    touch(fd)
    return bytes.subarray(0, length)
  } finally {
    fs.closeSync(fd)
  }
}

/** What was used last goes last. */
function touch(fd: number): void {
  const now = Date.now() / 1000
  fs.futimesSync(fd, now, now)
}

/** Whole or not at all: another run sees the old entry until the new one is complete. */
function writeEntry(directory: string, name: string, bytes: Uint8Array): void {
  if (!ENTRY_NAME.test(name) || bytes.length > MAX_ENTRY_BYTES) return
  const unfinished = path.join(directory, `${process.pid}-${process.hrtime.bigint()}${UNFINISHED}`)
  const fd = fs.openSync(unfinished, O_WRONLY | O_CREAT | O_EXCL | O_NOFOLLOW, 0o600)
  try {
    fs.writeFileSync(fd, bytes)
    fs.renameSync(unfinished, path.join(directory, name))
  } catch {
    fs.rmSync(unfinished, { force: true }) // the disk is full
  } finally {
    fs.closeSync(fd)
  }
  removeOldest(directory)
}

function removeOldest(directory: string): void {
  const entries = fs.readdirSync(directory).flatMap(name => {
    const facts = fs.lstatSync(path.join(directory, name), { throwIfNoEntry: false })
    return facts === undefined ? [] : [{ name, sizeBytes: facts.size, usedMs: facts.mtimeMs }]
  })
  const isStale = ({ name, usedMs }: { name: string; usedMs: number }): boolean =>
    name.endsWith(UNFINISHED) && usedMs < Date.now() - STALE_MS
  let total = entries.reduce((sum, { sizeBytes }) => sum + sizeBytes, 0)
  for (const entry of entries.sort((left, right) => left.usedMs - right.usedMs)) {
    if (total <= MAX_BYTES && !isStale(entry)) continue
    fs.rmSync(path.join(directory, entry.name), { force: true })
    total -= entry.sizeBytes
  }
}
