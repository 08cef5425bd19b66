/** Analyses recordings and scores what was found. */

import { linuxHost } from '../../src/linux-host.ts'
import { type Analysis, analyze } from '../../src/pipeline/analyzer.ts'
import type { Diagnosis, Finding } from '../../src/schema.ts'
import { baselines } from './baselines.ts'
import { type Calibration, calibrate, type Prediction } from './gains.ts'
import { withRecording } from './recordings.ts'
import { type Answer, falseAlarms, isNamed, missedBars, type Outcome, rankOf, type Score, scoreOf } from './score.ts'
import { isHealthy, readMeasured, recordingPath, trueGain, type Workload } from './workload.ts'

/** What became of one workload. */
export interface Case {
  readonly name: string
  readonly class: string
  readonly make: string
  readonly heldOut: boolean
  /** 1 is first; undefined where no right answer was given. For healthy ones undefined is right. */
  readonly rank: number | undefined
  readonly isNamed: boolean
  readonly falseAlarms: readonly string[]
  /** The first three findings in short. */
  readonly found: readonly string[]
  readonly gain:
    | { readonly measured: number; readonly predicted: readonly [low: number, estimate: number, high: number] | undefined }
    | undefined
}

/** The whole evaluation. */
export interface Evaluation {
  readonly cases: readonly Case[]
  readonly score: Score
  readonly heldOut: Score
  readonly baselines: Readonly<Record<string, Score>>
  readonly gain: Calibration
  readonly missed: readonly string[]
}

/** Analysis of a workload: ours and those of the baselines. */
export interface Examined {
  readonly outcome: Outcome
  readonly diagnosis: Diagnosis
  readonly others: Readonly<Record<string, Outcome>>
}

/** Analyses the recording kept for a workload. */
export function examineKept(workload: Workload): Examined {
  return withRecording(recordingPath(workload), directory => examine(workload, directory))
}

/** Analyses a recording of a workload. */
export function examine(workload: Workload, directory: string): Examined {
  const analysis = analyze(linuxHost(), directory, { rules: [], debuginfod: undefined })
  const { diagnosis } = analysis
  return { outcome: { workload, answers: diagnosis.findings.map(answerOf) }, diagnosis, others: othersOf(workload, analysis) }
}

function othersOf(workload: Workload, { tables, context }: Analysis): Readonly<Record<string, Outcome>> {
  return Object.fromEntries(Object.entries(baselines).map(([name, baseline]) => [name, { workload, answers: baseline(tables, context) }]))
}

/** Scores everything that was examined. */
export function evaluate(examined: readonly Examined[]): Evaluation {
  const outcomes = examined.map(({ outcome }) => outcome)
  const score = scoreOf(outcomes)
  const others = Object.fromEntries(Object.keys(baselines).map(name => [name, scoreOf(examined.map(({ others }) => others[name]))]))
  return {
    cases: examined.map(caseOf),
    score,
    heldOut: scoreOf(outcomes.filter(({ workload }) => workload.heldOut)),
    baselines: others,
    gain: calibrateAll(examined),
    missed: missedBars(score, others),
  }
}

function answerOf({ class: found, culprits, experimental }: Finding): Answer {
  return { class: found, culprits: culprits.map(({ name }) => name), isExperimental: experimental === true }
}

function calibrateAll(examined: readonly Examined[]): Calibration {
  const predictions: Prediction[] = []
  let notEstimated = 0
  for (const one of examined) {
    const { workload } = one.outcome
    const measured = readMeasured(workload)
    const finding = rightFinding(one)
    if (measured === undefined || finding === undefined) continue
    if (finding.gain === undefined) notEstimated++
    else predictions.push({ workload, gain: finding.gain, measured })
  }
  return calibrate(predictions, notEstimated)
}

function rightFinding({ outcome, diagnosis }: Examined): Finding | undefined {
  return isHealthy(outcome.workload) ? undefined : diagnosis.findings[rankOf(outcome)]
}

function caseOf(examined: Examined): Case {
  const { outcome, diagnosis } = examined
  const { workload } = outcome
  const rank = rankOf(outcome)
  const measured = readMeasured(workload)
  const gain = rightFinding(examined)?.gain
  return {
    name: workload.name,
    class: workload.class,
    make: workload.make,
    heldOut: workload.heldOut,
    rank: Number.isFinite(rank) ? rank + 1 : undefined,
    isNamed: workload.culprit === undefined || isNamed(outcome),
    falseAlarms: falseAlarms(outcome).map(({ class: found }) => found),
    found: diagnosis.findings.slice(0, 3).map(describe),
    gain:
      measured === undefined
        ? undefined
        : { measured: trueGain(measured), predicted: gain === undefined ? undefined : [gain.low, gain.estimate, gain.high] },
  }
}

function describe({ class: found, score, experimental, culprits }: Finding): string {
  return `${found} ${score.toFixed(0)}${experimental === true ? ' (experimental)' : ''}: ${culprits
    .slice(0, 3)
    .map(({ name }) => name)
    .join(', ')}`
}
