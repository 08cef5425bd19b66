/** What locks of the kernel protect, by who takes them. */

import type { Table } from '../schema.ts'
import type { WaitNames } from './wait-names.ts'

/** Functions that are about locking itself: kernel/locking/, include/linux/mmap_lock.h. */
const lockFunction =
  /^(_*(raw_)?(spin|read|write|mutex|ww_mutex|rt_mutex|rwsem|percpu|down|up|osq|native_queued|queued|__pv_queued|pv_)\w*|__contention_\w+|trace_contention\w*|_*schedule\w*|mmap_(read|write)_lock\w*|lock_mm_and_find_vma|lock_vma_under_rcu|do_futex\w*_lock)$/

/** Locks that are known by who takes them. mm/mmap.c, fs/inode.c, kernel/futex/, net/core/sock.c, kernel/sched/. */
const knownLocks: readonly (readonly [RegExp, string])[] = [
  [
    /mmap|munmap|mprotect|\bbrk\b|vm_brk|madvise|do_user_addr_fault|exc_page_fault|handle_mm_fault|lock_mm_and_find_vma|dup_mmap|exit_mm|mremap/,
    'mmap_lock',
  ],
  [/futex_(wait|wake|q_lock|hash|setup|requeue)/, 'futex hash bucket lock'],
  [/ep_(poll|insert|remove|send)|epoll/, 'epoll lock'],
  [/pipe_(read|write|release|fcntl)|anon_pipe/, 'pipe lock'],
  [
    /(path_openat|open_last_lookups|lookup_slow|iterate_dir|vfs_(create|unlink|rename|mkdir|rmdir|link)|do_(unlinkat|renameat2|mkdirat))/,
    'directory inode lock',
  ],
  [/(ext4|xfs|btrfs|generic)_(file|buffered)\w*write|file_write_iter/, 'inode lock'],
  [/jbd2_|start_this_handle/, 'journal lock'],
  [/lock_sock|release_sock|tcp_(sendmsg|recvmsg)/, 'socket lock'],
  [/try_to_wake_up|rq_lock|task_rq/, 'run queue lock'],
  [/folio_lruvec|lru_add|lru_cache|release_pages/, 'LRU lock'],
  [/get_page_from_freelist|rmqueue|free_(unref|pcppages|one)/, 'zone lock of the page allocator'],
]

/** Whether a function of the kernel is about locking itself. */
export function isLocking(name: string): boolean {
  return lockFunction.test(name)
}

/** Names by address. Short waits have no stack; longer ones for the same lock name it. */
export function nameKernelLocks(lock: Table<'lock'>, names: WaitNames): ReadonlyMap<bigint, string> {
  const nameOf = new Map<bigint, string>()
  for (let row = 0; row < lock.length; row++) {
    if (nameOf.has(lock.address[row])) continue
    const name = lockName(names.kernelFunctions(lock.kernelCallchain[row]))
    if (name !== undefined) nameOf.set(lock.address[row], name)
  }
  return nameOf
}

function lockName(functions: readonly string[]): string | undefined {
  const taker = functions.find(name => !lockFunction.test(name))
  if (taker === undefined) return undefined
  for (const [pattern, name] of knownLocks) if (functions.slice(0, 12).some(candidate => pattern.test(candidate))) return name
  return `a lock taken by ${taker}`
}
