import { type Culprit, describeTarget, type SeriesName } from '../schema.ts'
import { defineDetector } from './detector.ts'
import { sumEvents } from './kernel-events.ts'
import { processLabel, shorten } from './labels.ts'
import { type PressureInput, readPressure, targetCgroups } from './pressure.ts'
import { type SeriesView, viewSeries } from './series-view.ts'
import { measureTargetTime, TIME_TABLES } from './target-time.ts'

/** How long the target stalls for want of memory, and what the kernel did to find some. */
export const memoryPressure = defineDetector({
  id: 'memory-pressure',
  needs: ['process', 'series', 'metric'],
  wants: [...TIME_TABLES, 'kernelEvent'],
  metrics: {
    someRatio: 'Share of time in which at least one task stalled on memory.',
    fullRatio: 'Share of time in which all tasks stalled on memory.',
    availableRatio: 'Memory that can be had without swapping, over all memory.',
    directReclaimPerSec: 'Pages that tasks had to free themselves.',
    swapPerSec: 'Pages read from and written to swap.',
    refaultPerSec: 'Pages that were evicted and needed again.',
    limitHitPerSec: 'Times the cgroup ran into its memory limit, or was slowed down near it.',
    limitUsedRatio: 'Memory of the cgroup over its limit.',
    oomKillCount: 'Processes killed because there was no memory.',
    evidencePerSec: 'Reclaimed, swapped and refaulted pages and limit hits together: proof that memory was short.',
  },
  facts: {
    target: 'What was diagnosed.',
    scope: 'Whose pressure it is: a cgroup, or the machine.',
    cgroup: 'The cgroup at its memory limit; empty when none is.',
    killed: 'The processes that were killed; "nobody" when none was seen to be.',
  },

  detect(tables, context) {
    const series = viewSeries(tables)
    const input = { process: tables.process, series, time: measureTargetTime(tables, context), context }
    const pressure = readPressure('memory', input)
    if (pressure === undefined) return []
    const target = describeTarget(context.target)
    const limited = limitedCgroup(input)
    const { count, byProcess } = sumEvents(tables.kernelEvent, ['oomKill'], () => true)
    const oomKillCount = tables.kernelEvent === undefined ? Number.NaN : count
    const killed = byProcess
      .sorted()
      .slice(0, MAX_KILLED)
      .map(([process]) => processLabel(tables.process, process))
    const culprits: Culprit[] = limited === undefined ? [] : [{ kind: 'cgroup', name: shorten(limited), share: 1 }]
    return [
      {
        subject: limited === undefined ? target : `cgroup ${shorten(limited)}`,
        metrics: { someRatio: pressure.someRatio, fullRatio: pressure.fullRatio, oomKillCount, ...memoryMetrics(series, limited) },
        facts: {
          target,
          scope: shorten(pressure.scope),
          cgroup: limited === undefined ? '' : shorten(limited),
          killed: killed.join(', ') || 'nobody',
        },
        share: pressure.share,
        culprits,
        rows: undefined,
      },
    ]
  },
})

/** Named in a text; the count says how many there were. */
const MAX_KILLED = 3

function memoryMetrics(series: SeriesView, cgroup: string | undefined) {
  const directReclaimPerSec = series.mean('vm.directReclaimPerSec')
  const swapPerSec = sumKnown([series.mean('vm.swapInPerSec'), series.mean('vm.swapOutPerSec')])
  const refaultPerSec = series.mean('vm.refaultPerSec')
  const limitHitPerSec = cgroup === undefined ? Number.NaN : limitHits(series, cgroup)
  return {
    availableRatio: series.mean('memory.availableBytes') / series.mean('memory.totalBytes'),
    directReclaimPerSec,
    swapPerSec,
    refaultPerSec,
    limitHitPerSec,
    limitUsedRatio:
      cgroup === undefined ? Number.NaN : series.mean('cgroup.memoryBytes', cgroup) / series.mean('cgroup.memoryLimitBytes', cgroup),
    evidencePerSec: sumKnown([directReclaimPerSec, swapPerSec, refaultPerSec, limitHitPerSec]),
  }
}

/** Of the target's cgroups, or of all on a machine, the one that ran into its limit most often. */
function limitedCgroup(input: PressureInput): string | undefined {
  const { series, context } = input
  const names: readonly SeriesName[] = ['cgroup.memoryLimitHitPerSec', 'cgroup.memoryHighPerSec']
  const all = [...new Set(names.flatMap(name => series.subjects(name)))]
  const own = context.target.kind === 'machine' ? all : all.filter(path => targetCgroups(input).includes(path))
  const hit = own.filter(path => limitHits(series, path) > 0)
  return hit.sort((a, b) => limitHits(series, b) - limitHits(series, a) || (a < b ? -1 : 1)).at(0)
}

function limitHits(series: SeriesView, cgroup: string): number {
  return sumKnown([series.mean('cgroup.memoryLimitHitPerSec', cgroup), series.mean('cgroup.memoryHighPerSec', cgroup)])
}

/** The sum of those that were measured; NaN when none was. */
function sumKnown(values: readonly number[]): number {
  const known = values.filter(value => !Number.isNaN(value))
  return known.length === 0 ? Number.NaN : known.reduce((sum, value) => sum + value, 0)
}
