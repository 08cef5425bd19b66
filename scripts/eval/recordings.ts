/** Recordings of datasets/: packed into one file, without what does not belong to the workload. */

import { execFileSync } from 'node:child_process'
import { mkdtempSync, readdirSync, renameSync, rmSync, statSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { readRecording, writeTable } from '../../src/recording.ts'
import type { RecordedTables, TableName } from '../../src/schema.ts'
import { shortenBursts } from './short-bursts.ts'
import { forgetStrangers } from './strangers.ts'

/** What a recording in git may weigh: git keeps each version of it. */
const MAX_PACKED_BYTES = 1_000_000
/** Bursts are shortened to come below this. */
const WANTED_PACKED_BYTES = 250_000
/** What is left of bursts. */
const parts = [1, 1 / 2, 1 / 4, 1 / 8, 1 / 16]

/** Packs a recording. Programs that ran beside it, other than those that owner started, are made nameless. Returns its size. */
export function packRecording(directory: string, path: string, ownerPid: number): number {
  const tables = forgetStrangers(readRecording(directory).tables, ownerPid)
  const packed = `${path}.new`
  for (const part of parts) {
    writeTables(directory, shortenBursts(tables, part))
    pack(directory, packed)
    if (statSync(packed).size <= WANTED_PACKED_BYTES) break
  }
  const size = statSync(packed).size
  if (size > MAX_PACKED_BYTES) {
    rmSync(packed)
    throw new Error(`${path} would have ${size} bytes; record a shorter time.`)
  }
  renameSync(packed, path)
  return size
}

function writeTables(directory: string, tables: RecordedTables): void {
  for (const name of Object.keys(tables) as TableName[]) {
    const table = tables[name]
    if (table !== undefined) writeTable(directory, name, table as never)
  }
}

/** The same files give the same bytes. */
function pack(directory: string, path: string): void {
  const files = readdirSync(directory).filter(name => name === 'manifest.json' || name.endsWith('.arrow'))
  const plain = ['--sort=name', '--mtime=@0', '--owner=0', '--group=0', '--numeric-owner', '--mode=600']
  execFileSync('tar', ['-C', directory, ...plain, '-I', 'xz -9e', '-cf', path, ...files])
}

/** Unpacks a recording into a folder of its own, which is gone afterwards. */
export function withRecording<Result>(path: string, use: (directory: string) => Result): Result {
  const directory = mkdtempSync(join(tmpdir(), 'autotune-eval-'))
  try {
    execFileSync('tar', ['-C', directory, '-xJf', path])
    return use(directory)
  } finally {
    rmSync(directory, { recursive: true, force: true })
  }
}
