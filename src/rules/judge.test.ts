import { describe, expect, test } from 'vitest'
import { busy, context, idle, interval, observation, quality, rule, ruleText } from '../../test/rules.ts'
import type { DetectorOutcome, Observation, Unavailable } from '../schema.ts'
import { loadCatalogue } from './catalogue.ts'
import { type JudgeContext, judge } from './judge.ts'
import type { LoadedRule } from './rule.ts'
import { reachVerdict } from './verdict.ts'

const input: JudgeContext = { context, activity: busy, quality, unavailable: [] }
const ran = (...observations: Observation[]): DetectorOutcome[] => [{ detector: 'run-queue', status: 'ran', observations }]
const clears = 'clears: {resource: CPU, metric: queuedRatio, text: "queued {queuedRatio}"}'
const metrics = (queuedRatio: number, busyRatio = 1, waitNs = 0) => ({ queuedRatio, busyRatio, waitNs })

test('an observation that meets all conditions becomes a finding with its texts filled', () => {
  const culprits = [{ kind: 'process', name: 'stress-ng (pid 42)', share: 1 }] as const
  const { findings, cleared, notEvaluated } = judge([rule({ undo: 'undo: [take it back]' })], ran(observation({ culprits })), input)
  expect({ cleared, notEvaluated }).toEqual({ cleared: [], notEvaluated: [] })
  expect(findings).toEqual([
    {
      id: 'F1',
      class: 'cpu.saturation',
      rule: 'run-queue',
      title: 'Threads queue',
      subject: 'this machine',
      score: expect.closeTo(97.2, 1),
      share: interval(0.5),
      culprits,
      evidence: ['50 % queued', 'stress-ng (pid 42) waited 3 ms'],
      why: 'More threads than CPUs.',
      next: ['Look at stress-ng (pid 42).'],
      undo: ['take it back'],
    },
  ])
})

describe('findings are ranked', () => {
  const at = (subject: string, low: number): Observation => observation({ subject, share: interval(low) })

  test('by score, then subject, the same for any order of what came in', () => {
    const observations = [at('b', 0.1), at('c', 0.3), at('a', 0.1)]
    for (const order of [observations, [...observations].reverse()]) {
      const { findings } = judge([rule()], ran(...order), input)
      expect(findings.map(({ id, subject }) => `${id} ${subject}`)).toEqual(['F1 c', 'F2 a', 'F3 b'])
    }
  })

  test('with the same score by the lower bound, then by rule', () => {
    const capped = 'score: {ceiling: 40}'
    const same = judge([rule({ score: capped })], ran(at('a', 0.2), at('b', 0.3)), input)
    expect(same.findings.map(({ subject, score }) => `${subject} ${score}`)).toEqual(['b 40', 'a 40'])
    const twins = ['z-rule', 'y-rule'].map(id => loaded({ id: `id: ${id}`, detector: 'detector: run-queue' }))
    const { findings } = judge(twins, ran(at('b', 0.2), at('a', 0.2)), input)
    expect(findings.map(({ rule, subject }) => `${rule} ${subject}`)).toEqual(['y-rule a', 'y-rule b', 'z-rule a', 'z-rule b'])
  })

  test('experimental ones after the proven, and marked', () => {
    const trial = loaded({
      id: 'id: a-trial',
      detector: 'detector: run-queue',
      status: 'status: experimental',
      score: 'score: 100',
      class: 'class: cpu.hot-function',
    })
    const { findings } = judge([trial, rule()], ran(at('a', 0.1)), input)
    expect(findings.map(({ rule, experimental }) => [rule, experimental])).toEqual([
      ['run-queue', undefined],
      ['a-trial', true],
    ])
  })
})

describe('the score', () => {
  const score = (field: string, share = interval(0.2)) =>
    judge([rule({ score: field })], ran(observation({ share })), input).findings[0]?.score

  test('has a ceiling where the rule sets one', () => {
    expect(score('score: {ceiling: 60}')).toBe(60)
  })

  test('may be an expression, which is kept within 0..100', () => {
    expect(score('score: e2(share.low, 0.2, 0.5)')).toBe(25)
    expect(score('score: 900.0 * share.low')).toBe(100)
    expect(score('score: -5')).toBeUndefined()
  })

  test('that is no number is told, not guessed', () => {
    const { findings, notEvaluated } = judge([rule({ score: 'score: e2(share.low, 0, 0)' })], ran(observation()), input)
    expect(findings).toEqual([])
    expect(notEvaluated[0].reason).toBe('Not measured here: score.')
  })
})

