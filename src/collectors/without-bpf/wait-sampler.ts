/**
 * What threads wait for, from looks at /proc many times a second: the last rung where neither eBPF nor tracepoints are
 * allowed. How long a thread did not run is exact (schedstat); how that time divides into reasons is estimated from the looks.
 */

import type { Host } from '../../host.ts'
import { NONE, type Row, type Unavailable } from '../../schema.ts'
import { listNumbers } from '../proc-snapshot.ts'
import type { SyscallNames } from '../syscall-names.ts'
import { parseSchedstat } from '../thread-time.ts'
import { findPipeEnds, type PipeEnds, pipePeer } from './pipe-peers.ts'
import { lookAtThread, type ThreadLook } from './thread-look.ts'

/** Whom to look at, and how to name it. */
export interface WaitSamplerOptions {
  readonly pids: () => readonly number[]
  /** Row of process that runs in pid at that time. */
  readonly processRowOf: (pid: number, timeNs: number) => number
  readonly syscalls: SyscallNames | undefined
  readonly cpuCount: number
}

/** Looks at threads. Times are those of the recording. */
export interface WaitSampler {
  /** To be called every LOOK_MS; looks at as many threads as the budget allows, in turn. */
  look(timeNs: number): void
  /** Rows of the waits that ended since the last call; none when it is too early for a slice. */
  takeSlice(timeNs: number): Row<'wait'>[]
  /** The same at the end of the recording, with the waits that go on. */
  takeLast(timeNs: number): Row<'wait'>[]
  unavailable(): Unavailable[]
}

/** Pause between looks: at 25 Hz a wait of 40 ms is seen once on average. */
export const LOOK_MS = 40
/** Share of the machine that looks may take, and sums at the end of a slice. */
const LOOK_BUDGET = 0.003
const SLICE_BUDGET = 0.0015
/** Threads that are followed; beyond, those with the lowest ids. */
const MAX_THREADS = 2048
const SLICE_NS = 1e9
/** How soon a new thread is noticed, where listing them is cheap. */
const LIST_NS = 200e6
/** What the first looks are taken to cost, until they are measured. */
const FIRST_COST_NS = 40_000

interface Followed {
  readonly pid: number
  readonly tid: number
  /** Start of the time its looks stand for, and its times then. */
  sinceNs: number
  before: Counts
  lastSeenNs: number
  looks: number
  readonly waits: Map<string, { readonly look: ThreadLook; waker: Waker | undefined; count: number }>
}

/** The thread that can end a wait. */
interface Waker {
  readonly pid: number
  readonly tid: number
}

/** What the kernel counts for a thread. */
interface Counts {
  readonly runNs: number
  readonly waitNs: number
  /** Times it gave up its CPU to wait; NaN where that cannot be read. */
  readonly sleeps: number
}

