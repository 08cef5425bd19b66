import { describe, expect, test } from 'vitest'
import { bootstrapInterval } from './bootstrap.ts'
import { findChangePoints, leastSquares } from './change-points.ts'
import { logRatioRows } from './composition.ts'
import { findHighOutliers } from './outliers.ts'
import { findPeriod } from './periodicity.ts'
import { findPhases, randIndex } from './phases.ts'
import { normalChance, studentChance, studentQuantile } from './probability.ts'
import { randomNormal, seededRandom } from './random.ts'
import { independence, rankChance, welchChance } from './sample-size.ts'
import { efficiency, fitScaling, peakConcurrency } from './scaling.ts'
import { findTailMode } from './tail-modes.ts'
import { findTrend } from './trend.ts'

/** Noise in which a value keeps a part of the one before. */
function noise(seed: number, length: number, keep = 0): Float64Array {
  const random = seededRandom(seed)
  let value = 0
  return Float64Array.from({ length }, () => (value = keep * value + Math.sqrt(1 - keep * keep) * randomNormal(random)))
}

/** How many of so many seeds raise an alarm. */
const alarms = (runs: number, fires: (seed: number) => boolean) =>
  Array.from({ length: runs }, (_, run) => fires(run + 1)).filter(Boolean).length

describe('chances', () => {
  test('tails as in the tables', () => {
    expect(normalChance(1.959964)).toBeCloseTo(0.05, 5)
    expect(normalChance(5) / 5.733e-7).toBeCloseTo(1, 1)
    expect(studentChance(2.262157, 9)).toBeCloseTo(0.05, 6)
    expect(studentChance(12.7062, 1)).toBeCloseTo(0.05, 6)
    expect(studentQuantile(0.9, 9)).toBeCloseTo(1.833113, 5)
    expect([studentChance(Number.NaN, 5), studentChance(3, 0), studentChance(Number.POSITIVE_INFINITY, 3)]).toEqual([1, 1, 0])
  })

  test("Welch's t and the rank sum of two samples worked by hand", () => {
    const values = [1, 2, 3, 4, 5, 6, 7, 8, 9, 10]
    const parts = { start: 0, middle: 5, end: 10 }
    // t = 5 / √(2.5/5 + 2.5/5) = 5 with 8 degrees; U = 0, mean 12.5, variance 22.917, continuity 0.5
    expect(welchChance(values, parts, 1)).toBeCloseTo(0.00105, 4)
    expect(rankChance(values, parts, 1)).toBeCloseTo(normalChance(12 / Math.sqrt(22.91667)), 6)
    expect([
      welchChance([1, 1, 1, 1], { start: 0, middle: 2, end: 4 }, 1),
      rankChance([1, 1, 1, 1], { start: 0, middle: 2, end: 4 }, 1),
    ]).toEqual([1, 1])
  })

  test('values that resemble their neighbours are worth fewer', () => {
    expect(independence(noise(1, 500), [0, 500])).toBeGreaterThan(0.8)
    expect(independence(noise(1, 500, 0.8), [0, 500])).toBeLessThan(0.2)
  })

  test('the generator gives the same numbers for ever', () => {
    const random = seededRandom(42)
    expect([random(), random(), random()].map(value => value.toFixed(6))).toEqual(['0.601104', '0.448291', '0.852466'])
  })
})

describe('change points', () => {
  const step = (seed: number, length: number, at: number, rise: number) =>
    noise(seed, length).map((value, index) => value + (index >= at ? rise : 0))

  test('a step is found where it is, with its levels', () => {
    const [point, ...more] = findChangePoints(step(3, 100, 60, 4))
    expect(more).toEqual([])
    expect(Math.abs(point.index - 60)).toBeLessThanOrEqual(1)
    expect(point.after - point.before).toBeCloseTo(4, 0)
    expect(leastSquares(step(3, 100, 60, 4))).toEqual([point.index])
  })

  test('two steps are two, and a long series is searched to its end', () => {
    const values = noise(5, 600).map((value, index) => value + (index >= 150 ? 5 : 0) - (index >= 480 ? 5 : 0))
    expect(findChangePoints(values).map(({ index }) => Math.round(index / 10))).toEqual([15, 48])
  })

  test('a change too small to matter, an outlier and a constant are none', () => {
    expect(findChangePoints(step(3, 100, 60, 4), { minShift: 5 })).toEqual([])
    expect(findChangePoints(noise(7, 100).map((value, index) => (index === 50 ? 40 : value)))).toEqual([])
    expect(findChangePoints(new Float64Array(100).fill(3))).toEqual([])
  })

  test.each([
    [0, 30, 200],
    [0.5, 30, 200],
    [0, 120, 100],
    [0.5, 120, 100],
    [0.5, 600, 50],
  ])('noise that keeps %s of itself raises an alarm in at most about one of a hundred series of %s', (keep, length, runs) => {
    expect(alarms(runs, seed => findChangePoints(noise(seed, length, keep)).length > 0)).toBeLessThanOrEqual(Math.max(1, 0.02 * runs))
  })
})

