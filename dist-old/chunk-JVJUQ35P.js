import { createRequire as __createRequire } from 'node:module'; const require = __createRequire(import.meta.url);
import {
  TableBuilder
} from "./chunk-YZJTGM4Z.js";
import {
  AutotuneError,
  FormatError
} from "./chunk-2PYALHHO.js";
import {
  NONE
} from "./chunk-Q2YSVFUP.js";

// src/collectors/perf-attr.ts
var ATTR_BYTES = 136;
var PerfType = { Hardware: 0, Software: 1 };
var SoftwareEvent = { CpuClock: 0, Dummy: 9 };
var HardwareEvent = {
  Cycles: 0,
  Instructions: 1,
  CacheReferences: 2,
  CacheMisses: 3,
  Branches: 4,
  BranchMisses: 5,
  StalledFrontend: 7,
  StalledBackend: 8
};
var SampleField = { Tid: 2, Time: 4, Callchain: 32 };
var ReadFormat = { TimeEnabled: 1, TimeRunning: 2, Lost: 16 };
var PerfIoctl = { Enable: 9216, Disable: 9217, SetOutput: 9221 };
var OPEN_CLOEXEC = 8;
var CLOCK_MONOTONIC = 1;
var flagBits = {
  disabled: 0,
  inherit: 1,
  excludeKernel: 5,
  excludeHypervisor: 6,
  excludeIdle: 7,
  comm: 9,
  frequency: 10,
  enableOnExec: 12,
  task: 13,
  watermark: 14,
  sampleIdAll: 18,
  excludeCallchainKernel: 21,
  mmap2: 23,
  mmap: 8,
  commExec: 24,
  useClockId: 25
};
function encodeAttr(attr) {
  const bytes = new Uint8Array(ATTR_BYTES);
  const view = new DataView(bytes.buffer);
  const flags = [...attr.flags, "useClockId"];
  if (attr.frequencyHz !== void 0) flags.push("frequency");
  if (attr.watermarkBytes !== void 0) flags.push("watermark");
  view.setUint32(0, attr.type, true);
  view.setUint32(4, ATTR_BYTES, true);
  view.setBigUint64(8, BigInt(attr.config), true);
  view.setBigUint64(16, BigInt(attr.frequencyHz ?? 0), true);
  view.setBigUint64(24, BigInt(attr.sampleType ?? 0), true);
  view.setBigUint64(32, BigInt(attr.readFormat ?? 0), true);
  view.setBigUint64(
    40,
    flags.reduce((bits, flag) => bits | 1n << BigInt(flagBits[flag]), 0n),
    true
  );
  view.setUint32(48, attr.watermarkBytes ?? 0, true);
  view.setInt32(92, CLOCK_MONOTONIC, true);
  return bytes;
}

