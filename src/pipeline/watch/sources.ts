/** What tells `watch` that a trigger may fire, but for the end of our own command: rules of the kernel, PSI, logs, marks, levels. */

import { dirname } from 'node:path'
import { decodeFlight } from '../../collectors/bpf/flight-record.ts'
import { openSeries } from '../../collectors/series.ts'
import type { Closable, PollEntry, WatchHost } from '../../host-watch.ts'
import type { FiredRule, Reading } from '../../schema.ts'
import { LevelHold } from '../../speculative/level-hold.ts'
import { followLog } from '../../speculative/log-tail.ts'
import type { Plan, PlannedTrigger } from '../../speculative/plan.ts'
import { levelKey, type Moment } from '../../speculative/trigger.ts'
import { formatDuration } from '../../units.ts'
import { errnoName, signalName } from './names.ts'
import type { WatchRings } from './rings.ts'
import { openStream, type Stream } from './streams.ts'

/** A trigger that fired. */
export interface Firing {
  /** Index of the trigger. */
  readonly trigger: number
  /** Since the rings were opened. */
  readonly timeNs: number
  readonly detail: string
  readonly pid: number | undefined
  readonly tid: number | undefined
  readonly moment: Moment
  /** Of the span that ended, or the wait. */
  readonly durationNs: number | undefined
  /** When the run that failed began: what came before belongs to others. */
  readonly sinceNs?: number
}

/** All sources, open. */
export interface Sources {
  /** Rules that could not be watched, e.g. because a log has no folder. */
  readonly problems: readonly string[]
  /** Ten times a second. */
  tick(): void
  /** What the kernel has told and nobody has read yet: at the end of a run. */
  flush(): void
  /** Beginnings of sequences that were dropped for want of room. */
  lostCount(): number
  /** May be called again. */
  close(): Promise<void>
}

/** poll(2) comes back at least so often, to see that it is over. */
const POLL_MS = 250
/** Characters of a log's line or a mark that are shown. */
const DETAIL_LENGTH = 200

/** Opens what the plan needs; fire is called for every trigger that fires. */
export async function openSources(
  host: WatchHost,
  { plan, rings, fire }: { readonly plan: Plan; readonly rings: WatchRings; readonly fire: (firing: Firing) => void },
): Promise<Sources> {
  const open = new OpenSources(host, { plan, rings, fire })
  await open.start()
  return open
}

class OpenSources implements Sources {
  readonly problems: string[] = []
  readonly #host: WatchHost
  readonly #plan: Plan
  readonly #rings: WatchRings
  readonly #fire: (firing: Firing) => void
  readonly #closables: Closable[] = []
  readonly #ticks: (() => void)[] = []
  readonly #psi = new Map<number, { readonly trigger: number; readonly windowNs: number }>()
  readonly #levels = new Map<string, number>()
  readonly #streams: Stream[] = []
  #isOver = false
  #polling: Promise<void> = Promise.resolve()

  constructor(host: WatchHost, { plan, rings, fire }: { plan: Plan; rings: WatchRings; fire: (firing: Firing) => void }) {
    this.#host = host
    this.#plan = plan
    this.#rings = rings
    this.#fire = fire
  }

