import { describe, expect, test } from 'vitest'
import { busy, context, idle, interval, observation, quality, rule } from '../../test/rules.ts'
import type { DetectorOutcome, Observation } from '../schema.ts'
import { discoveries } from './discovery.ts'
import { type JudgeContext, judge } from './judge.ts'

const long = { ...context, durationNs: 30e9 }
const input: JudgeContext = { context: long, activity: busy, quality, unavailable: [] }
const ran = (...observations: Observation[]): DetectorOutcome[] => [{ detector: 'run-queue', status: 'ran', observations }]
const halvesOf = (first: number, second: number) => () =>
  [first, second].map(share => ran(observation({ share: interval(share) }))) as never

describe('the gate against chance', () => {
  const unsure = (subject: string) => observation({ subject, share: { estimate: 0.09, low: 0.051, high: 0.13 } })

  test('lets one candidate pass that it silences among many that are not sure either', () => {
    expect(judge([rule()], ran(unsure('a')), input).findings).toHaveLength(1)
    const doubtful = Array.from({ length: 20 }, (_, index) =>
      observation({ subject: `b${index}`, share: { estimate: 0.06, low: 0, high: 0.2 } }),
    )
    const { findings, notEvaluated } = judge([rule()], ran(unsure('a'), ...doubtful), input)
    expect(findings).toEqual([])
    expect(notEvaluated.map(({ reason }) => reason)).toEqual([expect.stringContaining('among 21 candidates')])
  })

  test('never silences what is sure, whatever else is not', () => {
    const doubtful = Array.from({ length: 50 }, (_, index) =>
      observation({ subject: `b${index}`, share: { estimate: 0.06, low: 0, high: 0.2 } }),
    )
    const sure = observation({ subject: 'a', share: { estimate: 0.3, low: 0.28, high: 0.32 } })
    expect(judge([rule()], ran(sure, ...doubtful), input).findings.map(({ subject }) => subject)).toEqual(['a'])
  })

  test('by hand: of 0.01, 0.02, 0.04, 0.9 the first two hold at 5 %', () => {
    const candidates = [0.04, 0.9, 0.01, 0.02].map(chanceRatio => ({
      rule: rule(),
      observation: observation({ metrics: { chanceRatio }, share: interval(0) }),
    }))
    const held = discoveries(candidates)
    expect(candidates.filter(candidate => held.has(candidate)).map(({ observation: { metrics } }) => metrics.chanceRatio)).toEqual([
      0.01, 0.02,
    ])
  })
})

describe('the gate of stability', () => {
  const whole = ran(observation({ share: interval(0.3) }))

  test('says nothing about what is in both halves', () => {
    expect(judge([rule()], whole, { ...input, halves: halvesOf(0.3, 0.3) }).findings[0].when).toBeUndefined()
  })

  test('says in which half it is', () => {
    const [finding] = judge([rule()], whole, { ...input, halves: halvesOf(0.001, 0.6) }).findings
    expect(finding.when).toBe('Only in the second half: 60 % of the time there, 0.1 % in the other.')
  })

  test('silences what is in neither, and says so', () => {
    const { findings, notEvaluated } = judge([rule()], whole, { ...input, halves: halvesOf(0.001, 0.002) })
    expect(findings).toEqual([])
    expect(notEvaluated[0].reason).toContain('in neither half')
  })

  test('is not asked of short recordings, nor when nothing was found', () => {
    const never = () => {
      throw new Error('asked')
    }
    expect(judge([rule()], whole, { ...input, context, halves: halvesOf(0, 0) }).findings.length).toBe(context.durationNs >= 10e9 ? 0 : 1)
    expect(judge([rule()], ran(observation({ share: interval(0.001) })), { ...input, halves: never }).findings).toEqual([])
    expect(judge([rule()], whole, { ...input, activity: idle, halves: never }).findings).toEqual([])
  })
})

describe('what no input may do', () => {
  const shares = [0.06, 0.08, 0.1, 0.2, 0.4, 0.8]

  test('more of the bad thing never lowers a score', () => {
    const scores = shares.map(share => judge([rule()], ran(observation({ share: interval(share) })), input).findings[0]?.score ?? 0)
    expect([...scores].sort((a, b) => a - b)).toEqual(scores)
  })

  test('more noise and more losses never raise one', () => {
    const scoreAt = (error: number, lost: number) =>
      judge([rule()], ran(observation({ share: { estimate: 0.3, low: Math.max(0, 0.3 - error), high: Math.min(1, 0.3 + error) } })), {
        ...input,
        quality: { ...quality, lost },
      }).findings[0]?.score ?? 0
    const scores = [0, 0.05, 0.1, 0.2, 0.3].map(error => scoreAt(error, 0))
    expect([...scores].sort((a, b) => b - a)).toEqual(scores)
    expect(scoreAt(0.1, 1e6)).toBeLessThanOrEqual(scoreAt(0.1, 0))
  })
})
