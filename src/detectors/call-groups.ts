import { type Table, textAt } from '../schema.ts'

/** What system calls are for, so that the price of each belongs to one rule alone. */
export type CallGroup =
  | 'metadata'
  | 'mapping'
  | 'process'
  | 'transfer'
  | 'message'
  | 'connection'
  | 'durable'
  | 'signal'
  | 'waiting'
  | 'closing'
  | 'other'

const namesOf: Readonly<Record<Exclude<CallGroup, 'other'>, string>> = {
  metadata: `open openat openat2 creat stat lstat fstat newfstatat statx access faccessat faccessat2 readlink readlinkat getdents getdents64
    unlink unlinkat rename renameat renameat2 mkdir mkdirat rmdir link linkat symlink symlinkat mknod mknodat chmod fchmod fchmodat
    chown fchown lchown fchownat utimensat utimes utime futimesat statfs fstatfs getxattr lgetxattr setxattr listxattr truncate
    inotify_add_watch name_to_handle_at open_by_handle_at`,
  mapping: 'mmap munmap mremap madvise brk mprotect process_madvise',
  process: 'clone clone3 fork vfork execve execveat exit exit_group',
  transfer: 'read write readv writev pread64 pwrite64 preadv pwritev preadv2 pwritev2',
  message: 'sendto recvfrom sendmsg recvmsg sendmmsg recvmmsg',
  connection: 'socket connect accept accept4 bind listen shutdown setsockopt getsockopt getsockname getpeername socketpair',
  durable: 'fsync fdatasync sync syncfs sync_file_range msync',
  signal:
    'rt_sigreturn kill tkill tgkill rt_sigqueueinfo rt_tgsigqueueinfo rt_sigaction rt_sigprocmask sigaltstack timer_settime setitimer',
  closing: 'close',
  waiting: 'wait4 waitid nanosleep clock_nanosleep pause rt_sigsuspend rt_sigtimedwait restart_syscall',
}

const groupByName = new Map<string, CallGroup>(
  (Object.keys(namesOf) as Exclude<CallGroup, 'other'>[]).flatMap(group => namesOf[group].split(/\s+/).map(name => [name, group] as const)),
)

/** The group of a call by its name. */
export function callGroup(name: string): CallGroup {
  return groupByName.get(name) ?? 'other'
}

/** Whether what the target closes are mostly files: it opened more of them than it made sockets. */
export function closesFiles(syscall: Table<'syscall'>, isMember: (process: number) => boolean): boolean {
  let files = 0
  let sockets = 0
  for (let row = 0; row < syscall.length; row++) {
    const name = isMember(syscall.process[row]) ? (textAt(syscall.name, row) ?? '') : ''
    if (/^(open|openat|openat2|creat)$/.test(name)) files += syscall.count[row]
    else if (/^(socket|accept|accept4)$/.test(name)) sockets += syscall.count[row]
  }
  return files >= sockets
}
