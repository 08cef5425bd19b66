/** The flight recorder where eBPF is refused and perf is not: rings that are written backward over their oldest records. */

import type { WatchHost } from '../../host-watch.ts'
import type { Unavailable } from '../../schema.ts'
import type { FrozenRegion } from '../bpf/flight-record.ts'
import type { FlightDepth, FlightRecorder, Frozen } from '../bpf/flight-recorder.ts'
import { encodeAttr, OPEN_CLOEXEC, type PerfFlag, PerfIoctl, PerfType, SampleField, SoftwareEvent } from '../perf-attr.ts'
import { BackwardDecoder, type TraceLayouts } from './backward-records.ts'
import { type TraceKind, traceEvents, traceLayout } from './sched-event.ts'
import { readTraceFormat } from './trace-format.ts'

/** What to keep. */
export interface OverwriteOptions {
  readonly memoryBytes: number
  readonly cpus: readonly number[]
  readonly frequencyHz: number
}

const PAGE_BYTES = 4096
/** Records are 56 to 72 bytes, samples with stacks more; until we know better. */
const USUAL_RECORD_BYTES = 72
/** Offset of data_head in struct perf_event_mmap_page. */
const HEAD_AT = 1024
const FIELDS = SampleField.Tid | SampleField.Time | SampleField.Callchain | SampleField.Raw
/** How one record is told from another: the tracepoint's own number, which cpu-clock has not. */
const kinds: readonly TraceKind[] = ['switch', 'waking']

interface OpenRing {
  readonly cpu: number
  readonly fd: number
  readonly header: BigInt64Array
  readonly data: Uint8Array
}

/** Opens switches, wakings, the timer, and beginnings and ends of tasks on every CPU, and enables them; or says why not. */
export function openOverwriteRings(host: WatchHost, options: OverwriteOptions): FlightRecorder | Unavailable {
  const layouts: TraceLayouts = new Map()
  for (const kind of kinds) {
    const format = readTraceFormat(host, traceEvents[kind])
    if ('errno' in format) return refused(`read the format of ${traceEvents[kind]}`, format.errno)
    const layout = traceLayout(kind, format)
    if (layout === undefined) return refused(`read the format of ${traceEvents[kind]}`, 'EINVAL')
    layouts.set(format.id, layout)
  }
  const pages = 2 ** Math.floor(Math.log2(Math.max(8, options.memoryBytes / PAGE_BYTES / Math.max(1, options.cpus.length))))
  const fds: number[] = []
  const rings: OpenRing[] = []
  for (const cpu of options.cpus) {
    const refusal = openCpu(host, cpu, { attrs: attrsOf(layouts, options.frequencyHz), pages, fds, rings })
    if (refusal === undefined) continue
    for (const fd of fds) host.closeDescriptor(fd)
    return refusal
  }
  for (const fd of fds) host.ioctl(fd, PerfIoctl.Enable, 0)
  return new OverwriteRecorder(host, { rings, fds, layouts })
}

/** The tracepoints without stacks, as that costs what it costs at every switch; the timer with. */
function attrsOf(layouts: TraceLayouts, frequencyHz: number): readonly Uint8Array[] {
  const flags: readonly PerfFlag[] = ['disabled', 'sampleIdAll', 'writeBackward']
  const quiet: readonly PerfFlag[] = [...flags, 'excludeCallchainKernel', 'excludeCallchainUser']
  const tracepoints = [...layouts.keys()].map(config =>
    encodeAttr({ type: PerfType.Tracepoint, config, period: 1, sampleType: FIELDS, flags: quiet }),
  )
  const clock = { type: PerfType.Software, config: SoftwareEvent.CpuClock, sampleType: FIELDS }
  return [
    ...tracepoints,
    encodeAttr({ ...clock, frequencyHz: Math.max(1, frequencyHz), flags: [...flags, 'excludeIdle', 'task', 'comm', 'commExec'] }),
  ]
}

