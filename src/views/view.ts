import type { AnalysisContext, RecordedTables, ReportView } from '../schema.ts'
import { buildActivity } from './activity.ts'
import { buildCharts } from './charts.ts'
import { buildFlame } from './flame.ts'
import { buildProcesses } from './processes.ts'
import { buildTrigger } from './trigger.ts'

/** Tables → what the report draws. Tables that were not recorded leave their part out. */
export function buildView(tables: RecordedTables, context: AnalysisContext): ReportView {
  return {
    durationNs: context.durationNs,
    sampling: context.sampling,
    trigger: buildTrigger(tables),
    targetFlame: context.target.kind === 'machine' ? undefined : buildFlame(tables, 'target'),
    machineFlame: context.sampling?.scope === 'target' ? undefined : buildFlame(tables, 'machine'),
    activity: buildActivity(tables, context.durationNs),
    charts: buildCharts(tables, context),
    ...buildProcesses(tables, context.durationNs),
  }
}
