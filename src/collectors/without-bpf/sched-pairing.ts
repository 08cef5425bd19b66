/**
 * Pairs scheduler events in time order: out of the CPU → woken → on it again, and requests inserted → issued → completed.
 *
 *     switch out    waking      switch in
 *         │~~ wait ~~~│.. queue ..│
 */

/** A thread that does not run. */
interface Off {
  readonly sinceNs: number
  readonly kind: 'blocked' | 'woken' | 'preempted'
  readonly place: BlockedPlace | undefined
}

/** Where a thread stopped: rows of callchain, and TASK_* bits. */
export interface BlockedPlace {
  readonly pid: number
  readonly taskState: number
  readonly kernelChain: number
  readonly userChain: number
  /** Futex it named last in a system call; NaN for none. */
  readonly futex: number
}

/** Who ended a wait. */
export interface WakerPlace {
  readonly kind: 'thread' | 'interrupt' | 'unknown'
  readonly pid: number
  readonly tid: number
  readonly chain: number
}

/** What pairs become. */
export interface PairSink {
  wait(wait: {
    readonly tid: number
    readonly place: BlockedPlace
    readonly waker: WakerPlace
    readonly ns: number
    readonly open: boolean
  }): void
  queue(queue: {
    readonly tid: number
    readonly pid: number
    readonly reason: 'woken' | 'preempted'
    readonly occupantTid: number
    readonly ns: number
  }): void
}

/** A switch with its chains interned. */
export interface SwitchEvent {
  readonly timeNs: number
  readonly tid: number
  readonly nextTid: number
  readonly state: number
  readonly place: BlockedPlace
}

/** Low bits of prev_state: S, D, T, t, X, Z, P, I; 0x100 is preempted. include/trace/events/sched.h */
const BLOCKED = 0xff
const DEAD = 0x10 | 0x20

/** Threads whose state is kept; more are not followed until some are gone. */
const MAX_THREADS = 100_000

/** Follows threads from one CPU to the next. */
export class SchedPairing {
  readonly #off = new Map<number, Off>()
  readonly #pids = new Map<number, number>()
  readonly #sink: PairSink

  constructor(sink: PairSink) {
    this.#sink = sink
  }

  switch({ timeNs, tid, nextTid, state, place }: SwitchEvent): void {
    if (tid > 0 && this.#pids.size < MAX_THREADS) this.#pids.set(tid, place.pid)
    if (nextTid > 0) this.#switchIn(nextTid, timeNs, tid)
    if (tid <= 0) return
    if (state & DEAD) {
      this.#off.delete(tid)
      this.#pids.delete(tid)
    } else if (this.#off.size < MAX_THREADS) {
      const isBlocked = (state & BLOCKED) !== 0
      this.#off.set(tid, { sinceNs: timeNs, kind: isBlocked ? 'blocked' : 'preempted', place: isBlocked ? place : undefined })
    }
  }

  waking(tid: number, timeNs: number, waker: WakerPlace): void {
    const off = this.#off.get(tid)
    if (off === undefined || off.kind !== 'blocked') return
    this.#endWait(tid, off, { timeNs, waker })
    this.#off.set(tid, { sinceNs: timeNs, kind: 'woken', place: undefined })
  }

  /** Events are missed from here on: what goes on now ends nobody knows when. */
  forget(): void {
    this.#off.clear()
  }

  /** The recording ends: waits that go on. */
  finish(timeNs: number): void {
    for (const [tid, off] of this.#off) {
      if (off.place === undefined || !(timeNs > off.sinceNs)) continue
      this.#sink.wait({ tid, place: off.place, waker: nobody, ns: timeNs - off.sinceNs, open: true })
    }
    this.#off.clear()
  }

  #switchIn(tid: number, timeNs: number, before: number): void {
    const off = this.#off.get(tid)
    this.#off.delete(tid)
    if (off === undefined) return
    // no waking was seen: on kernels that wake a thread on its own CPU without one, or because it was lost
    if (off.kind === 'blocked') this.#endWait(tid, off, { timeNs, waker: nobody })
    else if (timeNs > off.sinceNs) {
      this.#sink.queue({
        tid,
        pid: this.#pids.get(tid) ?? -1,
        reason: off.kind,
        occupantTid: before > 0 ? before : -1,
        ns: timeNs - off.sinceNs,
      })
    }
  }

  #endWait(tid: number, { sinceNs, place }: Off, { timeNs, waker }: { readonly timeNs: number; readonly waker: WakerPlace }): void {
    if (place !== undefined && timeNs > sinceNs) this.#sink.wait({ tid, place, waker, ns: timeNs - sinceNs, open: false })
  }
}

const nobody: WakerPlace = { kind: 'unknown', pid: -1, tid: -1, chain: -1 }
