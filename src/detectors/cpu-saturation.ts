import { type AnalysisContext, type Culprit, describeTarget, type Interval, NONE, type Table } from '../schema.ts'
import { defineDetector } from './detector.ts'
import { ratioInterval, scaleInterval } from './interval.ts'
import { processLabel } from './labels.ts'
import { divideRunQueue, QUEUE_TABLES, type RunQueue } from './run-queue.ts'
import { readingAt, type SeriesReadings, type SeriesView, viewSeries } from './series-view.ts'
import { measureTargetTime, type TargetTime, TIME_TABLES } from './target-time.ts'
import { throttledCgroups, totalThrottledNs } from './throttling.ts'

/**
 * How long the target queues for a CPU behind its own threads, or a machine's behind each other. Waiting for a quota or
 * behind other processes is measured elsewhere and left out here.
 */
export const cpuSaturation = defineDetector({
  id: 'cpu-saturation',
  needs: ['process'],
  wants: [...TIME_TABLES, ...QUEUE_TABLES],
  metrics: {
    queuedRatio: "Share of the target's time it waited for a CPU that its own threads had.",
    runnableRatio: "Share of the target's time it waited for a CPU, whatever the reason.",
    runnableThreadsCount: 'Threads waiting for a CPU, on average.',
    utilisationRatio: 'CPU time used over CPU time there was.',
    queuedUtilisationRatio: 'The same, in the moments when threads queued.',
    psiCpuSomeRatio: 'Share of time in which some thread of the machine waited for a CPU, throttling included.',
    cpuCount: 'CPUs of the machine.',
  },
  facts: { target: 'What was diagnosed.' },

  detect(tables, context) {
    const series = viewSeries(tables)
    const time = measureTargetTime(tables, context)
    if (!(time.totalNs > 0)) return []
    const queue = divideRunQueue({ tables, time, context })
    const psiCpuSomeRatio = series.mean('psi.cpu.someRatio')
    const share =
      queue === undefined
        ? pressureShare(context, series, totalThrottledNs(throttledCgroups({ process: tables.process, series, time, context }), time))
        : queueShare(queue, time)
    if (share === undefined) return []
    const target = describeTarget(context.target)
    return [
      {
        subject: target,
        metrics: {
          queuedRatio: share.estimate,
          runnableRatio: queue === undefined ? Number.NaN : time.runnableNs / time.totalNs,
          runnableThreadsCount: queue === undefined ? series.mean('sched.runnableCount') : time.runnableNs / context.durationNs,
          utilisationRatio: 1 - series.mean('cpu.idleRatio') - series.mean('cpu.iowaitRatio'),
          queuedUtilisationRatio: utilisationWhileQueued(series, queue),
          psiCpuSomeRatio,
          cpuCount: context.host.cpuCount,
        },
        facts: { target },
        share,
        culprits: findRunners(tables.process, time),
        rows: undefined,
      },
    ]
  },
})

/** Processes named at most. */
const MAX_RUNNERS = 3

/** Who of the target has the CPUs that the rest of it waits for. */
function findRunners(process: Table<'process'>, { runningOf, isMember }: TargetTime): Culprit[] {
  const rows = Array.from(runningOf.keys()).filter(row => isMember(row) && runningOf[row] > 0)
  const totalNs = rows.reduce((sum, row) => sum + runningOf[row], 0)
  return rows
    .sort((a, b) => runningOf[b] - runningOf[a] || a - b)
    .slice(0, MAX_RUNNERS)
    .map(row => ({ kind: 'process', name: processLabel(process, row), share: runningOf[row] / totalNs }))
}

function queueShare({ ownQueueNs, slices }: RunQueue, time: TargetTime): Interval {
  const activeNs = slices.runningNs.map((ns, slice) => ns + slices.runnableNs[slice])
  const ledgerNs = activeNs.reduce((sum, ns) => sum + ns, 0)
  return scaleInterval(ratioInterval(ownQueueNs, activeNs), ledgerNs / time.totalNs)
}

/**
 * Without a ledger only the machine's pressure is left: at least one thread waited for that part of the time. All CPUs
 * ran meanwhile, so the queue's part of the time is at least pressure / (CPUs + pressure). Throttled threads are in the
 * pressure too (seen on 6.18), so their time comes off.
 */
function pressureShare({ target, host, durationNs }: AnalysisContext, series: SeriesView, throttledNs: number): Interval | undefined {
  const pressure = series.readings('psi.cpu.someRatio')
  if (target.kind !== 'machine' || pressure === undefined || !(durationNs > 0)) return undefined
  const waiting = pressure.values.map(value => Math.max(0, value - throttledNs / durationNs))
  return ratioInterval(
    waiting,
    waiting.map(value => value + host.cpuCount),
  )
}

/** Utilisation weighted by how much was queued at the time; by pressure without a ledger. */
function utilisationWhileQueued(series: SeriesView, queue: RunQueue | undefined): number {
  const idle = series.readings('cpu.idleRatio')
  if (idle === undefined) return Number.NaN
  const queued = queue === undefined ? pressureAt(series, idle) : queuedPerReading(queue, idle)
  const iowait = series.readings('cpu.iowaitRatio')
  let weighted = 0
  let weight = 0
  for (let reading = 0; reading < queued.length; reading++) {
    weighted += queued[reading] * (1 - idle.values[reading] - valueAt(iowait, idle.timeNs[reading]))
    weight += queued[reading]
  }
  return weight > 0 ? weighted / weight : Number.NaN
}

function pressureAt(series: SeriesView, { timeNs }: SeriesReadings): Float64Array {
  const pressure = series.readings('psi.cpu.someRatio')
  return timeNs.map(time => valueAt(pressure, time))
}

function queuedPerReading({ slices, ownQueueNs }: RunQueue, readings: SeriesReadings): Float64Array {
  const queued = new Float64Array(readings.timeNs.length)
  for (let slice = 0; slice < ownQueueNs.length; slice++) {
    const reading = readingAt(readings, slices.timeNs[slice] + slices.durationNs[slice] / 2)
    if (reading !== NONE) queued[reading] += ownQueueNs[slice]
  }
  return queued
}

function valueAt(readings: SeriesReadings | undefined, instantNs: number): number {
  const reading = readings === undefined ? NONE : readingAt(readings, instantNs)
  return readings === undefined || reading === NONE ? 0 : readings.values[reading]
}
