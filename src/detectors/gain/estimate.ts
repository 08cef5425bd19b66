import {
  type AnalysisContext,
  type FixStep,
  type Gain,
  type GainAnswer,
  type GainEstimator,
  type Interval,
  type Observation,
  ProcessRole,
  type RecordedTables,
} from '../../schema.ts'
import { formatRatio } from '../../units.ts'
import { processLabel } from '../labels.ts'
import { studentQuantile } from '../statistics/probability.ts'
import { measureTargetTime, type TargetTime } from '../target-time.ts'
import { type Bound, busiestStation, utilisationBound } from './bound.ts'
import type { GainReplay, OpenGainReplay } from './burst-replay.ts'
import { causeOf, type GainCause } from './causes.ts'
import { type NamedSamples, nameSamples } from './code-samples.ts'
import { withKernelWork } from './kernel-work.ts'
import type { Stations, StationTables } from './station.ts'
import { findStations } from './stations.ts'

/** A bound means something when a station is this busy; a cause this large a part of it makes the bound a cap for replays. analysis.md 4.3. */
const SATURATED = 0.95
const DOMINANT = 0.5
/** Below that nothing is near its limit: work comes from outside, and what is taken away makes it wait less, not more. */
const OPEN_LOOP = 0.8
const HALF = 0.5
const LEVEL = 0.9
/** What models are off by although slices and bursts agree: chosen so that 80 % of the intervals hold on all datasets with a switch. */
const MODEL_ERROR = 0.12
/**
 * An interval that says anything between "not worth the work" and "do that first" is no estimate: from below the 5 % at which the
 * score is notable to above the 20 % at which it is severe; nor is one over more than half of all time. No source: our own scale.
 */
const WORTHLESS = 0.05
const SEVERE = 0.2
const MAX_WIDTH = 0.5
/** Two methods that differ by more than this are both wrong for all we know. No source: a guess. */
const DISAGREE = 0.4
/** A step that wins less is not worth a line. */
const MIN_STEP = 0.01
const MAX_STEPS = 5

/** Estimates gains for a recording, with its bursts where there are some. Stations are found when first asked for. */
export function estimateGains(tables: RecordedTables, context: AnalysisContext, openReplay?: OpenGainReplay): GainEstimator {
  const { process, threadTime } = tables
  if (process === undefined || threadTime === undefined) {
    const notEstimated = 'the time of threads was not recorded'
    return { estimate: () => ({ notEstimated }), inTurn: () => [] }
  }
  const time = measureTargetTime({ ...tables, process }, context)
  const scopes = new Scopes({ tables: { ...tables, process, threadTime }, context, time, openReplay })
  return {
    estimate: observation => estimate(observation, scopes, time),
    inTurn: causes => inTurn(causes, scopes, time),
  }
}

function estimate(observation: Observation, scopes: Scopes, time: TargetTime): GainAnswer {
  const known = causeOf(observation, time)
  if (known === undefined) return { notEstimated: 'for causes of this kind it cannot be told from a recording how much would be won' }
  const { stations, complete, openReplay } = scopes.of(observation)
  if (known.kind === 'pause') return gainOfPause(stations, observation.share)
  const cause = complete(known)
  const replay = openReplay()
  const [half, whole] = [HALF, 1].map(part => utilisationBound(stations, { cause, part }))
  const replayed = replay === undefined ? undefined : replayGains(replay, cause)
  if (replayed !== undefined) {
    const bounds = { half, whole, share: observation.share }
    return eitherOf(gainOfReplay(replayed, bounds), gainOfDominant(bounds))
  }
  if (half === undefined || whole === undefined) return { notEstimated: 'nothing the target uses was seen in use' }
  const { label, usedRatio } = half.busiest
  if (usedRatio < OPEN_LOOP) {
    const latency = formatRatio(observation.share.estimate)
    return {
      notEstimated: `nothing is near its limit (the busiest, ${label}, is used ${formatRatio(usedRatio)}): where work comes from outside, throughput would stay and waiting fall by up to ${latency} of its time`,
    }
  }
  if (usedRatio < SATURATED) {
    const missing = replay === undefined ? 'no burst of events was recorded' : 'the bursts of events do not show this cause'
    return {
      notEstimated: `the busiest, ${label}, is used ${formatRatio(usedRatio)}: a bound says nothing below ${formatRatio(SATURATED)}, and ${missing}`,
    }
  }
  return unlessTooWide(gainOfBound({ half, whole, share: observation.share }))
}

