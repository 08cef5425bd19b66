/**
 * What a burst would have looked like had a cause taken less time: the recorded work, played again with the waits that were
 * observed (analysis.md 4.3). Work and input from outside come when they came, sleeps take as long as they took, a wait ends when
 * who ended it gets there, and a wait for a CPU is as much shorter as those who had it.
 *
 * Blind for spinning that is no kernel lock's, for locks that nobody had to wait for, and for what becomes possible only then.
 */

import { NONE, type Table } from '../../schema.ts'
import { causeOfWait } from '../wait-kind.ts'
import { Classes, type RunContext } from './classes.ts'
import { type Clocks, type Cuts, clocksFor, play } from './play.ts'
import { type BurstSpan, readBurst } from './read-events.ts'
import { Op, Tape } from './tape.ts'
import { Threads } from './threads.ts'

/** What takes less time. */
export type ReplayCause =
  /** Code: for a stretch of running the part of it that is the cause, 0..1. */
  | { readonly kind: 'running'; readonly shareOf: (context: RunContext) => number }
  /** Waits of a WaitReason. */
  | { readonly kind: 'waiting'; readonly reason: string }
  /** Waits for a futex or a lock of the kernel, and spinning for it: the lower 48 bits of its address. */
  | { readonly kind: 'lock'; readonly key: number }
  /** A device as in blockIo, or all. */
  | { readonly kind: 'device'; readonly device?: string }
  /** Waits for a CPU. */
  | { readonly kind: 'queueing' }

/** A replay's outcome. */
export interface Replayed {
  /** When the last of the threads that count was done, or when its CPUs could have been at the earliest; summed over bursts. */
  readonly lengthNs: number
  /** Mean over the threads that count of the time they took, each by itself, over the recorded one; by their active time. */
  readonly paceRatio: number
  /** The same of each burst. */
  readonly bursts: readonly { readonly lengthNs: number; readonly paceRatio: number }[]
}

/** Bursts that can be played again. */
export interface Replay {
  /** As recorded. */
  readonly lengthNs: number
  /** Threads that count, by id. */
  readonly tids: readonly number[]
  /** Stretches of running that were told apart, and the time in each. */
  readonly contexts: readonly (RunContext & { readonly ns: number })[]
  /** Per look at a thread the index of the context it was in; NONE outside of what is known. */
  locate(looks: Looks): Int32Array
  /** With a cause reduced by a part of 0..1: 0.5 is half, 1 is none of it left. */
  withCause(cause: ReplayCause, reduction: number): Replayed
  /** With several reduced alike. */
  withCauses(causes: readonly ReplayCause[], reduction: number): Replayed
}

/** Instants of threads, such as samples, in time order. */
export interface Looks {
  readonly length: number
  readonly timeNs: Float64Array
  readonly tid: Int32Array
}

/** Whose progress counts. */
export interface ReplayOptions {
  /** Threads that may count, such as those of the target; every one that is not the kernel's when absent. */
  readonly mayCount?: (process: number, tid: number) => boolean
  /** CPUs there are; those that were used when absent. */
  readonly cpuCount?: number
}

/** Of a burst: threads below this part of it say nothing about progress. analysis.md 4.2. */
const FOREGROUND = 0.05

/** Reads bursts for replay. Linear in events; a play is one pass over twice as many operations. */
export function openReplay(event: Table<'event'>, burst: Table<'burst'>, options: ReplayOptions = {}): Replay {
  const tape = new Tape()
  const classes = new Classes()
  const threads = new Threads()
  const parts: Part[] = []
  for (const span of spansOf(event, burst)) {
    const first = tape.length
    readBurst(event, span, { tape, threads, classes })
    parts.push({
      span,
      first,
      end: tape.length,
      counting: countingThreads(threads, span, options),
      cpus: options.cpuCount ?? countCpus(tape, first),
    })
  }
  return new BurstReplay({ tape, classes, threads, parts })
}

interface Part {
  readonly span: BurstSpan
  readonly first: number
  readonly end: number
  readonly counting: readonly CountingThread[]
  readonly cpus: number
}

interface CountingThread {
  readonly slot: number
  readonly activeNs: number
  readonly endNs: number
}

