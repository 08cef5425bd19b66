/** How long each thread ran and waited for a CPU, from /proc/PID/task/TID/schedstat: Documentation/scheduler/sched-stats.rst. */

import type { Host } from '../host.ts'
import { type Row, ThreadState, type Unavailable } from '../schema.ts'
import { listNumbers, parseStatLine } from './proc-snapshot.ts'

/** Follows threads. Times are those of the recording. */
export interface ThreadTimeCollector {
  /** Rows since the last scan; none when it is too early for another one. */
  collect(timeNs: number): Row<'threadTime'>[]
  /** The same at the end of a recording, whatever it costs: no time is left out. */
  collectLast(timeNs: number): Row<'threadTime'>[]
  unavailable(): Unavailable[]
}

/** Whom to follow. */
export interface ThreadTimeOptions {
  readonly pids: () => readonly number[] | 'all'
  /** Row of process that runs in pid now, or NONE. */
  readonly processRowOf: (pid: number) => number
}

/** Share of a CPU that scanning may take. Scans that cost more come less often. */
const CPU_BUDGET = 0.004
/** Threads in one scan: it must not hold up the draining of rings. Some 50 ms at 12 µs a thread. */
const MAX_THREADS = 4096
/** Start times and uptime are told in hundredths of a second. */
const TICK_NS = 1e7

/** Nanoseconds since a thread started. */
interface ThreadTimes {
  readonly runNs: number
  readonly waitNs: number
}

interface FoundThread extends ThreadTimes {
  readonly pid: number
  readonly tid: number
}

/** What earlier scans saw. */
interface Past {
  readonly firstNs: number
  readonly timeNs: number
  readonly threads: ReadonlyMap<number, ThreadTimes>
}

/** Opens the collector. The first scan gives no rows, it is what later ones are compared with. */
export function openThreadTime(host: Host, { pids, processRowOf }: ThreadTimeOptions): ThreadTimeCollector {
  const refusal = explainMissing(host)
  let past: Past | undefined
  let nextScanNs = Number.NEGATIVE_INFINITY
  let isCut = false
  const scan = (timeNs: number): Row<'threadTime'>[] => {
    if (refusal !== undefined || (past !== undefined && timeNs <= past.timeNs)) return []
    const beforeNs = host.ownCpuNs()
    const { threads, isCut: isScanCut } = scanThreads(host, pids())
    isCut ||= isScanCut
    const rows = past === undefined ? [] : rowsSince(host, past, { timeNs, threads, processRowOf })
    // the first scan runs cold: its cost says nothing of the next
    const costNs = host.ownCpuNs() - beforeNs
    nextScanNs = past === undefined ? timeNs : timeNs + costNs / CPU_BUDGET
    past = { firstNs: past?.firstNs ?? timeNs, timeNs, threads: new Map(threads.map(thread => [thread.tid, thread])) }
    return rows
  }
  return {
    collect: timeNs => (timeNs < nextScanNs ? [] : scan(timeNs)),
    collectLast: scan,
    unavailable: () => [...(refusal === undefined ? [] : [refusal]), ...(isCut ? [tooManyThreads()] : [])],
  }
}

function scanThreads(host: Host, pids: readonly number[] | 'all'): { threads: FoundThread[]; isCut: boolean } {
  const threads: FoundThread[] = []
  for (const pid of pids === 'all' ? listNumbers(host, '/proc') : pids) {
    if (pid === host.pid) continue
    for (const tid of listNumbers(host, `/proc/${pid}/task`)) {
      if (threads.length === MAX_THREADS) return { threads, isCut: true }
      const times = parseSchedstat(host.readText(`/proc/${pid}/task/${tid}/schedstat`))
      if (times !== undefined) threads.push({ pid, tid, ...times })
    }
  }
  return { threads, isCut: false }
}

