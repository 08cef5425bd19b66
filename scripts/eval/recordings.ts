/** Recordings of datasets/: packed into one file, without what does not belong to the workload. */

import { execFileSync } from 'node:child_process'
import { mkdtempSync, readdirSync, rmSync, statSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { readRecording, writeTable } from '../../src/recording.ts'
import type { TableName } from '../../src/schema.ts'
import { forgetStrangers } from './strangers.ts'

/** What a recording in git may weigh. */
const MAX_PACKED_BYTES = 1_000_000
/** Left out first where it is too large: without them gains come from sums. */
const largest = ['event.arrow', 'burst.arrow']

/** Packs a recording. Programs that ran beside it, other than those that owner started, are made nameless. Returns its size. */
export function packRecording(directory: string, path: string, ownerPid: number): number {
  const { tables } = readRecording(directory)
  const cleaned = forgetStrangers(tables, ownerPid)
  for (const name of Object.keys(cleaned) as TableName[]) {
    const table = cleaned[name]
    if (table !== undefined) writeTable(directory, name, table as never)
  }
  const files = readdirSync(directory).filter(name => name === 'manifest.json' || name.endsWith('.arrow'))
  pack(directory, path, files)
  if (statSync(path).size > MAX_PACKED_BYTES) {
    pack(
      directory,
      path,
      files.filter(name => !largest.includes(name)),
    )
  }
  const size = statSync(path).size
  if (size > MAX_PACKED_BYTES) throw new Error(`${path} has ${size} bytes; record a shorter time.`)
  return size
}

/** The same files give the same bytes. */
function pack(directory: string, path: string, files: readonly string[]): void {
  const plain = ['--sort=name', '--mtime=@0', '--owner=0', '--group=0', '--numeric-owner', '--mode=600']
  execFileSync('tar', ['-C', directory, ...plain, '-I', 'gzip -9n', '-cf', path, ...files])
}

/** Unpacks a recording into a folder of its own, which is gone afterwards. */
export function withRecording<Result>(path: string, use: (directory: string) => Result): Result {
  const directory = mkdtempSync(join(tmpdir(), 'autotune-eval-'))
  try {
    execFileSync('tar', ['-C', directory, '-xzf', path])
    return use(directory)
  } finally {
    rmSync(directory, { recursive: true, force: true })
  }
}
