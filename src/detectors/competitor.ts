import { type Culprit, describeTarget, type Table, textAt } from '../schema.ts'
import { defineDetector } from './detector.ts'
import { ratioInterval, scaleInterval } from './interval.ts'
import { processLabel, shorten } from './labels.ts'
import { divideRunQueue, QUEUE_TABLES } from './run-queue.ts'
import type { Tally } from './tally.ts'
import { measureTargetTime, TIME_TABLES } from './target-time.ts'

/** Competing programs named at most. */
const MAX_CULPRITS = 3

/** How long the target waits for a CPU that processes outside of it have. A whole machine has no competitors. */
export const competitor = defineDetector({
  id: 'competitor',
  applies: ({ target }) => target.kind !== 'machine',
  needs: ['process', 'sample', 'threadTime'],
  wants: [...TIME_TABLES, ...QUEUE_TABLES],
  metrics: {
    waitingRatio: "Share of the target's time it waited for a CPU that other processes had.",
    runnableRatio: "Share of the target's time it waited for a CPU, whatever the reason.",
    competitorCpus: 'CPU time the competitors used while the target waited, per second of recording.',
  },
  facts: {
    target: 'What was diagnosed.',
    competitor: 'Who took most; "several programs" when nobody took half.',
  },

  detect(tables, context) {
    const time = measureTargetTime(tables, context)
    // samples of the target alone do not show who else ran
    if (context.target.kind === 'machine' || context.sampling?.scope === 'target' || !(time.totalNs > 0)) return []
    const queue = divideRunQueue({ tables, time, context })
    if (queue === undefined) return []
    const othersNs = queue.competitors.total
    const culprits = culpritsOf(tables.process, queue.competitors)
    const activeNs = queue.slices.runningNs.map((ns, slice) => ns + queue.slices.runnableNs[slice])
    const ledgerNs = activeNs.reduce((sum, ns) => sum + ns, 0)
    const share = scaleInterval(ratioInterval(queue.competitorNs, activeNs), ledgerNs / time.totalNs)
    const target = describeTarget(context.target)
    return [
      {
        subject: target,
        metrics: {
          waitingRatio: share.estimate,
          runnableRatio: time.runnableNs / time.totalNs,
          competitorCpus: othersNs / context.durationNs,
        },
        facts: { target, competitor: describeCompetitor(culprits) },
        share,
        culprits,
        rows: undefined,
      },
    ]
  },
})

/** By program: the workers of one load are one competitor. */
function culpritsOf(process: Table<'process'>, competitors: Tally): Culprit[] {
  const programs = new Map<string, { ns: number; rows: number[] }>()
  for (const [row, ns] of competitors.sorted()) {
    const name = row >= 0 && row < process.length ? (textAt(process.comm, row) ?? '?') : ''
    const program = programs.get(name) ?? { ns: 0, rows: [] }
    program.ns += ns
    program.rows.push(row)
    programs.set(name, program)
  }
  return [...programs]
    .sort(([a, { ns: nsA }], [b, { ns: nsB }]) => nsB - nsA || (a < b ? -1 : 1))
    .slice(0, MAX_CULPRITS)
    .map(([name, { ns, rows }]) => ({
      kind: 'process',
      name: rows.length === 1 || name === '' ? processLabel(process, rows[0]) : `${shorten(name)} (${rows.length} processes)`,
      share: ns / competitors.total,
    }))
}

function describeCompetitor(culprits: readonly Culprit[]): string {
  if (culprits.length === 0) return 'nobody'
  return culprits[0].share >= 0.5 ? culprits[0].name : 'several programs'
}
