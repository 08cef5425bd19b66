import { describe, expect, it } from 'vitest'
import { Allowance, Cadence, nextWindowNs } from './cadence.ts'

const SECOND = 1e9

function dueTicks(cadence: Cadence): number {
  return Array.from({ length: 10 }, (_, tick) => tick + 1).filter(tick => cadence.isDue(tick)).length
}

/** A second in which we took this share of two CPUs. */
function spend(cadence: Cadence, ratios: readonly number[]): void {
  let cpuNs = 0
  for (const [index, ratio] of ratios.entries()) {
    cpuNs += ratio * 2 * SECOND
    cadence.adapt(cpuNs, (index + 1) * SECOND)
  }
}

describe('Cadence', () => {
  it('reads at every tick while that costs less than a hundredth of the machine', () => {
    const cadence = new Cadence(0, 2)
    spend(cadence, [0.009, 0.009])
    expect(dueTicks(cadence)).toBe(10)
  })

  it('reads less often while we cost more, at least twice a second', () => {
    const cadence = new Cadence(0, 2)
    spend(cadence, [0.02])
    expect(dueTicks(cadence)).toBe(5)
    spend(cadence, [0.02, 0.03, 0.04])
    expect(dueTicks(cadence)).toBe(2)
  })

  it('comes back when we cost little', () => {
    const cadence = new Cadence(0, 2)
    spend(cadence, [0.02, 0.02])
    spend(cadence, [0.001, 0.001])
    expect(dueTicks(cadence)).toBe(10)
  })
})

describe('Allowance', () => {
  it('is what the others left of the budget in the last second, and never nothing', () => {
    let cpuNs = 0
    const allowance = new Allowance(() => cpuNs, 2)
    allowance.measure(() => (cpuNs += 50e6))
    cpuNs += 8e6
    allowance.adapt(SECOND)
    expect(allowance.spentNs).toBe(50e6)
    expect(allowance.perSecondNs).toBeCloseTo(20e6 - 8e6)
    cpuNs += 100e6
    allowance.adapt(2 * SECOND)
    expect(allowance.perSecondNs).toBeCloseTo(4e6)
  })
})

describe('the part of a second that is watched', () => {
  const next = (windowNs: number, spentNs: number, watchedNs: number): number =>
    nextWindowNs(windowNs, { spentNs, watchedNs, allowedNs: 10e6 })

  it('is all of it while that costs no more than it may', () => {
    expect(next(Number.POSITIVE_INFINITY, 9e6, SECOND)).toBe(Number.POSITIVE_INFINITY)
  })

  it('shrinks to what may be paid, to a hundredth at least', () => {
    expect(next(Number.POSITIVE_INFINITY, 100e6, SECOND)).toBe(100e6)
    expect(next(100e6, 500e6, 100e6)).toBe(10e6)
  })

  it('grows to twice its length at most, and stays when nothing was watched', () => {
    expect(next(100e6, 1e6, 100e6)).toBe(200e6)
    expect(next(600e6, 1e6, 600e6)).toBe(Number.POSITIVE_INFINITY)
    expect(next(100e6, 1e6, 0)).toBe(100e6)
  })
})
