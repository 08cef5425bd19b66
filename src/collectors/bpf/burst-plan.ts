/** When bursts are recorded: at a random phase, so that they stand for the whole, and for a tenth of the time at most. */

/** A burst to come, in ns since recording start. */
export interface PlannedBurst {
  readonly startNs: number
  readonly durationNs: number
}

const LONGEST_NS = 1e9
/** A burst below this shows too few waits whole, and attaching takes its part of it. No source: a guess. */
const SHORT_NS = 200e6
/** What the recorder's ticks can tell apart. */
const TICK_NS = 100e6
/** Where the end is not known bursts come in periods of which each is twice as long as the one before. */
const FIRST_PERIOD_NS = 1e9

/** Bursts in time order, for ever where the recording's duration is not known. random gives numbers in [0, 1). */
export function* planBursts(durationNs: number | undefined, random: () => number): Generator<PlannedBurst, undefined> {
  if (durationNs === undefined) {
    for (let startNs = FIRST_PERIOD_NS; ; startNs *= 2) {
      yield burstIn({ startNs, endNs: 2 * startNs }, Math.min(LONGEST_NS, startNs / 10), random)
    }
  }
  const count = durationNs / 30 >= SHORT_NS ? 3 : durationNs / 20 >= SHORT_NS ? 2 : 1
  const lengthNs = Math.min(LONGEST_NS, Math.floor(durationNs / 10 / count / TICK_NS) * TICK_NS)
  if (lengthNs <= 0) return undefined
  for (let index = 0; index < count; index++) {
    yield burstIn({ startNs: (durationNs / count) * index, endNs: (durationNs / count) * (index + 1) }, lengthNs, random)
  }
  return undefined
}

function burstIn(period: { readonly startNs: number; readonly endNs: number }, durationNs: number, random: () => number): PlannedBurst {
  // the tick that closes it must come before the end
  const slackNs = Math.max(0, period.endNs - period.startNs - durationNs - TICK_NS)
  return { startNs: period.startNs + random() * slackNs, durationNs }
}
