import { closeSync, constants, fstatSync, mkdirSync, openSync, readSync, renameSync, statSync, unlinkSync, writeSync } from 'node:fs'
import { dirname } from 'node:path'

/** Recordings are for their owner alone: they hold command lines and paths of every process. */
const fileMode = 0o600
const folderMode = 0o700

/** Creates a file that is not there yet. Never follows a link that somebody else put in its place. */
export function createFile(path: string): number {
  return openSync(path, constants.O_WRONLY | constants.O_CREAT | constants.O_EXCL | constants.O_NOFOLLOW, fileMode)
}

/** Makes a folder and those above it. Node's recursive mkdir reports ENOENT for a read-only file system. */
export function makeFolder(path: string): void {
  try {
    mkdirSync(path, folderMode)
  } catch (error) {
    const errno = errnoOf(error)
    if (errno === 'EEXIST' && statSync(path).isDirectory()) return
    if (errno !== 'ENOENT' || dirname(path) === path) throw error
    makeFolder(dirname(path))
    mkdirSync(path, folderMode)
  }
}

/** Writes everything, or throws the system's error. */
export function writeAll(fd: number, bytes: Uint8Array): void {
  for (let offset = 0; offset < bytes.length; ) offset += writeSync(fd, bytes, offset)
}

/** Puts a file in place of another in one step: readers see the old contents or the new, never a part. */
export function replaceFile(path: string, chunks: readonly Uint8Array[]): void {
  const temporary = temporaryOf(path)
  removeFile(temporary)
  try {
    const fd = createFile(temporary)
    try {
      for (const chunk of chunks) writeAll(fd, chunk)
    } finally {
      closeSync(fd)
    }
    renameSync(temporary, path)
  } catch (error) {
    removeFile(temporary)
    throw error
  }
}

/** Where replaceFile keeps the new contents until they are whole. */
export function temporaryOf(path: string): string {
  return `${path}.tmp`
}

/** Removes a file; one that is not there is fine. */
export function removeFile(path: string): void {
  try {
    unlinkSync(path)
  } catch (error) {
    if (errnoOf(error) !== 'ENOENT') throw error
  }
}

/**
 * Contents of a regular file as of now: what is appended meanwhile is left out. Throws the system's error, EFBIG beyond
 * maxBytes; undefined for anything that is no regular file. Opening never blocks, not even on a FIFO.
 */
export function readRegularFile(path: string, maxBytes: number): Uint8Array | undefined {
  const fd = openSync(path, constants.O_RDONLY | constants.O_NONBLOCK)
  try {
    const stat = fstatSync(fd)
    if (!stat.isFile()) return undefined
    if (stat.size > maxBytes) throw Object.assign(new Error(`${path} has ${stat.size} bytes`), { code: 'EFBIG' })
    const bytes = new Uint8Array(stat.size)
    let length = 0
    while (length < bytes.length) {
      const count = readSync(fd, bytes, length, bytes.length - length, null)
      if (count === 0) break
      length += count
    }
    return bytes.subarray(0, length)
  } finally {
    closeSync(fd)
  }
}

/** The first bytes of a file, fewer when it is shorter. */
export function readStart(path: string, lengthBytes: number): Uint8Array {
  const fd = openSync(path, constants.O_RDONLY | constants.O_NONBLOCK)
  try {
    const bytes = new Uint8Array(lengthBytes)
    return bytes.subarray(0, readSync(fd, bytes, 0, lengthBytes, 0))
  } finally {
    closeSync(fd)
  }
}

/** Name of the system's error, such as ENOSPC; undefined for any other error. */
export function errnoOf(error: unknown): string | undefined {
  const code = error instanceof Error && 'code' in error ? error.code : undefined
  return typeof code === 'string' && /^E[A-Z0-9]+$/.test(code) ? code : undefined
}
