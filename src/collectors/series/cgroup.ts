/** CPU and memory of cgroups, v1 and v2: Documentation/admin-guide/cgroup-v2.rst, cgroup-v1/, scheduler/sched-bwc.rst. */

import type { Host } from '../../host.ts'
import type { Reading } from '../../schema.ts'
import { type CgroupMounts, cgroupDirectory, isWholeMachine } from './cgroup-mounts.ts'
import { CounterSet, ReadingList } from './rate.ts'
import { parseCount, parseKeyedNumbers } from './text.ts'

/** CPU time, quota and throttling of a cgroup. NaN where it does not say. */
export interface CgroupCpu {
  readonly usageNs: number
  /** CPUs it may use; NaN without a quota. */
  readonly quotaCpus: number
  readonly periodCount: number
  readonly throttledPeriodCount: number
  /** Summed over CPUs. */
  readonly throttledNs: number
}

/** Memory of a cgroup. NaN where it does not say. */
export interface CgroupMemory {
  readonly bytes: number
  /** NaN without a limit. */
  readonly limitBytes: number
  readonly limitHitCount: number
  readonly highCount: number
  readonly oomKillCount: number
}

/** v1 writes "no limit" as the largest multiple of a page: PAGE_COUNTER_MAX. */
const NO_LIMIT_BYTES = 2 ** 62

/** cpu.stat of v2, and cpu.max ("50000 100000", "max 100000"). */
export function parseCpuV2(stat: string, max: string | undefined): CgroupCpu {
  const counts = parseKeyedNumbers(stat)
  const count = (name: string): number => counts.get(name) ?? Number.NaN
  const [quotaUs, periodUs] = (max ?? '').trim().split(' ')
  return {
    usageNs: count('usage_usec') * 1e3,
    quotaCpus: parseCount(quotaUs) / parseCount(periodUs),
    periodCount: count('nr_periods'),
    throttledPeriodCount: count('nr_throttled'),
    throttledNs: count('throttled_usec') * 1e3,
  }
}

/** cpu.stat of v1 has no usage, its throttled_time is in ns; a quota of -1 is none. */
export function parseCpuV1(files: {
  stat: string
  quota: string | undefined
  period: string | undefined
  usage: string | undefined
}): CgroupCpu {
  const counts = parseKeyedNumbers(files.stat)
  const count = (name: string): number => counts.get(name) ?? Number.NaN
  const quotaUs = parseCount(files.quota?.trim())
  return {
    usageNs: parseCount(files.usage?.trim()),
    quotaCpus: quotaUs > 0 ? quotaUs / parseCount(files.period?.trim()) : Number.NaN,
    periodCount: count('nr_periods'),
    throttledPeriodCount: count('nr_throttled'),
    throttledNs: count('throttled_time'),
  }
}

/** memory.current, memory.max ("max" without a limit) and memory.events of v2. */
export function parseMemoryV2(files: { current: string; max: string | undefined; events: string | undefined }): CgroupMemory {
  const events = parseKeyedNumbers(files.events ?? '')
  const count = (name: string): number => events.get(name) ?? Number.NaN
  return {
    bytes: parseCount(files.current.trim()),
    limitBytes: parseCount(files.max?.trim()),
    limitHitCount: count('max'),
    highCount: count('high'),
    oomKillCount: count('oom_kill'),
  }
}

/** memory.usage_in_bytes, .limit_in_bytes, .failcnt and .oom_control of v1. */
export function parseMemoryV1(files: {
  usage: string
  limit: string | undefined
  failures: string | undefined
  oomControl: string | undefined
}): CgroupMemory {
  const limitBytes = parseCount(files.limit?.trim())
  return {
    bytes: parseCount(files.usage.trim()),
    limitBytes: limitBytes < NO_LIMIT_BYTES ? limitBytes : Number.NaN,
    limitHitCount: parseCount(files.failures?.trim()),
    highCount: Number.NaN,
    oomKillCount: parseKeyedNumbers(files.oomControl ?? '').get('oom_kill') ?? Number.NaN,
  }
}

/** CPU facts of a cgroup; undefined when it is gone, not mounted, or the whole machine. */
export function readCgroupCpu(host: Host, mounts: CgroupMounts, path: string): CgroupCpu | undefined {
  const directory = readableDirectory(host, mounts, { path, controller: 'cpu' })
  const stat = directory === undefined ? undefined : host.readText(`${directory}/cpu.stat`)
  if (stat === undefined) return undefined
  if (!mounts.v1.has('cpu')) return parseCpuV2(stat, host.readText(`${directory}/cpu.max`))
  const accounting = cgroupDirectory(mounts.v1.get('cpuacct'), path)
  return parseCpuV1({
    stat,
    quota: host.readText(`${directory}/cpu.cfs_quota_us`),
    period: host.readText(`${directory}/cpu.cfs_period_us`),
    usage: accounting === undefined ? undefined : host.readText(`${accounting}/cpuacct.usage`),
  })
}

