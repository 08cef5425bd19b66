/** A window that is kept: a recording of its own, as `record` would have made one of those seconds. */

import type { BpfSlice } from '../../collectors/bpf/collector.ts'
import { FlightType } from '../../collectors/bpf/flight-record.ts'
import { flightTable } from '../../collectors/bpf/flight-table.ts'
import { sumWindow } from '../../collectors/bpf/flight-window.ts'
import { SliceTables } from '../../collectors/bpf/slice-tables.ts'
import { WaitNaming } from '../../collectors/bpf/wait-naming.ts'
import { CallchainInterner } from '../../collectors/callchain-interner.ts'
import { readBootId } from '../../collectors/host-facts.ts'
import { syscallNames } from '../../collectors/syscall-names.ts'
import type { Host } from '../../host.ts'
import { createRecording } from '../../recording.ts'
import { CodeKind, type Manifest, NONE, type Row, StackEnd, schemaVersion, type Table, type TableName, type Target } from '../../schema.ts'
import { findKernelFunction } from '../../symbolize/kallsyms.ts'
import { emptyTable, TableBuilder, tableOf } from '../../table-builder.ts'
import { version } from '../../version.ts'
import { nameAddresses } from '../namer.ts'
import { withPlaces } from './contrast-places.ts'
import { errnoName } from './names.ts'
import type { CapturedWindow, WatchRings } from './rings.ts'
import { shiftTimes } from './shift-times.ts'
import type { StateDump } from './state-dump.ts'

/** What is written besides the events. */
export interface CommitOptions {
  readonly directory: string
  readonly target: Target
  readonly createdAt: string
  readonly frequencyHz: number
  readonly speculation: Row<'speculations'>
  readonly dump: StateDump
  readonly contrast: Table<'contrast'>
  readonly commandExitStatus: number | undefined
}

/** Writes the recording; throws an AutotuneError when the disk is full. */
export function writeCommit(host: Host, rings: WatchRings, { window, options }: { window: CapturedWindow; options: CommitOptions }): void {
  const { fromNs, toNs } = window
  const tables = windowTables(host, rings, { window, frequencyHz: options.frequencyHz })
  const named = nameAddresses(host, tables, { files: rings.files, kernel: rings.kernelNames ?? 'running' })
  const writer = createRecording(options.directory, manifestOf(host, rings, { window, options }))
  try {
    const all: Partial<Record<TableName, Table<TableName>>> = {
      ...tables,
      ...named.tables,
      ...options.dump,
      contrast: withPlaces(options.contrast, { tables: { ...tables, ...named.tables }, files: rings.files }),
    }
    for (const [name, table] of Object.entries(all))
      if (table !== undefined) writer.writeTable(name as TableName, shiftTimes(name as TableName, table, fromNs))
    const { timeNs, ...row } = options.speculation
    writer.writeTable(
      'speculations',
      tableOf('speculations', [
        { ...row, timeNs: timeNs - fromNs, fromNs: 0, toNs: toNs - fromNs, completeFromNs: Math.max(0, row.completeFromNs - fromNs) },
      ]),
    )
  } finally {
    writer.close({ complete: writer.failure === undefined })
  }
}

function manifestOf(host: Host, rings: WatchRings, { window, options }: { window: CapturedWindow; options: CommitOptions }): Manifest {
  const { frequencyHz, target, createdAt, commandExitStatus } = options
  return {
    schemaVersion,
    autotuneVersion: version,
    createdAt,
    bootId: readBootId(host),
    startNs: rings.startNs + BigInt(Math.round(window.fromNs)),
    durationNs: window.toNs - window.fromNs,
    complete: false,
    target,
    host: rings.facts,
    sampling: { event: 'cpu-clock', frequencyHz, scope: 'machine', kernel: true },
    unavailable: rings.unavailable,
    commandExitStatus,
    cost: { cpuRatio: Number.NaN, cpuNs: Number.NaN, rssBytes: process.resourceUsage().maxRSS * 1024 },
  }
}

type WindowTables = Partial<{ [Name in TableName]: Table<Name> }>

