/** A second hill at the slow end of a histogram of latencies: two things happen, and the slow one is the rarer. */

/** The hill of the slow ones. */
export interface TailMode {
  /** Bucket of the top of the usual ones, of the lowest place between, and of the top of the slow ones. */
  readonly main: number
  readonly valley: number
  readonly peak: number
  /** How many are slow, of how many. */
  readonly slowCount: number
  readonly count: number
}

/** Three doublings: eight times as slow as usual. No source: a guess. */
const MIN_DISTANCE = 3
/** More than a quarter is no tail. No source: a guess. */
const MAX_SLOW = 0.25
/** How many standard deviations both tops must stand above the valley. */
const MIN_RISE = 3.5
const MIN_SLOW = 5

/** Counts per bucket; each bucket begins at twice the one before. Undefined when there is one hill. Linear. */
export function findTailMode(counts: ArrayLike<number>): TailMode | undefined {
  let main = 0
  let count = 0
  for (let bucket = 0; bucket < counts.length; bucket++) {
    count += counts[bucket]
    if (counts[bucket] > counts[main]) main = bucket
  }
  let best: TailMode | undefined
  let valley = main
  for (let peak = main + 1; peak < counts.length; peak++) {
    if (counts[peak] < counts[valley]) valley = peak
    if (peak - main < MIN_DISTANCE || !standsAbove(counts, peak, valley) || !standsAbove(counts, main, valley)) continue
    if (best !== undefined && counts[peak] <= counts[best.peak]) continue
    const slowCount = sumFrom(counts, valley + 1)
    best = { main, valley, peak, slowCount, count }
  }
  if (best === undefined || best.slowCount < MIN_SLOW || best.slowCount > MAX_SLOW * count) return undefined
  return best
}

/** Counts vary by their square roots. */
function standsAbove(counts: ArrayLike<number>, top: number, valley: number): boolean {
  return counts[top] - counts[valley] > MIN_RISE * Math.sqrt(counts[top] + counts[valley])
}

function sumFrom(counts: ArrayLike<number>, bucket: number): number {
  let sum = 0
  for (let index = bucket; index < counts.length; index++) sum += counts[index]
  return sum
}
