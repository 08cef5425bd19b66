/** `autotune watch` and `autotune mark`: what they print, where they write, with which status they end. */

import { mkdirSync, readdirSync, rmSync, statSync, writeFileSync } from 'node:fs'
import net from 'node:net'
import { join } from 'node:path'
import { checkTarget } from '../../collectors/target.ts'
import { AutotuneError } from '../../errors.ts'
import { linuxWatchHost } from '../../linux-watch-host.ts'
import { readRecording } from '../../recording.ts'
import { type Diagnosis, type Row, type Table, type Target, textAt } from '../../schema.ts'
import { formatPlan, type Plan, planTriggers, rulesBeyondLimit } from '../../speculative/plan.ts'
import type { Trigger } from '../../speculative/trigger.ts'
import { parseCommitCondition, parseTriggers } from '../../speculative/trigger-language.ts'
import { formatCount, formatDuration } from '../../units.ts'
import { analyze } from '../analyzer.ts'
import { readReportAssets } from '../assets.ts'
import type { Outcome } from '../diagnose.ts'
import { targetOf } from '../options.ts'
import { writeCommit } from './commit.ts'
import { Contrast, describeDifference } from './contrast.ts'
import { DecisionLog } from './decision-log.ts'
import { limitsOf, usage, type WatchOptions } from './options.ts'
import { probesOf, spanTriggers } from './probes.ts'
import { WatchRings } from './rings.ts'
import { type KeptWindow, runSession, type SessionResult, type WatchProgress } from './session.ts'
import { markFolder } from './sources.ts'
import { readVocabulary } from './vocabulary.ts'

/** How the command is watched. */
export interface WatchControl {
  readonly stop: AbortSignal
  onProgress(line: string): void
  /** A line for people, at once. */
  report(line: string): void
}

/** Arms, waits, keeps; the summary at the end. */
export async function watchCommand(command: readonly string[], options: WatchOptions, control: WatchControl): Promise<Outcome> {
  const host = linuxWatchHost()
  const limits = limitsOf(options)
  const vocabulary = readVocabulary(host)
  const condition = options.commitIf === undefined ? undefined : parseCommitCondition(options.commitIf, vocabulary)
  const spans = spanTriggers(options, vocabulary)
  const triggers: readonly Trigger[] = [...options.when.flatMap(text => parseTriggers(text, vocabulary)), ...spans.triggers]
  const commits = spans.decides && options.when.length === 0 ? undefined : condition
  if (triggers.length === 0 && options.explain === true)
    throw usage('There is no trigger.', 'Nothing was given to --when.', "autotune watch --when 'exit != 0' -- ./test")
  const named = targetOf(command, { ...options, frequency: options.frequency })
  const plan = planTriggers(triggers, { vocabulary, hasCommand: named.kind === 'command', hasKernel: host.uid === 0, uid: host.uid })
  if (options.explain === true) return { output: formatPlan(plan), remarks: [], exitStatus: 0 }
  if (limits.runs !== undefined && named.kind !== 'command')
    throw usage('--runs needs a command.', 'There is none after --.', "autotune watch --runs 500 --when 'exit != 0' -- ./test")
  if (rulesBeyondLimit(plan) > 0)
    throw usage(
      'There are too many triggers for the kernel.',
      `It evaluates 16, and these are ${plan.rules.length}.`,
      'Watch for some of them at a time.',
    )
  const target: Target = checkTarget(host, named)
  const probes = probesOf(host, { plan, events: options.event, vocabulary, target })
  const isAtOnce = limits.afterNs === 0 && commits === undefined
  const rings = new WatchRings(host, {
    target,
    memoryBytes: limits.memoryBytes,
    rules: plan.rules,
    probes,
    freezes: isAtOnce ? 'at-once' : 'later',
    syscalls: needsAllCalls(triggers) ? 'all' : (options.syscalls ?? (target.kind === 'machine' ? 'none' : 'notable')),
    slowNs: limits.slowNs,
    frequencyHz: limits.frequencyHz,
  })
  const watch = new Watch({ host, rings, target, options, control, frequencyHz: limits.frequencyHz })
  for (const { topic, reason, remedy } of rings.unavailable)
    control.report(`warning: no ${topic}: ${reason} What is kept holds ${whatIsLeft(rings)}. ${remedy}`)
  if (rings.flight?.takesRules !== true)
    for (const text of needingKernel(plan)) control.report(`warning: this trigger will not fire without eBPF: ${text}`)
  try {
    const result = await runSession({
      host,
      rings,
      plan,
      limits,
      target,
      commits,
      stop: control.stop,
      keep: kept => watch.keep(kept),
      addControl: window => watch.contrast.addControl(window),
      decide: row => watch.decide(row),
      onProgress: progress => control.onProgress(formatWatchProgress(progress)),
      warn: text => control.report(`warning: ${text}`),
    })
    return { output: watch.summary(result), remarks: [], exitStatus: 0 }
  } finally {
    watch.close()
    rings.close()
  }
}

