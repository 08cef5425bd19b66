import { type Detector, runDetector } from '../src/detectors/detector.ts'
import type { AnalysisContext, Observation, RecordedTables } from '../src/schema.ts'
import { contextOf, type Drawing, draw } from './drawing.ts'

/** What a detector observes in a drawing, held to what it declares; throws when it was skipped or failed. */
export function observe(detector: Detector, drawing: Drawing, context: AnalysisContext = contextOf()): readonly Observation[] {
  return observeTables(detector, draw(drawing), context)
}

/** The same in tables. */
export function observeTables(detector: Detector, tables: RecordedTables, context: AnalysisContext): readonly Observation[] {
  const outcome = runDetector(detector, tables, context)
  if (outcome.status !== 'ran') throw new Error(`${detector.id} ${outcome.status}: ${JSON.stringify(outcome)}`)
  for (const { metrics, facts, share, culprits } of outcome.observations) {
    sameNames(Object.keys(metrics), Object.keys(detector.metrics))
    sameNames(Object.keys(facts), Object.keys(detector.facts))
    const shares = [share.estimate, share.low, share.high, ...culprits.map(culprit => culprit.share)]
    if (shares.some(value => !(value >= 0 && value <= 1))) throw new Error(`A share is not within 0..1: ${shares}`)
    if (share.low > share.estimate || share.estimate > share.high) throw new Error(`Not an interval: ${JSON.stringify(share)}`)
  }
  return outcome.observations
}

function sameNames(found: readonly string[], declared: readonly string[]): void {
  if ([...found].sort().join() !== [...declared].sort().join()) throw new Error(`Observed ${found}, declared ${declared}.`)
}
