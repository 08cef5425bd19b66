import { NONE } from '../../schema.ts'
import { type Batch, TIMES_WORDS, type Times, timesAt, u64At, wholeRows, wordsOf } from './words.ts'

/** What a thread was doing when it stopped running: struct place of sched.bpf.c. */
export interface Place {
  /** Number of the system call; NONE outside of one. */
  readonly syscall: number
  /** TASK_* bits, include/linux/sched.h: 1 interruptible, 2 uninterruptible, 4 stopped, 8 traced. */
  readonly taskState: number
  readonly futexOp: number
  readonly kernelThread: boolean
  readonly inIowait: boolean
  /** It waited already when recording began, so its start is not known. */
  readonly startUnknown: boolean
  /** Address of a futex; else a descriptor + 1 where the first argument looks like one; 0 for none. */
  readonly argument: number
}

/** Who made a thread runnable. */
export const wakerKinds = ['unknown', 'thread', 'interrupt', 'fork'] as const

/** Waits of one thread that ended in a slice and have everything in common: struct wait_key. */
export interface WaitRow {
  readonly pid: number
  readonly tid: number
  readonly place: Place
  readonly wakerKind: (typeof wakerKinds)[number]
  /** NONE in interrupts, where the thread that ran has nothing to do with it. */
  readonly wakerPid: number
  readonly wakerTid: number
  /** Ids of stacks, or a StackId. The waker's is a kernel stack for interrupts and kernel threads, else a user stack. */
  readonly kernelStack: number
  readonly userStack: number
  readonly wakerStack: number
  /** Id of the file of its call: a key of FileNames; 0 for none. */
  readonly file: number
  readonly times: Times
}

/** Values of a stack field that are no id: stack.h. */
export const StackId = { None: 0, NotSampled: 1, Failed: 2 } as const

/** Waits of one thread for a CPU: struct queue_key. */
export interface QueueRow {
  readonly pid: number
  readonly tid: number
  readonly reason: 'woken' | 'preempted' | 'throttled'
  /** The thread that had the CPU: the one before it, or the one that took it away; NONE when the CPU was idle. */
  readonly occupantTid: number
  /** CPUs it may run on. */
  readonly allowedCpuCount: number
  readonly times: Times
}

/** States of the ledger in the order of enum state in sched.bpf.c. */
export const ledgerStates = ['running', 'woken', 'preempted', 'throttled', 'blocked', 'blockedIo'] as const

/** Code of the state after the last: the thread has ended. */
export const DEAD = ledgerStates.length

/** What the kernel knows of a thread: struct thread. */
export interface ThreadRecord {
  readonly tid: number
  readonly pid: number
  readonly comm: string
  /** Since when it is in its state, relative to the recording's start: before it for a clock read earlier. */
  readonly sinceNs: number
  readonly state: number
  /** Time per state up to sinceNs. */
  readonly ns: readonly number[]
  readonly switches: number
  /** Waits that found no room in the map: their time, and how many. */
  readonly foldedNs: number
  readonly folded: number
  /** Tells two threads of the same id apart. */
  readonly startTime: number
  /** The wait that is going on, and since when; undefined when it is in none. */
  readonly wait: { readonly sinceNs: number; readonly place: Place; readonly userStack: number; readonly file: number } | undefined
  /** It was being written while it was read. */
  readonly torn: boolean
}

const WAIT_KEY_WORDS = 16
const QUEUE_KEY_WORDS = 6
const THREAD_WORDS = 50

/** Rows of waits_a or waits_b. */
export function decodeWaits({ keys: keyBytes, values: valueBytes, count }: Batch): readonly WaitRow[] {
  const keys = wordsOf(keyBytes)
  const values = wordsOf(valueBytes)
  const rows = wholeRows({ count, keys, keyWords: WAIT_KEY_WORDS, values, valueWords: TIMES_WORDS })
  return Array.from({ length: rows }, (_, row) => {
    const key = row * WAIT_KEY_WORDS
    return {
      pid: keys[key],
      tid: keys[key + 1],
      place: placeAt(keys, key + 4),
      wakerKind: wakerKinds[keys[key + 5] >>> 24] ?? 'unknown',
      wakerPid: keys[key + 2] || NONE,
      wakerTid: keys[key + 3] || NONE,
      kernelStack: u64At(keys, key + 8),
      userStack: u64At(keys, key + 10),
      wakerStack: u64At(keys, key + 12),
      file: u64At(keys, key + 14),
      times: timesAt(values, row * TIMES_WORDS),
    }
  })
}

