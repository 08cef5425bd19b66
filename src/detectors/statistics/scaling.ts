/** How throughput follows the number of threads at work: the Universal Scalability Law (Gunther 1993). */

/** X(N) = γN / (1 + α(N − 1) + βN(N − 1)). */
export interface Scaling {
  /** What one thread alone would get done in a second. */
  readonly gamma: number
  /** Part of the work that only one can do at a time, and the price of agreeing with each other. */
  readonly alpha: number
  readonly beta: number
  /** Part of the variation of N / X that the law explains. */
  readonly explained: number
}

/** Shared/reference/analysis.md 2.7: the number of threads must span as much. */
const MIN_SPAN = 3
const MIN_COUNT = 12

/**
 * The law that fits best, by least squares on N / X, which is a parabola of N; undefined where concurrency did not vary enough,
 * or where it does not fit. weights: how often each slice counts, for resampling.
 */
export function fitScaling(
  concurrency: ArrayLike<number>,
  throughput: ArrayLike<number>,
  weights?: ArrayLike<number>,
): Scaling | undefined {
  const used = Array.from({ length: Math.min(concurrency.length, throughput.length) }, (_, index) => index).filter(
    index => concurrency[index] >= 1 && throughput[index] > 0 && (weights === undefined || weights[index] > 0),
  )
  if (used.length < MIN_COUNT || spanOf(used.map(index => concurrency[index])) < MIN_SPAN) return undefined
  // relative errors of throughput are alike, so those of N / X weigh by its inverse square
  const points = used.map(index => {
    const y = concurrency[index] / throughput[index]
    return { n: concurrency[index], y, weight: (weights?.[index] ?? 1) / (y * y) }
  })
  const candidates = [[0, 1, 2], [0, 1], [0, 2], [0]].map(powers => fitParabola(points, powers)).filter(fit => fit !== undefined)
  // all parts of the law are positive: of the fits that keep to it the closest
  const lawful = candidates.filter(({ c }) => c[1] >= -1e-12 * c[0] && c[2] >= 0 && c[0] > 0)
  if (lawful.length === 0) return undefined
  const best = lawful.reduce((a, b) => (b.squares < a.squares * (1 - 1e-9) ? b : a))
  const [c0, c1, c2] = best.c
  // y = (1 − α)/γ + (α − β)/γ N + β/γ N²
  const gamma = 1 / (c0 + c1 + c2)
  const flat = fitParabola(points, [0])
  return {
    gamma,
    alpha: Math.max(0, (c1 + c2) * gamma),
    beta: Math.max(0, c2 * gamma),
    explained: flat === undefined || !(flat.squares > 0) ? 0 : 1 - best.squares / flat.squares,
  }
}

/** Throughput at a number of threads, as a part of what perfect scaling would give. */
export function efficiency({ alpha, beta }: Scaling, n: number): number {
  return n <= 1 ? 1 : 1 / (1 + alpha * (n - 1) + beta * n * (n - 1))
}

/** The number of threads with most throughput; Infinity when more always help. */
export function peakConcurrency({ alpha, beta }: Scaling): number {
  return beta > 0 ? Math.sqrt(Math.max(0, 1 - alpha) / beta) : Number.POSITIVE_INFINITY
}

/** From a low to a high tenth, so that a single slice does not make the span. */
function spanOf(values: number[]): number {
  values.sort((a, b) => a - b)
  return values[Math.floor(0.9 * (values.length - 1))] / values[Math.ceil(0.1 * (values.length - 1))]
}

interface Point {
  readonly n: number
  readonly y: number
  readonly weight: number
}

/** Coefficients of N^0, N^1 and N^2; those not among the powers are 0. Normal equations by elimination. */
function fitParabola(
  points: readonly Point[],
  powers: readonly number[],
): { readonly c: readonly [number, number, number]; readonly squares: number } | undefined {
  const size = powers.length
  const matrix = powers.map(row => [
    ...powers.map(column => sumOf(points, ({ n, weight }) => weight * n ** (row + column))),
    sumOf(points, ({ n, y, weight }) => weight * y * n ** row),
  ])
  for (let pivot = 0; pivot < size; pivot++) {
    const lead = matrix[pivot][pivot]
    if (!(Math.abs(lead) > 1e-12 * Math.abs(matrix[pivot][size] || 1)) || !Number.isFinite(lead)) return undefined
    for (let row = 0; row < size; row++) {
      if (row === pivot) continue
      const factor = matrix[row][pivot] / lead
      for (let column = pivot; column <= size; column++) matrix[row][column] -= factor * matrix[pivot][column]
    }
  }
  const c: [number, number, number] = [0, 0, 0]
  for (const [index, power] of powers.entries()) c[power] = matrix[index][size] / matrix[index][index]
  const squares = sumOf(points, ({ n, y, weight }) => weight * (y - c[0] - c[1] * n - c[2] * n * n) ** 2)
  return { c, squares }
}

function sumOf(points: readonly Point[], value: (point: Point) => number): number {
  return points.reduce((sum, point) => sum + value(point), 0)
}
