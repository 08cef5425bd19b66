/** What to change for more names next time. */

import { runtimeOf } from './ownership.ts'

/** A process with code that its runtime compiled or interprets, without a perf map that names it. */
export interface NamelessProcess {
  /** Row of process. */
  readonly row: number
  readonly pid: number
  readonly comm: string | undefined
  readonly executable: string | undefined
  /** Addresses without a name in it. */
  readonly addressCount: number
}

/** A process some of whose stacks are deeper than what was copied of them. */
export interface CutProcess {
  readonly pid: number
  readonly comm: string | undefined
  readonly samples: number
  readonly cut: number
}

/** Processes named in a line. */
const MAX_PROCESSES = 3
/** Names in a list of files. */
const MAX_FILES = 5

/** One line per kind of advice, whoever has most nameless addresses first: nobody reads the same sentence twice. */
export function hintsForProcesses(processes: readonly NamelessProcess[]): string[] {
  const sorted = [...processes].sort((left, right) => right.addressCount - left.addressCount || left.pid - right.pid)
  const byAdvice = new Map<string, NamelessProcess[]>()
  for (const process of sorted) {
    const advice = adviceFor(process.executable)
    const members = byAdvice.get(advice) ?? []
    // a process has a row for each program it executed
    if (members.every(({ pid }) => pid !== process.pid)) byAdvice.set(advice, [...members, process])
  }
  return Array.from(byAdvice, ([advice, members]) => {
    const named = members.slice(0, MAX_PROCESSES).map(({ comm, pid }) => `${comm ?? 'process'} (pid ${pid})`)
    const more = members.length > MAX_PROCESSES ? ` and ${members.length - MAX_PROCESSES} more` : ''
    return `${named.join(', ')}${more}: ${advice}`
  })
}

/** From this share on cut stacks hide who called; below these samples a share means nothing. No source: what a flame graph shows. */
const CUT_RATIO = 0.05
const MIN_SAMPLES = 25

/** One line for processes whose stacks did not fit into the copy; undefined when nearly all did. */
export function hintForCutStacks(processes: readonly CutProcess[]): string | undefined {
  const concerned = processes
    .filter(({ samples, cut }) => samples >= MIN_SAMPLES && cut > samples * CUT_RATIO)
    .sort((left, right) => right.cut - left.cut || left.pid - right.pid)
  if (concerned.length === 0) return undefined
  const named = concerned.slice(0, MAX_PROCESSES).map(({ comm, pid, samples, cut }) => {
    return `${comm ?? 'process'} (pid ${pid}, ${Math.round((100 * cut) / samples)} % of its stacks)`
  })
  const more = concerned.length > MAX_PROCESSES ? ` and ${concerned.length - MAX_PROCESSES} more` : ''
  return `Stacks are deeper than what is copied of them in ${named.join(', ')}${more}: record with --call-graph auto,56k for their callers.`
}

/** One line for files that were stripped of their symbols; undefined when there are none. */
export function hintForStripped(names: readonly string[]): string | undefined {
  if (names.length === 0) return undefined
  const more = names.length > MAX_FILES ? ` and ${names.length - MAX_FILES} more` : ''
  return `No symbols in ${names.slice(0, MAX_FILES).join(', ')}${more}: install their debug symbols, or build without stripping.`
}

function adviceFor(executable: string | undefined): string {
  switch (runtimeOf(executable)) {
    case 'node':
      return 'start node with --perf-basic-prof-only-functions --interpreted-frames-native-stack for names of JavaScript functions.'
    case 'python':
      return 'start Python 3.12 or newer with -X perf for names of Python functions.'
    case 'java':
      return 'start java with -XX:+PreserveFramePointer and run "jcmd PID Compiler.perfmap" while it lives for names of Java methods.'
    default:
      return 'its generated code has no names; let it write /tmp/perf-PID.map if its runtime can.'
  }
}
