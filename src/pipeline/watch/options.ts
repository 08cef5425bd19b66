/** What the command line of `watch` says, checked. */

import { AutotuneError } from '../../errors.ts'
import { parseDuration } from '../../units.ts'

/** Options of watch, as commander gives them. */
export interface WatchOptions {
  readonly when: readonly string[]
  readonly begin?: string
  readonly end?: string
  readonly commitIf?: string
  readonly before: string
  readonly after?: string
  readonly runs?: string
  readonly duration?: string
  readonly max: string
  readonly maxDisk: string
  readonly cooldown: string
  readonly memory: string
  readonly event: readonly string[]
  readonly syscalls?: 'none' | 'notable' | 'all'
  readonly slow: string
  readonly frequency: string
  readonly explain?: boolean
  readonly html?: boolean
  readonly pid?: string
  readonly comm?: string
  readonly cgroup?: string
  readonly output?: string
  readonly quiet?: boolean
  readonly rules: readonly string[]
}

/** The numbers among them. */
export interface WatchLimits {
  readonly beforeNs: number
  /** Undefined: nothing after the end of our command, else a second. */
  readonly afterNs: number | undefined
  readonly cooldownNs: number
  readonly durationNs: number | undefined
  readonly slowNs: number
  /** Undefined: once. */
  readonly runs: number | undefined
  readonly max: number
  readonly maxDiskBytes: number
  readonly memoryBytes: number
  readonly frequencyHz: number
}

/** Windows longer than this are recordings. */
const LONGEST_WINDOW_NS = 600e9
const LEAST_MEMORY_BYTES = 1 << 20
const MOST_MEMORY_BYTES = 4 * 2 ** 30

/** Checks the numbers; a clear usage error otherwise. */
export function limitsOf(options: WatchOptions): WatchLimits {
  return {
    beforeNs: durationOf('--before', options.before, LONGEST_WINDOW_NS),
    afterNs: options.after === undefined ? undefined : durationOf('--after', options.after, LONGEST_WINDOW_NS),
    cooldownNs: durationOf('--cooldown', options.cooldown, 24 * 3600e9),
    durationNs: options.duration === undefined ? undefined : durationOf('--duration', options.duration, 365 * 24 * 3600e9),
    slowNs: durationOf('--slow', options.slow, 3600e9),
    runs: options.runs === undefined ? undefined : countOf('--runs', options.runs, 1e9),
    max: countOf('--max', options.max, 1e6),
    maxDiskBytes: sizeOf('--max-disk', options.maxDisk),
    memoryBytes: Math.min(MOST_MEMORY_BYTES, Math.max(LEAST_MEMORY_BYTES, sizeOf('--memory', options.memory))),
    frequencyHz: countOf('--frequency', options.frequency, 10_000),
  }
}

function durationOf(name: string, text: string, mostNs: number): number {
  const ns = parseDuration(text)
  if (ns !== undefined && ns <= mostNs) return ns
  throw usage(`${name} ${text} is no duration that can be used.`, 'It is a number with ms, s, m or h, and not too long.', `${name} 10s`)
}

function countOf(name: string, text: string, most: number): number {
  const count = Number(text)
  if (text.trim() !== '' && Number.isInteger(count) && count >= 1 && count <= most) return count
  throw usage(`${name} ${text} is no count that can be used.`, `It must be a whole number from 1 to ${most}.`, `${name} 20`)
}

/** "200MiB", "2GB", "1048576" → bytes. */
function sizeOf(name: string, text: string): number {
  const match = /^(\d+(?:\.\d+)?)\s*([kMG]?)(i?)B?$/.exec(text.trim())
  if (match === null) throw usage(`${name} ${text} is no size.`, 'It is a number with MiB or GiB.', `${name} 500MiB`)
  const power = { '': 0, k: 1, M: 2, G: 3 }[match[2]] ?? 0
  return Math.round(Number(match[1]) * (match[3] === 'i' ? 1024 : 1000) ** power)
}

/** A usage error. */
export function usage(what: string, why: string, next: string): AutotuneError {
  return new AutotuneError({ code: 'USAGE', what, why, next })
}
