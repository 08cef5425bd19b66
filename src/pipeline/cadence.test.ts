import { describe, expect, it } from 'vitest'
import { Cadence } from './cadence.ts'

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
