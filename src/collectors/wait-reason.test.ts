import { expect, test } from 'vitest'
import { descriptorKind, isIdleWait, type WaitFacts, waitReason } from './wait-reason.ts'

const wait = (facts: Partial<WaitFacts>): WaitFacts => ({
  syscall: undefined,
  taskState: 1,
  inIowait: false,
  kernelThread: false,
  descriptor: undefined,
  kernelFunctions: [],
  ...facts,
})

test.each([
  ['a futex', { syscall: 'futex' }, 'futex'],
  ['read on a pipe', { syscall: 'read', descriptor: 'pipe' as const }, 'pipe'],
  ['read on a socket', { syscall: 'read', descriptor: 'socket' as const }, 'socketReceive'],
  ['writev on a socket', { syscall: 'writev', descriptor: 'socket' as const }, 'socketSend'],
  ['read on a file the kernel fetches', { syscall: 'read', descriptor: 'file' as const, taskState: 2 }, 'blockIo'],
  ['fsync that waits for a device', { syscall: 'fsync', inIowait: true, taskState: 2 }, 'fsync'],
  ['fsync without iowait', { syscall: 'fdatasync', taskState: 2 }, 'fsync'],
  ['epoll', { syscall: 'epoll_wait' }, 'poll'],
  ['sleep', { syscall: 'clock_nanosleep' }, 'sleep'],
  ['a child', { syscall: 'wait4' }, 'childWait'],
  ['a fault of user code that reads from disk', { inIowait: true, taskState: 2 }, 'pageFault'],
  ['no system call and no iowait, uninterruptibly', { taskState: 2 }, 'pageFault'],
  ['an idle kernel thread', { kernelThread: true, taskState: 0x402 }, 'kernelThread'],
  ['a kernel thread waiting for a device', { kernelThread: true, taskState: 2, inIowait: true }, 'blockIo'],
  ['a stopped process, whatever it did', { syscall: 'futex', taskState: 4 }, 'stopped'],
  ['a call nobody has a rule for', { syscall: 'getrandom' }, 'unknown'],
])('%s', (_, facts, reason) => {
  expect(waitReason(wait(facts))).toBe(reason)
})

test.each([
  [
    'the frame nearest the leaf decides',
    'write',
    ['schedule', 'rwsem_down_write_slowpath', 'down_write', 'ext4_file_write_iter', 'vfs_write'],
    'kernelLock',
  ],
  ['a mutex inside fsync is a lock', 'fsync', ['schedule', '__mutex_lock.constprop.0', 'jbd2_log_wait_commit'], 'kernelLock'],
  ['the journal inside fsync is fsync', 'fsync', ['schedule', 'jbd2_log_wait_commit', 'ext4_sync_file'], 'fsync'],
  [
    'a fault inside read is a fault',
    'read',
    ['io_schedule', 'folio_wait_bit_common', 'filemap_fault', 'handle_mm_fault', 'copy_to_user'],
    'pageFault',
  ],
  [
    'I/O done to free memory is reclaim',
    'mmap',
    ['io_schedule', 'folio_wait_bit_common', 'shrink_folio_list', 'try_to_free_pages'],
    'reclaim',
  ],
  [
    'a writer held back is not the disk',
    'write',
    ['schedule_timeout', 'io_schedule_timeout', 'balance_dirty_pages', 'ext4_buffered_write_iter'],
    'writebackThrottle',
  ],
])('%s', (_, syscall, kernelFunctions, reason) => {
  expect(waitReason(wait({ syscall, kernelFunctions, taskState: 2 }))).toBe(reason)
})

test('waits for work are idle, waits for locks and devices are not', () => {
  expect(isIdleWait('poll')).toBe(true)
  expect(isIdleWait('futex')).toBe(false)
  expect(isIdleWait('fsync')).toBe(false)
})

test('a descriptor is known by what its link in /proc names', () => {
  expect(['socket:[1]', 'pipe:[2]', 'anon_inode:[eventpoll]', '/var/lib/db', '/dev/pts/0', undefined].map(descriptorKind)).toEqual([
    'socket',
    'pipe',
    'event',
    'file',
    undefined,
    undefined,
  ])
})
