import type { BpfHost } from '../../host-bpf.ts'
import type { Unavailable } from '../../schema.ts'
import { DeviceNames } from '../device-names.ts'
import { syscallNames } from '../syscall-names.ts'
import { type Topic, topicRefused, topics } from './bpf-refusal.ts'
import { BTF_PATH, loadCompiled } from './compiled-topic.ts'
import { CONTROL_MAP, type Control, type Counters, controlBytes, countPossibleCpus, wantedPrograms } from './control.ts'
import type { QueueRow, WaitRow } from './decode-sched.ts'
import * as decoders from './decode-topics.ts'
import { FileNames } from './file-names.ts'
import { foldEvents, foldFaults, foldSyscalls, scaleCalls, scaleInterrupts } from './fold-rows.ts'
import type { LedgerRow } from './ledger.ts'
import { findListeners } from './listeners.ts'
import { attachTopic, runIterator, unloadTopic } from './loader.ts'
import { drainSched, type OpenWait, ThreadReader } from './sched-reader.ts'
import { TargetPids } from './target-pids.ts'
import { TopicReader } from './topic-reader.ts'
import { type NamedPlace, type NameSources, WaitNaming } from './wait-naming.ts'

/** What to record, and where things lie. */
export interface BpfOptions {
  /** Topics; all when absent. */
  readonly topics?: readonly Topic[]
  /**
   * Processes to record in detail with their children and those they wait for; of all others there are sums then. Everybody in
   * detail when absent.
   */
  readonly targetPids?: readonly number[]
  /** CLOCK_MONOTONIC at recording start; when everything is loaded, where it is not given: loading can take seconds on a busy machine. */
  readonly startNs?: bigint
  /** Folder of the compiled topics, and process.arch. */
  readonly skeletonFolder: string
  readonly architecture: string
  /** Function of the kernel at an address, from /proc/kallsyms: makes reasons of waits exact. */
  readonly kernelFunction?: NameSources['kernelFunction']
  /** Where a function of the kernel begins and ends: tells a local sender from the network. */
  readonly kernelRange?: (name: string | RegExp) => readonly [first: bigint, end: bigint] | undefined
  /** Stacks only for waits at least this long. */
  readonly lazyNs?: number
  /** Told what the verifier said of a topic that was refused. */
  readonly onRefusalLog?: (topic: Topic, log: string) => void
}

/** What happened since the last slice. Stacks are ids; their addresses come once, in `stacks`. */
export interface BpfSlice {
  /** The slice ends here and began where the last one ended. */
  readonly timeNs: number
  readonly durationNs: number
  readonly ledger: readonly LedgerRow[]
  readonly waits: readonly (Omit<WaitRow, 'file'> & NamedPlace)[]
  readonly queues: readonly QueueRow[]
  readonly locks: readonly decoders.LockRow[]
  readonly blocks: readonly decoders.BlockRow[]
  readonly syscalls: readonly decoders.SyscallRow[]
  readonly faults: readonly decoders.FaultRow[]
  readonly interrupts: readonly decoders.InterruptRow[]
  readonly network: readonly decoders.NetworkRow[]
  readonly processes: readonly decoders.ProcessRow[]
  readonly memoryStalls: readonly decoders.MemoryStallRow[]
  readonly kills: readonly decoders.KillRow[]
  /** pid: the process that listens; NONE when it is not found. */
  readonly fullQueues: readonly (decoders.FullQueueRow & { readonly pid: number })[]
  /** Addresses, leaf first, of stacks not seen before. Kernel stacks have addresses from 2^63 up. */
  readonly stacks: ReadonlyMap<number, BigUint64Array>
  /** Losses by topic: to be recorded in the quality table. */
  readonly counters: ReadonlyMap<Topic, Counters & { readonly unreadMaps: number }>
  /** Only in the last slice: waits that did not end. */
  readonly openWaits: readonly (OpenWait & NamedPlace)[]
}

/** Ledger rows up to timeNs; each says itself how far it reaches back. */
export interface LedgerSlice {
  readonly timeNs: number
  readonly ledger: readonly LedgerRow[]
}

/** eBPF at work. */
export interface BpfCollector {
  readonly unavailable: readonly Unavailable[]
  /** CLOCK_MONOTONIC at recording start. */
  readonly startNs: bigint
  /** Topics that are recorded. */
  readonly running: readonly Topic[]
  /** The ledger alone, up to now: cheap enough for every 100 ms. */
  drainLedger(): LedgerSlice
  /** Told of processes that belong to the target by now. Nothing where everybody is recorded in detail. */
  addTargets(pids: Iterable<number>): void
  /** Everything since the last drain; the ledger since the last drain of either kind. For every second. */
  drain(): BpfSlice
  /**
   * Opens or closes a window on system calls and interrupts. Watching them all the time would slow a busy server by a fifth,
   * so they are seen in windows and scaled to the slice.
   */
  openWindow(isOpen: boolean): void
  /** The last slice; nothing of ours is in the kernel afterwards. */
  close(): BpfSlice
}