/** "97349 1206 14": ns run, ns waited, times run. */
export function parseSchedstat(text: string | undefined): ThreadTimes | undefined {
  const match = text === undefined ? null : /^(\d+) (\d+) \d+\s*$/.exec(text)
  return match === null ? undefined : { runNs: Number(match[1]), waitNs: Number(match[2]) }
}

function rowsSince(
  host: Host,
  past: Past,
  { timeNs, threads, processRowOf }: { timeNs: number; threads: readonly FoundThread[]; processRowOf: (pid: number) => number },
): Row<'threadTime'>[] {
  const startNsOf = startTimes(host, timeNs)
  const rows: Row<'threadTime'>[] = []
  for (const thread of threads) {
    const { pid, tid, runNs, waitNs } = thread
    if (runNs === 0 && waitNs === 0) continue
    const before = past.threads.get(tid)
    // a smaller number is another thread that was given the same id
    const isKnown = before !== undefined && runNs >= before.runNs && waitNs >= before.waitNs
    if (isKnown && runNs === before.runNs && waitNs === before.waitNs) continue
    const sinceNs = isKnown ? past.timeNs : sliceStart(past, startNsOf(pid, tid))
    if (sinceNs === undefined || sinceNs >= timeNs) continue
    const slice = { timeNs: sinceNs, durationNs: timeNs - sinceNs, process: processRowOf(pid), tid }
    const ranNs = runNs - (isKnown ? before.runNs : 0)
    const waitedNs = waitNs - (isKnown ? before.waitNs : 0)
    if (ranNs > 0) rows.push({ ...slice, state: ThreadState.Running, ns: ranNs })
    if (waitedNs > 0) rows.push({ ...slice, state: ThreadState.Runnable, ns: waitedNs })
  }
  return rows
}

/** From when the times of a thread count that was never seen; undefined when it is older than the recording, or gone. */
function sliceStart({ firstNs, timeNs }: Past, startNs: number | undefined): number | undefined {
  if (startNs === undefined || startNs < firstNs - TICK_NS) return undefined
  // it joined the target later than it started: its own slice is longer
  return startNs < timeNs - 2 * TICK_NS ? Math.max(startNs, firstNs) : timeNs
}

/** When a thread started, in recording time. */
function startTimes(host: Host, timeNs: number): (pid: number, tid: number) => number | undefined {
  let uptimeNs: number | undefined
  return (pid, tid) => {
    uptimeNs ??= Number.parseFloat(host.readText('/proc/uptime') ?? '') * 1e9
    const stat = parseStatLine(host.readText(`/proc/${pid}/task/${tid}/stat`) ?? '')
    const startNs = stat === undefined ? Number.NaN : timeNs - (uptimeNs - stat.startTicks * TICK_NS)
    return Number.isNaN(startNs) ? undefined : startNs
  }
}

/** The kernel keeps the numbers only with CONFIG_SCHED_INFO; without it they are missing or zero. */
function explainMissing(host: Host): Unavailable | undefined {
  const path = `/proc/${host.pid}/schedstat`
  const times = parseSchedstat(host.readText(path))
  if (times !== undefined && times.runNs + times.waitNs > 0) return undefined
  const found = times === undefined ? (host.whyUnreadable(path) ?? 'unreadable') : 'all zero'
  return {
    topic: 'running and waiting times of threads',
    tables: ['threadTime'],
    series: [],
    reason: `${path} is of no use (${found}): the kernel was built without CONFIG_SCHED_INFO.`,
    remedy: 'Use a kernel with CONFIG_SCHED_INFO or CONFIG_TASK_DELAY_ACCT.',
  }
}

function tooManyThreads(): Unavailable {
  return {
    topic: 'running and waiting times of some threads',
    tables: ['threadTime'],
    series: [],
    reason: `There were more than ${MAX_THREADS} threads to follow; those with the lowest process ids were.`,
    remedy: 'Diagnose one process: sudo autotune diagnose --pid PID',
  }
}
