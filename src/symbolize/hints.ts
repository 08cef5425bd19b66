/** What to change for more names next time. */

import { runtimeOf } from './ownership.ts'

/** A process with code that its runtime compiled or interprets, without a perf map that names it. */
export interface NamelessProcess {
  readonly pid: number
  readonly comm: string | undefined
  readonly executable: string | undefined
  /** Addresses without a name in it. */
  readonly addressCount: number
}

/** Processes that get a line of their own. */
const MAX_HINTS = 8
/** Names in a list of files. */
const MAX_FILES = 5

/** One line per process, those with most nameless addresses first. */
export function hintsForProcesses(processes: readonly NamelessProcess[]): string[] {
  const sorted = [...processes].sort((left, right) => right.addressCount - left.addressCount || left.pid - right.pid)
  const hints = sorted
    .slice(0, MAX_HINTS)
    .map(process => `${process.comm ?? 'process'} (pid ${process.pid}): ${adviceFor(process.executable)}`)
  return sorted.length > MAX_HINTS ? [...hints, `${sorted.length - MAX_HINTS} more processes run code that has no names.`] : hints
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
