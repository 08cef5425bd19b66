/** Addresses → names: callchains as the kernel gave them become stacks of functions. */

import type { Host } from '../host.ts'
import { NONE, ProcessRole, StackEnd, type Table, type Tables, textAt, type Unavailable } from '../schema.ts'
import { TableBuilder } from '../table-builder.ts'
import { type CodeGroup, groupRows } from './code-groups.ts'
import { type FrameSource, FrameTables } from './frame-tables.ts'
import { type CutProcess, hintForCutStacks, hintForStripped, hintsForProcesses } from './hints.ts'
import type { KernelNames } from './kernel-code.ts'
import { LineRequests, type LineSource } from './line-requests.ts'
import type { MappedFiles } from './mapped-files.ts'
import { nameGroup } from './name-group.ts'
import { newFindings } from './name-rows.ts'

/** What of a recording is needed for names. */
export interface SymbolizeInput {
  readonly process: Table<'process'>
  readonly mapping: Table<'mapping'>
  readonly callchain: Table<'callchain'>
  /** Which callchains matter most; without it all do the same. */
  readonly sample?: Table<'sample'>
}

/** Where names come from. */
export interface SymbolizeOptions {
  readonly files: MappedFiles
  /** The kernel that recorded: its names where they were read already, or whether it is the one that runs now. */
  readonly kernel?: KernelNames | 'running' | 'other'
  /** Who tells files, lines and inlined functions; without it frames have only symbols. */
  readonly lines?: LineSource
}

/** Stacks with names, what hid some of them, and what would show them next time. */
export interface Symbolized {
  readonly tables: Pick<Tables, 'symbol' | 'frame' | 'stack' | 'callchainStack'>
  readonly unavailable: readonly Unavailable[]
  readonly hints: readonly string[]
}

/** Names every address of every callchain. What has no name stays, as "[unknown] in libfoo.so+0x1234". */
export function symbolize(host: Host, input: SymbolizeInput, options: SymbolizeOptions): Symbolized {
  const { files, kernel = 'running' } = options
  const { mapping, callchain } = input
  const { groups, mappingOf } = groupRows(mapping, callchain)
  const tables = new FrameTables()
  const findings = newFindings()
  const placeOf = new Int32Array(callchain.length).fill(NONE)
  const weights = weighRows(input)
  const lines = new LineRequests(options.lines, { weights, placeOf })
  const context = { host, input, files, kernel, mappingOf, isCaller: findCallers(callchain), tables, placeOf, findings, lines }
  for (const group of hottestFirst(groups, weights)) nameGroup(context, group)
  const { sourcesOf, reasons } = lines.finish()
  const callchainStack = buildStacks(callchain, { placeOf, sourcesOf, tables })
  const concerned = concernedBy(input)
  const more = [hintForStripped(findings.stripped.filter(concerned.hasFile)), hintForCutStacks(cutStacks(input, concerned.hasProcess))]
  return {
    tables: { ...tables.build(), callchainStack },
    unavailable: [...findings.unavailable, ...unreadableFiles(findings.unreadable), ...missingLines(reasons)],
    hints: [
      ...hintsForProcesses(findings.nameless.filter(({ row }) => concerned.hasProcess(row))),
      ...more.filter(hint => hint !== undefined),
    ],
  }
}

/** Advice is for the target, where there is one: whose program somebody looks at is theirs to restart. */
function concernedBy({ process, mapping }: SymbolizeInput): { hasProcess(row: number): boolean; hasFile(path: string): boolean } {
  if (!process.role.includes(ProcessRole.Target)) return { hasProcess: () => true, hasFile: () => true }
  const hasProcess = (row: number) => process.role[row] === ProcessRole.Target && !isOurFork(process, row)
  const paths = new Set<string | undefined>()
  for (let row = 0; row < mapping.length; row++) if (hasProcess(mapping.process[row])) paths.add(textAt(mapping.path, row))
  return { hasProcess, hasFile: path => paths.has(path) }
}

/** What a command was before it was executed: autotune itself, whose names nobody asked for. */
function isOurFork({ pid, parentPid, role }: Table<'process'>, row: number): boolean {
  const parent = pid.indexOf(parentPid[row])
  return parent !== -1 && role[parent] === ProcessRole.Autotune && pid.lastIndexOf(pid[row]) > row
}

