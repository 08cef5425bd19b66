/** Unwinds the dumps of a perf.data file and compares each stack with that of `perf script`. */

import { execFileSync } from 'node:child_process'
import { statSync } from 'node:fs'
import type { Host } from '../src/host.ts'
import { StackEnd } from '../src/schema.ts'
import { MappedFiles } from '../src/symbolize/mapped-files.ts'
import type { SpaceMapping } from '../src/symbolize/unwind/address-space.ts'
import { x64 } from '../src/symbolize/unwind/architecture.ts'
import { type SampledStack, UserStacks } from '../src/symbolize/unwind/user-stacks.ts'
import { type PerfDataEvent, readPerfData } from './perf-data.ts'

/** How the two compare. */
export interface Comparison {
  /** Samples with a user stack. */
  readonly total: number
  readonly complete: number
  /** By name of StackEnd. */
  readonly ends: Readonly<Record<string, number>>
  /** Stacks that perf ends at the same root, and of those the ones equal in every frame. */
  readonly perfComplete: number
  readonly equal: number
  /** The first stacks that differ, both ways. */
  readonly differences: readonly string[]
  /** Time to unwind all for the first time, and the shortest of further passes, in s. */
  readonly seconds: number
  readonly warmSeconds: number
}

/** A stack as file offsets, leaf first; of a caller the byte before it goes on, as perf script prints it. */
type Offsets = readonly number[]

const endNames = Object.fromEntries(Object.entries(StackEnd).map(([name, value]) => [value, name]))

/** Unwinds all samples of a process name and compares them. Files are opened by path: run it while they are there. */
export function unwindBesidePerf(host: Host, path: string, { comm, passes = 1 }: { comm: string; passes?: number }): Comparison {
  const events = readPerfData(path)
  const { stacks, seconds, warmSeconds } = unwindAll(host, events, passes)
  const theirs = perfScript(path)
  const ends: Record<string, number> = {}
  const differences: string[] = []
  let [total, perfComplete, equal] = [0, 0, 0]
  stacks.forEach((own, index) => {
    const their = theirs[index]
    if (own === undefined || (their !== undefined && their.comm !== comm)) return
    total++
    ends[endNames[own.end]] = (ends[endNames[own.end]] ?? 0) + 1
    if (their === undefined || !isRoot(their.last)) return
    perfComplete++
    if (isSame(own.offsets, their.offsets)) equal++
    else if (differences.length < 5) differences.push(`ours ${hex(own.offsets)} (${endNames[own.end]})\nperf ${hex(their.offsets)}`)
  })
  return { total, complete: ends.Complete ?? 0, ends, perfComplete, equal, differences, seconds, warmSeconds }
}

function isSame(own: Offsets, their: Offsets): boolean {
  return own.length === their.length && own.every((offset, at) => offset === their[at])
}

/** Functions that nobody calls: perf came to the end. */
function isRoot(name: string): boolean {
  return /^(_start|_dl_start|_dl_start_user|(__)?clone3?|__GI___clone3?|runtime\.goexit.*|_start_c)$/.test(name)
}

function hex(offsets: Offsets): string {
  return offsets.map(offset => offset.toString(16)).join(' ')
}

interface OwnStack {
  readonly offsets: Offsets
  readonly end: number
}

interface Unwound {
  readonly stacks: readonly (OwnStack | undefined)[]
  readonly seconds: number
  readonly warmSeconds: number
}

