/** How likely a statistic is by chance: tails of the distributions that the tests of this folder need. */

/** Chance that a standard normal variable lies at least this far from 0, on either side. Abramowitz & Stegun 7.1.26, error below 2e-7. */
export function normalChance(z: number): number {
  const x = Math.abs(z) / Math.SQRT2
  // the expansion's absolute error would swamp what is left out there
  if (x > 3) return Math.min(1, Math.exp(-x * x) / (x * Math.sqrt(Math.PI)))
  const t = 1 / (1 + 0.3275911 * x)
  const polynomial = t * (0.254829592 + t * (-0.284496736 + t * (1.421413741 + t * (-1.453152027 + t * 1.061405429))))
  return Math.min(1, polynomial * Math.exp(-x * x))
}

/** The same for Student's t. Degrees of freedom may be fractional, as Welch's are. */
export function studentChance(t: number, degrees: number): number {
  if (!(degrees > 0) || Number.isNaN(t)) return 1
  if (!Number.isFinite(t)) return 0
  return incompleteBeta(degrees / (degrees + t * t), degrees / 2, 0.5)
}

/** Two-sided quantile of Student's t for an interval: 0.9 → the distance that holds 90 %. */
export function studentQuantile(level: number, degrees: number): number {
  let low = 0
  let high = 1
  while (studentChance(high, degrees) > 1 - level && high < 1e6) high *= 2
  for (let step = 0; step < 60; step++) {
    const middle = (low + high) / 2
    if (studentChance(middle, degrees) > 1 - level) low = middle
    else high = middle
  }
  return high
}

/** Regularised incomplete beta function by its continued fraction (Lentz; DLMF 8.17.22). */
function incompleteBeta(x: number, a: number, b: number): number {
  if (x <= 0) return 0
  if (x >= 1) return 1
  const front = Math.exp(logGamma(a + b) - logGamma(a) - logGamma(b) + a * Math.log(x) + b * Math.log(1 - x))
  // the fraction converges fast on this side only
  if (x > (a + 1) / (a + b + 2)) return 1 - incompleteBeta(1 - x, b, a)
  const tiny = 1e-300
  let c = 1
  let d = 1 / notZero(1 - ((a + b) * x) / (a + 1), tiny)
  let fraction = d
  for (let m = 1; m <= 200; m++) {
    const even = (m * (b - m) * x) / ((a + 2 * m - 1) * (a + 2 * m))
    d = 1 / notZero(1 + even * d, tiny)
    c = notZero(1 + even / c, tiny)
    fraction *= d * c
    const odd = (-(a + m) * (a + b + m) * x) / ((a + 2 * m) * (a + 2 * m + 1))
    d = 1 / notZero(1 + odd * d, tiny)
    c = notZero(1 + odd / c, tiny)
    fraction *= d * c
    if (Math.abs(d * c - 1) < 1e-12) break
  }
  return Math.min(1, (front * fraction) / a)
}

function notZero(value: number, tiny: number): number {
  return Math.abs(value) < tiny ? tiny : value
}

/** Lanczos's approximation with g = 7 and nine terms; error below 1e-13 for positive arguments. */
function logGamma(x: number): number {
  const terms = [
    676.5203681218851, -1259.1392167224028, 771.3234287776531, -176.6150291621406, 12.507343278686905, -0.13857109526572012,
    9.984369578019572e-6, 1.5056327351493116e-7,
  ]
  if (x < 0.5) return Math.log(Math.PI / Math.sin(Math.PI * x)) - logGamma(1 - x)
  let sum = 0.9999999999998099
  for (const [index, term] of terms.entries()) sum += term / (x + index)
  const t = x + 6.5
  return 0.5 * Math.log(2 * Math.PI) + (x - 0.5) * Math.log(t) - t + Math.log(sum)
}
