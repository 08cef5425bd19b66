// src/recording/reader.ts
import { statSync as statSync2 } from "node:fs";

// src/errors.ts
var AutotuneError = class extends Error {
  code;
  why;
  next;
  constructor({ code, what, why, next, cause }) {
    super(what, { cause });
    this.name = "AutotuneError";
    this.code = code;
    this.why = why;
    this.next = next;
  }
};
var FormatError = class extends AutotuneError {
  source;
  offset;
  constructor(source, offset, why) {
    super({
      code: "BAD_INPUT",
      what: `${source} is damaged at byte ${offset} (0x${offset.toString(16)}).`,
      why,
      next: "Record again; if a fresh recording fails too, attach it to a bug report."
    });
    this.name = "FormatError";
    this.source = source;
    this.offset = offset;
  }
};

// src/byte-reader.ts
var ByteReader = class {
  source;
  offset = 0;
  #bytes;
  #view;
  constructor(bytes, source) {
    this.source = source;
    this.#bytes = bytes;
    this.#view = new DataView(bytes.buffer, bytes.byteOffset, bytes.byteLength);
  }
  get remaining() {
    return this.#bytes.byteLength - this.offset;
  }
  u16(field) {
    return this.#view.getUint16(this.#take(2, field), true);
  }
  u32(field) {
    return this.#view.getUint32(this.#take(4, field), true);
  }
  /** Addresses and ids: exact, so bigint. */
  u64(field) {
    return this.#view.getBigUint64(this.#take(8, field), true);
  }
  /** Sizes and counts: must fit a number exactly. */
  size64(field) {
    const start = this.offset;
    const value = this.u64(field);
    if (value > BigInt(Number.MAX_SAFE_INTEGER)) {
      throw new FormatError(this.source, start, `${field} is ${value}, which no real recording reaches.`);
    }
    return Number(value);
  }
  /** A view, not a copy: valid as long as the source bytes are. */
  bytes(length, field) {
    const start = this.#take(length, field);
    return this.#bytes.subarray(start, start + length);
  }
  #take(length, field) {
    if (length > this.remaining) {
      throw new FormatError(this.source, this.offset, `${field} needs ${length} bytes, ${this.remaining} are left.`);
    }
    const start = this.offset;
    this.offset += length;
    return start;
  }
};

// src/schema/series.ts
var cpuShare = (doc) => ({
  subject: "machine-or-cpu",
  source: "/proc/stat",
  doc: `${doc} Share of that CPU, or of all.`
});
var psi = (file, doc) => ({
  subject: "machine-or-cgroup",
  source: `/proc/pressure/${file} or ${file}.pressure of the cgroup`,
  doc
});
var vm = (doc) => ({ subject: "machine", source: "/proc/vmstat", doc });
var memory = (doc) => ({ subject: "machine", source: "/proc/meminfo", doc });
var disk = (doc) => ({ subject: "disk", source: "/proc/diskstats", doc });
var network = (doc) => ({ subject: "interface", source: "/proc/net/dev", doc });
var protocol = (doc) => ({ subject: "machine", source: "/proc/net/snmp and /proc/net/netstat", doc });
var softnet = (doc) => ({ subject: "cpu", source: "/proc/net/softnet_stat", doc });
var cgroup = (source, doc) => ({ subject: "cgroup", source, doc });
var counter = (doc) => ({ subject: "cpu", source: "perf_event hardware counter", doc });
var seriesSpecs = {
  "cpu.userRatio": cpuShare("Running user code, niced included, guests excluded."),
  "cpu.systemRatio": cpuShare("Running kernel code, interrupts excluded."),
  "cpu.irqRatio": cpuShare("In hard interrupts."),
  "cpu.softirqRatio": cpuShare("In soft interrupts."),
  "cpu.stealRatio": cpuShare("Runnable, but the hypervisor ran something else."),
  "cpu.guestRatio": cpuShare("Running virtual machines."),
  "cpu.iowaitRatio": cpuShare("Idle while a task of this CPU waits for a disk. Idle time, not load."),
  "cpu.idleRatio": cpuShare("Idle, iowait excluded."),
  "cpu.frequencyHz": { subject: "cpu", source: "/sys/devices/system/cpu/cpuN/cpufreq/scaling_cur_freq", doc: "Current frequency." },
  "cpu.maxFrequencyHz": {
    subject: "cpu",
    source: "/sys/devices/system/cpu/cpuN/cpufreq/cpuinfo_max_freq",
    doc: "Highest frequency it can run at."
  },
  "sched.contextSwitchPerSec": { subject: "machine", source: "/proc/stat ctxt", doc: "Context switches." },
  "sched.forkPerSec": { subject: "machine", source: "/proc/stat processes", doc: "Processes and threads started." },
  "sched.runnableCount": { subject: "machine", source: "/proc/stat procs_running", doc: "Threads running or runnable, at this instant." },
  "sched.blockedCount": { subject: "machine", source: "/proc/stat procs_blocked", doc: "Threads waiting for a disk, at this instant." },
  "sched.load1": { subject: "machine", source: "/proc/loadavg", doc: "Load average over a minute." },
  "psi.cpu.someRatio": psi("cpu", "Share of time in which at least one task waited for a CPU."),
  "psi.cpu.fullRatio": psi("cpu", "Share of time in which all tasks of the cgroup waited for a CPU."),
  "psi.memory.someRatio": psi("memory", "Share of time in which at least one task stalled on memory."),
  "psi.memory.fullRatio": psi("memory", "Share of time in which all tasks stalled on memory."),
  "psi.io.someRatio": psi("io", "Share of time in which at least one task waited for I/O."),
  "psi.io.fullRatio": psi("io", "Share of time in which all tasks waited for I/O."),
  "memory.totalBytes": memory("Usable memory."),
  "memory.availableBytes": memory("Can be had without swapping."),
  "memory.cachedBytes": memory("Page cache."),
  "memory.dirtyBytes": memory("Waiting to be written."),
  "memory.writebackBytes": memory("Being written."),
  "memory.anonymousBytes": memory("Anonymous pages."),
  "memory.swapTotalBytes": memory("Swap space."),
  "memory.swapFreeBytes": memory("Free swap space."),
  "vm.faultPerSec": vm("Page faults, minor and major."),
  "vm.majorFaultPerSec": vm("Page faults that read from disk."),
  "vm.swapInPerSec": vm("Pages read from swap."),
  "vm.swapOutPerSec": vm("Pages written to swap."),
  "vm.directScanPerSec": vm("Pages scanned by tasks that had to free memory themselves."),
  "vm.directReclaimPerSec": vm("Pages freed by tasks themselves."),
  "vm.kswapdScanPerSec": vm("Pages scanned by kswapd."),
  "vm.refaultPerSec": vm("Pages of the working set that were evicted and needed again, file and anonymous."),
  "vm.allocationStallPerSec": vm("Allocations that had to wait for reclaim."),
  "vm.compactionStallPerSec": vm("Allocations that had to wait for compaction."),
  "vm.oomKillPerSec": vm("Processes killed for want of memory."),
  "disk.readPerSec": disk("Reads completed."),
  "disk.writePerSec": disk("Writes completed."),
  "disk.readBytesPerSec": disk("Bytes read."),
  "disk.writeBytesPerSec": disk("Bytes written."),
  "disk.flushPerSec": disk("Cache flushes completed."),
  "disk.busyRatio": disk("Share of time with a request in flight. Says nothing of saturation on devices that work in parallel."),
  "disk.inFlightCount": disk("Requests in flight, averaged over the interval."),
  "disk.readLatencyNs": disk("Mean time of a read from submission to completion; no row where none completed."),
  "disk.writeLatencyNs": disk("Mean time of a write; no row where none completed."),
  "disk.flushLatencyNs": disk("Mean time of a flush; no row where none completed."),
  "net.receiveBytesPerSec": network("Bytes received."),
  "net.sendBytesPerSec": network("Bytes sent."),
  "net.receivePacketPerSec": network("Packets received."),
  "net.sendPacketPerSec": network("Packets sent."),
  "net.dropPerSec": network("Packets dropped, both ways."),
  "net.errorPerSec": network("Errors, both ways."),
  "tcp.sendSegmentPerSec": protocol("TCP segments sent."),
  "tcp.receiveSegmentPerSec": protocol("TCP segments received."),
  "tcp.retransmitPerSec": protocol("TCP segments sent again."),
  "tcp.activeOpenPerSec": protocol("Connections opened."),
  "tcp.passiveOpenPerSec": protocol("Connections accepted."),
  "tcp.resetPerSec": protocol("Resets sent."),
  "tcp.listenOverflowPerSec": protocol("Connections refused because the accept queue was full."),
  "tcp.listenDropPerSec": protocol("Connections dropped in a listening socket."),
  "tcp.delayedAckPerSec": protocol("Delayed acknowledgements sent."),
  "udp.receiveBufferErrorPerSec": protocol("Datagrams dropped because the receive buffer was full."),
  "interrupt.perSec": {
    subject: "interrupt",
    source: "/proc/interrupts",
    doc: "Interrupts by line and device over all CPUs; lines that never fired are left out."
  },
  "interrupt.cpuPerSec": { subject: "cpu", source: "/proc/interrupts", doc: "All interrupts of a CPU." },
  "softirq.perSec": { subject: "interrupt", source: "/proc/softirqs", doc: "Soft interrupts by kind over all CPUs." },
  "softirq.netReceiveCpuPerSec": { subject: "cpu", source: "/proc/softirqs", doc: "NET_RX soft interrupts of a CPU." },
  "softnet.packetPerSec": softnet("Packets handled."),
  "softnet.dropPerSec": softnet("Packets dropped because the backlog was full."),
  "softnet.squeezePerSec": softnet("Polls that ended with work left."),
  "cgroup.cpuUsageCpus": cgroup("cpu.stat usage_usec, or cpuacct.usage", "CPU time per second of wall time: 1.5 is one and a half CPUs."),
  "cgroup.quotaCpus": cgroup("cpu.max, or cpu.cfs_quota_us over cpu.cfs_period_us", "CPUs it may use; no rows without a quota."),
  "cgroup.periodPerSec": cgroup("cpu.stat nr_periods", "Quota periods in which it ran."),
  "cgroup.throttledPeriodPerSec": cgroup("cpu.stat nr_throttled", "Quota periods in which it used up its quota."),
  "cgroup.throttledCpus": cgroup(
    "cpu.stat throttled_usec, or throttled_time",
    "Time throttled per second of wall time, summed over CPUs: 0.5 is half a CPU held back."
  ),
  "cgroup.memoryBytes": cgroup("memory.current, or memory.usage_in_bytes", "Memory charged to it."),
  "cgroup.memoryLimitBytes": cgroup("memory.max, or memory.limit_in_bytes", "Its limit; no rows without one."),
  "cgroup.memoryLimitHitPerSec": cgroup("memory.events max, or memory.failcnt", "Times its memory limit was hit."),
  "cgroup.memoryHighPerSec": cgroup("memory.events high", "Times it was slowed down at memory.high."),
  "cgroup.oomKillPerSec": cgroup("memory.events oom_kill, or memory.oom_control", "Processes of it killed for want of memory."),
  "pmu.cyclesPerSec": counter("CPU cycles."),
  "pmu.instructionsPerSec": counter("Instructions retired."),
  "pmu.cacheReferencePerSec": counter("Last-level cache references."),
  "pmu.cacheMissPerSec": counter("Last-level cache misses."),
  "pmu.branchPerSec": counter("Branches."),
  "pmu.branchMissPerSec": counter("Mispredicted branches."),
  "pmu.stalledFrontendPerSec": counter("Cycles in which the front end delivered nothing."),
  "pmu.stalledBackendPerSec": counter("Cycles in which the back end took nothing."),
  "autotune.cpuCpus": {
    subject: "machine",
    source: "getrusage of autotune itself",
    doc: "CPU time autotune used per second of wall time."
  },
  "autotune.rssBytes": { subject: "machine", source: "/proc/self/statm", doc: "Resident memory of autotune." }
};

