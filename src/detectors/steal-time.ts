import { describeTarget } from '../schema.ts'
import { defineDetector } from './detector.ts'
import { ratioInterval, recentre } from './interval.ts'
import { orZero, viewSeries } from './series-view.ts'
import { measureTargetTime, TIME_TABLES } from './target-time.ts'

/** How much CPU time the hypervisor gave to other machines while this one wanted it. */
export const stealTime = defineDetector({
  id: 'steal-time',
  needs: ['process', 'series', 'metric'],
  wants: TIME_TABLES,
  metrics: {
    stealRatio: 'Stolen CPU time over all CPU time.',
    worstCpuRatio: 'The same on the CPU that suffered most.',
    demandRatio: 'Stolen CPU time over the CPU time that was wanted.',
  },
  facts: {
    target: 'What was diagnosed.',
    hypervisor: 'The hypervisor, as far as the CPU tells.',
  },

  detect(tables, context) {
    const series = viewSeries(tables)
    const steal = series.readings('cpu.stealRatio')
    const time = measureTargetTime(tables, context)
    if (steal === undefined || !(time.totalNs > 0)) return []
    const stealRatio = series.mean('cpu.stealRatio')
    const stolenNs = stealRatio * context.host.cpuCount * context.durationNs
    const idleRatio = series.mean('cpu.idleRatio') + orZero(series.mean('cpu.iowaitRatio'))
    const demandRatio = stealRatio > 0 ? Math.min(1, stealRatio / Math.max(stealRatio, 1 - idleRatio)) : 0
    // a program is robbed as often as anybody who wanted a CPU
    const estimate =
      context.target.kind === 'machine' ? stolenNs / (time.totalNs + stolenNs) : (orZero(demandRatio) * time.runningNs) / time.totalNs
    const target = describeTarget(context.target)
    return [
      {
        subject: target,
        metrics: {
          stealRatio,
          worstCpuRatio: series
            .subjects('cpu.stealRatio')
            .reduce((worst, cpu) => Math.max(worst, series.mean('cpu.stealRatio', cpu)), stealRatio),
          demandRatio,
        },
        facts: { target, hypervisor: context.host.virtualization ?? 'the hypervisor' },
        share: recentre(
          ratioInterval(
            steal.values,
            steal.values.map(() => 1),
          ),
          estimate,
        ),
        culprits: [],
        rows: undefined,
      },
    ]
  },
})