  async start(): Promise<void> {
    const triggers = [...this.#plan.triggers.entries()]
    for (const [index, planned] of triggers) {
      if (planned.way.kind === 'psi') this.#openPsi(index, planned)
      if (planned.way.kind === 'log') this.#openLog(index, planned)
    }
    const levels = triggers.filter(([, { trigger, way }]) => way.kind === 'levels' || trigger.levels.length > 0)
    if (levels.length > 0) this.#openLevels(levels)
    const sequences = triggers.filter(([, { way }]) => way.kind === 'sequence' || way.kind === 'stalled')
    if (sequences.length > 0) this.#openStreams(sequences)
    await this.#openMarks(triggers.filter(([, { way }]) => way.kind === 'mark'))
    this.#polling = this.#pollForEver()
  }

  tick(): void {
    for (const run of this.#ticks) run()
  }

  flush(): void {
    for (const fired of this.#rings.flight?.takeFired() ?? []) this.#ruleFired(fired)
    this.tick()
  }

  lostCount(): number {
    return this.#streams.reduce((sum, { lostCount }) => sum + lostCount, 0)
  }

  async close(): Promise<void> {
    if (this.#isOver) return
    this.#isOver = true
    for (const closable of this.#closables) closable.close()
    await this.#polling
    for (const fd of this.#psi.keys()) this.#host.closeDescriptor(fd)
  }

  #offer(trigger: number, moment: Moment, about: Partial<Firing> & Pick<Firing, 'detail'>): void {
    const planned = this.#plan.triggers[trigger]
    const whole = { ...moment, levels: this.#levels }
    if (!planned.trigger.fires(whole)) return
    this.#fire({ trigger, timeNs: this.#rings.nowNs(), pid: undefined, tid: undefined, durationNs: undefined, ...about, moment: whole })
  }

  async #pollForEver(): Promise<void> {
    const entries: PollEntry[] = [...this.#psi.keys()].map(fd => ({ fd, wait: 'urgent' }))
    const { flight } = this.#rings
    if (flight?.takesRules === true && this.#plan.rules.length > 0) entries.push({ fd: flight.firedFd, wait: 'data' })
    if (entries.length === 0) return
    while (!this.#isOver) {
      const ready = await this.#host.pollLater(entries, POLL_MS)
      if (this.#isOver) return
      for (const fd of ready) if (this.#psi.has(fd)) this.#psiFired(fd)
      for (const fired of flight?.takeFired() ?? []) this.#ruleFired(fired)
    }
  }

  #ruleFired(fired: FiredRule): void {
    const trigger = this.#plan.triggers.findIndex(({ way }) => way.kind === 'rule' && way.rule === fired.rule)
    const planned = this.#plan.triggers[trigger]
    if (planned === undefined) return
    const source = sourceValue(planned, fired)
    this.#offer(
      trigger,
      { source, tid: fired.tid, pid: fired.pid, comm: fired.comm },
      {
        timeNs: Number(fired.timeNs - this.#rings.startNs),
        detail: `${fired.comm} (thread ${fired.tid}): ${describeFired(planned, fired)}`,
        pid: fired.pid,
        tid: fired.tid,
        durationNs: fired.durationNs > 0 ? fired.durationNs : undefined,
      },
    )
  }

  #openPsi(index: number, { way }: PlannedTrigger): void {
    if (way.kind !== 'psi') return
    const path = `/proc/pressure/${way.resource}`
    const opened = this.#host.openAndWrite(path, way.text)
    if ('fd' in opened) this.#psi.set(opened.fd, { trigger: index, windowNs: way.windowNs })
    else {
      this.problems.push(`${path} takes no trigger (${opened.errno}): it is read ten times a second instead.`)
      this.#openLevels([[index, this.#plan.triggers[index]]])
    }
  }

  #psiFired(fd: number): void {
    const found = this.#psi.get(fd)
    if (found === undefined) return
    const { text } = this.#plan.triggers[found.trigger].trigger
    // the kernel has compared already: it says that, not how much
    this.#fire({
      trigger: found.trigger,
      timeNs: this.#rings.nowNs(),
      detail: `${text}: over the last ${formatDuration(found.windowNs)}`,
      pid: undefined,
      tid: undefined,
      durationNs: undefined,
      moment: {},
    })
  }

  #openLog(index: number, { trigger: { source } }: PlannedTrigger): void {
    if (source?.kind !== 'log') return
    if (this.#host.listDirectory(dirname(source.path)) === undefined)
      this.problems.push(`${source.path} has no folder yet: it is looked for once a second.`)
    const tail = followLog(this.#host, source.path, line => this.#offer(index, { source: line }, { detail: line.slice(0, DETAIL_LENGTH) }))
    let turn = 0
    // where inotify tells nothing, e.g. on a network's file system: once a second
    this.#ticks.push(() => void (++turn % 10 === 0 && tail.poll()))
    this.#closables.push(tail)
  }

  #openLevels(triggers: readonly (readonly [number, PlannedTrigger])[]): void {
    const series = openSeries(this.#host, { cgroups: () => this.#rings.tracker.targetCgroups() })
    const holds = new Map(triggers.map(([index, { trigger }]) => [index, new LevelHold(trigger.holdNs)]))
    const psiBefore = new Map<string, { readonly timeNs: number; readonly totalUs: number }>()
    let turn = 0
    this.#ticks.push(() => {
      const nowNs = this.#rings.nowNs()
      this.#takeReadings(series.collectFast(nowNs))
      if (turn++ % 10 === 0) this.#takeReadings(series.collectSlow(nowNs))
      this.#readPsi(triggers, psiBefore, nowNs)
      for (const [index, { trigger, way }] of triggers) {
        if (way.kind !== 'levels' && way.kind !== 'psi') continue
        const isTrue = trigger.fires({ levels: this.#levels })
        if (holds.get(index)?.fires(isTrue, nowNs) === true) this.#offer(index, {}, { detail: this.#describeLevels(index) })
      }
    })
  }

  /** A series without a subject stands for the largest of all, as one busy CPU of many is worth a window. */
  #takeReadings(readings: readonly Reading[]): void {
    const largest = new Map<string, number>()
    for (const { name, subject, value } of readings) {
      this.#levels.set(levelKey({ kind: 'series', name, subject }), value)
      const key = levelKey({ kind: 'series', name, subject: undefined })
      if (!(value <= (largest.get(key) ?? Number.NaN))) largest.set(key, value)
    }
    for (const [key, value] of largest) this.#levels.set(key, value)
  }

  /** Share of the time since the last reading a second ago or more in which somebody waited. */
  #readPsi(
    triggers: readonly (readonly [number, PlannedTrigger])[],
    before: Map<string, { timeNs: number; totalUs: number }>,
    nowNs: number,
  ): void {
    for (const [, { trigger }] of triggers) {
      for (const level of trigger.levels) {
        if (level.kind !== 'psi') continue
        const key = levelKey(level)
        const line = this.#host
          .readText(`/proc/pressure/${level.resource}`)
          ?.split('\n')
          .find(text => text.startsWith(level.line))
        const totalUs = Number(/total=(\d+)/.exec(line ?? '')?.[1])
        const last = before.get(key)
        if (last === undefined || nowNs - last.timeNs >= PSI_SPAN_NS) before.set(key, { timeNs: nowNs, totalUs })
        if (last !== undefined && nowNs > last.timeNs) this.#levels.set(key, ((totalUs - last.totalUs) * 1e3) / (nowNs - last.timeNs))
      }
    }
  }

  /** Sequences, and events that stop coming: followed on what the rings hold, a tenth of a second late. */
  #openStreams(triggers: readonly (readonly [number, PlannedTrigger])[]): void {
    const { flight } = this.#rings
    if (flight === undefined || !flight.takesRules) {
      this.problems.push('Sequences and stalled() need the rings in the kernel: they will not fire.')
      return
    }
    const streams = triggers.map(([index, { trigger }]) => ({ index, stream: openStream(trigger, this.#rings), hold: new LevelHold(0) }))
    for (const { stream } of streams) if (stream !== undefined) this.#streams.push(stream)
    this.#ticks.push(() => {
      const events = decodeFlight(flight.readNew(), this.#rings.startNs)
      const nowNs = this.#rings.nowNs()
      for (const { index, stream, hold } of streams) {
        for (const { source, ...about } of stream?.take(events, nowNs) ?? []) {
          const moment = { source, tid: about.tid, pid: about.pid }
          // what has stopped is told once, until it goes on
          const isNews = typeof source === 'boolean' || hold.fires(this.#plan.triggers[index].trigger.fires(moment), nowNs)
          if (isNews) this.#offer(index, moment, about)
        }
      }
    })
  }

  #describeLevels(index: number): string {
    const { levels } = this.#plan.triggers[index].trigger
    return levels
      .map(level => `${levelKey(level).replaceAll('\0', ' ').trim()} = ${(this.#levels.get(levelKey(level)) ?? Number.NaN).toPrecision(3)}`)
      .join(', ')
  }

  async #openMarks(triggers: readonly (readonly [number, PlannedTrigger])[]): Promise<void> {
    const path = markSocketPath(this.#host)
    try {
      const socket = await this.#host.listenForLines(path, text => {
        for (const [index] of triggers) this.#offer(index, { source: text }, { detail: text.slice(0, DETAIL_LENGTH) })
        if (triggers.length === 0) this.#fire(markOf(text, this.#rings.nowNs()))
      })
      this.#closables.push(socket)
    } catch (error) {
      this.problems.push(`autotune mark will not be heard: ${error instanceof Error ? error.message : String(error)}`)
    }
  }
}

const PSI_SPAN_NS = 1e9

/** A mark without a trigger on marks keeps a window all the same: that is what it is for. */
export const MARK = -1
function markOf(text: string, timeNs: number): Firing {
  return {
    trigger: MARK,
    timeNs,
    detail: text.slice(0, DETAIL_LENGTH),
    pid: undefined,
    tid: undefined,
    durationNs: undefined,
    moment: { source: text },
  }
}

/** Folder in which every watch has its socket: the user's own. */
export function markFolder(host: Pick<WatchHost, 'environment' | 'uid'>): string {
  const own = host.environment('XDG_RUNTIME_DIR')
  return `${own === undefined || own === '' ? (host.uid === 0 ? '/run' : `/tmp/autotune-${host.uid}`) : own}/autotune`
}

function markSocketPath(host: WatchHost): string {
  return `${markFolder(host)}/watch-${host.pid}.socket`
}

function sourceValue({ trigger }: PlannedTrigger, fired: FiredRule): NonNullable<Moment['source']> {
  const kind = trigger.source?.kind
  if (kind === 'span') return { durationMs: fired.durationNs / 1e6, ret: fired.value }
  if (kind === 'event') return true
  return kind === 'blocked' || kind === 'runQueue' ? fired.durationNs : fired.value
}

function describeFired({ trigger }: PlannedTrigger, { value, durationNs }: FiredRule): string {
  const { source } = trigger
  if (source?.kind === 'span') return `took ${formatDuration(durationNs)}, returned ${value}`
  if (source?.kind === 'error') return `${source.syscall} failed with ${errnoName(value)} after ${formatDuration(durationNs)}`
  if (source?.kind === 'blocked') return `was blocked for ${formatDuration(durationNs)}`
  if (source?.kind === 'runQueue') return `waited ${formatDuration(durationNs)} for a CPU`
  if (source?.kind === 'signal') return `got ${signalName(value)}`
  return source?.kind === 'exit' ? `ended with status ${value}` : 'happened'
}
