import { describe, expect, test } from 'vitest'
import { busy, context, finding, idle, interval, observation, quality, rule } from '../../test/rules.ts'
import { findingClasses } from '../schema.ts'
import type { Judgement } from './judge.ts'
import { reachVerdict, standingOf, type VerdictInput } from './verdict.ts'

const judgement: Judgement = {
  idle: false,
  fixOrder: [],
  observations: [],
  findings: [],
  cleared: [],
  notEvaluated: [],
  evaluatedCount: 5,
  unproven: [],
}
const input: VerdictInput = { judgement, context, activity: busy, quality, cost: { cpuRatio: 0.005, cpuNs: 1e8, rssBytes: 1e8 } }
const verdict = (part: Partial<Judgement>, rest: Partial<VerdictInput> = {}) =>
  reachVerdict({ ...input, judgement: { ...judgement, ...part }, ...rest })

const saturation = finding({ share: interval(0.74, 0.72, 0.76) })
const steal = finding({ class: 'cpu.steal', share: interval(0.3, 0.28, 0.32) })
const hot = finding({
  class: 'cpu.hot-function',
  share: interval(0.62, 0.6, 0.64),
  culprits: [{ kind: 'function', name: 'hash_block', share: 0.62 }],
})

describe('with findings the verdict names cause, target, share and standing:', () => {
  test.each([
    ['alone', [saturation], "CPU saturation limits this machine: 74 % of its threads' time is spent waiting for a CPU."],
    [
      'dominant',
      [saturation, steal],
      "CPU saturation limits this machine: 74 % of its threads' time is spent waiting for a CPU (dominant).",
    ],
    ['leading', [hot, steal], "One hot function limits this machine: 62 % of its threads' time is spent in hash_block (leading)."],
    [
      'tied',
      [steal, finding({ share: interval(0.29, 0.27, 0.31) })],
      "CPU steal and CPU saturation limit this machine alike: 30 % and 29 % of its threads' time (tied).",
    ],
    [
      'tied hot functions',
      [hot, { ...hot, share: interval(0.6, 0.55, 0.65) }],
      "Two hot functions limit this machine alike: 62 % and 60 % of its threads' time (tied).",
    ],
    [
      'without a culprit',
      [{ ...hot, culprits: [] }],
      "One hot function limits this machine: 62 % of its threads' time is spent in one function.",
    ],
  ])('%s', (standing, findings, text) => {
    const leading = standing === 'leading' ? [findings[0], { ...findings[1], share: interval(0.4, 0.35, 0.45) }] : findings
    expect(verdict({ findings: leading }).text).toBe(text)
  })

  test('an experimental rule speaks only when no proven one does, and then softly', () => {
    const trial = { ...steal, experimental: true }
    expect(verdict({ findings: [saturation, trial] })).toEqual({ text: verdict({ findings: [saturation] }).text, confidence: 'high' })
    expect(verdict({ findings: [trial] })).toEqual({
      text: "CPU steal limits this machine: 30 % of its threads' time is taken by the hypervisor. Confidence is low: the rule is experimental.",
      confidence: 'low',
    })
  })
})

test('standings follow the intervals', () => {
  const first = finding({ share: interval(0.5, 0.4, 0.6) })
  const against = (high: number) => standingOf(first, finding({ share: interval(high, 0, high) }))
  expect([standingOf(first, undefined), against(0.19), against(0.2), against(0.39), against(0.4)]).toEqual([
    'single',
    'dominant',
    'leading',
    'leading',
    'tied',
  ])
})

test('what outranks a larger share because that is capped is not called alike', () => {
  expect(standingOf(steal, saturation)).toBe('outranking')
  expect(verdict({ findings: [steal, saturation] }).text).toBe(
    "CPU steal limits this machine: 30 % of its threads' time is taken by the hypervisor.",
  )
})

describe('without findings', () => {
  test('an idle target has no bottleneck', () => {
    expect(verdict({ idle: true }, { activity: idle })).toEqual({
      text: 'No bottleneck: this machine is idle (1.5 % CPU).',
      confidence: 'high',
    })
    const program = { ...context, target: { kind: 'pid', pid: 42 } as const }
    const blind = { ...idle, runningNs: 1e8, psiIoSomeRatio: Number.NaN }
    expect(verdict({ idle: true }, { activity: blind, context: program })).toEqual({
      text: 'No bottleneck: process 42 is idle (1.0 % of one CPU). Waits for disks and memory were not measured.',
      confidence: 'medium',
    })
  })

  test('a busy target that nothing limits has none either', () => {
    expect(verdict({})).toEqual({
      text: "No bottleneck found: nothing costs this machine a provable 5 % of its threads' time.",
      confidence: 'high',
    })
    const notEvaluated = [{ rule: 'x', reason: '', remedy: '' }]
    expect(verdict({ notEvaluated })).toEqual({
      text: "No bottleneck found: nothing costs this machine a provable 5 % of its threads' time. 1 rule could not be evaluated here.",
      confidence: 'medium',
    })
  })

  test('what is not known is said to be inconclusive, with low confidence', () => {
    const unproven = [{ rule: rule(), observation: observation({ share: interval(0.2, 0.01, 0.6) }) }]
    expect([
      verdict({ evaluatedCount: 0 }),
      verdict({}, { quality: { ...quality, lost: 500 } }),
      verdict({ unproven }),
      verdict({}, { quality: { ...quality, samples: 5 } }),
    ]).toEqual([
      { text: 'Inconclusive: nothing could be measured of this machine.', confidence: 'low' },
      { text: 'Inconclusive: 20 % of the samples were lost.', confidence: 'low' },
      { text: 'Inconclusive: run-queue may cost this machine between 1.0 % and 60 % of its time; record longer.', confidence: 'low' },
      {
        text: 'Inconclusive: 5 samples of this machine are too few. Record 30 s longer, or while the target works more.',
        confidence: 'low',
      },
    ])
  })
})