/** Opens the sampler. Nothing is read before the first look. */
export function openWaitSampler(host: Host, options: WaitSamplerOptions): WaitSampler {
  const threads = new Map<number, Followed>()
  const tidsOf = new Map<number, ReadonlySet<number>>()
  let turn: Followed[] = []
  let costNs = FIRST_COST_NS
  let nextSliceNs = SLICE_NS
  let nextListNs = 0
  let isCut = false
  let ended: Row<'wait'>[] = []
  let pipes: PipeEnds | undefined

  const list = (timeNs: number): void => {
    const startNs = host.ownCpuNs()
    const found = listThreads(host, options.pids())
    isCut ||= found.isCut
    if (found.tids.size !== tidsOf.size) pipes = undefined
    tidsOf.clear()
    for (const [pid, tids] of found.tids) {
      tidsOf.set(pid, new Set(tids))
      for (const tid of tids) if (!threads.has(tid)) threads.set(tid, follow(host, { pid, tid, timeNs }))
    }
    for (const [tid, thread] of threads) {
      if (tidsOf.get(thread.pid)?.has(tid)) continue
      ended.push(...endSlice(host, thread, { timeNs, which: 'last', options }))
      threads.delete(tid)
    }
    announceChildren(host, tidsOf, pid => options.processRowOf(pid, timeNs))
    nextListNs = timeNs + Math.max(LIST_NS, (host.ownCpuNs() - startNs) / (SLICE_BUDGET * options.cpuCount))
  }

  const lookAt = (thread: Followed, timeNs: number): void => {
    const isSibling = (tid: number): boolean => tidsOf.get(thread.pid)?.has(tid) === true
    const look = lookAtThread(host, { pid: thread.pid, tid: thread.tid, isSibling }, options.syscalls)
    thread.looks++
    thread.lastSeenNs = timeNs
    if (look === undefined) return
    const key = `${look.reason} ${look.syscall} ${look.argument} ${look.ownerTid}`
    const known = thread.waits.get(key)
    if (known === undefined) thread.waits.set(key, { look, waker: wakerOf(thread, look), count: 1 })
    else {
      known.count++
      // right after a fork both sides hold both ends
      known.waker ??= wakerOf(thread, look)
    }
  }

  const wakerOf = ({ pid }: Followed, look: ThreadLook): Waker | undefined => {
    if (look.ownerTid !== NONE) return { pid, tid: look.ownerTid }
    if (look.reason !== 'pipe' || !(look.argument >= 0)) return undefined
    pipes ??= findPipeEnds(host, tidsOf.keys())
    const peer = pipePeer(host, pipes, { pid, descriptor: look.argument, isRead: look.syscall?.includes('read') === true })
    // of several threads it is not known which one writes
    return tidsOf.get(peer)?.size === 1 ? { pid: peer, tid: peer } : undefined
  }

  const slice = (timeNs: number, which: 'next' | 'last'): Row<'wait'>[] => {
    const startNs = host.ownCpuNs()
    const rows = ended
    ended = []
    for (const thread of threads.values()) rows.push(...endSlice(host, thread, { timeNs, which, options }))
    pipes = undefined
    nextSliceNs = timeNs + Math.max(SLICE_NS, (host.ownCpuNs() - startNs) / (SLICE_BUDGET * options.cpuCount))
    return rows
  }

  return {
    look(timeNs) {
      if (timeNs >= nextListNs) list(timeNs)
      if (turn.length === 0) turn = [...threads.values()]
      const room = Math.max(1, Math.floor((LOOK_MS * 1e6 * LOOK_BUDGET * options.cpuCount) / costNs))
      const taken = turn.splice(0, room)
      if (taken.length === 0) return
      const startNs = host.ownCpuNs()
      for (const thread of taken) lookAt(thread, timeNs)
      const measuredNs = (host.ownCpuNs() - startNs) / taken.length
      // a mean that forgets: the first looks run cold, and clocks of CPU time may be coarse
      costNs = Math.max(1000, costNs * 0.95 + measuredNs * 0.05)
    },
    takeSlice: timeNs => (timeNs < nextSliceNs ? [] : slice(timeNs, 'next')),
    takeLast: timeNs => slice(timeNs, 'last'),
    unavailable: () => (isCut ? [tooManyThreads()] : []),
  }
}

function listThreads(host: Host, pids: readonly number[]): { readonly tids: Map<number, number[]>; readonly isCut: boolean } {
  const tids = new Map<number, number[]>()
  let room = MAX_THREADS
  for (const pid of [...pids].sort((a, b) => a - b)) {
    if (pid === host.pid) continue
    const found = listNumbers(host, `/proc/${pid}/task`)
    if (found.length > room) return { tids: tids.set(pid, found.slice(0, room)), isCut: true }
    tids.set(pid, found)
    room -= found.length
  }
  return { tids, isCut: false }
}

/** Without perf events nobody tells of new processes: whoever asks for their row learns of them. */
function announceChildren(host: Host, tidsOf: ReadonlyMap<number, ReadonlySet<number>>, announce: (pid: number) => void): void {
  for (const [pid, tids] of tidsOf) {
    for (const tid of tids) {
      for (const child of host.readText(`/proc/${pid}/task/${tid}/children`)?.trim().split(' ') ?? []) {
        if (/^[1-9]\d*$/.test(child) && !tidsOf.has(Number(child))) announce(Number(child))
      }
    }
  }
}

function follow(host: Host, { pid, tid, timeNs }: { readonly pid: number; readonly tid: number; readonly timeNs: number }): Followed {
  const before = readCounts(host, pid, tid) ?? { runNs: Number.NaN, waitNs: Number.NaN, sleeps: Number.NaN }
  return { pid, tid, sinceNs: timeNs, before, lastSeenNs: timeNs, looks: 0, waits: new Map() }
}

