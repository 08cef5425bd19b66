/** How often an answer was right. */

import type { FindingClass } from '../../src/schema.ts'
import { isHealthy, type Workload } from './workload.ts'

/** One thing an analysis or a baseline blames. */
export interface Answer {
  readonly class: FindingClass
  readonly culprits: readonly string[]
  /** Shown apart: no false alarm. */
  readonly isExperimental?: boolean
}

/** The answers of one method for one workload, first first. */
export interface Outcome {
  readonly workload: Workload
  readonly answers: readonly Answer[]
}

/** Counts; a ratio is right of total. */
export interface Tally {
  readonly right: number
  readonly total: number
}

/** How one method did. */
export interface Score {
  readonly top1: Tally
  readonly top3: Tally
  /** Healthy workloads with an answer. */
  readonly falseAlarms: Tally
  /** Workloads with somebody to name whose first right answer names him. */
  readonly culprit: Tally
}

const bars = { top1: 0.85, top3: 0.97, falseAlarms: 0, culprit: 0.85 } as const

/** Scores one method. */
export function scoreOf(outcomes: readonly Outcome[]): Score {
  const sick = outcomes.filter(({ workload }) => !isHealthy(workload))
  const healthy = outcomes.filter(({ workload }) => isHealthy(workload))
  const named = sick.filter(({ workload }) => workload.culprit !== undefined)
  return {
    top1: tally(sick, outcome => rankOf(outcome) === 0),
    top3: tally(sick, outcome => rankOf(outcome) < 3),
    falseAlarms: tally(healthy, outcome => falseAlarms(outcome).length > 0),
    culprit: tally(named, isNamed),
  }
}

/** Place of the first right answer, Infinity without one. */
export function rankOf({ workload, answers }: Outcome): number {
  const rank = answers.findIndex(answer => isRight(workload, answer))
  return rank < 0 ? Number.POSITIVE_INFINITY : rank
}

/** Whether one of the first three answers, being right, names whom it should. */
export function isNamed({ workload, answers }: Outcome): boolean {
  const { culprit } = workload
  if (culprit === undefined) return false
  const pattern = new RegExp(culprit)
  return answers.slice(0, 3).some(answer => isRight(workload, answer) && answer.culprits.some(name => pattern.test(name)))
}

/** What was found in a healthy workload and should not have been. */
export function falseAlarms({ workload, answers }: Outcome): readonly Answer[] {
  return isHealthy(workload) ? answers.filter(answer => answer.isExperimental !== true && !isRight(workload, answer)) : []
}

function isRight({ class: expected, alternates }: Workload, answer: Answer): boolean {
  return answer.class === expected || alternates.includes(answer.class)
}

/** Right of total; 1 of nothing. */
export function ratioOf({ right, total }: Tally): number {
  return total === 0 ? 1 : right / total
}

/** What a score misses, in words: the bars, and baselines that were as good. */
export function missedBars(score: Score, baselines: Readonly<Record<string, Score>>): readonly string[] {
  const missed: string[] = []
  for (const [name, bar] of Object.entries(bars) as [keyof Score, number][]) {
    const ratio = ratioOf(score[name])
    const isMissed = name === 'falseAlarms' ? ratio > bar : ratio < bar
    if (isMissed) missed.push(`${name} is ${percent(ratio)}, not ${name === 'falseAlarms' ? 'at most' : 'at least'} ${percent(bar)}`)
  }
  for (const [name, baseline] of Object.entries(baselines)) {
    for (const measure of ['top1', 'top3', 'culprit'] as const) {
      if (ratioOf(baseline[measure]) >= ratioOf(score[measure])) missed.push(`${name} is as good at ${measure}`)
    }
  }
  return missed
}

function percent(ratio: number): string {
  return `${(ratio * 100).toFixed(0)} %`
}

function tally(outcomes: readonly Outcome[], holds: (outcome: Outcome) => boolean): Tally {
  return { right: outcomes.filter(holds).length, total: outcomes.length }
}
