/** Why a thread stopped running: one table of exact rules over what the kernel said at that moment. */

import type { WaitReason } from '../schema.ts'

export { isIdleWait, type WaitReason, waitReasons } from '../schema.ts'

/** What is known of a wait. */
export interface WaitFacts {
  /** Name of the system call; undefined outside of one, as in a page fault of user code. */
  readonly syscall: string | undefined
  /** TASK_* bits, include/linux/sched.h. */
  readonly taskState: number
  readonly inIowait: boolean
  readonly kernelThread: boolean
  /** What the call's descriptor is; undefined when it has none or it is closed again. */
  readonly descriptor: DescriptorKind | undefined
  /** Functions of the kernel stack, leaf first; empty when no stack was taken or names are hidden. */
  readonly kernelFunctions: readonly string[]
}

/** Kinds of descriptors that read and write can wait on. */
export type DescriptorKind = 'socket' | 'pipe' | 'file' | 'event'

/** The first rule that holds, from what is surest to what is only likely. */
export function waitReason(facts: WaitFacts): WaitReason {
  if (facts.taskState & (TASK_STOPPED | TASK_TRACED)) return 'stopped'
  const memory = firstMatch(facts.kernelFunctions, memoryRules)
  if (memory !== undefined) return memory
  const waited = firstMatch(facts.kernelFunctions, leafRules)
  if (waited === 'blockIo') return blockReason(facts)
  if (waited !== undefined) return waited
  if (facts.inIowait) return blockReason(facts)
  if (facts.kernelThread) return 'kernelThread'
  if (facts.syscall === undefined) return isUninterruptible(facts) ? 'pageFault' : 'unknown'
  return syscallReason(facts.syscall, facts)
}

const TASK_UNINTERRUPTIBLE = 2
const TASK_STOPPED = 4
const TASK_TRACED = 8

type FrameRule = readonly [pattern: RegExp, reason: WaitReason]

/** Anywhere in the stack: whatever the leaf waits for, it does so to get memory. mm/vmscan.c, mm/memcontrol.c, mm/page-writeback.c. */
const memoryRules: readonly FrameRule[] = [
  [/^(mem_cgroup_handle_over_high|__mem_cgroup_handle_over_high)$/, 'memoryThrottle'],
  [/^balance_dirty_pages/, 'writebackThrottle'],
  [/^(try_to_free_pages|try_to_free_mem_cgroup_pages|throttle_direct_reclaim|reclaim_throttle|__alloc_pages_direct_compact)$/, 'reclaim'],
]

/** The frame nearest the leaf decides. */
const leafRules: readonly FrameRule[] = [
  [/^(__)?(mutex_lock|ww_mutex_lock)/, 'kernelLock'],
  [
    /^(rwsem_down_(read|write)_slowpath|percpu_rwsem_wait|__percpu_down_read|__?rt_mutex_\w*slowlock\w*|__down(_\w+)?|down_(read|write)\w*)$/,
    'kernelLock',
  ],
  [/^(do_)?futex_(wait|lock_pi)\w*$/, 'futex'],
  [/^(anon_)?pipe_(read|write)$|^wait_for_partner$|^fifo_open$/, 'pipe'],
  [
    /^(io_schedule|io_schedule_timeout|folio_wait_\w+|__folio_lock\w*|wait_on_page_\w+|__wait_on_buffer|bit_wait_io|blk_mq_get_tag|rq_qos_wait|submit_bio_wait|jbd2_log_wait_commit|wait_on_commit|blkdev_issue_flush)$/,
    'blockIo',
  ],
  [/^(inet_csk_accept|unix_accept|inet_accept)$/, 'accept'],
  [/^(sk_wait_data|\w+_recvmsg|unix_stream_read_generic|__skb_wait_for_more_packets|__skb_recv_datagram)$/, 'socketReceive'],
  [/^(sk_stream_wait_memory|sock_alloc_send_pskb|unix_wait_for_peer)$/, 'socketSend'],
  [/^(inet_wait_for_connect|unix_stream_connect)$/, 'connect'],
  [/^(ep_poll|do_epoll_wait|do_poll\w*|do_sys_poll|do_select|poll_schedule_timeout\w*)$/, 'poll'],
  [/^(io_cqring_wait|io_wq_worker)$/, 'ioUring'],
  [/^(hrtimer_nanosleep|do_nanosleep|common_nsleep\w*)$/, 'sleep'],
  [/^(do_wait|kernel_wait4|kernel_waitid)$/, 'childWait'],
  [/^(locks_lock_inode_wait|flock_lock_inode_wait|posix_lock_inode_wait|fcntl_setlk)$/, 'fileLock'],
]