function readCounts(host: Host, pid: number, tid: number): Counts | undefined {
  const directory = `/proc/${pid}/task/${tid}`
  const times = parseSchedstat(host.readText(`${directory}/schedstat`))
  if (times === undefined) return undefined
  const sleeps = /^voluntary_ctxt_switches:\s*(\d+)$/m.exec(host.readText(`${directory}/status`) ?? '')?.[1]
  return { ...times, sleeps: sleeps === undefined ? Number.NaN : Number(sleeps) }
}

/**
 * Rows of one thread. A wait that did not end is kept for the slice in which it does, as the schema wants it: its looks
 * and its start stay.
 */
function endSlice(
  host: Host,
  thread: Followed,
  { timeNs, which, options }: { readonly timeNs: number; readonly which: 'next' | 'last'; readonly options: WaitSamplerOptions },
): Row<'wait'>[] {
  const counts = readCounts(host, thread.pid, thread.tid)
  // a smaller number is another thread that was given the same id: its looks are not told apart
  const isSame = counts !== undefined && !(counts.runNs < thread.before.runNs)
  const endNs = isSame ? timeNs : thread.lastSeenNs
  const sleeps = isSame ? counts.sleeps - thread.before.sleeps : Number.NaN
  if (sleeps === 0 && which === 'next') return []
  const rows = rowsOf(thread, { endNs, offCpuNs: isSame ? offCpuTime(thread, counts, endNs) : Number.NaN, sleeps, options })
  if (counts !== undefined) thread.before = counts
  thread.sinceNs = timeNs
  thread.lastSeenNs = timeNs
  thread.looks = 0
  thread.waits.clear()
  return rows
}

/** Time in which it neither ran nor waited for a CPU. */
function offCpuTime({ sinceNs, before }: Followed, counts: Counts, endNs: number): number {
  return Math.max(0, endNs - sinceNs - (counts.runNs - before.runNs) - (counts.waitNs - before.waitNs))
}

interface Ended {
  readonly endNs: number
  /** NaN when it is not known: then the looks say it alone. */
  readonly offCpuNs: number
  readonly sleeps: number
  readonly options: WaitSamplerOptions
}

function rowsOf(thread: Followed, { endNs, offCpuNs, sleeps, options }: Ended): Row<'wait'>[] {
  const durationNs = endNs - thread.sinceNs
  let waiting = 0
  for (const { count } of thread.waits.values()) waiting += count
  if (waiting === 0 || !(durationNs > 0)) return []
  const totalNs = Number.isNaN(offCpuNs) ? (durationNs * waiting) / thread.looks : offCpuNs
  if (!(totalNs > 0)) return []
  const process = options.processRowOf(thread.pid, endNs)
  return [...thread.waits.values()].map(({ look, waker, count: looks }) => {
    const share = looks / waiting
    const ns = totalNs * share
    const count = Math.max(1, Math.round((Number.isNaN(sleeps) ? looks : sleeps) * share))
    const wokenBy =
      waker === undefined
        ? { wakerKind: 'unknown', wakerProcess: NONE, wakerTid: NONE }
        : { wakerKind: 'thread', wakerProcess: options.processRowOf(waker.pid, endNs), wakerTid: waker.tid }
    return {
      timeNs: thread.sinceNs,
      durationNs,
      process,
      tid: thread.tid,
      reason: look.reason,
      syscall: look.syscall,
      argument: look.argument,
      file: undefined,
      kernelCallchain: NONE,
      userCallchain: NONE,
      ...wokenBy,
      wakerCallchain: NONE,
      count,
      ns,
      // the longest is at least as long as the mean
      maxNs: ns / count,
      open: sleeps === 0 ? 1 : 0,
    }
  })
}

function tooManyThreads(): Unavailable {
  return {
    topic: 'waits of some threads',
    tables: ['wait'],
    series: [],
    reason: `There were more than ${MAX_THREADS} threads to look at; those with the lowest process ids were.`,
    remedy: 'Diagnose one process: autotune diagnose --pid PID',
  }
}
