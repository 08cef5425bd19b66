/** Records the machine or a target into a folder: opens the collectors, drains them until the end, keeps what is needed for names. */

import os, { constants } from 'node:os'
import { setFlagsFromString } from 'node:v8'
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
import { readProcessLimits, readSettings } from '../collectors/settings.ts'
import { isTargetProcess } from '../collectors/target.ts'
import { openThreadTime } from '../collectors/thread-time.ts'
import { AutotuneError } from '../errors.ts'
import type { PerfHost } from '../host.ts'
import { createRecording, type RecordingWriter, readRecording } from '../recording.ts'
import { type Manifest, schemaVersion, type TableName, type Target } from '../schema.ts'
import { MappedFiles } from '../symbolize/mapped-files.ts'
import { emptyTable, tableOf } from '../table-builder.ts'
import { type Bursts, openBurstSchedule } from './bursts.ts'
import { Cadence } from './cadence.ts'
import type { DebuginfodOptions } from './debuginfod.ts'
import { type CommandOutput, type LaunchedCommand, launchCommand } from './launched-command.ts'
import { openLineSource } from './line-source.ts'
import { nameAddresses } from './namer.ts'
import { type OffCpu, openOffCpu } from './off-cpu.ts'
import type { CallGraph } from './options.ts'
import { appendRows, PendingRows } from './pending-rows.ts'
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
  /** Counts what the user called a piece of work; opened for the CPUs there are. */
  readonly progress?: ProgressCounter
  readonly directory: string
  readonly commandOutput: CommandOutput
  readonly version: string
  /** ISO 8601. */
  readonly createdAt: string
}

/** How far it got, for a progress bar. */
export interface RecordProgress {
  readonly elapsedNs: number
  readonly durationNs: number | undefined
  readonly sampleCount: number
  readonly lostCount: number
  readonly cpuRatio: number
}

/** A finished recording. */
export interface Recorded {
  readonly directory: string
  /** Still running when undefined is not yet resolved; undefined without a command. */
  readonly commandExit: Promise<number> | undefined
  /** What went wrong without ending the recording, e.g. a full disk. */
  readonly warnings: readonly AutotuneError[]
  /** What would give more names next time, e.g. a flag of a runtime. */
  readonly hints: readonly string[]
}

/** How the caller watches and ends a recording. */
export interface RecordControl {
  readonly stop: AbortSignal
  onProgress(progress: RecordProgress): void
}

/**
 * V8 optimizes a function after so many bytes of its bytecode ran. Code that runs ten times a second for half a minute never pays
 * that back: compiling was a third of our CPU time. Loops that are hot at 999 Hz and in storms still get there.
 */
const LATE_OPTIMIZATION = '--interrupt-budget=8000000'
/** V8's default: src/flags/flag-definitions.h. */
const USUAL_OPTIMIZATION = '--interrupt-budget=135168'

const TICK_MS = 100
const TICKS_PER_SECOND = 10
/** When connections are looked at first: a program that was started has made its own by then, and one that ends soon still has them. */
const CONNECTIONS_TICK = 5
/** Own threads of a user that are followed when the whole machine was asked for without privilege. */
const MAX_OWN_PIDS = 256

/** Where many threads want few CPUs a second of ours would become five: rings fill up, slices blur. Root only. */
const URGENT = constants.priority.PRIORITY_HIGH

function setPriority(priority: number): void {
  try {
    os.setPriority(priority)
  } catch {
    // without CAP_SYS_NICE we wait like everybody else
  }
}

/** A program inherits our priority: it must run as it would without us. */
async function launch(command: readonly string[], output: CommandOutput): Promise<LaunchedCommand> {
  setPriority(constants.priority.PRIORITY_NORMAL)
  try {
    return await launchCommand(command, output)
  } finally {
    setPriority(URGENT)
  }
}

/** Tables a sampler fills. */
const sampledTables = ['mapping', 'callchain', 'sample'] as const

/** Everything that is open while recording. */
interface Session {
  readonly host: PerfHost
  readonly startNs: bigint
  readonly cpuCount: number
  readonly cpuAtStartNs: number
  readonly sampler: Sampler
  readonly tracker: ProcessTracker
  readonly series: ReturnType<typeof openSeries>
  readonly counters: ReturnType<typeof openCounters>
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
}

