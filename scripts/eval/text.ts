/** An evaluation as text. */

import type { Case, Evaluation } from './replay.ts'
import { ratioOf, type Score, type Tally } from './score.ts'

/** Per class, then together, beside the baselines. */
export function formatEvaluation({ cases, score, heldOut, baselines, gain, missed }: Evaluation): string {
  const sick = cases.filter(({ class: expected }) => expected !== 'none')
  const classes = [...new Set(sick.map(({ class: expected }) => expected))].sort()
  return [
    row('class', ['top 1', 'top 3', 'named']),
    ...classes.map(name =>
      classRow(
        name,
        sick.filter(({ class: expected }) => expected === name),
      ),
    ),
    '',
    row('method', ['top 1', 'top 3', 'named', 'false alarms']),
    scoreRow('autotune', score),
    scoreRow('autotune, held out', heldOut),
    ...Object.entries(baselines).map(([name, baseline]) => scoreRow(name, baseline)),
    '',
    `gain: ${gain.count} predicted, mean error ${points(gain.meanError)} points, bias ${points(gain.bias)}, ` +
      `${points(gain.coverage)} % of the 90 % intervals hold the measured gain; ${gain.notEstimated} not estimated`,
    ...cases.filter(one => one.gain?.predicted !== undefined).map(gainLine),
    '',
    ...misses(cases),
    ...(missed.length === 0 ? ['All bars hold.'] : missed.map(text => `Bar missed: ${text}.`)),
    '',
  ].join('\n')
}

function classRow(name: string, cases: readonly Case[]): string {
  const count = (holds: (one: Case) => boolean) => fraction({ right: cases.filter(holds).length, total: cases.length })
  return row(name, [count(({ rank }) => rank === 1), count(({ rank }) => rank !== undefined && rank <= 3), count(one => one.isNamed)])
}

function scoreRow(name: string, { top1, top3, culprit, falseAlarms }: Score): string {
  return row(name, [share(top1), share(top3), share(culprit), fraction(falseAlarms)])
}

function misses(cases: readonly Case[]): readonly string[] {
  const lines: string[] = []
  for (const { name, class: expected, rank, isNamed, falseAlarms, found } of cases) {
    if (expected === 'none') {
      if (falseAlarms.length > 0) lines.push(`False alarm: ${name}: ${found.join('; ')}`)
    } else if (rank !== 1) lines.push(`${rank === undefined ? 'Missed' : `Place ${rank}`}: ${name} (${expected}): ${found.join('; ')}`)
    else if (!isNamed) lines.push(`Not named: ${name} (${expected}): ${found[0]}`)
  }
  return lines
}

function gainLine({ name, gain }: Case): string {
  const [low, estimate, high] = gain?.predicted ?? []
  return row(`  ${name}`, [`measured ${points(gain?.measured)} %`, `predicted ${points(estimate)} %`, `(${points(low)}–${points(high)} %)`])
}

function row(name: string, cells: readonly string[]): string {
  return `${name.padEnd(26)}${cells.map(cell => cell.padStart(14)).join('')}`
}

function share(tally: Tally): string {
  return `${points(ratioOf(tally))} %`
}

function fraction({ right, total }: Tally): string {
  return `${right}/${total}`
}

function points(ratio: number | undefined): string {
  return ratio === undefined || Number.isNaN(ratio) ? '-' : (ratio * 100).toFixed(0)
}
