/** What a thread waits for, told by functions on its stack: finer than the reasons of wait.reason. */
export interface WaitFamily {
  /** What rules call it. */
  readonly id: string
  /** Functions of the kernel, anywhere among those nearest the leaf; absent: any. */
  readonly kernel?: RegExp
  /** Kernel functions that must be on the stack as well. */
  readonly within?: RegExp
  /** The same of the program. */
  readonly user?: RegExp
  /** Reasons of wait.reason it can have; absent: any. */
  readonly reasons?: readonly string[]
}

/** Files and functions of Linux 6.x. */
const kernelFamilies: readonly WaitFamily[] = [
  // fs/pipe.c: the reader does not keep up
  { id: 'pipe-full', kernel: /^(anon_)?pipe_write$/, reasons: ['pipe'] },
  // net/core/stream.c: TCP
  { id: 'send-buffer-full', kernel: /^sk_stream_wait_memory$/ },
  // net/core/sock.c under net/unix/af_unix.c: the reader on this machine does not keep up
  { id: 'local-socket-full', kernel: /^(sock_alloc_send_pskb|sock_wait_for_wmem|unix_wait_for_peer)$/ },
  // block/blk-mq-tag.c: more requests than the device may have in flight
  { id: 'request-tags', kernel: /^(blk_mq_get_tag|__blk_mq_get_tag|sbitmap_queue_get\w*)$/ },
  // block/blk-wbt.c, blk-rq-qos.c
  { id: 'device-writeback-limit', kernel: /^(rq_qos_wait|wbt_wait)$/ },
  // block/blk-throttle.c, blk-iocost.c, blk-iolatency.c
  {
    id: 'io-limit',
    kernel:
      /^(blk_throtl_\w+|__blk_throtl_bio|ioc_rqos_throttle|iocg_\w+|blkcg_maybe_throttle_current|blk_cgroup_congested|blkcg_iolatency_throttle|io_schedule_prepare_throttle)$/,
  },
  // fs/jbd2/transaction.c, fs/xfs/xfs_log.c, fs/btrfs/transaction.c
  {
    id: 'journal',
    kernel:
      /^(jbd2_log_wait_commit|do_get_write_access|wait_transaction_(locked|switching)|start_this_handle|add_transaction_credits|jbd2_journal_get_write_access|xlog_wait\w*|xlog_grant_head_\w+|xfs_log_force\w*|btrfs_wait_for_commit|wait_current_trans\w*|f2fs_balance_fs)$/,
    reasons: ['blockIo', 'kernelLock', 'unknown', 'pageFault'],
  },
  // mm/page-writeback.c: a page that is being written may not change
  { id: 'stable-pages', kernel: /^(folio_wait_stable|wait_for_stable_page)$/ },
  // mm/filemap.c: another thread reads or writes this page
  { id: 'page-lock', kernel: /^(__folio_lock(_killable|_or_retry|_async)?|folio_lock|__lock_page\w*)$/ },
  { id: 'file-lock', reasons: ['fileLock'] },
  // inode->i_rwsem
  {
    id: 'inode-lock',
    kernel: /^(rwsem_down_(read|write)_slowpath|down_(read|write)\w*)$/,
    within:
      /^(ext4_\w+|xfs_\w+|btrfs_\w+|f2fs_\w+|shmem_\w+|lookup_(open|slow)|open_last_lookups|do_(unlinkat|renameat2|mkdirat|truncate\w*)|filename_create|vfs_(unlink|rename|write)|iterate_dir|generic_file_write_iter|ovl_\w+)$/,
    reasons: ['kernelLock'],
  },
  // mm->mmap_lock
  {
    id: 'mmap-lock',
    kernel: /^(rwsem_down_(read|write)_slowpath|down_(read|write)\w*)$/,
    within:
      /^(lock_mm_and_find_vma|vm_mmap_pgoff|__vm_munmap|do_madvise|madvise_\w+|do_user_addr_fault|exc_page_fault|do_mprotect_pkey|mprotect_fixup|__mm_populate|__do_sys_(brk|mremap)|__x64_sys_(brk|mremap|munmap)|dup_mmap|acct_collect|exit_mm|task_mem|m_start|proc_pid_cmdline\w*|get_user_pages\w*|access_remote_vm)$/,
    reasons: ['kernelLock', 'pageFault', 'unknown'],
  },
  // kernel/rcu
  { id: 'rcu-grace-period', kernel: /^(synchronize_(rcu|srcu|net)\w*|__synchronize_srcu|wait_rcu_gp\w*|__wait_rcu_gp|rcu_barrier\w*)$/ },
  // kernel/workqueue.c
  { id: 'kernel-work', kernel: /^(flush_work|__flush_work\w*|__flush_workqueue|flush_delayed_work|cancel_work_sync)$/ },
  // kernel/fork.c
  { id: 'vfork', kernel: /^(wait_for_vfork_done)$/ },
  { id: 'core-dump', kernel: /^(do_coredump|coredump_wait|vfs_coredump|dump_emit\w*)$/ },
  // net/sunrpc, fs/nfs, fs/smb
  {
    id: 'network-file-system',
    kernel:
      /^(rpc_wait_bit_killable|__rpc_execute|rpc_execute|nfs_\w+|nfs4_\w+|wait_for_response|cifs_\w+|smb2_\w+|ceph_\w+|p9_client_rpc)$/,
  },
  // fs/fuse/dev.c
  {
    id: 'user-space-file-system',
    kernel: /^(request_wait_answer|__fuse_simple_request|fuse_simple_request|fuse_do_readfolio|fuse_\w*_write_iter)$/,
  },
  // drivers/tty/n_tty.c
  { id: 'terminal-output', kernel: /^(n_tty_write|tty_write|file_tty_write\S*|do_tty_write)$/ },
  // mm/memory.c, mm/page_io.c
  {
    id: 'swap-in',
    kernel:
      /^(do_swap_page|swap_read_folio\w*|swap_readpage|read_swap_cache_async|swapin_readahead|swap_cluster_readahead|shmem_swapin\w*)$/,
  },
  { id: 'compaction', kernel: /^(__alloc_pages_direct_compact|try_to_compact_pages|compact_zone\w*|wait_iff_congested)$/ },
  { id: 'dirty-limit', kernel: /^(balance_dirty_pages\w*|io_schedule_timeout)$/, reasons: ['writebackThrottle'] },
  { id: 'memory-high', reasons: ['memoryThrottle'] },
  { id: 'direct-reclaim', reasons: ['reclaim'] },
  { id: 'frozen-cgroup', kernel: /^(cgroup_freeze\w*|do_freezer_trap|__refrigerator|cgroup_enter_frozen|get_signal_freeze)$/ },
  {
    id: 'buffered-read',
    kernel: /^(filemap_(get_pages|read|fault|update_page)\w*|folio_wait_bit_common|generic_file_buffered_read)$/,
    reasons: ['blockIo', 'pageFault'],
  },
  {
    id: 'direct-io',
    kernel: /^(__iomap_dio_rw|iomap_dio_rw|blkdev_direct_IO\w*|__blkdev_direct_IO\w*|blkdev_(read|write)_iter)$/,
    within: /^(__iomap_dio_rw|iomap_dio_rw|__?blkdev_direct_IO\w*|blkdev_direct_write)$/,
    reasons: ['blockIo'],
  },
  {
    id: 'directory-read',
    kernel:
      /^(ext4_bread\w*|__ext4_read_dirblock|ext4_(dx_)?find_entry|ext4_readdir|ext4_sb_bread\w*|__ext4_get_inode_loc\w*|ext4_lookup|xfs_(dir|da|buf_read|iget)\w*|btrfs_(lookup|search_slot|read_\w+))$/,
    reasons: ['blockIo', 'unknown'],
  },
]

