/**
 * The tables of a recording: what a row is, where rows come from, what each column holds.
 *
 * In memory a table is one typed array per column; on disk it is Arrow IPC (src/arrow.ts). docs/SCHEMA.md is printed
 * from this file.
 *
 * Time: nanoseconds since recording start, CLOCK_MONOTONIC, as number. Absolute nanoseconds since boot stop being exact
 * in a number after 104 days of uptime, so the absolute start is kept once, as bigint, in Manifest.startNs.
 */

import { eventTables } from './event-tables.ts'
import { kernelTables } from './kernel-tables.ts'
import { settingTable } from './setting-table.ts'
import { watchTables } from './watch-tables.ts'

/** Bumped when a table, a column or its meaning changes; docs/SCHEMA.md says what changed. */
export const schemaVersion = 1

/** "No such row / thread / CPU" in an i32 column. Row 0 is a valid row: compare with NONE, never with truthiness. */
export const NONE = -1

/** Whose code a frame or a callchain node is, by address: the kernel's half or the process's. */
export const CodeKind = { Kernel: 0, User: 1, Hypervisor: 2 } as const

/** What a process is to this recording. */
export const ProcessRole = { Other: 0, Target: 1, Autotune: 2, KernelThread: 3 } as const

/**
 * What a thread is doing. Runnable: woken, waits for a CPU; Preempted: lost it to another; Throttled: held back by a quota;
 * Unobserved: nothing is known. Sources that cannot tell the three kinds of waiting apart say Runnable.
 */
export const ThreadState = { Running: 0, Runnable: 1, Blocked: 2, Preempted: 3, Throttled: 4, Unobserved: 5 } as const

/** Who a function belongs to. The headline of a finding is the nearest Own frame. */
export const Ownership = { Unknown: 0, Kernel: 1, System: 2, Runtime: 3, Dependency: 4, Own: 5 } as const

/**
 * Why a sample's user stack ends where it does. Unchecked: the kernel followed frame pointers, nobody knows whether to the
 * end. NoUserCode: a kernel thread. Truncated: the stack is longer than its dump. OtherStack: the caller's frame lies on
 * a stack that was not dumped (a coroutine's, a signal handler's).
 */
export const StackEnd = {
  Unchecked: 0,
  NoUserCode: 1,
  Complete: 2,
  Truncated: 3,
  NoUnwindInfo: 4,
  DamagedUnwindInfo: 5,
  NoMapping: 6,
  BadReturnAddress: 7,
  OtherStack: 8,
  NoProgress: 9,
  DepthLimit: 10,
} as const

/** A column of strings: codes index values; NONE is an absent string. On disk an Arrow dictionary. */
export interface TextColumn {
  readonly codes: Int32Array
  readonly values: readonly string[]
}

interface ColumnOf {
  f64: Float64Array
  i32: Int32Array
  u8: Uint8Array
  u64: BigUint64Array
  text: TextColumn
}

/** Column types: f64 for times, sizes and counts; u64 for addresses only. */
export type ColumnType = keyof ColumnOf

interface TableSpec {
  readonly doc: string
  /** Where the rows come from: tracepoint, perf record or /proc file. */
  readonly source: string
  /** Recorded while it runs, or computed from other tables afterwards. */
  readonly stage: 'collect' | 'symbolize'
  readonly columns: Readonly<Record<string, { readonly type: ColumnType; readonly doc: string }>>
}

