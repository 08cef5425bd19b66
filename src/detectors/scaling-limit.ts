import { describeTarget, type Table, textAt } from '../schema.ts'
import { defineDetector } from './detector.ts'
import { bootstrapInterval } from './statistics/bootstrap.ts'
import { efficiency, fitScaling, peakConcurrency } from './statistics/scaling.ts'
import { TIME_TABLES } from './target-time.ts'
import { type SlicedTime, sliceTime } from './time-parts.ts'

const SEED = 1
const ROUNDS = 200

/** What a server answers with: messages on sockets. Files are written for many reasons. */
const answers: ReadonlySet<string> = new Set(['sendto', 'sendmsg', 'sendmmsg'])

/** How much more the target gets done with more threads at work, where their number varied enough to tell. */
export const scalingLimit = defineDetector({
  id: 'scaling-limit',
  needs: ['process', 'threadTime', 'syscall'],
  wants: [...TIME_TABLES],
  metrics: {
    efficiencyRatio: 'Messages sent at the usual number of threads, as part of what perfect scaling would give.',
    serialRatio: 'Part of the work that only one thread can do at a time (α of the Universal Scalability Law).',
    crosstalkRatio: 'Price of each pair of threads that must agree (β).',
    usualThreadsCount: 'Threads at work on average: running, queueing or waiting.',
    peakThreadsCount: 'Threads with most throughput; infinite when more always help.',
    explainedRatio: 'Part of the variation of throughput that the law explains.',
  },
  facts: { shape: 'What more threads do to throughput.' },

  detect(tables, context) {
    const sliced = sliceTime(tables, context, 'all')
    if (sliced === undefined) return []
    const concurrency = sliced.wholeNs.map((_, bin) => (sliced.parts.running[bin] + sliced.lossNs[bin]) / sliced.bins.binNs)
    const throughput = countAnswers(tables.syscall, sliced)
    const fit = fitScaling(concurrency, throughput)
    if (fit === undefined) return []
    const usual = Math.max(1, mean(concurrency))
    const lost = bootstrapInterval(
      concurrency.length,
      counts => {
        const drawn = fitScaling(concurrency, throughput, counts)
        return drawn === undefined ? Number.NaN : 1 - efficiency(drawn, usual)
      },
      { seed: SEED, rounds: ROUNDS, level: 0.95 },
    )
    const peak = peakConcurrency(fit)
    return [
      {
        subject: describeTarget(context.target),
        metrics: {
          efficiencyRatio: efficiency(fit, usual),
          serialRatio: fit.alpha,
          crosstalkRatio: fit.beta,
          usualThreadsCount: usual,
          peakThreadsCount: peak,
          explainedRatio: Math.max(0, fit.explained),
        },
        facts: { shape: peak < usual ? 'makes throughput fall' : 'adds less and less' },
        share: { estimate: lost.estimate, low: Math.max(0, lost.low), high: Math.min(1, lost.high) },
        culprits: [],
        rows: undefined,
      },
    ]
  },
})

function countAnswers(syscall: Table<'syscall'>, { bins, time }: SlicedTime): Float64Array {
  const counts = new Float64Array(bins.count)
  for (let row = 0; row < syscall.length; row++) {
    if (!time.isMember(syscall.process[row]) || !answers.has(textAt(syscall.name, row) ?? '')) continue
    const bin = Math.floor((syscall.timeNs[row] + syscall.durationNs[row] / 2) / bins.binNs)
    if (bin >= 0 && bin < bins.count) counts[bin] += syscall.count[row]
  }
  return counts
}

function mean(values: Float64Array): number {
  return values.reduce((sum, value) => sum + value, 0) / values.length
}