function cutStacks({ sample, process }: SymbolizeInput, isConcerned: (row: number) => boolean): CutProcess[] {
  const counts = new Map<number, { samples: number; cut: number }>()
  for (let row = 0; row < (sample?.length ?? 0) && sample !== undefined; row++) {
    if (sample.process[row] < 0 || sample.process[row] >= process.length) continue
    const count = counts.get(sample.process[row]) ?? { samples: 0, cut: 0 }
    if (count.samples++ === 0) counts.set(sample.process[row], count)
    if (sample.stackEnd[row] === StackEnd.Truncated) count.cut++
  }
  return Array.from(counts, ([row, count]) => ({ row, pid: process.pid[row], comm: textAt(process.comm, row), ...count })).filter(
    ({ row }) => isConcerned(row),
  )
}

/** Rows that called another row of their kind: their address is where the call returns to, one instruction late. */
function findCallers({ length, prefix, kind }: Table<'callchain'>): Uint8Array {
  const isCaller = new Uint8Array(length)
  for (let row = 0; row < length; row++) {
    if (prefix[row] !== NONE && kind[prefix[row]] === kind[row]) isCaller[prefix[row]] = 1
  }
  return isCaller
}

/** What a sample of the target counts beside one of another program: lines of the target come first. */
const TARGET_WEIGHT = 1000

/** How many samples have each row of callchain on their stack; without samples all count the same. */
function weighRows({ callchain: { length, prefix }, sample, process }: SymbolizeInput): Float64Array {
  const weights = new Float64Array(length).fill(sample === undefined ? 1 : 0)
  for (let row = 0; row < (sample?.length ?? 0) && sample !== undefined; row++) {
    const isTarget = process.role[sample.process[row]] === ProcessRole.Target
    if (sample.callchain[row] >= 0 && sample.callchain[row] < length) weights[sample.callchain[row]] += isTarget ? TARGET_WEIGHT : 1
  }
  for (let row = length - 1; row >= 0; row--) if (prefix[row] >= 0 && prefix[row] < row) weights[prefix[row]] += weights[row]
  return weights
}

/** Files with many samples first: their lines are asked for first. */
function hottestFirst(groups: readonly CodeGroup[], weights: Float64Array): readonly CodeGroup[] {
  const weightOf = new Map(groups.map(group => [group, group.rows.reduce((sum, row) => sum + weights[row], 0)]))
  return [...groups].sort((left, right) => (weightOf.get(right) ?? 0) - (weightOf.get(left) ?? 0))
}

interface StackParts {
  readonly placeOf: Int32Array
  /** Functions at a place, innermost first; undefined without debug information. */
  readonly sourcesOf: (place: number) => readonly FrameSource[] | undefined
  readonly tables: FrameTables
}

function buildStacks({ length, prefix }: Table<'callchain'>, { placeOf, sourcesOf, tables }: StackParts): Table<'callchainStack'> {
  const stackOf = new TableBuilder('callchainStack', length)
  const stacks = new Int32Array(length)
  const framesOfPlace = new Map<number, readonly number[]>()
  const framesOf = (row: number): readonly number[] => {
    const known = framesOfPlace.get(placeOf[row]) ?? tables.addFrames(placeOf[row], sourcesOf(placeOf[row]))
    framesOfPlace.set(placeOf[row], known)
    return known
  }
  for (let row = 0; row < length; row++) {
    // a prefix has a smaller row; a damaged table where it has not gets a root instead of a loop
    const caller = prefix[row] >= 0 && prefix[row] < row ? stacks[prefix[row]] : NONE
    let stack = caller
    for (const frame of framesOf(row)) stack = tables.addStack(stack, frame)
    stacks[row] = stack
    stackOf.add({ stack: stacks[row] })
  }
  return stackOf.build()
}

function missingLines(reasons: ReadonlyMap<string, string>): Unavailable[] {
  if (reasons.size === 0) return []
  const listed = Array.from(reasons, ([path, why]) => `${path} (${why})`).slice(0, MAX_LISTED)
  return [
    {
      topic: 'lines and inlined functions of some files',
      tables: [],
      series: [],
      reason: `Some debug information was not used: ${listed.join(', ')}${reasons.size > MAX_LISTED ? ` and ${reasons.size - MAX_LISTED} more` : ''}.`,
      remedy: 'Their functions are shown by symbol; inlined ones count as the function they were inlined into.',
    },
  ]
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
