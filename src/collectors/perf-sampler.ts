/** Timer or cycle samples of all CPUs or of the target's tasks: rings are opened, enabled, drained and closed here. */

import type { PerfHost, PerfRing } from '../host.ts'
import { type HostFacts, NONE, type Row, type SamplingFacts, StackEnd, type Table, type Unavailable } from '../schema.ts'
import { TableBuilder } from '../table-builder.ts'
import type { CallchainInterner } from './callchain-interner.ts'
import {
  encodeAttr,
  HardwareEvent,
  OPEN_CLOEXEC,
  type PerfFlag,
  PerfIoctl,
  PerfType,
  ReadFormat,
  SampleField,
  SoftwareEvent,
} from './perf-attr.ts'
import { clockBase, parseTaskRecord, RecordType, RingWords, recordWords, type TaskRecord } from './perf-record.ts'
import type { ProcessTracker } from './process-tracker.ts'
import { parseSampleRecord, type SampleRecord } from './sample-record.ts'
import { samplingRefused } from './sampling-errors.ts'
import type { UserRegisters } from './user-registers.ts'
import { type StackResolver, UserStackReader } from './user-stack-reader.ts'

/** What to sample. */
export interface SamplerOptions {
  readonly frequencyHz: number
  readonly startNs: bigint
  /** Tasks to follow when whole CPUs are refused; 'next-exec' is what this process starts next. */
  readonly tasks: { readonly kind: 'pids'; readonly tids: readonly number[] } | { readonly kind: 'next-exec' }
  readonly cpus: readonly number[]
  readonly facts: HostFacts
  /** Where callchains go: one tree for all collectors. */
  readonly interner: CallchainInterner
  /** Undefined: the kernel follows frame pointers, and that is that. */
  readonly dumps?: StackDumps | undefined
}

/** How user stacks are had that frame pointers do not tell. */
export interface StackDumps {
  /** auto: the kernel follows frame pointers too, and dumps are left out where they would be too much. */
  readonly mode: 'auto' | 'dwarf'
  /** Bytes of stack copied at each sample. */
  readonly bytes: number
  readonly userRegisters: UserRegisters
  readonly resolver: StackResolver
}

/** Open rings. */
export interface Sampler {
  /** Undefined when the kernel refused every way; unavailable says why. */
  readonly facts: SamplingFacts | undefined
  readonly unavailable: readonly Unavailable[]
  /** Starts the clock; events that wait for an exec start by themselves. */
  enable(): void
  /** Moves everything the rings hold into rows. */
  drain(tracker: ProcessTracker): void
  /** CPUs that went offline, of those that are sampled: the kernel ends their events, and does not begin them again. */
  cpusThatLeft(): readonly number[]
  /** Rows since the last call. */
  takeRows(): { sample: Table<'sample'>; quality: Table<'quality'> }
  readonly sampleCount: number
  readonly lostCount: number
  close(): void
}

/** Bytes of ring a CPU needs: four seconds of records of 512 bytes, between 128 KiB and 8 MiB. */
const RECORD_BYTES = 512
const RING_SECONDS = 4
/** With dumps, half a second: they are large, and read ten times a second. */
const DUMP_RING_SECONDS = 0.5
const MIN_RING_BYTES = 128 << 10
const MAX_RING_BYTES = 8 << 20
const MAX_DUMP_RING_BYTES = 16 << 20
const PAGE_BYTES = 4096
/** Descriptors opened for a target of many threads. */
const MAX_TASK_EVENTS = 4096

/** What was tried and what the kernel said. */
interface Attempt {
  readonly facts: SamplingFacts
  readonly rings: readonly PerfRing[]
  readonly fds: readonly number[]
  readonly enableOnExec: boolean
}

/** Opens the best sampler the kernel allows: all CPUs with kernel code, else the target's tasks, user code only if need be. */
export function openSampler(host: PerfHost, options: SamplerOptions): Sampler {
  const refusals: string[] = []
  const unavailable: Unavailable[] = []
  for (const facts of candidates(host, options)) {
    const opened = openAttempt(host, options, facts)
    if ('errno' in opened) {
      refusals.push(opened.errno)
      continue
    }
    unavailable.push(...whatIsMissing(host, options, facts))
    return runSampler(host, options, { attempt: opened, unavailable })
  }
  unavailable.push(samplingRefused(refusals.at(-1) ?? 'ENOSYS', options.facts))
  return runSampler(host, options, { attempt: undefined, unavailable })
}