/** Waits at least this long get stacks. reference/kernel.md: a fifth of the cost at the same wait sites. */
const LAZY_NS = 100_000
const USER_STACK_NS = 1_000_000

/** A program that runs while the epoch flips is done after this long: reference/kernel.md, 0 of 11.6 M rows lost. */
const SETTLE_MS = 2

/** Switches per second above which stacks are taken for one wait in k only: issue 3. */
const STORM_PER_SEC = 50_000

/**
 * Rows of waits and of queues in a slice above which they say less, and below which they may say more again. A row costs 10 to 20 µs of
 * ours (bench/growth.mjs), so that 4,000 are a fiftieth of two CPUs.
 */
const MANY_ROWS = 4_000
const FEW_ROWS = 1_000

/** Where interrupts enter the kernel; they lie next to each other. arch/x86/include/asm/idtentry.h, arch/arm64/kernel/entry.S. */
const INTERRUPT_ENTRY = /^(?:asm_(?:sysvec_\w+|common_interrupt|spurious_interrupt)|el[01][ht]_(?:64|32)_(?:irq|fiq))$/

/** Topics whose events are too frequent to be watched all the time. */
const windowed: readonly Topic[] = ['syscall', 'irq']

/** Faults of a process from which on it matters where they happen: 5 % of a CPU at 1 µs each. */
const MANY_FAULTS_PER_SEC = 50_000

/** Calls of a thread that are told apart from those of its process: below, they cost nothing worth a row. */
const FEW_CALLS_PER_SEC = 100

/** Loads and attaches what this kernel allows. What it does not is named, and costs that topic alone. */
export function openBpf(host: BpfHost, options: BpfOptions): BpfCollector {
  const syscalls = syscallNames(options.architecture) ?? { nameOf: new Map(), numberOf: new Map() }
  const control: Control = {
    lazyNs: options.lazyNs ?? LAZY_NS,
    userStackNs: USER_STACK_NS,
    epoch: 0,
    scope: options.targetPids === undefined ? 'machine' : 'targets-in-detail',
    ownPid: host.pid,
    stackEvery: 1,
    coarse: 0,
    futexNumber: syscalls.numberOf.get('futex') ?? 0xffff,
    bhEnable: options.kernelRange?.('__local_bh_enable_ip') ?? [0n, 0n],
    interruptEntry: options.kernelRange?.(INTERRUPT_ENTRY) ?? [0n, 0n],
    openedNs: 0n,
  }
  const possibleCpus = countPossibleCpus(host.readText('/sys/devices/system/cpu/possible'))
  const btf = host.readBytes(BTF_PATH)
  const readers = new Map<Topic, TopicReader>()
  const unavailable: Unavailable[] = []
  for (const topic of options.topics ?? topics) {
    const opened = openTopic(host, topic, { ...options, btf, control, possibleCpus })
    if (opened instanceof TopicReader) readers.set(topic, opened)
    else unavailable.push(opened)
  }
  const naming = new WaitNaming(host, { syscalls, kernelFunction: options.kernelFunction ?? (() => undefined) })
  const startNs = options.startNs ?? host.monotonicNs()
  const slicer = new Slicer(host, readers, { naming, startNs })
  const targets = control.scope === 'machine' ? undefined : new TargetPids(host, [...readers.values()])
  targets?.add(options.targetPids ?? [])
  slicer.forget()
  return {
    unavailable,
    startNs,
    running: [...readers.keys()],
    drainLedger: () => slicer.ledger(),
    openWindow: isOpen => slicer.openWindow(isOpen),
    addTargets: pids => targets?.add(pids),
    drain() {
      targets?.share()
      return slicer.slice('next')
    },
    close: () => slicer.slice('last'),
  }
}

interface OpenTopicOptions extends BpfOptions {
  readonly btf: Uint8Array | undefined
  readonly control: Control
  readonly possibleCpus: number
}

function openTopic(host: BpfHost, topic: Topic, options: OpenTopicOptions): TopicReader | Unavailable {
  const { btf, control, possibleCpus } = options
  const initial = new Map([[CONTROL_MAP, controlBytes(control)]])
  const loaded = loadCompiled(host, topic, { ...options, btf, initial, maxEntries: new Map() })
  if ('reason' in loaded) return loaded
  const wanted = wantedPrograms(loaded.programs, control)
  const refusal = attachTopic(host, loaded, wanted) ?? (topic === 'sched' ? runIterator(host, loaded, 'on_seed') : undefined)
  if (refusal === undefined) return new TopicReader(host, loaded, { control, possibleCpus })
  unloadTopic(host, loaded)
  return topicRefused(topic, refusal)
}

