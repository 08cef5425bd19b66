/** Symptoms under their causes: 200 threads that queue for a lock are evidence of the holder's fsync, not a second finding. */

import { describeTarget, type Finding, type FindingClass, NONE, type Target } from '../schema.ts'

/** A finding and the classes its rule explains. */
export interface FoldableFinding {
  readonly finding: Finding
  readonly folds: readonly FindingClass[]
}

/** A symptom that surely costs more than this many times what its cause can is no symptom: the factor of "dominant". */
const MUCH_LARGER = 2

/** Ranked findings in, those that are no symptoms out, in the same order, with the titles of their symptoms. */
export function foldSymptoms(ranked: readonly FoldableFinding[], target: Target): Finding[] {
  const causes = ranked.map(symptom => ranked.findIndex(cause => explains(cause, symptom, target)))
  const roots = causes.map((_, index) => rootOf(causes, index))
  return ranked.flatMap(({ finding }, index) => {
    if (roots[index] !== index) return []
    const symptoms = ranked.filter((_, other) => other !== index && roots[other] === index).map(other => other.finding.title)
    return [symptoms.length === 0 ? finding : { ...finding, symptoms }]
  })
}

function explains(cause: FoldableFinding, symptom: FoldableFinding, target: Target): boolean {
  if (cause === symptom) return false
  if (isLessProvenDouble(symptom.finding, cause.finding)) return true
  if (!cause.folds.includes(symptom.finding.class)) return false
  if (cause.finding.experimental === true && symptom.finding.experimental !== true) return false
  if (symptom.finding.share.low > MUCH_LARGER * cause.finding.share.high) return false
  return concernSame(cause.finding, symptom.finding, describeTarget(target))
}

/** An experimental rule often tells in general what a stable one tells by name. */
function isLessProvenDouble(double: Finding, proven: Finding): boolean {
  return double.experimental === true && proven.experimental !== true && double.class === proven.class && double.subject === proven.subject
}

function concernSame(a: Finding, b: Finding, whole: string): boolean {
  if (a.subject === b.subject || a.subject === whole || b.subject === whole) return true
  return a.culprits.some(({ kind, name }) => b.culprits.some(other => other.kind === kind && other.name === name))
}

/** The cause of the cause. Findings that explain each other belong to the highest ranked of the circle. */
function rootOf(causes: readonly number[], start: number): number {
  const path: number[] = []
  let at = start
  while (!path.includes(at)) {
    path.push(at)
    if (causes[at] === NONE) return at
    at = causes[at]
  }
  return Math.min(...path.slice(path.indexOf(at)))
}