/** Records until the duration is over, the command ended or stop was asked for. */
export async function record(host: PerfHost, options: RecordOptions, control: RecordControl): Promise<Recorded> {
  setFlagsFromString(LATE_OPTIMIZATION)
  setPriority(URGENT)
  const files = new MappedFiles(host, { maxOpen: 512 })
  const session = openSession(host, options, files)
  let command: LaunchedCommand | undefined
  try {
    session.sampler.enable()
    session.threadTime.collect(0)
    command = options.target.kind === 'command' ? await launch(options.target.command, options.commandOutput) : undefined
    if (command !== undefined) session.tracker.addTargetPid(command.pid)
    const exitStatus = await runSession(session, { options, control, command })
    const hints = closeSession(session, { options, command, exitStatus, files })
    return { directory: options.directory, commandExit: command?.exitStatus, warnings: session.warnings, hints }
  } finally {
    session.bursts.finish()
    session.offCpu.finish()
    session.sampler.close()
    session.counters.close()
    options.progress?.close()
    session.unwinding.close()
    files.close()
    setFlagsFromString(USUAL_OPTIMIZATION)
  }
}

function openSession(host: PerfHost, options: RecordOptions, files: MappedFiles): Session {
  const { target, frequencyHz, directory } = options
  const facts = readHostFacts(host)
  const cpus = readOnlineCpus(host)
  const unwinding: Unwinding = openUnwinding(host, options.callGraph, { files, currentRow: pid => tracker.currentRow(pid) })
  const tracker: ProcessTracker = new ProcessTracker(processFacts(host, target, { files, unwinding }), host.pid)
  const interner = new CallchainInterner()
  const followed = (): readonly number[] => (target.kind === 'machine' ? ownPids(host) : [...tracker.targetPids])
  const offCpu = openOffCpu(host, { tracker, interner, cpus, pids: followed })
  const { startNs } = offCpu
  const bursts = openBurstSchedule(host, { tracker, offCpu, durationNs: options.durationNs })
  const existing = readProcesses(host)
  tracker.addExisting(existing)
  const tasks = tasksOf(host, target, { tracker, existing })
  const sampler = openSampler(host, { frequencyHz, startNs, cpus, facts, interner, tasks, dumps: unwinding.dumps })
  const counters = openCounters(host, sampler.facts?.event === 'cycles' && sampler.facts.scope === 'machine' ? cpus : [])
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
  return {
    host,
    startNs,
    cpuCount: cpus.length,
    cpuAtStartNs: host.ownCpuNs(),
    sampler,
    tracker,
    series,
    counters,
    offCpu,
    bursts,
    threadTime,
    connections: new Connections(host, pid => tracker.rowAt(pid, Number(host.monotonicNs() - startNs))),
    interner,
    files,
    unwinding,
    writer,
    warnings: [],
    rows,
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

/** The loop: a tick every 100 ms. Resolves with the command's exit status when it ended in time. */
async function runSession(
  session: Session,
  { options, control, command }: { options: RecordOptions; control: RecordControl; command: LaunchedCommand | undefined },
): Promise<number | undefined> {
  let exitStatus: number | undefined
  void command?.exitStatus.then(status => (exitStatus = status))
  const endNs = options.durationNs ?? Number.POSITIVE_INFINITY
  session.series.collectFast(0)
  session.series.collectSlow(0)
  session.counters.collect(0)
  session.rows.addReadings(options.progress?.collect(0) ?? [])
  const cadence = new Cadence(session.host.ownCpuNs(), session.cpuCount)
  for (let tick = 1; ; tick++) {
    const waitMs = Math.max(0, Math.min(tick * TICK_MS * 1e6, endNs) - elapsedNs(session)) / 1e6
    await Promise.race([delay(waitMs, control.stop), ...(command === undefined || exitStatus !== undefined ? [] : [command.exitStatus])])
    const isOver = exitStatus !== undefined || control.stop.aborted || elapsedNs(session) >= endNs
    if (isOver) collectLast(session, options)
    else collectTick(session, { isDue: cadence.isDue(tick), isSecond: tick % TICKS_PER_SECOND === 0 }, options)
    if (isOver || tick === CONNECTIONS_TICK) session.connections.collect()
    if (isOver || tick % TICKS_PER_SECOND === 0) flush(session)
    if (isOver || tick % TICKS_PER_SECOND === 0 || tick === 1) control.onProgress(progressOf(session, options))
    if (isOver) return exitStatus
    if (tick % TICKS_PER_SECOND === 0) cadence.adapt(session.host.ownCpuNs(), elapsedNs(session))
  }
}

function delay(milliseconds: number, stop: AbortSignal): Promise<void> {
  return new Promise(resolve => {
    const done = (): void => {
      clearTimeout(timer)
      stop.removeEventListener('abort', done)
      resolve()
    }
    const timer = setTimeout(done, milliseconds)
    if (stop.aborted) done()
    else stop.addEventListener('abort', done)
  })
}

function elapsedNs({ host, startNs }: Session): number {
  return Number(host.monotonicNs() - startNs)
}

function collectTick(session: Session, { isDue, isSecond }: { isDue: boolean; isSecond: boolean }, options: RecordOptions): void {
  session.bursts.endDue(elapsedNs(session))
  session.sampler.drain(session.tracker)
  if (!isSecond) session.offCpu.turnWindow()
  if (isDue) {
    session.rows.addReadings(session.series.collectFast(elapsedNs(session)))
    if (!session.offCpu.hasLedger) session.rows.addThreadTime(session.threadTime.collect(elapsedNs(session)))
    else if (!isSecond) session.offCpu.collectLedger()
  }
  session.offCpu.collectWaits()
  if (isSecond) collectSecond(session, options)
  session.bursts.beginDue(elapsedNs(session))
}

function collectSecond(session: Session, { progress }: RecordOptions): void {
  session.files.refreshPerfMaps()
  session.offCpu.collect()
  session.rows.addReadings(session.series.collectSlow(elapsedNs(session)))
  session.rows.addReadings(session.counters.collect(elapsedNs(session)))
  session.rows.addReadings(progress?.collect(elapsedNs(session)) ?? [])
}

/** The end of a recording: whatever is still in the kernel, whatever that costs. */
function collectLast(session: Session, options: RecordOptions): void {
  session.sampler.drain(session.tracker)
  session.bursts.finish()
  session.offCpu.finish()
  if (!session.offCpu.hasLedger) session.rows.addThreadTime(session.threadTime.collectLast(elapsedNs(session)))
  session.rows.addReadings(session.series.collectFast(elapsedNs(session)))
  collectSecond(session, options)
}

function flush(session: Session): void {
  const { sampler, tracker, interner, offCpu, rows } = session
  const { sample, quality } = sampler.takeRows()
  const kernelRows = [...offCpu.takeRows(), ...session.bursts.takeRows()]
  const changed = tracker.takeChanged()
  const durationNs = elapsedNs(session)
  keepGoing(session, writer => {
    // what others point into goes first, so that a cut leaves no dangling row
    if (changed !== undefined) {
      writer.writeTable('process', changed.process)
      writer.writeTable('thread', changed.thread)
    }
    appendRows(writer, 'mapping', tracker.takeNewMappings())
    appendRows(writer, 'callchain', interner.takeNewRows())
    appendRows(writer, 'sample', sample)
    appendRows(writer, 'quality', quality)
    rows.appendTo(writer)
    for (const { name, table } of kernelRows) appendRows(writer, name, table)
    writer.updateManifest({ durationNs, cost: costOf(session, durationNs) })
  })
}

/** A full disk ends the writing, not the recording: what was written is analysed. */
function keepGoing(session: Session, write: (writer: RecordingWriter) => void): void {
  if (session.warnings.length > 0) return
  try {
    write(session.writer)
  } catch (error) {
    if (!(error instanceof AutotuneError)) throw error
    session.warnings.push(error)
  }
}

interface Ending {
  readonly options: RecordOptions
  readonly command: LaunchedCommand | undefined
  readonly exitStatus: number | undefined
  readonly files: MappedFiles
}

/** Names the addresses while their files are at hand, then ends the recording. */
function closeSession(session: Session, { options, command, exitStatus, files }: Ending): readonly string[] {
  const { target, directory } = options
  const durationNs = elapsedNs(session)
  const cost = costOf(session, durationNs)
  const kernel = session.offCpu.kernelNames ?? 'running'
  const lines = openLineSource(options.debuginfod)
  const named = nameAddresses(session.host, readRecording(directory).tables, { files, kernel, lines })
  const limits = readProcessLimits(session.host, options.target.kind === 'machine' ? 'all' : [...session.tracker.targetPids])
  keepGoing(session, writer => {
    writer.writeTable('connection', session.connections.build())
    appendRows(writer, 'setting', tableOf('setting', limits))
    for (const name of ['symbol', 'frame', 'stack', 'callchainStack'] as const) writer.writeTable(name, named.tables[name])
  })
  const unavailable = [
    ...session.sampler.unavailable,
    ...session.offCpu.unavailable(),
    ...session.bursts.unavailable(),
    ...session.series.unavailable(),
    ...session.threadTime.unavailable(),
    ...named.unavailable,
  ]
  const ended = target.kind === 'command' ? { ...target, pid: command?.pid } : target
  keepGoing(session, writer =>
    writer.close({ durationNs, complete: true, target: ended, unavailable, commandExitStatus: exitStatus, cost }),
  )
  return named.hints
}

function costOf({ host, cpuAtStartNs, cpuCount }: Session, durationNs: number): Manifest['cost'] {
  const cpuNs = host.ownCpuNs() - cpuAtStartNs
  return { cpuNs, cpuRatio: durationNs > 0 ? cpuNs / durationNs / cpuCount : 0, rssBytes: process.resourceUsage().maxRSS * 1024 }
}

function progressOf(session: Session, { durationNs }: RecordOptions): RecordProgress {
  const elapsed = elapsedNs(session)
  const { sampleCount, lostCount } = session.sampler
  return { elapsedNs: elapsed, durationNs, sampleCount, lostCount, cpuRatio: costOf(session, elapsed).cpuRatio }
}
