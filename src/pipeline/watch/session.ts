/** An armed `watch`: waits for triggers, keeps or discards the window around each, until it is over. */

import { randomInt } from 'node:crypto'
import { type AutotuneError, describeError } from '../../errors.ts'
import type { WatchHost } from '../../host-watch.ts'
import { NONE, type Row, type Target } from '../../schema.ts'
import type { Plan } from '../../speculative/plan.ts'
import { Storm } from '../../speculative/storm.ts'
import { Throttle } from '../../speculative/throttle.ts'
import type { WindowFacts } from '../../speculative/trigger-language.ts'
import type { WatchLimits } from './options.ts'
import { OwnCommand } from './own-command.ts'
import type { CapturedWindow, WatchRings } from './rings.ts'
import { type Firing, MARK, openSources, type Sources } from './sources.ts'
import { dumpState, type StateDump } from './state-dump.ts'

/** What a session works with. */
export interface SessionOptions {
  readonly host: WatchHost
  readonly rings: WatchRings
  readonly plan: Plan
  readonly limits: WatchLimits
  readonly target: Target
  readonly commits: ((facts: WindowFacts) => boolean) | undefined
  readonly stop: AbortSignal
  /** Keeps a window; bytes on disk, or what went wrong. */
  keep(kept: KeptWindow): Promise<number | AutotuneError>
  /** A window of healthy time, to compare with. */
  addControl(window: CapturedWindow): void
  decide(row: Row<'speculations'>): void
  onProgress(progress: WatchProgress): void
  warn(text: string): void
}

/** A window that is to be kept. */
export interface KeptWindow {
  readonly window: CapturedWindow | undefined
  readonly firing: Firing
  readonly dump: StateDump
  readonly speculation: Row<'speculations'>
  readonly commandExitStatus: number | undefined
}

/** For a status line. */
export interface WatchProgress {
  readonly elapsedNs: number
  readonly eventsPerSec: number
  readonly historyNs: number
  readonly triggers: number
  readonly committed: number
  readonly discarded: number
  readonly runs: number
  readonly runLimit: number | undefined
}

const TICK_MS = 100
const TICKS_PER_SECOND = 10
/** A trigger that is not about the end of our command: what happens right after it often says what it meant. */
const USUAL_AFTER_NS = 1e9
/** Firings that wait for their window; more are counted. */
const MAX_WAITING = 1000
/** Controls are taken from so many windows of healthy time and one in so many after them. */
const EAGER_CONTROLS = 8

/** Counts at the end of a session. */
export interface SessionResult {
  readonly committed: number
  readonly discarded: number
  readonly triggers: number
  readonly runs: number
  /** Times that the kernel saw a trigger fire and told nobody, as it told of too many in that second. */
  readonly untold: number
  /** Beginnings of sequences that were dropped for want of room. */
  readonly unfollowed: number
}

/** Runs until the command, the runs, the time or the limits are over, or stop is asked for. */
export async function runSession(options: SessionOptions): Promise<SessionResult> {
  const session = new Session(options)
  return session.run()
}

class Session {
  readonly #options: SessionOptions
  readonly #throttle: Throttle
  readonly #waiting: Firing[] = []
  readonly #storm: Storm<Firing>
  readonly #command: OwnCommand
  #wake: () => void = () => {}
  #committed = 0
  #discarded = 0
  #triggers = 0
  #runs = 0
  #runsDone = false
  #decisions = 0
  #controls = 0
  #untold = 0
  #unfollowed = 0
  #isRateSaid = false
  #healthySinceNs = 0
  #commandStatus: number | undefined
  #windowBusy: Promise<void> = Promise.resolve()

  constructor(options: SessionOptions) {
    this.#options = options
    this.#throttle = new Throttle({ ...options.limits })
    this.#storm = new Storm(options.limits.beforeNs)
    this.#command = new OwnCommand(() => options.rings.nowNs())
  }

