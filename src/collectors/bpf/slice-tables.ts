import { CodeKind, NONE, type Row, type Table, type TableName, ThreadState } from '../../schema.ts'
import { TableBuilder } from '../../table-builder.ts'
import type { CallchainInterner } from '../callchain-interner.ts'
import type { ProcessTracker } from '../process-tracker.ts'
import type { SyscallNames } from '../syscall-names.ts'
import type { BpfSlice } from './collector.ts'
import { ledgerStates } from './decode-sched.ts'
import type { LedgerRow } from './ledger.ts'
import type { Times } from './words.ts'

/** Tables that slices fill. */
const filled = [
  'threadTime',
  'wait',
  'runQueue',
  'latencyBucket',
  'lock',
  'blockIo',
  'syscall',
  'fault',
  'interrupt',
  'kernelEvent',
  'quality',
] as const
type FilledName = (typeof filled)[number]

/** Where rows of slices point to. */
export interface SliceTargets {
  readonly tracker: ProcessTracker
  readonly interner: CallchainInterner
  readonly syscalls: SyscallNames | undefined
}

/** ThreadState of each state the kernel keeps, in the order of ledgerStates. */
const stateOf: Readonly<Record<(typeof ledgerStates)[number], number>> = {
  running: ThreadState.Running,
  woken: ThreadState.Runnable,
  preempted: ThreadState.Preempted,
  throttled: ThreadState.Throttled,
  blocked: ThreadState.Blocked,
  blockedIo: ThreadState.Blocked,
}

/** First bucket of a histogram ends here; each next one at the double. */
const FIRST_BUCKET_END_NS = 512

/** Ids of stacks whose rows are remembered. */
const REMEMBERED_STACKS = 200_000

/** Room for the rows of a quiet second: most tables have few. */
const FEW_ROWS = 32

/** Fewer make no histogram: sum and maximum say it all. */
const FEW_TIMES = 4

/** Rows of slices as tables, with pids turned into rows of process and stacks into rows of callchain. */
export class SliceTables {
  readonly #targets: SliceTargets
  readonly #builders: { [Name in FilledName]: TableBuilder<Name> }
  /** Rows taken so far by table: histograms point at rows of the whole recording. */
  readonly #taken = new Map<FilledName, number>()
  readonly #stacks = new Map<number, BigUint64Array>()
  readonly #perState = new Float64Array(6)
  /** Rows of callchain by the process they belong to (NONE: the kernel) and the id of the stack. */
  readonly #callchains = new Map<number, Map<number, number>>()