/** Tables of a window, with times since the rings were opened. */
export function windowTables(
  host: Host,
  rings: WatchRings,
  { window, frequencyHz }: { window: CapturedWindow; frequencyHz: number },
): WindowTables {
  const { fromNs, toNs, events, stacks } = window
  const interner = new CallchainInterner()
  const { tracker } = rings
  tracker.beginDrain()
  const syscalls = syscallNames(process.arch)
  const slices = new SliceTables({ tracker, interner, syscalls })
  const kallsyms = rings.kernelNames?.kallsyms
  const naming = new WaitNaming(host, {
    syscalls: syscalls ?? { nameOf: new Map(), numberOf: new Map() },
    kernelFunction: address =>
      kallsyms === undefined ? undefined : findKernelFunction(kallsyms, Number(BigInt.asIntN(64, address)))?.name,
  })
  naming.beginSlice(stacks)
  for (const part of sumWindow(events, { fromNs, toNs })) {
    const slice: BpfSlice = {
      ...part,
      ...nothing,
      stacks,
      waits: part.waits.map(row => ({ ...row, ...naming.name({ ...row, file: undefined }) })),
      openWaits: part.openWaits.map(open => ({
        ...open,
        ...naming.name({ pid: open.pid, place: open.wait.place, kernelStack: 0, file: undefined }),
      })),
    }
    slices.addSlice(slice)
  }
  const sample = samplesOf(window, { rings, interner, frequencyHz })
  const filled = Object.fromEntries(slices.takeRows().map(({ name, table }) => [name, table])) as WindowTables
  touchThreads(window, rings)
  const event = flightTable(events, {
    fromNs,
    toNs,
    naming,
    errnoName,
    processRowAt: (pid, timeNs) => tracker.rowAt(pid, timeNs),
    callName: number => syscalls?.nameOf.get(number) ?? `system call ${number}`,
    probeName: number => rings.probeName(number),
  })
  const wholeNs = Math.max(fromNs, events.completeFromNs)
  const burst = tableOf('burst', [{ timeNs: wholeNs, durationNs: Math.max(0, toNs - wholeNs), count: event.length, lostCount: 0 }])
  const callchain = interner.takeNewRows()
  // what nobody looked at is no table: an empty one would say that nothing happened
  const { lock: _lock, fault: _fault, interrupt: _interrupt, ...looked } = filled
  return { ...looked, sample, event, burst, callchain, ...rings.processTables(), ...emptySeries }
}

const nothing = {
  locks: [],
  faults: [],
  interrupts: [],
  network: [],
  memoryStalls: [],
  kills: [],
  fullQueues: [],
  counters: new Map(),
} as const
const emptySeries = { series: emptyTable('series'), metric: emptyTable('metric') }

function samplesOf(
  { events, stacks, fromNs, toNs }: CapturedWindow,
  { rings, interner, frequencyHz }: { rings: WatchRings; interner: CallchainInterner; frequencyHz: number },
): Table<'sample'> {
  const sample = new TableBuilder('sample')
  for (let row = 0; row < events.length; row++) {
    const timeNs = events.timeNs[row]
    if (events.type[row] !== FlightType.Sample || timeNs < fromNs || timeNs >= toNs) continue
    const process = rings.tracker.rowAt(events.pid[row], timeNs)
    rings.tracker.touch(process, events.tid[row], timeNs)
    const user = stacks.get(events.stack[row]) ?? new BigUint64Array(0)
    const kernel = stacks.get(events.argument[row]) ?? new BigUint64Array(0)
    const callchain = internBoth(interner, { user, kernel, process, timeNs })
    sample.add({
      timeNs,
      cpu: events.cpu[row],
      process,
      tid: events.tid[row],
      callchain,
      weightNs: 1e9 / frequencyHz,
      stackEnd: StackEnd.Unchecked,
    })
  }
  return sample.build()
}

function internBoth(
  interner: CallchainInterner,
  { user, kernel, process, timeNs }: { user: BigUint64Array; kernel: BigUint64Array; process: number; timeNs: number },
): number {
  const root = user.length === 0 ? NONE : interner.internAddresses(user, CodeKind.User, { process, timeNs })
  return kernel.length === 0 ? root : interner.internAddresses(kernel, CodeKind.Kernel, { process, timeNs, root })
}

/** Names of threads: /proc for those alive. What the rings hold from before the window may be of processes that nobody knows any more. */
function touchThreads({ events, fromNs }: CapturedWindow, { tracker }: WatchRings): void {
  const seen = new Set<number>()
  for (let row = 0; row < events.length; row++) {
    const tid = events.tid[row]
    if (tid === 0 || events.timeNs[row] < fromNs || seen.has(tid)) continue
    seen.add(tid)
    tracker.touch(tracker.rowAt(events.pid[row], events.timeNs[row]), tid, events.timeNs[row])
  }
}
