import { describe, expect, test } from 'vitest'
import { busy, context, idle, quality, rule } from '../../test/rules.ts'
import { dataGate, isIdle, lostRatio } from './gates.ts'

describe('the activity gate', () => {
  test('closes for a machine that uses less than 2 % of its CPUs without pressure', () => {
    expect(isIdle(idle, context)).toBe(true)
    expect(isIdle({ ...idle, runningNs: 0.39e9 }, context)).toBe(true)
    expect(isIdle({ ...idle, runningNs: 0.4e9 }, context)).toBe(false)
    expect(isIdle({ ...idle, runnableNs: 0.2e9 }, context)).toBe(false)
  })

  test('measures a program against one CPU', () => {
    const program = { ...context, target: { kind: 'pid', pid: 42 } as const }
    expect(isIdle({ ...idle, runningNs: 0.19e9 }, program)).toBe(true)
    expect(isIdle({ ...idle, runningNs: 0.2e9 }, program)).toBe(false)
  })

  test('a program that waits a tenth of its time is not idle; on a machine somebody always waits', () => {
    const program = { ...context, target: { kind: 'pid', pid: 42 } as const }
    const waiting = { ...idle, runningNs: 0.01e9, waitNs: 0.1 * context.durationNs }
    expect(isIdle({ ...waiting, waitNs: waiting.waitNs * 0.99 }, program)).toBe(true)
    expect(isIdle(waiting, program)).toBe(false)
    expect(isIdle(waiting, context)).toBe(true)
  })

  test.each([
    ['psiCpuSomeRatio', 0.1],
    ['psiIoSomeRatio', 0.01],
    ['psiMemorySomeRatio', 0.01],
  ] as const)('stays open where %s reaches %d', (name, ratio) => {
    expect(isIdle({ ...idle, [name]: ratio * 0.99 }, context)).toBe(true)
    expect(isIdle({ ...idle, [name]: ratio }, context)).toBe(false)
  })

  test('goes by CPU time where pressure is not measured, and stays open where nothing is', () => {
    const blind = { psiCpuSomeRatio: Number.NaN, psiIoSomeRatio: Number.NaN, psiMemorySomeRatio: Number.NaN }
    expect(isIdle({ ...idle, ...blind }, context)).toBe(true)
    expect(isIdle({ ...busy, ...blind }, context)).toBe(false)
    expect(isIdle({ ...idle, ...blind, runningNs: Number.NaN }, context)).toBe(false)
    expect(isIdle(idle, { ...context, durationNs: 0 })).toBe(false)
  })
})

describe('the data gate', () => {
  const sampled = rule({ minSamples: 'minSamples: 20' })

  test('lets a rule pass that has its samples, or needs none', () => {
    expect(dataGate(sampled, { ...quality, samples: 20 }, context)).toBeUndefined()
    expect(dataGate(rule(), { ...quality, samples: 0 }, context)).toBeUndefined()
  })

  test.each([
    [19, 'It needs 20 samples; only 19 of the target were taken.', 'Record 1 s longer, or while the target works more.'],
    [4, 'It needs 20 samples; only 4 of the target were taken.', 'Record 40 s longer, or while the target works more.'],
    [1, 'It needs 20 samples; only 1 of the target was taken.', 'Record 3.17 min longer, or while the target works more.'],
    [0, 'It needs 20 samples; no sample of the target was taken.', 'Record while the target works.'],
  ])('says with %i samples how much longer to record', (samples, reason, remedy) => {
    expect(dataGate(sampled, { ...quality, samples }, context)).toEqual({ rule: 'run-queue', reason, remedy })
  })

  test('says so where no samples could be taken at all', () => {
    expect(dataGate(sampled, { ...quality, samples: 0 }, { ...context, sampling: undefined })).toEqual({
      rule: 'run-queue',
      reason: 'No samples could be taken here.',
      remedy: 'Run `autotune check`: it says what sampling needs.',
    })
  })
})

test('losses are a share of all records there were', () => {
  expect(lostRatio({ ...quality, lost: 0, machineSamples: 0 })).toBe(0)
  expect(lostRatio({ ...quality, lost: 5, machineSamples: 95 })).toBe(0.05)
  expect(lostRatio({ ...quality, lost: 5, machineSamples: 0 })).toBe(1)
})
