/** Raw events of bursts: short times in which everything the scheduler does is kept, for the replay of waits. */

/** Values of event.type. */
export const EventType = {
  /** tid left its CPU, otherTid came. */
  Switch: 1,
  /** tid was made runnable by otherTid, or by an interrupt. */
  Waking: 2,
  /** tid begins to wait, or to spin, for a lock of the kernel that otherTid has. */
  LockBegin: 3,
  LockEnd: 4,
  /** tid gave a request to a device; in completions tid is whoever was interrupted. */
  BlockIssue: 5,
  BlockComplete: 6,
  /** tid was born, otherTid gave birth. */
  Fork: 7,
  /** Only in windows of `watch`: a call of tid that was slow or failed ended. */
  Syscall: 8,
  /** tid got a signal from otherTid. */
  Signal: 9,
  Exec: 10,
  Exit: 11,
  /** What the user added. */
  Probe: 12,
} as const

/** Bits of event.flags. */
export const EventFlag = {
  /** Switch: tid still wants a CPU. */
  Preempted: 1,
  /** Switch: tid has ended. */
  Dead: 2,
  /** Switch, Waking: it waits for a device, says the kernel. */
  InIowait: 4,
  KernelThread: 8,
  /** Waking: by an interrupt. */
  Interrupt: 16,
  /** Waking: waker and waiter are in futex(2) with the same address. */
  SameKey: 32,
} as const

export const eventTables = {
  burst: {
    doc: 'One row per burst: a time at a random phase of the recording in which raw events were kept.',
    source: 'eBPF: see event',
    stage: 'collect',
    columns: {
      timeNs: { type: 'f64', doc: 'When it began.' },
      durationNs: { type: 'f64', doc: 'How long all CPUs were recorded: it ends early where one had more events than fit.' },
      count: { type: 'f64', doc: 'Its events.' },
      lostCount: { type: 'f64', doc: 'Events after it that were lost for want of room.' },
    },
  },
  event: {
    doc: 'Raw events of the bursts, in time order within each.',
    source: 'eBPF: sched_switch, sched_waking, contention_begin, contention_end, block_rq_issue, block_rq_complete, sched_process_fork',
    stage: 'collect',
    columns: {
      timeNs: { type: 'f64', doc: 'When.' },
      cpu: { type: 'i32', doc: 'CPU on which it happened.' },
      type: { type: 'u8', doc: 'An EventType value.' },
      flags: { type: 'u8', doc: 'EventFlag bits.' },
      process: { type: 'i32', doc: 'Row of process of tid; NONE when unknown.' },
      tid: { type: 'i32', doc: 'Thread it happened to; 0 for an idle CPU.' },
      otherTid: { type: 'i32', doc: 'The other thread, see EventType; 0 for an idle CPU, NONE for none.' },
      key: { type: 'u64', doc: 'Address of the futex or of the lock, or id of the request; 0 for none.' },
      what: {
        type: 'text',
        doc: 'Switch and Waking: a WaitReason, absent for a preempted thread; locks: the kind as in lock; requests: the device as in blockIo; Syscall: its name and error; Signal: its number; Exec: the name; Exit: the code; Probe: its name.',
      },
    },
  },
} as const