function gainOfBound({ half, whole, share }: Known<Bounds>): Gain {
  const widened = (bound: Bound) => withModelError(spreadOf(bound.interval, share))
  return { ...widened(whole), half: widened(half), method: 'utilisation bound', ...nextLimit(whole.next, whole.interval.estimate) }
}

/**
 * Without a pause everything else takes as long as before: its share of the time is won, but no more than until the busiest station is
 * busy all the time. What comes from outside does not come sooner: then pauses and work do not fill the time.
 */
function gainOfPause(stations: Stations, share: Interval): GainAnswer {
  const busiest = busiestStation(stations)
  if (busiest === undefined) return { notEstimated: 'nothing the target uses was seen in use' }
  const { label, usedRatio } = busiest
  if (share.estimate + usedRatio < OPEN_LOOP) {
    const filled = formatRatio(share.estimate + usedRatio)
    return {
      notEstimated: `this and the busiest, ${label}, fill ${filled} of the time: the rest may come from outside, and would not come sooner`,
    }
  }
  const won = (part: number): Interval => {
    const limited = (value: number) => Math.min(1 - usedRatio, Math.max(0, part * value))
    return withModelError({ estimate: limited(share.estimate), low: limited(share.low), high: limited(share.high) })
  }
  const whole = won(1)
  return unlessTooWide({ ...whole, half: won(HALF), method: 'its share of the time', ...nextLimit(busiest, whole.estimate) })
}

/** What a model leaves out. */
function withModelError({ estimate, low, high }: Interval): Interval {
  return {
    estimate,
    low: Math.max(0, estimate - Math.hypot(estimate - low, MODEL_ERROR)),
    high: Math.min(1, estimate + Math.hypot(high - estimate, MODEL_ERROR)),
  }
}

/** Where one station is saturated, and that by the cause, bound and replay should say the same. */
function gainOfDominant({ half, whole, share }: Bounds): Gain | undefined {
  return half !== undefined && whole !== undefined && isDominant(half) ? gainOfBound({ half, whole, share }) : undefined
}

function isDominant({ busiest: { usedRatio, causeRatio } }: Bound): boolean {
  return usedRatio >= SATURATED && causeRatio >= DOMINANT
}

/**
 * The guarded rule of analysis.md 4.3: a bound counts where a station is saturated with the cause itself, and then it caps the replay.
 * It is also preferred to a lower replay, which rests on seconds of the recording and is blind for what becomes possible only then,
 * unless they contradict each other.
 */
function eitherOf(byReplay: Gain, byBound: Gain | undefined): GainAnswer {
  if (byBound === undefined) return unlessTooWide(byReplay)
  if (byReplay.high >= byBound.low || byBound.estimate - byReplay.estimate < DISAGREE) return unlessTooWide(byBound)
  const [low, high] = [byReplay, byBound].map(({ estimate }) => formatRatio(estimate))
  return { notEstimated: `replay and utilisation bound disagree: ${low} and ${high} of the time` }
}

function unlessTooWide(gain: Gain): GainAnswer {
  const { low, high, method } = gain
  if (!(low < WORTHLESS && high > SEVERE) && high - low <= MAX_WIDTH) return { gain }
  const range = `${formatRatio(low)} to ${formatRatio(high)}`
  return { notEstimated: `too uncertain to act on: without it anything from ${range} of the time could be won (${method}); record longer` }
}

interface Replayed {
  readonly half: readonly number[]
  readonly whole: readonly number[]
}

function replayGains(replay: GainReplay, cause: GainCause): Replayed | undefined {
  const [half, whole] = [HALF, 1].map(part => replay.withCause(cause, part))
  return half === undefined || whole === undefined || whole.length === 0 ? undefined : { half, whole }
}

type Known<Type> = { readonly [Key in keyof Type]-?: NonNullable<Type[Key]> }

interface Bounds {
  readonly half: Bound | undefined
  readonly whole: Bound | undefined
  readonly share: Interval
}