/** Ways to sample, best first. */
function candidates(host: PerfHost, options: SamplerOptions): SamplingFacts[] {
  const { frequencyHz, dumps } = options
  const events: SamplingFacts['event'][] = hasPmu(host) ? ['cycles', 'cpu-clock'] : ['cpu-clock']
  const scopes = [
    { scope: 'machine', kernel: true },
    { scope: 'target', kernel: true },
    { scope: 'target', kernel: false },
  ] as const
  const withDumps = dumps === undefined || isTooMuch(options) ? [] : [{ stackDumpBytes: dumps.bytes }]
  const stacks = [...withDumps, { stackDumpBytes: 0 }]
  return scopes.flatMap(scope => events.flatMap(event => stacks.map(stack => ({ event, frequencyHz, ...scope, ...stack }))))
}

/** Whether the largest ring would not hold half a second of dumps: samples would be lost for the sake of stacks. */
function isTooMuch({ frequencyHz, dumps }: SamplerOptions): boolean {
  return dumps?.mode === 'auto' && (dumps.bytes + RECORD_BYTES) * frequencyHz * DUMP_RING_SECONDS > MAX_DUMP_RING_BYTES
}

/** Whether the kernel offers a CPU's performance counters: x86 "cpu", hybrid "cpu_core", Arm "armv8_…". */
export function hasPmu(host: PerfHost): boolean {
  return (host.listDirectory('/sys/bus/event_source/devices') ?? []).some(name => /^(cpu|cpu_core|armv\d.*|apple_.*)$/.test(name))
}

function whatIsMissing(host: PerfHost, options: SamplerOptions, facts: SamplingFacts): Unavailable[] {
  const { facts: hostFacts } = options
  const missing: Unavailable[] = []
  if (options.dumps !== undefined && facts.stackDumpBytes === 0) {
    missing.push({
      topic: 'stacks of code without frame pointers',
      tables: [],
      series: [],
      reason: isTooMuch(options)
        ? `At ${facts.frequencyHz} samples per second and CPU, dumps of ${options.dumps.bytes} bytes of stack would overrun the kernel's buffers.`
        : 'The kernel gives no registers and stacks of user code with samples.',
      remedy: isTooMuch(options)
        ? 'autotune … --frequency 99, or --call-graph dwarf to try all the same'
        : 'Use a kernel ≥ 3.7 on x86-64 or ≥ 4.8 on arm64.',
    })
  }
  const level = hostFacts.perfEventParanoid
  if (facts.scope === 'target') {
    missing.push({
      topic: 'CPU samples of other processes',
      tables: [],
      series: [],
      reason: `Sampling whole CPUs needs CAP_PERFMON while kernel.perf_event_paranoid is ${level ?? 'unknown'}.`,
      remedy: 'sudo autotune …',
    })
  }
  if (!facts.kernel) {
    missing.push({
      topic: 'kernel code in CPU samples',
      tables: [],
      series: [],
      reason: `kernel.perf_event_paranoid is ${level ?? 'unknown'}: users see their own code only.`,
      remedy: 'sudo autotune …, or sudo sysctl kernel.perf_event_paranoid=1',
    })
  }
  if (facts.event === 'cpu-clock' && !hasPmu(host)) {
    missing.push({
      topic: 'hardware counters',
      tables: [],
      series: ['pmu.'],
      reason: `No performance monitoring unit is visible${hostFacts.virtualization === undefined ? '' : ` in this virtual machine (${hostFacts.virtualization})`}; samples come from a timer. Cache misses, memory bandwidth and stalled cycles stay unknown.`,
      remedy: 'Run on bare metal, or enable a virtual PMU for this machine.',
    })
  }
  return missing
}

function openAttempt(host: PerfHost, options: SamplerOptions, facts: SamplingFacts): Attempt | { readonly errno: string } {
  const tids = facts.scope === 'machine' ? [-1] : options.tasks.kind === 'pids' ? options.tasks.tids : [0]
  if (tids.length === 0) return { errno: 'ESRCH' }
  const enableOnExec = facts.scope === 'target' && options.tasks.kind === 'next-exec'
  const bytes = ringBytes(options, facts)
  const attr = samplingAttr(options, { facts, enableOnExec, ringBytes: bytes })
  const fds: number[] = []
  const rings: PerfRing[] = []
  let refusal = 'ESRCH'
  for (const cpu of options.cpus) {
    let leader = NONE
    for (const tid of tids) {
      if (fds.length >= MAX_TASK_EVENTS) break
      const opened = host.openPerfEvent(attr, tid, cpu, OPEN_CLOEXEC)
      if ('errno' in opened) {
        refusal = opened.errno
        if (opened.errno === 'ESRCH' || opened.errno === 'ENODEV') continue // a thread or a CPU that left meanwhile
        return giveUp(host, { fds, rings, errno: opened.errno })
      }
      fds.push(opened.fd)
      if (leader !== NONE) {
        host.ioctl(opened.fd, PerfIoctl.SetOutput, leader)
        continue
      }
      leader = opened.fd
      const ring = mapSmaller(host, { fd: opened.fd, cpu, pages: bytes / PAGE_BYTES })
      if ('errno' in ring) return giveUp(host, { fds, rings, errno: ring.errno })
      rings.push(ring)
    }
  }
  return rings.length === 0 ? { errno: refusal } : { facts, rings, fds, enableOnExec }
}

