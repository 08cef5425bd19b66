import { type Culprit, describeTarget, type RecordedTables, type Table, textAt } from '../schema.ts'
import { formatRatio } from '../units.ts'
import { defineDetector } from './detector.ts'
import { processLabel } from './labels.ts'
import { LossBins } from './loss-bins.ts'
import { lostRowTest } from './lost-rows.ts'
import { nameCallchains } from './stack-names.ts'
import { findTailMode, type TailMode } from './statistics/tail-modes.ts'
import { measureTargetTime, type TargetTime, TIME_TABLES } from './target-time.ts'

/** Kinds of waits reported at most. */
const MAX_TAILS = 3
/** Histograms end long before: 512 ns doubled 60 times is a thousand years. */
const MAX_BUCKETS = 64
const FIRST_END_NS = 512

/** Whether waits of one kind come in two lengths, and what the slow ones have in common. */
export const latencyTail = defineDetector({
  id: 'latency-tail',
  needs: ['process', 'wait', 'latencyBucket'],
  wants: TIME_TABLES,
  metrics: {
    slowRatio: 'Part of the waits that are slow; 0 when they come in one length.',
    slowTimeRatio: "Share of the target's time in the slow ones.",
    usualNs: 'Length of the usual ones, to a factor of two.',
    slowNs: 'Length of the slow ones, to a factor of two.',
    waitCount: 'Waits of this kind.',
  },
  facts: {
    call: 'The kind of wait: the call it is in.',
    difference: 'What the slow ones have in common that the others do not.',
  },

  detect(tables, context) {
    const time = measureTargetTime(tables, context)
    if (!(time.totalNs > 0)) return []
    const isLoss = lostRowTest(tables, context)
    const groups = groupWaits(tables, row => time.isMember(tables.wait.process[row]) && isLoss(row))
    const found = [...groups].flatMap(([call, rows]) => {
      const mode = findTailMode(rows.counts)
      return mode === undefined ? [] : [observe(tables, time, { call, rows, mode, durationNs: context.durationNs })]
    })
    const subject = describeTarget(context.target)
    if (found.length === 0) return groups.size === 0 ? [] : [{ ...oneLength(groups), subject }]
    found.sort((a, b) => b.share.estimate - a.share.estimate || (a.facts.call < b.facts.call ? -1 : 1))
    return found.slice(0, MAX_TAILS).map(observation => ({ ...observation, subject: `${observation.facts.call} of ${subject}` }))
  },
})

interface Rows {
  readonly counts: Float64Array
  /** Rows of latencyBucket by row of wait. */
  readonly buckets: number[]
}

function groupWaits(
  { wait, latencyBucket }: { readonly wait: Table<'wait'>; readonly latencyBucket: Table<'latencyBucket'> },
  include: (row: number) => boolean,
) {
  const groups = new Map<string, Rows>()
  for (let bucket = 0; bucket < latencyBucket.length; bucket++) {
    const row = latencyBucket.row[bucket]
    if (textAt(latencyBucket.table, bucket) !== 'wait' || !(row >= 0 && row < wait.length) || !include(row)) continue
    const call = `${textAt(wait.syscall, row) ?? 'page faults'} (${textAt(wait.reason, row) ?? 'unknown'})`
    const rows = groups.get(call) ?? { counts: new Float64Array(MAX_BUCKETS), buckets: [] }
    groups.set(call, rows)
    rows.counts[indexOf(latencyBucket.endNs[bucket])] += latencyBucket.count[bucket]
    rows.buckets.push(bucket)
  }
  return groups
}

/** Buckets end at 512 ns and its doubles; the last has no end. */
function indexOf(endNs: number): number {
  return Math.max(0, Math.min(MAX_BUCKETS - 1, Math.round(Math.log2(endNs / FIRST_END_NS))))
}

/** A bucket goes from half of its end to it. */
function middleNs(index: number): number {
  return FIRST_END_NS * 2 ** index * 0.75
}

interface Tail {
  readonly call: string
  readonly rows: Rows
  readonly mode: TailMode
  readonly durationNs: number
}

type TailTables = RecordedTables & {
  readonly process: Table<'process'>
  readonly wait: Table<'wait'>
  readonly latencyBucket: Table<'latencyBucket'>
}