/** s16 syscall; u16 task_state, futex_op; u8 flags, waker_kind; u64 argument. */
function placeAt(words: Uint32Array, index: number): Place {
  const flags = words[index + 1] >>> 16
  return {
    syscall: (words[index] << 16) >> 16,
    taskState: words[index] >>> 16,
    futexOp: words[index + 1] & 0xffff,
    kernelThread: (flags & 1) !== 0,
    inIowait: (flags & 2) !== 0,
    startUnknown: (flags & 8) !== 0,
    argument: u64At(words, index + 2),
  }
}

/** Rows of queues_a or queues_b. */
export function decodeQueues({ keys: keyBytes, values: valueBytes, count }: Batch): readonly QueueRow[] {
  const keys = wordsOf(keyBytes)
  const values = wordsOf(valueBytes)
  const rows = wholeRows({ count, keys, keyWords: QUEUE_KEY_WORDS, values, valueWords: TIMES_WORDS })
  const reasons = { 1: 'woken', 2: 'preempted', 3: 'throttled' } as const
  return Array.from({ length: rows }, (_, row) => {
    const key = row * QUEUE_KEY_WORDS
    return {
      pid: keys[key],
      tid: keys[key + 1],
      reason: reasons[keys[key + 2] as 1] ?? 'woken',
      occupantTid: keys[key + 3] || NONE,
      allowedCpuCount: keys[key + 4],
      times: timesAt(values, row * TIMES_WORDS),
    }
  })
}

/** How records are read. */
export interface ThreadBatch extends Batch {
  /** The recording's start on the kernel's clock. */
  readonly startNs: bigint
  /** Records that need no row: asked before anything else is read of them. */
  readonly isSettled?: (tid: number, state: number, sinceNs: number) => boolean
}

/** Records of `threads`, without those that are settled. */
export function decodeThreads({ keys: keyBytes, values: valueBytes, count, startNs, isSettled }: ThreadBatch): readonly ThreadRecord[] {
  const keys = wordsOf(keyBytes)
  const values = wordsOf(valueBytes)
  const rows = wholeRows({ count, keys, keyWords: 1, values, valueWords: THREAD_WORDS })
  const instantAt = clockFrom(startNs)
  const records: ThreadRecord[] = []
  for (let row = 0; row < rows; row++) {
    const at = row * THREAD_WORDS
    const sinceNs = instantAt(values, at + 2)
    if (isSettled?.(keys[row], values[at + 4], sinceNs)) continue
    records.push({ tid: keys[row], sinceNs, ...recordAt(values, at, instantAt) })
  }
  return records
}

function recordAt(
  values: Uint32Array,
  at: number,
  instantAt: (words: Uint32Array, index: number) => number,
): Omit<ThreadRecord, 'tid' | 'sinceNs'> {
  const waiting = values[at + 26] !== 0 || values[at + 27] !== 0
  return {
    pid: values[at + 1],
    comm: commAt(values, at + 45),
    state: values[at + 4],
    ns: ledgerStates.map((_, state) => u64At(values, at + 6 + state * 2)),
    startTime: u64At(values, at + 18),
    switches: u64At(values, at + 20),
    foldedNs: u64At(values, at + 22),
    folded: u64At(values, at + 24),
    wait: waiting ? { sinceNs: instantAt(values, at + 26), ...waitAt(values, at + 30) } : undefined,
    torn: values[at] !== values[at + 49],
  }
}

/** struct place place; u64 user_stack, waker_stack, user_stack_at, file. */
function waitAt(values: Uint32Array, at: number): { place: Place; userStack: number; file: number } {
  return { place: placeAt(values, at), userStack: u64At(values, at + 4), file: u64At(values, at + 10) }
}

/** Absolute ns lose their exactness in a number after 104 days of uptime: the difference is taken by halves. */
function clockFrom(startNs: bigint): (words: Uint32Array, index: number) => number {
  const low = Number(startNs & 0xffffffffn)
  const high = Number(startNs >> 32n)
  return (words, index) => words[index] - low + (words[index + 1] - high) * 4294967296
}

/** char comm[16]: bytes up to a zero, as Latin-1 so that hostile names can't fail. */
function commAt(words: Uint32Array, index: number): string {
  let text = ''
  for (let byte = 0; byte < 16; byte++) {
    const code = (words[index + (byte >> 2)] >>> ((byte & 3) * 8)) & 0xff
    if (code === 0) break
    text += String.fromCharCode(code)
  }
  return text
}
