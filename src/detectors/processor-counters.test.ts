import { expect, test } from 'vitest'
import { observe } from '../../test/observe.ts'
import { processorCounters } from './processor-counters.ts'

const ten = (value: number) => Array.from({ length: 10 }, () => value)
const counters = {
  'pmu.cyclesPerSec cpu0': ten(2e9),
  'pmu.cyclesPerSec cpu1': ten(2e9),
  'pmu.instructionsPerSec cpu0': ten(1e9),
  'pmu.instructionsPerSec cpu1': ten(1e9),
  'pmu.branchPerSec cpu0': ten(4e8),
  'pmu.branchMissPerSec cpu0': ten(4e7),
  'pmu.stalledBackendPerSec cpu0': ten(1e9),
} as const

test('adds the counters of all CPUs, an observation per kind of loss that was counted', () => {
  const found = observe(processorCounters, { series: counters, ledger: 'app/100: ##########' })
  expect(found.map(({ facts }) => facts.kind)).toEqual(['backend', 'branches'])
  const [backend, branches] = found
  expect(backend.metrics).toMatchObject({
    lostRatio: 0.25,
    instructionPerCycleCount: 0.5,
    branchMissRatio: 0.1,
    branchMissPerThousandCount: 20,
  })
  expect(backend.metrics.frontendRatio).toBeNaN()
  // 40 million wrong guesses of 15 cycles each in 4 billion cycles
  expect(branches.metrics.lostRatio).toBeCloseTo(0.15)
  expect(backend.share.estimate).toBeCloseTo(0.25)
})

test('without counters nothing is told', () => {
  expect(observe(processorCounters, { series: { 'cpu.idleRatio': [0.1] }, ledger: 'app/100: ##########' })).toEqual([])
})
