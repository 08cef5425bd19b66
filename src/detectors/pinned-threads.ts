import { type Culprit, describeTarget, NONE, type Table } from '../schema.ts'
import { defineDetector } from './detector.ts'
import { ratioInterval, scaleInterval } from './interval.ts'
import { processLabel } from './labels.ts'
import { divideRunQueue, type RunQueue } from './run-queue.ts'
import { meanOverTime, orZero, readingAt, type SeriesView, viewSeries } from './series-view.ts'
import { Tally } from './tally.ts'
import { measureTargetTime, type TargetTime, TIME_TABLES } from './target-time.ts'
import { nameWaits } from './wait-names.ts'

/** A CPU with less idle time than this has no room: perf stat calls it fully used; no source, a guess. */
const FULL_IDLE_RATIO = 0.1

/** How long threads of the target queue for a CPU while other CPUs have nothing to do. */
export const pinnedThreads = defineDetector({
  id: 'pinned-threads',
  needs: ['process', 'threadTime', 'series', 'metric'],
  wants: [...TIME_TABLES, 'thread', 'runQueue'],
  metrics: {
    pinnedRatio: "Share of the target's time it queued although idle CPUs could have run it.",
    queuedRatio: "Share of the target's time it queued, quotas left out.",
    restrictedRatio: 'Share of the queueing that was by threads that may not run on every CPU; NaN where that is not known.',
    idleWhileQueuedRatio: 'Share of the CPUs that were idle in the moments when it queued.',
    fullCpuCount: 'CPUs with less than a tenth of idle time.',
    cpuCount: 'CPUs of the machine.',
    occupantRatio: 'Share of the queueing behind the threads that are named.',
  },
  facts: {
    target: 'What was diagnosed.',
    occupants: 'The threads that had the CPU.',
  },

  detect(tables, context) {
    const series = viewSeries(tables)
    const time = measureTargetTime(tables, context)
    const queue = divideRunQueue({ tables, time, context })
    const idle = series.readings('cpu.idleRatio')
    if (queue === undefined || idle === undefined || !(time.totalNs > 0)) return []
    const restrictedRatio = measureRestricted(tables.runQueue, { isMember: time.isMember, cpuCount: context.host.cpuCount })
    const { queuedNs, idleNs, spanNs, ...laid } = laidAgainstIdle(queue, series, context.host.cpuCount)
    // threads that may run everywhere are soon given an idle CPU: what they wait for is only the way there
    const pinnedNs = laid.pinnedNs.map(ns => ns * (Number.isNaN(restrictedRatio) ? 1 : restrictedRatio))
    const activeNs = queue.slices.runningNs.map((ns, slice) => ns + queue.slices.runnableNs[slice])
    const share = scaleInterval(ratioInterval(pinnedNs, activeNs), sumOf(activeNs) / time.totalNs)
    const occupants = findOccupants(tables, time)
    const target = describeTarget(context.target)
    return [
      {
        subject: target,
        metrics: {
          pinnedRatio: share.estimate,
          queuedRatio: sumOf(queuedNs) / time.totalNs,
          restrictedRatio,
          idleWhileQueuedRatio: spanNs > 0 ? idleNs / spanNs : Number.NaN,
          fullCpuCount: countFull(series),
          cpuCount: context.host.cpuCount,
          occupantRatio: Math.min(
            1,
            occupants.reduce((sum, { share: part }) => sum + part, 0),
          ),
        },
        facts: { target, occupants: occupants.map(({ name }) => name).join(', ') || 'not known' },
        share,
        culprits: occupants,
        rows: undefined,
      },
    ]
  },
})

/** NaN where the scheduler was not watched, or nobody queued. */
function measureRestricted(
  runQueue: Table<'runQueue'> | undefined,
  { isMember, cpuCount }: { readonly isMember: (process: number) => boolean; readonly cpuCount: number },
): number {
  let allNs = 0
  let restrictedNs = 0
  for (let row = 0; row < (runQueue?.length ?? 0); row++) {
    if (runQueue === undefined || !isMember(runQueue.process[row]) || !(runQueue.ns[row] > 0)) continue
    allNs += runQueue.ns[row]
    if (runQueue.allowedCpuCount[row] < cpuCount) restrictedNs += runQueue.ns[row]
  }
  return allNs > 0 ? restrictedNs / allNs : Number.NaN
}

/** By slice the queueing, and as much of it as idle CPUs had time for. Idle time is weighted by the queueing. */
function laidAgainstIdle({ slices, ownQueueNs, competitorNs }: RunQueue, series: SeriesView, cpuCount: number) {
  const idle = series.readings('cpu.idleRatio')
  const iowait = series.readings('cpu.iowaitRatio')
  const queuedNs = ownQueueNs.map((ns, slice) => ns + competitorNs[slice])
  let idleNs = 0
  let spanNs = 0
  const pinnedNs = queuedNs.map((ns, slice) => {
    const middleNs = slices.timeNs[slice] + slices.durationNs[slice] / 2
    const reading = idle === undefined ? NONE : readingAt(idle, middleNs)
    if (idle === undefined || reading === NONE || !(ns > 0)) return 0
    const waiting = iowait === undefined ? NONE : readingAt(iowait, middleNs)
    const idleRatio = idle.values[reading] + (iowait === undefined || waiting === NONE ? 0 : iowait.values[waiting])
    idleNs += ns * idleRatio
    spanNs += ns
    return Math.min(ns, idleRatio * cpuCount * slices.durationNs[slice])
  })
  return { queuedNs, pinnedNs, idleNs, spanNs }
}

/** NaN without a reading of any CPU. */
function countFull(series: SeriesView): number {
  const cpus = series.subjects('cpu.idleRatio').filter(subject => subject !== '')
  if (cpus.length === 0) return Number.NaN
  const idleOf = (cpu: string) =>
    meanOverTime(series.readings('cpu.idleRatio', cpu)) + orZero(meanOverTime(series.readings('cpu.iowaitRatio', cpu)))
  return cpus.filter(cpu => idleOf(cpu) < FULL_IDLE_RATIO).length
}

interface Tables {
  readonly process: Table<'process'>
  readonly thread?: Table<'thread'>
  readonly runQueue?: Table<'runQueue'>
}

/** Occupants named at most. */
const MAX_OCCUPANTS = 3

/** Who had the CPU for which the target queued. */
function findOccupants({ process, thread, runQueue }: Tables, { isMember }: TargetTime): Culprit[] {
  const byTid = new Tally()
  for (let row = 0; row < (runQueue?.length ?? 0); row++) {
    if (runQueue !== undefined && isMember(runQueue.process[row]) && runQueue.occupantTid[row] !== NONE) {
      byTid.add(runQueue.occupantTid[row], runQueue.ns[row])
    }
  }
  const names = nameWaits({ process, thread })
  const rowOf = new Map<number, number>()
  for (let row = 0; row < (thread?.length ?? 0); row++) if (thread !== undefined) rowOf.set(thread.tid[row], thread.process[row])
  return byTid
    .sorted()
    .slice(0, MAX_OCCUPANTS)
    .map(([tid, ns]) => {
      const row = rowOf.get(tid)
      const name = row === undefined ? `tid ${tid}` : `${names.thread(row, tid)} of ${processLabel(process, row)}`
      return { kind: 'thread', name, share: Math.min(1, ns / byTid.total) }
    })
}

function sumOf(values: Float64Array): number {
  return values.reduce((sum, ns) => sum + ns, 0)
}