describe('trends', () => {
  const x = Float64Array.from({ length: 60 }, (_, index) => index)

  test('a rise that an outlier does not move', () => {
    const y = x.map(value => 3 * value + (value === 30 ? 1000 : 0))
    const trend = findTrend(x, y)
    expect(trend?.slope).toBe(3)
    expect(trend?.low).toBe(3)
    expect(trend?.chance).toBeLessThan(1e-10)
    expect(trend?.tailSlope).toBe(3)
  })

  test('a leak that ended has a flat tail; few readings say nothing', () => {
    expect(
      findTrend(
        x,
        x.map(value => Math.min(value, 30)),
      )?.tailSlope,
    ).toBe(0)
    expect(findTrend([1, 2, 3], [1, 2, 3])).toBeUndefined()
    expect(findTrend(x, new Float64Array(60))?.chance).toBe(1)
  })

  test('noise looks like a trend about as often as its chance says', () => {
    const fires = (keep: number) => alarms(400, seed => (findTrend(x, noise(seed, 60, keep))?.chance ?? 1) < 0.01)
    expect(fires(0)).toBeLessThanOrEqual(10)
    expect(fires(0.5)).toBeLessThanOrEqual(16)
  })
})

describe('periods', () => {
  const wave = (length: number, period: number) =>
    noise(9, length).map((value, index) => 0.5 * value + (index % period < period / 5 ? 5 : 0))

  test('stalls every tenth slice', () => {
    expect(findPeriod(wave(300, 10))).toMatchObject({ length: 10 })
    expect(findPeriod(wave(6000, 300))?.length).toBe(300)
  })

  test('fewer than three, a straight line and steps are no rhythm', () => {
    expect(findPeriod(wave(300, 140))).toBeUndefined()
    expect(findPeriod(Float64Array.from({ length: 300 }, (_, index) => index))).toBeUndefined()
    expect(findPeriod(new Float64Array(300).fill(1))).toBeUndefined()
    expect(findPeriod(noise(1, 300).map((value, index) => value + (index < 150 ? 0 : 9)))).toBeUndefined()
  })

  test('noise of any memory is quiet', () => {
    for (const keep of [0, 0.5, 0.9]) {
      expect(alarms(200, seed => findPeriod(noise(seed, 300, keep)) !== undefined)).toBeLessThanOrEqual(2)
      expect(alarms(200, seed => findPeriod(noise(seed, 50, keep)) !== undefined)).toBeLessThanOrEqual(4)
    }
  })
})

describe('phases', () => {
  const rows = (seed: number, length: number, shift: (index: number) => number) => {
    const random = seededRandom(seed)
    return Array.from({ length }, (_, index) =>
      Array.from({ length: 4 }, (_, column) => randomNormal(random) + (column === 0 ? shift(index) : 0)),
    )
  }

  test('two stretches are two phases, numbered as they appear, the same for the same seed', () => {
    const data = rows(1, 120, index => (index >= 50 && index < 90 ? 12 : 0))
    const phases = findPhases(data, { seed: 1 })
    expect(phases).toMatchObject({ count: 2 })
    expect([phases?.labels[0], phases?.labels[60], phases?.labels[119]]).toEqual([0, 1, 0])
    expect(phases?.stability).toBeGreaterThan(0.95)
    expect(findPhases(data, { seed: 1 })).toEqual(phases)
  })

  test('one cloud is one phase', () => {
    expect(
      alarms(
        30,
        seed =>
          findPhases(
            rows(seed, 100, () => 0),
            { seed },
          ) !== undefined,
      ),
    ).toBe(0)
  })

  test('slices that alternate are a mixture, not phases', () => {
    expect(
      findPhases(
        rows(1, 120, index => (index % 2) * 12),
        { seed: 1 },
      ),
    ).toBeUndefined()
  })

  test('agreement of partitions does not depend on their numbers', () => {
    expect(randIndex(Int32Array.of(0, 0, 1, 1), Int32Array.of(5, 5, 2, 2))).toBe(1)
    expect(randIndex(Int32Array.of(0, 0, 1, 1), Int32Array.of(0, 1, 0, 1))).toBeLessThan(0.01)
  })

  test('log-ratios leave out what never moves and do not break on nothing', () => {
    const amounts = Array.from({ length: 40 }, (_, index) => [index < 20 ? 1 : 0, 1, 1])
    const shifted = logRatioRows(amounts)
    expect(shifted.flat().every(Number.isFinite)).toBe(true)
    expect(findPhases(shifted, { seed: 1 })?.labels[39]).toBe(1)
    expect(logRatioRows(Array.from({ length: 30 }, () => [2, 3]))[0]).toEqual([])
  })
})

