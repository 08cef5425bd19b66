/** Waits where eBPF does not follow the scheduler: from tracepoints, or from looks at /proc. */

import type { CallchainInterner } from '../collectors/callchain-interner.ts'
import type { ProcessTracker } from '../collectors/process-tracker.ts'
import type { SyscallNames } from '../collectors/syscall-names.ts'
import { LOOK_MS, openWaitSampler } from '../collectors/without-bpf/wait-sampler.ts'
import type { PerfHost } from '../host.ts'
import type { Table, TableName, Unavailable } from '../schema.ts'
import { TableBuilder } from '../table-builder.ts'
import { Allowance } from './cadence.ts'
import { openTracepoints } from './waits-from-tracepoints.ts'

/** Share of the machine beyond which more looks say little more. */
const MOST_RATIO = 0.0045
const ADAPT_NS = 1e9

/** What the ladder needs of the recording. */
export interface LadderOptions {
  readonly startNs: bigint
  readonly tracker: ProcessTracker
  readonly interner: CallchainInterner
  readonly syscalls: SyscallNames | undefined
  readonly cpus: readonly number[]
  /** Processes whose threads are looked at. */
  readonly pids: () => readonly number[]
  /** Function of the kernel at an address; undefined when the kernel hides its names. */
  readonly kernelFunction: ((address: bigint) => string | undefined) | undefined
}

/** A rung below eBPF at work. */
export interface WaitLadder {
  readonly tables: readonly TableName[]
  unavailable(): readonly Unavailable[]
  /** Every 100 ms. */
  collect(): void
  /** The last slice; nothing runs afterwards. May be called again. */
  finish(): void
  /** Rows since the last call. */
  takeRows(): readonly { readonly name: TableName; readonly table: Table<TableName> }[]
}

/** The best rung this host allows: tracepoints, else looks at /proc. */
export function openWaitLadder(host: PerfHost, options: LadderOptions): WaitLadder {
  const { kernelFunction } = options
  const tracepoints = kernelFunction === undefined ? namesHidden : openTracepoints(host, { ...options, kernelFunction })
  if ('collect' in tracepoints) return tracepoints
  const looks = openLooks(host, options)
  return { ...looks, unavailable: () => [tracepoints, ...looks.unavailable()] }
}

/** What a wait is for is told by functions of its kernel stack. */
const namesHidden: Unavailable = {
  topic: 'waits from tracepoints',
  tables: ['runQueue'],
  series: [],
  reason: 'The names of kernel functions are hidden: tracepoints would tell how long threads wait, but not what for.',
  remedy: 'sudo autotune …',
}

/** Looks at /proc by a timer of its own: the recorder's tick is too slow for it. */
function openLooks(host: PerfHost, { startNs, tracker, syscalls, cpus, pids }: LadderOptions): WaitLadder {
  const allowance = new Allowance(() => host.ownCpuNs(), cpus.length)
  const sampler = openWaitSampler(host, {
    pids,
    processRowOf: (pid, timeNs) => tracker.rowAt(pid, timeNs),
    syscalls,
    cpuCount: cpus.length,
    budgetRatio: () => Math.min(MOST_RATIO, allowance.perSecondNs / cpus.length / 1e9),
  })
  const now = (): number => Number(host.monotonicNs() - startNs)
  const timer = setInterval(() => allowance.measure(() => sampler.look(now())), LOOK_MS)
  let nextAdaptNs = ADAPT_NS
  let rows = new TableBuilder('wait')
  let isFinished = false
  return {
    tables: ['wait'],
    unavailable: () => [
      {
        topic: 'who ends waits, stacks of waits, short waits',
        tables: ['wait', 'runQueue'],
        series: [],
        reason: `Without eBPF and tracepoints, threads were looked at in /proc up to ${1000 / LOOK_MS} times a second: what they waited for is an estimate, and of other users' processes it is not told.`,
        remedy: 'sudo autotune …',
      },
      ...sampler.unavailable(),
    ],
    collect() {
      const timeNs = now()
      for (const row of allowance.measure(() => sampler.takeSlice(timeNs))) rows.add(row)
      if (timeNs < nextAdaptNs) return
      allowance.adapt(timeNs)
      nextAdaptNs = timeNs + ADAPT_NS
    },
    finish() {
      if (isFinished) return
      isFinished = true
      clearInterval(timer)
      for (const row of sampler.takeLast(now())) rows.add(row)
    },
    takeRows() {
      const table = rows.build() as unknown as Table<TableName>
      rows = new TableBuilder('wait')
      return [{ name: 'wait', table }]
    },
  }
}
