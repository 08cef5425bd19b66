/** The eBPF collectors at work in a recording: loaded when it begins, drained into tables, gone when it ends. */

import { topicFacts } from '../collectors/bpf/bpf-refusal.ts'
import { type BpfSlice, openBpf } from '../collectors/bpf/collector.ts'
import { SliceTables } from '../collectors/bpf/slice-tables.ts'
import type { CallchainInterner } from '../collectors/callchain-interner.ts'
import type { ProcessTracker } from '../collectors/process-tracker.ts'
import { syscallNames } from '../collectors/syscall-names.ts'
import type { PerfHost } from '../host.ts'
import { linuxBpfHost } from '../linux-bpf-host.ts'
import type { Table, TableName, Target, Unavailable } from '../schema.ts'
import { findKernelFunction, findKernelRange } from '../symbolize/kallsyms.ts'
import { type KernelNames, readKernelNames } from '../symbolize/kernel-code.ts'
import { assetPath } from './assets.ts'
import { type LadderOptions, openWaitLadder } from './waits-without-bpf.ts'

/** What the collectors need of the recording. */
export interface OffCpuOptions {
  readonly tracker: ProcessTracker
  readonly interner: CallchainInterner
  readonly cpus: LadderOptions['cpus']
  /** Processes that are followed where the scheduler is not. */
  readonly pids: LadderOptions['pids']
  readonly target: Target
}

/** eBPF in a recording. */
export interface OffCpu {
  /** CLOCK_MONOTONIC when everything was loaded: recording starts then. */
  readonly startNs: bigint
  /** Whether the scheduler is followed: the ledger then comes from here. */
  readonly hasLedger: boolean
  /** Tables that are recorded, rows or not: an empty one says that nothing happened. */
  readonly tables: readonly TableName[]
  unavailable(): readonly Unavailable[]
  /** What the verifier said of the topics it refused. */
  readonly refusalLogs: ReadonlyMap<string, string>
  /** The kernel's names, read once for all. */
  readonly kernelNames: KernelNames | undefined
  /** Where a function of the kernel begins and ends, by the same names. */
  readonly kernelRange: ((name: string | RegExp) => readonly [first: bigint, end: bigint] | undefined) | undefined
  /** When the target's processes are known, and whenever there may be more of them: they are recorded in detail from then on. */
  followTargets(): void
  /** Every 100 ms: opens or closes the second's window on system calls and interrupts. */
  turnWindow(): void
  /** The ledger alone: every 100 ms, or less often. */
  collectLedger(): void
  /** Every 100 ms: waits, where eBPF does not tell of them. */
  collectWaits(): void
  /** Every second. */
  collect(): void
  /** The last slice; nothing of ours is in the kernel afterwards. May be called again. */
  finish(): void
  /** Rows since the last call. */
  takeRows(): readonly { readonly name: TableName; readonly table: Table<TableName> }[]
}

/**
 * The last tick of a second at which a window on system calls and interrupts may open: it closes with the next one. There is one in every second: intervals are told from
 * seconds, and one without a window would look like one without calls.
 */
const LAST_WINDOW = 8

/**
 * System calls seen in a window that are enough: 10,000 tell a share of 1 % to a tenth of it. A server that makes 200,000 a second is
 * slowed by a quarter while it is watched, so its windows are shorter than a tick.
 */
const ENOUGH_CALLS = 10_000
const SHORTEST_WINDOW_MS = 20
const TICK_MS = 100

/** Threads in a slice of the ledger beyond which slices are a second long, so that rows stay few. */
const MANY_THREADS = 1000