function firstMatch(functions: readonly string[], rules: readonly FrameRule[]): WaitReason | undefined {
  for (const name of functions) {
    const rule = rules.find(([pattern]) => pattern.test(name))
    if (rule !== undefined) return rule[1]
  }
  return undefined
}

function blockReason({ syscall, kernelFunctions, kernelThread }: WaitFacts): WaitReason {
  if (syscall !== undefined && reasonOfSyscall.get(syscall) === 'fsync') return 'fsync'
  // a write to a file that was opened with O_SYNC or O_DSYNC
  if (kernelFunctions.some(name => /^(vfs_fsync_range|generic_write_sync|\w+_(sync_file|file_fsync))$/.test(name))) return 'fsync'
  const faulted = kernelFunctions.some(name =>
    /^(asm_exc_page_fault|exc_page_fault|do_user_addr_fault|do_page_fault|handle_mm_fault)$/.test(name),
  )
  return faulted || (syscall === undefined && !kernelThread) ? 'pageFault' : 'blockIo'
}

function isUninterruptible({ taskState }: WaitFacts): boolean {
  return (taskState & TASK_UNINTERRUPTIBLE) !== 0
}

const syscallsByReason: Readonly<Partial<Record<WaitReason, string>>> = {
  futex: 'futex futex_wait futex_waitv',
  fsync: 'fsync fdatasync sync syncfs sync_file_range msync',
  poll: 'poll ppoll select pselect6 epoll_wait epoll_pwait epoll_pwait2 io_getevents io_pgetevents epoll_wait_old',
  accept: 'accept accept4',
  connect: 'connect',
  socketReceive: 'recvfrom recvmsg recvmmsg',
  socketSend: 'sendto sendmsg sendmmsg',
  sleep: 'nanosleep clock_nanosleep restart_syscall',
  childWait: 'wait4 waitid vfork',
  signalWait: 'pause rt_sigsuspend rt_sigtimedwait',
  fileLock: 'flock',
  ioUring: 'io_uring_enter',
  message: 'msgrcv msgsnd mq_timedreceive mq_timedsend semop semtimedop',
}

const reasonOfSyscall: ReadonlyMap<string, WaitReason> = new Map(
  Object.entries(syscallsByReason).flatMap(([reason, names]) => names.split(' ').map(name => [name, reason as WaitReason] as const)),
)

const reads = ['read', 'readv', 'pread64', 'preadv', 'preadv2']
const writes = ['write', 'writev', 'pwrite64', 'pwritev', 'pwritev2', 'sendfile', 'splice', 'tee', 'vmsplice']

function syscallReason(syscall: string, facts: WaitFacts): WaitReason {
  const reason = reasonOfSyscall.get(syscall)
  if (reason !== undefined) return reason
  const isRead = reads.includes(syscall)
  if (!isRead && !writes.includes(syscall)) return 'unknown'
  if (facts.descriptor === 'pipe') return 'pipe'
  if (facts.descriptor === 'socket') return isRead ? 'socketReceive' : 'socketSend'
  if (facts.descriptor === 'event') return isRead ? 'poll' : 'unknown'
  return facts.descriptor === 'file' && isUninterruptible(facts) ? 'blockIo' : 'unknown'
}

/** Target of /proc/PID/fd/N → what it is. */
export function descriptorKind(link: string | undefined): DescriptorKind | undefined {
  if (link === undefined) return undefined
  if (link.startsWith('socket:')) return 'socket'
  if (link.startsWith('pipe:')) return 'pipe'
  if (link.startsWith('anon_inode:')) return 'event'
  return link.startsWith('/') && !link.startsWith('/dev/') ? 'file' : undefined
}
