/** Waits, run queues and block requests from tracepoints: the rung below eBPF. Everything is seen, at the price of a record each. */

import { NONE, type Row, type Table, type TableName } from '../../schema.ts'
import { TableBuilder } from '../../table-builder.ts'
import type { CallchainInterner, ChainSlice } from '../callchain-interner.ts'
import type { ProcessTracker } from '../process-tracker.ts'
import { waitReason } from '../wait-reason.ts'
import { addBuckets, RowSums } from './row-sums.ts'
import type { SchedEvent } from './sched-event.ts'
import { type BlockedPlace, SchedPairing, type WakerPlace } from './sched-pairing.ts'

/** Where names and rows come from. */
export interface SchedTableOptions {
  readonly tracker: ProcessTracker
  readonly interner: CallchainInterner
  /** Function of the kernel at an address; undefined when names are hidden. */
  readonly kernelFunction: (address: bigint) => string | undefined
}

type Columns<Name extends TableName, Own extends string> = Omit<Row<Name>, Own>
type WaitColumns = Columns<'wait', 'timeNs' | 'durationNs' | 'count' | 'ns' | 'maxNs'>
type QueueColumns = Columns<'runQueue', 'timeNs' | 'durationNs' | 'count' | 'ns' | 'maxNs'>
type BlockColumns = Pick<Row<'blockIo'>, 'process' | 'tid' | 'device' | 'operation' | 'sizeFromBytes' | 'sequential' | 'kernelCallchain'>

/** Requests that wait for their end; more are not followed. */
const MAX_REQUESTS = 16_384
/** Kernel stacks whose functions are kept. */
const MAX_STACKS = 50_000
const MAX_FUTEXES = 100_000

interface Request {
  readonly columns: BlockColumns
  readonly sizeBytes: number
  readonly queuedNs: number
  readonly issuedNs: number
}

/** Functions of a kernel stack, and the system call at its root. */
interface KernelPlace {
  readonly functions: readonly string[]
  readonly syscall: string | undefined
  readonly isKernelThread: boolean
}

/** A decoded event whose chains are rows by now: its ring may be overwritten. */
type Kept = { readonly event: SchedEvent; readonly kernelChain: number; readonly userChain: number }

/** Turns events into rows of slices. */
export class SchedTables {
  readonly #options: SchedTableOptions
  readonly #pairing: SchedPairing
  readonly #waits = new RowSums<WaitColumns>()
  readonly #queues = new RowSums<QueueColumns>()
  readonly #blocks = new RowSums<BlockColumns>()
  readonly #places = new Map<number, KernelPlace>()
  readonly #futexes = new Map<number, number>()
  readonly #inserted = new Map<string, number>()
  readonly #issued = new Map<string, Request>()
  readonly #lastSector = new Map<string, number>()
  readonly #rowsBefore = { wait: 0, runQueue: 0, blockIo: 0 }
  #kept: Kept[] = []
  #timeNs = 0

