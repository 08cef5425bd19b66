/** Records the machine or a target into a folder: drains the collectors until the end, keeps what is needed for names. */

import os, { constants } from 'node:os'
import { setFlagsFromString } from 'node:v8'
import { samplesEnded } from '../collectors/sampling-errors.ts'
import { readProcessLimits } from '../collectors/settings.ts'
import type { AutotuneError } from '../errors.ts'
import type { PerfHost } from '../host.ts'
import { readRecording } from '../recording.ts'
import { tableOf } from '../table-builder.ts'
import { Cadence } from './cadence.ts'
import { type CommandOutput, type LaunchedCommand, launchCommand } from './launched-command.ts'
import { openLineSource } from './line-source.ts'
import { nameAddresses } from './namer.ts'
import { appendRows } from './pending-rows.ts'
import { costOf, elapsedNs, keepGoing, openSession, type RecordOptions, releaseSession, type Session } from './session.ts'

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
 * that back: compiling was a third of our CPU time. Loops that are hot at 999 Hz and in storms still get there. Collecting
 * garbage with several threads, and by small steps, shortens pauses that nobody waits for and costs CPU time that everybody does.
 */
const FRUGAL = ['--interrupt-budget=8000000', '--no-parallel-scavenge', '--no-incremental-marking']
/** V8's defaults: src/flags/flag-definitions.h. */
const USUAL = ['--interrupt-budget=135168', '--parallel-scavenge', '--incremental-marking']

/** Bursts of storms that wait to be decoded: three are 48 MiB at most, and longer recordings have more. */
const MAX_KEPT_BURST_BYTES = 32 << 20

const TICK_MS = 100
const TICKS_PER_SECOND = 10
/** When those of a program that we start are looked at first: it has made its own by then, and one that ends soon still has them. */
const CONNECTIONS_TICK = 5
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

/** Records until the duration is over, the command ended or stop was asked for. */
export async function record(host: PerfHost, options: RecordOptions, control: RecordControl): Promise<Recorded> {
  for (const flag of FRUGAL) setFlagsFromString(flag)
  setPriority(URGENT)
  const session = openSession(host, options)
  let command: LaunchedCommand | undefined
  try {
    session.sampler.enable()
    if (!session.offCpu.hasLedger) session.threadTime.collect(0)
    // before the first piece of work
    session.rows.addReadings(session.progress?.collect(elapsedNs(session)) ?? [])
    command = options.target.kind === 'command' ? await launch(options.target.command, options.commandOutput) : undefined
    if (command !== undefined) session.tracker.addTargetPid(command.pid)
    const exitStatus = await runSession(session, { options, control, command })
    const replaced = session.writer.replacesOlder ? [`${options.directory} held an older recording, which was replaced.`] : []
    const hints = [...replaced, ...closeSession(session, { options, command, exitStatus })]
    return { directory: options.directory, commandExit: command?.exitStatus, warnings: session.warnings, hints }
  } finally {
    releaseSession(session)
    for (const flag of USUAL) setFlagsFromString(flag)
  }
}