describe('the effect gate', () => {
  test('lets pass what costs at least 5 % on the lower bound', () => {
    expect(judge([rule()], ran(observation({ share: interval(0.2, 0.05, 0.3) })), input).findings).toHaveLength(1)
  })

  test.each(['stable', 'experimental'])('clears what an %s rule finds small', status => {
    const { findings, cleared } = judge(
      [rule({ clears, status: `status: ${status}` })],
      ran(observation({ share: interval(0.04, 0.03, 0.2) })),
      input,
    )
    expect(findings).toEqual([])
    expect(cleared).toEqual([{ resource: 'CPU', metric: 'queuedRatio', value: 0.5, text: 'queued 50 %' }])
  })

  test('neither fires nor clears what may be large', () => {
    const { findings, cleared, notEvaluated, unproven } = judge(
      [rule({ clears })],
      ran(observation({ share: interval(0.2, 0.01, 0.6) })),
      input,
    )
    expect({ findings, cleared }).toEqual({ findings: [], cleared: [] })
    expect(unproven).toHaveLength(1)
    expect(notEvaluated).toEqual([
      {
        rule: 'run-queue',
        reason: "It may cost anything between 1.0 % and 60 % of the target's time: too little was seen to tell.",
        remedy: 'Record longer.',
      },
    ])
  })
})

describe('what is measured and innocent', () => {
  test('is cleared by the worst of its observations', () => {
    const innocent = [0.01, 0.03, 0.02].map(share => observation({ subject: `${share}`, metrics: metrics(share), share: interval(share) }))
    const { cleared, evaluatedCount } = judge([rule({ clears })], ran(...innocent), input)
    expect(cleared).toEqual([{ resource: 'CPU', metric: 'queuedRatio', value: 0.03, text: 'queued 3.0 %' }])
    expect(evaluatedCount).toBe(1)
  })

  test('is not cleared when another subject is guilty, nor without a value', () => {
    expect(judge([rule({ clears })], ran(observation(), observation({ metrics: metrics(0) })), input).cleared).toEqual([])
    const unknown = observation({ metrics: metrics(Number.NaN, 0) })
    expect(judge([rule({ clears })], ran(unknown), input).cleared).toEqual([])
  })
})

describe('what is quiet and large', () => {
  const large = observation({ metrics: metrics(0), share: interval(0.33) })

  test('says which condition could not be judged where none is known to fail', () => {
    const unknown = observation({ metrics: { queuedRatio: 0.33, waitNs: 0 }, share: interval(0.33) })
    const { notEvaluated } = judge([rule({ clears, when: 'when: [queuedRatio > 0.05, busyRatio > 0.5]' })], ran(unknown), input)
    expect(notEvaluated.map(({ reason }) => reason)).toEqual([expect.stringContaining('busyRatio')])
  })

  test('is not cleared: it says which condition keeps the rule quiet', () => {
    const { cleared, notEvaluated } = judge([rule({ clears })], ran(large), input)
    expect(cleared).toEqual([])
    expect(notEvaluated).toEqual([
      {
        rule: 'run-queue',
        reason: "It takes 33 % of the target's time, but does not look like this problem: queuedRatio > 0.05 does not hold.",
        remedy: '',
      },
    ])
  })

  test('is said once where another rule of the same measurement finds it', () => {
    const other = loaded({ id: 'id: other', detector: 'detector: run-queue', when: 'when: [busyRatio > 0.85]' })
    const found = judge([rule({ clears }), other], ran(observation({ ...large, metrics: metrics(0, 1) })), input)
    expect(found.findings).toHaveLength(1)
    expect(found.notEvaluated).toEqual([])
  })
})

describe('an idle target', () => {
  const still = { ...input, activity: idle }

  test('has no finding, and keeps what was cleared', () => {
    const { findings, idle: closed } = judge([rule()], ran(observation()), still)
    expect({ findings, closed }).toEqual({ findings: [], closed: true })
    expect(judge([rule({ clears })], ran(observation({ metrics: metrics(0) })), still).cleared).toHaveLength(1)
  })

  test('leaves nothing unproven: its small times are all there is', () => {
    const { unproven, notEvaluated } = judge([rule()], ran(observation({ share: interval(0.2, 0.01, 0.6) })), still)
    expect({ unproven, notEvaluated }).toEqual({ unproven: [], notEvaluated: [] })
  })

  test('clears nothing that a rule objects to, and needs no samples', () => {
    expect(judge([rule({ clears })], ran(observation()), still).cleared).toEqual([])
    const hungry = rule({ minSamples: 'minSamples: 20' })
    expect(judge([hungry], ran(observation()), { ...still, quality: { ...quality, samples: 2 } }).notEvaluated).toEqual([])
  })
})

