/**
 * What simpler tools would say of the same recording. They are given every benefit: where such a tool shows a name only, the
 * class is told from it.
 */

import { isQueued, membership } from '../../src/detectors/membership.ts'
import { sliceIndex } from '../../src/detectors/target-time.ts'
import {
  type AnalysisContext,
  type FindingClass,
  isIdleWait,
  NONE,
  type RecordedTables,
  type Table,
  type TextColumn,
  ThreadState,
  textAt,
} from '../../src/schema.ts'
import type { Answer } from './score.ts'

/** A simpler tool. */
export type Baseline = (tables: RecordedTables, context: AnalysisContext) => readonly Answer[]

/** By name. */
export const baselines: Readonly<Record<string, Baseline>> = {
  'CPU %': (tables, context) => hottest(tables, context, () => 1),
  'longest blocked': longestBlocked,
  '1/n weighting': (tables, context) => hottest(tables, context, loneliness(tables, context)),
  'PSI thresholds': pressure,
}

/** The hottest stacks say what a profiler would: a class told from the kernel's entry, functions of the stack by name. */
function hottest(tables: RecordedTables, context: AnalysisContext, weightAt: (timeNs: number) => number): readonly Answer[] {
  const { process, sample } = tables
  if (process === undefined || sample === undefined) return []
  const isMember = membership(process, context)
  const groups = new Groups()
  let totalNs = 0
  for (let row = 0; row < sample.length; row++) {
    if (!isMember(sample.process[row])) continue
    const names = namesOf(tables, sample.callchain[row])
    const ns = sample.weightNs[row] * weightAt(sample.timeNs[row])
    totalNs += ns
    groups.add(classOfStack(names), ns, [...names.slice(0, 8), ...processNames(process, sample.process[row])])
  }
  // as top would be read: a tenth of a CPU is nothing
  return totalNs < context.durationNs / 10 ? [] : groups.ranked(totalNs / 20)
}

/** 1/n of each moment for each of n threads that could run: what perf --latency and GAPP count. */
function loneliness({ process, threadTime }: RecordedTables, context: AnalysisContext): (timeNs: number) => number {
  if (process === undefined || threadTime === undefined) return () => 1
  const isMember = membership(process, context)
  const { sliceOf, timeNs, durationNs } = sliceIndex(threadTime)
  const activeNs = new Float64Array(timeNs.length)
  for (let row = 0; row < threadTime.length; row++) {
    const state = threadTime.state[row]
    if (isMember(threadTime.process[row]) && (state === ThreadState.Running || isQueued(state)))
      activeNs[sliceOf[row]] += threadTime.ns[row]
  }
  return at => {
    const next = timeNs.findIndex(startNs => startNs > at)
    const slice = (next < 0 ? timeNs.length : next) - 1
    return slice < 0 ? 1 : 1 / Math.max(1, activeNs[slice] / durationNs[slice])
  }
}

const classOfReason: Readonly<Record<string, FindingClass>> = {
  futex: 'lock.futex',
  kernelLock: 'lock.kernel',
  blockIo: 'io.read-latency',
  fsync: 'io.fsync',
  pageFault: 'mem.fault-major',
  socketSend: 'wait.remote',
  socketReceive: 'wait.downstream',
  connect: 'wait.remote',
  pipe: 'wait.downstream',
  sleep: 'wait.sleep-poll',
  fileLock: 'lock.kernel',
  reclaim: 'mem.reclaim',
  memoryThrottle: 'mem.reclaim',
  writebackThrottle: 'io.writeback',
}

/** The longest sum of blocked time by reason, as off-CPU flame graphs show it. Waits for work are left out, which those cannot do. */
function longestBlocked(tables: RecordedTables, context: AnalysisContext): readonly Answer[] {
  const { process, wait } = tables
  if (process === undefined || wait === undefined) return []
  const isMember = membership(process, context)
  const groups = new Groups()
  for (let row = 0; row < wait.length; row++) {
    const reason = textAt(wait.reason, row) ?? 'unknown'
    const found = classOfReason[reason]
    if (!isMember(wait.process[row]) || found === undefined || (isIdleWait(reason) && reason !== 'sleep')) continue
    const names = [...namesOf(tables, wait.userCallchain[row]), ...namesOf(tables, wait.kernelCallchain[row])]
    groups.add(found, wait.ns[row], [
      ...names.slice(0, 8),
      ...processNames(process, wait.process[row]),
      ...processNames(process, wait.wakerProcess[row]),
    ])
  }
  return groups.ranked(context.durationNs / 10)
}