/** The loop: a tick every 100 ms. Resolves with the command's exit status when it ended in time. */
async function runSession(
  session: Session,
  { options, control, command }: { options: RecordOptions; control: RecordControl; command: LaunchedCommand | undefined },
): Promise<number | undefined> {
  let exitStatus: number | undefined
  const ended = new AbortController()
  const wake = AbortSignal.any([control.stop, ended.signal])
  void command?.exitStatus.then(status => {
    exitStatus = status
    ended.abort()
  })
  const endNs = options.durationNs ?? Number.POSITIVE_INFINITY
  session.series.collectFast(0)
  session.series.collectSlow(0)
  session.counters.collect(0)
  const cadence = new Cadence(session.host.ownCpuNs(), session.cpuCount)
  for (let tick = 1; ; tick++) {
    const waitMs = Math.max(0, Math.min(tick * TICK_MS * 1e6, endNs) - elapsedNs(session)) / 1e6
    // one signal for all ticks: a race with the command's end would leave something behind at each
    await delay(waitMs, wake)
    const isOver = exitStatus !== undefined || control.stop.aborted || elapsedNs(session) >= endNs
    if (isOver) collectLast(session)
    else collectTick(session, { isDue: cadence.isDue(tick), isSecond: tick % TICKS_PER_SECOND === 0 })
    if (isOver || (tick === CONNECTIONS_TICK && command !== undefined)) session.connections.collect()
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

function collectTick(session: Session, { isDue, isSecond }: { isDue: boolean; isSecond: boolean }): void {
  session.bursts.endDue(elapsedNs(session))
  session.sampler.drain(session.tracker)
  session.offCpu.followTargets()
  if (!isSecond) session.offCpu.turnWindow()
  if (isDue) {
    session.rows.addReadings(session.series.collectFast(elapsedNs(session)))
    if (!session.offCpu.hasLedger) session.rows.addThreadTime(session.threadTime.collect(elapsedNs(session)))
    else if (!isSecond) session.offCpu.collectLedger()
  }
  session.offCpu.collectWaits()
  if (isSecond) collectSecond(session)
  session.bursts.beginDue(elapsedNs(session))
}

function collectSecond(session: Session): void {
  session.files.refreshPerfMaps()
  session.offCpu.collect()
  session.rows.addReadings(session.series.collectSlow(elapsedNs(session)))
  session.rows.addReadings(session.counters.collect(elapsedNs(session)))
  session.rows.addReadings(session.progress?.collect(elapsedNs(session)) ?? [])
}

/** The end of a recording: whatever is still in the kernel, whatever that costs. */
function collectLast(session: Session): void {
  session.sampler.drain(session.tracker)
  session.bursts.finish()
  session.offCpu.finish()
  if (!session.offCpu.hasLedger) session.rows.addThreadTime(session.threadTime.collectLast(elapsedNs(session)))
  session.rows.addReadings(session.series.collectFast(elapsedNs(session)))
  collectSecond(session)
}

function writeProcesses(writer: Session['writer'], changed: ReturnType<Session['tracker']['takeChanged']>): void {
  if (changed === undefined) return
  writer.writeTable('process', changed.process)
  writer.writeTable('thread', changed.thread)
}

function flush(session: Session): void {
  const { sampler, tracker, interner, offCpu, rows } = session
  const { sample, quality } = sampler.takeRows()
  // taken even where nothing can be written any more: rows that wait would fill the memory instead
  const changed = tracker.takeChanged()
  const mappings = tracker.takeNewMappings()
  const chains = interner.takeNewRows()
  const otherRows = [...rows.takeRows(), ...offCpu.takeRows(), ...session.bursts.takeRows(MAX_KEPT_BURST_BYTES)]
  const durationNs = elapsedNs(session)
  keepGoing(session, writer => {
    // what others point into goes first, so that a cut leaves no dangling row
    writeProcesses(writer, changed)
    appendRows(writer, 'mapping', mappings)
    appendRows(writer, 'callchain', chains)
    appendRows(writer, 'sample', sample)
    appendRows(writer, 'quality', quality)
    for (const { name, table } of otherRows) appendRows(writer, name, table)
    writer.updateManifest({ durationNs, cost: costOf(session, durationNs) })
  })
}

interface Ending {
  readonly options: RecordOptions
  readonly command: LaunchedCommand | undefined
  readonly exitStatus: number | undefined
}

/** Names the addresses while their files are at hand, then ends the recording. */
function closeSession(session: Session, { options, command, exitStatus }: Ending): readonly string[] {
  const { target, directory } = options
  const durationNs = elapsedNs(session)
  const cost = costOf(session, durationNs)
  const kernel = session.offCpu.kernelNames ?? 'running'
  // our cost is that of recording: what waited until now counts as analysis
  const eventRows = session.bursts.takeRows(0)
  const changed = session.tracker.takeChanged()
  keepGoing(session, writer => {
    // a burst tells of threads of processes that nothing else told of
    writeProcesses(writer, changed)
    for (const { name, table } of eventRows) appendRows(writer, name, table)
  })
  const lines = openLineSource(options.debuginfod)
  const named = nameAddresses(session.host, readRecording(directory).tables, { files: session.files, kernel, lines })
  const limits = readProcessLimits(session.host, options.target.kind === 'machine' ? 'all' : [...session.tracker.targetPids])
  keepGoing(session, writer => {
    writer.writeTable('connection', session.connections.build())
    appendRows(writer, 'setting', tableOf('setting', limits))
    for (const name of ['symbol', 'frame', 'stack', 'callchainStack'] as const) writer.writeTable(name, named.tables[name])
  })
  const unavailable = [
    ...session.sampler.unavailable,
    ...session.sampler.cpusThatLeft().map(samplesEnded),
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

function progressOf(session: Session, { durationNs }: RecordOptions): RecordProgress {
  const elapsed = elapsedNs(session)
  const { sampleCount, lostCount } = session.sampler
  return { elapsedNs: elapsed, durationNs, sampleCount, lostCount, cpuRatio: costOf(session, elapsed).cpuRatio }
}