describe('not evaluated, with reason and remedy, is a rule', () => {
  const unavailable: Unavailable[] = [
    {
      topic: 'samples',
      tables: ['sample'],
      series: [],
      reason: 'perf_event_paranoid is 3.',
      remedy: 'sudo sysctl kernel.perf_event_paranoid=1',
    },
    { topic: 'PSI', tables: [], series: ['psi.'], reason: 'the kernel runs with psi=0', remedy: 'Boot with psi=1.' },
  ]
  const judged = (outcomes: DetectorOutcome[], changes: Readonly<Record<string, string>> = {}) =>
    judge([rule({ clears, ...changes })], outcomes, { ...input, unavailable })
  const check = 'Run `autotune check`: it says what this host allows and how to get the rest.'

  test.each([
    ['sample', 'The table sample was not recorded: perf_event_paranoid is 3.', 'sudo sysctl kernel.perf_event_paranoid=1'],
    ['process', 'The table process was not recorded.', check],
  ])('whose detector misses the table %s', (table, reason, remedy) => {
    const { notEvaluated, cleared } = judged([{ detector: 'run-queue', status: 'skipped', missing: [table] }])
    expect(notEvaluated).toEqual([{ rule: 'run-queue', reason, remedy }])
    expect(cleared).toEqual([])
  })

  test('whose detector failed', () => {
    expect(judged([{ detector: 'run-queue', status: 'failed', message: 'TypeError: x is not a function\n    at y' }]).notEvaluated).toEqual(
      [
        {
          rule: 'run-queue',
          reason: 'The detector run-queue has a bug and failed: TypeError: x is not a function',
          remedy: 'Please report it with this message and, if you can, the recording.',
        },
      ],
    )
  })

  test('whose detector did not run', () => {
    expect(judged([]).notEvaluated[0].reason).toBe('The detector run-queue did not run.')
  })

  test('is not mentioned when what its detector looks for did not occur', () => {
    expect(judged(ran())).toMatchObject({ notEvaluated: [], findings: [], cleared: [] })
  })

  test('that depends on a metric that was not measured, with the reason of the series it names', () => {
    const half = ran(observation({ metrics: metrics(Number.NaN) }))
    expect(judged(half).notEvaluated).toEqual([{ rule: 'run-queue', reason: 'Not measured here: queuedRatio.', remedy: check }])
    for (const series of ['psi.cpu.someRatio', 'psi.cpu.', 'psi.']) {
      expect(judged(half, { series: `series: [${series}]` }).notEvaluated).toEqual([
        { rule: 'run-queue', reason: 'Not measured here: queuedRatio: the kernel runs with psi=0.', remedy: 'Boot with psi=1.' },
      ])
    }
    expect(judged(half, { series: 'series: [cpu.idleRatio]' }).notEvaluated[0].remedy).toBe(check)
  })

  test('also where another subject fires', () => {
    const { findings, notEvaluated } = judged(ran(observation(), observation({ metrics: metrics(Number.NaN) })))
    expect([findings.length, notEvaluated.length]).toEqual([1, 1])
  })

  test('but not one that is quiet for another reason', () => {
    const { notEvaluated, evaluatedCount } = judged(ran(observation({ metrics: metrics(Number.NaN, 0) })))
    expect([notEvaluated, evaluatedCount]).toEqual([[], 1])
  })
})

/** A rule of any id for the same detector. */
function loaded(changes: Readonly<Record<string, string>>): LoadedRule {
  const id = changes.id.replace('id: ', '')
  const spec = { detector: 'run-queue', metrics: { queuedRatio: '', busyRatio: '', waitNs: '' }, facts: { worst: '' } }
  const { rules, broken } = loadCatalogue([{ path: `${id}.yaml`, text: ruleText(changes) }], [spec])
  expect(broken).toEqual([])
  return rules[0]
}

test('a hint comes last with the least score, whatever was lost, and never makes the verdict', () => {
  const hint = rule({ status: 'status: hint' })
  const judgement = judge([hint], [{ detector: 'run-queue', status: 'ran', observations: [observation({ share: interval(0) })] }], {
    context,
    activity: busy,
    quality,
    unavailable: [],
  })
  expect(judgement.findings.map(({ score, hint, experimental }) => ({ score, hint, experimental }))).toEqual([
    { score: 25, hint: true, experimental: true },
  ])
  const cost = { cpuRatio: 0, cpuNs: 0, rssBytes: 0 }
  expect(reachVerdict({ judgement, context, activity: busy, quality, cost }).text).toMatch(/^No bottleneck found/)
})