/** A user's locked memory is limited (perf_event_mlock_kb): take a smaller ring rather than none. */
function mapSmaller(host: PerfHost, { fd, cpu, pages }: { fd: number; cpu: number; pages: number }): PerfRing | { readonly errno: string } {
  for (let tried = pages; ; tried /= 2) {
    const ring = host.mapPerfRing(fd, cpu, tried)
    if (!('errno' in ring) || tried <= 8 || (ring.errno !== 'EPERM' && ring.errno !== 'ENOMEM')) return ring
  }
}

function giveUp(
  host: PerfHost,
  { fds, rings, errno }: { fds: readonly number[]; rings: readonly PerfRing[]; errno: string },
): { readonly errno: string } {
  for (const ring of rings) ring.unmap()
  for (const fd of fds) host.closeDescriptor(fd)
  return { errno }
}

function ringBytes({ frequencyHz }: SamplerOptions, { stackDumpBytes = 0 }: SamplingFacts): number {
  const wanted = Math.max(frequencyHz * RECORD_BYTES * RING_SECONDS, frequencyHz * (RECORD_BYTES + stackDumpBytes) * DUMP_RING_SECONDS)
  const most = stackDumpBytes === 0 ? MAX_RING_BYTES : MAX_DUMP_RING_BYTES
  return Math.min(most, Math.max(MIN_RING_BYTES, 2 ** Math.ceil(Math.log2(wanted))))
}

function samplingAttr(
  { dumps }: SamplerOptions,
  { facts, enableOnExec, ringBytes: bytes }: { facts: SamplingFacts; enableOnExec: boolean; ringBytes: number },
): Uint8Array {
  const flags: PerfFlag[] = ['disabled', 'excludeIdle', 'excludeHypervisor', 'comm', 'commExec', 'task', 'mmap', 'mmap2', 'sampleIdAll']
  if (facts.scope === 'target') flags.push('inherit')
  if (enableOnExec) flags.push('enableOnExec')
  if (!facts.kernel) flags.push('excludeKernel', 'excludeCallchainKernel')
  const hasDumps = dumps !== undefined && facts.stackDumpBytes !== 0
  if (hasDumps && dumps.mode === 'dwarf') flags.push('excludeCallchainUser')
  return encodeAttr({
    ...(facts.event === 'cycles'
      ? { type: PerfType.Hardware, config: HardwareEvent.Cycles }
      : { type: PerfType.Software, config: SoftwareEvent.CpuClock }),
    flags,
    frequencyHz: facts.frequencyHz,
    sampleType:
      SampleField.Tid | SampleField.Time | SampleField.Callchain | (hasDumps ? SampleField.UserRegisters | SampleField.UserStack : 0),
    ...(hasDumps ? { userRegisters: dumps.userRegisters.mask, stackDumpBytes: dumps.bytes } : {}),
    readFormat: ReadFormat.TimeEnabled | ReadFormat.Lost,
    watermarkBytes: bytes / 2,
  })
}

/** Task records of all rings, and where their samples lie, between two positions. */
interface Batch {
  readonly tasks: { readonly record: TaskRecord; readonly cpu: number }[]
  readonly samples: { readonly ring: RingWords; readonly cpu: number; readonly record: SampleRecord }[]
  /** Samples whose parts cannot be: left out and counted as lost. */
  damagedCount: number
}