/** Share of time from which pressure is taken for a problem: 20 % as Facebook's oomd for CPU, 10 % for the rest as its memory. */
const thresholds = [
  ['psi.cpu.someRatio', 0.2, ['cpu.saturation', 'cpu.competitor', 'cpu.throttled', 'cpu.affinity']],
  ['psi.io.someRatio', 0.1, ['io.saturation', 'io.fsync', 'io.read-latency', 'io.writeback']],
  ['psi.memory.someRatio', 0.1, ['mem.reclaim', 'mem.fault-major']],
] as const

/** Pressure says a resource: any class of it is taken as said, but nobody is named. */
function pressure({ series, metric }: RecordedTables): readonly Answer[] {
  const values = thresholds.map(([name, bar, classes]) => ({ value: meanOf(series, metric, name), bar, classes }))
  return values
    .filter(({ value, bar }) => value > bar)
    .sort((a, b) => b.value - a.value)
    .flatMap(({ classes }) => classes.map(found => ({ class: found, culprits: [] })))
}

function meanOf(series: Table<'series'> | undefined, metric: Table<'metric'> | undefined, name: string): number {
  let [sum, count] = [0, 0]
  for (let row = 0; row < (metric?.length ?? 0); row++) {
    if (series === undefined || metric === undefined || textAt(series.name, metric.series[row]) !== name) continue
    sum += metric.value[row]
    count++
  }
  return count === 0 ? 0 : sum / count
}

const stackClasses: readonly (readonly [RegExp, FindingClass])[] = [
  [/spin_lock|_spin_/, 'cpu.spin'],
  [/do_syscall_64.*(fsync|fdatasync)|vfs_fsync/, 'io.fsync'],
  [/exc_page_fault|mmap_region|unmap_region|zap_p/, 'mem.fault-minor'],
  [/execve|kernel_clone|do_exit/, 'proc.fork-exec'],
  [/do_sys_open|vfs_stat|path_lookup|filename_lookup|do_unlink|getdents/, 'fs.metadata'],
  [/tcp_v4_connect|inet_csk_accept/, 'net.connection-churn'],
  [/try_to_free|shrink_/, 'mem.reclaim'],
  [/signal/, 'proc.signal'],
  [/do_syscall_64|entry_SYSCALL/, 'cpu.syscall-storm'],
]

/** What someone who knows the kernel's names would say of a stack. */
function classOfStack(names: readonly string[]): FindingClass {
  const text = names.join(';')
  return stackClasses.find(([pattern]) => pattern.test(text))?.[1] ?? 'cpu.hot-function'
}

/** Functions from the leaf to the root. */
function namesOf({ callchainStack, stack, frame, symbol }: RecordedTables, callchain: number): readonly string[] {
  const names: string[] = []
  if (callchainStack === undefined || stack === undefined || frame === undefined || symbol === undefined || callchain === NONE) return names
  for (let row = callchainStack.stack[callchain]; row !== NONE && names.length < 64; row = stack.prefix[row]) {
    names.push(symbolName(symbol.name, frame.symbol[stack.frame[row]]))
  }
  return names
}

function symbolName(names: TextColumn, row: number): string {
  return textAt(names, row) ?? ''
}

function processNames(process: Table<'process'>, row: number): readonly string[] {
  const comm = row === NONE ? undefined : textAt(process.comm, row)
  return comm === undefined ? [] : [comm]
}

/** Sums by class, with the names that have most of each. */
class Groups {
  readonly #sums = new Map<FindingClass, { ns: number; names: Map<string, number> }>()

  add(found: FindingClass, ns: number, names: readonly string[]): void {
    const group = this.#sums.get(found) ?? { ns: 0, names: new Map<string, number>() }
    group.ns += ns
    for (const name of new Set(names)) group.names.set(name, (group.names.get(name) ?? 0) + ns)
    this.#sums.set(found, group)
  }

  /** Largest first, those below leastNs left out; each with its five names that have most. */
  ranked(leastNs: number): readonly Answer[] {
    return [...this.#sums]
      .filter(([, { ns }]) => ns >= leastNs)
      .sort(([, a], [, b]) => b.ns - a.ns)
      .map(([found, { names }]) => ({
        class: found,
        culprits: [...names]
          .sort(([, a], [, b]) => b - a)
          .slice(0, 5)
          .map(([name]) => name),
      }))
  }
}
