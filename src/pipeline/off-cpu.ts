/** The eBPF collectors at work in a recording: loaded when it begins, drained into tables, gone when it ends. */

import { topicFacts } from '../collectors/bpf/bpf-refusal.ts'
import { openBpf } from '../collectors/bpf/collector.ts'
import { SliceTables } from '../collectors/bpf/slice-tables.ts'
import type { CallchainInterner } from '../collectors/callchain-interner.ts'
import type { ProcessTracker } from '../collectors/process-tracker.ts'
import { syscallNames } from '../collectors/syscall-names.ts'
import type { Host } from '../host.ts'
import { linuxBpfHost } from '../linux-bpf-host.ts'
import type { Table, TableName, Unavailable } from '../schema.ts'
import { findKernelFunction, findKernelRange } from '../symbolize/kallsyms.ts'
import { type KernelNames, readKernelNames } from '../symbolize/kernel-code.ts'
import { assetPath } from './assets.ts'

/** What the collectors need of the recording. */
export interface OffCpuOptions {
  readonly tracker: ProcessTracker
  readonly interner: CallchainInterner
}

/** eBPF in a recording. */
export interface OffCpu {
  /** CLOCK_MONOTONIC when everything was loaded: recording starts then. */
  readonly startNs: bigint
  /** Whether the scheduler is followed: the ledger then comes from here. */
  readonly hasLedger: boolean
  /** Tables that are recorded, rows or not: an empty one says that nothing happened. */
  readonly tables: readonly TableName[]
  readonly unavailable: readonly Unavailable[]
  /** The kernel's names, read once for all. */
  readonly kernelNames: KernelNames | undefined
  /** Where a function of the kernel begins and ends, by the same names. */
  readonly kernelRange: ((name: string) => readonly [first: bigint, end: bigint] | undefined) | undefined
  /** Every 100 ms. */
  collectLedger(): void
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

/** Threads in a slice of the ledger beyond which slices are a second long, so that rows stay few. */
const MANY_THREADS = 1000

/** Opens what this kernel allows; without the privilege nothing is loaded and one line says so. */
export function openOffCpu(host: Host, { tracker, interner }: OffCpuOptions): OffCpu {
  const architecture = process.arch
  const bpfHost = linuxBpfHost(host)
  const kernelNames = host.uid === 0 ? readKernelNames(host) : undefined
  const kallsyms = kernelNames?.kallsyms
  const collector = openBpf(bpfHost, {
    skeletonFolder: assetPath('bpf'),
    architecture,
    ...(kallsyms === undefined
      ? {}
      : {
          kernelFunction: address => findKernelFunction(kallsyms, Number(BigInt.asIntN(64, address)))?.name,
          kernelRange: name => findKernelRange(kallsyms, name),
        }),
  })
  const tables = new SliceTables({ tracker, interner, syscalls: syscallNames(architecture) })
  // the first second is watched whole until its second tick, so that short recordings see them too
  let tick = 0
  let windowTick = 0
  const turnWindow = (): void => {
    tick++
    collector.openWindow(tick === windowTick || (windowTick === 0 && tick < 2))
  }
  let isFinished = false
  let threads = 0
  return {
    startNs: collector.startNs,
    hasLedger: collector.running.includes('sched'),
    tables: [...new Set(collector.running.flatMap((topic): readonly TableName[] => topicFacts[topic].tables))],
    unavailable: summarize(collector.unavailable),
    kernelNames,
    kernelRange: kallsyms && (name => findKernelRange(kallsyms, name)),
    collectLedger() {
      if (isFinished) return
      turnWindow()
      if (threads > MANY_THREADS) return
      const { ledger } = collector.drainLedger()
      threads = ledger.length
      tables.addLedger(ledger)
    },
    collect() {
      if (isFinished || collector.running.length === 0) return
      collector.openWindow(false)
      tick = 0
      windowTick = 1 + Math.floor(Math.random() * LAST_WINDOW)
      const slice = collector.drain()
      threads = slice.ledger.length / 10
      tables.addSlice(slice)
    },
    finish() {
      if (isFinished) return
      isFinished = true
      if (collector.running.length > 0) tables.addSlice(collector.close())
    },
    takeRows: () => tables.takeRows(),
  }
}

/** When every topic fails for the same reason that is one thing to know, not nine. */
function summarize(unavailable: readonly Unavailable[]): readonly Unavailable[] {
  const [first] = unavailable
  if (unavailable.length < 2 || unavailable.some(({ reason }) => reason !== first.reason)) return unavailable
  return [
    { ...first, topic: 'eBPF: waits, wakers, locks, I/O, system calls', tables: [...new Set(unavailable.flatMap(({ tables }) => tables))] },
  ]
}
