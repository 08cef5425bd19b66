import type { Activity, AnalysisContext, RecordedTables } from '../schema.ts'
import { emptyTable } from '../table-builder.ts'
import { viewSeries } from './series-view.ts'
import { measureTargetTime } from './target-time.ts'

/** How much the target did, and how much the machine stalled: what the gate for idle targets looks at. NaN where nothing was measured. */
export function measureActivity(tables: RecordedTables, context: AnalysisContext): Activity {
  const { process = emptyTable('process'), sample, threadTime } = tables
  const isMeasured = sample !== undefined || threadTime !== undefined
  const time = measureTargetTime({ ...tables, process }, context)
  const series = viewSeries(tables)
  return {
    runningNs: isMeasured ? time.runningNs : Number.NaN,
    runnableNs: isMeasured ? time.runnableNs : Number.NaN,
    waitNs: time.waitNs,
    psiCpuSomeRatio: series.mean('psi.cpu.someRatio'),
    psiIoSomeRatio: series.mean('psi.io.someRatio'),
    psiMemorySomeRatio: series.mean('psi.memory.someRatio'),
  }
}
