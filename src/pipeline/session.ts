/** The parts of a recording that is going on: opened together, closed together. */

import { CallchainInterner } from '../collectors/callchain-interner.ts'
import { Connections } from '../collectors/connections.ts'
import { readBootId, readHostFacts } from '../collectors/host-facts.ts'
import { readOnlineCpus } from '../collectors/online-cpus.ts'
import { openCounters } from '../collectors/perf-counters.ts'
import { openSampler, type Sampler, type SamplerOptions } from '../collectors/perf-sampler.ts'
import { listNumbers, readExecutableMappings, readProcess, readProcesses } from '../collectors/proc-snapshot.ts'
import { type ProcessFacts, ProcessTracker } from '../collectors/process-tracker.ts'
import type { ProgressCounter } from '../collectors/progress-counter.ts'
import { openSeries } from '../collectors/series.ts'
import { readSettings } from '../collectors/settings.ts'
import { isTargetProcess } from '../collectors/target.ts'
import { openThreadTime } from '../collectors/thread-time.ts'
import { AutotuneError } from '../errors.ts'
import type { PerfHost } from '../host.ts'
import { createRecording, type RecordingWriter } from '../recording.ts'
import { type Manifest, schemaVersion, type TableName, type Target } from '../schema.ts'
import { MappedFiles } from '../symbolize/mapped-files.ts'
import { emptyTable, tableOf } from '../table-builder.ts'
import { type Bursts, openBurstSchedule } from './bursts.ts'
import type { DebuginfodOptions } from './debuginfod.ts'
import type { CommandOutput } from './launched-command.ts'
import { type OffCpu, openOffCpu } from './off-cpu.ts'
import type { CallGraph } from './options.ts'
import { PendingRows } from './pending-rows.ts'
import { openUnwinding, type Unwinding } from './unwinding.ts'

/** What to record, and where to. */
export interface RecordOptions {
  /** For a command the pid is not known yet. */
  readonly target: Target
  /** Undefined: until the command ends or stop is asked for. */
  readonly durationNs: number | undefined
  readonly frequencyHz: number
  readonly callGraph: CallGraph
  /** Undefined: debug files are not downloaded. */
  readonly debuginfod: DebuginfodOptions | undefined
  /** Counts what the user called a piece of work. */
  readonly progress?: ProgressCounter
  readonly directory: string
  readonly commandOutput: CommandOutput
  readonly version: string
  /** ISO 8601. */
  readonly createdAt: string
}

/** Own threads of a user that are followed when the whole machine was asked for without privilege. */
const MAX_OWN_PIDS = 256

/** Tables a sampler fills. */
const sampledTables = ['mapping', 'callchain', 'sample'] as const

/** Everything that is open while recording. */
export interface Session {
  readonly host: PerfHost
  readonly startNs: bigint
  readonly cpuCount: number
  readonly cpuAtStartNs: number
  readonly sampler: Sampler
  readonly tracker: ProcessTracker
  readonly series: ReturnType<typeof openSeries>
  readonly counters: ReturnType<typeof openCounters>
  readonly progress: ProgressCounter | undefined
  readonly offCpu: OffCpu
  readonly bursts: Bursts
  /** The ledger where eBPF cannot give it. */
  readonly threadTime: ReturnType<typeof openThreadTime>
  readonly connections: Connections
  readonly interner: CallchainInterner
  readonly files: MappedFiles
  readonly unwinding: Unwinding
  readonly writer: RecordingWriter
  readonly warnings: AutotuneError[]
  readonly rows: PendingRows
  readonly closers: readonly Closer[]
}

/** Opens what this machine allows, and the recording it goes into. Where that cannot be made nothing stays open. */
export function openSession(host: PerfHost, options: RecordOptions): Session {
  const closers: Closer[] = []
  try {
    return openParts(host, options, closers)
  } catch (error) {
    closeAll(closers)
    throw error
  }
}

type Closer = () => void

/** The last that was opened first. */
function closeAll(closers: readonly Closer[]): void {
  for (const close of closers.toReversed()) close()
}

