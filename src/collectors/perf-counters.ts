/** Hardware counters of every CPU as series: cycles, instructions, misses, stalls. Counting only, no interrupts. */

import type { PerfHost } from '../host.ts'
import type { Reading, SeriesName } from '../schema.ts'
import { encodeAttr, HardwareEvent, OPEN_CLOEXEC, PerfType, ReadFormat } from './perf-attr.ts'

/** What to count. Tests count software events: the arithmetic is the same. */
export interface CounterEvent {
  readonly name: SeriesName
  readonly type: number
  readonly config: number
}

/** The counters of the catalogue. The stalled ones exist on few machines and are left out where they don't. */
export const hardwareCounters: readonly CounterEvent[] = [
  { name: 'pmu.cyclesPerSec', type: PerfType.Hardware, config: HardwareEvent.Cycles },
  { name: 'pmu.instructionsPerSec', type: PerfType.Hardware, config: HardwareEvent.Instructions },
  { name: 'pmu.cacheReferencePerSec', type: PerfType.Hardware, config: HardwareEvent.CacheReferences },
  { name: 'pmu.cacheMissPerSec', type: PerfType.Hardware, config: HardwareEvent.CacheMisses },
  { name: 'pmu.branchPerSec', type: PerfType.Hardware, config: HardwareEvent.Branches },
  { name: 'pmu.branchMissPerSec', type: PerfType.Hardware, config: HardwareEvent.BranchMisses },
  { name: 'pmu.stalledFrontendPerSec', type: PerfType.Hardware, config: HardwareEvent.StalledFrontend },
  { name: 'pmu.stalledBackendPerSec', type: PerfType.Hardware, config: HardwareEvent.StalledBackend },
]

/** Open counters. */
export interface Counters {
  /** Rates since the last call; the first call gives none. A counter that never ran in between gives no row, never zero. */
  collect(timeNs: number): Reading[]
  readonly openCount: number
  close(): void
}

interface OpenCounter {
  readonly fd: number
  readonly cpu: number
  readonly name: SeriesName
  before: { readonly value: bigint; readonly enabledNs: bigint; readonly runningNs: bigint } | undefined
}

/** Opens what the machine has; events it lacks are left out. */
export function openCounters(host: PerfHost, cpus: readonly number[], events: readonly CounterEvent[] = hardwareCounters): Counters {
  const counters: OpenCounter[] = []
  for (const event of events) {
    const attr = encodeAttr({ ...event, flags: [], readFormat: ReadFormat.TimeEnabled | ReadFormat.TimeRunning })
    for (const cpu of cpus) {
      const opened = host.openPerfEvent(attr, -1, cpu, OPEN_CLOEXEC)
      if ('fd' in opened) counters.push({ fd: opened.fd, cpu, name: event.name, before: undefined })
    }
  }
  return {
    openCount: counters.length,
    collect: timeNs => counters.flatMap(counter => readCounter(host, counter, timeNs)),
    close: () => {
      for (const { fd } of counters) host.closeDescriptor(fd)
    },
  }
}

/** value scaled by enabled over running time, as perf stat does when counters take turns. */
function readCounter(host: PerfHost, counter: OpenCounter, timeNs: number): Reading[] {
  const words = host.readPerfEvent(counter.fd, 3)
  if (words === undefined) return []
  const before = counter.before
  counter.before = { value: words[0], enabledNs: words[1], runningNs: words[2] }
  if (before === undefined) return []
  const enabledNs = Number(words[1] - before.enabledNs)
  const runningNs = Number(words[2] - before.runningNs)
  if (enabledNs <= 0 || runningNs <= 0) return []
  const scaled = Number(words[0] - before.value) * (enabledNs / runningNs)
  return [{ name: counter.name, subject: `cpu${counter.cpu}`, timeNs, durationNs: enabledNs, value: (scaled / enabledNs) * 1e9 }]
}