describe('confidence in a finding', () => {
  const sure = (rest: Partial<VerdictInput>, findings = [hot]) => verdict({ findings }, rest).confidence

  test('is high when data and intervals are good', () => {
    expect(sure({})).toBe('high')
  })

  test('is low when more than 5 % of the samples are lost, and says why', () => {
    expect(verdict({ findings: [saturation] }, { quality: { ...quality, lost: 200 } })).toEqual({
      text: "CPU saturation limits this machine: 74 % of its threads' time is spent waiting for a CPU. Confidence is low: 9.1 % of the samples were lost.",
      confidence: 'low',
    })
  })

  test.each([
    ['low', { quality: { ...quality, samples: 19 } }],
    ['low', { quality: { ...quality, unknownFrames: 0.51 } }],
    ['medium', { quality: { ...quality, unknownFrames: 0.21 } }],
    ['medium', { quality: { ...quality, truncatedStacks: 0.21 } }],
    ['medium', { quality: { ...quality, lost: 50 } }],
    ['medium', { quality: { ...quality, closure: { totalRatio: 0.021, worstRatio: 0.5 } } }],
    ['high', { quality: { ...quality, closure: { totalRatio: 0.02, worstRatio: 0.5 } } }],
    ['medium', { context: { ...context, sampling: undefined } }],
    ['medium', { cost: { cpuRatio: 0.021, cpuNs: 0, rssBytes: 0 } }],
    [
      'high',
      { quality: { ...quality, unknownFrames: 0.2, truncatedStacks: 0.2, lost: 20 }, cost: { cpuRatio: 0.02, cpuNs: 0, rssBytes: 0 } },
    ],
  ] as const)('is %s with %o', (level, rest) => {
    expect(sure(rest)).toBe(level)
  })

  test('is medium for ties and wide intervals', () => {
    expect(sure({}, [hot, { ...hot, share: interval(0.6, 0.5, 0.7) }])).toBe('medium')
    expect(sure({}, [{ ...hot, share: interval(0.5, 0.3, 0.61) }])).toBe('medium')
  })

  test('does not suffer from nameless frames where they do not matter', () => {
    expect(sure({ quality: { ...quality, unknownFrames: 1 } }, [saturation])).toBe('high')
  })
})

test('whatever the class and the names, the verdict fits two lines of 80 columns and holds no control character', () => {
  const name = `x${'y'.repeat(300)}\n\u001b[31m`
  const targets = [
    { kind: 'machine' },
    { kind: 'comm', comm: name },
    { kind: 'cgroup', path: '/'.repeat(999) },
    { kind: 'command', command: [name, 'a b'], pid: 1 },
  ] as const
  for (const classId of findingClasses) {
    const culprits = (['function', 'thread', 'process', 'device', 'cgroup', 'peer'] as const).map(kind => ({ kind, name, share: 1 }))
    const first = finding({ class: classId, culprits, share: interval(0.5) })
    for (const target of targets) {
      for (const second of [finding({ share: interval(0.1) }), finding({ class: 'cpu.kernel-heavy', share: interval(0.5) })]) {
        const { text } = verdict({ findings: [first, second] }, { context: { ...context, target }, quality: { ...quality, lost: 900 } })
        const lines = wrap(text)
        expect(lines.length, text).toBeLessThanOrEqual(2)
        expect(Math.max(...lines.map(line => line.length)), text).toBeLessThanOrEqual(80)
        expect(text).toMatch(/^[^\p{Cc}]+$/u)
        expect(text).toContain('50 %')
      }
    }
  }
})

/** Words into lines of at most 80 columns where words allow it. */
function wrap(text: string): string[] {
  const lines = ['']
  for (const word of text.split(' ')) {
    const last = lines[lines.length - 1]
    if (last === '') lines[lines.length - 1] = word
    else if (last.length + 1 + word.length <= 80) lines[lines.length - 1] = `${last} ${word}`
    else lines.push(word)
  }
  return lines
}
