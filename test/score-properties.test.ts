import { readdirSync, readFileSync } from 'node:fs'
import { join } from 'node:path'
import { describe, expect, test } from 'vitest'
import { measureActivity } from '../src/detectors/activity.ts'
import { runDetector, specOf } from '../src/detectors/detector.ts'
import { measureQuality } from '../src/detectors/quality.ts'
import { detectors } from '../src/detectors/registry.ts'
import { loadCatalogue } from '../src/rules/catalogue.ts'
import { judge } from '../src/rules/judge.ts'
import { type FindingClass, findingClasses, ProcessRole, type RecordedTables } from '../src/schema.ts'
import { laterBy, renamed, withoutEvery } from './changed-tables.ts'
import { type DrawnCause, drawnCauses, drawnContext, marksOver } from './drawn-causes.ts'

const files = readdirSync('rules').map(name => ({ path: join('rules', name), text: readFileSync(join('rules', name), 'utf8') }))
const { rules } = loadCatalogue(files, detectors.map(specOf))

/** Best score of a finding of the class, 0 without one, and what it says of its share. Symptoms count as well. */
function scoreOf(tables: RecordedTables, wanted: FindingClass, context = drawnContext) {
  const alone = rules.filter(rule => rule.class === wanted && rule.status !== 'hint')
  const asked = new Set(alone.map(({ detector }) => detector))
  const outcomes = detectors
    .filter(detector => asked.has(detector.id) && (detector.applies?.(context) ?? true))
    .map(detector => runDetector(detector, tables, context))
  expect(outcomes.filter(({ status }) => status === 'failed')).toEqual([])
  const judged = { context, activity: measureActivity(tables, context), quality: measureQuality(tables, context), unavailable: [] }
  const { findings } = judge(alone, outcomes, judged)
  return { score: Math.max(0, ...findings.map(({ score }) => score)), share: Math.max(0, ...findings.map(({ share }) => share.estimate)) }
}

/** About how time passes, how many there are at once, or what other rules of theirs measure. Each is tested where it is. */
const notDrawn: ReadonlySet<FindingClass> = new Set<FindingClass>([
  'time.change',
  'time.phase',
  'time.outlier',
  'time.periodic',
  'time.tail',
  'scale.limit',
  'mem.growth',
  'proc.thread-growth',
  // needs programs that begin and end: src/detectors/fork-exec.test.ts
  'proc.fork-exec',
  // a hint or a rate, no share of time
  'limit.reached',
  'net.listen-overflow',
  'net.queue',
  'none',
])

describe.each([...drawnCauses] as [FindingClass, DrawnCause][])('%s', (wanted, cause) => {
  const strong = cause(8)

  test('is found, and more of it never lowers the score', () => {
    const scores = [1, 2, 3, 4, 5, 6, 7, 8, 9].map(tenths => scoreOf(cause(tenths), wanted).score)
    for (const [index, score] of scores.entries())
      if (index > 0) expect(score, `${scores}`).toBeGreaterThanOrEqual(scores[index - 1] - 1e-9)
    expect(scores[7], `${scores}`).toBeGreaterThanOrEqual(25)
  })

  test('what others do beside it never raises the score', () => {
    const noisy = cause(8, {
      processes: { noise: { pid: 900, role: ProcessRole.Other } },
      ledger: `noise/900: ${marksOver('3')}`,
      stacks: 'noise: main;busy 90',
    })
    expect(scoreOf(noisy, wanted).score).toBeLessThanOrEqual(scoreOf(strong, wanted).score + 1e-9)
  })

  test('samples and waits that were lost never raise the score', () => {
    const { score } = scoreOf(strong, wanted)
    for (const every of [2, 3, 5]) expect(scoreOf(withoutEvery(strong, every), wanted).score).toBeLessThanOrEqual(score + 1e-9)
  })

  test('when it happened changes nothing', () => {
    const { score, share } = scoreOf(strong, wanted)
    const later = scoreOf(laterBy(strong, 2e9), wanted)
    expect(later.share).toBeCloseTo(share, 6)
    // the slices fall into bins of other bounds
    expect(Math.abs(later.score - score)).toBeLessThan(5)
  })

  test('who it happened to is no matter: other ids of threads and processes change nothing', () => {
    const idOf = (id: number) => 4_000_000 - 17 * id
    const target = { kind: 'pid', pid: idOf(100) } as const
    expect(scoreOf(renamed(strong, idOf), wanted, { ...drawnContext, target })).toEqual(scoreOf(strong, wanted))
  })
})

test('every class of finding that has a rule of its own is drawn, or said not to be', () => {
  const judged = new Set(rules.map(rule => rule.class))
  const open = findingClasses.filter(each => judged.has(each) && !drawnCauses.has(each) && !notDrawn.has(each))
  expect(open).toEqual([])
})