/** Rows that name stacks. */
interface StackedRows extends Pick<BpfSlice, 'locks' | 'blocks' | 'faults'> {
  readonly waits: readonly WaitRow[]
}

/** Rows of the topics that are seen in windows. */
interface WindowRows {
  readonly syscalls: readonly decoders.SyscallRow[]
  readonly interrupts: readonly decoders.InterruptRow[]
}

/** Cuts what the topics count into slices. */
class Slicer {
  readonly #host: BpfHost
  readonly #readers: ReadonlyMap<Topic, TopicReader>
  readonly #naming: WaitNaming
  readonly #startNs: bigint
  readonly #threads: ThreadReader | undefined
  readonly #files: FileNames | undefined
  readonly #devices: DeviceNames
  #endNs: number
  /** Time of windows in this slice, and since when one is open. */
  #watchedNs = 0
  #lastWindow: { readonly seen: WindowRows; readonly watchedNs: number } | undefined
  /** Time of slices for which the next window stands. */
  #unwatchedNs = 0
  #watchedSinceNs: number | undefined
  #stackEvery = 1
  #coarse = 0

  constructor(host: BpfHost, readers: ReadonlyMap<Topic, TopicReader>, options: { readonly naming: WaitNaming; readonly startNs: bigint }) {
    const sched = readers.get('sched')
    this.#host = host
    this.#readers = readers
    this.#naming = options.naming
    this.#startNs = options.startNs
    this.#threads = sched && new ThreadReader(host, sched, options.startNs)
    this.#files = sched && new FileNames(host, sched.map('files'))
    this.#devices = new DeviceNames(host)
    this.#endNs = this.#now()
    this.#watchedSinceNs = this.#endNs
  }

