import type { Interval } from '../schema.ts'
import { ratioInterval, recentre } from './interval.ts'
import type { TargetTime } from './target-time.ts'

/** Length of a bin where the recording is long enough for eight of them, and not too long for 400. */
const BIN_NS = 250e6
const MIN_BINS = 8
const MAX_BINS = 400

/**
 * Lost time over the recording, from rows that each stand for a span: it is spread evenly over the span, so that rows of
 * a second and rows of 100 ms may be mixed. How it varies from bin to bin gives the interval of its share.
 */
export class LossBins {
  readonly #parts: Float64Array
  readonly #binNs: number
  totalNs = 0

  constructor(durationNs: number) {
    const whole = durationNs > 0 ? durationNs : 1
    const count = Math.max(MIN_BINS, Math.min(MAX_BINS, Math.floor(whole / BIN_NS)))
    this.#parts = new Float64Array(count)
    this.#binNs = whole / count
  }

  /** Adds ns that were lost between two instants; what lies outside of the recording counts at its edge. */
  add(fromNs: number, toNs: number, ns: number): void {
    if (!(ns > 0)) return
    this.totalNs += ns
    spreadOver(this.#parts, { from: fromNs / this.#binNs, to: toNs / this.#binNs, ns })
  }

  /** What part of the target's time was lost. */
  share(time: TargetTime): Interval {
    const wholes = this.#parts.map(part => part + this.#binNs / 2)
    const { timeNs = [], durationNs = [], runningNs = [], runnableNs = [] } = time.slices ?? {}
    for (let slice = 0; slice < timeNs.length; slice++) {
      const [from, to] = [timeNs[slice] / this.#binNs, (timeNs[slice] + durationNs[slice]) / this.#binNs]
      spreadOver(wholes, { from, to, ns: runningNs[slice] + runnableNs[slice] })
    }
    const estimate = time.totalNs > 0 ? this.totalNs / time.totalNs : 0
    return recentre(ratioInterval(this.#parts, wholes), estimate)
  }
}

/** Adds ns evenly to the bins between two places, which are given in bins. */
function spreadOver(bins: Float64Array, span: { readonly from: number; readonly to: number; readonly ns: number }): void {
  const from = Math.max(0, Math.min(bins.length, span.from))
  const to = Math.min(bins.length, span.to)
  if (!(to > from)) {
    bins[Math.min(bins.length - 1, Math.floor(from) || 0)] += span.ns
    return
  }
  for (let bin = Math.floor(from); bin < to; bin++) {
    bins[bin] += (span.ns * (Math.min(to, bin + 1) - Math.max(from, bin))) / (to - from)
  }
}
