import { type AnalysisContext, type Culprit, NONE, type Table, textAt } from '../schema.ts'
import { defineDetector } from './detector.ts'
import { ratioInterval, scaleInterval } from './interval.ts'
import { isLocking, nameKernelLocks } from './kernel-lock-names.ts'
import { processLabel } from './labels.ts'
import { measureTargetTime, type TargetTime, TIME_TABLES } from './target-time.ts'
import { type Bins, binsFor, spread, spreadRow } from './wait-bins.ts'
import { heaviest, nameWaits, type WaitNames } from './wait-names.ts'

/** Locks reported at most. */
const MAX_LOCKS = 3

/** How long threads of the target wait for locks of the kernel, which lock that is, and what they wanted of it. */
export const kernelLockContention = defineDetector({
  id: 'kernel-lock-contention',
  needs: ['process', 'lock'],
  wants: [...TIME_TABLES, 'thread'],
  metrics: {
    waitingRatio: "Share of the target's time its threads waited for the lock.",
    waitPerSec: 'Waits for it.',
    meanWaitNs: 'How long one of them took on average.',
    maxWaitNs: 'The longest.',
    waiterThreadsCount: 'Threads that waited for it.',
    spinRatio: 'Share of the waiting that was spinning on a CPU.',
  },
  facts: {
    lock: 'The lock, by what it protects where that is known, else by the function that takes it.',
    caller: 'What the kernel took it for.',
    owner: 'The thread that had it most, where the lock says.',
    process: 'The process that waits for it most.',
  },

  detect(tables, context) {
    const { lock } = tables
    const time = measureTargetTime(tables, context)
    const names = nameWaits(tables)
    const bins = binsFor(lock, context)
    const found = findLocks(lock, time, names)
    const wholeNs = activeTime({ bins, time, context })
    // spinning is on a CPU, and in that time already
    for (const { rows } of found) for (const row of rows) if (!isSpin(lock, row)) addRow(bins, lock, row, wholeNs)
    return found.slice(0, MAX_LOCKS).map(contended => {
      const partNs = new Float64Array(bins.count)
      for (const row of contended.rows) addRow(bins, lock, row, partNs)
      const sumNs = wholeNs.reduce((sum, ns) => sum + ns, 0)
      const share = scaleInterval(ratioInterval(partNs, wholeNs), sumNs / Math.max(sumNs, time.totalNs))
      const facts = describe(tables, names, contended)
      const culprits: Culprit[] = [
        { kind: 'lock', name: facts.lock, share: 1 },
        { kind: 'function', name: facts.caller, share: 1 },
        { kind: 'process', name: facts.process, share: 1 },
      ]
      return {
        subject: facts.process,
        metrics: measure(lock, contended, { share: share.estimate, context }),
        facts,
        share,
        culprits,
        rows: undefined,
      }
    })
  },
})

interface Contended {
  readonly name: string
  readonly rows: number[]
  ns: number
}

/** Locks of one name are one: every process has an mmap_lock, every directory a lock of its inode. */
function findLocks(lock: Table<'lock'>, { isMember }: TargetTime, names: WaitNames): Contended[] {
  const locks = new Map<string, Contended>()
  const nameOf = nameKernelLocks(lock, names)
  for (let row = 0; row < lock.length; row++) {
    if (!isMember(lock.process[row]) || !(lock.ns[row] > 0)) continue
    // short waits have no stack; longer ones for the same lock have named it
    const name = nameOf.get(lock.address[row]) ?? `0x${lock.address[row].toString(16)}`
    const contended = locks.get(name) ?? { name, rows: [], ns: 0 }
    locks.set(name, contended)
    contended.rows.push(row)
    contended.ns += lock.ns[row]
  }
  return [...locks.values()].sort((a, b) => b.ns - a.ns || (a.name < b.name ? -1 : 1))
}

function isSpin(lock: Table<'lock'>, row: number): boolean {
  return textAt(lock.kind, row) === 'spin'
}

function addRow(bins: Bins, { timeNs, durationNs, ns, maxNs }: Table<'lock'>, row: number, sums: Float64Array): void {
  spreadRow(bins, { timeNs: timeNs[row], durationNs: durationNs[row], ns: ns[row], maxNs: maxNs[row] }, (bin, part) => {
    sums[bin] += part
  })
}

/** Time of the target on and before CPUs by bin; evenly over the recording without a ledger. */
function activeTime({
  bins,
  time,
  context,
}: {
  readonly bins: Bins
  readonly time: TargetTime
  readonly context: AnalysisContext
}): Float64Array {
  const activeNs = new Float64Array(bins.count)
  const add = (bin: number, ns: number) => {
    activeNs[bin] += ns
  }
  if (time.slices === undefined) {
    spread(bins, { startNs: 0, endNs: context.durationNs, ns: time.runningNs }, add)
    return activeNs
  }
  const { timeNs, durationNs, runningNs, runnableNs } = time.slices
  for (let slice = 0; slice < timeNs.length; slice++) {
    spread(bins, { startNs: timeNs[slice], endNs: timeNs[slice] + durationNs[slice], ns: runningNs[slice] + runnableNs[slice] }, add)
  }
  return activeNs
}

function measure(
  lock: Table<'lock'>,
  { rows, ns }: Contended,
  { share, context }: { readonly share: number; readonly context: AnalysisContext },
) {
  let waits = 0
  let maxWaitNs = 0
  let spinNs = 0
  for (const row of rows) {
    waits += lock.count[row]
    maxWaitNs = Math.max(maxWaitNs, lock.maxNs[row])
    if (isSpin(lock, row)) spinNs += lock.ns[row]
  }
  return {
    waitingRatio: share,
    waitPerSec: waits / (context.durationNs / 1e9),
    meanWaitNs: ns / Math.max(1, waits),
    maxWaitNs,
    waiterThreadsCount: new Set(rows.map(row => lock.tid[row])).size,
    spinRatio: spinNs / ns,
  }
}

function describe(
  tables: { process: Table<'process'>; lock: Table<'lock'>; thread?: Table<'thread'> },
  names: WaitNames,
  { name, rows }: Contended,
) {
  const { lock, process } = tables
  const callers = new Map<string, number>()
  const owners = new Map<string, number>()
  const processes = new Map<string, number>()
  const add = (sums: Map<string, number>, key: string | undefined, row: number) => {
    if (key !== undefined) sums.set(key, (sums.get(key) ?? 0) + lock.ns[row])
  }
  for (const row of rows) {
    const functions = names.kernelFunctions(lock.kernelCallchain[row])
    add(
      callers,
      functions.find(candidate => /^__(x64|arm64|se)_(compat_)?sys_/.test(candidate)) ?? functions.find(candidate => !isLocking(candidate)),
      row,
    )
    add(owners, lock.ownerTid[row] === NONE ? undefined : ownerName(tables.thread, names, lock.ownerTid[row]), row)
    add(processes, processLabel(process, lock.process[row]), row)
  }
  return {
    lock: name,
    caller: (heaviest(callers) ?? 'unknown code').replace(/^__(?:x64|arm64|se)_(?:compat_)?sys_(\w+)$/, '$1()'),
    owner: heaviest(owners) ?? 'not known',
    process: heaviest(processes) ?? 'unknown process',
  }
}

/** Of the rows of an id the last: ids are used again. */
function ownerName(thread: Table<'thread'> | undefined, names: WaitNames, tid: number): string {
  for (let row = (thread?.length ?? 0) - 1; row >= 0; row--) {
    if (thread !== undefined && thread.tid[row] === tid) return names.thread(thread.process[row], tid)
  }
  return `tid ${tid}`
}