  constructor(targets: SliceTargets) {
    this.#targets = targets
    this.#builders = Object.fromEntries(filled.map(name => [name, new TableBuilder(name, FEW_ROWS)])) as {
      [Name in FilledName]: TableBuilder<Name>
    }
  }

  /** Rows since the last call, by table; histograms after what they describe. */
  takeRows(): readonly { readonly name: FilledName; readonly table: Table<FilledName> }[] {
    return filled.map(name => {
      const table = this.#builders[name].build() as unknown as Table<FilledName>
      this.#taken.set(name, (this.#taken.get(name) ?? 0) + table.length)
      this.#replace(name)
      return { name, table }
    })
  }

  addLedger(ledger: readonly LedgerRow[]): void {
    for (const { pid, tid, timeNs, durationNs, ns, unobservedNs } of ledger) {
      const process = this.#process(pid, timeNs + durationNs)
      const perState = this.#perState.fill(0)
      for (let index = 0; index < ledgerStates.length; index++) perState[stateOf[ledgerStates[index]]] += ns[index]
      perState[ThreadState.Unobserved] += unobservedNs
      for (let state = 0; state < perState.length; state++) {
        if (perState[state] > 0) this.#add('threadTime', { timeNs, durationNs, process, tid, state, ns: perState[state] })
      }
    }
  }

  addSlice(slice: BpfSlice): void {
    const { timeNs: endNs, durationNs } = slice
    const at = { timeNs: endNs - durationNs, durationNs }
    if (this.#stacks.size > REMEMBERED_STACKS) {
      this.#stacks.clear()
      this.#callchains.clear()
    }
    for (const [id, addresses] of slice.stacks) this.#stacks.set(id, addresses)
    this.addLedger(slice.ledger)
    this.#addWaits(slice, at)
    this.#addQueues(slice, at)
    this.#addDevices(slice, at)
    this.#addCalls(slice, at)
    this.#addEvents(slice, at)
    for (const [topic, counters] of slice.counters) {
      for (const kind of ['lostRows', 'lostThreads', 'lostStacks', 'lostStarts', 'lostFiles', 'unreadMaps'] as const) {
        if (counters[kind] > 0) this.#add('quality', { timeNs: endNs, kind, subject: `eBPF ${topic}`, count: counters[kind] })
      }
    }
  }

  #addWaits(slice: BpfSlice, at: SliceTime): void {
    for (const row of slice.waits) {
      const process = this.#process(row.pid, slice.timeNs)
      const wakerProcess = row.wakerPid === NONE ? NONE : this.#process(row.wakerPid, slice.timeNs)
      // field by field, here and below: spreading objects costs more than all else we do with a row
      const index = this.#add('wait', {
        timeNs: at.timeNs,
        durationNs: at.durationNs,
        process,
        tid: row.tid,
        reason: row.reason,
        syscall: row.syscall,
        argument: row.argument,
        file: row.file,
        kernelCallchain: this.#callchain(row.kernelStack, process, slice.timeNs),
        userCallchain: this.#callchain(row.userStack, process, slice.timeNs),
        wakerKind: row.wakerKind,
        wakerProcess,
        wakerTid: row.wakerTid,
        wakerCallchain: this.#callchain(row.wakerStack, wakerProcess, slice.timeNs),
        count: row.times.count,
        ns: row.times.ns,
        maxNs: row.times.maxNs,
        open: 0,
      })
      this.#addBuckets('wait', index, row.times)
    }
    for (const { pid, tid, sinceNs, reason, syscall, argument, file } of slice.openWaits) {
      const ns = slice.timeNs - Math.max(0, sinceNs)
      const nobody = {
        wakerKind: 'unknown',
        wakerProcess: NONE,
        wakerTid: NONE,
        wakerCallchain: NONE,
        kernelCallchain: NONE,
        userCallchain: NONE,
      }
      this.#add('wait', {
        ...at,
        process: this.#process(pid, slice.timeNs),
        tid,
        reason,
        syscall,
        argument,
        file,
        ...nobody,
        count: 1,
        ns,
        maxNs: ns,
        open: 1,
      })
    }
  }

  #addQueues(slice: BpfSlice, at: SliceTime): void {
    for (const { pid, tid, reason, occupantTid, allowedCpuCount, times } of slice.queues) {
      const index = this.#add('runQueue', {
        timeNs: at.timeNs,
        durationNs: at.durationNs,
        process: this.#process(pid, slice.timeNs),
        tid,
        reason,
        occupantTid,
        allowedCpuCount,
        count: times.count,
        ns: times.ns,
        maxNs: times.maxNs,
      })
      this.#addBuckets('runQueue', index, times)
    }
    for (const { pid, tid, lock, kind, ownerTid, kernelStack, times } of slice.locks) {
      const process = this.#process(pid, slice.timeNs)
      const kernelCallchain = this.#callchain(kernelStack, process, slice.timeNs)
      const index = this.#add('lock', { ...at, process, tid, address: lock, kind, ownerTid, kernelCallchain, ...timesOf(times) })
      this.#addBuckets('lock', index, times)
    }
  }

  #addDevices(slice: BpfSlice, at: SliceTime): void {
    for (const row of slice.blocks) {
      const process = this.#process(row.pid, slice.timeNs)
      const index = this.#add('blockIo', {
        ...at,
        process,
        tid: row.tid,
        device: row.device,
        operation: row.operation,
        sizeFromBytes: row.sizeFromBytes,
        sequential: row.sequential ? 1 : 0,
        kernelCallchain: this.#callchain(row.kernelStack, process, slice.timeNs),
        count: row.latency.count,
        sizeBytes: row.bytes,
        errorCount: row.errors,
        latencyNs: row.latency.ns,
        maxLatencyNs: row.latency.maxNs,
        queueNs: row.queue.ns,
      })
      this.#addBuckets('blockIo', index, row.latency)
    }
    for (const { kind, vector, victimPid, victimTid, times } of slice.interrupts) {
      const process = victimPid === NONE ? NONE : this.#process(victimPid, slice.timeNs)
      const index = this.#add('interrupt', { ...at, process, tid: victimTid, kind, vector, ...timesOf(times) })
      this.#addBuckets('interrupt', index, times)
    }
  }

  #addCalls(slice: BpfSlice, at: SliceTime): void {
    for (const { pid, tid, number, count, ns, maxNs, errors, resultSum } of slice.syscalls) {
      const name = this.#targets.syscalls?.nameOf.get(number) ?? String(number)
      this.#add('syscall', { ...at, process: this.#process(pid, slice.timeNs), tid, name, count, ns, maxNs, errorCount: errors, resultSum })
    }
    for (const { pid, tid, inKernel, userStack, count, major } of slice.faults) {
      const process = this.#process(pid, slice.timeNs)
      const userCallchain = this.#callchain(userStack, process, slice.timeNs)
      this.#add('fault', { ...at, process, tid, inKernel: inKernel ? 1 : 0, userCallchain, count, majorCount: major })
    }
  }

  #addEvents(slice: BpfSlice, at: SliceTime): void {
    for (const { kind, pid, remoteAddress, remotePort, localPort, count } of slice.network) {
      const port = remotePort === NONE ? localPort : remotePort
      const subject = port === NONE ? remoteAddress : `${remoteAddress}:${port}`
      this.#add('kernelEvent', {
        ...at,
        kind,
        process: pid > 0 ? this.#process(pid, slice.timeNs) : NONE,
        tid: NONE,
        subject,
        count,
        ns: 0,
      })
    }
    for (const { kind, pid, tid, toPid, signal, count } of slice.processes) {
      const subject = kind === 'signal' ? `signal ${signal} to pid ${toPid}` : undefined
      this.#add('kernelEvent', { ...at, kind, process: this.#process(pid, slice.timeNs), tid, subject, count, ns: 0 })
    }
    for (const { pid, tid, count } of slice.kills) {
      const process = this.#process(pid, slice.timeNs)
      this.#add('kernelEvent', { ...at, kind: 'oomKill', process, tid, subject: undefined, count, ns: 0 })
    }
    for (const { pid, port, count } of slice.fullQueues) {
      const process = this.#process(pid, slice.timeNs)
      this.#add('kernelEvent', { ...at, kind: 'acceptQueueFull', process, tid: NONE, subject: `port ${port}`, count, ns: 0 })
    }
    for (const { kind, pid, tid, times } of slice.memoryStalls) {
      this.#add('kernelEvent', {
        ...at,
        kind,
        process: this.#process(pid, slice.timeNs),
        tid,
        subject: undefined,
        count: times.count,
        ns: times.ns,
      })
    }
  }

  #addBuckets(table: 'wait' | 'runQueue' | 'lock' | 'blockIo' | 'interrupt', index: number, { count, buckets }: Times): void {
    if (count < FEW_TIMES) return
    const row = (this.#taken.get(table) ?? 0) + index
    const last = buckets.length - 1
    for (let bucket = 0; bucket <= last; bucket++) {
      const endNs = bucket === last ? Number.POSITIVE_INFINITY : FIRST_BUCKET_END_NS * 2 ** bucket
      if (buckets[bucket] > 0) this.#add('latencyBucket', { table, row, endNs, count: buckets[bucket] })
    }
  }

  #process(pid: number, timeNs: number): number {
    return pid < 0 ? NONE : this.#targets.tracker.rowAt(pid, timeNs)
  }

  /** Kernel addresses have the top bit set. A process with a stack of its own needs its mappings. */
  #callchain(id: number, process: number, timeNs: number): number {
    const addresses = this.#stacks.get(id)
    if (addresses === undefined || addresses.length === 0) return NONE
    const isKernel = addresses[0] >> 63n === 1n
    if (!isKernel && process === NONE) return NONE
    if (!isKernel) this.#targets.tracker.touchProcess(process)
    const owner = isKernel ? NONE : process
    const known = this.#callchains.get(owner) ?? new Map<number, number>()
    if (known.size === 0) this.#callchains.set(owner, known)
    const before = known.get(id)
    if (before !== undefined) return before
    const row = this.#targets.interner.internAddresses(addresses, isKernel ? CodeKind.Kernel : CodeKind.User, { process, timeNs })
    known.set(id, row)
    return row
  }

  #add<Name extends FilledName>(name: Name, row: Row<Name>): number {
    return (this.#builders[name] as unknown as TableBuilder<Name>).add(row)
  }

  #replace<Name extends FilledName>(name: Name): void {
    ;(this.#builders as Record<TableName, unknown>)[name] = new TableBuilder(name, FEW_ROWS)
  }
}

interface SliceTime {
  readonly timeNs: number
  readonly durationNs: number
}

function timesOf({ count, ns, maxNs }: Times): { count: number; ns: number; maxNs: number } {
  return { count, ns, maxNs }
}