// src/schema/kernel-tables.ts
var kernelTables = {
  wait: {
    doc: "Waits of a thread that ended in a slice and have everything in common. A wait counts whole in the slice in which it ended.",
    source: "eBPF: sched_switch, sched_waking",
    stage: "collect",
    columns: {
      timeNs: { type: "f64", doc: "Start of the slice." },
      durationNs: { type: "f64", doc: "Length of the slice." },
      process: { type: "i32", doc: "Row of process; NONE when unknown." },
      tid: { type: "i32", doc: "Thread that waited." },
      reason: { type: "text", doc: "A WaitReason of src/collectors/wait-reason.ts." },
      syscall: { type: "text", doc: "System call it waited in; absent outside of one." },
      argument: { type: "f64", doc: "Address of the futex, or the descriptor; NaN for neither." },
      kernelCallchain: { type: "i32", doc: "Row of callchain; NONE for waits too short or not sampled." },
      userCallchain: { type: "i32", doc: "Row of callchain; NONE likewise." },
      wakerKind: { type: "text", doc: "thread, interrupt, fork or unknown." },
      wakerProcess: { type: "i32", doc: "Row of process; NONE for interrupts." },
      wakerTid: { type: "i32", doc: "Thread that ended the waits; NONE for interrupts." },
      wakerCallchain: { type: "i32", doc: "Row of callchain: kernel side for interrupts and kernel threads, else user side." },
      count: { type: "f64", doc: "Waits." },
      ns: { type: "f64", doc: "Their time, until the waker came; time in the run queue after it is in runQueue." },
      maxNs: { type: "f64", doc: "The longest." },
      open: { type: "u8", doc: "1 for a wait that was still going on at the end of the recording." }
    }
  },
  runQueue: {
    doc: "Waits of a thread for a CPU that ended in a slice.",
    source: "eBPF: sched_switch, sched_waking",
    stage: "collect",
    columns: {
      timeNs: { type: "f64", doc: "Start of the slice." },
      durationNs: { type: "f64", doc: "Length of the slice." },
      process: { type: "i32", doc: "Row of process; NONE when unknown." },
      tid: { type: "i32", doc: "Thread that waited." },
      reason: { type: "text", doc: "woken, preempted or throttled." },
      occupantTid: { type: "i32", doc: "Thread that had the CPU; NONE when it was idle." },
      count: { type: "f64", doc: "Waits." },
      ns: { type: "f64", doc: "Their time." },
      maxNs: { type: "f64", doc: "The longest." }
    }
  },
  latencyBucket: {
    doc: "Histograms of the rows of wait, runQueue, lock, blockIo, interrupt: one row per bucket that is not empty.",
    source: "eBPF",
    stage: "collect",
    columns: {
      table: { type: "text", doc: "Table the histogram belongs to; blockIo.queue for the queue times of blockIo." },
      row: { type: "i32", doc: "Row of that table." },
      endNs: { type: "f64", doc: "Upper bound: 512 ns and its doubles; Infinity for the last. It begins at half of it, the first at 0." },
      count: { type: "f64", doc: "How many fell into it." }
    }
  },
  lock: {
    doc: "Waits for locks of the kernel that ended in a slice.",
    source: "eBPF: contention_begin, contention_end",
    stage: "collect",
    columns: {
      timeNs: { type: "f64", doc: "Start of the slice." },
      durationNs: { type: "f64", doc: "Length of the slice." },
      process: { type: "i32", doc: "Row of process; NONE when unknown." },
      tid: { type: "i32", doc: "Thread that waited." },
      address: { type: "u64", doc: "The lock." },
      kind: { type: "text", doc: "mutex, rwsemRead, rwsemWrite, rtMutex, percpuRwsem or spin." },
      ownerTid: { type: "i32", doc: "Who had it when the wait began; NONE where the lock does not say." },
      kernelCallchain: { type: "i32", doc: "Row of callchain; NONE for short waits." },
      count: { type: "f64", doc: "Waits." },
      ns: { type: "f64", doc: "Their time." },
      maxNs: { type: "f64", doc: "The longest." }
    }
  },
  blockIo: {
    doc: "Requests to block devices that completed in a slice.",
    source: "eBPF: block_rq_insert, block_rq_issue, block_rq_complete",
    stage: "collect",
    columns: {
      timeNs: { type: "f64", doc: "Start of the slice." },
      durationNs: { type: "f64", doc: "Length of the slice." },
      process: { type: "i32", doc: "Row of process that issued them: for buffered writes a kernel thread." },
      tid: { type: "i32", doc: "Thread that issued them." },
      device: { type: "text", doc: "Device as major:minor in decimal, as in /sys/dev/block." },
      operation: { type: "text", doc: "read, write, flush, discard or other." },
      sizeFromBytes: { type: "f64", doc: "Sizes are in [n, 2n); 0 without data." },
      sequential: { type: "u8", doc: "1 when they began where the one before on this device ended." },
      kernelCallchain: { type: "i32", doc: "Row of callchain that issued them." },
      count: { type: "f64", doc: "Requests." },
      sizeBytes: { type: "f64", doc: "Their sizes together." },
      errorCount: { type: "f64", doc: "Requests that failed." },
      latencyNs: { type: "f64", doc: "Time in the device, summed." },
      maxLatencyNs: { type: "f64", doc: "The longest." },
      queueNs: { type: "f64", doc: "Time in the scheduler before the device got them, summed." }
    }
  },
  syscall: {
    doc: "System calls that returned in a slice, estimated from windows of 100 ms in each second: watching all would slow a busy server by a fifth.",
    source: "eBPF: sys_enter, sys_exit",
    stage: "collect",
    columns: {
      timeNs: { type: "f64", doc: "Start of the slice." },
      durationNs: { type: "f64", doc: "Length of the slice." },
      process: { type: "i32", doc: "Row of process; NONE when unknown." },
      tid: { type: "i32", doc: "Thread; NONE for those of its threads together that made few." },
      name: { type: "text", doc: "Name of the call; its number where we have no name." },
      count: { type: "f64", doc: "Calls." },
      ns: { type: "f64", doc: "Time in them, waits included." },
      maxNs: { type: "f64", doc: "The longest." },
      errorCount: { type: "f64", doc: "Calls that failed." },
      resultSum: { type: "f64", doc: "Sum of positive results: bytes for calls that return a size." }
    }
  },
  fault: {
    doc: "Page faults in a slice.",
    source: "eBPF: page_fault_user, page_fault_kernel",
    stage: "collect",
    columns: {
      timeNs: { type: "f64", doc: "Start of the slice." },
      durationNs: { type: "f64", doc: "Length of the slice." },
      process: { type: "i32", doc: "Row of process; NONE when unknown." },
      tid: { type: "i32", doc: "Thread." },
      inKernel: { type: "u8", doc: "1 when kernel code touched the page." },
      userCallchain: { type: "i32", doc: "Row of callchain; NONE for those not sampled: one in sixteen is." },
      count: { type: "f64", doc: "Faults." },
      majorCount: { type: "f64", doc: "Those that had to wait for a device." }
    }
  },
  interrupt: {
    doc: "Interrupts in a slice and the thread they took the time from, estimated from windows as system calls are.",
    source: "eBPF: irq_handler_entry, irq_handler_exit, softirq_entry, softirq_exit",
    stage: "collect",
    columns: {
      timeNs: { type: "f64", doc: "Start of the slice." },
      durationNs: { type: "f64", doc: "Length of the slice." },
      process: { type: "i32", doc: "Row of process that was interrupted; NONE for an idle CPU." },
      tid: { type: "i32", doc: "Thread that was interrupted; NONE for an idle CPU." },
      kind: { type: "text", doc: "hard or soft." },
      vector: { type: "i32", doc: "Line of /proc/interrupts, or number of the soft interrupt." },
      count: { type: "f64", doc: "Interrupts." },
      ns: { type: "f64", doc: "Time in their handlers; hard interrupts within soft ones count once." },
      maxNs: { type: "f64", doc: "The longest." }
    }
  },
  kernelEvent: {
    doc: "Events that are counted and have no duration, or a rare one: TCP, processes, signals, memory.",
    source: "eBPF: tcp_*, inet_sock_set_state, sched_process_*, signal_generate, mm_vmscan_*, mm_compaction_*",
    stage: "collect",
    columns: {
      timeNs: { type: "f64", doc: "Start of the slice." },
      durationNs: { type: "f64", doc: "Length of the slice." },
      kind: {
        type: "text",
        doc: "retransmit, resetSent, resetReceived, connect, connected, accepted, closed, fork, thread, exec, exit, signal, directReclaim, cgroupReclaim, compaction."
      },
      process: { type: "i32", doc: "Row of process that did it; NONE when unknown." },
      tid: { type: "i32", doc: "Thread that did it; NONE when unknown." },
      subject: { type: "text", doc: 'Peer as address:port for TCP, "signal 9 to pid 42" for signals; else absent.' },
      count: { type: "f64", doc: "Events." },
      ns: { type: "f64", doc: "Time they took; 0 for those without a duration." }
    }
  }
};