function openParts(host: PerfHost, options: RecordOptions, closers: Closer[]): Session {
  const { target, frequencyHz, directory, progress } = options
  closers.push(() => progress?.close())
  const files = new MappedFiles(host, { maxOpen: 512 })
  closers.push(() => files.close())
  const facts = readHostFacts(host)
  const cpus = readOnlineCpus(host)
  const unwinding: Unwinding = openUnwinding(host, options.callGraph, { files, currentRow: pid => tracker.currentRow(pid) })
  const tracker: ProcessTracker = new ProcessTracker(processFacts(host, target, { files, unwinding }), host.pid)
  closers.push(() => unwinding.close())
  const interner = new CallchainInterner()
  const followed = (): readonly number[] => (target.kind === 'machine' ? ownPids(host) : [...tracker.targetPids])
  const offCpu = openOffCpu(host, { tracker, interner, cpus, pids: followed, target })
  closers.push(() => offCpu.finish())
  const { startNs } = offCpu
  const bursts = openBurstSchedule(host, { tracker, offCpu, durationNs: options.durationNs })
  closers.push(() => bursts.finish())
  const existing = readProcesses(host)
  tracker.addExisting(existing)
  offCpu.followTargets()
  const tasks = tasksOf(host, target, { tracker, existing })
  const sampler = openSampler(host, { frequencyHz, startNs, cpus, facts, interner, tasks, dumps: unwinding.dumps })
  closers.push(() => sampler.close())
  const counters = openCounters(host, sampler.facts?.event === 'cycles' && sampler.facts.scope === 'machine' ? cpus : [])
  closers.push(() => counters.close())
  const series = openSeries(host, { cgroups: () => tracker.targetCgroups() })
  const pids = (): readonly number[] | 'all' => (target.kind === 'machine' ? 'all' : [...tracker.targetPids])
  const threadTime = openThreadTime(host, { pids, processRowOf: pid => tracker.currentRow(pid) })
  const manifest: Manifest = {
    schemaVersion,
    autotuneVersion: options.version,
    createdAt: options.createdAt,
    bootId: readBootId(host),
    startNs,
    durationNs: 0,
    complete: false,
    target,
    host: facts,
    sampling: sampler.facts,
    unavailable: [...sampler.unavailable, ...offCpu.unavailable()],
    commandExitStatus: undefined,
    cost: { cpuRatio: 0, cpuNs: 0, rssBytes: 0 },
  }
  const writer = createRecording(directory, manifest)
  for (const [topic, log] of offCpu.refusalLogs) writer.writeLog(`bpf-${topic}`, log)
  const recorded: readonly TableName[] = [...(sampler.facts === undefined ? [] : sampledTables), ...offCpu.tables, ...bursts.tables]
  // an empty table says that nothing happened, a missing one that nobody looked
  for (const name of new Set(recorded)) writer.append(name, emptyTable(name))
  writer.append('setting', tableOf('setting', readSettings(host)))
  const rows = new PendingRows()
  const connections = new Connections(host, pid => tracker.rowAt(pid, Number(host.monotonicNs() - startNs)))
  // those of a program that is not there yet are looked at when it runs
  if (target.kind !== 'command') connections.collect()
  return {
    host,
    startNs,
    cpuCount: cpus.length,
    cpuAtStartNs: host.ownCpuNs(),
    sampler,
    tracker,
    series,
    counters,
    progress,
    offCpu,
    bursts,
    threadTime,
    connections,
    interner,
    files,
    unwinding,
    writer,
    warnings: [],
    rows,
    closers,
  }
}

function processFacts(host: PerfHost, target: Target, { files, unwinding }: { files: MappedFiles; unwinding: Unwinding }): ProcessFacts {
  return {
    readProcess: pid => readProcess(host, pid),
    readMappings: pid => readExecutableMappings(host, pid),
    isTarget: (row, isTargetPid) => isTargetProcess(target, row, isTargetPid),
    noteMapping(pid, mapping, process) {
      files.note({ pid, ...mapping })
      unwinding.noteMapping(process, pid, mapping)
      return files.buildIdOf(mapping.device, mapping.inode)
    },
  }
}

/** Threads to follow where whole CPUs are refused. */
function tasksOf(
  host: PerfHost,
  target: Target,
  { tracker, existing }: { tracker: ProcessTracker; existing: ReturnType<typeof readProcesses> },
): SamplerOptions['tasks'] {
  if (target.kind === 'command') return { kind: 'next-exec' }
  const followed =
    target.kind === 'machine'
      ? existing.filter(({ pid, isKernelThread }) => pid !== host.pid && !isKernelThread && isOwn(host, pid)).slice(0, MAX_OWN_PIDS)
      : existing.filter(({ pid }) => tracker.targetPids.has(pid))
  return { kind: 'pids', tids: followed.flatMap(({ threads }) => threads.map(({ tid }) => tid)) }
}

function isOwn(host: PerfHost, pid: number): boolean {
  return host.readText(`/proc/${pid}/status`)?.includes(`\nUid:\t${host.uid}\t`) === true
}

/** Processes of the user, or of everybody as root, that may be looked at; kernel threads have no memory map. */
function ownPids(host: PerfHost): number[] {
  const isMine = (pid: number): boolean => host.uid === 0 || isOwn(host, pid)
  return listNumbers(host, '/proc').filter(pid => pid !== host.pid && host.readLink(`/proc/${pid}/exe`) !== undefined && isMine(pid))
}

/** Time since recording start. */
export function elapsedNs({ host, startNs }: Session): number {
  return Number(host.monotonicNs() - startNs)
}

/** A full disk ends the writing, not the recording: what was written is analysed. */
export function keepGoing(session: Session, write: (writer: RecordingWriter) => void): void {
  if (session.warnings.length > 0) return
  try {
    write(session.writer)
  } catch (error) {
    if (!(error instanceof AutotuneError)) throw error
    session.warnings.push(error)
  }
}

/** What we cost so far. */
export function costOf({ host, cpuAtStartNs, cpuCount }: Session, durationNs: number): Manifest['cost'] {
  const cpuNs = host.ownCpuNs() - cpuAtStartNs
  return { cpuNs, cpuRatio: durationNs > 0 ? cpuNs / durationNs / cpuCount : 0, rssBytes: process.resourceUsage().maxRSS * 1024 }
}

/** Closes every descriptor and takes everything of ours out of the kernel. May be called again. */
export function releaseSession({ closers }: Session): void {
  closeAll(closers)
}
