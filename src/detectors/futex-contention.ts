import { type Culprit, NONE, type Table, ThreadState, textAt } from '../schema.ts'
import { causeMetrics, describeCause, shareCauses } from './cause-shares.ts'
import { defineDetector } from './detector.ts'
import { heldIdleRatio, withHeldIdle } from './held-idle.ts'
import { SYNC_CALLS } from './kernel-entry.ts'
import { processLabel } from './labels.ts'
import { isQueued } from './membership.ts'
import { threadKey } from './thread-groups.ts'
import { findUserLocks, type UserLock } from './user-locks.ts'
import type { WaitBlame } from './wait-flow.ts'
import { measureWaitLoss, timeByBin, type WaitLoss, waitTables } from './wait-loss.ts'
import { heaviest } from './wait-names.ts'

/** Locks reported at most. */
const MAX_LOCKS = 3

/** How long threads of the target queue for a lock of their own, who held it, and what the holders did meanwhile. */
export const futexContention = defineDetector({
  id: 'futex-contention',
  needs: ['process', 'wait'],
  wants: [...waitTables],
  metrics: {
    waitingRatio: "Share of the target's time its threads waited for the lock.",
    waitPerSec: 'Waits for it.',
    meanWaitNs: 'How long one of them took on average.',
    maxWaitNs: 'The longest.',
    waiterThreadsCount: 'Threads that waited for it.',
    ...causeMetrics,
    waiterQueuedRatio:
      'Of the time that those who waited wanted a CPU, the share in which they had none; of the rest of them, where they also held it.',
    idleRatio: 'Share in which it waited for its client or for time to pass; known of locks that processes share.',
    syncWorkRatio: 'Share in which the kernel computed for it to make writes safe: part of computingRatio.',
    offCpuRatio: 'Share in which the holder waited for something itself: for I/O, or asleep.',
  },
  facts: {
    process: 'The process whose lock it is.',
    lock: 'The lock, by its address; one in memory that processes share has none.',
    holder: 'The thread that held it longest.',
    functionName: 'The function that gave it back, where stacks tell; else where the holders are busy.',
    busyFunction: 'Where the holders compute, or wait when that is what they do most.',
    activity: 'What the holders did most, while others waited.',
  },

  detect(tables, context) {
    const loss = measureWaitLoss(tables, context)
    if (!(loss.totalNs > 0)) return []
    return findUserLocks(tables.wait, loss)
      .slice(0, MAX_LOCKS)
      .map(lock => {
        const idleRatio = lock.isBetweenProcesses ? heldIdleRatio(loss.graph, tables.wait, lock) : 0
        const blame = withHeldIdle(loss.blame(lock.rows), idleRatio)
        const share = loss.shareOf(timeByBin(loss, tables.wait, lock.rows))
        const causes = shareCauses(blame)
        const facts = describeLock(tables, loss, { lock, blame })
        const { waits, maxWaitNs, threads } = measureQueue(tables.wait, lock)
        return {
          subject: facts.process,
          metrics: {
            waitingRatio: share.estimate,
            waitPerSec: waits / (context.durationNs / 1e9),
            meanWaitNs: lock.ns / waits,
            maxWaitNs,
            waiterThreadsCount: threads,
            ...causes,
            waiterQueuedRatio: waiterQueuedRatio(tables, lock),
            idleRatio,
            syncWorkRatio: causes.computingRatio * loss.names.callRatio(SYNC_CALLS, holdersTest(tables.wait, lock)),
            offCpuRatio: Math.min(1, causes.ioRatio + causes.sleepRatio + idleRatio),
          },
          facts,
          share,
          culprits: culpritsOf(facts, holdersOf(tables.wait, lock)),
          rows: undefined,
        }
      })
  },
})

interface Holders {
  /** Share of the waits that the first holder ended. */
  readonly share: number
  readonly process: number
  readonly tid: number
}

function holdersOf(wait: Table<'wait'>, { rows, ns }: UserLock): Holders {
  const byTid = new Map<number, number>()
  for (const row of rows) byTid.set(wait.wakerTid[row], (byTid.get(wait.wakerTid[row]) ?? 0) + wait.ns[row])
  const [tid, heldNs] = [...byTid].sort((a, b) => b[1] - a[1] || a[0] - b[0])[0] ?? [NONE, 0]
  return { share: ns > 0 ? Math.min(1, heldNs / ns) : 0, process: processOf(wait, rows, tid), tid }
}