/** Rows of each burst: both tables are in time order. */
function spansOf(event: Table<'event'>, burst: Table<'burst'>): BurstSpan[] {
  const spans: BurstSpan[] = []
  let row = 0
  for (let index = 0; index < burst.length; index++) {
    const startNs = burst.timeNs[index]
    const endNs = startNs + burst.durationNs[index]
    if (!(endNs > startNs)) continue
    while (row < event.length && event.timeNs[row] < startNs) row++
    const first = row
    while (row < event.length && event.timeNs[row] <= endNs) row++
    spans.push({ first, end: row, startNs, endNs })
  }
  return spans
}

function countingThreads(threads: Threads, { startNs, endNs }: BurstSpan, { mayCount }: ReplayOptions): CountingThread[] {
  const known = [...threads.inBurst()].filter(
    ({ isKernel, process, tid }) => !isKernel && (mayCount === undefined || mayCount(process, tid)),
  )
  const active = known.filter(({ activeNs }) => activeNs >= FOREGROUND * (endNs - startNs))
  return (active.length > 0 ? active : known).map(({ slot, activeNs, lastNs }) => ({ slot, activeNs, endNs: lastNs }))
}

function countCpus(tape: Tape, first: number): number {
  const cpus = new Set<number>()
  for (let index = first; index < tape.length; index++) if (tape.op[index] === Op.Run) cpus.add(tape.b[index])
  return Math.max(1, cpus.size)
}

class BurstReplay implements Replay {
  readonly lengthNs: number
  readonly tids: readonly number[]
  readonly contexts: Replay['contexts']
  readonly #tape: Tape
  readonly #classes: Classes
  readonly #threads: Threads
  readonly #parts: readonly Part[]
  readonly #clocks: Clocks

  constructor({ tape, classes, threads, parts }: { tape: Tape; classes: Classes; threads: Threads; parts: readonly Part[] }) {
    this.#tape = tape
    this.#classes = classes
    this.#threads = threads
    this.#parts = parts
    this.#clocks = clocksFor({ threads: threads.all.length, ...largest(tape) })
    this.tids = [...new Set(parts.flatMap(({ counting }) => counting.map(({ slot }) => threads.all[slot].tid)))].sort((x, y) => x - y)
    this.contexts = this.#contexts()
    this.lengthNs = this.#play(this.#noCuts()).lengthNs
  }

  withCause(cause: ReplayCause, reduction: number): Replayed {
    return this.withCauses([cause], reduction)
  }

  withCauses(causes: readonly ReplayCause[], reduction: number): Replayed {
    const part = reduction > 0 ? Math.min(1, reduction) : 0
    const cuts = { ...this.#noCuts(), queue: causes.some(({ kind }) => kind === 'queueing') ? part : 0 }
    for (const cause of causes) this.#cut(cuts, cause, part)
    return this.#play(cuts)
  }

  #cut(cuts: Cuts, cause: ReplayCause, part: number): void {
    if (cause.kind === 'running') this.#cutRunning(cuts, cause.shareOf, part)
    if (cause.kind === 'lock') this.#cutLock(cuts, cause.key, part)
    if (cause.kind === 'device') this.#cutDevice(cuts, cause.device, part)
    if (cause.kind !== 'waiting') return
    for (const [index, { reason }] of this.#classes.waits.entries()) {
      if (reason === cause.reason) cuts.wait[index] = cuts.edge[index] = part
    }
  }

  locate(looks: Looks): Int32Array {
    const found = new Int32Array(looks.length).fill(NONE)
    let look = 0
    for (const { span, first, end } of this.#parts) {
      while (look < looks.length && looks.timeNs[look] < span.startNs) look++
      const from = look
      while (look < looks.length && looks.timeNs[look] < span.endNs) look++
      this.#locateIn({ span, first, end }, looks, { from, to: look, found })
    }
    return found
  }

