/** What the command line says, checked: strings in, values or a clear usage error out. */

import { AutotuneError } from '../errors.ts'
import type { Target } from '../schema.ts'
import { formatDuration, parseDuration } from '../units.ts'

/** Options of diagnose and record, as commander gives them. */
export interface RecordingOptions {
  readonly duration?: string
  readonly pid?: string
  readonly comm?: string
  readonly cgroup?: string
  readonly output?: string
  readonly frequency: string
  /** auto, fp or dwarf, the size of a dump behind a comma; auto unless told. */
  readonly callGraph?: string
  readonly quiet?: boolean
  readonly debuginfod?: boolean
  /** The event that is a piece of work. */
  readonly progress?: string
}

/** Options of diagnose and analyze. */
export interface DiagnoseOptions {
  readonly format: 'text' | 'json' | 'md'
  /** A file; undefined or true for the default place, false for none. */
  readonly html?: string | boolean
  readonly failOn?: string
  readonly debuginfod?: boolean
  readonly rules: readonly string[]
}

const DEFAULT_DURATION_NS = 30e9
const SHORTEST_NS = 100e6
const LONGEST_NS = 24 * 3600e9
const MAX_FREQUENCY_HZ = 10_000

/** How long to record; undefined: until the command ends. */
export function durationOf({ duration }: RecordingOptions, target: Target): number | undefined {
  if (duration === undefined) return target.kind === 'command' ? undefined : DEFAULT_DURATION_NS
  const ns = parseDuration(duration)
  if (ns === undefined)
    throw usage(`--duration ${duration} is no duration.`, 'It is a number with s, ms, m or h.', 'autotune diagnose --duration 30s')
  if (ns < SHORTEST_NS || ns > LONGEST_NS) {
    throw usage(
      `--duration ${duration} is out of range.`,
      `It must be between ${formatDuration(SHORTEST_NS)} and 24 h.`,
      'autotune diagnose --duration 30s',
    )
  }
  return ns
}

/** Samples per second and CPU. */
export function frequencyOf({ frequency }: RecordingOptions): number {
  const hertz = Number(frequency)
  if (Number.isInteger(hertz) && hertz >= 1 && hertz <= MAX_FREQUENCY_HZ) return hertz
  throw usage(
    `--frequency ${frequency} cannot be sampled.`,
    `It must be a whole number from 1 to ${MAX_FREQUENCY_HZ}.`,
    'autotune diagnose --frequency 99',
  )
}

/** How user stacks are found, and how much of a stack is copied where that is needed. */
export interface CallGraph {
  readonly mode: 'auto' | 'fp' | 'dwarf'
  readonly dumpBytes: number
}

/** 16 KB cut every stack that libuv called (uv__io_poll keeps 15 KB of events in its frame), 24 KB one in 500: docs/decisions/0006. */
const DEFAULT_DUMP_BYTES = 24_576
const MIN_DUMP_BYTES = 1024
/** A record is at most 64 KB, and holds the callchain too. */
const MAX_DUMP_BYTES = 57_344

/** How user stacks are found. */
export function callGraphOf({ callGraph = 'auto' }: RecordingOptions): CallGraph {
  const [mode, bytes, ...rest] = callGraph.split(',')
  const match = /^(\d+)(k?)$/i.exec(bytes ?? String(DEFAULT_DUMP_BYTES))
  const dumpBytes = match === null ? Number.NaN : Number(match[1]) * (match[2] === '' ? 1 : 1024)
  const isSize = dumpBytes >= MIN_DUMP_BYTES && dumpBytes <= MAX_DUMP_BYTES && dumpBytes % 8 === 0
  if ((mode === 'auto' || mode === 'dwarf' || (mode === 'fp' && bytes === undefined)) && isSize && rest.length === 0) {
    return { mode, dumpBytes }
  }
  throw usage(
    `--call-graph ${callGraph} is no way to find stacks.`,
    `It is auto, fp or dwarf; auto and dwarf take the bytes of stack to copy, a multiple of 8 from ${MIN_DUMP_BYTES} to ${MAX_DUMP_BYTES}.`,
    'autotune diagnose --call-graph dwarf,8k',
  )
}

/** The score from which --fail-on fails; undefined without it. */
export function failOnOf({ failOn }: DiagnoseOptions): number | undefined {
  if (failOn === undefined) return undefined
  const score = Number(failOn)
  if (failOn.trim() !== '' && score >= 0 && score <= 100) return score
  throw usage(
    `--fail-on ${failOn} is no score.`,
    'Scores go from 0 to 100: 25 is 5 % of the time lost, 75 is 20 %.',
    'autotune diagnose --fail-on 75',
  )
}

/** The one target named, or the machine. */
export function targetOf(command: readonly string[], options: RecordingOptions): Target {
  const named: Target[] = []
  if (options.pid !== undefined) named.push({ kind: 'pid', pid: parsePid(options.pid) })
  if (options.comm !== undefined) named.push({ kind: 'comm', comm: options.comm })
  if (options.cgroup !== undefined) named.push({ kind: 'cgroup', path: options.cgroup })
  if (command.length > 0) named.push({ kind: 'command', command, pid: undefined })
  if (named.length > 1) {
    throw usage(
      'More than one target was named.',
      '--pid, --comm, --cgroup and a command after -- exclude each other.',
      'Name one of them.',
    )
  }
  return named[0] ?? { kind: 'machine' }
}

function parsePid(text: string): number {
  const pid = Number(text)
  if (Number.isInteger(pid) && pid > 0 && pid <= 4194304) return pid
  throw usage(`--pid ${text} is no process id.`, 'It must be a whole number from 1 to 4194304.', 'pgrep -a NAME shows process ids.')
}

function usage(what: string, why: string, next: string): AutotuneError {
  return new AutotuneError({ code: 'USAGE', what, why, next })
}
