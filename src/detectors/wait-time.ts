import { isIdleWait, NONE, type Table, textAt, type WaitReason } from '../schema.ts'

/** Tables from which it is told which waits cost the target time; the stacks only make it surer. */
export interface WaitTables {
  readonly wait?: Table<'wait'>
  readonly callchainStack?: Table<'callchainStack'>
  readonly stack?: Table<'stack'>
  readonly frame?: Table<'frame'>
  readonly symbol?: Table<'symbol'>
}

/** Waits that cost the target time. */
export interface WaitTime {
  readonly totalNs: number
  /** Per row of process. */
  readonly perProcess: Float64Array
}

/** Waits for what another thread or program does: whether they cost time is not told by the reason alone. */
const forOthers: ReadonlySet<string> = new Set([
  'futex',
  'pipe',
  'socketReceive',
  'socketSend',
  'message',
  'ioUring',
] satisfies WaitReason[])

/** A worker that waits to be given work: glibc, C++, Go, Java, libuv. */
const waitsForWork =
  /^(_*pthread_cond_\w*wait|cnd_\w*wait|_*sem_\w*wait|std::(__1::)?condition_variable(_any)?::wait|uv_cond_\w*wait|uv__?sem_wait|runtime\.(stopm|notesleep|notetsleepg?)|Unsafe_Park|parking_lot::condvar)/

/** Whoever gives it work. Without frame pointers in the C library this is all that can be seen: a call's own address is always right. */
const givesWork =
  /^(_*pthread_cond_(signal|broadcast)|cnd_(signal|broadcast)|_*sem_post|std::(__1::)?condition_variable(_any)?::notify_|uv_cond_(signal|broadcast)|runtime\.notewakeup|Unsafe_Unpark)/

/** Adds up the waits of members that are a loss; the time of the target is made of them and of its time on and for a CPU. */
export function sumWaitTime(
  tables: WaitTables,
  { processCount, isMember, durationNs }: { processCount: number; isMember: (process: number) => boolean; durationNs: number },
): WaitTime {
  const perProcess = new Float64Array(processCount)
  const { wait } = tables
  let totalNs = 0
  if (wait === undefined) return { totalNs, perProcess }
  const isLoss = lossWaits(tables, durationNs)
  for (let row = 0; row < wait.length; row++) {
    const process = wait.process[row]
    if (!(wait.ns[row] > 0) || !isMember(process) || !isLoss(row)) continue
    totalNs += wait.ns[row]
    if (process >= 0 && process < processCount) perProcess[process] += wait.ns[row]
  }
  return { totalNs, perProcess }
}

/**
 * Whether a row of wait is time lost. Not lost is a wait for work or for time to pass, a wait whose reason is not known,
 * and a wait for somebody who came after a quarter of the recording, or not at all: that is a thread put by, such as one
 * that joins another, not something the target waits for again and again.
 */
export function lossWaits(tables: WaitTables, durationNs: number): (row: number) => boolean {
  const { wait } = tables
  if (wait === undefined) return () => false
  const idleReason = wait.reason.values.map(reason => isIdleWait(reason) || reason === 'unknown')
  const otherReason = wait.reason.values.map(reason => forOthers.has(reason))
  const socketReason = wait.reason.values.map(reason => reason.startsWith('socket') || reason === 'ioUring')
  const isParked = stacksWith(tables, waitsForWork)
  const isGiven = stacksWith(tables, givesWork)
  return row => {
    const code = wait.reason.codes[row]
    if (code === NONE || idleReason[code]) return false
    if (!otherReason[code]) return true
    // an interrupt is the network for a socket; for the others it is their own time-out
    if (!socketReason[code] && textAt(wait.wakerKind, row) === 'interrupt') return false
    if (wait.open[row] !== 0 || wait.maxNs[row] > durationNs / 4) return false
    return !isParked(wait.userCallchain[row]) && !isGiven(wait.wakerCallchain[row])
  }
}

/** Whether a row of callchain has a function of that name on it. */
function stacksWith({ callchainStack, stack, frame, symbol }: WaitTables, names: RegExp): (callchain: number) => boolean {
  if (callchainStack === undefined || stack === undefined || frame === undefined || symbol === undefined) return () => false
  const named = new Uint8Array(symbol.length)
  for (let row = 0; row < symbol.length; row++) named[row] = names.test(textAt(symbol.name, row) ?? '') ? 1 : 0
  const within = new Uint8Array(stack.length)
  for (let row = 0; row < stack.length; row++) {
    const prefix = stack.prefix[row]
    const above = prefix >= 0 && prefix < row ? within[prefix] : 0
    within[row] = above | (named[frame.symbol[stack.frame[row]]] ?? 0)
  }
  return callchain => callchain >= 0 && callchain < callchainStack.length && within[callchainStack.stack[callchain]] === 1
}