function observe(tables: TailTables, time: TargetTime, { call, rows, mode, durationNs }: Tail) {
  const { wait, latencyBucket } = tables
  const bins = new LossBins(durationNs)
  for (const bucket of rows.buckets) {
    const index = indexOf(latencyBucket.endNs[bucket])
    if (index <= mode.valley) continue
    const row = latencyBucket.row[bucket]
    const endNs = wait.timeNs[row] + wait.durationNs[row]
    // a histogram knows lengths to a factor of two; the row knows what all of its waits add up to
    const slowNs = Math.min(wait.ns[row], latencyBucket.count[bucket] * Math.min(middleNs(index), wait.maxNs[row]))
    bins.add(endNs - Math.max(wait.durationNs[row], wait.maxNs[row]), endNs, slowNs)
  }
  const share = bins.share(time)
  const { text, culprits } = contrastTail(tables, rows, mode)
  return {
    subject: call,
    metrics: {
      slowRatio: mode.slowCount / mode.count,
      slowTimeRatio: share.estimate,
      usualNs: middleNs(mode.main),
      slowNs: middleNs(mode.peak),
      waitCount: mode.count,
    },
    facts: { call, difference: text },
    share,
    culprits,
    rows: undefined,
  }
}

/** A trait that as many more of the slow ones have is worth a word. No source: a guess. */
const MIN_LIFT = 0.2

/** What the slow ones have and the usual ones lack: where they wait, who waits, who ends it. */
function contrastTail(
  tables: TailTables,
  { buckets }: Rows,
  { valley, slowCount, count }: TailMode,
): { readonly text: string; readonly culprits: Culprit[] } {
  const { wait, latencyBucket, process } = tables
  const functionOf = nameCallchains(tables)
  const traits = new Map<string, { culprit: Omit<Culprit, 'share'>; slow: number; usual: number }>()
  for (const bucket of buckets) {
    const row = latencyBucket.row[bucket]
    const isSlow = indexOf(latencyBucket.endNs[bucket]) > valley
    const place = functionOf(wait.userCallchain[row])
    const some: (readonly [string, Omit<Culprit, 'share'>])[] = [
      [`wait in process ${wait.process[row]}`, { kind: 'process', name: processLabel(process, wait.process[row]) }],
      [`end by ${wait.wakerProcess[row]}`, { kind: 'process', name: processLabel(process, wait.wakerProcess[row]) }],
    ]
    if (place !== undefined) some.unshift([`wait in ${place}`, { kind: 'function', name: place }])
    for (const [key, culprit] of some) {
      const trait = traits.get(key) ?? { culprit, slow: 0, usual: 0 }
      traits.set(key, trait)
      trait[isSlow ? 'slow' : 'usual'] += latencyBucket.count[bucket]
    }
  }
  const lifted = [...traits]
    .map(([key, { culprit, slow, usual }]) => ({ key, culprit, slow: slow / slowCount, usual: usual / Math.max(1, count - slowCount) }))
    .filter(({ slow, usual }) => slow - usual >= MIN_LIFT)
    .sort((a, b) => b.slow - b.usual - (a.slow - a.usual) || (a.key < b.key ? -1 : 1))
  const words = lifted.slice(0, 2).map(({ key, culprit, slow, usual }) => {
    const verb = key.startsWith('end by') ? 'are ended by' : 'wait in'
    return `${formatRatio(slow)} of them ${verb} ${culprit.name}, of the others ${formatRatio(usual)}`
  })
  return {
    text: words.length === 0 ? 'nothing that was recorded sets them apart' : words.join('; '),
    culprits: lifted.slice(0, 2).map(({ culprit, slow }) => ({ ...culprit, share: Math.min(1, slow) })),
  }
}

/** All kinds have one length each: the one there is most of stands for them. */
function oneLength(groups: ReadonlyMap<string, Rows>) {
  const sums = [...groups].map(([call, { counts }]) => ({ call, counts, sum: counts.reduce((total, count) => total + count, 0) }))
  const most = sums.reduce((a, b) => (b.sum > a.sum || (b.sum === a.sum && b.call < a.call) ? b : a))
  return {
    metrics: {
      slowRatio: 0,
      slowTimeRatio: 0,
      usualNs: middleNs(most.counts.indexOf(most.counts.reduce((a, b) => Math.max(a, b), 0))),
      slowNs: Number.NaN,
      waitCount: most.sum,
    },
    facts: { call: most.call, difference: 'nothing' },
    share: { estimate: 0, low: 0, high: 0 },
    culprits: [],
    rows: undefined,
  }
}