// src/collectors/perf-record.ts
var RecordType = { Lost: 2, Comm: 3, Exit: 4, Throttle: 5, Fork: 7, Sample: 9, Mmap2: 10, LostSamples: 13 };
var MISC_COMM_EXEC = 1 << 13;
var HEADER_WORDS = 2;
var SAMPLE_ID_WORDS = 4;
function clockBase(startNs) {
  return { high: Number(startNs >> 32n), low: Number(startNs & 0xffffffffn) };
}
var RingWords = class {
  words;
  mask;
  #clock;
  constructor(words, clock) {
    this.words = words;
    this.mask = words.length - 1;
    this.#clock = clock;
  }
  u32(position) {
    return this.words[position & this.mask] >>> 0;
  }
  i32(position) {
    return this.words[position & this.mask];
  }
  /** A u64 instant as timeNs. */
  timeNs(position) {
    return (this.u32(position + 1) - this.#clock.high) * 4294967296 + (this.u32(position) - this.#clock.low);
  }
  u64(position) {
    return BigInt(this.u32(position + 1)) << 32n | BigInt(this.u32(position));
  }
  /** A u64 that must fit a number exactly. */
  size64(position) {
    return this.u32(position + 1) * 4294967296 + this.u32(position);
  }
  /** A NUL-terminated string of at most wordCount words. */
  text(position, wordCount) {
    const bytes = new Uint8Array(wordCount * 4);
    const view = new DataView(bytes.buffer);
    for (let word2 = 0; word2 < wordCount; word2++) view.setInt32(word2 * 4, this.i32(position + word2), true);
    const end = bytes.indexOf(0);
    return Buffer.from(bytes.buffer, 0, end < 0 ? bytes.length : end).toString("utf8");
  }
};
function recordWords(ring, position, leftWords) {
  const sizeBytes = ring.u32(position + 1) >>> 16;
  if (sizeBytes < 8 || sizeBytes % 8 !== 0 || sizeBytes / 4 > leftWords) {
    throw new FormatError("perf ring", position * 4, `Record size is ${sizeBytes}, ${leftWords * 4} bytes were written.`);
  }
  return sizeBytes / 4;
}
function parseTaskRecord(ring, position, words) {
  const type = ring.i32(position);
  const bodyWords = words - HEADER_WORDS - SAMPLE_ID_WORDS;
  const need = minimumBodyWords[type];
  if (need === void 0) return void 0;
  if (bodyWords < need) throw new FormatError("perf ring", position * 4, `Record of type ${type} has ${words * 4} bytes, too few.`);
  const body = position + HEADER_WORDS;
  const timeNs = ring.timeNs(position + words - 2);
  switch (type) {
    case RecordType.Comm: {
      const isExec = (ring.u32(position + 1) & MISC_COMM_EXEC) !== 0;
      return { type: "comm", timeNs, pid: ring.i32(body), tid: ring.i32(body + 1), comm: ring.text(body + 2, bodyWords - 2), isExec };
    }
    case RecordType.Fork:
    case RecordType.Exit: {
      const [pid, parentPid, tid, parentTid] = [0, 1, 2, 3].map((word2) => ring.i32(body + word2));
      return { type: type === RecordType.Fork ? "fork" : "exit", timeNs, pid, parentPid, tid, parentTid };
    }
    case RecordType.Mmap2:
      return { type: "mmap", timeNs, pid: ring.i32(body), mapping: parseMmap2(ring, body, bodyWords) };
    case RecordType.Lost:
      return { type: "lost", timeNs, lostCount: ring.size64(body + 2) };
    case RecordType.LostSamples:
      return { type: "lost", timeNs, lostCount: ring.size64(body) };
    default:
      return { type: "throttle", timeNs };
  }
}
var minimumBodyWords = {
  [RecordType.Lost]: 4,
  [RecordType.Comm]: 4,
  [RecordType.Exit]: 6,
  [RecordType.Throttle]: 6,
  [RecordType.Fork]: 6,
  [RecordType.Mmap2]: 18,
  [RecordType.LostSamples]: 2
};
function parseMmap2(ring, body, bodyWords) {
  const startAddress = ring.u64(body + 2);
  const hex = (word2) => ring.u32(body + word2).toString(16).padStart(2, "0");
  return {
    startAddress,
    endAddress: startAddress + ring.u64(body + 4),
    fileOffsetBytes: ring.size64(body + 6),
    device: `${hex(8)}:${hex(9)}`,
    inode: ring.size64(body + 10),
    path: ring.text(body + 16, bodyWords - 16)
  };
}

// src/collectors/sampling-errors.ts
function samplingRefused(errno, facts) {
  return { topic: "CPU samples", tables: ["sample", "callchain"], series: [], ...explain(errno, facts) };
}
function explain(errno, { perfEventParanoid: level }) {
  if (errno === "ENOSYS" || level === void 0) {
    return {
      reason: `This kernel has no perf events (${errno}).`,
      remedy: "Use a kernel with CONFIG_PERF_EVENTS, or allow perf_event_open in the container."
    };
  }
  if (errno === "EACCES" || errno === "EPERM") {
    return {
      reason: `perf_event_open was refused (${errno}): kernel.perf_event_paranoid is ${level} and autotune has no CAP_PERFMON.`,
      remedy: level > 2 ? "sudo autotune \u2026, or sudo sysctl kernel.perf_event_paranoid=2 for your own processes" : "sudo autotune \u2026"
    };
  }
  if (errno === "ESRCH")
    return {
      reason: "The target had no thread that could be followed (ESRCH).",
      remedy: "Start the target first, or record the whole machine as root."
    };
  if (errno === "EMFILE")
    return {
      reason: "Too many open files (EMFILE) for the threads of the target.",
      remedy: "ulimit -n 65536, or run as root to sample whole CPUs."
    };
  return { reason: `perf_event_open failed with ${errno}.`, remedy: "sudo autotune check" };
}

// src/collectors/perf-sampler.ts
var RECORD_BYTES = 512;
var RING_SECONDS = 4;
var MIN_RING_BYTES = 128 << 10;
var MAX_RING_BYTES = 8 << 20;
var PAGE_BYTES = 4096;
var MAX_TASK_EVENTS = 4096;
function openSampler(host, options) {
  const refusals = [];
  const unavailable2 = [];
  for (const facts of candidates(host, options)) {
    const opened = openAttempt(host, options, facts);
    if ("errno" in opened) {
      refusals.push(opened.errno);
      continue;
    }
    unavailable2.push(...whatIsMissing(host, options, facts));
    return runSampler(host, options, { attempt: opened, unavailable: unavailable2 });
  }
  unavailable2.push(samplingRefused(refusals.at(-1) ?? "ENOSYS", options.facts));
  return runSampler(host, options, { attempt: void 0, unavailable: unavailable2 });
}
function candidates(host, { frequencyHz }) {
  const events = hasPmu(host) ? ["cycles", "cpu-clock"] : ["cpu-clock"];
  const scopes = [
    { scope: "machine", kernel: true },
    { scope: "target", kernel: true },
    { scope: "target", kernel: false }
  ];
  return scopes.flatMap((scope) => events.map((event) => ({ event, frequencyHz, ...scope })));
}
function hasPmu(host) {
  return (host.listDirectory("/sys/bus/event_source/devices") ?? []).some((name) => /^(cpu|cpu_core|armv\d.*|apple_.*)$/.test(name));
}
function whatIsMissing(host, { facts: hostFacts }, facts) {
  const missing = [];
  const level = hostFacts.perfEventParanoid;
  if (facts.scope === "target") {
    missing.push({
      topic: "CPU samples of other processes",
      tables: [],
      series: [],
      reason: `Sampling whole CPUs needs CAP_PERFMON while kernel.perf_event_paranoid is ${level ?? "unknown"}.`,
      remedy: "sudo autotune \u2026"
    });
  }
  if (!facts.kernel) {
    missing.push({
      topic: "kernel code in CPU samples",
      tables: [],
      series: [],
      reason: `kernel.perf_event_paranoid is ${level ?? "unknown"}: users see their own code only.`,
      remedy: "sudo autotune \u2026, or sudo sysctl kernel.perf_event_paranoid=1"
    });
  }
  if (facts.event === "cpu-clock" && !hasPmu(host)) {
    missing.push({
      topic: "hardware counters",
      tables: [],
      series: ["pmu."],
      reason: `No performance monitoring unit is visible${hostFacts.virtualization === void 0 ? "" : ` in this virtual machine (${hostFacts.virtualization})`}; samples come from a timer. Cache misses, memory bandwidth and stalled cycles stay unknown.`,
      remedy: "Run on bare metal, or enable a virtual PMU for this machine."
    });
  }
  return missing;
}
function openAttempt(host, options, facts) {
  const tids = facts.scope === "machine" ? [-1] : options.tasks.kind === "pids" ? options.tasks.tids : [0];
  if (tids.length === 0) return { errno: "ESRCH" };
  const enableOnExec = facts.scope === "target" && options.tasks.kind === "next-exec";
  const attr = samplingAttr(facts, { enableOnExec, ringBytes: ringBytes(options) });
  const fds = [];
  const rings = [];
  let refusal = "ESRCH";
  for (const cpu of options.cpus) {
    let leader = NONE;
    for (const tid of tids) {
      if (fds.length >= MAX_TASK_EVENTS) break;
      const opened = host.openPerfEvent(attr, tid, cpu, OPEN_CLOEXEC);
      if ("errno" in opened) {
        refusal = opened.errno;
        if (opened.errno === "ESRCH" || opened.errno === "ENODEV") continue;
        return giveUp(host, { fds, rings, errno: opened.errno });
      }
      fds.push(opened.fd);
      if (leader !== NONE) {
        host.ioctl(opened.fd, PerfIoctl.SetOutput, leader);
        continue;
      }
      leader = opened.fd;
      const ring = mapSmaller(host, { fd: opened.fd, cpu, pages: ringBytes(options) / PAGE_BYTES });
      if ("errno" in ring) return giveUp(host, { fds, rings, errno: ring.errno });
      rings.push(ring);
    }
  }
  return rings.length === 0 ? { errno: refusal } : { facts, rings, fds, enableOnExec };
}
function mapSmaller(host, { fd, cpu, pages }) {
  for (let tried = pages; ; tried /= 2) {
    const ring = host.mapPerfRing(fd, cpu, tried);
    if (!("errno" in ring) || tried <= 8 || ring.errno !== "EPERM" && ring.errno !== "ENOMEM") return ring;
  }
}
function giveUp(host, { fds, rings, errno }) {
  for (const ring of rings) ring.unmap();
  for (const fd of fds) host.closeDescriptor(fd);
  return { errno };
}
function ringBytes({ frequencyHz }) {
  const wanted = frequencyHz * RECORD_BYTES * RING_SECONDS;
  return Math.min(MAX_RING_BYTES, Math.max(MIN_RING_BYTES, 2 ** Math.ceil(Math.log2(wanted))));
}
function samplingAttr(facts, { enableOnExec, ringBytes: bytes }) {
  const flags = ["disabled", "excludeIdle", "excludeHypervisor", "comm", "commExec", "task", "mmap", "mmap2", "sampleIdAll"];
  if (facts.scope === "target") flags.push("inherit");
  if (enableOnExec) flags.push("enableOnExec");
  if (!facts.kernel) flags.push("excludeKernel", "excludeCallchainKernel");
  return encodeAttr({
    ...facts.event === "cycles" ? { type: PerfType.Hardware, config: HardwareEvent.Cycles } : { type: PerfType.Software, config: SoftwareEvent.CpuClock },
    flags,
    frequencyHz: facts.frequencyHz,
    sampleType: SampleField.Tid | SampleField.Time | SampleField.Callchain,
    readFormat: ReadFormat.Lost,
    watermarkBytes: bytes / 2
  });
}
function runSampler(host, options, { attempt, unavailable: unavailable2 }) {
  const clock = clockBase(options.startNs);
  const rings = (attempt?.rings ?? []).map((ring) => ({ ring, words: new RingWords(ring.words, clock), tail: 0 }));
  const { interner } = options;
  const weightNs = 1e9 / options.frequencyHz;
  let sample = new TableBuilder("sample");
  let quality = new TableBuilder("quality");
  let sampleCount = 0;
  let lostCount = 0;
  const reportedOverflow = { count: 0 };
  const count = (row) => void quality.add(row);
  function addSample(at, tracker) {
    const { ring, position, cpu } = at;
    const pid = ring.i32(position + 2);
    const tid = ring.i32(position + 3);
    const timeNs = ring.timeNs(position + 4);
    const process2 = pid < 0 ? NONE : tracker.rowAt(pid, timeNs);
    if (process2 !== NONE) tracker.touch(process2, tid, timeNs);
    const chain = { ring, position: position + 8, count: ring.u32(position + 6) };
    sample.add({ timeNs, cpu, process: process2, tid, callchain: interner.intern(chain, process2, timeNs), weightNs });
    sampleCount++;
  }
  return {
    facts: attempt?.facts,
    unavailable: unavailable2,
    enable() {
      if (attempt !== void 0 && !attempt.enableOnExec) for (const fd of attempt.fds) host.ioctl(fd, PerfIoctl.Enable, 0);
    },
    drain(tracker) {
      tracker.beginDrain();
      const batch = { tasks: [], samples: [], damagedCount: 0 };
      const heads = rings.map(({ ring }) => ring.readHead());
      rings.forEach((state, index) => void collect(state, { headBytes: heads[index], batch }));
      batch.tasks.sort((a, b) => a.record.timeNs - b.record.timeNs);
      for (const { record, cpu } of batch.tasks) {
        if (record.type === "lost") lostCount += record.lostCount;
        if (record.type === "lost") count({ timeNs: record.timeNs, kind: "lostRecords", subject: `cpu${cpu}`, count: record.lostCount });
        else if (record.type === "throttle") count({ timeNs: record.timeNs, kind: "throttledSampling", subject: `cpu${cpu}`, count: 1 });
        else tracker.apply(record);
      }
      if (batch.damagedCount > 0) count({ timeNs: 0, kind: "damagedRecords", subject: "perf ring", count: batch.damagedCount });
      lostCount += batch.damagedCount;
      for (const at of batch.samples) addSample(at, tracker);
      rings.forEach((state, index) => {
        state.tail = heads[index];
        state.ring.writeTail(state.tail);
      });
      const lostChains = interner.overflowCount - reportedOverflow.count;
      if (lostChains > 0) count({ timeNs: 0, kind: "lostCallchains", subject: "callchain table full", count: lostChains });
      reportedOverflow.count = interner.overflowCount;
    },
    takeRows() {
      const rows = { sample: sample.build(), quality: quality.build() };
      sample = new TableBuilder("sample");
      quality = new TableBuilder("quality");
      return rows;
    },
    get sampleCount() {
      return sampleCount;
    },
    get lostCount() {
      return lostCount;
    },
    close() {
      if (attempt !== void 0) giveUp(host, { ...attempt, errno: "" });
    }
  };
}
function collect(state, { headBytes, batch }) {
  const { words } = state;
  const cpu = state.ring.cpu;
  const ringBytes2 = words.words.length * 4;
  let position = state.tail % ringBytes2 / 4;
  let left = (headBytes - state.tail) / 4;
  while (left > 0) {
    const size = recordWords(words, position, left);
    if (words.i32(position) === RecordType.Sample) {
      if (size >= 8 && words.u32(position + 6) * 2 <= size - 8) batch.samples.push({ ring: words, cpu, position });
      else batch.damagedCount++;
    } else {
      const record = parseTaskRecord(words, position, size);
      if (record !== void 0) batch.tasks.push({ record, cpu });
    }
    position = position + size & words.mask;
    left -= size;
  }
}

// src/collectors/syscall-names.ts
var x64 = [
  [
    0,
    `read write open close stat fstat lstat poll lseek mmap mprotect munmap brk rt_sigaction rt_sigprocmask rt_sigreturn
    ioctl pread64 pwrite64 readv writev access pipe select sched_yield mremap msync mincore madvise shmget shmat shmctl dup
    dup2 pause nanosleep getitimer alarm setitimer getpid sendfile socket connect accept sendto recvfrom sendmsg recvmsg
    shutdown bind listen getsockname getpeername socketpair setsockopt getsockopt clone fork vfork execve exit wait4 kill
    uname semget semop semctl shmdt msgget msgsnd msgrcv msgctl fcntl flock fsync fdatasync truncate ftruncate getdents
    getcwd chdir fchdir rename mkdir rmdir creat link unlink symlink readlink chmod fchmod chown fchown lchown umask
    gettimeofday getrlimit getrusage sysinfo times ptrace getuid syslog getgid setuid setgid geteuid getegid setpgid getppid
    getpgrp setsid setreuid setregid getgroups setgroups setresuid getresuid setresgid getresgid getpgid setfsuid setfsgid
    getsid capget capset rt_sigpending rt_sigtimedwait rt_sigqueueinfo rt_sigsuspend sigaltstack utime mknod uselib
    personality ustat statfs fstatfs sysfs getpriority setpriority sched_setparam sched_getparam sched_setscheduler
    sched_getscheduler sched_get_priority_max sched_get_priority_min sched_rr_get_interval mlock munlock mlockall munlockall
    vhangup modify_ldt pivot_root _sysctl prctl arch_prctl adjtimex setrlimit chroot sync acct settimeofday mount umount2
    swapon swapoff reboot sethostname setdomainname iopl ioperm create_module init_module delete_module get_kernel_syms
    query_module quotactl nfsservctl getpmsg putpmsg afs_syscall tuxcall security gettid readahead setxattr lsetxattr
    fsetxattr getxattr lgetxattr fgetxattr listxattr llistxattr flistxattr removexattr lremovexattr fremovexattr tkill time
    futex sched_setaffinity sched_getaffinity set_thread_area io_setup io_destroy io_getevents io_submit io_cancel
    get_thread_area lookup_dcookie epoll_create epoll_ctl_old epoll_wait_old remap_file_pages getdents64 set_tid_address
    restart_syscall semtimedop fadvise64 timer_create timer_settime timer_gettime timer_getoverrun timer_delete
    clock_settime clock_gettime clock_getres clock_nanosleep exit_group epoll_wait epoll_ctl tgkill utimes vserver mbind
    set_mempolicy get_mempolicy mq_open mq_unlink mq_timedsend mq_timedreceive mq_notify mq_getsetattr kexec_load waitid
    add_key request_key keyctl ioprio_set ioprio_get inotify_init inotify_add_watch inotify_rm_watch migrate_pages openat
    mkdirat mknodat fchownat futimesat newfstatat unlinkat renameat linkat symlinkat readlinkat fchmodat faccessat pselect6
    ppoll unshare set_robust_list get_robust_list splice tee sync_file_range vmsplice move_pages utimensat epoll_pwait
    signalfd timerfd_create eventfd fallocate timerfd_settime timerfd_gettime accept4 signalfd4 eventfd2 epoll_create1 dup3
    pipe2 inotify_init1 preadv pwritev rt_tgsigqueueinfo perf_event_open recvmmsg fanotify_init fanotify_mark prlimit64
    name_to_handle_at open_by_handle_at clock_adjtime syncfs sendmmsg setns getcpu process_vm_readv process_vm_writev kcmp
    finit_module sched_setattr sched_getattr renameat2 seccomp getrandom memfd_create kexec_file_load bpf execveat
    userfaultfd membarrier mlock2 copy_file_range preadv2 pwritev2 pkey_mprotect pkey_alloc pkey_free statx io_pgetevents
    rseq`
  ],
  [
    424,
    `pidfd_send_signal io_uring_setup io_uring_enter io_uring_register open_tree move_mount fsopen fsconfig fsmount fspick
    pidfd_open clone3 close_range openat2 pidfd_getfd faccessat2 process_madvise epoll_pwait2 mount_setattr quotactl_fd
    landlock_create_ruleset landlock_add_rule landlock_restrict_self memfd_secret process_mrelease futex_waitv
    set_mempolicy_home_node cachestat fchmodat2 map_shadow_stack futex_wake futex_wait futex_requeue statmount listmount
    lsm_get_self_attr lsm_set_self_attr lsm_list_modules mseal`
  ]
];
var generic = [
  [
    0,
    `io_setup io_destroy io_submit io_cancel io_getevents setxattr lsetxattr fsetxattr getxattr lgetxattr fgetxattr listxattr
    llistxattr flistxattr removexattr lremovexattr fremovexattr getcwd lookup_dcookie eventfd2 epoll_create1 epoll_ctl
    epoll_pwait dup dup3 fcntl inotify_init1 inotify_add_watch inotify_rm_watch ioctl ioprio_set ioprio_get flock mknodat
    mkdirat unlinkat symlinkat linkat renameat umount2 mount pivot_root nfsservctl statfs fstatfs truncate ftruncate
    fallocate faccessat chdir fchdir chroot fchmod fchmodat fchownat fchown openat close vhangup pipe2 quotactl getdents64
    lseek read write readv writev pread64 pwrite64 preadv pwritev sendfile pselect6 ppoll signalfd4 vmsplice splice tee
    readlinkat fstatat fstat sync fsync fdatasync sync_file_range2 timerfd_create timerfd_settime timerfd_gettime utimensat
    acct capget capset personality exit exit_group waitid set_tid_address unshare futex set_robust_list get_robust_list
    nanosleep getitimer setitimer kexec_load init_module delete_module timer_create timer_gettime timer_getoverrun
    timer_settime timer_delete clock_settime clock_gettime clock_getres clock_nanosleep syslog ptrace sched_setparam
    sched_setscheduler sched_getscheduler sched_getparam sched_setaffinity sched_getaffinity sched_yield
    sched_get_priority_max sched_get_priority_min sched_rr_get_interval restart_syscall kill tkill tgkill sigaltstack
    rt_sigsuspend rt_sigaction rt_sigprocmask rt_sigpending rt_sigtimedwait rt_sigqueueinfo rt_sigreturn setpriority
    getpriority reboot setregid setgid setreuid setuid setresuid getresuid setresgid getresgid setfsuid setfsgid times
    setpgid getpgid getsid setsid getgroups setgroups uname sethostname setdomainname getrlimit setrlimit getrusage umask
    prctl getcpu gettimeofday settimeofday adjtimex getpid getppid getuid geteuid getgid getegid gettid sysinfo mq_open
    mq_unlink mq_timedsend mq_timedreceive mq_notify mq_getsetattr msgget msgctl msgrcv msgsnd semget semctl semtimedop
    semop shmget shmctl shmat shmdt socket socketpair bind listen accept connect getsockname getpeername sendto recvfrom
    setsockopt getsockopt shutdown sendmsg recvmsg readahead brk munmap mremap add_key request_key keyctl clone execve mmap
    fadvise64 swapon swapoff mprotect msync mlock munlock mlockall munlockall mincore madvise remap_file_pages mbind
    get_mempolicy set_mempolicy migrate_pages move_pages rt_tgsigqueueinfo perf_event_open accept4 recvmmsg`
  ],
  [
    260,
    `wait4 prlimit64 fanotify_init fanotify_mark name_to_handle_at open_by_handle_at clock_adjtime syncfs setns sendmmsg
    process_vm_readv process_vm_writev kcmp finit_module sched_setattr sched_getattr renameat2 seccomp getrandom
    memfd_create bpf execveat userfaultfd membarrier mlock2 copy_file_range preadv2 pwritev2 pkey_mprotect pkey_alloc
    pkey_free statx io_pgetevents rseq kexec_file_load`
  ],
  [
    403,
    `clock_gettime64 clock_settime64 clock_adjtime64 clock_getres_time64 clock_nanosleep_time64 timer_gettime64
    timer_settime64 timerfd_gettime64 timerfd_settime64 utimensat_time64 pselect6_time64 ppoll_time64`
  ],
  [
    416,
    `io_pgetevents_time64 recvmmsg_time64 mq_timedsend_time64 mq_timedreceive_time64 semtimedop_time64 rt_sigtimedwait_time64
    futex_time64 sched_rr_get_interval_time64 pidfd_send_signal io_uring_setup io_uring_enter io_uring_register open_tree
    move_mount fsopen fsconfig fsmount fspick pidfd_open clone3 close_range openat2 pidfd_getfd faccessat2 process_madvise
    epoll_pwait2 mount_setattr quotactl_fd landlock_create_ruleset landlock_add_rule landlock_restrict_self memfd_secret
    process_mrelease futex_waitv set_mempolicy_home_node cachestat fchmodat2 map_shadow_stack futex_wake futex_wait
    futex_requeue statmount listmount lsm_get_self_attr lsm_set_self_attr lsm_list_modules mseal`
  ]
];
function syscallNames(architecture) {
  const runs = { x64, arm64: generic }[architecture];
  if (runs === void 0) return void 0;
  const entries = runs.flatMap(([first, names]) => names.split(/\s+/).map((name, index) => [first + index, name]));
  return { nameOf: new Map(entries), numberOf: new Map(entries.map(([number, name]) => [name, number])) };
}

// src/collectors/bpf/bpf-map.ts
var MAP_LOOKUP_ELEM = 1;
var MAP_UPDATE_ELEM = 2;
var MAP_LOOKUP_BATCH = 24;
var MAP_LOOKUP_AND_DELETE_BATCH = 25;
var MAP_DELETE_BATCH = 27;
var BATCH = 256;
var LARGE_BATCH = 8192;
var LARGEST_BATCH = 1 << 20;
function updateElement(host, map, element) {
  return callElement(host, MAP_UPDATE_ELEM, map, element);
}
function lookupElement(host, map, key, perCpu = 1) {
  const value = new Uint8Array(perCpu === 1 ? map.valueSize : perCpu * (map.valueSize + 7 & ~7));
  return callElement(host, MAP_LOOKUP_ELEM, map, { key, value }) === void 0 ? value : void 0;
}
function callElement(host, command, map, element) {
  const attributes = new Uint8Array(32);
  new DataView(attributes.buffer).setUint32(0, map.fd, true);
  const answer = host.bpf(command, attributes, [
    { into: attributes, offset: 8, to: element.key },
    { into: attributes, offset: 16, to: element.value }
  ]);
  return "errno" in answer ? answer.errno : void 0;
}
function drainMap(host, map, visit) {
  return readBatches(host, MAP_LOOKUP_AND_DELETE_BATCH, map, visit);
}
function readMap(host, map, visit) {
  return readBatches(host, MAP_LOOKUP_BATCH, map, visit);
}
function readBatches(host, command, map, visit) {
  let batch = BATCH;
  let keys = new Uint8Array(batch * map.keySize);
  let values = new Uint8Array(batch * map.valueSize);
  let position = new Uint8Array(0);
  let total = 0;
  const grow = () => {
    batch *= 2;
    keys = new Uint8Array(batch * map.keySize);
    values = new Uint8Array(batch * map.valueSize);
  };
  for (; ; ) {
    const attributes = new Uint8Array(56);
    const view = new DataView(attributes.buffer);
    const next = new Uint8Array(Math.max(8, map.keySize));
    view.setUint32(32, batch, true);
    view.setUint32(36, map.fd, true);
    const pointers = [position, next, keys, values].map((to, index) => ({ into: attributes, offset: index * 8, to }));
    const answer = host.bpf(command, attributes, pointers);
    const failed = "errno" in answer ? answer.errno : void 0;
    if (failed === "ENOSPC" && batch < LARGEST_BATCH) {
      grow();
      continue;
    }
    if (failed !== void 0 && failed !== "ENOENT") return failed;
    const count = Math.min(batch, view.getUint32(32, true));
    if (count > 0) visit({ keys, values, count });
    total += count;
    if (failed === "ENOENT" || count === 0) return total;
    position = next;
    if (count === batch && batch < LARGE_BATCH) grow();
  }
}
function deleteElements(host, map, keys) {
  if (keys.length === 0) return;
  const attributes = new Uint8Array(56);
  const view = new DataView(attributes.buffer);
  view.setUint32(32, keys.length / map.keySize, true);
  view.setUint32(36, map.fd, true);
  host.bpf(MAP_DELETE_BATCH, attributes, [{ into: attributes, offset: 16, to: keys }]);
}

// src/collectors/bpf/bpf-refusal.ts
var topicFacts = {
  sched: { title: "waits, wakers and run queues", tables: ["wait", "runQueue"] },
  lock: { title: "kernel locks", tables: ["lock"] },
  block: { title: "block I/O by thread", tables: ["blockIo"] },
  syscall: { title: "system calls", tables: ["syscall"] },
  fault: { title: "page faults by stack", tables: ["fault"] },
  irq: { title: "interrupts by thread", tables: ["interrupt"] },
  net: { title: "TCP events", tables: ["kernelEvent"] },
  process: { title: "forks, execs and signals", tables: ["kernelEvent"] },
  memory: { title: "memory stalls", tables: ["kernelEvent"] }
};
var topics = Object.keys(topicFacts);
function topicRefused(topic, refusal) {
  const at = `bpf(2) refused to ${refusal.step} (${refusal.errno})`;
  if (refusal.errno === "EPERM" || refusal.errno === "EACCES") {
    if (refusal.log !== "")
      return unavailable(topic, `${at}: the verifier says: ${lastLines(refusal.log)}`, "Please report it with this text.");
    const why = `${at}: autotune has no CAP_BPF and CAP_PERFMON, or the kernel is locked down.`;
    return unavailable(topic, why, "sudo autotune \u2026; see cat /sys/kernel/security/lockdown");
  }
  if (refusal.errno === "ENOSYS")
    return unavailable(topic, `${at}: this kernel or container has no bpf(2).`, "Use a kernel with CONFIG_BPF_SYSCALL.");
  if (refusal.errno === "ENOMEM")
    return unavailable(topic, `${at}: no memory for its maps.`, "Free memory, or raise the memory limit of the cgroup.");
  const log = refusal.log === "" ? "" : ` The verifier says: ${lastLines(refusal.log)}`;
  return unavailable(topic, `${at}.${log}`, "Use a kernel from 5.18 on; please report it if yours is.");
}
function tracepointsMissing(topic, names) {
  return unavailable(topic, `This kernel has no tracepoint ${names.join(", ")}.`, "Use a kernel that has it: most come with 5.19.");
}
function noBtf(topic, errno) {
  return unavailable(topic, `/sys/kernel/btf/vmlinux can't be read (${errno}).`, "Use a kernel with CONFIG_DEBUG_INFO_BTF.");
}
function noSkeleton(topic, path) {
  return unavailable(topic, `There is no ${path}: no BPF programs for this architecture.`, "x64 and arm64 have them.");
}
function unavailable(topic, reason, remedy) {
  const { title, tables } = topicFacts[topic];
  return { topic: title, tables, series: [], reason, remedy };
}
function lastLines(log) {
  return log.trim().split("\n").slice(-4).join(" | ").slice(-400);
}

// src/collectors/bpf/control.ts
var CONTROL_MAP = ".data.control";
function controlBytes(control) {
  const bytes = new Uint8Array(56);
  const view = new DataView(bytes.buffer);
  view.setBigUint64(0, BigInt(control.lazyNs), true);
  view.setBigUint64(8, BigInt(control.userStackNs), true);
  const words = [
    control.epoch,
    control.scope === "machine" ? 0 : 1,
    control.ownPid,
    control.stackEvery,
    control.futexNumber,
    control.coarse
  ];
  view.setBigUint64(40, control.bhEnable[0], true);
  view.setBigUint64(48, control.bhEnable[1], true);
  words.forEach((word2, index) => {
    view.setUint32(16 + index * 4, word2, true);
  });
  return bytes;
}
function writeControl(host, map, control) {
  updateElement(host, map, { key: new Uint8Array(4), value: controlBytes(control) });
}
var counterNames = ["lostRows", "lostThreads", "lostStacks", "lostStarts", "unmatchedWakeups", "events"];
function readCounters(host, map, possibleCpus) {
  const sums = counterNames.map((name, index) => {
    const key = new Uint8Array(4);
    key[0] = index;
    const values = lookupElement(host, map, key, possibleCpus);
    return [name, values === void 0 ? 0 : sumOf(values)];
  });
  return Object.fromEntries(sums);
}
function sumOf(values) {
  let sum2 = 0;
  for (const value of new BigUint64Array(values.buffer, 0, values.byteLength / 8)) sum2 += Number(value);
  return sum2;
}
function countPossibleCpus(text) {
  const last = /(\d+)\s*$/.exec(text ?? "");
  return last === null ? 1 : Number(last[1]) + 1;
}

// src/collectors/bpf/words.ts
var TIMES_WORDS = 30;
function wordsOf(bytes) {
  const length = bytes.byteLength >>> 2;
  if (bytes.byteOffset % 4 === 0) return new Uint32Array(bytes.buffer, bytes.byteOffset, length);
  return new Uint32Array(bytes.slice(0, length * 4).buffer);
}
function u64At(words, index) {
  return words[index] + words[index + 1] * 4294967296;
}
function addressAt(words, index) {
  return BigInt(words[index + 1]) << 32n | BigInt(words[index]);
}
function timesAt(words, index) {
  return {
    count: u64At(words, index),
    ns: u64At(words, index + 2),
    maxNs: u64At(words, index + 4),
    buckets: words.slice(index + 6, index + TIMES_WORDS)
  };
}
function wholeRows(sizes) {
  return Math.min(sizes.count, Math.floor(sizes.keys.length / sizes.keyWords), Math.floor(sizes.values.length / sizes.valueWords));
}

// src/collectors/bpf/decode-topics.ts
var networkKinds = ["retransmit", "resetSent", "resetReceived", "connect", "connected", "accepted", "closed"];
var processKinds = ["fork", "thread", "exec", "exit", "signal"];
var memoryKinds = ["directReclaim", "cgroupReclaim", "compaction"];
function decode(batch, words, row) {
  const keys = wordsOf(batch.keys);
  const values = wordsOf(batch.values);
  const length = wholeRows({ count: batch.count, keys, keyWords: words.key, values, valueWords: words.value });
  return Array.from({ length }, (_, index) => row(keys, index * words.key, values, index * words.value));
}
function decodeLocks(batch) {
  return decode(batch, { key: 8, value: TIMES_WORDS }, (keys, key, values, value) => ({
    lock: addressAt(keys, key),
    pid: keys[key + 2],
    tid: keys[key + 3],
    kind: lockKind(keys[key + 4]),
    ownerTid: keys[key + 5] || NONE,
    kernelStack: u64At(keys, key + 6),
    times: timesAt(values, value)
  }));
}
function lockKind(flags) {
  if (flags & 32) return "mutex";
  if (flags & 16) return "percpuRwsem";
  if (flags & 8) return "rtMutex";
  if (flags & 4) return "rwsemWrite";
  if (flags & 2) return "rwsemRead";
  return "spin";
}
function decodeBlocks(batch) {
  const operations = ["read", "write", "flush", "discard"];
  return decode(batch, { key: 8, value: TIMES_WORDS * 2 + 4 }, (keys, key, values, value) => ({
    device: `${keys[key] >>> 20}:${keys[key] & 1048575}`,
    operation: operations[keys[key + 1]] ?? "other",
    pid: keys[key + 2],
    tid: keys[key + 3],
    sizeFromBytes: keys[key + 4] === 0 ? 0 : 2 ** (keys[key + 4] + 8),
    sequential: keys[key + 5] !== 0,
    kernelStack: u64At(keys, key + 6),
    latency: timesAt(values, value),
    queue: timesAt(values, value + TIMES_WORDS),
    bytes: u64At(values, value + TIMES_WORDS * 2),
    errors: u64At(values, value + TIMES_WORDS * 2 + 2)
  }));
}
function decodeSyscalls(batch) {
  return decode(batch, { key: 4, value: 10 }, (keys, key, values, value) => ({
    pid: keys[key],
    tid: keys[key + 1],
    number: keys[key + 2],
    count: u64At(values, value),
    ns: u64At(values, value + 2),
    maxNs: u64At(values, value + 4),
    errors: u64At(values, value + 6),
    resultSum: u64At(values, value + 8)
  }));
}
function decodeFaults(batch) {
  return decode(batch, { key: 6, value: 4 }, (keys, key, values, value) => ({
    pid: keys[key],
    tid: keys[key + 1],
    inKernel: keys[key + 2] !== 0,
    userStack: u64At(keys, key + 4),
    count: u64At(values, value),
    major: u64At(values, value + 2)
  }));
}
function decodeInterrupts(batch) {
  return decode(batch, { key: 4, value: TIMES_WORDS }, (keys, key, values, value) => ({
    kind: keys[key] === 0 ? "hard" : "soft",
    vector: keys[key + 1],
    victimPid: keys[key + 2] || NONE,
    victimTid: keys[key + 3] || NONE,
    times: timesAt(values, value)
  }));
}
function decodeNetwork(batch) {
  return decode(batch, { key: 8, value: 2 }, (keys, key, values, value) => ({
    kind: networkKinds[keys[key] - 1] ?? "closed",
    pid: keys[key + 1] || NONE,
    remoteAddress: formatAddress(keys[key + 2] & 65535, keys.subarray(key + 4, key + 8)),
    localPort: keys[key + 2] >>> 16 || NONE,
    remotePort: keys[key + 3] & 65535 || NONE,
    count: u64At(values, value)
  }));
}
function formatAddress(family, words) {
  const bytes = Array.from({ length: 16 }, (_, index) => words[index >> 2] >>> (index & 3) * 8 & 255);
  if (family === 2) return bytes.slice(0, 4).join(".");
  if (family !== 10) return "";
  const groups = Array.from({ length: 8 }, (_, index) => (bytes[index * 2] << 8 | bytes[index * 2 + 1]).toString(16));
  return groups.join(":");
}
function decodeProcesses(batch) {
  return decode(batch, { key: 6, value: 2 }, (keys, key, values, value) => ({
    kind: processKinds[keys[key] - 1] ?? "exit",
    pid: keys[key + 1],
    tid: keys[key + 2] || NONE,
    toPid: keys[key + 3] || NONE,
    signal: keys[key + 4] || NONE,
    count: u64At(values, value)
  }));
}
function decodeMemoryStalls(batch) {
  return decode(batch, { key: 4, value: TIMES_WORDS }, (keys, key, values, value) => ({
    kind: memoryKinds[keys[key]] ?? "directReclaim",
    pid: keys[key + 1],
    tid: keys[key + 2],
    times: timesAt(values, value)
  }));
}

// src/collectors/bpf/decode-sched.ts
var wakerKinds = ["unknown", "thread", "interrupt", "fork"];
var StackId = { None: 0, NotSampled: 1, Failed: 2 };
var ledgerStates = ["running", "woken", "preempted", "throttled", "blocked", "blockedIo"];
var DEAD = ledgerStates.length;
var WAIT_KEY_WORDS = 14;
var QUEUE_KEY_WORDS = 4;
var THREAD_WORDS = 48;
function decodeWaits({ keys: keyBytes, values: valueBytes, count }) {
  const keys = wordsOf(keyBytes);
  const values = wordsOf(valueBytes);
  const rows = wholeRows({ count, keys, keyWords: WAIT_KEY_WORDS, values, valueWords: TIMES_WORDS });
  return Array.from({ length: rows }, (_, row) => {
    const key = row * WAIT_KEY_WORDS;
    return {
      pid: keys[key],
      tid: keys[key + 1],
      place: placeAt(keys, key + 4),
      wakerKind: wakerKinds[keys[key + 5] >>> 24] ?? "unknown",
      wakerPid: keys[key + 2] || NONE,
      wakerTid: keys[key + 3] || NONE,
      kernelStack: u64At(keys, key + 8),
      userStack: u64At(keys, key + 10),
      wakerStack: u64At(keys, key + 12),
      times: timesAt(values, row * TIMES_WORDS)
    };
  });
}
function placeAt(words, index) {
  const flags = words[index + 1] >>> 16;
  return {
    syscall: words[index] << 16 >> 16,
    taskState: words[index] >>> 16,
    futexOp: words[index + 1] & 65535,
    kernelThread: (flags & 1) !== 0,
    inIowait: (flags & 2) !== 0,
    startUnknown: (flags & 8) !== 0,
    argument: u64At(words, index + 2)
  };
}
function decodeQueues({ keys: keyBytes, values: valueBytes, count }) {
  const keys = wordsOf(keyBytes);
  const values = wordsOf(valueBytes);
  const rows = wholeRows({ count, keys, keyWords: QUEUE_KEY_WORDS, values, valueWords: TIMES_WORDS });
  const reasons = { 1: "woken", 2: "preempted", 3: "throttled" };
  return Array.from({ length: rows }, (_, row) => {
    const key = row * QUEUE_KEY_WORDS;
    return {
      pid: keys[key],
      tid: keys[key + 1],
      reason: reasons[keys[key + 2]] ?? "woken",
      occupantTid: keys[key + 3] || NONE,
      times: timesAt(values, row * TIMES_WORDS)
    };
  });
}
function decodeThreads({ keys: keyBytes, values: valueBytes, count, startNs, isSettled }) {
  const keys = wordsOf(keyBytes);
  const values = wordsOf(valueBytes);
  const rows = wholeRows({ count, keys, keyWords: 1, values, valueWords: THREAD_WORDS });
  const instantAt = clockFrom(startNs);
  const records = [];
  for (let row = 0; row < rows; row++) {
    const at = row * THREAD_WORDS;
    const sinceNs = instantAt(values, at + 2);
    if (isSettled?.(keys[row], values[at + 4], sinceNs)) continue;
    records.push({ tid: keys[row], sinceNs, ...recordAt(values, at, instantAt) });
  }
  return records;
}
function recordAt(values, at, instantAt) {
  const waiting = values[at + 26] !== 0 || values[at + 27] !== 0;
  return {
    pid: values[at + 1],
    comm: commAt(values, at + 43),
    state: values[at + 4],
    ns: ledgerStates.map((_, state) => u64At(values, at + 6 + state * 2)),
    startTime: u64At(values, at + 18),
    switches: u64At(values, at + 20),
    foldedNs: u64At(values, at + 22),
    folded: u64At(values, at + 24),
    wait: waiting ? { sinceNs: instantAt(values, at + 26), place: placeAt(values, at + 30), userStack: u64At(values, at + 34) } : void 0,
    torn: values[at] !== values[at + 47]
  };
}
function clockFrom(startNs) {
  const low = Number(startNs & 0xffffffffn);
  const high = Number(startNs >> 32n);
  return (words, index) => words[index] - low + (words[index + 1] - high) * 4294967296;
}
function commAt(words, index) {
  let text = "";
  for (let byte = 0; byte < 16; byte++) {
    const code = words[index + (byte >> 2)] >>> (byte & 3) * 8 & 255;
    if (code === 0) break;
    text += String.fromCharCode(code);
  }
  return text;
}

// src/collectors/bpf/fold-rows.ts
function foldFaults(rows, manyFaults) {
  const faultsOf = /* @__PURE__ */ new Map();
  for (const { pid, count } of rows) faultsOf.set(pid, (faultsOf.get(pid) ?? 0) + count);
  return foldRows(foldProcesses(rows), {
    isKept: ({ pid }) => (faultsOf.get(pid) ?? 0) >= manyFaults,
    keyOf: ({ tid, inKernel }) => tid * 2 + (inKernel ? 1 : 0),
    fold: (a, b) => ({ ...a, userStack: StackId.None, count: a.count + b.count, major: a.major + b.major })
  });
}
function scaleCalls(rows, scale) {
  return rows.map((row) => ({
    ...row,
    count: Math.round(row.count * scale),
    ns: row.ns * scale,
    errors: Math.round(row.errors * scale),
    resultSum: row.resultSum * scale
  }));
}
function scaleInterrupts(rows, scale) {
  return rows.map((row) => ({ ...row, times: { ...row.times, count: Math.round(row.times.count * scale), ns: row.times.ns * scale } }));
}
function foldSyscalls(rows, fewCalls) {
  return foldRows(foldProcesses(rows), {
    isKept: ({ pid, count, ns }) => pid !== NONE && (count >= fewCalls || ns >= FEW_CALLS_NS),
    keyOf: ({ pid, number }) => pid * 1024 + number,
    fold: (a, b) => ({
      ...a,
      tid: NONE,
      count: a.count + b.count,
      ns: a.ns + b.ns,
      maxNs: Math.max(a.maxNs, b.maxNs),
      errors: a.errors + b.errors,
      resultSum: a.resultSum + b.resultSum
    })
  });
}
var FEW_CALLS_NS = 1e7;
var MAX_PROCESSES = 128;
function foldProcesses(rows) {
  const countOf = /* @__PURE__ */ new Map();
  for (const { pid, count } of rows) countOf.set(pid, (countOf.get(pid) ?? 0) + count);
  if (countOf.size <= MAX_PROCESSES) return rows;
  const kept = new Set(
    [...countOf].sort((a, b) => b[1] - a[1] || a[0] - b[0]).slice(0, MAX_PROCESSES).map(([pid]) => pid)
  );
  return rows.map((row) => kept.has(row.pid) ? row : { ...row, pid: NONE, tid: NONE });
}
function foldEvents(rows) {
  return foldRows(foldProcesses(rows), {
    isKept: () => false,
    keyOf: ({ kind, pid, tid, toPid, signal }) => pid === NONE ? kind : `${kind} ${pid} ${tid} ${toPid} ${signal}`,
    fold: (a, b) => ({ ...a, ...a.pid === NONE ? { toPid: NONE, signal: NONE } : {}, count: a.count + b.count })
  });
}
function foldRows(rows, { isKept, keyOf, fold }) {
  const kept = [];
  const folded = /* @__PURE__ */ new Map();
  for (const row of rows) {
    if (isKept(row)) kept.push(row);
    else {
      const sum2 = folded.get(keyOf(row));
      folded.set(keyOf(row), sum2 === void 0 ? row : fold(sum2, row));
    }
  }
  return [...kept, ...folded.values()];
}

// src/collectors/bpf/loader.ts
var MAP_CREATE = 0;
var MAP_UPDATE_ELEM2 = 2;
var PROG_LOAD = 5;
var PROG_RUN = 10;
var RAW_TRACEPOINT_OPEN = 17;
var LINK_CREATE = 28;
var ITER_CREATE = 33;
var MAP_TYPE_ARRAY = 2;
var PROG_TYPE_SYSCALL = 31;
var PROG_SLEEPABLE = 1 << 4;
var TRACE_ITER = 28;
var LOG_BYTES = 4 << 20;
var LOG_KEPT_CHARACTERS = 2e3;
function loadTopic(host, skeleton, options) {
  let quiet = runLoader(host, skeleton, { ...options, logBytes: 0 });
  for (let attempt = 1; attempt < MAX_ATTEMPTS && "errno" in quiet && isInterrupted(quiet.errno); attempt++) {
    quiet = runLoader(host, skeleton, { ...options, logBytes: 0 });
  }
  return "errno" in quiet && quiet.step === "load" ? runLoader(host, skeleton, { ...options, logBytes: LOG_BYTES }) : quiet;
}
var MAX_ATTEMPTS = 10;
function isInterrupted(errno) {
  return errno === "EAGAIN" || errno === "EINTR";
}
function runLoader(host, skeleton, options) {
  const refuse = (step, errno, log = "") => ({ topic: skeleton.topic, step, errno, log });
  const dataMap = createDataMap(host, skeleton.data);
  if ("errno" in dataMap) return refuse("create its maps", dataMap.errno);
  try {
    const program = loadLoaderProgram(host, skeleton.instructions, dataMap.value);
    if ("errno" in program) return refuse("load its loader", program.errno);
    try {
      const context = new LoaderContext(skeleton, options);
      const attributes = new Uint8Array(80);
      const view = new DataView(attributes.buffer);
      view.setUint32(0, program.value, true);
      view.setUint32(40, context.bytes.length, true);
      const answer = host.bpf(PROG_RUN, attributes, [...context.pointers, { into: attributes, offset: 48, to: context.bytes }]);
      if ("errno" in answer) return refuse("run its loader", answer.errno);
      const result = view.getInt32(4, true);
      return result < 0 ? refuse("load", errnoText(-result), context.logTail()) : context.loaded();
    } finally {
      host.closeDescriptor(program.value);
    }
  } finally {
    host.closeDescriptor(dataMap.value);
  }
}
function createDataMap(host, data) {
  const attributes = new Uint8Array(80);
  new Uint32Array(attributes.buffer, 0, 4).set([MAP_TYPE_ARRAY, 4, data.length, 1]);
  attributes.set(new TextEncoder().encode("autotune"), 28);
  const created = host.bpf(MAP_CREATE, attributes);
  if ("errno" in created) return created;
  const update = new Uint8Array(32);
  new DataView(update.buffer).setUint32(0, created.value, true);
  const answer = host.bpf(MAP_UPDATE_ELEM2, update, [
    { into: update, offset: 8, to: new Uint8Array(4) },
    { into: update, offset: 16, to: data }
  ]);
  if ("value" in answer) return created;
  host.closeDescriptor(created.value);
  return answer;
}
function loadLoaderProgram(host, instructions, dataMapFd) {
  const attributes = new Uint8Array(144);
  const view = new DataView(attributes.buffer);
  view.setUint32(0, PROG_TYPE_SYSCALL, true);
  view.setUint32(4, instructions.length / 8, true);
  view.setUint32(44, PROG_SLEEPABLE, true);
  attributes.set(new TextEncoder().encode("autotune"), 48);
  const descriptors = new Uint8Array(4);
  new DataView(descriptors.buffer).setInt32(0, dataMapFd, true);
  return host.bpf(PROG_LOAD, attributes, [
    { into: attributes, offset: 8, to: instructions },
    { into: attributes, offset: 16, to: new TextEncoder().encode("Dual BSD/GPL\0") },
    { into: attributes, offset: 120, to: descriptors }
  ]);
}
var LoaderContext = class {
  bytes;
  pointers;
  #view;
  #skeleton;
  #log;
  constructor(skeleton, options) {
    const { maps, programs } = skeleton;
    this.#skeleton = skeleton;
    this.#log = new Uint8Array(options.logBytes);
    this.bytes = new Uint8Array(24 + maps.length * 16 + programs.length * 4);
    this.#view = new DataView(this.bytes.buffer);
    this.#view.setUint32(0, this.bytes.length, true);
    this.#view.setUint32(8, options.logBytes > 0 ? 1 : 0, true);
    this.#view.setUint32(12, options.logBytes, true);
    maps.forEach((map, index) => {
      const entries = options.maxEntries.get(map.name);
      if (entries !== void 0) this.#view.setUint32(24 + index * 16 + 4, entries, true);
    });
    this.pointers = [
      { into: this.bytes, offset: 16, to: this.#log },
      ...maps.flatMap((map, index) => {
        const to = options.initial.get(map.name) ?? map.initial;
        return to === void 0 ? [] : [{ into: this.bytes, offset: 24 + index * 16 + 8, to }];
      })
    ];
  }
  loaded() {
    const { topic, maps, programs } = this.#skeleton;
    const mapFd = (index) => this.#view.getInt32(24 + index * 16, true);
    const programFd = (index) => this.#view.getInt32(24 + maps.length * 16 + index * 4, true);
    return {
      topic,
      maps: new Map(maps.map((map, index) => [map.name, { ...map, fd: mapFd(index) }])),
      programs: programs.map((program, index) => ({ ...program, fd: programFd(index) })),
      descriptors: [...maps.map((_, index) => mapFd(index)), ...programs.map((_, index) => programFd(index))],
      links: []
    };
  }
  logTail() {
    const end = this.#log.indexOf(0);
    return new TextDecoder("latin1").decode(this.#log.subarray(0, end < 0 ? void 0 : end)).slice(-LOG_KEPT_CHARACTERS);
  }
};
function attachTopic(host, topic) {
  for (const { section, fd } of topic.programs) {
    if (!section.startsWith("tp_btf/")) continue;
    const attributes = new Uint8Array(16);
    new DataView(attributes.buffer).setUint32(8, fd, true);
    const link = host.bpf(RAW_TRACEPOINT_OPEN, attributes);
    if ("errno" in link) return { topic: topic.topic, step: `attach to ${section.slice(7)}`, errno: link.errno, log: "" };
    topic.links.push(link.value);
  }
  return void 0;
}
function runIterator(host, topic, name) {
  const program = topic.programs.find((candidate) => candidate.name === name);
  const refuse = (errno) => ({ topic: topic.topic, step: `run ${name}`, errno, log: "" });
  if (program === void 0) return refuse("ENOENT");
  const attributes = new Uint8Array(64);
  new Uint32Array(attributes.buffer, 0, 3).set([program.fd, 0, TRACE_ITER]);
  const link = host.bpf(LINK_CREATE, attributes);
  if ("errno" in link) return refuse(link.errno);
  const create = new Uint8Array(8);
  new DataView(create.buffer).setUint32(0, link.value, true);
  const iterator = host.bpf(ITER_CREATE, create);
  if ("value" in iterator) {
    const bytes = new Uint8Array(4096);
    while (host.readDescriptor(iterator.value, bytes) > 0) ;
    host.closeDescriptor(iterator.value);
  }
  host.closeDescriptor(link.value);
  return "errno" in iterator ? refuse(iterator.errno) : void 0;
}
function detachTopic(host, topic) {
  for (const fd of topic.links.splice(0)) host.closeDescriptor(fd);
}
function unloadTopic(host, topic) {
  detachTopic(host, topic);
  for (const fd of topic.descriptors.splice(0).reverse()) host.closeDescriptor(fd);
}
function errnoText(errno) {
  const names = {
    1: "EPERM",
    2: "ENOENT",
    3: "ESRCH",
    4: "EINTR",
    7: "E2BIG",
    11: "EAGAIN",
    12: "ENOMEM",
    13: "EACCES",
    22: "EINVAL",
    28: "ENOSPC"
  };
  return names[errno] ?? `errno ${errno}`;
}

// src/collectors/bpf/ledger.ts
var Ledger = class {
  #known = /* @__PURE__ */ new Map();
  /** Rows of the slice that ends at endNs, for the threads in records. */
  advance(records, endNs) {
    const rows = records.flatMap((record) => this.#advanceThread(record, endNs));
    for (const { tid, state } of records) if (state >= DEAD) this.#known.delete(tid);
    return rows;
  }
  #advanceThread(record, endNs) {
    const ended = record.state >= DEAD;
    const until = ended ? record.sinceNs : endNs;
    const totals = [...record.ns];
    if (!ended) totals[record.state] += endNs - record.sinceNs;
    const before = this.#known.get(record.tid);
    const reported = before?.reported ?? ledgerStates.map(() => 0);
    const durationNs = sum(totals) - sum(reported);
    if (!(durationNs > 0)) return [];
    const ns = withoutDebts(totals.map((total, state) => total - reported[state]));
    const timeNs = until - durationNs;
    this.#known.set(record.tid, {
      reported: reported.map((past, state) => past + ns[state]),
      untilNs: until,
      switches: record.switches,
      foldedNs: record.foldedNs
    });
    return [
      {
        tid: record.tid,
        pid: record.pid,
        comm: record.comm,
        timeNs,
        durationNs,
        ns,
        unobservedNs: before === void 0 ? 0 : timeNs - before.untilNs,
        switches: record.switches - (before?.switches ?? 0),
        foldedNs: record.foldedNs - (before?.foldedNs ?? 0),
        ended
      }
    ];
  }
};
function withoutDebts(times) {
  if (times.every((ns) => ns >= 0)) return times;
  const paid = times.map((ns) => Math.max(0, ns));
  const ratio = sum(times) / sum(paid);
  return paid.map((ns) => ns * ratio);
}
function sum(values) {
  return values.reduce((total, value) => total + value, 0);
}

// src/collectors/bpf/sched-reader.ts
var RUNNING = ledgerStates.indexOf("running");
var BLOCKED = ledgerStates.indexOf("blocked");
var DOUBTFUL_NS = 1e7;
var ThreadReader = class {
  #host;
  #topic;
  #startNs;
  #ledger = new Ledger();
  /** Sleeping threads: since when, as it was last reported. */
  #settled = /* @__PURE__ */ new Map();
  constructor(host, topic, startNs) {
    this.#host = host;
    this.#topic = topic;
    this.#startNs = startNs;
  }
  /** Rows up to endNs. A thread that slept through has none: its next row reaches back to its last. */
  advance(endNs) {
    const records = this.#read((tid, state, sinceNs) => isAsleep(state) && this.#settled.get(tid) === sinceNs);
    for (const { tid, state, sinceNs } of records) {
      if (isAsleep(state)) this.#settled.set(tid, sinceNs);
      else this.#settled.delete(tid);
    }
    this.#forgetDead(records);
    return this.#ledger.advance(records, endNs);
  }
  /** Rows up to endNs for every thread, and the waits that did not end. */
  finish(endNs) {
    const records = this.#read(() => false);
    const openWaits = records.flatMap(
      ({ pid, tid, state, wait }) => wait === void 0 || !isAsleep(state) || wait.sinceNs >= endNs ? [] : [{ pid, tid, sinceNs: wait.sinceNs, wait }]
    );
    return { ledger: this.#ledger.advance(records, endNs), openWaits };
  }
  #read(isSettled) {
    const records = [];
    readMap(this.#host, this.#topic.map("threads"), (batch) => {
      for (const record of decodeThreads({ ...batch, startNs: this.#startNs, isSettled })) {
        const whole = record.torn ? this.#readAgain(record) : record;
        if (whole !== void 0) records.push(this.#doubt(whole));
      }
    });
    return records;
  }
  /**
   * The kernel may not have shown us that a thread left its CPU, and an idle CPU has no next switch that tells. At most as
   * many threads run as there are CPUs, so asking /proc is cheap.
   */
  #doubt(record) {
    const { pid, tid, state, sinceNs } = record;
    if (state !== RUNNING || Number(this.#host.monotonicNs() - this.#startNs) - sinceNs < DOUBTFUL_NS) return record;
    const stat = this.#host.readText(`/proc/${pid}/task/${tid}/stat`);
    const isAsleepNow = stat !== void 0 && /^ [SDTtI] /.test(stat.slice(stat.lastIndexOf(")") + 1));
    return isAsleepNow ? { ...record, state: BLOCKED } : record;
  }
  /** A record that was being written is read again; one that is written all the time waits for the next slice. */
  #readAgain({ tid }) {
    const keys = new Uint8Array(4);
    new DataView(keys.buffer).setUint32(0, tid, true);
    for (let attempt = 0; attempt < 4; attempt++) {
      const values = lookupElement(this.#host, this.#topic.map("threads"), keys);
      if (values === void 0) return void 0;
      const [record] = decodeThreads({ keys, values, count: 1, startNs: this.#startNs });
      if (record !== void 0 && !record.torn) return record;
    }
    return void 0;
  }
  #forgetDead(records) {
    const dead = records.filter(({ state }) => state >= DEAD).map(({ tid }) => tid);
    for (const tid of dead) this.#settled.delete(tid);
    deleteElements(this.#host, this.#topic.map("threads"), new Uint8Array(new Uint32Array(dead).buffer));
  }
};
function drainSched(topic) {
  return { waits: topic.drain("waits", decodeWaits), queues: topic.drain("queues", decodeQueues) };
}
function isAsleep(state) {
  return state === ledgerStates.indexOf("blocked") || state === ledgerStates.indexOf("blockedIo");
}

// src/collectors/bpf/skeleton.ts
function parseSkeleton(text, path) {
  try {
    const parsed = JSON.parse(text);
    const bytes = (base64) => new Uint8Array(Buffer.from(base64, "base64"));
    return {
      topic: parsed.topic,
      programs: parsed.programs,
      maps: parsed.maps.map((map) => ({
        ...map,
        initial: map.initial === void 0 ? void 0 : bytes(map.initial)
      })),
      instructions: bytes(parsed.instructions),
      data: bytes(parsed.data)
    };
  } catch (cause) {
    throw new AutotuneError({
      code: "BAD_INPUT",
      what: `${path} is no compiled BPF topic.`,
      why: "The file comes with autotune: it was cut short or overwritten.",
      next: "Install autotune again.",
      cause
    });
  }
}
function tracepointsOf(skeleton) {
  return skeleton.programs.flatMap(({ section }) => section.startsWith("tp_btf/") ? [section.slice(7)] : []);
}
function missingTracepoints(skeleton, btf) {
  const names = Buffer.from(btf.buffer, btf.byteOffset, btf.byteLength);
  return tracepointsOf(skeleton).filter((name) => !names.includes(`\0btf_trace_${name}\0`, 0, "latin1"));
}

// src/collectors/bpf/stack-store.ts
var DEPTH = 64;
var REMEMBERED = 2e5;
var StackStore = class {
  #host;
  #map;
  #delivered = /* @__PURE__ */ new Set();
  #key = new Uint8Array(8);
  constructor(host, map) {
    this.#host = host;
    this.#map = map;
  }
  /** Addresses, leaf first, of those ids that were not handed out before; ids that are none are left out. */
  take(ids) {
    const fresh = /* @__PURE__ */ new Map();
    for (const id of ids) {
      if (id <= StackId.Failed || this.#delivered.has(id)) continue;
      const addresses = this.#lookup(id);
      if (addresses === void 0) continue;
      if (this.#delivered.size >= REMEMBERED) this.#delivered.clear();
      this.#delivered.add(id);
      fresh.set(id, addresses);
    }
    return fresh;
  }
  /** Empties the kernel's map after stacks found no room in it; those that still occur come again under the same ids. */
  makeRoom() {
    drainMap(this.#host, this.#map, () => {
    });
  }
  #lookup(id) {
    new DataView(this.#key.buffer).setBigUint64(0, BigInt(id), true);
    const value = lookupElement(this.#host, this.#map, this.#key);
    return value === void 0 ? void 0 : decodeStack(value);
  }
};
function decodeStack(value) {
  const words = wordsOf(value);
  const depth = Math.min(words[0] ?? 0, DEPTH, Math.max(0, Math.floor(words.length / 2) - 1));
  return new BigUint64Array(words.slice(2, 2 + depth * 2).buffer);
}

// src/collectors/bpf/topic-reader.ts
var TopicReader = class {
  #host;
  #topic;
  #possibleCpus;
  #stacks;
  #control;
  #counters;
  #lostMaps = 0;
  constructor(host, topic, options) {
    this.#host = host;
    this.#topic = topic;
    this.#control = options.control;
    this.#possibleCpus = options.possibleCpus;
    const stacks = topic.maps.get("stacks");
    this.#stacks = stacks && new StackStore(host, stacks);
    this.#counters = this.#readCounters();
  }
  get topic() {
    return this.#topic;
  }
  get control() {
    return this.#control;
  }
  /** Makes the programs write into the other map of each pair. They may be in the middle of a row: wait before reading. */
  flip(changes = {}) {
    this.#control = { ...this.#control, ...changes, epoch: this.#control.epoch ^ 1 };
    writeControl(this.#host, this.map(CONTROL_MAP), this.#control);
  }
  /** Rows of the map of a pair that is not being written; it is empty afterwards. */
  drain(pair, decode2) {
    const rows = [];
    const idle = this.map(`${pair}_${this.#control.epoch & 1 ? "a" : "b"}`);
    const drained = drainMap(this.#host, idle, (batch) => {
      for (const row of decode2(batch)) rows.push(row);
    });
    if (typeof drained === "string") this.#lostMaps++;
    return rows;
  }
  /** Addresses of stacks not handed out before. Makes room in the kernel when some were lost for want of it. */
  takeStacks(ids, lostStacks) {
    const stacks = this.#stacks?.take(ids) ?? /* @__PURE__ */ new Map();
    if (lostStacks > 0) this.#stacks?.makeRoom();
    return stacks;
  }
  /** What the counters grew by since the last call, and maps that could not be read. */
  takeCounters() {
    const now = this.#readCounters();
    const grown = Object.entries(now).map(([name, value]) => [name, value - this.#counters[name]]);
    const unreadMaps = this.#lostMaps;
    this.#counters = now;
    this.#lostMaps = 0;
    return { ...Object.fromEntries(grown), unreadMaps };
  }
  /** A map by its name; a skeleton that lacks it is a bug. */
  map(name) {
    const map = this.#topic.maps.get(name);
    if (map === void 0) throw new RangeError(`BPF topic ${this.#topic.topic} has no map ${name}.`);
    return map;
  }
  /** Goes on recording after detach(); nothing when the kernel refuses now. */
  attach() {
    attachTopic(this.#host, this.#topic);
  }
  /** Stops recording. */
  detach() {
    detachTopic(this.#host, this.#topic);
  }
  close() {
    unloadTopic(this.#host, this.#topic);
  }
  #readCounters() {
    return readCounters(this.#host, this.map("counters"), this.#possibleCpus);
  }
};

// src/collectors/wait-reason.ts
function waitReason(facts) {
  if (facts.taskState & (TASK_STOPPED | TASK_TRACED)) return "stopped";
  const memory = firstMatch(facts.kernelFunctions, memoryRules);
  if (memory !== void 0) return memory;
  const waited = firstMatch(facts.kernelFunctions, leafRules);
  if (waited === "blockIo") return blockReason(facts);
  if (waited !== void 0) return waited;
  if (facts.inIowait) return blockReason(facts);
  if (facts.kernelThread) return "kernelThread";
  if (facts.syscall === void 0) return isUninterruptible(facts) ? "pageFault" : "unknown";
  return syscallReason(facts.syscall, facts);
}
var TASK_UNINTERRUPTIBLE = 2;
var TASK_STOPPED = 4;
var TASK_TRACED = 8;
var memoryRules = [
  [/^(mem_cgroup_handle_over_high|__mem_cgroup_handle_over_high)$/, "memoryThrottle"],
  [/^balance_dirty_pages/, "writebackThrottle"],
  [/^(try_to_free_pages|try_to_free_mem_cgroup_pages|throttle_direct_reclaim|reclaim_throttle|__alloc_pages_direct_compact)$/, "reclaim"]
];
var leafRules = [
  [/^(__)?(mutex_lock|ww_mutex_lock)/, "kernelLock"],
  [
    /^(rwsem_down_(read|write)_slowpath|percpu_rwsem_wait|__percpu_down_read|__?rt_mutex_\w*slowlock\w*|__down(_\w+)?|down_(read|write)\w*)$/,
    "kernelLock"
  ],
  [/^(do_)?futex_(wait|lock_pi)\w*$/, "futex"],
  [/^(anon_)?pipe_(read|write)$|^wait_for_partner$|^fifo_open$/, "pipe"],
  [
    /^(io_schedule|io_schedule_timeout|folio_wait_\w+|__folio_lock\w*|wait_on_page_\w+|__wait_on_buffer|bit_wait_io|blk_mq_get_tag|rq_qos_wait|submit_bio_wait|jbd2_log_wait_commit|wait_on_commit|blkdev_issue_flush)$/,
    "blockIo"
  ],
  [/^(inet_csk_accept|unix_accept|inet_accept)$/, "accept"],
  [/^(sk_wait_data|\w+_recvmsg|unix_stream_read_generic|__skb_wait_for_more_packets|__skb_recv_datagram)$/, "socketReceive"],
  [/^(sk_stream_wait_memory|sock_alloc_send_pskb|unix_wait_for_peer)$/, "socketSend"],
  [/^(inet_wait_for_connect|unix_stream_connect)$/, "connect"],
  [/^(ep_poll|do_epoll_wait|do_poll\w*|do_sys_poll|do_select|poll_schedule_timeout\w*)$/, "poll"],
  [/^(io_cqring_wait|io_wq_worker)$/, "ioUring"],
  [/^(hrtimer_nanosleep|do_nanosleep|common_nsleep\w*)$/, "sleep"],
  [/^(do_wait|kernel_wait4|kernel_waitid)$/, "childWait"],
  [/^(locks_lock_inode_wait|flock_lock_inode_wait|posix_lock_inode_wait|fcntl_setlk)$/, "fileLock"]
];
function firstMatch(functions, rules) {
  for (const name of functions) {
    const rule = rules.find(([pattern]) => pattern.test(name));
    if (rule !== void 0) return rule[1];
  }
  return void 0;
}
function blockReason({ syscall, kernelFunctions, kernelThread }) {
  if (syscall !== void 0 && reasonOfSyscall.get(syscall) === "fsync") return "fsync";
  const faulted = kernelFunctions.some(
    (name) => /^(asm_exc_page_fault|exc_page_fault|do_user_addr_fault|do_page_fault|handle_mm_fault)$/.test(name)
  );
  return faulted || syscall === void 0 && !kernelThread ? "pageFault" : "blockIo";
}
function isUninterruptible({ taskState }) {
  return (taskState & TASK_UNINTERRUPTIBLE) !== 0;
}
var syscallsByReason = {
  futex: "futex futex_wait futex_waitv",
  fsync: "fsync fdatasync sync syncfs sync_file_range msync",
  poll: "poll ppoll select pselect6 epoll_wait epoll_pwait epoll_pwait2 io_getevents io_pgetevents epoll_wait_old",
  accept: "accept accept4",
  connect: "connect",
  socketReceive: "recvfrom recvmsg recvmmsg",
  socketSend: "sendto sendmsg sendmmsg",
  sleep: "nanosleep clock_nanosleep restart_syscall",
  childWait: "wait4 waitid vfork",
  signalWait: "pause rt_sigsuspend rt_sigtimedwait",
  fileLock: "flock",
  ioUring: "io_uring_enter",
  message: "msgrcv msgsnd mq_timedreceive mq_timedsend semop semtimedop"
};
var reasonOfSyscall = new Map(
  Object.entries(syscallsByReason).flatMap(([reason, names]) => names.split(" ").map((name) => [name, reason]))
);
var reads = ["read", "readv", "pread64", "preadv", "preadv2"];
var writes = ["write", "writev", "pwrite64", "pwritev", "pwritev2", "sendfile", "splice", "tee", "vmsplice"];
function syscallReason(syscall, facts) {
  const reason = reasonOfSyscall.get(syscall);
  if (reason !== void 0) return reason;
  const isRead = reads.includes(syscall);
  if (!isRead && !writes.includes(syscall)) return "unknown";
  if (facts.descriptor === "pipe") return "pipe";
  if (facts.descriptor === "socket") return isRead ? "socketReceive" : "socketSend";
  if (facts.descriptor === "event") return isRead ? "poll" : "unknown";
  return facts.descriptor === "file" && isUninterruptible(facts) ? "blockIo" : "unknown";
}
function descriptorKind(link) {
  if (link === void 0) return void 0;
  if (link.startsWith("socket:")) return "socket";
  if (link.startsWith("pipe:")) return "pipe";
  if (link.startsWith("anon_inode:")) return "event";
  return link.startsWith("/") && !link.startsWith("/dev/") ? "file" : void 0;
}

// src/collectors/bpf/wait-naming.ts
var LINKS_PER_SLICE = 512;
var REMEMBERED_DESCRIPTORS = 2e4;
var REMEMBERED_STACKS = 5e4;
var WaitNaming = class {
  #host;
  #sources;
  #functions = /* @__PURE__ */ new Map();
  #descriptors = /* @__PURE__ */ new Map();
  #reasons = /* @__PURE__ */ new Map();
  #slice = 0;
  #links = 0;
  constructor(host, sources) {
    this.#host = host;
    this.#sources = sources;
  }
  /** Descriptors may mean something else by now; kernel stacks that are new are learned. */
  beginSlice(stacks) {
    this.#slice++;
    this.#links = 0;
    if (this.#descriptors.size > REMEMBERED_DESCRIPTORS) this.#descriptors.clear();
    if (this.#functions.size > REMEMBERED_STACKS) {
      this.#functions.clear();
      this.#reasons.clear();
    }
    for (const [id, addresses] of stacks) {
      if (addresses.length === 0 || addresses[0] < 1n << 63n) continue;
      this.#functions.set(
        id,
        Array.from(addresses).flatMap((address) => this.#sources.kernelFunction(address) ?? [])
      );
    }
  }
  name(pid, place, kernelStack) {
    const syscall = place.syscall === NONE ? void 0 : this.#sources.syscalls.nameOf.get(place.syscall) ?? `syscall ${place.syscall}`;
    const isFutex = syscall === "futex";
    const descriptor = isFutex || place.argument === 0 ? void 0 : place.argument - 1;
    const reason = this.#reason(place, kernelStack, syscall);
    return {
      reason: reason === "unknown" && descriptor !== void 0 ? this.#reasonByDescriptor(pid, descriptor, { place, syscall }) : reason,
      syscall,
      argument: isFutex ? place.argument : descriptor ?? Number.NaN
    };
  }
  /** Rules run once per stack and place: there are few of them, and many waits. */
  #reason(place, kernelStack, syscall) {
    const stack = kernelStack > StackId.Failed ? kernelStack : StackId.None;
    const reasons = this.#reasons.get(stack) ?? /* @__PURE__ */ new Map();
    const key = (place.syscall + 1) * 262144 + place.taskState * 4 + Number(place.inIowait) * 2 + Number(place.kernelThread);
    const known = reasons.get(key);
    if (known !== void 0) return known;
    const reason = waitReason({ ...place, syscall, descriptor: void 0, kernelFunctions: this.#functions.get(stack) ?? [] });
    this.#reasons.set(stack, reasons.set(key, reason));
    return reason;
  }
  #reasonByDescriptor(pid, descriptor, { place, syscall }) {
    return waitReason({ ...place, syscall, descriptor: this.#descriptorKind(pid, descriptor), kernelFunctions: [] });
  }
  /** Read once per slice. A process that is gone keeps what its descriptors were. */
  #descriptorKind(pid, descriptor) {
    const path = `/proc/${pid}/fd/${descriptor}`;
    const known = this.#descriptors.get(path);
    if (known?.slice === this.#slice || this.#links >= LINKS_PER_SLICE) return known?.kind;
    this.#links++;
    const kind = descriptorKind(this.#host.readLink(path)) ?? known?.kind;
    this.#descriptors.set(path, { kind, slice: this.#slice });
    return kind;
  }
};

// src/collectors/bpf/collector.ts
var LAZY_NS = 1e5;
var USER_STACK_NS = 1e6;
var SETTLE_MS = 2;
var STORM_PER_SEC = 5e4;
var FEW_WAITS = 1e3;
var windowed = ["syscall", "irq"];
var MANY_FAULTS_PER_SEC = 5e4;
var FEW_CALLS_PER_SEC = 100;
function openBpf(host, options) {
  const syscalls = syscallNames(options.architecture) ?? { nameOf: /* @__PURE__ */ new Map(), numberOf: /* @__PURE__ */ new Map() };
  const control = {
    lazyNs: options.lazyNs ?? LAZY_NS,
    userStackNs: USER_STACK_NS,
    epoch: 0,
    scope: options.targetPids === void 0 ? "machine" : "targets",
    ownPid: host.pid,
    stackEvery: 1,
    coarse: 0,
    futexNumber: syscalls.numberOf.get("futex") ?? 65535,
    bhEnable: options.kernelRange?.("__local_bh_enable_ip") ?? [0n, 0n]
  };
  const possibleCpus = countPossibleCpus(host.readText("/sys/devices/system/cpu/possible"));
  const btf = host.readBytes("/sys/kernel/btf/vmlinux");
  const readers = /* @__PURE__ */ new Map();
  const unavailable2 = [];
  for (const topic of options.topics ?? topics) {
    const opened = openTopic(host, topic, { ...options, btf, control, possibleCpus });
    if (opened instanceof TopicReader) readers.set(topic, opened);
    else unavailable2.push(opened);
  }
  const naming = new WaitNaming(host, { syscalls, kernelFunction: options.kernelFunction ?? (() => void 0) });
  const startNs = options.startNs ?? host.monotonicNs();
  const slicer = new Slicer(host, readers, { naming, startNs });
  return {
    unavailable: unavailable2,
    startNs,
    running: [...readers.keys()],
    drainLedger: () => slicer.ledger(),
    openWindow: (isOpen) => slicer.openWindow(isOpen),
    drain: () => slicer.slice("next"),
    close: () => slicer.slice("last")
  };
}
function openTopic(host, topic, options) {
  const { btf, control, possibleCpus } = options;
  const path = `${options.skeletonFolder}/${topic}.${options.architecture}.json`;
  const text = host.readText(path);
  if (text === void 0) return noSkeleton(topic, path);
  if (btf === void 0) return noBtf(topic, host.whyUnreadable("/sys/kernel/btf/vmlinux") ?? "EIO");
  const skeleton = parseSkeleton(text, path);
  const missing = missingTracepoints(skeleton, btf);
  if (missing.length > 0) return tracepointsMissing(topic, missing);
  const initial = /* @__PURE__ */ new Map([[CONTROL_MAP, controlBytes(control)]]);
  const loaded = loadTopic(host, skeleton, { initial, maxEntries: /* @__PURE__ */ new Map() });
  if ("errno" in loaded) return topicRefused(topic, loaded);
  const targets = loaded.maps.get("targets");
  for (const pid of options.targetPids ?? []) {
    if (targets !== void 0) updateElement(host, targets, { key: word(pid), value: word(1) });
  }
  const refusal = attachTopic(host, loaded) ?? (topic === "sched" ? runIterator(host, loaded, "on_seed") : void 0);
  if (refusal === void 0) return new TopicReader(host, loaded, { control, possibleCpus });
  unloadTopic(host, loaded);
  return topicRefused(topic, refusal);
}
function word(value) {
  return new Uint8Array(new Uint32Array([value]).buffer);
}
var Slicer = class {
  #host;
  #readers;
  #naming;
  #startNs;
  #threads;
  #endNs;
  /** Time of windows in this slice, and since when one is open. */
  #watchedNs = 0;
  #lastWindow;
  /** Time of slices for which the next window stands. */
  #unwatchedNs = 0;
  #watchedSinceNs;
  #stackEvery = 1;
  #coarse = 0;
  constructor(host, readers, options) {
    const sched = readers.get("sched");
    this.#host = host;
    this.#readers = readers;
    this.#naming = options.naming;
    this.#startNs = options.startNs;
    this.#threads = sched && new ThreadReader(host, sched, options.startNs);
    this.#endNs = this.#now();
    this.#watchedSinceNs = this.#endNs;
  }
  openWindow(isOpen) {
    const readers = windowed.flatMap((topic) => this.#readers.get(topic) ?? []);
    if (readers.length === 0 || isOpen === (this.#watchedSinceNs !== void 0)) return;
    if (isOpen) {
      for (const reader of readers) reader.attach();
      this.#watchedSinceNs = this.#now();
    } else {
      this.#watchedNs += this.#now() - (this.#watchedSinceNs ?? 0);
      this.#watchedSinceNs = void 0;
      for (const reader of readers) reader.detach();
    }
  }
  /**
   * What was seen in windows, multiplied to stand for the whole slice. The end of a recording comes when it comes: a last slice
   * without a window is as the one before.
   */
  #scaleWindow(seen, { timeNs, durationNs, isLast }) {
    if (this.#watchedSinceNs !== void 0) {
      this.#watchedNs += timeNs - this.#watchedSinceNs;
      this.#watchedSinceNs = timeNs;
    }
    this.#unwatchedNs += durationNs;
    const window = this.#watchedNs > 0 ? { seen, watchedNs: this.#watchedNs } : isLast ? this.#lastWindow : void 0;
    if (window === void 0) return { syscalls: [], interrupts: [] };
    const scale = this.#unwatchedNs / window.watchedNs;
    this.#lastWindow = window;
    this.#watchedNs = 0;
    this.#unwatchedNs = 0;
    return { syscalls: scaleCalls(window.seen.syscalls, scale), interrupts: scaleInterrupts(window.seen.interrupts, scale) };
  }
  ledger() {
    const timeNs = this.#now();
    return { timeNs, ledger: this.#threads?.advance(timeNs) ?? [] };
  }
  slice(which) {
    const readers = [...this.#readers.values()];
    if (which === "last") for (const reader of readers) reader.detach();
    for (const reader of readers) reader.flip({ stackEvery: this.#stackEvery, coarse: this.#coarse });
    const timeNs = this.#now();
    const durationNs = timeNs - this.#endNs;
    this.#endNs = timeNs;
    const finished = which === "last" ? this.#threads?.finish(timeNs) : void 0;
    const ledger = finished?.ledger ?? this.#threads?.advance(timeNs) ?? [];
    this.#host.pauseMs(SETTLE_MS);
    const drained = this.#drainAll();
    const frequent = this.#scaleWindow(drained, { timeNs, durationNs, isLast: which === "last" });
    const rows = {
      ...drained,
      faults: foldFaults(drained.faults, MANY_FAULTS_PER_SEC * (durationNs / 1e9)),
      processes: foldEvents(drained.processes),
      interrupts: frequent.interrupts,
      syscalls: foldSyscalls(frequent.syscalls, FEW_CALLS_PER_SEC * (durationNs / 1e9))
    };
    const counters = new Map([...this.#readers].map(([topic, reader]) => [topic, reader.takeCounters()]));
    const stacks = this.#takeStacks(rows, counters);
    this.#adapt(counters.get("sched"), durationNs, rows.waits.length);
    this.#naming.beginSlice(stacks);
    const waits = rows.waits.map((row) => ({ ...row, ...this.#naming.name(row.pid, row.place, row.kernelStack) }));
    const openWaits = (finished?.openWaits ?? []).map((open) => ({ ...open, ...this.#naming.name(open.pid, open.wait.place, 0) }));
    if (which === "last") for (const reader of readers) reader.close();
    return { timeNs, durationNs, ledger, ...rows, waits, stacks, counters, openWaits };
  }
  #drainAll() {
    const drain = (topic, pair, decode2) => this.#readers.get(topic)?.drain(pair, decode2) ?? [];
    const sched = this.#readers.get("sched");
    return {
      ...sched === void 0 ? { waits: [], queues: [] } : drainSched(sched),
      locks: drain("lock", "locks", decodeLocks),
      blocks: drain("block", "blocks", decodeBlocks),
      syscalls: drain("syscall", "syscalls", decodeSyscalls),
      faults: drain("fault", "faults", decodeFaults),
      interrupts: drain("irq", "interrupts", decodeInterrupts),
      network: drain("net", "nets", decodeNetwork),
      processes: drain("process", "processes", decodeProcesses),
      memoryStalls: drain("memory", "memories", decodeMemoryStalls)
    };
  }
  /** The same addresses have the same id in every topic. */
  #takeStacks(rows, counters) {
    const wanted = [
      ["sched", new Set(rows.waits.flatMap((row) => [row.kernelStack, row.userStack, row.wakerStack]))],
      ["lock", new Set(rows.locks.map((row) => row.kernelStack))],
      ["block", new Set(rows.blocks.map((row) => row.kernelStack))],
      ["fault", new Set(rows.faults.map((row) => row.userStack))]
    ];
    const taken = wanted.flatMap(([topic, ids]) => [
      ...this.#readers.get(topic)?.takeStacks(ids, counters.get(topic)?.lostStacks ?? 0) ?? []
    ]);
    return new Map(taken);
  }
  /** In a storm stacks are taken for one wait in k, and when rows overflow they say less; times stay exact. */
  #adapt(counters, durationNs, waits) {
    const switchesPerSec = (counters?.events ?? 0) / (durationNs / 1e9);
    this.#stackEvery = Math.min(64, Math.max(1, Math.ceil(switchesPerSec / STORM_PER_SEC)));
    if ((counters?.lostRows ?? 0) > 0) this.#coarse = Math.min(2, this.#coarse + 1);
    else if (waits < FEW_WAITS) this.#coarse = Math.max(0, this.#coarse - 1);
  }
  #now() {
    return Number(this.#host.monotonicNs() - this.#startNs);
  }
};

// src/linux-bpf-host.ts
import os from "node:os";
import koffi from "koffi";
var BPF = { x64: 321, arm64: 280 };
var PROT_READ = 1;
var MAP_SHARED = 1;
function linuxBpfHost(host) {
  const libc = koffi.load(null);
  const syscall = libc.func("syscall", "long", ["long", "long", "void *", "long"]);
  const read = libc.func("read", "long", ["int", "void *", "size_t"]);
  const close = libc.func("close", "int", ["int"]);
  const mmap = libc.func("mmap", "intptr", ["intptr", "size_t", "int", "int", "int", "long"]);
  const pause = new Int32Array(new SharedArrayBuffer(4));
  return {
    ...host,
    bpf(command, attributes, pointers = []) {
      const number = BPF[process.arch];
      if (number === void 0) return { errno: "ENOSYS" };
      for (const pointer of pointers) writePointer(pointer);
      const value = Number(syscall(number, command, attributes, attributes.length));
      return value < 0 ? { errno: errnoName() } : { value };
    },
    readDescriptor: (fd, bytes) => Math.max(0, Number(read(fd, bytes, bytes.length))),
    mapDescriptor(fd, lengthBytes) {
      const address = mmap(0, lengthBytes, PROT_READ, MAP_SHARED, fd, 0);
      if (Number(address) === -1) return { errno: errnoName() };
      return new Uint8Array(koffi.view(BigInt(address), lengthBytes));
    },
    pauseMs: (durationMs) => void Atomics.wait(pause, 0, 0, durationMs),
    closeDescriptor: (fd) => void close(fd)
  };
}
function writePointer({ into, offset, to }) {
  void to.buffer;
  const view = new DataView(into.buffer, into.byteOffset, into.byteLength);
  view.setBigUint64(offset, to.length === 0 ? 0n : BigInt(koffi.address(to)), true);
}
function errnoName() {
  const errno = koffi.errno();
  return Object.entries(os.constants.errno).find(([, value]) => value === errno)?.[0] ?? `errno ${errno}`;
}

export {
  PerfType,
  SoftwareEvent,
  HardwareEvent,
  SampleField,
  ReadFormat,
  OPEN_CLOEXEC,
  encodeAttr,
  openSampler,
  hasPmu,
  topicFacts,
  syscallNames,
  ledgerStates,
  openBpf,
  linuxBpfHost
};
