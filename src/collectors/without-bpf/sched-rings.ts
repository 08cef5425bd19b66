import type { PerfHost, PerfRing } from '../../host.ts'
import { encodeAttr, OPEN_CLOEXEC, PerfIoctl, PerfType, SampleField } from '../perf-attr.ts'
import { clockBase, parseTaskRecord, RecordType, RingWords, recordWords } from '../perf-record.ts'
import { parseSchedEvent, type SchedEvent, type TraceKind, type TraceLayout, traceEvents, traceLayout } from './sched-event.ts'
import { readTraceFormat } from './trace-format.ts'

/** Tracepoints of all CPUs, in one ring each. */
export interface SchedRings {
  /** Which of the tracepoints this kernel has. */
  readonly kinds: ReadonlySet<TraceKind>
  enable(): void
  disable(): void
  /** Calls visit for everything in the rings: in order for each CPU, not between them. Gives the number of records lost. */
  drain(visit: (event: SchedEvent) => void): number
  close(): void
}

/** What the kernel said no to. */
export interface RingsRefusal {
  readonly event: string
  readonly errno: string
  readonly step: 'read its format in tracefs' | 'open it' | 'map its ring'
}

/** 2 MiB a CPU: some 6,000 records with callchains, in the tenth of a second between two drains. */
const RING_PAGES = 512
const PAGE_BYTES = 4096
const needed: readonly TraceKind[] = ['switch', 'waking']
/** Their callchains say nothing that is needed. */
const withoutChain: ReadonlySet<TraceKind> = new Set<TraceKind>(['futex', 'insert', 'complete'])

/** Opens the tracepoints on every CPU, disabled; all of it or nothing, but for those that can be missing. */
export function openSchedRings(
  host: PerfHost,
  { cpus, startNs }: { readonly cpus: readonly number[]; readonly startNs: bigint },
): SchedRings | RingsRefusal {
  const layouts = new Map<number, TraceLayout>()
  for (const [kind, event] of Object.entries(traceEvents) as [TraceKind, string][]) {
    const format = readTraceFormat(host, event)
    const layout = 'errno' in format ? undefined : traceLayout(kind, format)
    if (!('errno' in format) && layout !== undefined) layouts.set(format.id, layout)
    else if (needed.includes(kind)) return { event, errno: 'errno' in format ? format.errno : 'EINVAL', step: 'read its format in tracefs' }
  }
  const fds: number[] = []
  const rings: PerfRing[] = []
  const close = (): void => {
    for (const ring of rings) ring.unmap()
    for (const fd of fds) host.closeDescriptor(fd)
  }
  for (const cpu of cpus) {
    const refusal = openCpu(host, cpu, { layouts, fds, rings })
    if (refusal === undefined) continue
    close()
    return refusal
  }
  const states = rings.map(ring => ({ ring, words: new RingWords(ring.words, clockBase(startNs)), tail: 0 }))
  return {
    kinds: new Set(Array.from(layouts.values(), ({ kind }) => kind)),
    enable: () => {
      for (const fd of fds) host.ioctl(fd, PerfIoctl.Enable, 0)
    },
    disable: () => {
      for (const fd of fds) host.ioctl(fd, PerfIoctl.Disable, 0)
    },
    drain(visit) {
      const heads = rings.map(ring => ring.readHead())
      let lost = 0
      states.forEach((state, index) => {
        lost += walk(state, { headBytes: heads[index], layouts, visit })
        state.tail = heads[index]
        state.ring.writeTail(state.tail)
      })
      return lost
    },
    close,
  }
}

interface Opening {
  readonly layouts: ReadonlyMap<number, TraceLayout>
  readonly fds: number[]
  readonly rings: PerfRing[]
}

/** A CPU that left meanwhile is no refusal. */
function openCpu(host: PerfHost, cpu: number, { layouts, fds, rings }: Opening): RingsRefusal | undefined {
  let leader: number | undefined
  for (const [id, { kind }] of layouts) {
    const opened = host.openPerfEvent(tracepointAttr(id, kind), -1, cpu, OPEN_CLOEXEC)
    if ('errno' in opened) {
      if (opened.errno === 'ENODEV') return undefined
      return { event: traceEvents[kind], errno: opened.errno, step: 'open it' }
    }
    fds.push(opened.fd)
    if (leader !== undefined) {
      host.ioctl(opened.fd, PerfIoctl.SetOutput, leader)
      continue
    }
    leader = opened.fd
    const ring = host.mapPerfRing(opened.fd, cpu, RING_PAGES)
    if ('errno' in ring) return { event: traceEvents[kind], errno: ring.errno, step: 'map its ring' }
    rings.push(ring)
  }
  return undefined
}

function tracepointAttr(id: number, kind: TraceKind): Uint8Array {
  return encodeAttr({
    type: PerfType.Tracepoint,
    config: id,
    period: 1,
    flags: ['disabled', 'sampleIdAll', ...(withoutChain.has(kind) ? (['excludeCallchainKernel', 'excludeCallchainUser'] as const) : [])],
    sampleType: SampleField.Tid | SampleField.Time | SampleField.Callchain | SampleField.Raw,
    watermarkBytes: (RING_PAGES * PAGE_BYTES) / 2,
  })
}

interface Walk {
  readonly headBytes: number
  readonly layouts: Parameters<typeof parseSchedEvent>[2]
  readonly visit: (event: SchedEvent) => void
}

/** From the tail to headBytes; records lost, damaged ones included. */
function walk(state: { readonly words: RingWords; readonly tail: number }, { headBytes, layouts, visit }: Walk): number {
  const { words } = state
  let position = (state.tail % (words.words.length * 4)) / 4
  let left = (headBytes - state.tail) / 4
  let lost = 0
  while (left > 0) {
    const size = recordWords(words, position, left)
    if (words.i32(position) === RecordType.Sample) {
      const event = size < 10 ? undefined : parseSchedEvent(words, { position, words: size }, layouts)
      if (event === undefined) lost++
      else visit(event)
    } else {
      const record = parseTaskRecord(words, position, size)
      if (record?.type === 'lost') lost += record.lostCount
    }
    position = (position + size) & words.mask
    left -= size
  }
  return lost
}
