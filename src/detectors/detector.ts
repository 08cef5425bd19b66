import type { AnalysisContext, DetectorOutcome, Observation, ObservationSpec, RecordedTables, TableName, Tables } from '../schema.ts'

/** An observation without what its detector declares once for all. */
export type Measured<Metric extends string, Fact extends string> = Omit<Observation, 'detector' | 'metrics' | 'facts'> & {
  readonly metrics: Readonly<Record<Metric, number>>
  readonly facts: Readonly<Record<Fact, string>>
}

/**
 * One question asked of the tables.
 *
 * A detector is pure: it sees only the tables it names, no clock, no files, no other detector. It measures; thresholds
 * that make a measurement a problem are in rules/<id>.yaml.
 */
export interface Detector<
  Needs extends TableName = TableName,
  Wants extends TableName = TableName,
  Metric extends string = string,
  Fact extends string = string,
> {
  /** Same as the file name: a noun for what is measured, kebab-case. */
  readonly id: string
  /** Tables without which it is skipped. */
  readonly needs: readonly Needs[]
  /** Tables it uses when they are there. */
  readonly wants?: readonly Wants[]
  /** Whether the question makes sense for this target; always when absent. A rule about it is then not mentioned at all. */
  applies?(context: AnalysisContext): boolean
  /** Metric name (unit in the name) → what it means. */
  readonly metrics: Readonly<Record<Metric, string>>
  /** Fact name → what it means. */
  readonly facts: Readonly<Record<Fact, string>>
  detect(tables: Pick<Tables, Needs> & Partial<Pick<Tables, Wants>>, context: AnalysisContext): Measured<Metric, Fact>[]
}

/** Infers Needs and Wants, so that detect() is given exactly the named tables. */
export function defineDetector<
  const Needs extends TableName,
  const Metric extends string,
  const Fact extends string,
  const Wants extends TableName = never,
>(detector: Detector<Needs, Wants, Metric, Fact>): Detector {
  return detector as unknown as Detector
}

/** What rules about this detector may mention. */
export function specOf(detector: Detector): ObservationSpec {
  return { detector: detector.id, metrics: detector.metrics, facts: detector.facts }
}

/** Runs one detector. A missing table or a bug costs this detector's answer, never the report. */
export function runDetector(detector: Detector, tables: RecordedTables, context: AnalysisContext): DetectorOutcome {
  const missing = detector.needs.filter(name => tables[name] === undefined)
  if (missing.length > 0) return { detector: detector.id, status: 'skipped', missing }
  const named = [...detector.needs, ...(detector.wants ?? [])]
  const visible = Object.fromEntries(named.map(name => [name, tables[name]])) as unknown as Tables
  try {
    const observations = detector.detect(visible, context).map(measured => ({ detector: detector.id, ...measured }))
    return { detector: detector.id, status: 'ran', observations }
  } catch (error) {
    return { detector: detector.id, status: 'failed', message: error instanceof Error ? (error.stack ?? error.message) : String(error) }
  }
}
