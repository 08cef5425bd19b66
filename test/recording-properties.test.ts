import { readdirSync, readFileSync } from 'node:fs'
import { join } from 'node:path'
import { describe, expect, test } from 'vitest'
import { measureActivity } from '../src/detectors/activity.ts'
import { runDetector, specOf } from '../src/detectors/detector.ts'
import { burstReplays } from '../src/detectors/gain/burst-replay.ts'
import { estimateGains } from '../src/detectors/gain/estimate.ts'
import { observeHalves } from '../src/detectors/halves.ts'
import { findLostRows } from '../src/detectors/lost-rows.ts'
import { measureQuality } from '../src/detectors/quality.ts'
import { detectors } from '../src/detectors/registry.ts'
import { burstTimelines } from '../src/detectors/replay/timelines.ts'
import { seededRandom } from '../src/detectors/statistics/random.ts'
import { measureUnexplained } from '../src/detectors/unexplained.ts'
import { leafBlame } from '../src/detectors/wait-blame.ts'
import { blameWaits } from '../src/detectors/wait-flow.ts'
import { loadCatalogue } from '../src/rules/catalogue.ts'
import { diagnose } from '../src/rules/diagnose.ts'
import type { Diagnosis, RecordedTables } from '../src/schema.ts'
import { tableOf } from '../src/table-builder.ts'
import { renamed } from './changed-tables.ts'
import { drawRandomBurst } from './random-burst.ts'
import { drawRandomRecording, type RandomRecording } from './random-recording.ts'

const files = readdirSync('rules').map(name => ({ path: join('rules', name), text: readFileSync(join('rules', name), 'utf8') }))
const { rules } = loadCatalogue(files, detectors.map(specOf))
const seeds = Array.from({ length: 8 }, (_, seed) => seed + 1)
const recordingOf = (seed: number): RandomRecording => drawRandomRecording(seededRandom(seed))

/** The whole analysis, as src/pipeline/analyzer.ts makes it. */
function analyse({ tables, context }: RandomRecording): Diagnosis {
  const asked = detectors.filter(detector => detector.applies?.(context) ?? true)
  const outcomes = asked.map(detector => runDetector(detector, tables, context))
  expect(outcomes.filter(({ status }) => status === 'failed')).toEqual([])
  return diagnose({
    rules: rules.filter(({ detector }) => asked.some(({ id }) => id === detector)),
    outcomes,
    context,
    activity: measureActivity(tables, context),
    quality: measureQuality(tables, context),
    unavailable: [],
    cost: { cpuRatio: 0, cpuNs: 0, rssBytes: 0 },
    halves: ids =>
      observeHalves(
        asked.filter(({ id }) => ids.has(id)),
        tables,
        context,
      ),
    gains: estimateGains(tables, context, burstReplays(tables, context)),
    unexplained: observations => measureUnexplained(tables, context, observations),
  })
}

describe('any recording', () => {
  test('twice the same gives the same bytes', () => {
    let findings = 0
    for (const seed of seeds) {
      const once = analyse(recordingOf(seed))
      findings += once.findings.length
      expect(JSON.stringify(analyse(recordingOf(seed))), `seed ${seed}`).toBe(JSON.stringify(once))
    }
    // the recordings must say something for that to mean something
    expect(findings).toBeGreaterThan(seeds.length)
  }, 60_000)

  test('has scores of 0..100, shares and gains of 0..1 in order, and what is unexplained is no more than all', () => {
    for (const seed of seeds) {
      const { findings, unexplained, fixOrder = [] } = analyse(recordingOf(seed))
      for (const { score, share, gain } of findings) {
        expect(score >= 25 && score <= 100, `seed ${seed}: ${score}`).toBe(true)
        for (const each of [share, ...(gain === undefined ? [] : [gain, gain.half ?? gain])]) {
          expect([0, each.low, each.estimate, each.high, 1], `seed ${seed}`).toEqual(
            [0, each.low, each.estimate, each.high, 1].sort((a, b) => a - b),
          )
        }
      }
      expect(unexplained?.ratio ?? 0).toBeGreaterThanOrEqual(0)
      expect(unexplained?.ratio ?? 0).toBeLessThanOrEqual(1)
      expect(fixOrder.map(({ totalRatio }) => totalRatio)).toEqual(fixOrder.map(({ totalRatio }) => totalRatio).sort((a, b) => a - b))
    }
  }, 60_000)

  test('with other ids of threads and processes has the same findings, scores and gains', () => {
    const idOf = (id: number) => 4_000_000 - 17 * id
    const told = ({ findings }: Diagnosis) =>
      findings
        .map(({ rule, score, share, gain }) => [rule, score.toFixed(6), share.estimate.toFixed(9), gain?.estimate.toFixed(6)].join(' '))
        .sort()
    for (const seed of seeds) {
      const { tables, context } = recordingOf(seed)
      const target = context.target.kind === 'pid' ? { ...context.target, pid: idOf(context.target.pid) } : context.target
      const others = analyse({ tables: renamed(tables, idOf), context: { ...context, target } })
      expect(told(others), `seed ${seed}`).toEqual(told(analyse({ tables, context })))
    }
  }, 60_000)

  test('of which more was lost has no higher score, and no more confidence', () => {
    for (const seed of seeds.slice(0, 4)) {
      const { tables, context } = recordingOf(seed)
      const withLost = (count: number) =>
        analyse({
          tables: { ...tables, quality: tableOf('quality', [{ timeNs: 1e9, kind: 'lostRecords', subject: 'cpu0', count }]) },
          context,
        })
      const [few, many] = [withLost(0), withLost(1e6)]
      const scores = new Map(few.findings.map(({ rule, subject, score }) => [`${rule} ${subject}`, score]))
      for (const { rule, subject, score } of many.findings) expect(score).toBeLessThanOrEqual(scores.get(`${rule} ${subject}`) ?? 0)
      expect(many.verdict.confidence, `seed ${seed}`).toBe('low')
    }
  }, 60_000)

  test('has waits whose causes add up to them, neither more nor less', () => {
    for (const seed of seeds) {
      const { tables, context } = recordingOf(seed)
      const { graph, rows } = findLostRows(withWaits(tables), context)
      const all = tables.wait ?? { length: 0 }
      for (const some of [rows, Array.from({ length: all.length }, (_, row) => row)]) {
        const { ns, causes } = blameWaits(graph, withWaits(tables).wait, some)
        const blamed = causes.reduce((sum, cause) => sum + cause.ns, 0)
        expect(Math.abs(blamed - ns), `seed ${seed}`).toBeLessThanOrEqual(1e-6 * Math.max(1, ns))
      }
    }
  })
})

test('any wait of any burst is divided exactly, to the nanosecond', () => {
  let waits = 0
  for (let seed = 1; seed <= 200; seed++) {
    const { event, burst } = drawRandomBurst(seed)
    const lines = burstTimelines(event, { first: 0, end: event.length, endNs: burst.durationNs[0] })
    for (const [tid, segments] of lines) {
      for (const { startNs, endNs } of segments) {
        const parts = leafBlame(lines, tid, { startNs, endNs })
        expect(
          parts.reduce((sum, { ns }) => sum + ns, 0),
          `seed ${seed}`,
        ).toBe(endNs - startNs)
        waits++
      }
    }
  }
  expect(waits).toBeGreaterThan(1000)
})

function withWaits({ process, wait, ...tables }: RecordedTables) {
  if (process === undefined || wait === undefined) throw new Error('A random recording has waits.')
  return { ...tables, process, wait }
}