/** 0 where nobody but the holder waited, or none of them wanted a CPU. */
function waiterQueuedRatio(
  { wait, threadTime }: { readonly wait: Table<'wait'>; readonly threadTime?: Table<'threadTime'> },
  lock: UserLock,
): number {
  const { process, tid } = holdersOf(wait, lock)
  const waiters = new Set(lock.rows.map(row => threadKey(wait.process[row], wait.tid[row])))
  waiters.delete(threadKey(process, tid))
  let queuedNs = 0
  let wantedNs = 0
  for (let row = 0; row < (threadTime?.length ?? 0); row++) {
    if (threadTime === undefined || !waiters.has(threadKey(threadTime.process[row], threadTime.tid[row]))) continue
    const isQueue = isQueued(threadTime.state[row])
    if (isQueue) queuedNs += threadTime.ns[row]
    if (isQueue || threadTime.state[row] === ThreadState.Running) wantedNs += threadTime.ns[row]
  }
  return wantedNs > 0 ? queuedNs / wantedNs : 0
}

function processOf(wait: Table<'wait'>, rows: readonly number[], wakerTid: number): number {
  return wait.wakerProcess[rows.find(row => wait.wakerTid[row] === wakerTid) ?? rows[0]]
}

function measureQueue({ count, maxNs, tid }: Table<'wait'>, { rows }: UserLock) {
  let waits = 0
  let maxWaitNs = 0
  for (const row of rows) {
    waits += count[row]
    maxWaitNs = Math.max(maxWaitNs, maxNs[row])
  }
  return { waits: Math.max(1, waits), maxWaitNs, threads: new Set(rows.map(row => tid[row])).size }
}

function describeLock(
  tables: { readonly process: Table<'process'>; readonly wait: Table<'wait'> },
  loss: WaitLoss,
  { lock, blame }: { readonly lock: UserLock; readonly blame: WaitBlame },
) {
  const { wait } = tables
  const { names } = loss
  const holder = holdersOf(wait, lock)
  const unlocking = new Map<string, number>()
  for (const row of lock.rows) {
    const name = names.functionOf(wait.wakerCallchain[row])
    if (name !== undefined) unlocking.set(name, (unlocking.get(name) ?? 0) + wait.ns[row])
  }
  const busy = busyFunction(wait, loss, { lock, blame })
  const giver = heaviest(unlocking)
  return {
    process: processLabel(tables.process, lock.isBetweenProcesses ? holder.process : lock.process),
    lock: lock.name,
    holder: names.thread(holder.process, holder.tid),
    functionName: (giver !== undefined && !ofTheLock.test(giver) ? giver : (busy ?? giver)) ?? 'unknown code',
    busyFunction: busy ?? 'unknown code',
    activity: describeHolder(blame),
  }
}

function describeHolder(blame: WaitBlame): string {
  if (blame.causes.length === 0) return 'does something that was not seen'
  const most = mostDone(blame)
  return most.kind === 'idle' ? 'waits for its client, or sleeps' : describeCause(most)
}

/** Unlocking itself: without frame pointers in the C library it hides who called it. */
const ofTheLock = /^_*(lll_|pthread_(mutex|rwlock|spin)_|futex|syscall$)/

/** Where those who had the lock do what they do most, be it computing or waiting. */
function busyFunction(
  wait: Table<'wait'>,
  { names }: WaitLoss,
  { lock, blame }: { readonly lock: UserLock; readonly blame: WaitBlame },
): string | undefined {
  const isHolder = holdersTest(wait, lock)
  const { kind, reason } = mostDone(blame)
  const waiting = new Map<string, number>()
  for (let row = 0; row < wait.length && kind !== 'computing'; row++) {
    const isTheirs = isHolder(wait.process[row], wait.tid[row]) && textAt(wait.reason, row) === reason
    const name = isTheirs ? names.functionOf(wait.userCallchain[row]) : undefined
    if (name !== undefined) waiting.set(name, (waiting.get(name) ?? 0) + wait.ns[row])
  }
  return heaviest(waiting) ?? names.hotFunction(isHolder)
}

function holdersTest(wait: Table<'wait'>, { rows }: UserLock): (process: number, tid: number) => boolean {
  const holders = new Set(rows.map(row => threadKey(wait.wakerProcess[row], wait.wakerTid[row])))
  return (process, tid) => holders.has(threadKey(process, tid))
}

/** The kind and reason with most time, whichever thread it was. */
export function mostDone({ causes }: WaitBlame): { readonly kind: string; readonly reason: string } {
  const sums = new Map<string, number>()
  for (const { kind, reason, ns } of causes) sums.set(`${kind} ${reason}`, (sums.get(`${kind} ${reason}`) ?? 0) + ns)
  const [kind, reason] = (heaviest(sums) ?? 'unknown ').split(' ')
  return { kind, reason }
}

function culpritsOf(facts: ReturnType<typeof describeLock>, { share }: Holders): Culprit[] {
  return [
    { kind: 'lock', name: `${facts.lock} of ${facts.process}`, share: 1 },
    ...[...new Set([facts.functionName, facts.busyFunction])].map(name => ({ kind: 'function' as const, name, share: 1 })),
    { kind: 'thread', name: facts.holder, share },
    { kind: 'process', name: facts.process, share: 1 },
  ]
}
