import { closeSync, ftruncateSync, readdirSync } from 'node:fs'
import { join } from 'node:path'
import { encodeTable, openTableFile, readTableFile, type TableFile } from '../arrow.ts'
import type { AutotuneError } from '../errors.ts'
import { type Manifest, type Table, type TableName, tables } from '../schema.ts'
import { cannotRecordTo, cannotWriteTable, folderInUse, recordingCutShort } from './errors.ts'
import { createFile, errnoOf, makeFolder, readRegularFile, removeFile, replaceFile, temporaryOf, writeAll } from './files.ts'
import { formatManifest, isManifest } from './manifest.ts'
import { isLogName, logPath, manifestBytes, manifestPath, tablePath } from './paths.ts'

/** Begins a recording in a new or empty folder, or in place of an older recording. */
export function createRecording(directory: string, manifest: Manifest): RecordingWriter {
  let isReplaced = false
  try {
    makeFolder(directory)
    if (!mayReplace(directory)) throw folderInUse(directory)
    isReplaced = readdirSync(directory).length > 0
    for (const name of Object.keys(tables) as TableName[]) {
      removeFile(tablePath(directory, name))
      removeFile(temporaryOf(tablePath(directory, name)))
    }
    for (const name of readdirSync(directory).filter(isLogName)) removeFile(join(directory, name))
    replaceFile(manifestPath(directory), [Buffer.from(formatManifest(manifest))])
  } catch (error) {
    const errno = errnoOf(error)
    throw errno === undefined ? error : cannotRecordTo(directory, errno)
  }
  return new RecordingWriter(directory, manifest, isReplaced)
}

/** Replaces a whole table of a recording that is there, in one step: what an analysis computed may be computed again. */
export function writeTable<Name extends TableName>(directory: string, name: Name, table: Table<Name>): void {
  const path = tablePath(directory, name)
  try {
    replaceFile(path, encodeTable(name, table))
  } catch (error) {
    const errno = errnoOf(error)
    throw errno === undefined ? error : cannotWriteTable(path, errno)
  }
}

/**
 * A recording being written. When writing fails (disk full), the first call that notices throws an AutotuneError; what was
 * written stays readable, and later calls do nothing, so that the caller can go on with what it has in memory.
 *
 * Append the rows that others refer to first (process, callchain, series), so that no reference leads nowhere after a kill.
 */
export class RecordingWriter {
  readonly directory: string
  /** Whether an older recording was in the folder. */
  readonly replacesOlder: boolean
  #manifest: Manifest
  #failure: AutotuneError | undefined
  readonly #appended = new Map<TableName, AppendedTable>()

  constructor(directory: string, manifest: Manifest, replacesOlder: boolean) {
    this.directory = directory
    this.replacesOlder = replacesOlder
    this.#manifest = manifest
  }

  /** Why the recording ends early; undefined while all is well. */
  get failure(): AutotuneError | undefined {
    return this.#failure
  }

  /** Adds rows to a table. A table is either appended to or written whole. */
  append<Name extends TableName>(name: Name, table: Table<Name>): void {
    this.#write(() => {
      const appended = this.#appended.get(name) ?? openAppended(this.directory, name)
      this.#appended.set(name, appended)
      ;(appended.file as unknown as TableFile<Name>).append(table)
    })
  }

  /** Writes a whole table in place of what was there: for tables whose rows change, and for those written once. */
  writeTable<Name extends TableName>(name: Name, table: Table<Name>): void {
    if (this.#appended.has(name)) throw new Error(`Table ${name} is appended to.`)
    this.#write(() => replaceFile(tablePath(this.directory, name), encodeTable(name, table)))
  }

  /** Keeps a text beside the tables, such as what the verifier said of a program: for people, no analysis reads it. */
  writeLog(name: string, text: string): void {
    this.#write(() => replaceFile(logPath(this.directory, name), [Buffer.from(text)]))
  }

  /** Changes what manifest.json says, in one step. */
  updateManifest(changes: Partial<Manifest>): void {
    this.#manifest = { ...this.#manifest, ...changes }
    this.#write(() => this.#replaceManifest())
  }

  /** Ends all tables. A recording that ran out of disk is never complete, whatever the changes say. */
  close(changes: Partial<Manifest>): void {
    const failedBefore = this.#failure !== undefined
    for (const [name, appended] of this.#appended) {
      if (this.#failure === undefined) this.#attempt(() => finishAppended(this.directory, name, appended))
      closeSync(appended.fd)
    }
    this.#appended.clear()
    this.#manifest = { ...this.#manifest, ...changes }
    // Also after a failure: what is small may still fit, and the one that is there stays otherwise.
    this.#attempt(() => this.#replaceManifest())
    if (!failedBefore && this.#failure !== undefined) throw this.#failure
  }

  #replaceManifest(): void {
    const complete = this.#manifest.complete && this.#failure === undefined
    replaceFile(manifestPath(this.directory), [Buffer.from(formatManifest({ ...this.#manifest, complete }))])
  }

  #write(action: () => void): void {
    if (this.#failure !== undefined) return
    this.#attempt(action)
    if (this.#failure !== undefined) throw this.#failure
  }

  #attempt(action: () => void): void {
    try {
      action()
    } catch (error) {
      const errno = errnoOf(error)
      if (errno === undefined) throw error
      this.#failure ??= recordingCutShort(this.directory, errno)
    }
  }
}

interface AppendedTable {
  readonly fd: number
  readonly file: TableFile<TableName>
}

/** No table grows larger, so that an analysis can still read it: as one read(2) gives no more than 2 GiB, and columns take more room. */
const maxAppendedBytes = 2 ** 30

/** Rewriting costs memory: beyond this size a table keeps its delta dictionaries. */
const maxRewrittenBytes = 64 << 20

function openAppended(directory: string, name: TableName): AppendedTable {
  const fd = createFile(tablePath(directory, name))
  let writtenBytes = 0
  const write = (bytes: Uint8Array): void => {
    try {
      if (writtenBytes + bytes.length > maxAppendedBytes) throw Object.assign(new Error(`${name} is full`), { code: 'EFBIG' })
      writeAll(fd, bytes)
      writtenBytes += bytes.length
    } catch (error) {
      ftruncateSync(fd, writtenBytes)
      throw error
    }
  }
  try {
    return { fd, file: openTableFile(name, write) }
  } catch (error) {
    closeSync(fd)
    throw error
  }
}

/** Writes the footer, and the file anew when strings came late: polars refuses delta dictionaries. */
function finishAppended(directory: string, name: TableName, { file }: AppendedTable): void {
  file.close()
  if (!file.hasDeltas()) return
  const path = tablePath(directory, name)
  try {
    const bytes = readRegularFile(path, maxRewrittenBytes)
    if (bytes !== undefined) replaceFile(path, encodeTable(name, readTableFile(name, bytes, path).table))
  } catch (error) {
    // The file is whole as it is: one that cannot be rewritten for want of space is no loss.
    if (errnoOf(error) === undefined) throw error
  }
}

/** Whether a folder is empty or a recording. */
function mayReplace(directory: string): boolean {
  if (readdirSync(directory).length === 0) return true
  try {
    const bytes = readRegularFile(manifestPath(directory), manifestBytes)
    return bytes !== undefined && isManifest(new TextDecoder().decode(bytes))
  } catch (error) {
    if (errnoOf(error) === 'ENOENT' || errnoOf(error) === 'EFBIG') return false
    throw error
  }
}
