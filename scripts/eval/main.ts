/** npm run eval: see scripts/eval.mjs. */

import { mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { parseArgs } from 'node:util'
import { measure, missingPrograms, prove, recordLive } from './live.ts'
import { packRecording } from './recordings.ts'
import { type Examined, evaluate, examine, examineKept } from './replay.ts'
import { formatEvaluation } from './text.ts'
import { measuredPath, readWorkloads, recordingPath, type Workload } from './workload.ts'

/** How long the switch is measured, each way. */
const MEASURED_SECONDS = 3

/** Runs it; the exit status. */
export async function main(): Promise<number> {
  const { values } = parseArgs({
    options: {
      live: { type: 'boolean', default: false },
      record: { type: 'boolean', default: false },
      measure: { type: 'boolean', default: false },
      evidence: { type: 'boolean', default: false },
      weak: { type: 'boolean', default: false },
      only: { type: 'string', multiple: true, default: [] },
      runs: { type: 'string', default: '1' },
      json: { type: 'boolean', default: false },
    },
  })
  const workloads = readWorkloads('datasets').filter(workload => isAsked(workload, values.only))
  if (workloads.length === 0) {
    console.error(`No workload or class is called ${values.only.join(' or ')}.`)
    return 2
  }
  if (values.record || values.measure || values.evidence) return keep(workloads, values)
  const examined = values.live
    ? await examineLive(workloads, Number(values.runs), values.weak)
    : workloads.map(workload => examineKept(workload))
  const evaluation = evaluate(examined)
  console.log(values.json ? JSON.stringify(evaluation, undefined, 2) : formatEvaluation(evaluation))
  return evaluation.missed.length > 0 ? 1 : 0
}

function isAsked({ name, class: expected }: Workload, only: readonly string[]): boolean {
  return only.length === 0 || only.some(asked => asked === name || asked === expected)
}

/** What is to be made. */
interface Kept {
  readonly record: boolean
  readonly measure: boolean
  readonly evidence: boolean
}

/** Makes what is kept in git: recordings, measurements of the switches. */
async function keep(workloads: readonly Workload[], asked: Kept): Promise<number> {
  let failedCount = 0
  for (const workload of runnable(workloads)) {
    try {
      if (asked.record) await keepRecording(workload)
      if (asked.measure) await keepMeasurement(workload)
      if (asked.evidence) await keepEvidence(workload)
    } catch (error) {
      failedCount++
      console.error(`${workload.name}: ${error instanceof Error ? error.message : error}`)
    }
  }
  return failedCount > 0 ? 1 : 0
}

async function keepRecording(workload: Workload): Promise<void> {
  await withFolder(async directory => {
    await recordLive(workload, { hasCause: true, seconds: workload.seconds }, directory)
    const size = packRecording(directory, recordingPath(workload), process.pid)
    console.error(`${workload.name}: recorded, ${Math.ceil(size / 1024)} KiB`)
  })
}

async function keepMeasurement(workload: Workload): Promise<void> {
  if (workload.cause === undefined) return
  const measured = await measure(workload, MEASURED_SECONDS)
  writeFileSync(measuredPath(workload), `${JSON.stringify(measured)}\n`)
  console.error(`${workload.name}: ${measured.withCause.toFixed(1)}/s, without the cause ${measured.withoutCause.toFixed(1)}/s`)
}

/** The README tells what the workload is, and ends with what the other tool said. */
async function keepEvidence(workload: Workload): Promise<void> {
  const output = (await prove(workload)).trimEnd()
  const lines = output.split('\n').slice(0, 14)
  const path = join(workload.directory, 'README.md')
  const [told] = readFileSync(path, 'utf8').split('## Ground truth')
  const command = workload.evidence?.trimEnd().replaceAll('\n', '\n> ')
  const block = [`$ ${command}`, ...lines].map(line => `    ${line.slice(0, 160)}`.trimEnd())
  writeFileSync(
    path,
    `${told.trimEnd()}\n\n## Ground truth\n\nBy another tool (\`npm run eval -- --evidence --only ${workload.name}\`):\n\n${block.join('\n')}\n`,
  )
  console.error(`${workload.name}: ${lines.length} lines of evidence`)
}

async function examineLive(workloads: readonly Workload[], runs: number, isWeak: boolean): Promise<readonly Examined[]> {
  const examined: Examined[] = []
  for (const workload of runnable(workloads)) {
    for (let run = 0; run < runs; run++) {
      await withFolder(async directory => {
        await recordLive(workload, { hasCause: true, isWeak, seconds: workload.seconds }, directory)
        const one = examine(workload, directory)
        console.error(`${workload.name}: ${one.diagnosis.findings.map(({ class: found }) => found).join(', ') || 'nothing'}`)
        examined.push(one)
      })
    }
  }
  return examined
}

async function withFolder(use: (directory: string) => Promise<void>): Promise<void> {
  const directory = mkdtempSync(join(tmpdir(), 'autotune-eval-'))
  try {
    await use(directory)
  } finally {
    rmSync(directory, { recursive: true, force: true })
  }
}

/** What this machine has the programs for; the rest is said. */
function runnable(workloads: readonly Workload[]): readonly Workload[] {
  return workloads.filter(workload => {
    const missing = missingPrograms(workload)
    if (missing.length > 0) console.error(`${workload.name} is left out: it needs ${missing.join(', ')}.`)
    return missing.length === 0
  })
}