function whatIsLeft({ flight }: WatchRings): string {
  return flight === undefined ? 'the state dump alone' : 'switches, wakings and samples from perf events, and no reasons of waits'
}

function needingKernel({ triggers }: Plan): readonly string[] {
  return triggers.filter(({ way }) => ['rule', 'sequence', 'stalled'].includes(way.kind)).map(({ trigger }) => trigger.text)
}

/** Whether a trigger looks at calls that are neither slow nor failed. */
function needsAllCalls(triggers: readonly Trigger[]): boolean {
  return triggers.some(({ source }) => {
    if (source?.kind === 'stalled') return source.event.kind === 'syscall'
    return source?.kind === 'sequence' && source.steps.some(({ atoms }) => atoms.some(({ event }) => event.startsWith('syscall:')))
  })
}

interface WatchParts {
  readonly host: ReturnType<typeof linuxWatchHost>
  readonly rings: WatchRings
  readonly target: Target
  readonly options: WatchOptions
  readonly control: WatchControl
  readonly frequencyHz: number
}

/** Where windows are kept, and what was said of them. */
class Watch {
  readonly contrast: Contrast
  readonly #parts: WatchParts
  readonly #directory: string
  readonly #decisions: DecisionLog

  constructor(parts: WatchParts) {
    this.#parts = parts
    const now = new Date().toISOString().slice(0, 19).replace('T', '-').replaceAll(':', '')
    this.#directory = parts.options.output ?? `autotune-watch-${now}`
    this.contrast = new Contrast(parts.rings)
    this.#decisions = new DecisionLog(parts.host, { directory: this.#directory, rings: parts.rings, target: parts.target })
  }