/** Memory facts of a cgroup; undefined when it is gone, not mounted, or the whole machine. */
export function readCgroupMemory(host: Host, mounts: CgroupMounts, path: string): CgroupMemory | undefined {
  const directory = readableDirectory(host, mounts, { path, controller: 'memory' })
  if (directory === undefined) return undefined
  if (!mounts.v1.has('memory')) {
    const current = host.readText(`${directory}/memory.current`)
    if (current === undefined) return undefined
    return parseMemoryV2({ current, max: host.readText(`${directory}/memory.max`), events: host.readText(`${directory}/memory.events`) })
  }
  const usage = host.readText(`${directory}/memory.usage_in_bytes`)
  if (usage === undefined) return undefined
  return parseMemoryV1({
    usage,
    limit: host.readText(`${directory}/memory.limit_in_bytes`),
    failures: host.readText(`${directory}/memory.failcnt`),
    oomControl: host.readText(`${directory}/memory.oom_control`),
  })
}

/** The whole machine has series of its own. */
function readableDirectory(
  host: Host,
  mounts: CgroupMounts,
  { path, controller }: { path: string; controller: 'cpu' | 'memory' },
): string | undefined {
  const directory = cgroupDirectory(mounts.v1.get(controller) ?? mounts.v2, path)
  return directory === undefined || (path === '/' && isWholeMachine(host, directory)) ? undefined : directory
}

/** Which cgroups to read: the target's with memory; others only when their quota was at work. */
export interface CgroupSelection {
  readonly followed: readonly string[]
  readonly withQuota: readonly string[]
}

/** Reads cgroups once a second. */
export function cgroupReader(host: Host, mounts: CgroupMounts): (selection: CgroupSelection, timeNs: number) => Reading[] {
  const cpuCounters = new CounterSet()
  const memoryCounters = new CounterSet()
  return ({ followed, withQuota }, timeNs) => {
    const always = new Set(followed)
    const cpus = readAll([...new Set([...followed, ...withQuota])], path => readCgroupCpu(host, mounts, path))
    const memories = readAll(followed, path => readCgroupMemory(host, mounts, path))
    const levels = new ReadingList({ timeNs, durationNs: 0 })
    const changes = cpuCounters.advance(
      timeNs,
      mapValues(cpus, cpu => [cpu.usageNs, cpu.periodCount, cpu.throttledPeriodCount, cpu.throttledNs]),
    )
    const rates = new ReadingList(changes)
    for (const [path, growth] of changes.bySubject) {
      const hasQuota = !Number.isNaN(cpus.get(path)?.quotaCpus ?? Number.NaN)
      if (!always.has(path) && !(growth[1] > 0)) continue
      levels.add('cgroup.quotaCpus', path, cpus.get(path)?.quotaCpus ?? Number.NaN)
      rates.add('cgroup.cpuUsageCpus', path, growth[0] / changes.durationNs)
      if (!hasQuota && !(growth[1] > 0)) continue
      rates.addRate('cgroup.periodPerSec', path, growth[1])
      rates.addRate('cgroup.throttledPeriodPerSec', path, growth[2])
      rates.add('cgroup.throttledCpus', path, growth[3] / changes.durationNs)
    }
    return [...levels.readings, ...rates.readings, ...memoryReadings(memoryCounters, memories, timeNs)]
  }
}

function memoryReadings(counters: CounterSet, memories: ReadonlyMap<string, CgroupMemory>, timeNs: number): Reading[] {
  const levels = new ReadingList({ timeNs, durationNs: 0 })
  for (const [path, { bytes, limitBytes }] of memories) {
    levels.add('cgroup.memoryBytes', path, bytes)
    levels.add('cgroup.memoryLimitBytes', path, limitBytes)
  }
  const changes = counters.advance(
    timeNs,
    mapValues(memories, memory => [memory.limitHitCount, memory.highCount, memory.oomKillCount]),
  )
  const rates = new ReadingList(changes)
  for (const [path, [limitHits, high, oomKills]] of changes.bySubject) {
    rates.addRate('cgroup.memoryLimitHitPerSec', path, limitHits)
    rates.addRate('cgroup.memoryHighPerSec', path, high)
    rates.addRate('cgroup.oomKillPerSec', path, oomKills)
  }
  return levels.readings.concat(rates.readings)
}

function readAll<Facts>(paths: readonly string[], read: (path: string) => Facts | undefined): Map<string, Facts> {
  const found = new Map<string, Facts>()
  for (const path of paths) {
    const facts = read(path)
    if (facts !== undefined) found.set(path, facts)
  }
  return found
}

function mapValues<From, To>(map: ReadonlyMap<string, From>, convert: (value: From) => To): Map<string, To> {
  return new Map([...map].map(([key, value]) => [key, convert(value)]))
}
