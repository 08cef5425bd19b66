/** diagnose, record and analyze: what they print, where they write, with which status they end. */

import { writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { checkTarget } from '../collectors/target.ts'
import { AutotuneError, describeError } from '../errors.ts'
import { linuxHost } from '../linux-host.ts'
import type { Diagnosis, Target } from '../schema.ts'
import { version } from '../version.ts'
import { type Analysis, analyze } from './analyzer.ts'
import { readReportAssets } from './assets.ts'
import { type DebuginfodOptions, debuginfodOptions } from './debuginfod.ts'
import { callGraphOf, type DiagnoseOptions, durationOf, failOnOf, frequencyOf, type RecordingOptions, targetOf } from './options.ts'
import { openProgress } from './progress.ts'
import { type RecordControl, type Recorded, record } from './recorder.ts'

/** What a command gives back: the result for stdout, remarks for stderr, the exit status. */
export interface Outcome {
  readonly output: string
  readonly remarks: readonly string[]
  readonly exitStatus: number
}

/** How a command is watched, and how it looks. */
export interface CommandControl extends RecordControl {
  readonly color: boolean
  /** The recording is over: what follows may print. */
  onEnd(): void
  /** The report, at once: the command may go on for hours. */
  report(outcome: Outcome): void
}

/** DESIGN: --fail-on reached. */
const FAIL_ON_STATUS = 10

/** Records, analyses, prints. */
export async function diagnoseCommand(
  command: readonly string[],
  options: DiagnoseOptions & RecordingOptions,
  control: CommandControl,
): Promise<Outcome> {
  const failOn = failOnOf(options)
  const { recorded, remarks } = await recordNamed(command, options, control)
  control.onEnd()
  const result = await reportOn(recorded.directory, options, { color: control.color, failOn })
  control.report({ ...result, remarks: [...remarks, ...result.remarks] })
  const commandStatus = await recorded.commandExit
  return { output: '', remarks: [], exitStatus: commandStatus === undefined || commandStatus === 0 ? result.exitStatus : commandStatus }
}

/** Records only. */
export async function recordCommand(command: readonly string[], options: RecordingOptions, control: CommandControl): Promise<Outcome> {
  const { recorded, remarks } = await recordNamed(command, options, control)
  control.onEnd()
  return { output: `${recorded.directory}\n`, remarks, exitStatus: (await recorded.commandExit) ?? 0 }
}

/** Analyses a recording. */
export async function analyzeCommand(directory: string, options: DiagnoseOptions, { color }: { color: boolean }): Promise<Outcome> {
  return reportOn(directory, options, { color, failOn: failOnOf(options) })
}

async function recordNamed(
  command: readonly string[],
  options: RecordingOptions & Partial<DiagnoseOptions>,
  control: CommandControl,
): Promise<{ recorded: Recorded; remarks: string[] }> {
  const named = targetOf(command, options)
  const host = linuxHost()
  const target: Target = checkTarget(host, named)
  const progress = options.progress === undefined ? undefined : openProgress(options.progress, target)
  const createdAt = new Date().toISOString()
  const recorded = await record(
    host,
    {
      target,
      durationNs: durationOf(options, target),
      frequencyHz: frequencyOf(options),
      callGraph: callGraphOf(options),
      ...(progress === undefined ? {} : { progress }),
      debuginfod: downloadsOf(options),
      directory: options.output ?? `autotune-${createdAt.slice(0, 19).replace('T', '-').replaceAll(':', '')}`,
      commandOutput: options.format === undefined || options.format === 'text' ? 'stdout' : 'stderr',
      version,
      createdAt,
    },
    control,
  )
  return { recorded, remarks: [...recorded.warnings.map(describeError), ...recorded.hints.map(hint => `hint: ${hint}`)] }
}

/** Debug files are downloaded only when the user asks: build ids tell strangers what runs here. */
function downloadsOf({ debuginfod }: { readonly debuginfod?: boolean }): DebuginfodOptions | undefined {
  return debuginfod === true ? debuginfodOptions(process.env) : undefined
}

async function reportOn(
  directory: string,
  options: DiagnoseOptions,
  { color, failOn }: { color: boolean; failOn: number | undefined },
): Promise<Outcome> {
  const analysis = analyze(linuxHost(), directory, { rules: options.rules, debuginfod: downloadsOf(options) })
  const { diagnosis } = analysis
  const html = await writeHtml(directory, analysis, options)
  const output = await formatDiagnosis(diagnosis, options, { color, recordingPath: directory, htmlPath: html.path })
  const isFailed = failOn !== undefined && diagnosis.findings.some(({ score, experimental }) => score >= failOn && experimental !== true)
  return { output, remarks: [...analysis.remarks, ...html.remarks], exitStatus: isFailed ? FAIL_ON_STATUS : 0 }
}

async function formatDiagnosis(
  diagnosis: Diagnosis,
  { format }: DiagnoseOptions,
  options: { color: boolean; recordingPath: string; htmlPath: string | undefined },
): Promise<string> {
  if (format === 'json') return (await import('../report/json.ts')).formatJson(diagnosis)
  if (format === 'md') return (await import('../report/markdown.ts')).formatMarkdown(diagnosis)
  return (await import('../report/terminal.ts')).formatTerminal(diagnosis, options)
}

/** The default place may be read-only (somebody else's recording): that costs the page, not the answer. A named file must work. */
async function writeHtml(
  directory: string,
  { diagnosis, tables, context }: Analysis,
  { html }: DiagnoseOptions,
): Promise<{ path: string | undefined; remarks: string[] }> {
  if (html === false) return { path: undefined, remarks: [] }
  const [{ renderHtml }, { buildView }] = await Promise.all([import('../report/page.ts'), import('../views/view.ts')])
  const page = renderHtml(diagnosis, buildView(tables, context), readReportAssets())
  const path = typeof html === 'string' ? html : join(directory, 'report.html')
  try {
    writeFileSync(path, page, { mode: 0o600 })
    return { path, remarks: [] }
  } catch (error) {
    const why = error instanceof Error ? error.message : String(error)
    if (typeof html !== 'string')
      return { path: undefined, remarks: [`warning: no HTML report was written: ${why}. --html FILE writes it elsewhere.`] }
    throw new AutotuneError({
      code: 'HOST_REFUSED',
      what: `The HTML report ${path} could not be written.`,
      why,
      next: 'Give --html a file in a folder you may write to; the recording is kept.',
      cause: error,
    })
  }
}
