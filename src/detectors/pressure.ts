import { type AnalysisContext, type Interval, type Table, textAt } from '../schema.ts'
import { ratioInterval, scaleInterval } from './interval.ts'
import { orZero, type SeriesView } from './series-view.ts'
import type { TargetTime } from './target-time.ts'
import { isWithin } from './throttling.ts'

/** Pressure stall information (Documentation/accounting/psi.rst), as far as it concerns the target. */
export interface Pressure {
  /** Part of the target's time that was lost in stalls, at least. */
  readonly share: Interval
  readonly someRatio: number
  readonly fullRatio: number
  /** Whose pressure it is: the target's cgroup, or "the machine". */
  readonly scope: string
}

/** What pressure is told from. */
export interface PressureInput {
  readonly process: Table<'process'>
  readonly series: SeriesView
  readonly time: TargetTime
  readonly context: AnalysisContext
}

/**
 * The pressure of the target's own cgroup where it is measured; else that of the machine. A program then owns as much of
 * the machine's pressure as it has of the machine's running time, and no more than the time in which it did not run.
 */
export function readPressure(resource: 'memory' | 'io', input: PressureInput): Pressure | undefined {
  const { series, context } = input
  const own = context.target.kind === 'machine' ? undefined : targetCgroups(input).find(path => hasPressure(series, resource, path))
  const subject = own ?? ''
  const some = series.readings(`psi.${resource}.someRatio`, subject)
  if (some === undefined) return undefined
  const interval = ratioInterval(
    some.values,
    some.values.map(() => 1),
  )
  // of a second in which something stalled at least one thread lost a second: all of them may have had more time than that
  const perThread = Math.min(1, context.durationNs / input.time.totalNs)
  const share = own !== undefined || context.target.kind === 'machine' ? interval : limitToProgram(interval, input)
  return {
    share: scaleInterval(share, perThread),
    someRatio: series.mean(`psi.${resource}.someRatio`, subject),
    fullRatio: series.mean(`psi.${resource}.fullRatio`, subject),
    scope: own ?? 'the machine',
  }
}

function limitToProgram(machine: Interval, { series, time, context }: PressureInput): Interval {
  const busyCpus = (series.mean('cpu.userRatio') + series.mean('cpu.systemRatio')) * context.host.cpuCount
  const busyNs = (busyCpus - orZero(series.mean('autotune.cpuCpus'))) * context.durationNs
  const part = busyNs > 0 ? Math.min(1, time.runningNs / busyNs) : 0
  const notRunning = Math.max(0, 1 - time.runningNs / context.durationNs)
  const scaled = scaleInterval(machine, part)
  return {
    estimate: Math.min(scaled.estimate, notRunning),
    low: Math.min(scaled.low, notRunning),
    high: Math.min(scaled.high, notRunning),
  }
}

/** Cgroups of the target's processes and all above them but the root, the most specific first. */
export function targetCgroups({ process, series, time }: PressureInput): string[] {
  const paths = new Set<string>()
  for (let row = 0; row < process.length; row++) {
    const path = textAt(process.cgroup, row)
    if (path !== undefined && time.isMember(row)) paths.add(path)
  }
  const known = new Set([
    ...series.subjects('psi.memory.someRatio'),
    ...series.subjects('psi.io.someRatio'),
    ...series.subjects('cgroup.memoryLimitBytes'),
  ])
  const above = [...known].filter(ancestor => ancestor !== '' && ancestor !== '/' && [...paths].some(path => isWithin(path, ancestor)))
  return above.sort((a, b) => b.length - a.length || (a < b ? -1 : 1))
}

function hasPressure(series: SeriesView, resource: 'memory' | 'io', path: string): boolean {
  return series.readings(`psi.${resource}.someRatio`, path) !== undefined
}
