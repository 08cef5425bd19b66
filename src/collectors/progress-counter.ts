/** Counts an event that stands for a piece of work: a counter on each CPU, read once a second. No interrupts, no programs. */

import type { PerfHost } from '../host.ts'
import type { WatchHost } from '../host-watch.ts'
import type { ProbeEvent, Reading } from '../schema.ts'
import { encodeAttr, OPEN_CLOEXEC, PerfType } from './perf-attr.ts'

/** An open counter. */
export interface ProgressCounter {
  /** The rate since the last call; the first call names what is counted, with a reading that is no number. */
  collect(timeNs: number): Reading[]
  close(): void
}

/** What to count. */
export interface ProgressOptions {
  readonly name: string
  /** Where; none for what other tables count. */
  readonly places: readonly ProbeEvent['at'][]
  readonly cpus: readonly number[]
}

/** Opens it on every CPU; what the kernel said where it refused. */
export function openProgressCounter(
  host: WatchHost,
  { name, places, cpus }: ProgressOptions,
): ProgressCounter | { readonly errno: string } {
  const fds: number[] = []
  const close = () => {
    for (const fd of fds.splice(0)) host.closeDescriptor(fd)
  }
  for (const place of places) {
    for (const cpu of cpus) {
      const opened = openPlace(host, place, cpu)
      if ('errno' in opened) {
        close()
        return opened
      }
      fds.push(opened.fd)
    }
  }
  return { collect: countReader(host, name, fds), close }
}

function openPlace(host: WatchHost, place: ProbeEvent['at'], cpu: number) {
  if (place.kind === 'tracepoint') {
    return host.openPerfEvent(encodeAttr({ type: PerfType.Tracepoint, config: place.id, flags: [] }), -1, cpu, OPEN_CLOEXEC)
  }
  const type = Number(host.readText('/sys/bus/event_source/devices/uprobe/type'))
  if (place.kind !== 'uprobe' || !(type > 0)) return { errno: 'ENOENT' }
  // as in bpf/flight-probes.ts: the upper half is the place of the counter that keeps a static probe switched on
  const attr = encodeAttr({ type, config: (place.isReturn ? 1 : 0) + (place.semaphoreOffset ?? 0) * 2 ** 32, flags: [] })
  new DataView(attr.buffer).setBigUint64(64, BigInt(place.offset), true) // config2: offset in the file
  return host.openPathEvent(attr, place.path, { pid: -1, cpu })
}

function countReader(host: PerfHost, name: string, fds: readonly number[]): ProgressCounter['collect'] {
  let before: { readonly timeNs: number; readonly count: bigint } | undefined
  return timeNs => {
    const count = fds.reduce((sum, fd) => sum + (host.readPerfEvent(fd, 1)?.[0] ?? 0n), 0n)
    const last = before
    before = { timeNs, count }
    const common = { name: 'progress.perSec', subject: name, timeNs } as const
    if (last === undefined) return [{ ...common, durationNs: 0, value: Number.NaN }]
    const durationNs = timeNs - last.timeNs
    if (fds.length === 0 || !(durationNs > 0)) return []
    return [{ ...common, durationNs, value: (Number(count - last.count) * 1e9) / durationNs }]
  }
}
