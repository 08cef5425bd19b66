import { statSync } from 'node:fs'
import { readTableFile } from '../arrow.ts'
import { type Manifest, type RecordedTables, type TableName, tables } from '../schema.ts'
import { cannotRead, damagedFile, noRecording, notARecording, tooLarge } from './errors.ts'
import { errnoOf, readRegularFile, readStart } from './files.ts'
import { parseManifest } from './manifest.ts'
import { manifestBytes, manifestPath, tablePath } from './paths.ts'
import { checkReferences, type LoadedTables } from './references.ts'

/** What a recording holds. */
export interface Recording {
  readonly manifest: Manifest
  /** Tables without a file are absent. */
  readonly tables: RecordedTables
  /** Names of tables that may lack rows at their end, because the recorder was killed or the file was cut. */
  readonly truncated: readonly TableName[]
}

/** Reads a recording, finished or not. */
export function readRecording(directory: string): Recording {
  refuseOtherFiles(directory)
  const manifest = readManifest(directory)
  const loaded: LoadedTables = {}
  const truncated: TableName[] = []
  for (const name of Object.keys(tables) as TableName[]) {
    const path = tablePath(directory, name)
    const bytes = readOptional(path, maxTableBytes)
    if (bytes === undefined) continue
    const read = readTableFile(name, bytes, path)
    loaded[name] = read.table as unknown as LoadedTables[TableName]
    if (read.truncated) truncated.push(name)
  }
  dropStaleStacks(loaded)
  checkReferences(loaded, truncated, directory)
  return { manifest, tables: loaded as RecordedTables, truncated }
}

/** As much as one read(2) gives. */
const maxTableBytes = 2 ** 31 - 4096

/** Names of callchains that were computed while it still recorded do not cover the later ones: they are computed again. */
function dropStaleStacks(loaded: LoadedTables): void {
  if (loaded.callchainStack?.length !== loaded.callchain?.length) delete loaded.callchainStack
}

function refuseOtherFiles(path: string): void {
  try {
    const stat = statSync(path)
    if (stat.isDirectory()) return
    const isPerfData = stat.isFile() && Buffer.from(readStart(path, 8)).toString('latin1') === 'PERFILE2'
    throw notARecording(path, isPerfData ? 'It is a perf.data file, written by perf record.' : 'It is a file; a recording is a folder.')
  } catch (error) {
    throw explain(error, path)
  }
}

function readManifest(directory: string): Manifest {
  const path = manifestPath(directory)
  const bytes = readOptional(path, manifestBytes)
  if (bytes === undefined) throw notARecording(directory, 'It has no manifest.json.')
  return parseManifest(new TextDecoder().decode(bytes), { directory, path })
}

/** Undefined when there is no such file. */
function readOptional(path: string, maxBytes: number): Uint8Array | undefined {
  try {
    const bytes = readRegularFile(path, maxBytes)
    if (bytes === undefined) throw damagedFile(path, 'It is not a regular file.')
    return bytes
  } catch (error) {
    if (errnoOf(error) === 'ENOENT') return undefined
    throw errnoOf(error) === 'EFBIG' ? tooLarge(path, maxBytes) : explain(error, path)
  }
}

/** The system's error as one that people understand; any other as it is. */
function explain(error: unknown, path: string): unknown {
  const errno = errnoOf(error)
  if (errno === undefined) return error
  return errno === 'ENOENT' || errno === 'ENOTDIR' ? noRecording(path, errno) : cannotRead(path, errno)
}
