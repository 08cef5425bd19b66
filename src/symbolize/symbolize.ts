/** Addresses → names: callchains as the kernel gave them become stacks of functions. */

import type { Host } from '../host.ts'
import { NONE, ProcessRole, type Table, type Tables, textAt, type Unavailable } from '../schema.ts'
import { TableBuilder } from '../table-builder.ts'
import { groupRows } from './code-groups.ts'
import { FrameTables } from './frame-tables.ts'
import { hintForStripped, hintsForProcesses } from './hints.ts'
import type { KernelNames } from './kernel-code.ts'
import type { MappedFiles } from './mapped-files.ts'
import { nameGroup } from './name-group.ts'
import { newFindings } from './name-rows.ts'

/** What of a recording is needed for names. */
export interface SymbolizeInput {
  readonly process: Table<'process'>
  readonly mapping: Table<'mapping'>
  readonly callchain: Table<'callchain'>
}

/** Where names come from. */
export interface SymbolizeOptions {
  readonly files: MappedFiles
  /** The kernel that recorded: its names where they were read already, or whether it is the one that runs now. */
  readonly kernel?: KernelNames | 'running' | 'other'
}

/** Stacks with names, what hid some of them, and what would show them next time. */
export interface Symbolized {
  readonly tables: Pick<Tables, 'symbol' | 'frame' | 'stack' | 'callchainStack'>
  readonly unavailable: readonly Unavailable[]
  readonly hints: readonly string[]
}

/** Names every address of every callchain. What has no name stays, as "[unknown] in libfoo.so+0x1234". */
export function symbolize(host: Host, input: SymbolizeInput, { files, kernel = 'running' }: SymbolizeOptions): Symbolized {
  const { mapping, callchain } = input
  const { groups, mappingOf } = groupRows(mapping, callchain)
  const tables = new FrameTables()
  const findings = newFindings()
  const frameOf = new Int32Array(callchain.length).fill(NONE)
  const context = { host, input, files, kernel, mappingOf, isCaller: findCallers(callchain), tables, frameOf, findings }
  for (const group of groups) nameGroup(context, group)
  const callchainStack = buildStacks(callchain, frameOf, tables)
  const concerned = concernedBy(input)
  const stripped = hintForStripped(findings.stripped.filter(concerned.hasFile))
  return {
    tables: { ...tables.build(), callchainStack },
    unavailable: [...findings.unavailable, ...unreadableFiles(findings.unreadable)],
    hints: [
      ...hintsForProcesses(findings.nameless.filter(({ row }) => concerned.hasProcess(row))),
      ...(stripped === undefined ? [] : [stripped]),
    ],
  }
}

/** Advice is for the target, where there is one: whose program somebody looks at is theirs to restart. */
function concernedBy({ process, mapping }: SymbolizeInput): { hasProcess(row: number): boolean; hasFile(path: string): boolean } {
  if (!process.role.includes(ProcessRole.Target)) return { hasProcess: () => true, hasFile: () => true }
  const hasProcess = (row: number) => process.role[row] === ProcessRole.Target
  const paths = new Set<string | undefined>()
  for (let row = 0; row < mapping.length; row++) if (hasProcess(mapping.process[row])) paths.add(textAt(mapping.path, row))
  return { hasProcess, hasFile: path => paths.has(path) }
}

/** Rows that called another row of their kind: their address is where the call returns to, one instruction late. */
function findCallers({ length, prefix, kind }: Table<'callchain'>): Uint8Array {
  const isCaller = new Uint8Array(length)
  for (let row = 0; row < length; row++) {
    if (prefix[row] !== NONE && kind[prefix[row]] === kind[row]) isCaller[prefix[row]] = 1
  }
  return isCaller
}

function buildStacks({ length, prefix }: Table<'callchain'>, frameOf: Int32Array, tables: FrameTables): Table<'callchainStack'> {
  const stackOf = new TableBuilder('callchainStack', length)
  const stacks = new Int32Array(length)
  for (let row = 0; row < length; row++) {
    // a prefix has a smaller row; a damaged table where it has not gets a root instead of a loop
    const caller = prefix[row] >= 0 && prefix[row] < row ? stacks[prefix[row]] : NONE
    stacks[row] = tables.addStack(caller, frameOf[row])
    stackOf.add({ stack: stacks[row] })
  }
  return stackOf.build()
}

/** Files that are named in a message. */
const MAX_LISTED = 5

function unreadableFiles(unreadable: ReadonlyMap<string, string>): Unavailable[] {
  if (unreadable.size === 0) return []
  const listed = Array.from(unreadable, ([path, why]) => `${path} (${why})`).slice(0, MAX_LISTED)
  const more = unreadable.size > MAX_LISTED ? ` and ${unreadable.size - MAX_LISTED} more` : ''
  return [
    {
      topic: 'names of functions in some files',
      tables: ['symbol'],
      series: [],
      reason: `${unreadable.size} of the mapped files could not be read: ${listed.join(', ')}${more}.`,
      remedy: 'Record as root, and analyse on the machine that recorded while its files are there.',
    },
  ]
}