/** CPython Python/ceval_gil.c, Ruby thread.c. */
export const interpreterLock: WaitFamily = {
  id: 'gil',
  user: /^(take_gil|PyEval_(RestoreThread|AcquireThread|AcquireLock)|_PyEval_(RestoreThread|AcquireThread|AcquireLock)|_PyThreadState_Attach|PyGILState_Ensure|rb_(thread_schedule|gvl_\w+)|thread_sched_\w+|gvl_acquire\w*)$/,
  reasons: ['futex'],
}

/** Libraries and runtimes: what the program's own stack says. */
const userFamilies: readonly WaitFamily[] = [
  interpreterLock,
  // HotSpot safepoint.cpp, V8 safepoint.cc, Go proc.go
  {
    id: 'collector-pause',
    user: /^(SafepointSynchronize::|SafepointMechanism::|VMThread::(execute|wait_until_executed)|VM_(G1|Gen|Parallel|Serial|Shenandoah|Z|CollectFor)\w*|G1CollectedHeap::(attempt_allocation|do_collection)\w*|CollectedHeap::|GCLocker|ZPageAllocator::|v8::internal::(LocalHeap::(Park|Safepoint)\w*|IsolateSafepoint|GlobalSafepoint|CollectionBarrier|Heap::Collect\w*|MarkCompactCollector|ScavengerCollector|Sweeper::\w*Ensure\w*)|runtime\.(stopTheWorld\w*|gcStart|gcMarkDone|gcMarkTermination|gcParkAssist|gcAssist\w+|gcWaitOnMark|semacquire1?\.gc\w*))/,
    reasons: ['futex', 'unknown'],
  },
  // glibc malloc/arena.c: one lock per arena
  {
    id: 'allocator-lock',
    user: /^(_*(libc_)?(malloc|calloc|realloc|free|cfree|memalign)|_int_(malloc|free|realloc)|arena_get\w*|je_\w+|malloc_mutex_lock_slow|tcmalloc::\S*)$/,
    reasons: ['futex'],
  },
  // glibc libio: one lock per FILE
  {
    id: 'stdio-lock',
    user: /^(_*(IO_)?(fputs|fputc|putc|puts|putchar|fwrite|fflush|fgets|getc|fgetc|getline|getdelim|v?f?printf|vfprintf|fprintf|fread|file_\w+|new_file_\w+)(_unlocked|_chk|_internal)?|flockfile|_IO_(flockfile|lock_lock))$/,
    reasons: ['futex'],
  },
  {
    id: 'logging-lock',
    user: /^(v?syslog|__vsyslog_internal|spdlog::\S*|google::LogMessage\S*|g_log\w*|log\.\(\*Logger\)\.\w+|go\.uber\.org\/zap\S*)$|org\.(apache\.log|slf4j)|ch\.qos\.logback|logging\/__init__/,
    reasons: ['futex', 'fsync', 'blockIo', 'socketSend', 'pipe', 'terminal'],
  },
  {
    id: 'connection-pool',
    user: /(connection_?pool|pool(ed)?_?connection|hikaripool|getconnection|borrowobject|acquire_?connection|checkout_?connection|pool\.\(\*\w*Pool\)\.(Get|Acquire)|database\/sql\.\(\*DB\)\.conn)/i,
    reasons: ['futex', 'unknown'],
  },
  // glibc resolv/
  {
    id: 'name-resolution',
    user: /^(getaddrinfo|gethostbyname\w*|getnameinfo|gethostbyaddr\w*|__res_context_\w+|__libc_res_n?(send|query|search)\w*|send_dg|send_vc|res_n?(query|send|search)|_nss_\w+_gethostbyname\w*|net\.\(\*Resolver\)\.\w+|net\._C_getaddrinfo)$/,
    reasons: ['poll', 'socketReceive', 'connect', 'futex', 'unknown', 'socketSend'],
  },
  {
    id: 'tls-handshake',
    user: /^(SSL_(do_handshake|accept|connect)|gnutls_handshake|state_machine|crypto\/tls\.\(\*Conn\)\.[a-zA-Z]*[hH]andshake\w*|mbedtls_ssl_handshake)$/,
    reasons: ['socketReceive', 'poll', 'socketSend', 'unknown'],
  },
  {
    id: 'database-client',
    user: /^(PQ(exec|getResult|execParams|execPrepared|connectPoll|sendQuery)\w*|pqWait\w*|pqRead\w*|mysql_(real_query|store_result|stmt_execute|query|next_result|real_connect)\w*|net_read_packet|my_net_read\w*|redisGetReply|redisCommand\w*|mongoc_\w+|OCIStmtExecute|SQLExec\w*)$/,
    reasons: ['poll', 'socketReceive', 'unknown'],
  },
  {
    id: 'http-client',
    user: /^(curl_(easy_perform|multi_(wait|poll))|Curl_(poll|socket_check|multi_wait)\w*|http\.client\w*|net\/http\.\(\*(Client|Transport|persistConn)\)\.\w+)$/,
    reasons: ['poll', 'socketReceive', 'connect', 'unknown'],
  },
  {
    id: 'library-loading',
    user: /^(_?dl_open\w*|__?dlopen\w*|_dl_map_object\w*|_dl_relocate_object)$/,
    reasons: ['blockIo', 'pageFault', 'futex'],
  },
  {
    id: 'barrier',
    user: /^(_*pthread_barrier_wait|gomp_(team_)?barrier_wait\w*|GOMP_(barrier|parallel_end|loop_end)\w*|__kmp_(barrier|join_barrier|fork_barrier|flag_\w+wait\w*|hyper_barrier\w*|suspend\w*)\w*|kmp_flag_\w*wait\w*|MPI_\w+|opal_progress|std::barrier\S*)/,
    reasons: ['futex', 'poll', 'unknown'],
  },
]

/** All families, what is told by the program's own stack first. */
export const waitFamilies: readonly WaitFamily[] = [...userFamilies, ...kernelFamilies]
