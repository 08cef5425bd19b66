/** The time series of /proc, /sys and the cgroups: opens every source, reads each in its rhythm, says what is missing. */

import type { Host } from '../host.ts'
import type { Reading, Unavailable } from '../schema.ts'
import { cgroupReader } from './series/cgroup.ts'
import { type CgroupMounts, cgroupDirectory, isWholeMachine, readCgroupMounts, withAncestors } from './series/cgroup-mounts.ts'
import { cpuDiffer, loadDiffer, switchDiffer } from './series/cpu.ts'
import { diskDiffer, wholeDisks } from './series/disk.ts'
import { collectFrequencies, openFrequencies } from './series/frequency.ts'
import { interruptDiffer, softirqDiffer, softnetDiffer } from './series/interrupts.ts'
import { memoryDiffer } from './series/memory.ts'
import { networkDiffer } from './series/network.ts'
import { netstatDiffer, snmpDiffer } from './series/protocol.ts'
import { type PressureResource, pressureDiffer, pressureResources } from './series/psi.ts'
import { openQuotaSearch } from './series/quota-search.ts'
import type { Differ } from './series/rate.ts'
import { cgroupsCut, describeMissing, frequencyMissing, noCgroups, type ProcFile, pressureMissing } from './series/unavailable.ts'
import { vmDiffer } from './series/vm.ts'

/** Reads the series. Times are those of the recording; each call gives the readings since the one before. */
export interface SeriesCollector {
  /** Ten times a second: CPUs and pressure. */
  collectFast(timeNs: number): Reading[]
  /** Once a second: everything else. */
  collectSlow(timeNs: number): Reading[]
  /** What this machine does not offer; complete after the first call of each. */
  unavailable(): Unavailable[]
}

/** What the collector must be told. */
export interface SeriesOptions {
  /** Paths of the target's cgroups, as in process.cgroup; asked again at every reading. */
  readonly cgroups: () => readonly string[]
}

/** Cgroups of the target that are followed; each costs up to nine reads a second, and three more for each tenth of a second. */
const MAX_FOLLOWED = 64
const MAX_PRESSURE = 8

/** Opens all sources. Files that cannot be read at first are not tried again. */
export function openSeries(host: Host, options: SeriesOptions): SeriesCollector {
  const mounts = readCgroupMounts(host)
  const pressure = pressureSource(host, mounts)
  const cgroups = cgroupSource(host, mounts)
  const frequencies = openFrequencies(host)
  const fast = openFiles(host, [['/proc/stat', cpuDiffer()]])
  const slow = openFiles(host, [
    ['/proc/stat', switchDiffer()],
    ['/proc/loadavg', loadDiffer()],
    ['/proc/meminfo', memoryDiffer()],
    ['/proc/vmstat', vmDiffer()],
    ['/proc/diskstats', diskDiffer(wholeDisks(() => host.listDirectory('/sys/block')))],
    ['/proc/net/dev', networkDiffer()],
    ['/proc/net/snmp', snmpDiffer()],
    ['/proc/net/netstat', netstatDiffer()],
    ['/proc/net/softnet_stat', softnetDiffer()],
    ['/proc/interrupts', interruptDiffer()],
    ['/proc/softirqs', softirqDiffer()],
  ])
  return {
    collectFast: timeNs => [...fast.collect(timeNs), ...pressure.collect(options.cgroups().slice(0, MAX_PRESSURE), timeNs)],
    collectSlow: timeNs => [
      ...slow.collect(timeNs),
      ...collectFrequencies(host, frequencies, timeNs),
      ...cgroups.collect(options.cgroups(), timeNs),
    ],
    unavailable: () => [
      ...[...slow.missing].map(([path, why]) => describeMissing(path, why)),
      ...pressure.unavailable(),
      ...(frequencies.cpus.length === 0 ? [frequencyMissing(host)] : []),
      ...cgroups.unavailable(),
    ],
  }
}

/** Files of /proc with one differ each. */
function openFiles(host: Host, files: readonly (readonly [ProcFile, Differ])[]) {
  const missing = new Map<ProcFile, string>()
  const seen = new Set<ProcFile>()
  return {
    missing,
    collect(timeNs: number): Reading[] {
      const readings: Reading[] = []
      for (const [path, differ] of files) {
        if (missing.has(path)) continue
        const text = host.readText(path)
        if (text !== undefined) {
          seen.add(path)
          for (const reading of differ(wholeLines(text), timeNs)) readings.push(reading)
        } else if (!seen.has(path)) missing.set(path, host.whyUnreadable(path) ?? 'unreadable')
      }
      return readings
    },
  }
}

/** A number that was cut short is another number: a line counts when its end is there. */
function wholeLines(text: string): string {
  return text.slice(0, text.lastIndexOf('\n') + 1)
}

function pressureSource(host: Host, mounts: CgroupMounts) {
  const answers = pressureResources.map(resource => ({ resource, why: whyNoPressure(host, resource) }))
  const refused = answers.find(({ why }) => why !== undefined)?.why
  const differs = answers.filter(({ why }) => why === undefined).map(({ resource }) => ({ resource, differ: pressureDiffer(resource) }))
  return {
    collect(cgroups: readonly string[], timeNs: number): Reading[] {
      const directories = new Map([['', '/proc/pressure']])
      for (const path of cgroups) {
        const directory = cgroupDirectory(mounts.v2, path)
        const isMachine = path === '/' && directory !== undefined && isWholeMachine(host, directory)
        if (directory !== undefined && !isMachine) directories.set(path, directory)
      }
      return differs.flatMap(({ resource, differ }) => differ(readPressure(host, directories, resource), timeNs))
    },
    unavailable: (): Unavailable[] => (refused === undefined ? [] : [pressureMissing(refused)]),
  }
}

function whyNoPressure(host: Host, resource: PressureResource): string | undefined {
  const path = `/proc/pressure/${resource}`
  return host.readText(path) === undefined ? (host.whyUnreadable(path) ?? 'unreadable') : undefined
}

function readPressure(host: Host, directories: ReadonlyMap<string, string>, resource: PressureResource): Map<string, string> {
  const texts = new Map<string, string>()
  for (const [subject, directory] of directories) {
    const text = host.readText(subject === '' ? `${directory}/${resource}` : `${directory}/${resource}.pressure`)
    if (text !== undefined) texts.set(subject, text)
  }
  return texts
}

function cgroupSource(host: Host, mounts: CgroupMounts) {
  const read = cgroupReader(host, mounts)
  const quotas = openQuotaSearch(host, mounts)
  let skippedCount = 0
  return {
    collect(targets: readonly string[], timeNs: number): Reading[] {
      const wanted = new Set(targets.flatMap(withAncestors))
      skippedCount = Math.max(skippedCount, wanted.size - MAX_FOLLOWED)
      return read({ followed: [...wanted].slice(0, MAX_FOLLOWED), withQuota: quotas.advance(timeNs) }, timeNs)
    },
    unavailable(): Unavailable[] {
      if (mounts.v2 === undefined && mounts.v1.size === 0) return [noCgroups()]
      return quotas.isCut || skippedCount > 0 ? [cgroupsCut()] : []
    },
  }
}