describe('outliers', () => {
  test('single slices far above the usual, but not those of a busy tenth', () => {
    const values = noise(2, 100)
    expect(findHighOutliers(values, 0.1)?.indexes).toEqual([])
    values[17] = 30
    expect(findHighOutliers(values, 0.1)?.indexes).toEqual([17])
    expect(
      findHighOutliers(
        values.map((_, index) => (index < 12 ? 30 : 0)),
        0.1,
      ),
    ).toBeUndefined()
    expect(findHighOutliers(new Float64Array(19), 0.1)).toBeUndefined()
  })

  test('what hardly moves has no outliers; noise has one in less than a hundred series', () => {
    expect(
      findHighOutliers(
        Float64Array.from({ length: 50 }, (_, index) => (index === 3 ? 0.01 : 0)),
        0.01,
      )?.indexes,
    ).toEqual([])
    expect(alarms(300, seed => (findHighOutliers(noise(seed, 300), 0.01)?.indexes.length ?? 0) > 0)).toBeLessThanOrEqual(3)
  })
})

describe('tail modes', () => {
  const histogram = (seed: number, count: number, slow: number) => {
    const random = seededRandom(seed)
    const counts = new Float64Array(30)
    for (let drawn = 0; drawn < count; drawn++)
      counts[Math.max(0, Math.min(29, Math.round(10 + 1.5 * randomNormal(random) + (drawn < slow ? 10 : 0))))]++
    return counts
  }

  test('a second hill', () => {
    expect(findTailMode(histogram(1, 1000, 100))).toMatchObject({
      main: expect.toSatisfy((main: number) => Math.abs(main - 10) <= 1),
      slowCount: expect.toSatisfy((slow: number) => Math.abs(slow - 100) < 5),
    })
  })

  test('one hill has no tail', () => {
    expect(alarms(300, seed => findTailMode(histogram(seed, 1000, 0)) !== undefined)).toBe(0)
    expect(findTailMode([])).toBeUndefined()
  })

  test('half of them is no tail', () => {
    expect(findTailMode(histogram(1, 1000, 500))).toBeUndefined()
  })
})

describe('scaling', () => {
  const law = (alpha: number, beta: number) => (n: number) => (1000 * n) / (1 + alpha * (n - 1) + beta * n * (n - 1))
  const threads = Array.from({ length: 60 }, (_, index) => 1 + (index % 16))

  test('the law that made the numbers comes back', () => {
    const fit = fitScaling(threads, threads.map(law(0.05, 0.01)))
    expect(fit?.alpha).toBeCloseTo(0.05, 6)
    expect(fit?.beta).toBeCloseTo(0.01, 6)
    expect(fit?.gamma).toBeCloseTo(1000, 3)
    expect(peakConcurrency(fit ?? { gamma: 1, alpha: 0, beta: 0, explained: 0 })).toBeCloseTo(Math.sqrt(95), 3)
    expect(efficiency({ gamma: 1, alpha: 0.05, beta: 0.01, explained: 1 }, 16)).toBeCloseTo(1 / (1 + 0.75 + 2.4), 6)
  })

  test('perfect scaling has no price, and threads that do not vary tell nothing', () => {
    const perfect = fitScaling(threads, threads.map(law(0, 0)))
    expect(perfect?.alpha).toBeLessThan(1e-6)
    expect(perfect?.beta).toBeLessThan(1e-6)
    expect(
      fitScaling(
        threads.map(() => 8),
        threads.map(law(0, 0)),
      ),
    ).toBeUndefined()
  })
})

describe('intervals by resampling', () => {
  const meanInterval = (values: Float64Array, seed: number) =>
    bootstrapInterval(values.length, counts => counts.reduce((sum, n, index) => sum + n * values[index], 0) / values.length, {
      seed,
      rounds: 300,
    })

  test('90 % intervals hold the truth in about 90 % of cases, also where neighbours resemble each other', () => {
    const covered = (keep: number) =>
      alarms(200, seed => {
        const { low, high } = meanInterval(noise(seed, 100, keep), seed)
        return low <= 0 && high >= 0
      })
    expect(covered(0)).toBeGreaterThan(170)
    expect(covered(0.4)).toBeGreaterThan(160)
  })

  test('the same seed gives the same interval; one slice gives none', () => {
    const values = noise(1, 50)
    expect(meanInterval(values, 7)).toEqual(meanInterval(values, 7))
    expect(meanInterval(Float64Array.of(3), 1)).toEqual({ estimate: 3, low: Number.NEGATIVE_INFINITY, high: Number.POSITIVE_INFINITY })
  })
})
