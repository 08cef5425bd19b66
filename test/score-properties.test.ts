import { readdirSync, readFileSync } from 'node:fs'
import { join } from 'node:path'
import { describe, expect, test } from 'vitest'
import { measureActivity } from '../src/detectors/activity.ts'
import { runDetector, specOf } from '../src/detectors/detector.ts'
import { measureQuality } from '../src/detectors/quality.ts'
import { detectors } from '../src/detectors/registry.ts'
import { loadCatalogue } from '../src/rules/catalogue.ts'
import { judge } from '../src/rules/judge.ts'
import { type AnalysisContext, type FindingClass, ProcessRole, type RecordedTables } from '../src/schema.ts'
import { contextOf, type Drawing, draw } from './drawing.ts'

const DURATION_NS = 6e9
const SLICES = 30
const context = contextOf({ target: { kind: 'pid', pid: 100 }, durationNs: DURATION_NS })
const files = readdirSync('rules').map(name => ({ path: join('rules', name), text: readFileSync(join('rules', name), 'utf8') }))
const { rules } = loadCatalogue(files, detectors.map(specOf))

/** Best score of a finding of the class, 0 without one, and what it says of its share. Symptoms count as well. */
function scoreOf(tables: RecordedTables, wanted: FindingClass, of: AnalysisContext = context) {
  const outcomes = detectors.filter(detector => detector.applies?.(of) ?? true).map(detector => runDetector(detector, tables, of))
  const alone = rules.filter(rule => rule.class === wanted)
  const judged = { context: of, activity: measureActivity(tables, of), quality: measureQuality(tables, of), unavailable: [] }
  const [first] = judge(alone, outcomes, judged).findings
  return { score: first?.score ?? 0, share: first?.share.estimate ?? 0 }
}

const slices = (word: string) => Array.from({ length: SLICES }, () => word).join(' ')
const everySlice = (marks: string) => marks.repeat(SLICES).slice(0, SLICES)
const app = { app: { pid: 100 } }
const running = (tids: readonly number[], mark: string) => tids.map(tid => `app/${tid}: ${everySlice(mark)}`).join('\n')

/** By what limits: drawings in which there are so many tenths of it. */
const drawings: Readonly<Partial<Record<FindingClass, (tenths: number) => Drawing>>> = {
  'cpu.hot-function': tenths => ({
    processes: app,
    stacks: `app: main;hot ${30 * tenths}\n app: main;cold ${30 * (10 - tenths)}`,
    ledger: running([100], '#'),
  }),
  'cpu.kernel-heavy': tenths => ({
    processes: app,
    stacks: `app: main;ask;do_syscall_64@kernel;__x64_sys_read@kernel ${30 * tenths}\n app: main;cold ${30 * (10 - tenths)}`,
    ledger: running([100], '#'),
  }),
  'cpu.saturation': tenths => ({
    processes: app,
    ledger: running([1, 2, 3, 4], `${'~'.repeat(tenths)}${'#'.repeat(10 - tenths)}`),
    series: { 'cpu.idleRatio': [0, 0, 0], 'psi.cpu.someRatio': [1, 1, 1] },
  }),
  'lock.futex': tenths => ({
    processes: app,
    ledger: running([1, 2, 3, 4], String(10 - tenths)),
    waits: [1, 2, 3, 4].map(tid => `app/${tid}: futex@a0 by app/${(tid % 4) + 1} ${slices(`${10 * tenths}*10`)}`).join('\n'),
  }),
  'io.fsync': tenths => ({
    processes: app,
    ledger: running([100], String(10 - tenths)),
    waits: `app/100: fsync by interrupt ${slices(`${10 * tenths}*5`)}`,
  }),
  'wait.downstream': tenths => ({
    processes: { ...app, other: { pid: 200, role: ProcessRole.Other } },
    ledger: `${running([100], String(10 - tenths))}\n other/200: ${everySlice(String(tenths))}`,
    waits: `app/100: pipe by other/200 ${slices(`${10 * tenths}*5`)}`,
  }),
}

describe.each(Object.entries(drawings) as [FindingClass, (tenths: number) => Drawing][])('%s', (wanted, drawing) => {
  const strong = draw(drawing(8))

  test('is found, and more of it never lowers the score', () => {
    const scores = [1, 2, 3, 4, 5, 6, 7, 8, 9].map(tenths => scoreOf(draw(drawing(tenths)), wanted).score)
    for (const [index, score] of scores.entries())
      if (index > 0) expect(score, `${scores}`).toBeGreaterThanOrEqual(scores[index - 1] - 1e-9)
    expect(scores[7]).toBeGreaterThanOrEqual(25)
  })

  test('what others do beside it never raises the score', () => {
    const { processes, stacks, ledger, ...rest } = drawing(8)
    const noisy = draw({
      ...rest,
      processes: { ...processes, noise: { pid: 900, role: ProcessRole.Other } },
      ledger: `${ledger}\n noise/900: ${everySlice('3')}`,
      ...(stacks === undefined ? {} : { stacks: `${stacks}\n noise: main;busy 90` }),
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
})

/** Without every so manieth sample and wait: of stacks that are drawn one after the other as much of each is lost. */
function withoutEvery(tables: RecordedTables, every: number): RecordedTables {
  const thin = <Name extends 'sample' | 'wait'>(name: Name) => (tables[name] === undefined ? {} : { [name]: rowsOf(tables[name], every) })
  return { ...tables, ...thin('sample'), ...thin('wait') }
}

function rowsOf(table: object, every: number): object {
  const kept = (_: unknown, row: number) => row % every !== every - 1
  const entries = Object.entries(table).map(([name, column]) => {
    if (typeof column === 'number') return [name, Array.from({ length: column }).filter(kept).length]
    if (ArrayBuffer.isView(column)) return [name, (column as Float64Array).filter(kept)]
    return [name, { ...column, codes: (column as { codes: Int32Array }).codes.filter(kept) }]
  })
  return Object.fromEntries(entries)
}

function laterBy(tables: RecordedTables, ns: number): RecordedTables {
  const moved = Object.entries(tables).map(([name, table]) => {
    const columns = Object.entries(table).map(([column, values]) => {
      const isTime = column === 'timeNs' || column === 'startNs' || column === 'endNs'
      return [column, isTime && values instanceof Float64Array ? values.map(value => (value >= 0 ? value + ns : value)) : values]
    })
    return [name, Object.fromEntries(columns)]
  })
  return Object.fromEntries(moved)
}
