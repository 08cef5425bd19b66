/** What a process wrote about the code it compiled itself: a jitdump log, a perf map, or both. */

import { NONE, type Table, textAt } from '../schema.ts'
import { orUndefined } from './byte-source.ts'
import type { NamedRanges } from './code-ranges.ts'
import { type JitDump, readJitDump } from './jitdump.ts'
import type { MappedFiles } from './mapped-files.ts'
import { parsePerfMap } from './perf-map.ts'

interface Input {
  readonly process: Table<'process'>
  readonly mapping: Table<'mapping'>
}

/** The names a process wrote, the most precise first. Damaged files have none. */
export function readJitNames(input: Input, files: MappedFiles, processRow: number): NamedRanges[] {
  const dump = readJitDumpOf(input, files, processRow)
  const map = orUndefined(() => files.readPerfMap(input.process.pid[processRow]))
  return [...(dump === undefined ? [] : [dump]), ...(map === undefined ? [] : [parsePerfMap(map)])]
}

/** The log of a process, which it maps so that others find it: the marker of the jitdump specification. */
export function readJitDumpOf(input: Input, files: MappedFiles, processRow: number): JitDump | undefined {
  const row = findJitDump(input.mapping, processRow)
  if (row === NONE) return undefined
  const { mapping, process } = input
  const path = textAt(mapping.path, row) ?? ''
  const opened = files.openJitDump({
    pid: process.pid[processRow],
    path,
    device: textAt(mapping.device, row) ?? '',
    inode: mapping.inode[row],
    buildId: undefined,
  })
  if (opened === undefined) return undefined
  try {
    return orUndefined(() => readJitDump(opened.file, path))
  } finally {
    opened.release()
  }
}

/** Whether a process wrote any names. */
export function hasJitNames({ mapping, process }: Input, files: MappedFiles, processRow: number): boolean {
  return findJitDump(mapping, processRow) !== NONE || files.hasPerfMap(process.pid[processRow])
}

function findJitDump(mapping: Table<'mapping'>, processRow: number): number {
  const isDump = mapping.path.values.map(path => /\/jit-\d+\.dump(?: \(deleted\))?$/.test(path))
  if (!isDump.includes(true)) return NONE
  for (let row = mapping.length - 1; row >= 0; row--) {
    if (mapping.process[row] === processRow && isDump[mapping.path.codes[row]]) return row
  }
  return NONE
}