/** Opens what this kernel allows; without the privilege nothing is loaded and one line says so. */
export function openOffCpu(host: PerfHost, { tracker, interner, cpus, pids, target }: OffCpuOptions): OffCpu {
  const architecture = process.arch
  const bpfHost = linuxBpfHost(host)
  const kernelNames = host.uid === 0 ? readKernelNames(host) : undefined
  const kallsyms = kernelNames?.kallsyms
  const kernelFunction =
    kallsyms === undefined
      ? undefined
      : (address: bigint): string | undefined => findKernelFunction(kallsyms, Number(BigInt.asIntN(64, address)))?.name
  const refusalLogs = new Map<string, string>()
  const collector = openBpf(bpfHost, {
    onRefusalLog: (topic, log) => void refusalLogs.set(topic, log),
    skeletonFolder: assetPath('bpf'),
    architecture,
    ...(target.kind === 'machine' ? {} : { targetPids: target.kind === 'command' ? [host.pid] : [] }),
    ...(kallsyms === undefined
      ? {}
      : {
          kernelFunction,
          kernelRange: name => findKernelRange(kallsyms, name),
        }),
  })
  const syscalls = syscallNames(architecture)
  const tables = new SliceTables({ tracker, interner, syscalls })
  const hasLedger = collector.running.includes('sched')
  const ladder = hasLedger
    ? undefined
    : openWaitLadder(host, { startNs: collector.startNs, tracker, interner, syscalls, cpus, pids, kernelFunction })
  // the first second is watched whole until its second tick, so that short recordings see them too
  let tick = 0
  let windowTick = 0
  let windowMs = TICK_MS
  let closing: ReturnType<typeof setTimeout> | undefined
  let isFinished = false
  let threads = 0
  return {
    startNs: collector.startNs,
    hasLedger,
    tables: [
      ...new Set([...collector.running.flatMap((topic): readonly TableName[] => topicFacts[topic].tables), ...(ladder?.tables ?? [])]),
    ],
    unavailable: () => [...summarize(collector.unavailable), ...(ladder?.unavailable() ?? [])],
    refusalLogs,
    kernelNames,
    kernelRange: kallsyms && (name => findKernelRange(kallsyms, name)),
    followTargets() {
      // a command is our child, and the kernel follows its children
      if (!isFinished && target.kind !== 'machine' && target.kind !== 'command') collector.addTargets(tracker.targetPids)
    },
    turnWindow() {
      if (isFinished) return
      tick++
      const isOpen = tick === windowTick || (windowTick === 0 && tick < 2)
      collector.openWindow(isOpen)
      if (isOpen && windowMs < TICK_MS) closing = setTimeout(() => collector.openWindow(false), windowMs)
    },
    collectLedger() {
      if (isFinished || threads > MANY_THREADS) return
      const { ledger } = collector.drainLedger()
      threads = ledger.length
      tables.addLedger(ledger)
    },
    collectWaits: () => ladder?.collect(),
    collect() {
      if (isFinished || collector.running.length === 0) return
      clearTimeout(closing)
      collector.openWindow(false)
      tick = 0
      windowTick = 1 + Math.floor(Math.random() * LAST_WINDOW)
      const slice = collector.drain()
      windowMs = Math.max(SHORTEST_WINDOW_MS, (ENOUGH_CALLS / countCalls(slice)) * (slice.durationNs / 1e6))
      threads = slice.ledger.length / 10
      tables.addSlice(slice)
    },
    finish() {
      if (isFinished) return
      isFinished = true
      clearTimeout(closing)
      ladder?.finish()
      if (collector.running.length > 0) tables.addSlice(collector.close())
    },
    takeRows: () => [...tables.takeRows(), ...(ladder?.takeRows() ?? [])],
  }
}

function countCalls({ syscalls }: Pick<BpfSlice, 'syscalls'>): number {
  return syscalls.reduce((total, { count }) => total + count, 0)
}

/** When every topic fails for the same reason that is one thing to know, not nine. */
function summarize(unavailable: readonly Unavailable[]): readonly Unavailable[] {
  const [first] = unavailable
  if (unavailable.length < 2 || unavailable.some(({ reason }) => reason !== first.reason)) return unavailable
  return [
    { ...first, topic: 'eBPF: waits, wakers, locks, I/O, system calls', tables: [...new Set(unavailable.flatMap(({ tables }) => tables))] },
  ]
}