  async keep(kept: KeptWindow): Promise<number | AutotuneError> {
    const { host, rings, target, options, control, frequencyHz } = this.#parts
    const directory = join(this.#directory, String(kept.speculation.id).padStart(4, '0'))
    const window = kept.window ?? rings.emptyWindow(kept.firing.timeNs)
    const contrast = this.contrast.compare(kept.firing, window)
    try {
      mkdirSync(this.#directory, { recursive: true, mode: 0o700 })
      const { speculation, dump, commandExitStatus } = kept
      const createdAt = new Date().toISOString()
      writeCommit(host, rings, {
        window,
        options: { directory, target, createdAt, frequencyHz, speculation, dump, contrast, commandExitStatus },
      })
      const diagnosis = await this.#report(directory)
      control.report(
        describeKept(kept, {
          directory,
          diagnosis,
          ...differencesIn(readRecording(directory).tables.contrast),
          hasHtml: options.html !== false,
        }),
      )
      return folderBytes(directory)
    } catch (error) {
      if (!(error instanceof AutotuneError) && !isDiskError(error)) throw error
      rmSync(directory, { recursive: true, force: true })
      return notKept(directory, error)
    }
  }

  decide(row: Row<'speculations'>): void {
    this.#decisions.add(row)
  }

  summary({ committed, discarded, triggers, runs, untold, unfollowed }: SessionResult): string {
    const runText = runs > 0 ? `${formatCount(runs)} runs, ` : ''
    const where = committed > 0 ? `; kept in ${this.#directory}` : '; nothing was written'
    const more = untold > 0 ? `; ${formatCount(untold)} more came in seconds with over 100 and were counted only` : ''
    const dropped = unfollowed > 0 ? `; ${formatCount(unfollowed)} sequences were dropped before their end for want of room` : ''
    return `${runText}${formatCount(triggers)} triggers: ${committed} windows kept, ${formatCount(discarded)} discarded${more}${dropped}${where}\n`
  }

  close(): void {
    this.#decisions.close()
  }

  async #report(directory: string): Promise<Diagnosis> {
    const { host, options } = this.#parts
    const { diagnosis, tables, context } = analyze(host, directory, { rules: options.rules, debuginfod: undefined })
    if (options.html !== false) {
      const [{ renderHtml }, { buildView }] = await Promise.all([import('../../report/page.ts'), import('../../views/view.ts')])
      writeFileSync(join(directory, 'report.html'), renderHtml(diagnosis, buildView(tables, context), readReportAssets()), { mode: 0o600 })
    }
    return diagnosis
  }
}

function describeKept(
  { speculation, window }: KeptWindow,
  {
    directory,
    diagnosis,
    differences,
    hasControls,
    isProven,
    hasHtml,
  }: Differences & { directory: string; diagnosis: Diagnosis; hasHtml: boolean },
): string {
  const { trigger, detail, eventCount, completeFromNs, toNs, overwrittenCount } = speculation
  const history =
    window === undefined ? 'no events' : `${formatCount(eventCount)} events of the last ${formatDuration(toNs - completeFromNs)}`
  const overwritten = overwrittenCount > 0 ? ', older ones were overwritten' : ''
  const leading = !hasControls ? 'seen' : isProven ? 'cause' : 'likely cause'
  const findings = diagnosis.findings.slice(0, 3).map(({ title, score }) => `  finding: ${title} (${Math.round(score)})`)
  const lines = [
    `kept: ${trigger}`,
    // what a reader wants first: the difference that leads, as it is the likeliest cause
    ...differences.slice(0, 1).map(text => `  ${leading}: ${text}`),
    `  ${detail}`,
    `  ${history}${overwritten}, in ${directory}${hasHtml ? '/report.html' : ''}`,
    ...differences.slice(1).map(text => `  ${hasControls ? 'different' : 'seen'}: ${text}`),
    ...findings,
  ]
  return lines.map(line => line.replaceAll(/[\p{Cc}]/gu, '?')).join('\n')
}

/** Differences that are said in the terminal. */
const SAID = 3

interface Differences {
  readonly differences: readonly string[]
  /** Whether there was healthy time to compare with. */
  readonly hasControls: boolean
  /** Whether chance hardly explains the first of them: with fewer than 19 controls it may. */
  readonly isProven: boolean
}

/** Chance explains one difference in twenty that is as clear: the usual level. */
const USUAL_P = 0.05

function differencesIn(contrast: Table<'contrast'> | undefined): Differences {
  if (contrast === undefined || contrast.length === 0) return { differences: [], hasControls: false, isProven: false }
  const differences = Array.from({ length: Math.min(SAID, contrast.length) }, (_, row) =>
    describeDifference({
      measure: textAt(contrast.measure, row) ?? '',
      unit: textAt(contrast.unit, row) === 'ns' ? 'ns' : 'count',
      value: contrast.value[row],
      controlMedian: contrast.controlMedian[row],
      controlMax: contrast.controlMax[row],
      windowCount: contrast.windowCount[row],
      controlCount: contrast.controlCount[row],
      pValue: contrast.pValue[row],
    }),
  )
  return { differences, hasControls: contrast.controlCount[0] > 0, isProven: contrast.pValue[0] <= USUAL_P }
}

/** "armed for 12 s · 34 k events/s · this keeps about 12 s · 3 triggers · 1 kept · 2 discarded". */
export function formatWatchProgress(progress: WatchProgress): string {
  const { elapsedNs, eventsPerSec, historyNs, triggers, committed, discarded, runs, runLimit } = progress
  const runText = runs > 0 ? [`run ${runs}${runLimit === undefined ? '' : ` of ${runLimit}`}`] : []
  const depth = Number.isFinite(historyNs) && historyNs > 0 ? [`this keeps about ${formatDuration(historyNs)}`] : []
  const counts = [`${formatCount(triggers)} triggers`, `${committed} kept`, `${formatCount(discarded)} discarded`]
  return [
    `armed for ${formatDuration(Math.floor(elapsedNs / 1e9) * 1e9)}`,
    ...runText,
    `${formatCount(eventsPerSec)} events/s`,
    ...depth,
    ...counts,
  ].join(' · ')
}

/** Tells every watch of this user; how many heard it. */
export async function markCommand(text: string): Promise<Outcome> {
  const folder = markFolder(linuxWatchHost())
  let names: string[] = []
  try {
    if (statSync(folder).uid === process.geteuid?.()) names = readdirSync(folder).filter(name => /^watch-\d+\.socket$/.test(name))
  } catch {
    // nobody watches
  }
  const heard = (await Promise.all(names.map(name => sendLine(join(folder, name), text)))).filter(Boolean).length
  if (heard === 0) {
    throw new AutotuneError({
      code: 'BAD_INPUT',
      what: 'Nobody heard the mark.',
      why: `No watch of this user has a socket in ${folder}.`,
      next: 'Start one first: autotune watch --when \'mark != ""\'',
    })
  }
  return { output: `heard by ${heard}\n`, remarks: [], exitStatus: 0 }
}

/** A watch that is writing a window hears it afterwards. */
const MARK_PATIENCE_MS = 15_000

function sendLine(path: string, text: string): Promise<boolean> {
  return new Promise(resolve => {
    const socket = net.connect({ path, allowHalfOpen: true })
    socket.setTimeout(MARK_PATIENCE_MS, () => socket.destroy())
    socket.on('error', () => resolve(false))
    socket.on('data', () => resolve(true))
    socket.on('close', () => resolve(false))
    socket.end(`${text.replaceAll('\n', ' ').slice(0, 1000)}\n`)
  })
}

function folderBytes(directory: string): number {
  return readdirSync(directory).reduce((sum, name) => sum + statSync(join(directory, name)).size, 0)
}

function isDiskError(error: unknown): error is Error {
  return error instanceof Error && 'code' in error && ['ENOSPC', 'EDQUOT', 'EROFS', 'EACCES', 'EIO'].includes(String(error.code))
}

function notKept(directory: string, error: Error): AutotuneError {
  return new AutotuneError({
    code: 'HOST_REFUSED',
    what: `The window could not be kept in ${directory}.`,
    why: error instanceof AutotuneError ? error.why : error.message,
    next: 'Make room, or name another folder with --output; watch stays armed.',
    cause: error,
  })
}
