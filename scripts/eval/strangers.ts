/** A recording sees the whole machine. What has nothing to do with a workload loses its names before it is kept. */

import { NONE, ProcessRole, type RecordedTables, type Table, type TableName, type TextColumn, textAt } from '../../src/schema.ts'

const NAMELESS = 'other'
/** Where programs lie that everybody has. */
const PUBLIC_PATH = /^(\[|\/usr\/|\/lib|\/bin\/|\/sbin\/)/

/** Columns that hold names of files; a reason of a wait may be called as a program is. */
const fileColumns: Readonly<Record<string, readonly string[]>> = {
  mapping: ['path'],
  symbol: ['module', 'path'],
  wait: ['file'],
  series: ['subject'],
  quality: ['subject'],
}

/** The tables in which programs that owner did not start have no names. */
export function forgetStrangers(tables: RecordedTables, ownerPid: number): RecordedTables {
  const { process, thread, mapping } = tables
  if (process === undefined) return tables
  const isKept = keptProcesses(process, ownerPid)
  const secrets = privateTexts(tables, isKept)
  const forget = (column: TextColumn) => rename(column, (_, text) => (text !== undefined && secrets.has(text) ? NAMELESS : text))
  const cleaned: Record<string, unknown> = {}
  for (const name of Object.keys(tables) as TableName[]) cleaned[name] = mapTexts(tables[name], fileColumns[name] ?? [], forget)
  cleaned.process = {
    ...process,
    comm: rename(process.comm, (row, text) => (isKept[row] === 1 ? text : NAMELESS)),
    commandLine: rename(process.commandLine, (row, text) => (isKept[row] === 1 ? text : undefined)),
    executable: rename(process.executable, (row, text) => (isKept[row] === 1 ? text : undefined)),
    cgroup: rename(process.cgroup, (row, text) => (isKept[row] === 1 ? text : undefined)),
  }
  const isStranger = (row: number) => row !== NONE && isKept[row] !== 1
  if (thread !== undefined) {
    cleaned.thread = { ...thread, comm: rename(thread.comm, (row, text) => (isStranger(thread.process[row]) ? NAMELESS : text)) }
  }
  if (mapping !== undefined) {
    cleaned.mapping = { ...mapping, path: rename(mapping.path, (row, text) => (isStranger(mapping.process[row]) ? NAMELESS : text)) }
  }
  return cleaned as RecordedTables
}

/** 1 for the target, autotune, the kernel's threads and what owner started. */
function keptProcesses(process: Table<'process'>, ownerPid: number): Uint8Array {
  const isKept = new Uint8Array(process.length)
  const pids = new Set([ownerPid])
  // children can stand before their parents
  for (let before = -1; before !== pids.size; ) {
    before = pids.size
    for (let row = 0; row < process.length; row++) if (pids.has(process.parentPid[row])) pids.add(process.pid[row])
  }
  for (let row = 0; row < process.length; row++) {
    isKept[row] = process.role[row] !== ProcessRole.Other || pids.has(process.pid[row]) ? 1 : 0
  }
  return isKept
}

/** Paths that only strangers use, and the names of those files. */
function privateTexts({ process, mapping }: RecordedTables, isKept: Uint8Array): ReadonlySet<string> {
  const known = new Set<string>()
  const found = new Set<string>()
  const look = (text: string | undefined, row: number) => {
    if (text === undefined || row === NONE) return
    for (const name of [text, text.slice(text.lastIndexOf('/') + 1)]) (isKept[row] === 1 ? known : found).add(name)
  }
  for (let row = 0; row < (process?.length ?? 0); row++) if (process !== undefined) look(textAt(process.executable, row), row)
  for (let row = 0; row < (mapping?.length ?? 0); row++) if (mapping !== undefined) look(textAt(mapping.path, row), mapping.process[row])
  return new Set([...found].filter(text => !known.has(text) && !PUBLIC_PATH.test(text)))
}

function mapTexts(table: object | undefined, columns: readonly string[], map: (column: TextColumn) => TextColumn): object | undefined {
  if (table === undefined) return undefined
  return Object.fromEntries(
    Object.entries(table).map(([name, column]) => [name, columns.includes(name) && isText(column) ? map(column) : column]),
  )
}

function isText(column: unknown): column is TextColumn {
  return typeof column === 'object' && column !== null && 'codes' in column
}

/** A text column with other texts; those that no row has any more are gone. */
function rename({ codes, values }: TextColumn, textOf: (row: number, text: string | undefined) => string | undefined): TextColumn {
  const codeOf = new Map<string, number>()
  const renamed = Int32Array.from(codes, (code, row) => {
    const text = textOf(row, code === NONE ? undefined : values[code])
    if (text === undefined) return NONE
    const next = codeOf.get(text) ?? codeOf.size
    codeOf.set(text, next)
    return next
  })
  return { codes: renamed, values: [...codeOf.keys()] }
}
