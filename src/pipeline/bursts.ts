/** Bursts in a recording: planned at random phases, opened and closed by the recorder's ticks, kept as rows. */

import { randomInt } from 'node:crypto'
import { openBursts, type RawBurst } from '../collectors/bpf/burst.ts'
import { type PlannedBurst, planBursts } from '../collectors/bpf/burst-plan.ts'
import { decodeFlight } from '../collectors/bpf/decode-flight.ts'
import { eventTable, nameAhead } from '../collectors/bpf/event-table.ts'
import { WaitNaming } from '../collectors/bpf/wait-naming.ts'
import type { ProcessTracker } from '../collectors/process-tracker.ts'
import { syscallNames } from '../collectors/syscall-names.ts'
import type { Host } from '../host.ts'
import { linuxBpfHost } from '../linux-bpf-host.ts'
import type { Table, TableName, Unavailable } from '../schema.ts'
import { tableOf } from '../table-builder.ts'
import { assetPath } from './assets.ts'
import type { OffCpu } from './off-cpu.ts'

/** What bursts need of the recording. */
export interface BurstsOptions {
  readonly tracker: ProcessTracker
  /** The other collectors: what they lack for the same reason need not be said twice. */
  readonly offCpu: Pick<OffCpu, 'startNs' | 'kernelRange' | 'unavailable'>
  /** Undefined where the end is not known. */
  readonly durationNs: number | undefined
}

/** Bursts in a recording. */
export interface Bursts {
  /** Tables that are recorded, rows or not. */
  readonly tables: readonly TableName[]
  /** Why there are none; asked at the end, since attaching may fail late. */
  unavailable(): readonly Unavailable[]
  /** At the beginning of a tick: ends a burst that is over, before our own work is in it. */
  endDue(elapsedNs: number): void
  /** At the end of a tick. */
  beginDue(elapsedNs: number): void
  /** Ends what is going on; nothing of it is in the kernel afterwards. May be called again. */
  finish(): void
  /**
   * Rows of bursts that are over. While it is recorded only those beyond maxKeptBytes: decoding costs more than recording, and
   * has time until the end.
   */
  takeRows(maxKeptBytes: number): readonly KernelRows[]
}

interface KernelRows {
  readonly name: TableName
  readonly table: Table<TableName>
}

/** A burst that is over, and what its descriptors were then. */
interface KeptBurst {
  readonly raw: RawBurst
  readonly naming: WaitNaming
}

/** Loads what bursts need; where that is refused there are none. */
export function openBurstSchedule(host: Host, { tracker, offCpu, durationNs }: BurstsOptions): Bursts {
  const { startNs, kernelRange } = offCpu
  const architecture = process.arch
  const syscalls = syscallNames(architecture) ?? { nameOf: new Map(), numberOf: new Map() }
  const collector = openBursts(linuxBpfHost(host), { skeletonFolder: assetPath('bpf'), architecture, kernelRange })
  const futexNumber = syscalls.numberOf.get('futex') ?? Number.NaN
  const plan = planBursts(durationNs, () => randomInt(2 ** 32) / 2 ** 32)
  let next: PlannedBurst | undefined = plan.next().value
  let endNs = 0
  const kept: KeptBurst[] = []
  const end = (): void => {
    const raw = collector.end(startNs)
    if (raw === undefined) return
    const naming = new WaitNaming(host, { syscalls, kernelFunction: () => undefined })
    nameAhead(raw.regions, { naming, futexNumber })
    kept.push({ raw, naming })
  }
  return {
    tables: collector.unavailable === undefined ? ['burst', 'event'] : [],
    unavailable: () =>
      [collector.unavailable ?? []].flat().filter(({ reason }) => offCpu.unavailable().every(other => other.reason !== reason)),
    endDue(elapsedNs) {
      if (collector.isOpen && elapsedNs >= endNs) end()
    },
    beginDue(elapsedNs) {
      if (next === undefined || collector.isOpen || elapsedNs < next.startNs) return
      endNs = elapsedNs + next.durationNs
      next = plan.next().value
      collector.begin()
    },
    finish() {
      end()
      next = undefined
      collector.close()
    },
    takeRows: maxKeptBytes => takeBeyond(kept, maxKeptBytes).flatMap(burst => rowsOf(burst, { startNs, tracker, futexNumber })),
  }
}

/** Takes the oldest until the others hold no more than so many bytes; all of them where that is none. */
function takeBeyond(kept: KeptBurst[], maxKeptBytes: number): readonly KeptBurst[] {
  let keptBytes = kept.reduce((sum, { raw }) => sum + raw.regions.bytes.length, 0)
  let count = 0
  while (count < kept.length && (keptBytes > maxKeptBytes || maxKeptBytes === 0)) keptBytes -= kept[count++].raw.regions.bytes.length
  return kept.splice(0, count)
}

interface RowSources {
  readonly startNs: bigint
  readonly tracker: ProcessTracker
  /** Number of futex(2). */
  readonly futexNumber: number
}

function rowsOf({ raw, naming }: KeptBurst, { startNs, tracker, futexNumber }: RowSources): readonly KernelRows[] {
  const { events, fromNs, toNs, lostCount } = decodeFlight(raw.regions, { startNs, ...raw })
  const burst = tableOf('burst', [{ timeNs: fromNs, durationNs: toNs - fromNs, count: events.length, lostCount }])
  const event = eventTable(events, { processRowAt: (pid, timeNs) => tracker.rowAt(pid, timeNs), naming, futexNumber })
  return [
    { name: 'burst', table: burst as unknown as Table<TableName> },
    { name: 'event', table: event as unknown as Table<TableName> },
  ]
}