  /** Leaves out what happened while one topic after the other was loaded: up to half a second on a busy machine. */
  forget(): void {
    for (const reader of this.#readers.values()) reader.flip()
    this.#endNs = this.#now()
    this.#watchedSinceNs = this.#endNs
    this.#threads?.advance(this.#endNs)
    this.#host.pauseMs(SETTLE_MS)
    this.#drainAll()
    for (const reader of this.#readers.values()) reader.takeCounters()
  }

  openWindow(isOpen: boolean): void {
    const readers = windowed.flatMap(topic => this.#readers.get(topic) ?? [])
    if (readers.length === 0 || isOpen === (this.#watchedSinceNs !== undefined)) return
    if (isOpen) {
      for (const reader of readers) reader.attach()
      this.#watchedSinceNs = this.#now()
    } else {
      this.#watchedNs += this.#now() - (this.#watchedSinceNs ?? 0)
      this.#watchedSinceNs = undefined
      for (const reader of readers) reader.detach()
    }
  }

  /**
   * What was seen in windows, multiplied to stand for the whole slice. The end of a recording comes when it comes: a last slice
   * without a window is as the one before.
   */
  #scaleWindow(seen: WindowRows, { timeNs, durationNs, isLast }: { timeNs: number; durationNs: number; isLast: boolean }): WindowRows {
    if (this.#watchedSinceNs !== undefined) {
      this.#watchedNs += timeNs - this.#watchedSinceNs
      this.#watchedSinceNs = timeNs
    }
    this.#unwatchedNs += durationNs
    const window = this.#watchedNs > 0 ? { seen, watchedNs: this.#watchedNs } : isLast ? this.#lastWindow : undefined
    if (window === undefined) return { syscalls: [], interrupts: [] }
    const scale = this.#unwatchedNs / window.watchedNs
    this.#lastWindow = window
    this.#watchedNs = 0
    this.#unwatchedNs = 0
    return { syscalls: scaleCalls(window.seen.syscalls, scale), interrupts: scaleInterrupts(window.seen.interrupts, scale) }
  }

  ledger(): LedgerSlice {
    const timeNs = this.#now()
    return { timeNs, ledger: this.#threads?.advance(timeNs) ?? [] }
  }

  slice(which: 'next' | 'last'): BpfSlice {
    const readers = [...this.#readers.values()]
    if (which === 'last') for (const reader of readers) reader.detach()
    for (const reader of readers) reader.flip({ stackEvery: this.#stackEvery, coarse: this.#coarse })
    const timeNs = this.#now()
    const durationNs = timeNs - this.#endNs
    this.#endNs = timeNs
    const finished = which === 'last' ? this.#threads?.finish(timeNs) : undefined
    const ledger = finished?.ledger ?? this.#threads?.advance(timeNs) ?? []
    this.#host.pauseMs(SETTLE_MS)
    const drained = this.#drainAll()
    const frequent = this.#scaleWindow(drained, { timeNs, durationNs, isLast: which === 'last' })
    const rows = {
      ...drained,
      faults: foldFaults(drained.faults, MANY_FAULTS_PER_SEC * (durationNs / 1e9)),
      processes: foldEvents(drained.processes),
      interrupts: frequent.interrupts,
      fullQueues: findListeners(this.#host, drained.fullQueues),
      syscalls: foldSyscalls(frequent.syscalls, FEW_CALLS_PER_SEC * (durationNs / 1e9)),
    }
    const counters = new Map([...this.#readers].map(([topic, reader]) => [topic, reader.takeCounters()] as const))
    const stacks = this.#takeStacks(rows, counters)
    this.#adapt(counters.get('sched'), durationNs, rows.waits.length + rows.queues.length)
    this.#naming.beginSlice(stacks)
    const waits = rows.waits.map(row => ({ ...row, ...this.#naming.name({ ...row, file: this.#files?.endOf(row.file) }) }))
    const openWaits = (finished?.openWaits ?? []).map(open => ({
      ...open,
      ...this.#naming.name({ pid: open.pid, place: open.wait.place, kernelStack: 0, file: this.#files?.endOf(open.wait.file) }),
    }))
    if ((counters.get('sched')?.lostFiles ?? 0) > 0) this.#files?.makeRoom()
    if (which === 'last') for (const reader of readers) reader.close()
    return { timeNs, durationNs, ledger, ...rows, waits, stacks, counters, openWaits }
  }

  #drainAll() {
    const drain = <Row>(topic: Topic, pair: string, decode: Parameters<typeof TopicReader.prototype.drain<Row>>[1]) =>
      this.#readers.get(topic)?.drain(pair, decode) ?? []
    const sched = this.#readers.get('sched')
    return {
      ...(sched === undefined ? { waits: [], queues: [] } : drainSched(sched)),
      locks: drain('lock', 'locks', decoders.decodeLocks),
      blocks: drain('block', 'blocks', decoders.decodeBlocks).map(row => ({ ...row, device: this.#devices.nameOf(row.device) })),
      syscalls: drain('syscall', 'syscalls', decoders.decodeSyscalls),
      faults: drain('fault', 'faults', decoders.decodeFaults),
      interrupts: drain('irq', 'interrupts', decoders.decodeInterrupts),
      network: drain('net', 'nets', decoders.decodeNetwork),
      processes: drain('process', 'processes', decoders.decodeProcesses),
      memoryStalls: drain('memory', 'memories', decoders.decodeMemoryStalls),
      kills: drain('oom', 'ooms', decoders.decodeKills),
      fullQueues: drain('listen', 'listens', decoders.decodeFullQueues),
    }
  }

  /** The same addresses have the same id in every topic. */
  #takeStacks(rows: StackedRows, counters: ReadonlyMap<Topic, Counters>): ReadonlyMap<number, BigUint64Array> {
    const wanted: readonly (readonly [Topic, Iterable<number>])[] = [
      ['sched', new Set(rows.waits.flatMap(row => [row.kernelStack, row.userStack, row.wakerStack]))],
      ['lock', new Set(rows.locks.map(row => row.kernelStack))],
      ['block', new Set(rows.blocks.map(row => row.kernelStack))],
      ['fault', new Set(rows.faults.map(row => row.userStack))],
    ]
    const taken = wanted.flatMap(([topic, ids]) => [
      ...(this.#readers.get(topic)?.takeStacks(ids, counters.get(topic)?.lostStacks ?? 0) ?? []),
    ])
    return new Map(taken)
  }

  /** In a storm stacks are taken for one wait in k, and when there are very many rows they say less; times stay exact. */
  #adapt(counters: Counters | undefined, durationNs: number, rows: number): void {
    const switchesPerSec = (counters?.events ?? 0) / (durationNs / 1e9)
    this.#stackEvery = Math.min(64, Math.max(1, Math.ceil(switchesPerSec / STORM_PER_SEC)))
    if ((counters?.lostRows ?? 0) > 0) this.#coarse = Math.min(2, this.#coarse + 1)
    else if (rows > MANY_ROWS) this.#coarse = Math.max(1, this.#coarse)
    else if (rows < FEW_ROWS) this.#coarse = Math.max(0, this.#coarse - 1)
  }

  #now(): number {
    return Number(this.#host.monotonicNs() - this.#startNs)
  }
}