  /** Looks at a thread that wait for the operation which covers them: operations come in the order of their ends. */
  #locateIn(
    { span, first, end }: Pick<Part, 'span' | 'first' | 'end'>,
    looks: Looks,
    { from, to, found }: { readonly from: number; readonly to: number; readonly found: Int32Array },
  ): void {
    const waiting = new Map<number, number[]>()
    for (let look = to - 1; look >= from; look--) {
      const ofThread = waiting.get(looks.tid[look]) ?? []
      waiting.set(looks.tid[look], ofThread)
      ofThread.push(look)
    }
    const { op, a, ns, atNs, class: classes } = this.#tape
    for (let index = first; index < end; index++) {
      if (op[index] !== Op.Run) continue
      const ofThread = waiting.get(this.#threads.all[a[index]].tid)
      for (let look = ofThread?.at(-1); ofThread !== undefined && look !== undefined; look = ofThread.at(-1)) {
        const lookNs = looks.timeNs[look] - span.startNs
        if (lookNs > atNs[index]) break
        if (lookNs >= atNs[index] - ns[index]) found[look] = classes[index]
        ofThread.pop()
      }
    }
  }

  #cutRunning(cuts: Cuts, shareOf: (context: RunContext) => number, part: number): void {
    for (const [index, context] of this.contexts.entries()) {
      const share = shareOf(context)
      cuts.run[index] = share > 0 ? Math.min(1, share) * part : 0
    }
  }

  #cutLock(cuts: Cuts, key: number, part: number): void {
    for (const [index, wait] of this.#classes.waits.entries()) {
      if (wait.key === key) cuts.wait[index] = cuts.edge[index] = part
    }
    for (const [index, { begin }] of this.contexts.entries()) {
      if (begin?.kind === 'wantsLock' && begin.wait.key === key) cuts.run[index] = part
    }
  }

  #cutDevice(cuts: Cuts, device: string | undefined, part: number): void {
    for (const [index, name] of this.#classes.devices.entries()) if (device === undefined || name === device) cuts.device[index] = part
    if (device !== undefined) return
    // waits for a request that began before the burst; those that a thread ends are that thread's
    for (const [index, { reason }] of this.#classes.waits.entries()) {
      if (causeOfWait(reason, 'interrupt') === 'device') cuts.wait[index] = part
    }
  }

  #noCuts(): Cuts {
    const { waits, contexts, devices } = this.#classes
    return {
      run: new Float64Array(contexts.length),
      wait: new Float64Array(waits.length),
      edge: new Float64Array(waits.length),
      device: new Float64Array(devices.length),
      queue: 0,
    }
  }

  #play(cuts: Cuts): Replayed {
    const outcomes = this.#parts.map(part => this.#playPart(part, cuts))
    const total = { lengthNs: 0, paceNs: 0, activeNs: 0 }
    for (const { lengthNs, paceNs, activeNs } of outcomes) {
      total.lengthNs += lengthNs
      total.paceNs += paceNs
      total.activeNs += activeNs
    }
    const paceRatio = ({ paceNs, activeNs }: typeof total) => (activeNs > 0 ? paceNs / activeNs : 1)
    const bursts = outcomes.map(outcome => ({ lengthNs: outcome.lengthNs, paceRatio: paceRatio(outcome) }))
    return { lengthNs: total.lengthNs, paceRatio: paceRatio(total), bursts }
  }

  #playPart(part: Part, cuts: Cuts) {
    play(this.#tape, part, cuts, this.#clocks)
    let [runNs, lastNs, paceNs, activeNs] = [0, 0, 0, 0]
    for (const thread of part.counting) {
      const tookNs = this.#clocks.threads[thread.slot]
      lastNs = Math.max(lastNs, tookNs)
      runNs += this.#clocks.runNs[thread.slot]
      if (!(thread.endNs > 0)) continue
      paceNs += thread.activeNs * (tookNs / thread.endNs)
      activeNs += thread.activeNs
    }
    // that many CPUs can't do it faster, whoever waits for whom; where nobody waits for one there are more
    const leastNs = (runNs / part.cpus) * (1 - cuts.queue)
    const { startNs, endNs } = part.span
    return { lengthNs: Math.max(lastNs, leastNs), paceNs: Math.max(paceNs, (activeNs * leastNs) / (endNs - startNs)), activeNs }
  }

  #contexts(): Replay['contexts'] {
    const times = new Float64Array(this.#classes.contexts.length)
    const { op, ns, class: classes, length } = this.#tape
    for (let index = 0; index < length; index++) if (op[index] === Op.Run) times[classes[index]] += ns[index]
    return this.#classes.contexts.map(({ thread, begin, end }, index) => {
      const { process, tid } = this.#threads.all[thread]
      return { process, tid, begin: this.#classes.boundary(begin), end: this.#classes.boundary(end), ns: times[index] }
    })
  }
}

/** How many requests a burst has at most, and CPUs: numbers on the tape. */
function largest({ length, op, a, b }: Tape): { readonly requests: number; readonly cpus: number } {
  let requests = 0
  let cpus = 0
  for (let index = 0; index < length; index++) {
    if (op[index] === Op.Issue) requests = Math.max(requests, a[index] + 1)
    if (op[index] === Op.Run || op[index] === Op.Dequeue) cpus = Math.max(cpus, b[index] + 1)
  }
  return { requests, cpus }
}
