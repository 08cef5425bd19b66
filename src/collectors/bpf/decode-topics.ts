import { NONE } from '../../schema.ts'
import { type LockKind, lockKind } from './lock-kind.ts'
import { addressAt, type Batch, TIMES_WORDS, type Times, timesAt, u64At, wholeRows, wordsOf } from './words.ts'

/** Waits for one lock of the kernel: struct lock_key of lock.bpf.c. */
export interface LockRow {
  readonly pid: number
  readonly tid: number
  /** Address in the kernel. */
  readonly lock: bigint
  readonly kind: LockKind
  /** Who had it when the wait began; NONE where the lock does not say. */
  readonly ownerTid: number
  readonly kernelStack: number
  readonly times: Times
}

/** Requests to one device: struct block_key of block.bpf.c. */
export interface BlockRow {
  /** "major:minor" in decimal, as in /sys/dev/block. */
  readonly device: string
  readonly operation: 'read' | 'write' | 'flush' | 'discard' | 'other'
  /** Whoever issued them: for buffered writes a kernel thread. */
  readonly pid: number
  readonly tid: number
  /** Sizes are in [n, 2n) bytes; 0 for requests without data. */
  readonly sizeFromBytes: number
  /** They began where the one before on this device ended. */
  readonly sequential: boolean
  readonly kernelStack: number
  /** From issue to completion, and from insertion to issue for those that queued. */
  readonly latency: Times
  readonly queue: Times
  readonly bytes: number
  readonly errors: number
}

/** System calls of one thread and number: struct syscall_key of syscall.bpf.c. */
export interface SyscallRow {
  readonly pid: number
  readonly tid: number
  readonly number: number
  readonly count: number
  readonly ns: number
  readonly maxNs: number
  readonly errors: number
  /** Sum of positive results: bytes only for calls that return a size. */
  readonly resultSum: number
}

/** Page faults of one thread: struct fault_key of fault.bpf.c. */
export interface FaultRow {
  readonly pid: number
  readonly tid: number
  readonly inKernel: boolean
  readonly userStack: number
  readonly count: number
  readonly major: number
}

/** Interrupts of one vector that hit one thread: struct interrupt_key of irq.bpf.c. */
export interface InterruptRow {
  readonly kind: 'hard' | 'soft'
  readonly vector: number
  /** NONE when they hit an idle CPU. */
  readonly victimPid: number
  readonly victimTid: number
  readonly times: Times
}

/** TCP events: struct net_key of net.bpf.c. */
export interface NetworkRow {
  readonly kind: (typeof networkKinds)[number]
  /** Only for connect. */
  readonly pid: number
  readonly remoteAddress: string
  /** NONE where it would make a row of every connection. */
  readonly localPort: number
  readonly remotePort: number
  readonly count: number
}

const networkKinds = ['retransmit', 'resetSent', 'resetReceived', 'connect', 'connected', 'accepted', 'closed'] as const

/** Forks, execs, exits and signals: struct process_key of process.bpf.c. */
export interface ProcessRow {
  readonly kind: (typeof processKinds)[number]
  readonly pid: number
  readonly tid: number
  /** Who got the signal, and its number; NONE for the others. */
  readonly toPid: number
  readonly signal: number
  readonly count: number
}

const processKinds = ['fork', 'thread', 'exec', 'exit', 'signal'] as const

/** Times a thread had to free or move memory: struct memory_key of memory.bpf.c. */
export interface MemoryStallRow {
  readonly kind: (typeof memoryKinds)[number]
  readonly pid: number
  readonly tid: number
  readonly times: Times
}

const memoryKinds = ['directReclaim', 'cgroupReclaim', 'compaction'] as const

/** Processes killed for want of memory: struct oom_key of oom.bpf.c. */
export interface KillRow {
  readonly pid: number
  readonly tid: number
  readonly count: number
}

/** Connections a listening socket dropped because its accept queue was full: struct listen_key of listen.bpf.c. */
export interface FullQueueRow {
  /** As in /proc/PID/fd; 0 when the socket has no file. */
  readonly inode: number
  readonly port: number
  readonly count: number
}

/** Calls row(keys, k, values, v) with the first word of each key and value, for as many rows as are whole. */
function decode<Row>(
  batch: Batch,
  words: { readonly key: number; readonly value: number },
  row: (keys: Uint32Array, key: number, values: Uint32Array, value: number) => Row,
): readonly Row[] {
  const keys = wordsOf(batch.keys)
  const values = wordsOf(batch.values)
  const length = wholeRows({ count: batch.count, keys, keyWords: words.key, values, valueWords: words.value })
  return Array.from({ length }, (_, index) => row(keys, index * words.key, values, index * words.value))
}

/** u64 lock; u32 tgid, tid, flags, owner_tid; u64 kernel_stack. */
export function decodeLocks(batch: Batch): readonly LockRow[] {
  return decode(batch, { key: 8, value: TIMES_WORDS }, (keys, key, values, value) => ({
    lock: addressAt(keys, key),
    pid: keys[key + 2],
    tid: keys[key + 3],
    kind: lockKind(keys[key + 4]),
    ownerTid: keys[key + 5] || NONE,
    kernelStack: u64At(keys, key + 6),
    times: timesAt(values, value),
  }))
}

