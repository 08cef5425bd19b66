import { type Closure, NONE, type RecordedTables, type Table, ThreadState } from '../schema.ts'

/** Threads that lived shorter than this are no measure of closure: a microsecond too much would be a large ratio. */
const MIN_LIFE_NS = 10e6

/**
 * The invariant of the ledger: for each thread, time in states = time observed. What is missing or too much is the residue.
 * Undefined without a ledger of all states.
 */
export function measureClosure(
  { threadTime }: Pick<RecordedTables, 'threadTime'>,
  isMember: (process: number) => boolean = () => true,
): Closure | undefined {
  if (threadTime === undefined || !knowsBlocked(threadTime)) return undefined
  let worstRatio = 0
  let residueNs = 0
  let lifeNs = 0
  for (const thread of addUpThreads(threadTime, isMember)) {
    const threadResidueNs = thread.residueNs + Math.abs(thread.openNs)
    residueNs += threadResidueNs
    lifeNs += thread.lifeNs
    if (thread.lifeNs >= MIN_LIFE_NS) worstRatio = Math.max(worstRatio, threadResidueNs / thread.lifeNs)
  }
  return { worstRatio, totalRatio: lifeNs > 0 ? residueNs / lifeNs : 0 }
}

/** schedstat tells of running and runnable alone: that can't close. */
function knowsBlocked(threadTime: Table<'threadTime'>): boolean {
  return threadTime.state.includes(ThreadState.Blocked)
}

interface ThreadSum {
  lifeNs: number
  /** Residue of slices that are over. */
  residueNs: number
  /** Slice that is being added up: its end, and what of it no state has taken yet. */
  endNs: number
  openNs: number
}

/** Rows of a thread come in time order, those of one slice one after the other. */
function addUpThreads(threadTime: Table<'threadTime'>, isMember: (process: number) => boolean): Iterable<ThreadSum> {
  const threads = new Map<string, ThreadSum>()
  for (let row = 0; row < threadTime.length; row++) {
    const { durationNs, tid, process } = {
      durationNs: threadTime.durationNs[row],
      tid: threadTime.tid[row],
      process: threadTime.process[row],
    }
    if ((process === NONE && tid === NONE) || !isMember(process)) continue
    const key = `${process}/${tid}`
    const thread = threads.get(key) ?? { lifeNs: 0, residueNs: 0, endNs: Number.NaN, openNs: 0 }
    threads.set(key, thread)
    const endNs = threadTime.timeNs[row] + durationNs
    if (endNs !== thread.endNs) {
      thread.residueNs += Math.abs(thread.openNs)
      thread.lifeNs += durationNs
      thread.endNs = endNs
      thread.openNs = durationNs
    }
    if (threadTime.state[row] !== ThreadState.Unobserved) thread.openNs -= threadTime.ns[row]
  }
  return threads.values()
}
