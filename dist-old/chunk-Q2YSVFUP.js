import { createRequire as __createRequire } from 'node:module'; const require = __createRequire(import.meta.url);

// src/schema/analysis.ts
var findingClasses = [
  "cpu.hot-function",
  "cpu.saturation",
  "cpu.serial",
  "cpu.spin",
  "cpu.throttled",
  "cpu.affinity",
  "cpu.competitor",
  "cpu.syscall-storm",
  "cpu.kernel-heavy",
  "cpu.interrupt",
  "cpu.steal",
  "lock.futex",
  "lock.held-during-io",
  "lock.kernel",
  "lock.priority-inversion",
  "wait.ping-pong",
  "wait.downstream",
  "wait.remote",
  "wait.sleep-poll",
  "io.read-latency",
  "io.fsync",
  "io.small-ops",
  "io.writeback",
  "io.saturation",
  "mem.fault-minor",
  "mem.fault-major",
  "mem.reclaim",
  "mem.alloc",
  "mem.tlb-shootdown",
  "mem.bandwidth",
  "net.small-packets",
  "net.nagle-delack",
  "net.listen-overflow",
  "net.connection-churn",
  "net.retransmit",
  "proc.fork-exec",
  "proc.signal",
  "fs.metadata",
  "runtime.gc",
  "runtime.gil",
  "none"
];
var culpritKinds = ["function", "thread", "process", "lock", "file", "device", "peer", "cgroup"];
var ruleStatuses = ["stable", "experimental"];

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
var CodeKind = { Kernel: 0, User: 1, Hypervisor: 2 };
var ProcessRole = { Other: 0, Target: 1, Autotune: 2, KernelThread: 3 };
var ThreadState = { Running: 0, Runnable: 1, Blocked: 2, Preempted: 3, Throttled: 4, Unobserved: 5 };
var Ownership = { Unknown: 0, Kernel: 1, System: 2, Runtime: 3, Dependency: 4, Own: 5 };
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

// src/schema/manifest.ts
function describeTarget(target) {
  if (target.kind === "machine") return "this machine";
  if (target.kind === "pid") return `process ${target.pid}`;
  if (target.kind === "comm") return `processes named ${target.comm.slice(0, 160)}`;
  if (target.kind === "cgroup") return `cgroup ${target.path.slice(0, 160)}`;
  return target.command.join(" ").slice(0, 160);
}

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

// src/schema/wait-reasons.ts
var idleReasons = /* @__PURE__ */ new Set([
  "poll",
  "accept",
  "sleep",
  "childWait",
  "signalWait",
  "stopped",
  "kernelThread"
]);
function isIdleWait(reason) {
  return idleReasons.has(reason);
}

export {
  findingClasses,
  culpritKinds,
  ruleStatuses,
  describeTarget,
  schemaVersion,
  NONE,
  CodeKind,
  ProcessRole,
  ThreadState,
  Ownership,
  tables,
  textAt,
  isIdleWait
};
