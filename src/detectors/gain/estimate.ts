import {
  type AnalysisContext,
  type FixStep,
  type GainAnswer,
  type GainEstimator,
  type Interval,
  type Observation,
  ProcessRole,
  type RecordedTables,
} from '../../schema.ts'
import { formatRatio } from '../../units.ts'
import { processLabel } from '../labels.ts'
import { measureTargetTime, type TargetTime } from '../target-time.ts'
import { type Bound, utilisationBound } from './bound.ts'
import { causeOf, type GainCause } from './causes.ts'
import type { Stations, StationTables } from './station.ts'
import { findStations } from './stations.ts'

/** Bursts that can be played again with less of a cause: gives the time they take then. Undefined for a cause it cannot take away. */
export interface GainReplay {
  /** As recorded. */
  readonly lengthNs: number
  readonly burstCount: number
  withCause(cause: GainCause, reduction: number): number | undefined
}

/** A bound means something when a station is this busy; a cause this large a part of it makes the bound a cap for replays. analysis.md 4.3. */
const SATURATED = 0.95
const DOMINANT = 0.5
/** Below that nothing is near its limit: work comes from outside, and what is taken away makes it wait less, not more. */
const OPEN_LOOP = 0.8
const HALF = 0.5
/** A step that wins less is not worth a line. */
const MIN_STEP = 0.01
const MAX_STEPS = 5

/** Estimates gains for a recording, with its bursts where there are some. Stations are found when first asked for. */
export function estimateGains(tables: RecordedTables, context: AnalysisContext, replay?: GainReplay): GainEstimator {
  const { process, threadTime } = tables
  if (process === undefined || threadTime === undefined) {
    const notEstimated = 'the time of threads was not recorded'
    return { estimate: () => ({ notEstimated }), inTurn: () => [] }
  }
  const time = measureTargetTime({ ...tables, process }, context)
  const scopes = new Scopes({ ...tables, process, threadTime }, context, time)
  return {
    estimate: observation => estimate(observation, { scopes, time, replay }),
    inTurn: causes => inTurn(causes, scopes, time),
  }
}

interface Known {
  readonly scopes: Scopes
  readonly time: TargetTime
  readonly replay: GainReplay | undefined
}

function estimate(observation: Observation, { scopes, time, replay }: Known): GainAnswer {
  const cause = causeOf(observation, time)
  if (cause === undefined) return { notEstimated: 'how much would be won cannot be told from sums of time for a cause of this kind' }
  const stations = scopes.of(observation)
  const half = utilisationBound(stations, { cause, part: HALF })
  const whole = utilisationBound(stations, { cause, part: 1 })
  if (half === undefined || whole === undefined) return { notEstimated: 'nothing the target uses was seen in use' }
  const isCapped = half.busiest.usedRatio >= SATURATED && half.busiest.causeRatio >= DOMINANT
  const replayed = replay === undefined ? undefined : replayGain(replay, cause)
  const { label, usedRatio } = half.busiest
  if (replay !== undefined && replayed !== undefined) {
    const cap = (gain: number, bound: Bound) => (isCapped ? Math.min(gain, bound.interval.high) : gain)
    const method = `replay of ${replay.burstCount} ${replay.burstCount === 1 ? 'burst' : 'bursts'}${isCapped ? ', capped by the utilisation bound' : ''}`
    const around = (gain: number, bound: Bound) => spreadOf(cap(gain, bound), bound.interval, observation.share)
    return { gain: { ...around(replayed.whole, whole), half: around(replayed.half, half), method, next: describe(whole.next) } }
  }
  if (usedRatio < OPEN_LOOP) {
    const latency = formatRatio(observation.share.estimate)
    return {
      notEstimated: `nothing is near its limit (the busiest, ${label}, is used ${formatRatio(usedRatio)}): throughput would stay, waiting would fall by up to ${latency} of its time`,
    }
  }
  if (usedRatio < SATURATED) {
    return {
      notEstimated: `the busiest, ${label}, is used ${formatRatio(usedRatio)}: a bound says nothing below ${formatRatio(SATURATED)}, and no burst of events was recorded`,
    }
  }
  const widened = (bound: Bound) => spreadOf(bound.interval.estimate, bound.interval, observation.share)
  return { gain: { ...widened(whole), half: widened(half), method: 'utilisation bound', next: describe(whole.next) } }
}

