import { type Culprit, NONE, type Table, ThreadState, textAt } from '../schema.ts'
import { defineDetector } from './detector.ts'
import { ratioInterval, scaleInterval } from './interval.ts'
import { processLabel, shorten } from './labels.ts'
import { orZero, viewSeries } from './series-view.ts'
import { Tally } from './tally.ts'
import { measureTargetTime, sliceIndex, type TargetTime, TIME_TABLES } from './target-time.ts'

/** A slice is serial when one thread has at least this much of a CPU and all others of its process together a tenth. */
const ALONE = 0.9

/**
 * How long one thread of the target's busiest process ran alone. With others that could work too, that is the serial part
 * of Amdahl's law; whether they could is judged by the rule, from how much they ran at other times.
 */
export const serialThread = defineDetector({
  id: 'serial-thread',
  needs: ['process', 'threadTime'],
  wants: [...TIME_TABLES, 'thread', 'series', 'metric'],
  metrics: {
    serialRatio: 'Share of the slices in which the process was active that one thread ran alone, at 90 % of a CPU or more.',
    otherThreadsCount: 'Other threads of the process that ran at all.',
    otherThreadsRatio: "Share of the process's CPU time that its other threads used.",
    idleRatio: 'Share of the CPU time of the machine nobody used.',
    cpuCount: 'CPUs of the machine.',
  },
  facts: {
    process: 'The process.',
    thread: 'Its busiest thread.',
  },

  detect(tables, context) {
    const time = measureTargetTime(tables, context)
    const row = busiestProcess(time)
    if (row === NONE || !(time.totalNs > 0)) return []
    const { serialNs, activeNs, serialCount, activeCount, perThread } = readThreads(tables.threadTime, row)
    const { key: busiestTid, ns: busiestNs } = perThread.largest()
    const processNs = perThread.total
    if (processNs === 0) return []
    const process = processLabel(tables.process, row)
    const thread = threadLabel(tables.thread, row, busiestTid)
    const series = viewSeries(tables)
    const culprit: Culprit = { kind: 'thread', name: thread, share: busiestNs / processNs }
    return [
      {
        subject: process,
        metrics: {
          serialRatio: activeCount > 0 ? serialCount / activeCount : 0,
          otherThreadsCount: perThread.size - 1,
          otherThreadsRatio: 1 - busiestNs / processNs,
          idleRatio: series.mean('cpu.idleRatio') + orZero(series.mean('cpu.iowaitRatio')),
          cpuCount: context.host.cpuCount,
        },
        facts: { process, thread },
        share: scaleInterval(ratioInterval(serialNs, activeNs), processNs / time.totalNs),
        culprits: [culprit, { kind: 'process', name: process, share: 1 }],
        rows: undefined,
      },
    ]
  },
})

function busiestProcess({ runningOf }: TargetTime): number {
  let busiest = NONE
  for (let row = 0; row < runningOf.length; row++) {
    if (runningOf[row] > 0 && (busiest === NONE || runningOf[row] > runningOf[busiest])) busiest = row
  }
  return busiest
}

/** By slice: running time of the process, and of it what one thread did alone. */
function readThreads(threadTime: Table<'threadTime'>, process: number) {
  const { sliceOf, timeNs, durationNs } = sliceIndex(threadTime)
  const activeNs = new Float64Array(timeNs.length)
  const largestNs = new Float64Array(timeNs.length)
  const perThread = new Tally()
  for (let row = 0; row < threadTime.length; row++) {
    const ns = threadTime.ns[row]
    if (threadTime.process[row] !== process || threadTime.state[row] !== ThreadState.Running || !(ns > 0)) continue
    const slice = sliceOf[row]
    activeNs[slice] += ns
    largestNs[slice] = Math.max(largestNs[slice], ns)
    perThread.add(threadTime.tid[row], ns)
  }
  let serialCount = 0
  let activeCount = 0
  const serialNs = largestNs.map((largest, slice) => {
    // below a tenth of a CPU the process is idle, not serial
    if (activeNs[slice] > (1 - ALONE) * durationNs[slice]) activeCount++
    const othersNs = activeNs[slice] - largest
    if (largest < ALONE * durationNs[slice] || othersNs > (1 - ALONE) * durationNs[slice]) return 0
    serialCount++
    return largest
  })
  return { serialNs, activeNs, serialCount, activeCount, perThread }
}

function threadLabel(thread: Table<'thread'> | undefined, process: number, tid: number): string {
  for (let row = 0; row < (thread?.length ?? 0); row++) {
    if (thread?.process[row] !== process || thread.tid[row] !== tid) continue
    return `${shorten(textAt(thread.comm, row) ?? '?')} (tid ${tid})`
  }
  return `tid ${tid}`
}