/** Every table. Row indexes that point into another table are named after it (process, callchain, symbol, …). */
export const tables = {
  process: {
    doc: 'One row per program image a process ran: a new row at fork and at exec, and one per process alive at the start.',
    source: 'PERF_RECORD_FORK, _COMM, _EXIT; /proc/PID/{stat,cmdline,exe,cgroup} for what already ran',
    stage: 'collect',
    columns: {
      pid: { type: 'i32', doc: 'Process id.' },
      parentPid: { type: 'i32', doc: 'Parent process id, or NONE where it is not known.' },
      startNs: { type: 'f64', doc: 'When this image began; 0 when it ran already at the start.' },
      endNs: { type: 'f64', doc: 'When it exited or executed another image; NaN when still alive at the end.' },
      comm: { type: 'text', doc: 'Name of the process, at most 15 bytes, as the kernel has it.' },
      commandLine: { type: 'text', doc: 'Arguments joined by spaces, cut at 512 characters; absent for processes that ended first.' },
      executable: { type: 'text', doc: 'Path of the executable.' },
      cgroup: { type: 'text', doc: 'Path in the cgroup v2 hierarchy, else in the v1 cpu hierarchy.' },
      role: { type: 'u8', doc: 'A ProcessRole value.' },
    },
  },
  thread: {
    doc: 'One row per thread and program image.',
    source: 'PERF_RECORD_FORK, _COMM, _EXIT; /proc/PID/task for what already ran',
    stage: 'collect',
    columns: {
      tid: { type: 'i32', doc: 'Thread id; the kernel calls it pid.' },
      process: { type: 'i32', doc: 'Row of process.' },
      startNs: { type: 'f64', doc: 'When the thread began; 0 when it ran already at the start.' },
      endNs: { type: 'f64', doc: 'When it ended; NaN when still alive at the end.' },
      comm: { type: 'text', doc: 'Name of the thread.' },
    },
  },
  mapping: {
    doc: 'One row per executable address range of one process backed by one file. Kernel code has none.',
    source: 'PERF_RECORD_MMAP2; /proc/PID/maps for what already ran',
    stage: 'collect',
    columns: {
      process: { type: 'i32', doc: 'Row of process.' },
      timeNs: { type: 'f64', doc: 'When it was mapped; 0 when it was there at the start.' },
      startAddress: { type: 'u64', doc: 'First address.' },
      endAddress: { type: 'u64', doc: 'First address after it.' },
      fileOffsetBytes: { type: 'f64', doc: 'Offset in the file of startAddress.' },
      path: { type: 'text', doc: 'Path as the process sees it; [vdso], //anon and the like as the kernel names them.' },
      device: { type: 'text', doc: 'Device of the file as major:minor in hex, as /proc/PID/maps prints it.' },
      inode: { type: 'f64', doc: 'Inode of the file; 0 for none.' },
      buildId: { type: 'text', doc: 'Build id in hex; absent when the file has none or was not read yet.' },
    },
  },
  sample: {
    doc: 'One row per look at a running thread by the timer or a hardware counter. Idle CPUs give no rows.',
    source: 'perf_event cpu-clock or cycles, PERF_RECORD_SAMPLE',
    stage: 'collect',
    columns: {
      timeNs: { type: 'f64', doc: 'When.' },
      cpu: { type: 'i32', doc: 'CPU it ran on.' },
      process: { type: 'i32', doc: 'Row of process; NONE when unknown.' },
      tid: { type: 'i32', doc: 'Thread id.' },
      callchain: { type: 'i32', doc: 'Row of callchain: the leaf. NONE when the kernel gave no chain.' },
      weightNs: { type: 'f64', doc: 'CPU time this sample stands for.' },
      stackEnd: { type: 'u8', doc: 'A StackEnd value: why its user stack ends where it does.' },
    },
  },
  callchain: {
    doc: 'Raw addresses of all samples as a tree: a row is one address and the row of its caller. A prefix always has a smaller row.',
    source: 'PERF_SAMPLE_CALLCHAIN',
    stage: 'collect',
    columns: {
      prefix: { type: 'i32', doc: 'Row of the caller; NONE for the root.' },
      process: { type: 'i32', doc: 'Row of process whose address space it is; NONE for kernel code.' },
      kind: { type: 'u8', doc: 'A CodeKind value.' },
      address: { type: 'u64', doc: 'Instruction pointer for a leaf, return address for a caller.' },
      timeNs: { type: 'f64', doc: 'When it was first seen: decides which mapping it belongs to.' },
    },
  },
  threadTime: {
    doc: 'The ledger: how long a thread spent in a state during a slice. Without eBPF only Running and Runnable are known.',
    source: 'eBPF sched_switch and sched_waking; else /proc/PID/task/TID/schedstat',
    stage: 'collect',
    columns: {
      timeNs: { type: 'f64', doc: 'Start of the slice.' },
      durationNs: { type: 'f64', doc: 'Length of the slice.' },
      process: { type: 'i32', doc: 'Row of process.' },
      tid: { type: 'i32', doc: 'Thread id.' },
      state: { type: 'u8', doc: 'A ThreadState value.' },
      ns: { type: 'f64', doc: 'Time in that state during the slice.' },
    },
  },
  ...kernelTables,
  ...eventTables,
  ...watchTables,
  connection: {
    doc: 'Who asks whom over TCP: listening sockets and connections that were there while recording, by process and service.',
    source: '/proc/PID/net/tcp, tcp6 and /proc/PID/fd, read near the start and at the end',
    stage: 'collect',
    columns: {
      process: { type: 'i32', doc: 'Row of process.' },
      role: { type: 'text', doc: 'listener, server (it accepted the connection) or client.' },
      service: { type: 'text', doc: 'Address and port that is listened on.' },
      peerProcess: { type: 'i32', doc: 'Row of process at the other end; NONE for another machine, and where it is not known.' },
      count: { type: 'f64', doc: 'Connections.' },
    },
  },
  ...settingTable,
  series: {
    doc: 'One row per time series: which number, and of what.',
    source: 'see seriesSpecs in src/schema/series.ts',
    stage: 'collect',
    columns: {
      name: { type: 'text', doc: 'A name of seriesSpecs; its unit is in the name.' },
      subject: { type: 'text', doc: 'What it is about: cpu0, vda, eth0, a cgroup path; empty for the machine.' },
    },
  },
  metric: {
    doc: 'One row per reading of a series. Counters are rates over the interval before timeNs already.',
    source: '/proc, /sys and cgroup files',
    stage: 'collect',
    columns: {
      timeNs: { type: 'f64', doc: 'End of the interval the value stands for.' },
      durationNs: { type: 'f64', doc: 'Length of that interval; 0 for a level read at an instant.' },
      series: { type: 'i32', doc: 'Row of series.' },
      value: { type: 'f64', doc: 'The value, in the unit its name says.' },
    },
  },
  quality: {
    doc: 'One row per thing that went missing: what, where and how much.',
    source: 'PERF_RECORD_LOST, PERF_FORMAT_LOST, collectors',
    stage: 'collect',
    columns: {
      timeNs: { type: 'f64', doc: 'When it was noticed.' },
      kind: { type: 'text', doc: 'What: lostRecords, unknownRecords, throttledSampling, missedReadings, …' },
      subject: { type: 'text', doc: 'Where: cpu0, a file, a process.' },
      count: { type: 'f64', doc: 'How many.' },
    },
  },
  symbol: {
    doc: 'One row per function.',
    source: 'ELF symbol tables, /proc/kallsyms, perf maps; DWARF for inlined functions',
    stage: 'symbolize',
    columns: {
      name: { type: 'text', doc: 'Demangled name; "[unknown] in libfoo.so+0x1234" where there is none.' },
      module: { type: 'text', doc: 'Base name of the file, [kernel], a kernel module, [node JIT] and the like, [jit].' },
      path: { type: 'text', doc: 'Path of the file; absent for the kernel and for JIT code.' },
      ownership: { type: 'u8', doc: 'An Ownership value.' },
    },
  },
  frame: {
    doc: 'One row per function at one address; one more for each function that was inlined there.',
    source: 'symbolize; DWARF for files, lines and inlined functions',
    stage: 'symbolize',
    columns: {
      symbol: { type: 'i32', doc: 'Row of symbol.' },
      mapping: { type: 'i32', doc: 'Row of mapping; NONE for kernel code and where no mapping covers the address.' },
      relativeAddress: { type: 'f64', doc: 'Address in the file; NaN without a mapping.' },
      kind: { type: 'u8', doc: 'A CodeKind value.' },
      file: {
        type: 'text',
        doc: 'Source file of the address, of the call for a caller and for what others were inlined into; absent where not known.',
      },
      line: { type: 'i32', doc: 'Line in that file; NONE where not known.' },
      inlinedInto: { type: 'i32', doc: 'Row of frame: the function this one was inlined into; NONE for a function of its own.' },
    },
  },
  stack: {
    doc: 'Symbolized stacks as a tree: a frame plus the stack of its caller. A prefix always has a smaller row.',
    source: 'symbolize',
    stage: 'symbolize',
    columns: {
      prefix: { type: 'i32', doc: "Row of the caller's stack; NONE for the root." },
      frame: { type: 'i32', doc: 'Row of frame.' },
    },
  },
  callchainStack: {
    doc: 'Row-aligned with callchain: the symbolized stack of each callchain.',
    source: 'symbolize',
    stage: 'symbolize',
    columns: {
      stack: { type: 'i32', doc: 'Row of stack.' },
    },
  },
} as const satisfies Record<string, TableSpec>

/** Name of a table; also the name of its file in a recording. */
export type TableName = keyof typeof tables

/** A table in memory: one column per name, all of the same length. */
export type Table<Name extends TableName> = { readonly length: number } & {
  readonly [Column in keyof (typeof tables)[Name]['columns']]: (typeof tables)[Name]['columns'][Column] extends {
    type: infer Type extends ColumnType
  }
    ? ColumnOf[Type]
    : never
}

/** All tables of a recording. */
export type Tables = { readonly [Name in TableName]: Table<Name> }

/** The value of one cell, as code that writes rows gives it. Text is undefined when absent. */
export type Cell<Type extends ColumnType> = Type extends 'text' ? string | undefined : Type extends 'u64' ? bigint : number

/** One row, as code that writes rows gives it. */
export type Row<Name extends TableName> = {
  readonly [Column in keyof (typeof tables)[Name]['columns']]: (typeof tables)[Name]['columns'][Column] extends {
    type: infer Type extends ColumnType
  }
    ? Cell<Type>
    : never
}

/** The string in a cell, or undefined when absent. */
export function textAt(column: TextColumn, row: number): string | undefined {
  const code = column.codes[row]
  return code === NONE ? undefined : column.values[code]
}