function runSampler(
  host: PerfHost,
  options: SamplerOptions,
  { attempt, unavailable }: { attempt: Attempt | undefined; unavailable: Unavailable[] },
): Sampler {
  const clock = clockBase(options.startNs)
  const rings = (attempt?.rings ?? []).map(ring => ({ ring, words: new RingWords(ring.words, clock), tail: 0 }))
  const { interner } = options
  const dumps = attempt?.facts.stackDumpBytes === 0 ? undefined : options.dumps
  const registerCount = dumps?.userRegisters.slots.length ?? 0
  const stacks = dumps === undefined ? undefined : new UserStackReader({ ...dumps, dumpBytes: dumps.bytes, interner })
  const weightNs = 1e9 / options.frequencyHz
  let sample = new TableBuilder('sample')
  let quality = new TableBuilder('quality')
  let sampleCount = 0
  let lostCount = 0
  const reportedOverflow = { count: 0 }

  const count = (row: Row<'quality'>): void => void quality.add(row)

  function addSample(at: Batch['samples'][number], tracker: ProcessTracker): void {
    const { ring, record, cpu } = at
    const { position } = record
    const pid = ring.i32(position + 2)
    const tid = ring.i32(position + 3)
    const timeNs = ring.timeNs(position + 4)
    const process = pid < 0 ? NONE : tracker.rowAt(pid, timeNs)
    if (process !== NONE) tracker.touch(process, tid, timeNs)
    // nobody asks where we spend our own time: unwinding node would be most of our cost on an idle machine
    const { callchain, end } =
      stacks === undefined || pid === host.pid ? internChain(at, { process, timeNs }) : stacks.intern(ring, record, { process, timeNs })
    sample.add({ timeNs, cpu, process, tid, callchain, weightNs, stackEnd: end })
    sampleCount++
  }

  function internChain({ ring, record }: Batch['samples'][number], owner: { process: number; timeNs: number }) {
    const chain = { ring, position: record.position + 8, count: record.chainCount }
    return { callchain: interner.intern(chain, owner.process, owner.timeNs), end: StackEnd.Unchecked }
  }

  return {
    facts: attempt?.facts,
    unavailable,
    enable() {
      if (attempt !== undefined && !attempt.enableOnExec) for (const fd of attempt.fds) host.ioctl(fd, PerfIoctl.Enable, 0)
    },
    drain(tracker) {
      tracker.beginDrain()
      const batch: Batch = { tasks: [], samples: [], damagedCount: 0 }
      const heads = rings.map(({ ring }) => ring.readHead())
      rings.forEach((state, index) => void collect(state, { headBytes: heads[index], batch, registerCount }))
      batch.tasks.sort((a, b) => a.record.timeNs - b.record.timeNs)
      for (const { record, cpu } of batch.tasks) {
        if (record.type === 'lost') lostCount += record.lostCount
        if (record.type === 'lost') count({ timeNs: record.timeNs, kind: 'lostRecords', subject: `cpu${cpu}`, count: record.lostCount })
        else if (record.type === 'throttle') count({ timeNs: record.timeNs, kind: 'throttledSampling', subject: `cpu${cpu}`, count: 1 })
        else tracker.apply(record)
      }
      if (batch.damagedCount > 0) count({ timeNs: 0, kind: 'damagedRecords', subject: 'perf ring', count: batch.damagedCount })
      lostCount += batch.damagedCount
      for (const at of batch.samples) addSample(at, tracker)
      rings.forEach((state, index) => {
        state.tail = heads[index]
        state.ring.writeTail(state.tail)
      })
      const lostChains = interner.overflowCount - reportedOverflow.count
      if (lostChains > 0) count({ timeNs: 0, kind: 'lostCallchains', subject: 'callchain table full', count: lostChains })
      reportedOverflow.count = interner.overflowCount
    },
    takeRows() {
      const rows = { sample: sample.build(), quality: quality.build() }
      sample = new TableBuilder('sample')
      quality = new TableBuilder('quality')
      return rows
    },
    cpusThatLeft: () => (attempt?.facts.scope === 'machine' ? endedCpus(host, attempt) : []),
    get sampleCount() {
      return sampleCount
    },
    get lostCount() {
      return lostCount
    },
    close() {
      if (attempt !== undefined) giveUp(host, { ...attempt, errno: '' })
    },
  }
}

/** Events were enabled at about the same time; one whose clock stands was ended by the kernel. */
const MAX_BEHIND = 0.1

function endedCpus(host: PerfHost, { fds, rings }: Attempt): number[] {
  const enabledNs = rings.map((_, index) => Number(host.readPerfEvent(fds[index], 3)?.[1] ?? 0))
  const longest = Math.max(...enabledNs)
  return rings.filter((_, index) => enabledNs[index] < longest * (1 - MAX_BEHIND)).map(({ cpu }) => cpu)
}

/** Walks one ring from its tail to headBytes. */
function collect(
  state: { ring: PerfRing; words: RingWords; tail: number },
  { headBytes, batch, registerCount }: { headBytes: number; batch: Batch; registerCount: number },
): void {
  const { words } = state
  const cpu = state.ring.cpu
  const ringBytes = words.words.length * 4
  let position = (state.tail % ringBytes) / 4
  let left = (headBytes - state.tail) / 4
  while (left > 0) {
    const size = recordWords(words, position, left)
    if (words.i32(position) === RecordType.Sample) {
      const record = parseSampleRecord(words, position, { words: size, registerCount })
      if (record === undefined) batch.damagedCount++
      else batch.samples.push({ ring: words, cpu, record })
    } else {
      const record = parseTaskRecord(words, position, size)
      if (record !== undefined) batch.tasks.push({ record, cpu })
    }
    position = (position + size) & words.mask
    left -= size
  }
}
