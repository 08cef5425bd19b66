/** What is open while `watch` is armed: the flight recorder, and who is who: processes and what they map. */

import { decodeFlight, type FlightEvents, type FrozenRegion } from '../../collectors/bpf/flight-record.ts'
import { type FlightOptions, type FlightRecorder, openFlight } from '../../collectors/bpf/flight-recorder.ts'
import { CallchainInterner } from '../../collectors/callchain-interner.ts'
import { readHostFacts } from '../../collectors/host-facts.ts'
import { readOnlineCpus } from '../../collectors/online-cpus.ts'
import { openSampler, type Sampler } from '../../collectors/perf-sampler.ts'
import { readExecutableMappings, readProcess, readProcesses } from '../../collectors/proc-snapshot.ts'
import { ProcessTracker } from '../../collectors/process-tracker.ts'
import { isTargetProcess } from '../../collectors/target.ts'
import { openOverwriteRings } from '../../collectors/without-bpf/overwrite-rings.ts'
import type { WatchHost } from '../../host-watch.ts'
import {
  type HostFacts,
  type KernelRule,
  NONE,
  type ProbeEvent,
  type Row,
  type Table,
  type Target,
  type Unavailable,
} from '../../schema.ts'
import { type KernelNames, readKernelNames } from '../../symbolize/kernel-code.ts'
import { MappedFiles } from '../../symbolize/mapped-files.ts'
import { emptyTable, TableBuilder } from '../../table-builder.ts'
import { assetPath } from '../assets.ts'
import { type EndedProcess, recentlyEnded } from './recently-ended.ts'

/** What to open. */
export interface RingOptions {
  readonly target: Target
  readonly memoryBytes: number
  readonly rules: readonly KernelRule[]
  readonly probes: readonly ProbeEvent[]
  readonly freezes: FlightOptions['freezes']
  readonly syscalls: FlightOptions['syscalls']
  readonly slowNs: number
  readonly frequencyHz: number
}

/** Events around a moment, with what is needed to name what they point to. Times are relative to `startNs` of the rings. */
export interface CapturedWindow {
  readonly events: FlightEvents
  readonly fromNs: number
  readonly toNs: number
  readonly frozenNs: number
  readonly busyNs: number
  readonly stacks: ReadonlyMap<number, BigUint64Array>
}

/** The tracker only grows, with every fork on the machine: it is made anew after so many drains, or with so many rows more than it began with. */
const MANY_DRAINS = 1200
const MANY_ROWS = 100_000
/** Rows are counted after so many drains: to count them, the tables are copied. */
const DRAINS_PER_COUNT = 30
/** Programs that ended whose code is carried over; of others the name is. */
const MANY_ENDED = 2000

/** Everything that stays open while armed. */
export class WatchRings {
  readonly startNs: bigint
  readonly facts: HostFacts
  readonly files: MappedFiles
  readonly kernelNames: KernelNames | undefined
  readonly flight: FlightRecorder | undefined
  readonly unavailable: readonly Unavailable[]
  readonly #host: WatchHost
  readonly #target: Target
  readonly #sampler: Sampler
  #tracker: ProcessTracker
  #mapping = new TableBuilder('mapping')
  #changed: { process: Table<'process'>; thread: Table<'thread'> } | undefined
  #drains = 0
  #isClosed = false
  /** Rows of the tracker when they were counted first. */
  #firstRows: number | undefined
  /** Events of the set that was frozen before: what came before the set that is written was opened. */
  #previous: readonly FrozenRegion[] = []
  readonly #probes: readonly ProbeEvent[]
  readonly #commandPids = new Set<number>()