  constructor(options: SchedTableOptions) {
    this.#options = options
    this.#pairing = new SchedPairing({
      wait: ({ tid, place, waker, ns, open }) => this.#addWait({ tid, place, waker, open }, ns),
      queue: ({ tid, pid, reason, occupantTid, ns }) =>
        this.#queues.add(
          `${tid} ${reason} ${occupantTid}`,
          () => ({ process: this.#process(pid), tid, reason, occupantTid, allowedCpuCount: NONE }),
          { ns },
        ),
    })
  }

  /** Keeps an event until it is its turn. */
  add(event: SchedEvent): void {
    const process = event.pid < 0 ? NONE : this.#options.tracker.rowAt(event.pid, event.timeNs)
    const kernelChain = this.#internKernel(event.kernelChain, process, event.timeNs)
    const userChain = this.#intern(event.userChain, process, event.timeNs)
    if (userChain !== NONE && process !== NONE) this.#options.tracker.touchProcess(process)
    this.#kept.push({ event, kernelChain, userChain })
  }

  /** Events of all CPUs up to an instant, in the order of time. */
  advance(untilNs: number): void {
    this.#kept.sort((a, b) => a.event.timeNs - b.event.timeNs)
    let index = 0
    for (; index < this.#kept.length && this.#kept[index].event.timeNs <= untilNs; index++) this.#apply(this.#kept[index])
    this.#kept = this.#kept.slice(index)
    this.#timeNs = untilNs
  }

  /** Nothing is seen from here on for a while. */
  forget(): void {
    this.advance(Number.POSITIVE_INFINITY)
    this.#pairing.forget()
    this.#inserted.clear()
    this.#issued.clear()
  }

  /** The recording ends. */
  finish(timeNs: number): void {
    this.advance(Number.POSITIVE_INFINITY)
    this.#timeNs = timeNs
    this.#pairing.finish(timeNs)
  }

  /** Rows of the slice, with counts and sums times scale where it was seen in part; and how many times found no room. */
  take({ timeNs, durationNs, scale }: { readonly timeNs: number; readonly durationNs: number; readonly scale: number }) {
    const at = { timeNs, durationNs }
    const [wait, runQueue, blockIo] = [new TableBuilder('wait'), new TableBuilder('runQueue'), new TableBuilder('blockIo')]
    const bucket = new TableBuilder('latencyBucket')
    const before = this.#rowsBefore
    for (const sum of this.#waits.take()) {
      const { count, ns, maxNs } = sum
      const row = wait.add({ ...at, ...sum.fields, count: count * scale, ns: ns * scale, maxNs })
      addBuckets(bucket, { table: 'wait', row: before.wait + row, scale }, sum)
    }
    for (const sum of this.#queues.take()) {
      const { count, ns, maxNs } = sum
      const row = runQueue.add({ ...at, ...sum.fields, count: count * scale, ns: ns * scale, maxNs })
      addBuckets(bucket, { table: 'runQueue', row: before.runQueue + row, scale }, sum)
    }
    for (const sum of this.#blocks.take()) {
      const [sizeBytes, errorCount, queueNs] = sum.more.map(value => value * scale)
      const { count, ns, maxNs } = sum
      const times = { count: count * scale, latencyNs: ns * scale, maxLatencyNs: maxNs }
      const row = blockIo.add({ ...at, ...sum.fields, ...times, sizeBytes, errorCount, queueNs })
      addBuckets(bucket, { table: 'blockIo', row: before.blockIo + row, scale }, sum)
    }
    before.wait += wait.length
    before.runQueue += runQueue.length
    before.blockIo += blockIo.length
    const lostCount = this.#waits.lostCount + this.#queues.lostCount + this.#blocks.lostCount
    for (const sums of [this.#waits, this.#queues, this.#blocks]) sums.lostCount = 0
    const tables: { readonly name: TableName; readonly table: Table<TableName> }[] = [wait, runQueue, blockIo, bucket].map(builder => ({
      name: builder.name,
      table: builder.build() as unknown as Table<TableName>,
    }))
    return { tables, lostCount }
  }

  #apply({ event, kernelChain, userChain }: Kept): void {
    const { timeNs, pid, tid } = event
    this.#timeNs = timeNs
    if (event.kind === 'switch') {
      const place = { pid, taskState: event.state & 0xff, kernelChain, userChain, futex: this.#futexes.get(tid) ?? Number.NaN }
      this.#pairing.switch({ timeNs, tid, nextTid: event.nextTid, state: event.state, place })
    } else if (event.kind === 'waking') {
      const chain = userChain === NONE || event.inInterrupt ? kernelChain : userChain
      const waker: WakerPlace = event.inInterrupt ? { kind: 'interrupt', pid: NONE, tid: NONE, chain } : { kind: 'thread', pid, tid, chain }
      this.#pairing.waking(event.wakeeTid, timeNs, waker)
    } else if (event.kind === 'futex') {
      if (this.#futexes.size > MAX_FUTEXES) this.#futexes.clear()
      this.#futexes.set(tid, event.address)
    } else this.#applyRequest(event, kernelChain)
  }

  #addWait(
    wait: { readonly tid: number; readonly place: BlockedPlace; readonly waker: WakerPlace; readonly open: boolean },
    ns: number,
  ): void {
    const { tid, place, waker, open } = wait
    const { functions, syscall, isKernelThread } = this.#places.get(place.kernelChain) ?? nowhere
    const argument = syscall === 'futex' ? place.futex : Number.NaN
    const key = `${tid} ${place.taskState} ${place.kernelChain} ${place.userChain} ${argument} ${waker.kind} ${waker.tid} ${waker.chain} ${open}`
    const facts = { syscall, taskState: place.taskState, inIowait: false, kernelThread: isKernelThread, descriptor: undefined }
    const fields = (): WaitColumns => ({
      process: this.#process(place.pid),
      tid,
      reason: waitReason({ ...facts, kernelFunctions: functions }),
      syscall,
      argument,
      file: undefined,
      kernelCallchain: place.kernelChain,
      userCallchain: place.userChain,
      wakerKind: waker.kind,
      wakerProcess: this.#process(waker.pid),
      wakerTid: waker.tid,
      wakerCallchain: waker.chain,
      open: open ? 1 : 0,
    })
    this.#waits.add(key, fields, { ns })
  }

  #applyRequest(event: Extract<SchedEvent, { kind: 'insert' | 'issue' | 'complete' }>, kernelChain: number): void {
    const { timeNs, device, sector, sectors, operation, sizeBytes, failed, pid, tid } = event
    const key = `${device} ${sector}`
    if (event.kind === 'insert') {
      // one that is merged into another is never issued: the oldest goes
      if (this.#inserted.size >= MAX_REQUESTS) {
        const [oldest] = this.#inserted.keys()
        this.#inserted.delete(oldest)
      }
      this.#inserted.delete(key)
      this.#inserted.set(key, timeNs)
      return
    }
    if (event.kind === 'issue') {
      if (this.#issued.size >= MAX_REQUESTS) return
      const sequential = this.#lastSector.get(device) === sector ? 1 : 0
      this.#lastSector.set(device, sector + sectors)
      const sizeFromBytes = sizeBytes > 0 ? 2 ** Math.floor(Math.log2(sizeBytes)) : 0
      const columns = { process: this.#process(pid), tid, device, operation, sizeFromBytes, sequential, kernelCallchain: kernelChain }
      const queuedNs = timeNs - (this.#inserted.get(key) ?? timeNs)
      this.#inserted.delete(key)
      this.#issued.set(key, { columns, sizeBytes, queuedNs, issuedNs: timeNs })
      return
    }
    const request = this.#issued.get(key)
    if (request === undefined) return
    this.#issued.delete(key)
    const more = [request.sizeBytes, failed ? 1 : 0, request.queuedNs]
    this.#blocks.add(Object.values(request.columns).join(' '), () => request.columns, { ns: Math.max(0, timeNs - request.issuedNs), more })
  }

  #process(pid: number): number {
    return pid < 0 ? NONE : this.#options.tracker.rowAt(pid, this.#timeNs)
  }

  #intern(chain: ChainSlice, process: number, timeNs: number): number {
    if (chain.count < 2) return NONE // the marker alone, or nothing
    return this.#options.interner.intern(chain, process, timeNs)
  }

  /** What threads wait for is told by their kernel stacks. */
  #internKernel(chain: ChainSlice, process: number, timeNs: number): number {
    const row = this.#intern(chain, process, timeNs)
    if (row !== NONE && this.#places.size < MAX_STACKS && !this.#places.has(row)) this.#places.set(row, this.#readPlace(chain))
    return row
  }

  #readPlace({ ring, position, count }: ChainSlice): KernelPlace {
    const addresses = Array.from({ length: count - 1 }, (_, index) => ring.u64(position + 2 + index * 2))
    if (addresses[0] >> 63n === 0n) return nowhere
    const functions = addresses.flatMap(address => this.#options.kernelFunction(address) ?? [])
    const entry = functions.map(name => /^(?:__(?:x64|arm64|ia32)_sys|ksys)_(\w+)$/.exec(name)?.[1]).find(name => name !== undefined)
    return { functions, syscall: entry, isKernelThread: functions.includes('kthread') }
  }
}

const nowhere: KernelPlace = { functions: [], syscall: undefined, isKernelThread: false }