/** u32 device, operation, tgid, tid, size_class, sequential; u64 stack → struct times device, queue; u64 bytes, errors. */
export function decodeBlocks(batch: Batch): readonly BlockRow[] {
  const operations = ['read', 'write', 'flush', 'discard'] as const
  return decode(batch, { key: 8, value: TIMES_WORDS * 2 + 4 }, (keys, key, values, value) => ({
    device: `${keys[key] >>> 20}:${keys[key] & 0xfffff}`,
    operation: operations[keys[key + 1]] ?? 'other',
    pid: keys[key + 2],
    tid: keys[key + 3],
    sizeFromBytes: keys[key + 4] === 0 ? 0 : 2 ** (keys[key + 4] + 8),
    sequential: keys[key + 5] !== 0,
    kernelStack: u64At(keys, key + 6),
    latency: timesAt(values, value),
    queue: timesAt(values, value + TIMES_WORDS),
    bytes: u64At(values, value + TIMES_WORDS * 2),
    errors: u64At(values, value + TIMES_WORDS * 2 + 2),
  }))
}

/** u32 tgid, tid, number, reserved → u64 count, ns, max, errors, bytes. */
export function decodeSyscalls(batch: Batch): readonly SyscallRow[] {
  return decode(batch, { key: 4, value: 10 }, (keys, key, values, value) => ({
    pid: keys[key],
    tid: keys[key + 1],
    number: keys[key + 2],
    count: u64At(values, value),
    ns: u64At(values, value + 2),
    maxNs: u64At(values, value + 4),
    errors: u64At(values, value + 6),
    resultSum: u64At(values, value + 8),
  }))
}

/** u32 tgid, tid, in_kernel, reserved; u64 user_stack → u64 count, major. */
export function decodeFaults(batch: Batch): readonly FaultRow[] {
  return decode(batch, { key: 6, value: 4 }, (keys, key, values, value) => ({
    pid: keys[key],
    tid: keys[key + 1],
    inKernel: keys[key + 2] !== 0,
    userStack: u64At(keys, key + 4),
    count: u64At(values, value),
    major: u64At(values, value + 2),
  }))
}

/** u32 soft, vector, tgid, tid. */
export function decodeInterrupts(batch: Batch): readonly InterruptRow[] {
  return decode(batch, { key: 4, value: TIMES_WORDS }, (keys, key, values, value) => ({
    kind: keys[key] === 0 ? ('hard' as const) : ('soft' as const),
    vector: keys[key + 1],
    victimPid: keys[key + 2] || NONE,
    victimTid: keys[key + 3] || NONE,
    times: timesAt(values, value),
  }))
}

/** u32 kind, tgid; u16 family, local_port, remote_port, reserved; u8 remote[16] → u64 count. */
export function decodeNetwork(batch: Batch): readonly NetworkRow[] {
  return decode(batch, { key: 8, value: 2 }, (keys, key, values, value) => ({
    kind: networkKinds[keys[key] - 1] ?? 'closed',
    pid: keys[key + 1] || NONE,
    remoteAddress: formatAddress(keys[key + 2] & 0xffff, keys.subarray(key + 4, key + 8)),
    localPort: keys[key + 2] >>> 16 || NONE,
    remotePort: keys[key + 3] & 0xffff || NONE,
    count: u64At(values, value),
  }))
}

/** AF_INET 2, AF_INET6 10; empty for a socket that has no peer. */
function formatAddress(family: number, words: Uint32Array): string {
  const bytes = Array.from({ length: 16 }, (_, index) => (words[index >> 2] >>> ((index & 3) * 8)) & 0xff)
  if (family === 2) return bytes.slice(0, 4).join('.')
  if (family !== 10) return ''
  const groups = Array.from({ length: 8 }, (_, index) => ((bytes[index * 2] << 8) | bytes[index * 2 + 1]).toString(16))
  return groups.join(':')
}

/** u32 kind, tgid, tid, to_tgid, signal, reserved → u64 count. */
export function decodeProcesses(batch: Batch): readonly ProcessRow[] {
  return decode(batch, { key: 6, value: 2 }, (keys, key, values, value) => ({
    kind: processKinds[keys[key] - 1] ?? 'exit',
    pid: keys[key + 1],
    tid: keys[key + 2] || NONE,
    toPid: keys[key + 3] || NONE,
    signal: keys[key + 4] || NONE,
    count: u64At(values, value),
  }))
}

/** u32 kind, tgid, tid, reserved. */
export function decodeMemoryStalls(batch: Batch): readonly MemoryStallRow[] {
  return decode(batch, { key: 4, value: TIMES_WORDS }, (keys, key, values, value) => ({
    kind: memoryKinds[keys[key]] ?? 'directReclaim',
    pid: keys[key + 1],
    tid: keys[key + 2],
    times: timesAt(values, value),
  }))
}

/** u32 tgid, tid → u64 count. */
export function decodeKills(batch: Batch): readonly KillRow[] {
  return decode(batch, { key: 2, value: 2 }, (keys, key, values, value) => ({
    pid: keys[key],
    tid: keys[key + 1],
    count: u64At(values, value),
  }))
}

/** u64 inode; u32 port, reserved → u64 count. */
export function decodeFullQueues(batch: Batch): readonly FullQueueRow[] {
  return decode(batch, { key: 4, value: 2 }, (keys, key, values, value) => ({
    inode: u64At(keys, key),
    port: keys[key + 2],
    count: u64At(values, value),
  }))
}