function replayGain(replay: GainReplay, cause: GainCause): { readonly half: number; readonly whole: number } | undefined {
  const [half, whole] = [HALF, 1].map(part => replay.withCause(cause, part))
  if (half === undefined || whole === undefined || !(replay.lengthNs > 0)) return undefined
  const gain = (lengthNs: number) => Math.max(0, Math.min(1, 1 - lengthNs / replay.lengthNs))
  return { half: gain(half), whole: gain(whole) }
}

function describe({ label, usedRatio }: Bound['next']): string {
  return `${label} (${formatRatio(usedRatio)} used)`
}

/**
 * The interval around an estimate: how the bound varies from slice to slice, and how well the size of the cause itself is known.
 * Both are independent, so their squares add up.
 */
function spreadOf(estimate: number, bound: Interval, share: Interval): Interval {
  const relative = (distance: number) => (share.estimate > 0 ? (estimate * distance) / share.estimate : 0)
  const below = Math.hypot(bound.estimate - bound.low, relative(share.estimate - share.low))
  const above = Math.hypot(bound.high - bound.estimate, relative(share.high - share.estimate))
  return { estimate, low: Math.max(0, estimate - below), high: Math.min(1, estimate + above) }
}

/** Causes one after the other, whichever wins most next. Parts that two causes share are won once. */
function inTurn(causes: Parameters<GainEstimator['inTurn']>[0], scopes: Scopes, time: TargetTime): FixStep[] {
  const open = causes.flatMap(({ finding, observation }) => {
    const cause = causeOf(observation, time)
    return cause === undefined ? [] : [{ finding, cause, stations: scopes.of(observation) }]
  })
  // one order for one set of stations: that of the first finding
  const stations = open.at(0)?.stations
  const same = open.filter(entry => entry.stations === stations)
  const gone: GainCause[] = []
  const steps: FixStep[] = []
  let left = 1
  while (stations !== undefined && steps.length < MAX_STEPS && same.length > 0) {
    const bounds = same.map(({ cause }) => utilisationBound(stations, { cause, part: 1 }, gone))
    const best = bounds.reduce(
      (top, bound, index) => ((bound?.interval.estimate ?? 0) > (bounds[top]?.interval.estimate ?? 0) ? index : top),
      0,
    )
    const bound = bounds[best]
    if (bound === undefined || (steps.length === 0 && bound.busiest.usedRatio < SATURATED) || bound.interval.estimate < MIN_STEP) break
    const [{ finding, cause }] = same.splice(best, 1)
    const gainRatio = left * bound.interval.estimate
    left -= gainRatio
    gone.push(cause)
    steps.push({ finding, gainRatio, totalRatio: 1 - left, limit: describe(bound.next) })
  }
  return steps
}

/**
 * Whose stations bound an observation: the target's. Programs of a machine do not bound each other, so there the process counts
 * that the observation is about.
 */
class Scopes {
  readonly #tables: StationTables
  readonly #context: AnalysisContext
  readonly #time: TargetTime
  readonly #known = new Map<string, Stations>()

  constructor(tables: StationTables, context: AnalysisContext, time: TargetTime) {
    this.#tables = tables
    this.#context = context
    this.#time = time
  }

  of({ culprits, detector }: Observation): Stations {
    const { process } = this.#tables
    const isWhole = this.#context.target.kind !== 'machine' || detector === 'competitor'
    const name = isWhole ? '' : (culprits.find(({ kind }) => kind === 'process')?.name ?? '')
    const known = this.#known.get(name)
    if (known !== undefined) return known
    const isNamed = (row: number) => name === '' || (row >= 0 && processLabel(process, row) === name)
    const isUser = (row: number) => row < 0 || process.role[row] !== ProcessRole.KernelThread || !isWhole
    const stations = findStations(this.#tables, this.#context, row => this.#time.isMember(row) && isNamed(row) && isUser(row))
    this.#known.set(name, stations)
    return stations
  }
}
