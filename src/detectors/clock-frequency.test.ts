import { expect, test } from 'vitest'
import { observe } from '../../test/observe.ts'
import { clockFrequency } from './clock-frequency.ts'

const eight = (value: number) => Array.from({ length: 8 }, () => value)

test('counts what busy CPUs lose by running slower than they can', () => {
  const [found] = observe(clockFrequency, {
    ledger: 'app/100: ##########',
    series: {
      'cpu.frequencyHz cpu0': eight(1e9),
      'cpu.maxFrequencyHz cpu0': eight(2e9),
      'cpu.idleRatio cpu0': eight(0),
      'cpu.frequencyHz cpu1': eight(5e8),
      'cpu.maxFrequencyHz cpu1': eight(2e9),
      'cpu.idleRatio cpu1': eight(0.9),
    },
  })
  expect(found.metrics).toMatchObject({ frequencyRatio: 0.5, busyCpus: 1 })
  expect(found.share.estimate).toBeCloseTo(0.5)
  expect(found.facts.governor).toBe('unknown')
})

test('an idle CPU may be slow, and a machine without cpufreq tells nothing', () => {
  const series = { 'cpu.frequencyHz cpu0': eight(1e9), 'cpu.maxFrequencyHz cpu0': eight(2e9), 'cpu.idleRatio cpu0': eight(0.9) }
  expect(observe(clockFrequency, { ledger: 'app/100: ####', series })[0].share.estimate).toBe(0)
  expect(observe(clockFrequency, { ledger: 'app/100: ####', series: { 'cpu.idleRatio cpu0': [0] } })).toEqual([])
})