function unwindAll(host: Host, events: readonly PerfDataEvent[], passes: number): Unwound {
  const files = new MappedFiles(host, { maxOpen: 256 })
  const userStacks = new UserStacks(host, { files, architecture: x64, mode: 'dwarf', readMappings: () => undefined })
  const mappingsOf = new Map<number, SpaceMapping[]>()
  const imageOf = new Map<number, number>()
  let images = 0
  const frames = new Float64Array(1024)
  const stacks: (OwnStack | undefined)[] = []
  const sampled: SampledStack[] = []
  let spentNs = 0n
  const add = (pid: number, mapping: SpaceMapping): void => {
    const found = onDisk(mapping)
    if (!imageOf.has(pid)) imageOf.set(pid, images++)
    mappingsOf.set(pid, [...(mappingsOf.get(pid) ?? []), found])
    files.note({ ...found, pid })
    userStacks.noteMapping(imageOf.get(pid) ?? 0, pid, found)
  }
  for (const event of events) {
    if (event.type === 'exec') {
      mappingsOf.delete(event.pid)
      imageOf.delete(event.pid)
    } else if (event.type === 'fork' && event.pid !== event.parentPid) {
      imageOf.delete(event.pid)
      for (const mapping of mappingsOf.get(event.parentPid) ?? []) add(event.pid, mapping)
    } else if (event.type === 'mapping') add(event.pid, event.mapping)
    else if (event.type === 'sample') {
      const { registers, pid } = event
      if (registers === undefined) {
        stacks.push(undefined)
        continue
      }
      const startNs = process.hrtime.bigint()
      const stack = { ...event, registers, process: imageOf.get(pid) ?? -1, framePointers: event.userChain, framePointerCount: 0 }
      const { count, end } = userStacks.resolve(stack, frames)
      spentNs += process.hrtime.bigint() - startNs
      sampled.push(stack)
      stacks.push({ offsets: offsetsOf(frames.subarray(0, count), mappingsOf.get(pid) ?? []), end })
    }
  }
  let warmSeconds = Number(spentNs) / 1e9
  for (let pass = 1; pass < passes; pass++) {
    const startNs = process.hrtime.bigint()
    for (const stack of sampled) userStacks.resolve(stack, frames)
    warmSeconds = Math.min(warmSeconds, Number(process.hrtime.bigint() - startNs) / 1e9)
  }
  userStacks.close()
  files.close()
  return { stacks, seconds: Number(spentNs) / 1e9, warmSeconds }
}

/** perf may give build ids in place of device and inode: the file that is there now is the one. */
export function onDisk(mapping: SpaceMapping): SpaceMapping {
  if (!mapping.path.startsWith('/') || mapping.path.startsWith('//')) return mapping
  try {
    const { dev, ino } = statSync(mapping.path)
    const part = (value: number): string => value.toString(16).padStart(2, '0')
    return { ...mapping, device: `${part((dev >> 8) & 0xfff)}:${part((dev & 0xff) | ((dev >> 12) & 0xfff00))}`, inode: ino }
  } catch {
    return mapping
  }
}

function offsetsOf(frames: Float64Array, mappings: readonly SpaceMapping[]): Offsets {
  return Array.from(frames, (address, index) => {
    const lookup = index === 0 ? address : address - 1
    const mapping = mappings.findLast(({ startAddress, endAddress }) => lookup >= Number(startAddress) && lookup < Number(endAddress))
    return mapping === undefined ? lookup : lookup - Number(mapping.startAddress) + mapping.fileOffsetBytes
  })
}

/** User frames of every sample in time order. */
function perfScript(path: string): { comm: string; offsets: Offsets; last: string }[] {
  const options = ['script', '-i', path, '--no-inline', '-F', 'comm,tid,time,ip,sym', '--max-stack', '1024']
  const text = execFileSync('perf', options, { encoding: 'utf8', maxBuffer: 1 << 30, stdio: ['ignore', 'pipe', 'ignore'] })
  return text.split('\n\n').flatMap(block => {
    const [head, ...lines] = block.replace(/^\n+/, '').split('\n')
    const comm = /^\s*(.+?)\s+\d+\s+[\d.]+:/.exec(head)?.[1]
    if (comm === undefined) return []
    const frames = lines.map(line => /^\s*([0-9a-f]+) (.*)$/.exec(line)).filter(match => match !== null && match[1].length < 16)
    const last = frames.at(-1)?.[2] ?? ''
    return [{ comm, offsets: frames.map(match => Number.parseInt(match?.[1] ?? '', 16)), last }]
  })
}