function openCpu(
  host: WatchHost,
  cpu: number,
  { attrs, pages, fds, rings }: { attrs: readonly Uint8Array[]; pages: number; fds: number[]; rings: OpenRing[] },
): Unavailable | undefined {
  let leader: number | undefined
  for (const attr of attrs) {
    const opened = host.openPerfEvent(attr, -1, cpu, OPEN_CLOEXEC)
    if ('errno' in opened) return opened.errno === 'ENODEV' ? undefined : refused('open perf events on every CPU', opened.errno)
    fds.push(opened.fd)
    if (leader !== undefined) {
      const errno = host.ioctl(opened.fd, PerfIoctl.SetOutput, leader)
      if (errno !== undefined) return refused('join perf events in one ring', errno)
      continue
    }
    leader = opened.fd
    // mapped read-only: that is what makes the kernel write over what nobody has read
    const mapped = host.mapShared(leader, { offsetBytes: 0, lengthBytes: (pages + 1) * PAGE_BYTES, writable: false })
    if ('errno' in mapped) return refused('map a perf ring', mapped.errno)
    const header = new BigInt64Array(mapped.buffer, mapped.byteOffset + HEAD_AT, 1)
    rings.push({ cpu, fd: leader, header, data: mapped.subarray(PAGE_BYTES) })
  }
  return undefined
}

class OverwriteRecorder implements FlightRecorder {
  readonly firedFd = -1
  readonly takesRules = false
  readonly memoryBytes: number
  readonly #host: WatchHost
  readonly #rings: readonly OpenRing[]
  readonly #fds: readonly number[]
  readonly #decoder: BackwardDecoder
  readonly #enabledNs: bigint
  #openedNs: bigint

  constructor(host: WatchHost, { rings, fds, layouts }: { rings: readonly OpenRing[]; fds: readonly number[]; layouts: TraceLayouts }) {
    this.#host = host
    this.#rings = rings
    this.#fds = fds
    this.#decoder = new BackwardDecoder(layouts)
    this.memoryBytes = rings.reduce((sum, { data }) => sum + data.length, 0)
    this.#openedNs = host.monotonicNs()
    this.#enabledNs = this.#openedNs
  }

  /** No rule is evaluated in the kernel here. */
  takeFired(): readonly never[] {
    return []
  }

  untoldCount(): number {
    return 0
  }

  readNew(): readonly never[] {
    return []
  }

  arm(): void {}

  addTarget(): void {}

  lostCount(): number {
    return this.#decoder.damagedCount
  }

  depth(): FlightDepth {
    const seconds = Number(this.#host.monotonicNs() - this.#enabledNs) / 1e9
    const written = this.#rings.map(ring => writtenBytes(ring))
    const most = Math.max(...written)
    return {
      eventsPerSec: seconds > 0 ? written.reduce((sum, bytes) => sum + bytes, 0) / USUAL_RECORD_BYTES / seconds : 0,
      historyNs: most > 0 && seconds > 0 ? (this.#rings[0].data.length / (most / seconds)) * 1e9 : Number.POSITIVE_INFINITY,
    }
  }

  freeze(): Frozen {
    for (const { fd } of this.#rings) this.#host.ioctl(fd, PerfIoctl.PauseOutput, 1)
    const frozenNs = this.#host.monotonicNs()
    const copies = this.#rings.map(ring => ({ cpu: ring.cpu, written: writtenBytes(ring), data: ring.data.slice() }))
    for (const { fd } of this.#rings) this.#host.ioctl(fd, PerfIoctl.PauseOutput, 0)
    const busyNs = Number(this.#host.monotonicNs() - frozenNs)
    const openedNs = this.#openedNs
    this.#openedNs = frozenNs
    // what was there at the last freeze was given out then
    const regions: readonly FrozenRegion[] = copies.map(copy => this.#decoder.decode({ ...copy, sinceNs: openedNs }))
    return { openedNs, frozenNs, busyNs, regions }
  }

  stacks(ids: Iterable<number>): ReadonlyMap<number, BigUint64Array> {
    return this.#decoder.stacks(ids)
  }

  close(): void {
    for (const fd of this.#fds) this.#host.closeDescriptor(fd)
  }
}

/** data_head counts down from 0. */
function writtenBytes({ header }: OpenRing): number {
  return Number(-Atomics.load(header, 0))
}

function refused(step: string, errno: string): Unavailable {
  return {
    topic: 'perf overwrite rings',
    tables: ['wait', 'runQueue', 'sample'],
    series: [],
    reason: `The kernel refused to ${step} (${errno}).`,
    remedy: 'sudo autotune watch …',
  }
}