  constructor(host: WatchHost, options: RingOptions) {
    this.#host = host
    this.#target = options.target
    this.#probes = options.probes
    this.facts = readHostFacts(host)
    this.files = new MappedFiles(host, { maxOpen: 512 })
    this.kernelNames = host.uid === 0 ? readKernelNames(host) : undefined
    const cpus = readOnlineCpus(host)
    const opened = openFlight(host, {
      ...options,
      skeletonFolder: assetPath('bpf'),
      architecture: process.arch,
      cpus,
      scope: options.target.kind === 'machine' ? 'machine' : 'targets',
      // children of ours are targets from their first instruction on; we ourselves never are
      targetPids: options.target.kind === 'command' ? [host.pid] : [],
    })
    const rings = 'reason' in opened ? openOverwriteRings(host, { ...options, cpus }) : opened
    this.flight = 'reason' in rings ? undefined : rings
    this.startNs = host.monotonicNs()
    const tasks = { kind: 'pids', tids: [] } as const
    // one sample a second: it is here for the records of processes and mappings that come with it
    this.#sampler = openSampler(host, {
      frequencyHz: 1,
      startNs: this.startNs,
      tasks,
      cpus,
      facts: this.facts,
      interner: new CallchainInterner(),
    })
    this.#sampler.enable()
    this.unavailable = [opened, ...(rings === opened ? [] : [rings])].filter(one => 'reason' in one)
    this.#tracker = this.#newTracker()
    this.drain()
  }

  get isMachine(): boolean {
    return this.#target.kind === 'machine'
  }

  /** Name of an event that the user added. */
  probeName(number: number): string {
    return this.#probes.find(probe => probe.number === number)?.name ?? `event ${number}`
  }

  get tracker(): ProcessTracker {
    return this.#tracker
  }

  nowNs(): number {
    return Number(this.#host.monotonicNs() - this.startNs)
  }

  /** Reads who came and went; new targets are followed by the kernel too. For every second. */
  drain(): void {
    this.#sampler.drain(this.#tracker)
    this.#sampler.takeRows()
    for (const pid of this.#tracker.targetPids) {
      const row = this.#tracker.currentRow(pid)
      if (row !== NONE) this.#tracker.touchProcess(row)
      this.flight?.addTarget(pid)
    }
    this.#takeMappings()
    this.#drains++
  }

  addCommand(pid: number): void {
    this.#commandPids.clear()
    this.#commandPids.add(pid)
    this.#tracker.addTargetPid(pid)
  }

  /** Freezes, copies and decodes the window; what is written from now on is in the other set. */
  capture({ fromNs, toNs }: { readonly fromNs: number; readonly toNs: number }): CapturedWindow | undefined {
    if (this.flight === undefined) return undefined
    const frozen = this.flight.freeze()
    this.drain()
    const regions = [...this.#previous, ...frozen.regions]
    this.#previous = frozen.regions
    const events = decodeFlight(regions, this.startNs)
    return {
      events,
      fromNs,
      toNs: Math.min(toNs, Number(frozen.frozenNs - this.startNs)),
      frozenNs: Number(frozen.frozenNs - this.startNs),
      busyNs: frozen.busyNs,
      stacks: this.flight.stacks(stackIds(events, fromNs)),
    }
  }

  /** Where there are no rings: a window of nothing, for what is known besides. */
  emptyWindow(timeNs: number): CapturedWindow {
    const events = decodeFlight([], this.startNs)
    return { events, fromNs: Math.max(0, timeNs - 1e9), toNs: timeNs, frozenNs: timeNs, busyNs: 0, stacks: new Map() }
  }

  /** The history so far will not be asked for: it belongs to a run that passed. */
  forget(): void {
    this.#previous = []
    this.renew(0)
  }

  /** Lets go of processes that ended before a window of now could begin, once there are many. Not between a capture and its last use. */
  renew(historyNs: number): void {
    if (!this.#isFull()) return
    const sinceNs = this.nowNs() - historyNs
    const targets = [...this.#tracker.targetPids]
    this.#touchEnded(sinceNs)
    const ended = recentlyEnded(this.processTables(), sinceNs)
    this.#tracker = this.#newTracker()
    // who was adopted by init is a target by its history alone
    for (const pid of targets) if (this.#tracker.currentRow(pid) !== NONE) this.#tracker.addTargetPid(pid)
    for (const process of ended) this.#tellOf(process)
  }

  /** Processes, threads and mappings, as they are known now. */
  processTables(): { process: Table<'process'>; thread: Table<'thread'>; mapping: Table<'mapping'> } {
    this.#changed = this.#tracker.takeChanged() ?? this.#changed
    this.#takeMappings()
    const none = { process: emptyTable('process'), thread: emptyTable('thread') }
    return { ...(this.#changed ?? none), mapping: this.#mapping.build() }
  }

  /** May be called again. */
  close(): void {
    if (this.#isClosed) return
    this.#isClosed = true
    this.flight?.close()
    this.#sampler.close()
    this.files.close()
  }

  #isFull(): boolean {
    if (this.#drains > MANY_DRAINS) return true
    if (this.#drains % DRAINS_PER_COUNT !== 0) return false
    const { process, thread } = this.processTables()
    const rows = process.length + thread.length
    this.#firstRows ??= rows
    return rows > this.#firstRows + MANY_ROWS
  }

  /** Their code goes into the tables: of who ended, nobody else has it. */
  #touchEnded(sinceNs: number): void {
    const { process } = this.processTables()
    for (let row = Math.max(0, process.length - MANY_ENDED); row < process.length; row++)
      if (process.endNs[row] >= sinceNs) this.#tracker.touchProcess(row)
  }

  #tellOf({ pid, isTarget, life, exit }: EndedProcess): void {
    if (this.#tracker.currentRow(pid) !== NONE) return // it lives: /proc has told of it
    for (const record of life) this.#tracker.apply(record)
    if (isTarget) this.#tracker.addTargetPid(pid)
    if (exit !== undefined) this.#tracker.apply(exit)
  }

  #newTracker(): ProcessTracker {
    this.#firstRows = undefined
    this.#mapping = new TableBuilder('mapping')
    this.#changed = undefined
    this.#drains = 0
    const { files } = this
    const host = this.#host
    const tracker = new ProcessTracker(
      {
        readProcess: pid => readProcess(host, pid),
        readMappings: pid => readExecutableMappings(host, pid),
        isTarget: (row, isTargetPid) => isTargetProcess(this.#target, row, isTargetPid),
        noteMapping(pid, mapping) {
          files.note({ pid, ...mapping })
          return files.buildIdOf(mapping.device, mapping.inode)
        },
      },
      host.pid,
    )
    tracker.addExisting(readProcesses(host))
    for (const pid of this.#commandPids) tracker.addTargetPid(pid)
    return tracker
  }

  #takeMappings(): void {
    const table = this.#tracker.takeNewMappings()
    for (let row = 0; row < table.length; row++) this.#mapping.add(rowOf(table, row))
  }
}

function rowOf(table: Table<'mapping'>, row: number): Row<'mapping'> {
  const text = (column: Table<'mapping'>['path']) => (column.codes[row] < 0 ? undefined : column.values[column.codes[row]])
  return {
    process: table.process[row],
    timeNs: table.timeNs[row],
    startAddress: table.startAddress[row],
    endAddress: table.endAddress[row],
    fileOffsetBytes: table.fileOffsetBytes[row],
    path: text(table.path),
    device: text(table.device),
    inode: table.inode[row],
    buildId: text(table.buildId),
  }
}

/** Ids that are no stack: stack.h. */
const LAST_NO_STACK = 2

function stackIds(events: FlightEvents, fromNs: number): ReadonlySet<number> {
  const ids = new Set<number>()
  for (let row = 0; row < events.length; row++) {
    if (events.timeNs[row] < fromNs) continue
    if (events.type[row] !== SYSCALL && events.stack[row] > LAST_NO_STACK) ids.add(events.stack[row])
    if (events.type[row] === SAMPLE && events.argument[row] > LAST_NO_STACK) ids.add(events.argument[row])
  }
  return ids
}

const SYSCALL = 4
const SAMPLE = 9