// src/schema/tables.ts
var schemaVersion = 1;
var NONE = -1;
var tables = {
  process: {
    doc: "One row per program image a process ran: a new row at fork and at exec, and one per process alive at the start.",
    source: "PERF_RECORD_FORK, _COMM, _EXIT; /proc/PID/{stat,cmdline,exe,cgroup} for what already ran",
    stage: "collect",
    columns: {
      pid: { type: "i32", doc: "Process id." },
      parentPid: { type: "i32", doc: "Parent process id, or NONE where it is not known." },
      startNs: { type: "f64", doc: "When this image began; 0 when it ran already at the start." },
      endNs: { type: "f64", doc: "When it exited or executed another image; NaN when still alive at the end." },
      comm: { type: "text", doc: "Name of the process, at most 15 bytes, as the kernel has it." },
      commandLine: { type: "text", doc: "Arguments joined by spaces, cut at 512 characters; absent for processes that ended first." },
      executable: { type: "text", doc: "Path of the executable." },
      cgroup: { type: "text", doc: "Path in the cgroup v2 hierarchy, else in the v1 cpu hierarchy." },
      role: { type: "u8", doc: "A ProcessRole value." }
    }
  },
  thread: {
    doc: "One row per thread and program image.",
    source: "PERF_RECORD_FORK, _COMM, _EXIT; /proc/PID/task for what already ran",
    stage: "collect",
    columns: {
      tid: { type: "i32", doc: "Thread id; the kernel calls it pid." },
      process: { type: "i32", doc: "Row of process." },
      startNs: { type: "f64", doc: "When the thread began; 0 when it ran already at the start." },
      endNs: { type: "f64", doc: "When it ended; NaN when still alive at the end." },
      comm: { type: "text", doc: "Name of the thread." }
    }
  },
  mapping: {
    doc: "One row per executable address range of one process backed by one file. Kernel code has none.",
    source: "PERF_RECORD_MMAP2; /proc/PID/maps for what already ran",
    stage: "collect",
    columns: {
      process: { type: "i32", doc: "Row of process." },
      timeNs: { type: "f64", doc: "When it was mapped; 0 when it was there at the start." },
      startAddress: { type: "u64", doc: "First address." },
      endAddress: { type: "u64", doc: "First address after it." },
      fileOffsetBytes: { type: "f64", doc: "Offset in the file of startAddress." },
      path: { type: "text", doc: "Path as the process sees it; [vdso], //anon and the like as the kernel names them." },
      device: { type: "text", doc: "Device of the file as major:minor in hex, as /proc/PID/maps prints it." },
      inode: { type: "f64", doc: "Inode of the file; 0 for none." },
      buildId: { type: "text", doc: "Build id in hex; absent when the file has none or was not read yet." }
    }
  },
  sample: {
    doc: "One row per look at a running thread by the timer or a hardware counter. Idle CPUs give no rows.",
    source: "perf_event cpu-clock or cycles, PERF_RECORD_SAMPLE",
    stage: "collect",
    columns: {
      timeNs: { type: "f64", doc: "When." },
      cpu: { type: "i32", doc: "CPU it ran on." },
      process: { type: "i32", doc: "Row of process; NONE when unknown." },
      tid: { type: "i32", doc: "Thread id." },
      callchain: { type: "i32", doc: "Row of callchain: the leaf. NONE when the kernel gave no chain." },
      weightNs: { type: "f64", doc: "CPU time this sample stands for." }
    }
  },
  callchain: {
    doc: "Raw addresses of all samples as a tree: a row is one address and the row of its caller. A prefix always has a smaller row.",
    source: "PERF_SAMPLE_CALLCHAIN",
    stage: "collect",
    columns: {
      prefix: { type: "i32", doc: "Row of the caller; NONE for the root." },
      process: { type: "i32", doc: "Row of process whose address space it is; NONE for kernel code." },
      kind: { type: "u8", doc: "A CodeKind value." },
      address: { type: "u64", doc: "Instruction pointer for a leaf, return address for a caller." },
      timeNs: { type: "f64", doc: "When it was first seen: decides which mapping it belongs to." }
    }
  },
  threadTime: {
    doc: "The ledger: how long a thread spent in a state during a slice. Without eBPF only Running and Runnable are known.",
    source: "eBPF sched_switch and sched_waking; else /proc/PID/task/TID/schedstat",
    stage: "collect",
    columns: {
      timeNs: { type: "f64", doc: "Start of the slice." },
      durationNs: { type: "f64", doc: "Length of the slice." },
      process: { type: "i32", doc: "Row of process." },
      tid: { type: "i32", doc: "Thread id." },
      state: { type: "u8", doc: "A ThreadState value." },
      ns: { type: "f64", doc: "Time in that state during the slice." }
    }
  },
  ...kernelTables,
  series: {
    doc: "One row per time series: which number, and of what.",
    source: "see seriesSpecs in src/schema/series.ts",
    stage: "collect",
    columns: {
      name: { type: "text", doc: "A name of seriesSpecs; its unit is in the name." },
      subject: { type: "text", doc: "What it is about: cpu0, vda, eth0, a cgroup path; empty for the machine." }
    }
  },
  metric: {
    doc: "One row per reading of a series. Counters are rates over the interval before timeNs already.",
    source: "/proc, /sys and cgroup files",
    stage: "collect",
    columns: {
      timeNs: { type: "f64", doc: "End of the interval the value stands for." },
      durationNs: { type: "f64", doc: "Length of that interval; 0 for a level read at an instant." },
      series: { type: "i32", doc: "Row of series." },
      value: { type: "f64", doc: "The value, in the unit its name says." }
    }
  },
  quality: {
    doc: "One row per thing that went missing: what, where and how much.",
    source: "PERF_RECORD_LOST, PERF_FORMAT_LOST, collectors",
    stage: "collect",
    columns: {
      timeNs: { type: "f64", doc: "When it was noticed." },
      kind: { type: "text", doc: "What: lostRecords, unknownRecords, throttledSampling, missedReadings, \u2026" },
      subject: { type: "text", doc: "Where: cpu0, a file, a process." },
      count: { type: "f64", doc: "How many." }
    }
  },
  symbol: {
    doc: "One row per function.",
    source: "ELF symbol tables, /proc/kallsyms, perf maps",
    stage: "symbolize",
    columns: {
      name: { type: "text", doc: 'Demangled name; "[unknown] in libfoo.so+0x1234" where there is none.' },
      module: { type: "text", doc: "Base name of the file, [kernel], a kernel module, [jit]." },
      path: { type: "text", doc: "Path of the file; absent for the kernel and for JIT code." },
      ownership: { type: "u8", doc: "An Ownership value." }
    }
  },
  frame: {
    doc: "One row per function at one address.",
    source: "symbolize",
    stage: "symbolize",
    columns: {
      symbol: { type: "i32", doc: "Row of symbol." },
      mapping: { type: "i32", doc: "Row of mapping; NONE for kernel code and where no mapping covers the address." },
      relativeAddress: { type: "f64", doc: "Address in the file; NaN without a mapping." },
      kind: { type: "u8", doc: "A CodeKind value." }
    }
  },
  stack: {
    doc: "Symbolized stacks as a tree: a frame plus the stack of its caller. A prefix always has a smaller row.",
    source: "symbolize",
    stage: "symbolize",
    columns: {
      prefix: { type: "i32", doc: "Row of the caller's stack; NONE for the root." },
      frame: { type: "i32", doc: "Row of frame." }
    }
  },
  callchainStack: {
    doc: "Row-aligned with callchain: the symbolized stack of each callchain.",
    source: "symbolize",
    stage: "symbolize",
    columns: {
      stack: { type: "i32", doc: "Row of stack." }
    }
  }
};
function textAt(column, row) {
  const code = column.codes[row];
  return code === NONE ? void 0 : column.values[code];
}