function gainOfReplay({ half, whole }: Replayed, bounds: Bounds): Gain {
  const around = (gains: readonly number[]) => withModelError(spreadOf(burstInterval(gains), bounds.share))
  const won = around(whole)
  return {
    ...won,
    half: around(half),
    method: `replay of ${whole.length} ${whole.length === 1 ? 'burst' : 'bursts'}`,
    ...nextLimit(bounds.whole?.next, won.estimate),
  }
}

/** Mean of the bursts; how far they differ says how well it is known. One alone says nothing of that. */
function burstInterval(gains: readonly number[]): Interval {
  const mean = gains.reduce((sum, gain) => sum + gain, 0) / gains.length
  const squares = gains.reduce((sum, gain) => sum + (gain - mean) ** 2, 0)
  const degrees = gains.length - 1
  const error = degrees > 0 ? Math.sqrt(squares / degrees / gains.length) * studentQuantile(LEVEL, degrees) : 0
  return { estimate: mean, low: Math.max(0, mean - error), high: Math.min(1, mean + error) }
}

function describe({ label, usedRatio }: Bound['next']): string {
  return `${label} (now ${formatRatio(usedRatio)} used)`
}

/** What limits then; nothing where the busiest is far from its limit at the higher speed, too. */
function nextLimit(next: Bound['next'] | undefined, gain: number): { readonly next?: string } {
  return next === undefined || next.usedRatio < OPEN_LOOP * (1 - gain) ? {} : { next: describe(next) }
}

/**
 * The interval around an estimate: how it varies from slice to slice or burst to burst, and how well the size of the cause itself
 * is known. Both are independent, so their squares add up.
 */
function spreadOf({ estimate, low, high }: Interval, share: Interval): Interval {
  const relative = (distance: number) => (share.estimate > 0 ? (estimate * distance) / share.estimate : 0)
  const below = Math.hypot(estimate - low, relative(share.estimate - share.low))
  const above = Math.hypot(high - estimate, relative(share.high - share.estimate))
  return { estimate, low: Math.max(0, estimate - below), high: Math.min(1, estimate + above) }
}

/** Causes one after the other, whichever wins most next. Parts that two causes share are won once. */
function inTurn(causes: Parameters<GainEstimator['inTurn']>[0], scopes: Scopes, time: TargetTime): FixStep[] {
  const open = causes.flatMap(({ finding, observation }) => {
    const known = causeOf(observation, time)
    if (known === undefined) return []
    const { stations, complete } = scopes.of(observation)
    return [{ finding, cause: complete(known), stations }]
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
  readonly #input: ScopeInput
  readonly #known = new Map<string, Opened>()
  #samples: NamedSamples | undefined

  constructor(input: ScopeInput) {
    this.#input = input
  }

  of({ culprits, detector }: Observation): Opened {
    const { tables, context, time, openReplay } = this.#input
    const { process } = tables
    const isWhole = context.target.kind !== 'machine' || detector === 'competitor'
    const name = isWhole ? '' : (culprits.find(({ kind }) => kind === 'process')?.name ?? '')
    const known = this.#known.get(name)
    if (known !== undefined) return known
    const isNamed = (row: number) => name === '' || (row >= 0 && processLabel(process, row) === name)
    const isUser = (row: number) => row < 0 || process.role[row] !== ProcessRole.KernelThread || !isWhole
    const isMember = (row: number) => time.isMember(row) && isNamed(row) && isUser(row)
    this.#samples ??= nameSamples(tables)
    const samples = this.#samples
    const opened: Opened = {
      stations: findStations(tables, context, isMember),
      openReplay: once(() => openReplay?.(isMember)),
      complete: cause => withKernelWork(cause, tables, samples, isMember),
    }
    this.#known.set(name, opened)
    return opened
  }
}

function once<Value>(make: () => Value): () => Value {
  let made: { readonly value: Value } | undefined
  return () => {
    made ??= { value: make() }
    return made.value
  }
}

interface ScopeInput {
  readonly tables: StationTables
  readonly context: AnalysisContext
  readonly time: TargetTime
  readonly openReplay: OpenGainReplay | undefined
}

interface Opened {
  readonly stations: Stations
  /** Reads the bursts when first called: not every cause is in them. */
  readonly openReplay: () => GainReplay | undefined
  /** The cause with what the recording knows of it. */
  readonly complete: (cause: GainCause) => GainCause
}
