import { describeTarget, type Interval, type Table, textAt } from '../schema.ts'
import { defineDetector } from './detector.ts'
import { findInterpreterLocks } from './interpreter-lock.ts'
import { scaleInterval } from './interval.ts'
import { reasonAt, sumLostWaits } from './lost-waits.ts'
import { measureTargetTime, type TargetTime, TIME_TABLES } from './target-time.ts'
import { interpreterLock, type WaitFamily, waitFamilies } from './wait-families.ts'
import { isIdleReason } from './wait-kind.ts'
import { heaviest, type NameTables, nameWaits, type WaitNames } from './wait-names.ts'

/** How long the target waits for what the stacks of its waits name: a full pipe, a journal, a name server, an interpreter's lock. */
export const waitFamily = defineDetector({
  id: 'wait-family',
  needs: ['process', 'wait'],
  wants: [...TIME_TABLES, 'thread'],
  metrics: {
    waitRatio: "Share of the target's time in these waits.",
    waitPerSec: 'Such waits.',
    waitNs: 'Mean length of one.',
    longestNs: 'The longest.',
    threadsCount: 'Threads that waited so.',
  },
  facts: {
    family: 'The family, by its id in src/detectors/wait-families.ts.',
    functionName: 'The function that waited most.',
    process: 'The process that waited most.',
    call: 'The system call that most of it was in.',
    endedBy: 'Who ended most of it.',
  },

  detect(tables, context) {
    const time = measureTargetTime(tables, context)
    if (!(time.totalNs > 0)) return []
    const { wait } = tables
    const names = nameWaits(tables)
    const families = sortRows(tables, time, names)
    return [...families].map(([family, rows]) => {
      const waits = sumLostWaits({ tables, time, context }, row => rows.has(row))
      return {
        subject: describeTarget(context.target),
        metrics: {
          waitRatio: waits.share.estimate,
          waitPerSec: (waits.count * 1e9) / context.durationNs,
          waitNs: waits.ns / waits.count,
          longestNs: waits.maxNs,
          threadsCount: new Set([...rows].map(row => `${wait.process[row]} ${wait.tid[row]}`)).size,
        },
        facts: {
          family: family.id,
          functionName: waits.functionName,
          process: waits.process,
          call: waits.syscall,
          endedBy: whoEnded(wait, rows, names),
        },
        share: addIdle(waits.share, { wait, rows, time }),
        culprits: waits.culprits,
        rows: waits.rows,
      }
    })
  },
})

/** Rows of the target's waits by family. A wait belongs to the first that its stacks tell of. */
export function sortRows(
  tables: NameTables & { readonly wait: Table<'wait'> },
  time: TargetTime,
  names: WaitNames = nameWaits(tables),
): Map<WaitFamily, ReadonlySet<number>> {
  const { wait } = tables
  const sorted = new Map<WaitFamily, Set<number>>()
  const known = new Map<string, WaitFamily | undefined>()
  const interpreterLocks = findInterpreterLocks(tables.process, wait)
  for (let row = 0; row < wait.length; row++) {
    if (!time.isMember(wait.process[row]) || !(wait.ns[row] > 0) || textAt(wait.reason, row) === 'kernelThread') continue
    // one that nobody ended yet says nothing: it may be for the end of the program
    if (wait.open[row] === 1 && textAt(wait.wakerKind, row) === 'unknown') continue
    const key = `${wait.kernelCallchain[row]} ${wait.userCallchain[row]} ${reasonAt(wait, row)}`
    if (!known.has(key)) known.set(key, findWaitFamily(wait, row, names))
    const family = interpreterLocks.has(row) ? interpreterLock : known.get(key)
    if (family === undefined) continue
    const rows = sorted.get(family) ?? new Set()
    sorted.set(family, rows.add(row))
  }
  return sorted
}

function findWaitFamily(wait: Table<'wait'>, row: number, names: WaitNames): WaitFamily | undefined {
  const reason = reasonAt(wait, row)
  const kernel = names.kernelFunctions(wait.kernelCallchain[row])
  const user = names.userFunctions(wait.userCallchain[row])
  return waitFamilies.find(
    family =>
      (family.reasons === undefined || family.reasons.includes(reason)) &&
      holds(family.kernel, kernel) &&
      holds(family.within, kernel) &&
      holds(family.user, user),
  )
}

function holds(pattern: RegExp | undefined, names: readonly string[]): boolean {
  return pattern === undefined || names.some(name => pattern.test(name))
}

/** Waits for input are not in the time of the target: where they are the loss they are added to it. */
function addIdle(share: Interval, { wait, rows, time }: { wait: Table<'wait'>; rows: ReadonlySet<number>; time: TargetTime }): Interval {
  let idleNs = 0
  for (const row of rows) if (isIdleReason(textAt(wait.reason, row))) idleNs += wait.ns[row]
  return scaleInterval(share, time.totalNs / (time.totalNs + idleNs))
}

function whoEnded(wait: Table<'wait'>, rows: ReadonlySet<number>, names: WaitNames): string {
  const ended = new Map<string, number>()
  for (const row of rows) {
    const kind = textAt(wait.wakerKind, row) ?? 'unknown'
    const who =
      kind === 'thread'
        ? names.thread(wait.wakerProcess[row], wait.wakerTid[row])
        : kind === 'interrupt'
          ? 'a device or timer'
          : 'nobody seen'
    ended.set(who, (ended.get(who) ?? 0) + wait.ns[row])
  }
  return heaviest(ended) ?? 'nobody seen'
}
