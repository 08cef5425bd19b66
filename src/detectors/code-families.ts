import { CodeKind } from '../schema.ts'
import type { FunctionFacts } from './functions.ts'

/** Functions that do the same kind of work, whatever program they are in. */
export interface CodeFamily {
  /** What rules call it. */
  readonly id: string
  /** Whose functions. */
  readonly side: 'kernel' | 'user'
  /** stack: anywhere on a stack, with all they call; leaf: only while they run themselves. */
  readonly counts: 'stack' | 'leaf'
  /** Names of functions; without nested repetition, since names are hostile input. */
  readonly names: RegExp
  /** Files of which every function belongs to it. */
  readonly modules?: RegExp
}

const user = (id: string, names: RegExp, modules?: RegExp): CodeFamily => ({
  id,
  side: 'user',
  counts: 'stack',
  names,
  ...(modules === undefined ? {} : { modules }),
})
const kernel = (id: string, names: RegExp): CodeFamily => ({ id, side: 'kernel', counts: 'stack', names })
const leaf = (id: string, names: RegExp): CodeFamily => ({ id, side: 'user', counts: 'leaf', names })

/** Libraries: names as their sources and `nm -D` on Debian 13 have them. */
const libraryFamilies: readonly CodeFamily[] = [
  // glibc string/, sysdeps/x86_64/multiarch
  user('memory-copy', /^_*(memcpy|memmove|mempcpy|bcopy)(_|$|@)/),
  user('memory-fill', /^_*(memset|bzero|wmemset)(_|$|@)/),
  user(
    'string-scan',
    /^_*(strlen|strnlen|strcmp|strncmp|strcasecmp|strchr|strrchr|strchrnul|strstr|strspn|strcspn|memchr|rawmemchr|memmem)(_|$|@)/,
  ),
  // glibc malloc/malloc.c, jemalloc, tcmalloc, mimalloc
  user(
    'allocator',
    /^(_*(libc_)?(malloc|calloc|realloc|free|cfree|memalign|posix_memalign|aligned_alloc|reallocarray)|_int_(malloc|free|realloc|memalign|free_\w+)|malloc_consolidate|unlink_chunk\S*|sysmalloc|systrim\S*|tcache_\w+|arena_get\w*|je_\w+|jemalloc\w*|tc_(malloc|free|new|delete)\w*|tcmalloc::\S*|mi_(malloc|free|calloc|realloc|heap)\w*|_mi_\w+|operator (new|delete)(\[\])?(\(.*)?|g_malloc\w*|g_slice_\w+)$/,
  ),
  // glibc stdio-common/, stdlib/
  user(
    'number-text',
    /^_*(v?f?s?n?printf(_internal|_chk)?|vfprintf_internal|printf_(buffer|fp|positional)\w*|IO_v\w*printf|itoa_word|strto(d|f|ld|l|ll|ul|ull)(_l|_internal)?|strto\w+_l_internal|v?s?scanf|vfscanf_internal|mpn_\w+|snprintf|dtoa\w*|isoc(99|23)_\w+)$|^(std::(__1::)?(to_chars|from_chars|to_string)|fmt::|double_conversion::)/,
  ),
  user(
    'regex',
    /(^|[:._])(re_search_internal|re_search_stub|regexec|regcomp|re_compile_internal|sift_states_backward|transit_state|check_matching|build_trtable|pcre2?_(exec|match|dfa_match|compile|jit_match)\w*|onig_(search|match)\w*|match_at|sre_(u?match|search|ucs[124]_\w+|lib\w*)|SRE\()|^re2::|::regex_(search|match|replace)\b|std::__detail::_Executor|^regexp\.\(|java\.util\.regex|irregexp|^(v8::internal::)?RegExp|Builtins_RegExp|^RegExp:/i,
    /^lib(pcre2?(-8|-16|-32)?|re2|onig)\b/,
  ),
  user(
    'json',
    /json_?(parse|dump|load|encode|decode|string|object|array|scanner|serial|writer|reader|value|mapper)|(parse|encode|decode|dump|serialize)_?json|^(simdjson|rapidjson|nlohmann)::|^encoding\/json\.|cJSON_|yajl_|com\.fasterxml\.jackson|com\.google\.gson|c_scan_once|scan_once_unicode|encoder_(listencode|encode)/i,
    /^(_json\.cpython|lib(jansson|json-c|yajl|cjson))/,
  ),
  user(
    'serialisation',
    /protobuf|msgpack|flatbuffers|thrift::|\bavro|ObjectOutputStream|ObjectInputStream|^_?pickle|save_reduce|google::protobuf|upb_/i,
    /^(_pickle\.cpython|libproto(buf|c)|libmsgpack)/,
  ),
  user('xml', /^(xmlParse\w*|xmlSAX\w*|XML_Parse\w*|doContent|htmlParse\w*|xmlXPath\w*)$|org\.xml\.|javax\.xml/, /^lib(xml2|expat|xslt)\b/),
  user(
    'compression',
    /^(deflate\w*|inflate\w*|longest_match|compress_block|fill_window|crc32_z|adler32\w*|ZSTD_\w+|HUF_\w+|FSE_\w+|LZ4\w*|BZ2_\w+|lzma_\w+|Brotli\w+|snappy::\S*|lz_encoder\w*|rc_encode\w*)$|^compress\/|java\.util\.zip/,
    /^lib(z|zstd|lz4|bz2|lzma|brotli\w*|snappy|deflate|isal)\b/,
  ),
  user(
    'key-exchange',
    /^(rsaz_\w+|RSA_\w+|BN_mod_exp\w*|bn_mul_mont\w*|bn_sqr\w*|bn_powerx\w*|ecp_nistz256\w*|EC_POINT\w*|ossl_(ec|rsa|ecdsa|x25519)\w*|x25519\w*|ed25519\w*|ED25519\w*|ML_KEM\w*|ml_kem\w*|SSL_do_handshake|SSL_accept|SSL_connect|state_machine|tls_(construct|process)_\w+)$|^crypto\/(rsa|ecdsa|elliptic|tls\.\(\*Conn\)\.[a-zA-Z]*[hH]andshake)/,
  ),
  user(
    'software-cipher',
    /^(AES_(en|de)crypt|rijndael\w*|_?vpaes_\w+|_?bsaes_\w+|aes_nohw\w*|Camellia\w+|DES_encrypt\d|_x86_64_AES_(en|de)crypt\w*|generic_aes\w*)$/,
  ),
  user(
    'cipher',
    /^(_?aesni_\w+|aes_\w*|AES_\w+|gcm_\w+|_?ghash\w*|CRYPTO_(gcm|ctr|cbc)\w*|ChaCha20\w*|chacha\w*|poly1305\w*|EVP_(Encrypt|Decrypt|Cipher)\w*|ossl_aes\w*|ossl_gcm\w*|vaes_\w+)$|^crypto\/(aes|cipher)/,
    /^lib(crypto|ssl|gnutls|gcrypt|nettle|mbedcrypto|sodium)\b/,
  ),
  user(
    'hash-function',
    /^(_?sha(1|256|512|3)?_\w*block\w*|SHA(1|224|256|384|512)_\w+|sha256_\w+|MD5_\w+|_?md5_\w+|md5_process\w*|blake[23]\w*|BLAKE[23]\w*|XXH\w+|[Ss]ip_?[Hh]ash\w*|MurmurHash\w*|CityHash\w*|KeccakF\w*|SHA3_\w+|ossl_sha\w+|__sha\w+_process\w*)$|^crypto\/(sha|md5)/,
  ),
  user(
    'sort',
    /^(_*qsort(_r)?|msort_with_tmp\S*|_quicksort|mergesort|heapsort|introsort\w*|list_sort|timsort\w*|pdqsort\w*|tuplesort_\w+)$|std::(__1::)?_*(sort|stable_sort|introsort_loop|adjust_heap|unguarded_\w+|merge_sort\w*)\b|^(sort|slices)\.|java\.util\.(TimSort|DualPivotQuicksort|ComparableTimSort)|ArrayTimSort|Builtins_ArrayPrototypeSort|^Array\.sort/,
  ),
  user(
    'logging',
    /^(v?syslog(_chk)?|__vsyslog_internal|sd_journal_\w+|g_log\w*|spdlog::\S*|google::LogMessage\S*|errmsg|EmitErrorReport|ngx_log_\w+)$|^(log|log\/slog|go\.uber\.org\/zap|github\.com\/sirupsen\/logrus)\.|org\.(apache\.log|slf4j|apache\.logging)|ch\.qos\.logback|logging\/__init__|\b(winston|pino|bunyan)\b/,
  ),
  user(
    'exception',
    /^(_Unwind_(RaiseException|Find_FDE|Resume|ForcedUnwind|Backtrace)\w*|uw_\w+|__cxa_(throw|allocate_exception|begin_catch)|__gxx_personality_v0|_dl_find_object|dl_iterate_phdr|execute_cfa_program\w*|search_object|linear_search_fdes)$|fillInStackTrace|JVM_FillInStackTrace|java_lang_Throwable::|Isolate::CaptureS\w*Stack\w*|ErrorUtils::Construct|CaptureStackTrace/,
  ),
  user(
    'time-text',
    /^_*(tz_convert|tzfile_\w+|tzset\w*|localtime(_r)?|gmtime(_r)?|mktime\w*|strftime\w*|offtime|strptime\w*)$|SimpleDateFormat|DateTimeFormatter/,
  ),
  user(
    'text-encoding',
    /^_*(gconv\w*|iconv\w*|mbsnrtowcs\w*|mbrtowc|wcrtomb|wcsnrtombs|utf8_\w+|u8_\w+|unicode_decode\w*|PyUnicode_DecodeUTF8\w*|PyUnicode_AsUTF8\w*|ucnv_\w+|internal_utf8\w+)$|^simdutf::/,
  ),
  user(
    'library-loading',
    /^(_dl_(relocate_object|lookup_symbol_x|map_object\S*|start\w*|main|load_\w+|fixup|runtime_resolve\w*|init\w*|open\w*)|do_lookup_x|check_match|dl_main|dl_open_worker\w*|elf_dynamic_do_\w+|strcmp_ld)$/,
    /^ld-(linux|musl)/,
  ),
  user(
    'math-library',
    /^_*(ieee754_\w+|exp2?f?(_fma\w*|1)?|logf?(_fma\w*|2)?|powf?(_fma\w*)?|sincosf?(_fma\w*)?|sinf?(_fma\w*)?|cosf?(_fma\w*)?|tanf?(_fma\w*)?|atan2?f?(_fma\w*)?|fmodf?|cbrtf?|branred|mp_\w+|rem_pio2\w*)$/,
    /^libm[.-]/,
  ),
  user(
    'script-import',
    /_find_and_load|importlib\._bootstrap|import_find_and_load|Module\._(compile|load|resolveFilename|extensions)|node:internal\/modules|ClassFileParser::|SystemDictionary::(load|resolve)\w*|ClassLoader::load\w*|java\.lang\.ClassLoader|Verifier::verify\w*/,
  ),
]

/** Runtimes: V8 src/heap, src/ic, src/deoptimizer; HotSpot src/hotspot/share/{gc,opto,c1}; CPython Python/gc.c, ceval.c; Go runtime/mgc*.go. */
const runtimeFamilies: readonly CodeFamily[] = [
  user(
    'garbage-collection',
    /^(v8::internal::(Scaveng\w+|MarkCompact\w+|MinorMarkSweep\w*|Mark\w*Visitor\w*|Sweeper|IncrementalMarking|ConcurrentMarking|Heap::(Collect|PerformGarbage|Scavenge|MarkCompact)\w*|(Young|Main)\w*MarkingVisitor\w*|Evacuat\w+)|cppgc::|G1\w+|PS(PromotionManager|ParallelCompact|Scavenge|MarkSweep|CardTable)\w*|ParCompactionManager|Shenandoah\w+|Z(Mark|Relocate|Heap|Barrier|Driver|Generation)\w*|GenCollectedHeap|DefNewGeneration|SerialFullGC|MarkSweep|GCTaskThread|OopStorage|gc_(collect_\w+|mark\w*|sweep\w*|marks\w*)|collect_main|deduce_unreachable|visit_(decref|reachable)|subtract_refs|move_unreachable|delete_garbage|rb_gc\w*|zend_gc\w*|gc_possible_root|luaC_\w+|propagatemark|sweeplist|WKS::|SVR::|GC_mark\w*)|^runtime\.(gc[A-Z]\w*|scan(object|block|stack|frame)\w*|greyobject|markroot\w*|bgsweep|sweepone|bgscavenge|wbBufFlush\w*|\(\*(sweepLocked|mspan|gcWork)\)\.(sweep|init|put|tryGet)\w*)/,
  ),
  user('gc-assist', /^runtime\.(gcAssist\w+|deductAssistCredit|gcParkAssist)/),
  user(
    'jit-compile',
    /^(v8::internal::(compiler|maglev|baseline|turboshaft|interpreter)::|v8::internal::(Compiler|OptimizedCompilation\w*|OptimizingCompile\w*|Parser|ParserBase|PreParser|Scanner)\b|C2Compiler|Compile::|Phase(IdealLoop|Chaitin|IterGVN|CFG|CCP|GVN|Live|Output|RegAlloc)\w*|Compilation::|GraphBuilder::|LIRGenerator::|LinearScan|IR::|ciMethod|CompileBroker|llvm::|lj_(record|opt|asm|trace)_\w+|_PyOptimizer\w*|_PyJIT\w*|pypy_g_\w*jit\w*)/,
  ),
  user(
    'deoptimisation',
    /^(v8::internal::(Deoptimizer|TranslatedState|OptimizedFrame)|Builtins_\w*Deoptimization\w*|Deoptimization::|v8::internal::Runtime_(NotifyDeoptimized|CompileOptimized\w*))/,
  ),
  user(
    'inline-cache-miss',
    /^(v8::internal::(LoadIC|StoreIC|KeyedLoadIC|KeyedStoreIC|IC|FeedbackNexus|StubCache|CompareIC)::|v8::internal::Runtime_\w*IC_?Miss\w*|Builtins_\w*IC_?(Megamorphic|Slow|Miss)\w*|Builtins_(Keyed)?(Load|Store)IC_Megamorphic)/,
  ),
  leaf(
    'python-interpreter',
    /^(_PyEval_(EvalFrameDefault|Vector|EvalFrame)|_PyFunction_Vectorcall|PyObject_(Call|Vectorcall|GetAttr|RichCompare|GetItem|SetAttr)\w*|_PyObject_\w+|PyNumber_\w+|_?PyDict_(Get|Set|Load|Lookup)\w*|_Py_dict_lookup|unicodekeys_lookup\w*|PyLong_\w+|_PyLong_\w+|long_\w+|x_(add|sub|mul)|_?PyUnicode_\w+|unicode_\w+|_?PyList_\w+|list_\w+|tuple_\w+|_?PyTuple_\w+|_Py_(Dealloc|DECREF\w*)|frame_dealloc|_PyFrame_\w+|_PyType_Lookup\w*|method_vectorcall\w*|_?PyEval_\w+|float_\w+|PyFloat_\w+|_?PyGen_\w+|gen_\w+|PyIter_\w+)$/,
  ),
  leaf('javascript-interpreter', /^(Builtins_\w+Handler|Builtins_InterpreterEntryTrampoline\w*|Builtins_Baseline\w*|Interpreter)$/),
  user(
    'go-scheduler',
    /^runtime\.(schedule|findRunnable|findrunnable|stealWork|runqsteal|runqgrab|park_m|gopark|goready|ready|wakep|startm|stopm|mcall|netpoll|resetspinning|casgstatus|lock2|unlock2|procyield|osyield|usleep|futex\w*|notesleep|notewakeup)\b/,
  ),
]

/** The kernel, Linux 6.x: file of the functions beside each. */
const kernelFamilies: readonly CodeFamily[] = [
  // arch/x86/lib/clear_page_64.S, mm/memory.c
  kernel(
    'page-zeroing',
    /^(clear_page(_erms|_rep|_orig)?|clear_huge_page|folio_zero_user|clear_subpage|__pi_clear_page|kernel_init_pages|clear_highpages_kasan_tagged)$/,
  ),
  // lib/iov_iter.c, arch/x86/lib/copy_user_64.S
  kernel(
    'user-copy',
    /^(copy_user_\w+|_copy_(to|from)_(user|iter)\w*|rep_movs_alternative|copy_page_(to|from)_iter\w*|copyin|copyout|__arch_copy_(to|from)_user|skb_copy_datagram_iter|simple_copy_to_iter|copy_folio_from_iter_atomic|memcpy_(from|to)_iter)$/,
  ),
  // kernel/locking
  kernel(
    'kernel-spin',
    /^((native|__pv)_queued_spin_lock_slowpath|queued_(spin|read|write)_lock_slowpath|osq_lock|rwsem_(spin_on_owner|optimistic_spin)|mutex_spin_on_owner|virt_spin_lock)$/,
  ),
  // arch/x86/mm/tlb.c, kernel/smp.c
  kernel(
    'tlb-flush',
    /^(flush_tlb_\w+|native_flush_tlb\w*|smp_call_function_many_cond|on_each_cpu_cond_mask|arch_tlbbatch_flush|try_to_unmap_flush\w*|__flush_tlb_\w+|hyperv_flush_tlb\w*|kvm_flush_tlb\w*)$/,
  ),
  // kernel/sched/core.c
  kernel(
    'scheduling',
    /^(__schedule|schedule|schedule_idle|finish_task_switch\S*|__switch_to\w*|prepare_task_switch|pick_next_task\w*|try_to_wake_up|ttwu_\w+|select_task_rq\w*|enqueue_task\w*|dequeue_task\w*|sched_balance_\w+|load_balance|newidle_balance)$/,
  ),
  // fs/namei.c
  kernel(
    'path-lookup',
    /^(path_(openat|lookupat|parentat)|link_path_walk\S*|filename_lookup|walk_component|lookup_(fast|slow)|d_alloc_parallel|__d_lookup\w*|complete_walk|try_to_unlazy\w*)$/,
  ),
  // kernel/fork.c, mm/memory.c
  kernel('process-copy', /^(copy_process|dup_mm|dup_mmap|copy_page_range|copy_p[4tmu]?g?d?t?e?_range|copy_present_ptes?)$/),
  kernel(
    'memory-teardown',
    /^(exit_mmap|unmap_vmas|unmap_page_range|zap_\w+|free_pgtables|tlb_finish_mmu|tlb_batch_pages_flush|free_unref_\w*folios|release_pages|folios_put_refs)$/,
  ),
  kernel('exec', /^(load_elf_binary|begin_new_exec|bprm_execve|do_execveat_common\S*|setup_arg_pages|exec_mmap)$/),
  kernel(
    'copy-on-write',
    /^(do_wp_page|wp_page_copy|do_cow_fault|copy_user_highpage\w*|copy_mc_user_highpage|copy_mc_to_kernel|__wp_page_copy_user|do_huge_pmd_wp_page|copy_page)$/,
  ),
  // mm/huge_memory.c, mm/khugepaged.c
  kernel(
    'huge-page',
    /^(do_huge_pmd_anonymous_page|__do_huge_pmd_anonymous_page|khugepaged|collapse_huge_page|hpage_collapse_scan_\w+|split_huge_page\w*|__split_huge_pmd\w*|split_folio\w*|vma_alloc_anon_folio_pmd|folio_split\w*|split_huge_page_to_list_to_order)$/,
  ),
  kernel('compaction', /^(compact_zone\w*|isolate_(migrate|free)pages\w*|try_to_compact_pages|kcompactd\w*|compaction_alloc\w*)$/),
  kernel('numa-balancing', /^(task_numa_\w+|do_numa_page|change_prot_numa|migrate_misplaced_\w+|do_huge_pmd_numa_page|numa_migrate_\w+)$/),
  // mm/vmscan.c
  kernel(
    'reclaim',
    /^(shrink_(node|lruvec|slab|folio_list|inactive_list|active_list|one|many)\w*|evict_folios|balance_pgdat|try_to_free_(pages|mem_cgroup_pages)|do_try_to_free_pages|lru_gen_\w+|try_to_unmap|folio_referenced\w*)$/,
  ),
  kernel('swap-compression', /^(zram_\w+|zswap_\w+|lzo1x_\w+|lzorle_\w+|zs_(malloc|free|map_object|obj_\w+))$/),
  // net/
  kernel(
    'network-stack',
    /^(tcp_\w+|udp_\w+|ip_(queue_xmit|rcv|local_\w+|finish_output\w*|output)|__ip_queue_xmit|__dev_queue_xmit|dev_hard_start_xmit|net_rx_action|__napi_poll|process_backlog|__netif_receive_skb\w*|netif_receive_skb\w*|napi_gro_receive|inet_(sendmsg|recvmsg))$/,
  ),
  kernel('loopback', /^(loopback_xmit|process_backlog)$/),
  kernel(
    'packet-filter',
    /^(nf_hook_slow\w*|nft_do_chain\w*|ipt_do_table|ip6t_do_table|nf_conntrack_in|nf_nat_\w+|__nf_conntrack_\w+|nf_ct_\w+|tcf_classify\w*|cls_bpf_classify|ebt_do_table)$/,
  ),
  kernel('checksum', /^(csum_partial\w*|crc32c?_\w+|skb_checksum\w*|crc_t10dif\w*|csum_and_copy\w*|crc32c)$/),
  // kernel/seccomp.c, kernel/auditsc.c
  kernel(
    'syscall-filter',
    /^(__seccomp_filter|seccomp_run_filters|__secure_computing|syscall_trace_enter|trace_syscall_enter|__audit_syscall_(entry|exit)|audit_\w+)$/,
  ),
  kernel('security-module', /^(apparmor_\w+|aa_\w+|selinux_\w+|avc_\w+|smack_\w+|tomoyo_\w+|landlock_\w+|hook_file_\w+)$/),
  // fs/ext4, fs/jbd2, fs/xfs, fs/btrfs
  kernel(
    'journal',
    /^(jbd2_\w+|__jbd2_\w+|ext4_(mark_inode_dirty|journal_\w+|mark_iloc_dirty|reserve_inode_write|dirty_inode)|__ext4_(journal|mark)_\w+|xfs_(log|trans|xlog)_\w+|xlog_\w+|btrfs_(commit_transaction|start_transaction|run_delayed\w*|search_slot|cow_block))$/,
  ),
  kernel('access-time', /^(touch_atime|generic_update_time|inode_update_timestamps|atime_needs_update|file_accessed)$/),
  kernel('file-notification', /^(fsnotify\w*|__fsnotify\w*|inotify_handle\w*|fanotify_\w+|send_to_group)$/),
  kernel('stacked-file-system', /^(ovl_\w+|fuse_\w+|ecryptfs_\w+|v9fs_\w+|p9_\w+)$/),
  kernel('disk-encryption', /^(crypt_convert\w*|kcryptd_\w+|crypto_skcipher\w*|xts_(en|de)crypt\w*|aesni_xts\w*|aes_xts\w*|fscrypt_\w+)$/),
  kernel('io-scheduler', /^(bfq_\w+|dd_(dispatch|insert|bio)\w*|kyber_\w+|blk_mq_sched_\w+|__blk_mq_sched\w*)$/),
  kernel('discard', /^(blkdev_issue_discard|__blkdev_issue_discard|ext4_(issue_discard|trim_\w+)|xfs_discard\w*|btrfs_issue_discard)$/),
  // fs/eventpoll.c, fs/select.c
  kernel('descriptor-scan', /^(do_select|core_sys_select|do_poll\S*|do_sys_poll)$/),
  kernel(
    'event-poll',
    /^(do_epoll_(ctl|wait)|ep_(poll|insert|send_events|poll_callback|remove|item_poll\S*)|__ep_(eventpoll_poll|remove)\S*)$/,
  ),
  kernel('futex-kernel', /^(do_futex|futex_(wake|wait|hash|q_lock|wait_setup|lock_pi|requeue)\w*|get_futex_key)$/),
  kernel(
    'timer',
    /^(hrtimer_interrupt|__hrtimer_run_queues|run_timer_softirq|__run_timers|hrtimer_start_range_ns|do_timerfd_\w+|do_setitimer|hrtimer_nanosleep)$/,
  ),
  kernel(
    'memory-accounting',
    /^(__mem_cgroup_charge|mem_cgroup_charge\w*|try_charge_memcg|__memcg_\w+|page_counter_(try_)?charge|obj_cgroup_charge\w*|mod_memcg_\w+|__mod_memcg_\w+|refill_(obj_)?stock|drain_\w*stock\w*|mem_cgroup_flush_stats\w*|cgroup_rstat_\w+|css_rstat_\w+)$/,
  ),
  kernel(
    'slab',
    /^(kmem_cache_(alloc|free)\w*|__?_?slab_(alloc|free)\w*|kmalloc\w*|__kmalloc\w*|kfree\w*|get_partial_node\S*|allocate_slab|new_slab|__refill_objects\w*)$/,
  ),
  kernel(
    'proc-reading',
    /^(proc_(pid_readdir|tgid_stat|pid_status|pid_cmdline_read|single_show|reg_read\w*|pid_lookup|task_readdir)|do_task_stat|show_(map|smap|stat|vma_header_prefix)\w*|smap\w*_\w*range|task_mem|meminfo_proc_show|show_interrupts|cgroup_seqfile_show|kernfs_fop_read_iter)$/,
  ),
  kernel('clock-call', /^(__(x64|arm64)_sys_(clock_gettime|gettimeofday|time)|read_hpet|acpi_pm_read|do_clock_gettime|posix_get_\w+)$/),
  kernel(
    'ksm',
    /^(ksm_(scan_thread|do_scan)|cmp_and_merge_page|stable_tree_search|unstable_tree_search_insert|get_next_rmap_item|scan_get_next_rmap_item)$/,
  ),
  kernel('random-numbers', /^(__(x64|arm64)_sys_getrandom|get_random_bytes_user|urandom_read\w*|crng_make_state|_get_random_bytes)$/),
  kernel('local-messages', /^(unix_stream_(sendmsg|recvmsg|read_generic)|unix_dgram_(sendmsg|recvmsg)|(anon_)?pipe_(read|write))$/),
]

/** All families. A function may belong to several. */
export const codeFamilies: readonly CodeFamily[] = [...libraryFamilies, ...runtimeFamilies, ...kernelFamilies]

/** Whether a function belongs to a family. */
export function isOfFamily({ name, module, kind, named }: FunctionFacts, { side, names, modules }: CodeFamily): boolean {
  if ((kind === CodeKind.Kernel) !== (side === 'kernel')) return false
  return (named && names.test(name)) || modules?.test(module) === true
}
