/** How the verdict speaks of each class of bottleneck. */

import type { Culprit, Finding, FindingClass } from '../schema.ts'
import { cut, plain } from './template.ts'

interface Words {
  /** Subject of "… limits this machine". */
  readonly cause: string
  /** The same where the culprit is what the finding is about. */
  readonly ownCause?: string
  /** Rest of "40 % of its threads' time …"; {culprit} is the first culprit of that kind. */
  readonly loss: string
  readonly culprit?: { readonly kind: Culprit['kind']; readonly unknown: string }
}

const words: Readonly<Record<FindingClass, Words>> = {
  'cpu.hot-function': {
    cause: 'One hot function',
    loss: 'is spent in {culprit}',
    culprit: { kind: 'function', unknown: 'one function' },
  },
  'cpu.saturation': { cause: 'CPU saturation', loss: 'is spent waiting for a CPU' },
  'cpu.serial': {
    cause: 'One busy thread',
    loss: 'passes while {culprit} works alone',
    culprit: { kind: 'thread', unknown: 'one thread' },
  },
  'cpu.spin': { cause: 'Busy waiting', loss: 'is spent spinning' },
  'cpu.throttled': {
    cause: 'CPU throttling',
    loss: 'is held back by the quota of {culprit}',
    culprit: { kind: 'cgroup', unknown: 'its cgroup' },
  },
  'cpu.affinity': { cause: 'CPU pinning', loss: 'is spent queueing for pinned CPUs while others idle' },
  'cpu.competitor': {
    cause: 'Competition for the CPU',
    loss: 'is spent waiting behind {culprit}',
    culprit: { kind: 'process', unknown: 'other processes' },
  },
  'cpu.syscall-storm': { cause: 'A storm of system calls', loss: 'is spent entering the kernel' },
  'cpu.kernel-heavy': { cause: 'Kernel work', loss: 'is spent in the kernel' },
  'cpu.interrupt': { cause: 'Interrupt load', loss: 'is taken by interrupts' },
  'cpu.steal': { cause: 'CPU steal', loss: 'is taken by the hypervisor' },
  'lock.futex': { cause: 'Lock contention', loss: 'is spent queueing for a lock' },
  'lock.held-during-io': { cause: 'A lock whose holder waits', loss: 'is spent queueing for it' },
  'lock.kernel': { cause: 'Kernel lock contention', loss: 'is spent queueing for a kernel lock' },
  'lock.priority-inversion': { cause: 'Priority inversion', loss: 'is spent waiting for a lock holder that cannot run' },
  'wait.ping-pong': { cause: 'Handing work to and fro', loss: 'is spent on switches and wake-ups' },
  'wait.downstream': {
    cause: 'Another process',
    ownCause: 'Waiting between its own threads',
    loss: 'is spent waiting for {culprit}',
    culprit: { kind: 'process', unknown: 'a local process' },
  },
  'wait.remote': { cause: 'A remote peer', loss: 'is spent waiting for {culprit}', culprit: { kind: 'peer', unknown: 'the network' } },
  'wait.sleep-poll': { cause: 'Polling by sleeping', loss: 'is slept away' },
  'io.read-latency': {
    cause: 'Read latency',
    loss: 'is spent waiting for reads from {culprit}',
    culprit: { kind: 'device', unknown: 'a device' },
  },
  'io.fsync': { cause: 'Waiting for durability', loss: 'is spent in fsync' },
  'io.small-ops': { cause: 'Small I/O operations', loss: 'is spent on them' },
  'io.writeback': { cause: 'Writeback throttling', loss: 'is spent waiting for dirty pages to be written' },
  'io.saturation': { cause: 'I/O', loss: 'is spent waiting for {culprit}', culprit: { kind: 'device', unknown: 'storage' } },
  'mem.fault-minor': { cause: 'Page faulting', loss: 'is spent on page faults' },
  'mem.fault-major': { cause: 'Faulting from disk', loss: 'is spent waiting for pages from disk' },
  'mem.reclaim': { cause: 'Memory shortage', loss: 'is spent waiting for memory' },
  'mem.alloc': { cause: 'Memory allocation', loss: 'is spent in the allocator' },
  'mem.tlb-shootdown': { cause: 'TLB shootdown', loss: 'is spent flushing mappings' },
  'mem.bandwidth': { cause: 'Memory bandwidth', loss: 'is spent waiting for memory accesses' },
  'net.small-packets': { cause: 'A flood of tiny messages', loss: 'is spent on them' },
  'net.nagle-delack': { cause: 'Delayed acknowledgement', loss: 'is spent waiting for it' },
  'net.listen-overflow': { cause: 'A full accept queue', loss: 'is lost to it' },
  'net.connection-churn': { cause: 'Connection churn', loss: 'is spent opening and closing connections' },
  'net.retransmit': { cause: 'Packet loss', loss: 'is spent waiting for retransmissions' },
  'proc.fork-exec': { cause: 'Starting processes', loss: 'is spent on it' },
  'proc.signal': { cause: 'Signal delivery', loss: 'is spent on it' },
  'fs.metadata': { cause: 'File metadata work', loss: 'is spent on open, stat and the like' },
  'runtime.gc': { cause: 'Garbage collection', loss: 'is spent on it' },
  'runtime.gil': { cause: 'One interpreter lock', loss: 'is spent queueing for it' },
  'time.change': { cause: 'A change while recording', loss: 'is lost beyond the better part' },
  'time.phase': { cause: 'One of its phases', loss: 'is lost beyond the best phase' },
  'time.outlier': { cause: 'A few bad moments', loss: 'is lost in them beyond the usual' },
  'time.periodic': { cause: 'A stall that comes back', loss: 'is lost in it' },
  'time.tail': { cause: 'A tail of slow waits', loss: 'is spent in the slow ones' },
  'scale.limit': { cause: 'Scaling', loss: 'is lost to more threads' },
  'mem.growth': { cause: 'Growing memory', loss: 'is lost to it yet' },
  'proc.thread-growth': { cause: 'A growing number of threads', loss: 'is lost to it yet' },
  'runtime.jit': { cause: 'The runtime’s compiler', loss: 'is spent compiling, or running code that is not compiled' },
  'runtime.loop': { cause: 'A blocked event loop', loss: 'passes while it stands still' },
  'cpu.pipeline': { cause: 'Stalled CPUs', loss: 'is lost in the pipeline' },
  'cpu.frequency': { cause: 'A slow clock', loss: 'is lost to a low frequency' },
  'net.queue': { cause: 'A full network queue', loss: 'is spent waiting for room in it' },
  'fs.wait': { cause: 'A remote file system', loss: 'is spent waiting for it' },
  'limit.reached': { cause: 'A limit', loss: 'is lost to it' },
  none: { cause: 'Nothing', loss: 'is lost' },
}

/** Longest name of a culprit in a verdict of two lines. */
const MAX_NAME = 40

/** "CPU saturation". */
export function causeWords({ class: classId, subject, culprits }: Finding): string {
  const { cause, ownCause, culprit } = words[classId]
  const isOwn = culprits.find(({ kind }) => kind === culprit?.kind)?.name === subject
  return isOwn && ownCause !== undefined ? ownCause : cause
}

/** "is spent waiting for a CPU". */
export function lossWords({ class: classId, culprits }: Finding): string {
  const { loss, culprit } = words[classId]
  if (culprit === undefined) return loss
  const name = culprits.find(({ kind }) => kind === culprit.kind)?.name
  return loss.replace('{culprit}', () => (name === undefined || name === '' ? culprit.unknown : cut(plain(name), MAX_NAME)))
}
