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
    const last = this.#parts.length - 1
    const from = Math.max(0, Math.min(this.#parts.length, fromNs / this.#binNs))
    const to = Math.max(from, Math.min(this.#parts.length, toNs / this.#binNs))
    if (!(to > from)) {
      this.#parts[Math.min(last, Math.floor(from) || 0)] += ns
      return
    }
    for (let bin = Math.floor(from); bin < to; bin++) this.#parts[bin] += (ns * (Math.min(to, bin + 1) - Math.max(from, bin))) / (to - from)
  }

  /** What part of the target's time was lost. */
  share(time: TargetTime): Interval {
    const wholes = this.#parts.map(part => part + this.#binNs / 2)
    const { slices } = time
    for (let slice = 0; slice < (slices?.timeNs.length ?? 0); slice++) {
      if (slices === undefined) break
      const bin = Math.floor((slices.timeNs[slice] + slices.durationNs[slice] / 2) / this.#binNs)
      if (bin >= 0 && bin < wholes.length) wholes[bin] += slices.runningNs[slice] + slices.runnableNs[slice]
    }
    const estimate = time.totalNs > 0 ? this.totalNs / time.totalNs : 0
    return recentre(ratioInterval(this.#parts, wholes), estimate)
  }
}
