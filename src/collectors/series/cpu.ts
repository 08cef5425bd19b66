/** /proc/stat and /proc/loadavg: what CPUs do, and how many threads want one. */

import type { Reading, SeriesName } from '../../schema.ts'
import { CounterSet, type Differ, levelDiffer, ReadingList, rateDiffer, type Totals } from './rate.ts'
import { parseCount, splitWords } from './text.ts'

/** /proc/stat: Documentation/filesystems/proc.rst. */
export interface Stat {
  /** '' for all CPUs, else cpu0, … → ticks: user nice system idle iowait irq softirq steal guest guest_nice. */
  readonly ticks: Totals
  readonly switchCount: number
  readonly forkCount: number
  readonly runnableCount: number
  readonly blockedCount: number
}

/** Longest list of CPUs whose shares are stored ten times a second; beyond it once a second. No source: a guess. */
const FAST_CPUS = 64
const SLOW_INTERVAL_NS = 0.95e9

const USER = 0
const NICE = 1
const SYSTEM = 2
const IDLE = 3
const IOWAIT = 4
const IRQ = 5
const SOFTIRQ = 6
const STEAL = 7
const GUEST = 8
const GUEST_NICE = 9

/** Parses /proc/stat. The intr line, by far the longest, is passed over. */
export function parseStat(text: string): Stat {
  const ticks = new Map<string, readonly number[]>()
  const counts = new Map<string, number>()
  for (let start = 0; start < text.length; ) {
    const newline = text.indexOf('\n', start)
    const end = newline === -1 ? text.length : newline
    if (text.startsWith('cpu', start)) addTicks(ticks, text.slice(start, end))
    else if (end - start < 64) {
      const space = text.indexOf(' ', start)
      if (space !== -1 && space < end) counts.set(text.slice(start, space), Number(text.slice(space + 1, end)))
    }
    start = end + 1
  }
  const count = (name: string): number => counts.get(name) ?? Number.NaN
  return {
    ticks,
    switchCount: count('ctxt'),
    forkCount: count('processes'),
    runnableCount: count('procs_running'),
    blockedCount: count('procs_blocked'),
  }
}

/** Kernels before 2.6.33 have fewer columns: what they do not count is not there, and 0 in every sum. */
function addTicks(ticks: Map<string, readonly number[]>, line: string): void {
  const [name, ...words] = splitWords(line)
  if (words.length < 4) return
  const counted = words.slice(0, 10).map(parseCount)
  while (counted.length < 10) counted.push(0)
  ticks.set(name === 'cpu' ? '' : name, counted)
}

/** Ten times a second: shares of CPU time, threads that run or wait for a disk. */
export function cpuDiffer(): Differ {
  // idle and iowait may fall: Documentation/filesystems/proc.rst, 1.7
  const machine = new CounterSet({ unsteady: [IDLE, IOWAIT] })
  const single = new CounterSet({ unsteady: [IDLE, IOWAIT] })
  let singleNs = Number.NEGATIVE_INFINITY
  return (text, timeNs) => {
    const { ticks, runnableCount, blockedCount } = parseStat(text)
    const all = ticks.get('')
    const readings: Reading[] = []
    addShares(readings, machine, { timeNs, ticks: new Map(all === undefined ? [] : [['', all]]) })
    if (ticks.size <= FAST_CPUS || timeNs - singleNs >= SLOW_INTERVAL_NS) {
      singleNs = timeNs
      addShares(readings, single, { timeNs, ticks: new Map([...ticks].filter(([cpu]) => cpu !== '')) })
    }
    const levels = new ReadingList({ timeNs, durationNs: 0 })
    levels.add('sched.runnableCount', '', runnableCount)
    levels.add('sched.blockedCount', '', blockedCount)
    return readings.concat(levels.readings)
  }
}

/** Shares of what was counted, not of wall time: a virtual machine that stood still lost no CPU time to anybody. */
function addShares(readings: Reading[], counters: CounterSet, { timeNs, ticks }: { timeNs: number; ticks: Totals }): void {
  const changes = counters.advance(timeNs, ticks)
  const list = new ReadingList(changes)
  for (const [subject, change] of changes.bySubject) {
    // user and nice include guests: account_guest_time() in kernel/sched/cputime.c
    const guest = change[GUEST] + change[GUEST_NICE]
    const total =
      change[USER] + change[NICE] + change[SYSTEM] + change[IDLE] + change[IOWAIT] + change[IRQ] + change[SOFTIRQ] + change[STEAL]
    list.add('cpu.userRatio', subject, Math.max(0, change[USER] + change[NICE] - guest) / total)
    list.add('cpu.systemRatio', subject, change[SYSTEM] / total)
    list.add('cpu.irqRatio', subject, change[IRQ] / total)
    list.add('cpu.softirqRatio', subject, change[SOFTIRQ] / total)
    list.add('cpu.stealRatio', subject, change[STEAL] / total)
    list.add('cpu.guestRatio', subject, guest / total)
    list.add('cpu.iowaitRatio', subject, change[IOWAIT] / total)
    list.add('cpu.idleRatio', subject, change[IDLE] / total)
  }
  for (const reading of list.readings) readings.push(reading)
}

/** Once a second: context switches and forks. */
export function switchDiffer(): Differ {
  const names = ['sched.contextSwitchPerSec', 'sched.forkPerSec'] as const
  return rateDiffer(text => {
    const { switchCount, forkCount } = parseStat(text)
    return new Map([['', [switchCount, forkCount]]])
  }, names)
}

/** /proc/loadavg: "0.33 0.13 0.07 1/92 10806". */
export function parseLoadavg(text: string): ReadonlyMap<SeriesName, number> {
  return new Map([['sched.load1', parseCount(text.split(' ', 1)[0])]])
}

/** Once a second: the load average. */
export const loadDiffer = (): Differ => levelDiffer(parseLoadavg)
