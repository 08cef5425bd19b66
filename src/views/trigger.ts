import { type RecordedTables, type TriggerView, textAt } from '../schema.ts'

/** Differences that are drawn. */
const MOST = 10
/** The usual bar. Few controls cannot reach it: one failing window takes 19 healthy ones. */
const TELLING_P = 0.05

/** What made `watch` keep these seconds, and what sets them apart; undefined for other recordings. */
export function buildTrigger({ speculations, contrast }: RecordedTables): TriggerView | undefined {
  if (speculations === undefined || speculations.length === 0) return undefined
  const differences = Array.from({ length: Math.min(MOST, contrast?.length ?? 0) }, (_, row) => ({
    measure: (contrast && textAt(contrast.measure, row)) ?? '',
    unit: contrast && textAt(contrast.unit, row) === 'ns' ? ('ns' as const) : ('count' as const),
    value: contrast?.value[row] ?? 0,
    controlMedian: contrast?.controlMedian[row] ?? 0,
    controlCount: contrast?.controlCount[row] ?? 0,
    // JSON has no NaN
    pValue: contrast !== undefined && Number.isFinite(contrast.pValue[row]) ? contrast.pValue[row] : null,
  }))
  return {
    timeNs: speculations.timeNs[0],
    trigger: textAt(speculations.trigger, 0) ?? '',
    detail: textAt(speculations.detail, 0) ?? '',
    overwrittenCount: speculations.overwrittenCount[0],
    completeFromNs: speculations.completeFromNs[0],
    isTelling: (differences[0]?.pValue ?? 1) <= TELLING_P,
    differences,
  }
}