// src/table-builder.ts
var TableBuilder = class {
  name;
  length = 0;
  #columns;
  constructor(name, capacity = 1024) {
    this.name = name;
    this.#columns = Object.entries(tables[name].columns).map(([column, { type }]) => growingColumn(column, type, capacity));
  }
  /** Adds a row and returns its index. */
  add(row) {
    const cells = row;
    for (const column of this.#columns) column.push(this.length, cells[column.name]);
    return this.length++;
  }
  /** Overwrites one cell of a row that is there already. */
  set(row, column, value) {
    if (row < 0 || row >= this.length) throw new RangeError(`${this.name} has no row ${row}.`);
    this.#columns.find((candidate) => candidate.name === column)?.push(row, value);
  }
  /** One row as it was added and set. */
  rowAt(row) {
    if (row < 0 || row >= this.length) throw new RangeError(`${this.name} has no row ${row}.`);
    return Object.fromEntries(this.#columns.map((column) => [column.name, column.at(row)]));
  }
  /** The rows so far as a table of its own: later rows do not change it. */
  build(first = 0) {
    const columns = Object.fromEntries(this.#columns.map((column) => [column.name, column.slice(first, this.length)]));
    return { length: this.length - first, ...columns };
  }
};
function emptyTable(name) {
  return new TableBuilder(name, 0).build();
}
function growingColumn(name, type, capacity) {
  if (type === "text") return textColumn(name, capacity);
  const allocate = { f64: Float64Array, i32: Int32Array, u8: Uint8Array, u64: BigUint64Array }[type];
  let values = new allocate(capacity);
  return {
    name,
    push(row, value) {
      if (row >= values.length) {
        const larger = new allocate(Math.max(16, values.length * 2));
        larger.set(values);
        values = larger;
      }
      values[row] = value;
    },
    at: (row) => values[row],
    slice: (first, end) => values.slice(first, end)
  };
}
function textColumn(name, capacity) {
  const codes = growingColumn(name, "i32", capacity);
  const codeOf = /* @__PURE__ */ new Map();
  const values = [];
  return {
    name,
    push(row, value) {
      if (value === void 0) return codes.push(row, NONE);
      const text = value;
      let code = codeOf.get(text);
      if (code === void 0) {
        code = values.push(text) - 1;
        codeOf.set(text, code);
      }
      codes.push(row, code);
    },
    at: (row) => values[codes.at(row)],
    slice: (first, end) => ({ codes: codes.slice(first, end), values: values.slice() })
  };
}

// src/arrow/flat-table.ts
var FlatTable = class _FlatTable {
  position;
  #reader;
  #vtable;
  #vtableBytes;
  constructor(reader, position) {
    this.#reader = reader;
    this.position = position;
    this.#vtable = position - (seek(reader, position).u32("flatbuffer table") | 0);
    this.#vtableBytes = seek(reader, this.#vtable).u16("flatbuffer vtable");
  }
  /** A u8 or bool. */
  u8(slot) {
    const position = this.#field(slot);
    return position === void 0 ? 0 : seek(this.#reader, position).bytes(1, "flatbuffer u8")[0];
  }
  u16(slot) {
    const position = this.#field(slot);
    return position === void 0 ? 0 : seek(this.#reader, position).u16("flatbuffer u16");
  }
  u32(slot) {
    const position = this.#field(slot);
    return position === void 0 ? 0 : seek(this.#reader, position).u32("flatbuffer u32");
  }
  size64(slot) {
    const position = this.#field(slot);
    return position === void 0 ? 0 : seek(this.#reader, position).size64("flatbuffer length");
  }
  table(slot) {
    const position = this.#field(slot);
    return position === void 0 ? void 0 : new _FlatTable(this.#reader, this.#follow(position));
  }
  /** A name. */
  text(slot) {
    const position = this.#field(slot);
    if (position === void 0) return "";
    const length = seek(this.#reader, this.#follow(position)).u32("flatbuffer string");
    if (length > maxNameBytes) throw new FormatError(this.#reader.source, position, `A name of ${length} bytes is too long.`);
    return new TextDecoder().decode(this.#reader.bytes(length, "flatbuffer string"));
  }
  /** A vector of tables, one at a time: a hostile one may have very many. */
  *tables(slot) {
    const { start, count: count2 } = this.#vector(slot, 4);
    for (let index = 0; index < count2; index++) yield new _FlatTable(this.#reader, this.#follow(start + 4 * index));
  }
  /** A vector of structs of two 64-bit sizes: Arrow's FieldNode and Buffer. */
  sizePairs(slot) {
    const { start, count: count2 } = this.#vector(slot, 16);
    seek(this.#reader, start);
    return Array.from({ length: count2 }, () => [this.#reader.size64("first size"), this.#reader.size64("second size")]);
  }
  #field(slot) {
    const entry = 4 + 2 * slot;
    if (entry + 2 > this.#vtableBytes) return void 0;
    const offset = seek(this.#reader, this.#vtable + entry).u16("flatbuffer vtable");
    return offset === 0 ? void 0 : this.position + offset;
  }
  #follow(position) {
    return position + seek(this.#reader, position).u32("flatbuffer offset");
  }
  /** Where a vector's elements start; they are known to be there. */
  #vector(slot, elementBytes) {
    const position = this.#field(slot);
    if (position === void 0) return { start: 0, count: 0 };
    const count2 = seek(this.#reader, this.#follow(position)).u32("flatbuffer vector");
    const start = this.#reader.offset;
    if (count2 * elementBytes > this.#reader.remaining) {
      throw new FormatError(
        this.#reader.source,
        start - 4,
        `A list of ${count2} elements does not fit into ${this.#reader.remaining} bytes.`
      );
    }
    return { start, count: count2 };
  }
};
var maxNameBytes = 4096;
function seek(reader, position) {
  if (position < 0) throw new FormatError(reader.source, 0, `A reference leads to byte ${position}.`);
  reader.offset = position;
  return reader;
}

// src/arrow/layout.ts
var SchemaSlot = { endianness: 0, fields: 1 };
var FieldSlot = { name: 0, typeKind: 2, type: 3, dictionary: 4, children: 5 };
var DictionarySlot = { id: 0, indexType: 1 };
var IntSlot = { bitWidth: 0, isSigned: 1 };
var TypeKind = { int: 2, floatingPoint: 3, utf8: 5 };
var doublePrecision = 2;
var bufferCounts = {
  1: 0,
  // Null
  2: 2,
  // Int
  3: 2,
  // FloatingPoint
  4: 3,
  // Binary
  5: 3,
  // Utf8
  6: 2,
  // Bool
  7: 2,
  // Decimal
  8: 2,
  // Date
  9: 2,
  // Time
  10: 2,
  // Timestamp
  11: 2,
  // Interval
  12: 2,
  // List
  13: 1,
  // Struct
  15: 2,
  // FixedSizeBinary
  16: 1,
  // FixedSizeList
  17: 2,
  // Map
  18: 2,
  // Duration
  19: 3,
  // LargeBinary
  20: 3,
  // LargeUtf8
  21: 2
  // LargeList
};
var maxFields = 4096;
var maxDepth = 32;
function parseLayout(name, schema, source) {
  if (schema.u16(SchemaSlot.endianness) !== 0) throw new FormatError(source, schema.position, "It is big-endian.");
  const fields = [];
  for (const field of schema.tables(SchemaSlot.fields)) {
    if (fields.push(field) > maxFields) throw tooManyFields(source, field);
  }
  const places = placesOf(fields, source);
  const names = fields.map((field) => field.text(FieldSlot.name));
  return Object.entries(tables[name].columns).map(([column, { type }]) => {
    const index = names.indexOf(column);
    if (index < 0) throw missingColumn(source, column);
    if (columnTypeOf(fields[index]) !== type)
      throw new FormatError(source, fields[index].position, `Column ${column} is not of type ${type}.`);
    const dictionary = type === "text" ? fields[index].table(FieldSlot.dictionary)?.size64(DictionarySlot.id) : void 0;
    return { name: column, type, dictionary, ...places[index] };
  });
}
function placesOf(fields, source) {
  let node = 0;
  let buffer = 0;
  const step = (field, depth) => {
    const kind = field.table(FieldSlot.dictionary) === void 0 ? field.u8(FieldSlot.typeKind) : TypeKind.int;
    const buffers = bufferCounts[kind];
    if (buffers === void 0)
      throw new FormatError(source, field.position, `It has a column of Arrow type ${kind}, which is not supported.`);
    if (++node > maxFields || depth > maxDepth) throw tooManyFields(source, field);
    buffer += buffers;
    for (const child of field.tables(FieldSlot.children)) step(child, depth + 1);
  };
  return fields.map((field) => {
    const place = { node, buffer };
    step(field, 0);
    return place;
  });
}
function tooManyFields(source, field) {
  return new FormatError(source, field.position, `It has more than ${maxFields} columns, or columns nested too deep.`);
}
function columnTypeOf(field) {
  const kind = field.u8(FieldSlot.typeKind);
  const dictionary = field.table(FieldSlot.dictionary);
  if (dictionary !== void 0) {
    const index = dictionary.table(DictionarySlot.indexType);
    return kind === TypeKind.utf8 && (index === void 0 || intTypeOf(index) === "i32") ? "text" : void 0;
  }
  const type = field.table(FieldSlot.type);
  if (type === void 0) return void 0;
  if (kind === TypeKind.floatingPoint) return type.u16(0) === doublePrecision ? "f64" : void 0;
  return kind === TypeKind.int ? intTypeOf(type) : void 0;
}
function intTypeOf(int) {
  const types = { "32,1": "i32", "8,0": "u8", "64,0": "u64" };
  return types[`${int.u32(IntSlot.bitWidth)},${int.u8(IntSlot.isSigned)}`];
}
function missingColumn(source, column) {
  return new AutotuneError({
    code: "BAD_INPUT",
    what: `${source} has no column ${column}.`,
    why: "The recording was made by another version of autotune, or changed by another program.",
    next: "Record again with this version; docs/SCHEMA.md lists what changed."
  });
}

// src/arrow/reader.ts
function readTableFile(name, bytes, source) {
  const cut = new ByteReader(bytes.subarray(0, Math.min(magic.length, bytes.length)), source);
  if (!cut.bytes(cut.remaining, "magic").every((byte, index) => byte === magic[index])) {
    throw new FormatError(source, 0, "It does not begin as an Arrow file does.");
  }
  const parts = { name, source, layout: void 0, batches: [], dictionaries: /* @__PURE__ */ new Map() };
  const truncated = !readMessages(bytes, parts);
  return { table: assemble(name, parts), truncated };
}
var magic = Buffer.from("ARROW1\0\0");
var continuation = 4294967295;
var maxMetadataBytes = 1 << 20;
var MessageSlot = { headerKind: 1, header: 2, bodyLength: 3 };
var HeaderKind = { schema: 1, dictionaryBatch: 2, recordBatch: 3 };
var BatchSlot = { length: 0, nodes: 1, buffers: 2, compression: 3 };
var DictionaryBatchSlot = { id: 0, data: 1, isDelta: 2 };
function readMessages(bytes, parts) {
  const whole = new ByteReader(bytes, parts.source);
  whole.offset = magic.length;
  while (whole.remaining >= 8) {
    const start = whole.offset;
    if (whole.u32("message prefix") !== continuation) return endsInZeros(bytes, start, parts.source);
    const metadataBytes = whole.u32("metadata length");
    if (metadataBytes === 0) return true;
    if (metadataBytes > whole.remaining) return endsHere(bytes, start, parts.source);
    if (metadataBytes > maxMetadataBytes) throw new FormatError(parts.source, start, `${metadataBytes} bytes of metadata are too many.`);
    const metadata = new ByteReader(bytes.subarray(0, whole.offset + metadataBytes), parts.source);
    const metadataStart = whole.offset;
    metadata.offset = metadataStart;
    const message = new FlatTable(metadata, metadataStart + metadata.u32("message offset"));
    whole.bytes(metadataBytes, "metadata");
    const bodyBytes = message.size64(MessageSlot.bodyLength);
    if (bodyBytes > whole.remaining) return endsHere(bytes, start, parts.source);
    takeMessage(message, whole.bytes(bodyBytes, "message body"), parts);
  }
  return false;
}
function endsHere(bytes, offset, source) {
  const tail = bytes.subarray(-6);
  if (offset + 8 < bytes.length - 10 && tail.every((byte, index) => byte === magic[index])) {
    throw new FormatError(source, offset, "A message is longer than the file.");
  }
  return false;
}
function endsInZeros(bytes, offset, source) {
  if (bytes.subarray(offset).some((byte) => byte !== 0)) throw new FormatError(source, offset, "No message begins here.");
  return false;
}
function takeMessage(message, body, parts) {
  const { source } = parts;
  const header = message.table(MessageSlot.header);
  const kind = message.u8(MessageSlot.headerKind);
  if (header === void 0) throw new FormatError(source, message.position, "A message has no header.");
  if (kind === HeaderKind.schema) {
    if (parts.layout !== void 0) throw new FormatError(source, message.position, "It has a second schema.");
    parts.layout = parseLayout(parts.name, header, source);
    return;
  }
  if (parts.layout === void 0) throw new FormatError(source, message.position, "Data comes before the schema.");
  if (kind === HeaderKind.dictionaryBatch) takeDictionary(header, body, parts);
  else if (kind === HeaderKind.recordBatch) parts.batches.push(parseBatch(header, body, { layout: parts.layout, source }));
  else throw new FormatError(source, message.position, `Message kind ${kind} is unknown.`);
}
function takeDictionary(header, body, { source, layout = [], dictionaries }) {
  const id = header.size64(DictionaryBatchSlot.id);
  if (!layout.some((column) => column.dictionary === id)) return;
  const known = dictionaries.get(id);
  if (known !== void 0 && header.u8(DictionaryBatchSlot.isDelta) === 0) {
    throw new FormatError(source, header.position, "A dictionary is replaced, which Arrow files do not allow.");
  }
  const data = header.table(DictionaryBatchSlot.data);
  if (data === void 0) throw new FormatError(source, header.position, "A dictionary has no data.");
  const buffers = new BatchBuffers(data, body, source);
  const count2 = buffers.length(0);
  buffers.refuseNulls(0);
  const strings = known ?? [];
  if (count2 > 0) decodeStrings({ count: count2, offsets: buffers.take(1, 4 * (count2 + 1)), characters: buffers.take(2, 0), source }, strings);
  dictionaries.set(id, strings);
}
function decodeStrings({ count: count2, offsets, characters, source }, strings) {
  const reader = new ByteReader(offsets, source);
  const decoder = new TextDecoder("utf-8", { ignoreBOM: true });
  let start = reader.u32("string offset");
  for (let index = 0; index < count2; index++) {
    const end = reader.u32("string offset");
    if (end < start || end > characters.length) {
      throw new FormatError(source, 0, `String ${index} of a dictionary lies at ${start} to ${end} of ${characters.length} bytes.`);
    }
    strings.push(decoder.decode(characters.subarray(start, end)));
    start = end;
  }
}
function parseBatch(header, body, { layout, source }) {
  const buffers = new BatchBuffers(header, body, source);
  const length = header.size64(BatchSlot.length);
  const columns = layout.map(({ name, type, node, buffer }) => {
    if (buffers.length(node) !== length) throw new FormatError(source, header.position, `Column ${name} has not ${length} rows.`);
    if (type !== "text") buffers.refuseNulls(node);
    const valid = buffers.hasNulls(node) ? buffers.take(buffer, Math.ceil(length / 8)) : void 0;
    return { values: buffers.take(buffer + 1, length * bytesPerValue[type]).subarray(0, length * bytesPerValue[type]), valid };
  });
  return { length, columns };
}
var bytesPerValue = { f64: 8, i32: 4, u8: 1, u64: 8, text: 4 };
var BatchBuffers = class {
  #nodes;
  #buffers;
  #body;
  #source;
  #position;
  constructor(header, body, source) {
    if (header.table(BatchSlot.compression) !== void 0) throw new FormatError(source, header.position, "It is compressed.");
    this.#nodes = header.sizePairs(BatchSlot.nodes);
    this.#buffers = header.sizePairs(BatchSlot.buffers);
    this.#body = body;
    this.#source = source;
    this.#position = header.position;
  }
  length(node) {
    return this.#node(node)[0];
  }
  hasNulls(node) {
    return this.#node(node)[1] > 0;
  }
  refuseNulls(node) {
    if (this.hasNulls(node)) throw this.#damaged("Values are null where none may be.");
  }
  /** A buffer of at least neededBytes. */
  take(index, neededBytes) {
    const [offset, length] = this.#buffers[index] ?? [0, -1];
    if (length < neededBytes || offset + length > this.#body.length) {
      throw this.#damaged(`Buffer ${index} needs ${neededBytes} bytes, has ${length} at ${offset} of ${this.#body.length}.`);
    }
    return this.#body.subarray(offset, offset + length);
  }
  #node(index) {
    const node = this.#nodes[index];
    if (node === void 0) throw this.#damaged(`A batch has ${this.#nodes.length} columns, too few.`);
    return node;
  }
  #damaged(why) {
    return new FormatError(this.#source, this.#position, why);
  }
};
function assemble(name, { layout, batches, dictionaries, source }) {
  if (layout === void 0) return emptyTable(name);
  const length = batches.reduce((sum, batch) => sum + batch.length, 0);
  const columns = layout.map(({ name: column, type, dictionary }, index) => {
    const values = new Uint8Array(length * bytesPerValue[type]);
    let offset = 0;
    for (const batch of batches) {
      values.set(batch.columns[index].values, offset);
      offset += batch.columns[index].values.length;
    }
    if (type !== "text") return [column, typedArray(type, values.buffer)];
    const codes = new Int32Array(values.buffer);
    markAbsent(codes, batches, index);
    const strings = dictionaries.get(dictionary ?? NONE) ?? [];
    checkCodes(codes, strings.length, source);
    return [column, { codes, values: strings }];
  });
  return { length, ...Object.fromEntries(columns) };
}
function typedArray(type, buffer) {
  return new { f64: Float64Array, i32: Int32Array, u8: Uint8Array, u64: BigUint64Array }[type](buffer);
}
function markAbsent(codes, batches, column) {
  let first = 0;
  for (const { length, columns } of batches) {
    const { valid } = columns[column];
    for (let row = 0; valid !== void 0 && row < length; row++) {
      if ((valid[row >> 3] & 1 << (row & 7)) === 0) codes[first + row] = NONE;
    }
    first += length;
  }
}
function checkCodes(codes, stringCount, source) {
  for (const code of codes) {
    if (code < NONE || code >= stringCount) throw new FormatError(source, 0, `A row refers to string ${code} of ${stringCount}.`);
  }
}

// src/arrow/writer.ts
import {
  Dictionary,
  Field,
  Float64,
  Int32,
  Message,
  makeData,
  RecordBatch,
  RecordBatchFileWriter,
  Schema,
  Struct,
  Uint8,
  Uint64,
  Utf8
} from "apache-arrow";
var arrowTypes = { f64: new Float64(), i32: new Int32(), u8: new Uint8(), u64: new Uint64() };

// src/units.ts
function formatBytes(bytes) {
  if (!Number.isFinite(bytes)) return "\u2013";
  const units = ["B", "KiB", "MiB", "GiB", "TiB", "PiB"];
  let unit = 0;
  let scaled = bytes;
  while (Math.abs(scaled) >= 1024 && unit < units.length - 1) {
    scaled /= 1024;
    unit++;
  }
  return `${trim(scaled)} ${units[unit]}`;
}
function trim(value) {
  const magnitude = Math.abs(value);
  const digits = magnitude >= 99.5 || value === 0 ? 0 : magnitude >= 9.95 ? 1 : 2;
  return value.toFixed(digits).replace(/(\.\d*?)0+$/, "$1").replace(/\.$/, "");
}

// src/recording/errors.ts
function noRecording(path, errno) {
  return new AutotuneError({
    code: "BAD_INPUT",
    what: `There is no recording at ${path}.`,
    why: `No such file or folder (${errno}).`,
    next: "Check the path; autotune record -o DIR makes a recording."
  });
}
function notARecording(path, why) {
  return new AutotuneError({
    code: "BAD_INPUT",
    what: `${path} is not a recording of autotune.`,
    why,
    next: "Give the folder that autotune record -o DIR wrote."
  });
}
function cannotRead(path, errno) {
  const isForbidden = errno === "EACCES" || errno === "EPERM";
  return new AutotuneError({
    code: "HOST_REFUSED",
    what: `${path} cannot be read.`,
    why: isForbidden ? `Recordings can be read by their owner alone (${errno}).` : `The system refused (${errno}).`,
    next: isForbidden ? "Run the same command with sudo, or give yourself the recording: sudo chown -R $USER DIR" : "Check the path and the disk."
  });
}
function tooLarge(path, maxBytes) {
  return new AutotuneError({
    code: "BAD_INPUT",
    what: `${path} is too large.`,
    why: `Files of a recording are read up to ${formatBytes(maxBytes)}.`,
    next: "Record for a shorter time or with a lower --frequency."
  });
}
function damagedFile(path, why) {
  return new AutotuneError({
    code: "BAD_INPUT",
    what: `${path} is damaged.`,
    why,
    next: "Record again; if a fresh recording fails too, attach it to a bug report."
  });
}
function newerRecording(directory, found) {
  return new AutotuneError({
    code: "BAD_INPUT",
    what: `The recording ${directory} was made by a newer version of autotune (${found.version}).`,
    why: `Its tables follow schema ${found.schemaVersion}; this version knows schemas up to ${found.known}.`,
    next: `Analyze it with autotune ${found.version} or newer, or record again with this version.`
  });
}

// src/recording/files.ts
import { closeSync, constants, fstatSync, mkdirSync, openSync, readSync, renameSync, statSync, unlinkSync, writeSync } from "node:fs";
function readRegularFile(path, maxBytes) {
  const fd = openSync(path, constants.O_RDONLY | constants.O_NONBLOCK);
  try {
    const stat = fstatSync(fd);
    if (!stat.isFile()) return void 0;
    if (stat.size > maxBytes) throw Object.assign(new Error(`${path} has ${stat.size} bytes`), { code: "EFBIG" });
    const bytes = new Uint8Array(stat.size);
    let length = 0;
    while (length < bytes.length) {
      const count2 = readSync(fd, bytes, length, bytes.length - length, null);
      if (count2 === 0) break;
      length += count2;
    }
    return bytes.subarray(0, length);
  } finally {
    closeSync(fd);
  }
}
function readStart(path, lengthBytes) {
  const fd = openSync(path, constants.O_RDONLY | constants.O_NONBLOCK);
  try {
    const bytes = new Uint8Array(lengthBytes);
    return bytes.subarray(0, readSync(fd, bytes, 0, lengthBytes, 0));
  } finally {
    closeSync(fd);
  }
}
function errnoOf(error) {
  const code = error instanceof Error && "code" in error ? error.code : void 0;
  return typeof code === "string" && /^E[A-Z0-9]+$/.test(code) ? code : void 0;
}

// src/recording/manifest.ts
import { z } from "zod";
function parseManifest(text, { directory, path }) {
  const json = parseJson(text);
  if (json === void 0) throw damagedFile(path, "It is not JSON.");
  const version = versionShape.safeParse(json);
  if (!version.success) throw damagedFile(path, describeIssue(version.error));
  if (version.data.schemaVersion > schemaVersion) {
    throw newerRecording(directory, {
      version: version.data.autotuneVersion,
      schemaVersion: version.data.schemaVersion,
      known: schemaVersion
    });
  }
  const manifest = manifestShape.safeParse(json);
  if (!manifest.success) throw damagedFile(path, describeIssue(manifest.error));
  return manifest.data;
}
function parseJson(text) {
  try {
    return JSON.parse(text);
  } catch {
    return void 0;
  }
}
function describeIssue(error) {
  const [issue] = error.issues;
  return issue.path.length === 0 ? `${issue.message}.` : `${issue.path.join(".")}: ${issue.message}.`;
}
var versionShape = z.object({
  schemaVersion: z.int().min(1),
  autotuneVersion: z.string().regex(/^[\w.+-]{1,64}$/)
});
var count = z.int().min(0);
var nanoseconds = z.number().min(0);
var pid = z.int().min(0);
var measured = z.number().nullable().transform((value) => value ?? Number.NaN);
var target = z.discriminatedUnion("kind", [
  z.object({ kind: z.literal("machine") }),
  z.object({ kind: z.literal("pid"), pid }),
  z.object({ kind: z.literal("comm"), comm: z.string() }),
  z.object({ kind: z.literal("cgroup"), path: z.string() }),
  z.object({ kind: z.literal("command"), command: z.array(z.string()), pid: absent(pid) })
]);
var host = z.object({
  hostname: z.string(),
  kernelRelease: z.string(),
  architecture: z.string(),
  cpuModel: z.string(),
  cpuCount: count,
  memoryBytes: z.number().min(0),
  virtualization: absent(z.string()),
  uid: count,
  perfEventParanoid: absent(z.int()),
  kptrRestrict: absent(z.int())
});
var sampling = z.object({
  event: z.enum(["cpu-clock", "cycles"]),
  frequencyHz: z.number().min(0),
  scope: z.enum(["machine", "target"]),
  kernel: z.boolean()
});
var unavailable = z.object({
  topic: z.string(),
  tables: z.array(z.enum(Object.keys(tables))),
  series: z.array(z.string()),
  reason: z.string(),
  remedy: z.string()
});
var manifestShape = versionShape.extend({
  createdAt: z.iso.datetime(),
  bootId: absent(z.string()),
  startNs: z.string().regex(/^\d{1,19}$/).transform(BigInt),
  durationNs: nanoseconds,
  complete: z.boolean(),
  target,
  host,
  sampling: absent(sampling),
  unavailable: z.array(unavailable),
  commandExitStatus: absent(count),
  cost: z.object({ cpuRatio: measured, cpuNs: measured, rssBytes: measured })
});
function absent(shape) {
  return z.optional(shape);
}

// src/recording/paths.ts
import { join } from "node:path";
var manifestBytes = 4 << 20;
function manifestPath(directory) {
  return join(directory, "manifest.json");
}
function tablePath(directory, name) {
  return join(directory, `${name}.arrow`);
}

// src/recording/references.ts
function checkReferences(loaded, truncated, directory) {
  for (const name of Object.keys(loaded)) {
    for (const [column, { type }] of Object.entries(tables[name].columns)) {
      const rows = loaded[name]?.[column];
      if (type !== "i32" || !(rows instanceof Int32Array)) continue;
      if (column === "prefix") checkTree(rows, tablePath(directory, name));
      const referred = loaded[column];
      if (referred === void 0) continue;
      const dangling = clearDangling(rows, referred.length);
      if (dangling !== void 0 && !truncated.includes(column)) {
        throw damagedFile(tablePath(directory, name), `It refers to row ${dangling} of ${column}, which has ${referred.length}.`);
      }
    }
  }
}
function checkTree(prefixes, path) {
  for (let row = 0; row < prefixes.length; row++) {
    if (prefixes[row] < NONE || prefixes[row] >= row) throw damagedFile(path, `Row ${row} has row ${prefixes[row]} as its caller.`);
  }
}
function clearDangling(rows, length) {
  let first;
  for (let row = 0; row < rows.length; row++) {
    if (rows[row] >= NONE && rows[row] < length) continue;
    first ??= rows[row];
    rows[row] = NONE;
  }
  return first;
}

// src/recording/reader.ts
function readRecording(directory) {
  refuseOtherFiles(directory);
  const manifest = readManifest(directory);
  const loaded = {};
  const truncated = [];
  for (const name of Object.keys(tables)) {
    const path = tablePath(directory, name);
    const bytes = readOptional(path, maxTableBytes);
    if (bytes === void 0) continue;
    const read = readTableFile(name, bytes, path);
    loaded[name] = read.table;
    if (read.truncated) truncated.push(name);
  }
  dropStaleStacks(loaded);
  checkReferences(loaded, truncated, directory);
  return { manifest, tables: loaded, truncated };
}
var maxTableBytes = 2 ** 31 - 4096;
function dropStaleStacks(loaded) {
  if (loaded.callchainStack?.length !== loaded.callchain?.length) delete loaded.callchainStack;
}
function refuseOtherFiles(path) {
  try {
    const stat = statSync2(path);
    if (stat.isDirectory()) return;
    const isPerfData = stat.isFile() && Buffer.from(readStart(path, 8)).toString("latin1") === "PERFILE2";
    throw notARecording(path, isPerfData ? "It is a perf.data file, written by perf record." : "It is a file; a recording is a folder.");
  } catch (error) {
    throw explain(error, path);
  }
}
function readManifest(directory) {
  const path = manifestPath(directory);
  const bytes = readOptional(path, manifestBytes);
  if (bytes === void 0) throw notARecording(directory, "It has no manifest.json.");
  return parseManifest(new TextDecoder().decode(bytes), { directory, path });
}
function readOptional(path, maxBytes) {
  try {
    const bytes = readRegularFile(path, maxBytes);
    if (bytes === void 0) throw damagedFile(path, "It is not a regular file.");
    return bytes;
  } catch (error) {
    if (errnoOf(error) === "ENOENT") return void 0;
    throw errnoOf(error) === "EFBIG" ? tooLarge(path, maxBytes) : explain(error, path);
  }
}
function explain(error, path) {
  const errno = errnoOf(error);
  if (errno === void 0) return error;
  return errno === "ENOENT" || errno === "ENOTDIR" ? noRecording(path, errno) : cannotRead(path, errno);
}

// src/recording/writer.ts
var maxRewrittenBytes = 64 << 20;

// ../../../tmp/ladder/rows.ts
var { tables: tables2 } = readRecording(process.argv[2]);
var w = tables2.wait;
var p = tables2.process;
var sums = /* @__PURE__ */ new Map();
for (let i = 0; i < w.length; i++) {
  const k = `${p.pid[w.process[i]]} tid ${w.tid[i]} ${textAt(w.reason, i)} ${textAt(w.syscall, i)} ${w.argument[i]} <- ${textAt(w.wakerKind, i)} ${w.wakerTid[i]} open ${w.open[i]} k ${w.kernelCallchain[i] >= 0} u ${w.userCallchain[i] >= 0}`;
  const s = sums.get(k) ?? [0, 0];
  s[0] += w.count[i];
  s[1] += w.ns[i];
  sums.set(k, s);
}
for (const [k, [c, ns]] of [...sums].sort((a, b) => b[1][1] - a[1][1]).slice(0, 25)) console.log(k, c, (ns / 1e6).toFixed(1) + "ms");
for (let i = 0; i < p.length; i++) if (p.role[i] === 1) console.log(p.pid[i], textAt(p.comm, i), p.parentPid[i], p.startNs[i], p.endNs[i]);