  async run(): Promise<SessionResult> {
    const { host, rings, plan, stop } = this.#options
    const sources = await openSources(host, { plan, rings, fire: firing => this.#offer(firing) })
    for (const problem of sources.problems) this.#options.warn(problem)
    const stopped = (): void => {
      this.#command.end()
      this.#wake()
    }
    stop.addEventListener('abort', stopped)
    rings.flight?.arm()
    try {
      const { target } = this.#options
      const runs = target.kind === 'command' ? this.#runCommands(target.command, sources).finally(() => this.#endRuns()) : undefined
      runs?.catch(() => {}) // a command that does not start is told below
      await this.#loop(sources)
      this.#runsDone = true
      if (this.#command.outlives()) {
        // what the user started is not ours to end: a server would be gone with the last window
        this.#options.warn('watch is over, its command still runs: it goes on unwatched. Ctrl-C ends it.')
        await sources.close()
        rings.close()
      }
      await runs
    } finally {
      stop.removeEventListener('abort', stopped)
      await sources.close()
    }
    return {
      committed: this.#committed,
      discarded: this.#discarded,
      triggers: this.#triggers,
      runs: this.#runs,
      untold: this.#untold,
      unfollowed: this.#unfollowed,
    }
  }

  async #loop(sources: Sources): Promise<void> {
    for (let tick = 1; !this.#isOver(); tick++) {
      await this.#pause(TICK_MS)
      sources.tick()
      const { rings } = this.#options
      if (tick % TICKS_PER_SECOND === 0) {
        rings.drain()
        rings.renew(this.#spanNs())
        this.#noteStorm(sources)
        this.#showProgress()
        this.#takeHealthyControl()
      }
      await this.#followAll()
    }
    await this.#followAll()
    this.#noteStorm(sources)
    const held = this.#storm.take()
    if (held !== undefined) this.#discard(held, 'rate')
  }

  #isOver(): boolean {
    const { stop, limits, rings } = this.#options
    if (stop.aborted || this.#runsDone || this.#throttle.isSpent) return true
    return limits.durationNs !== undefined && rings.nowNs() >= limits.durationNs
  }

  #offer(firing: Firing): void {
    if (firing.timeNs >= this.#command.endedNs) return // our doing
    this.#triggers++
    if (this.#waiting.length < MAX_WAITING) this.#waiting.push(firing)
    else this.#discarded++
    this.#wake()
  }

  /** Windows of all triggers that fired so far; what fires meanwhile and lies within one is part of it. */
  async #followAll(): Promise<void> {
    const follow = async (): Promise<void> => {
      const worst = this.#throttle.hasRoom(this.#options.rings.nowNs()) ? this.#storm.take() : undefined
      if (worst !== undefined) this.#waiting.unshift(worst)
      for (let firing = this.#waiting.shift(); firing !== undefined; firing = this.#waiting.shift()) await this.#follow(firing)
    }
    this.#windowBusy = this.#windowBusy.then(follow)
    await this.#windowBusy
  }

  async #follow(firing: Firing): Promise<void> {
    const { rings, host, limits, plan } = this.#options
    const held = this.#throttle.holds(firing.trigger, rings.nowNs())
    if (held === 'rate') {
      if (!this.#isRateSaid)
        this.#options.warn('Triggers fire faster than windows are kept, ten and then one in 6 s: the worst and a sample of them are.')
      this.#isRateSaid = true
      const other = this.#storm.hold(firing)
      return other === undefined ? undefined : this.#discard(other, held)
    }
    if (held !== undefined) return this.#discard(firing, held)
    const dump = dumpState(host, rings.tracker.targetPids, pid => rings.tracker.currentRow(pid))
    const isCommand = plan.triggers[firing.trigger]?.way.kind === 'command'
    const afterNs = limits.afterNs ?? (isCommand ? 0 : USUAL_AFTER_NS)
    const untilNs = firing.timeNs + afterNs
    while (rings.nowNs() < untilNs && !this.#options.stop.aborted) await this.#pause(Math.min(TICK_MS, (untilNs - rings.nowNs()) / 1e6))
    const window = rings.capture({ fromNs: Math.max(0, firing.timeNs - limits.beforeNs), toNs: Math.max(untilNs, firing.timeNs + 1e6) })
    rings.flight?.arm()
    this.#healthySinceNs = rings.nowNs()
    const speculation = this.#rowOf(firing, window)
    if (!this.#wants(firing, { window, speculation })) return this.#decide({ ...speculation, committed: 0, reason: 'condition' })
    const sizeBytes = await this.#options.keep({ window, firing, dump, speculation, commandExitStatus: this.#commandStatus })
    if (typeof sizeBytes !== 'number') {
      this.#options.warn(describeError(sizeBytes))
      return this.#decide({ ...speculation, committed: 0, reason: 'diskFull' })
    }
    this.#throttle.keep(firing.trigger, { nowNs: rings.nowNs(), sizeBytes })
    this.#decide(speculation)
  }

  #wants(
    { durationNs, moment, tid, pid }: Firing,
    { window, speculation }: { window: CapturedWindow | undefined; speculation: Row<'speculations'> },
  ): boolean {
    const { commits } = this.#options
    if (commits === undefined) return true
    const value = typeof moment.source === 'object' ? moment.source : undefined
    return commits({
      durationMs: durationNs === undefined ? undefined : durationNs / 1e6,
      ret: value?.ret,
      exit: this.#commandStatus,
      tid,
      pid,
      comm: moment.comm,
      events: speculation.eventCount,
      lost: speculation.lostCount + speculation.overwrittenCount,
      windowMs: window === undefined ? 0 : (window.toNs - window.fromNs) / 1e6,
    })
  }

  #rowOf(firing: Firing, window: CapturedWindow | undefined): Row<'speculations'> {
    const { plan, rings } = this.#options
    const events = window?.events
    const fromNs = window?.fromNs ?? Number.NaN
    return {
      id: ++this.#decisions,
      timeNs: firing.timeNs,
      trigger: firing.trigger === MARK ? 'mark' : plan.triggers[firing.trigger]?.trigger.text,
      detail: firing.detail,
      pid: firing.pid ?? NONE,
      tid: firing.tid ?? NONE,
      committed: 1,
      reason: 'trigger',
      fromNs,
      toNs: window?.toNs ?? Number.NaN,
      eventCount: events === undefined ? 0 : countSince(events.timeNs, fromNs),
      lostCount: rings.flight?.lostCount() ?? 0,
      overwrittenCount: events?.overwrittenCount ?? 0,
      completeFromNs: Math.max(fromNs, events?.completeFromNs ?? Number.NEGATIVE_INFINITY),
      freezeDelayNs: window === undefined ? Number.NaN : Math.max(0, window.frozenNs - window.toNs),
    }
  }

  #discard(firing: Firing, reason: string): void {
    const row = this.#rowOf(firing, undefined)
    this.#decide({ ...row, lostCount: 0, committed: 0, reason })
  }

  #decide(row: Row<'speculations'>): void {
    if (row.committed === 1) this.#committed++
    else this.#discarded++
    this.#options.decide(row)
  }

  /** Runs the command over and over; the time of a run that passes is healthy time. */
  async #runCommands(command: readonly string[], sources: Sources): Promise<void> {
    const { limits, plan, rings } = this.#options
    const repeats = plan.triggers.some(({ way }) => way.kind === 'command')
    const runLimit = limits.runs ?? (repeats ? Number.POSITIVE_INFINITY : 1)
    while (this.#runs < runLimit && !this.#isOver()) {
      const startedNs = rings.nowNs()
      const { status, pid, isWatched } = await this.#command.run(command, started => rings.addCommand(started))
      this.#runs++
      if (!isWatched) return
      const committedBefore = this.#committed
      rings.drain()
      sources.flush()
      this.#commandStatus = status
      const hasFired = this.#commandEnded(status, { pid, startedNs })
      await this.#followAll()
      if (!hasFired && this.#waiting.length === 0) this.#takeControl({ fromNs: startedNs, toNs: rings.nowNs() })
      if (limits.runs === undefined && repeats && this.#committed > committedBefore) break
    }
  }

  #endRuns(): void {
    this.#runsDone = true
    this.#wake()
  }

  #commandEnded(status: number, { pid, startedNs }: { readonly pid: number; readonly startedNs: number }): boolean {
    const { plan, rings } = this.#options
    let hasFired = false
    for (const [index, { trigger, way }] of plan.triggers.entries()) {
      if (way.kind !== 'command') continue
      const source = trigger.source?.kind === 'signal' ? (status > 128 ? status - 128 : 0) : status
      const moment = { source, pid }
      if (!trigger.fires(moment)) continue
      hasFired = true
      this.#offer({
        trigger: index,
        timeNs: rings.nowNs(),
        detail: `run ${this.#runs} ended with status ${status}`,
        pid,
        tid: pid,
        durationNs: undefined,
        sinceNs: startedNs,
        moment,
      })
    }
    return hasFired
  }

  /** Where nothing is run over and over, healthy time is time without a trigger. */
  #takeHealthyControl(): void {
    const { rings, target, plan } = this.#options
    if (target.kind === 'command' && plan.triggers.some(({ way }) => way.kind === 'command')) return
    const spanNs = this.#spanNs()
    const nowNs = rings.nowNs()
    if (this.#waiting.length > 0 || nowNs - this.#healthySinceNs < spanNs) return
    this.#healthySinceNs = nowNs
    this.#takeControl({ fromNs: nowNs - spanNs, toNs: nowNs })
  }

  /** The longest window. */
  #spanNs(): number {
    const { beforeNs, afterNs } = this.#options.limits
    return beforeNs + (afterNs ?? USUAL_AFTER_NS)
  }

  /** Each control costs a copy and a walk: the first few windows are taken, then one in more and more. */
  #takeControl(range: { readonly fromNs: number; readonly toNs: number }): void {
    const { rings, addControl } = this.#options
    this.#controls++
    const isTaken = this.#controls <= EAGER_CONTROLS || randomInt(this.#controls) < EAGER_CONTROLS / 2
    if (isTaken) {
      const window = rings.capture(range)
      rings.flight?.arm()
      if (window !== undefined) addControl(window)
    }
    rings.forget()
  }

  /** Said once; how many they were, at the end. */
  #noteStorm(sources: Sources): void {
    const { rings, warn } = this.#options
    const before = this.#untold
    const followed = this.#unfollowed === 0
    this.#unfollowed = sources.lostCount()
    if (followed && this.#unfollowed > 0)
      warn(
        'A sequence begins more often than it ends: of more than 10,000 at once the oldest are dropped. A "within" lets them go by time.',
      )
    this.#untold = rings.flight?.untoldCount() ?? 0
    if (before === 0 && this.#untold > 0) warn('A trigger fires more than 100 times a second: the rest is counted only.')
  }

  #showProgress(): void {
    const { rings, limits, onProgress } = this.#options
    const depth = rings.flight?.depth() ?? { eventsPerSec: 0, historyNs: 0 }
    onProgress({
      elapsedNs: rings.nowNs(),
      ...depth,
      triggers: this.#triggers,
      committed: this.#committed,
      discarded: this.#discarded,
      runs: this.#runs,
      runLimit: limits.runs,
    })
  }

  #pause(milliseconds: number): Promise<void> {
    return new Promise(resolve => {
      const timer = setTimeout(resolve, milliseconds)
      this.#wake = () => {
        clearTimeout(timer)
        resolve()
      }
    })
  }
}

function countSince(timeNs: Float64Array, fromNs: number): number {
  let count = 0
  for (const time of timeNs) if (time >= fromNs) count++
  return count
}
