import { NONE } from '../../schema.ts'
import { NO_BOUNDARY } from './classes.ts'
import { NO_CLASS } from './tape.ts'

/** A thread while the events of a burst are read. */
export interface BurstThread {
  /** Its number on the tape, the same in every burst. */
  readonly slot: number
  readonly tid: number
  process: number
  isKernel: boolean
  state: 'unknown' | 'running' | 'queued' | 'blocked' | 'dead'
  /** Up to when it is on the tape, since the burst's start. */
  lastNs: number
  cpu: number
  /** The last operation of running of the stretch that goes on, and what that began with. */
  stretchOp: number
  begin: number
  queueOp: number
  /** What it waits for. */
  wait: number
  isIdle: boolean
  /** Locks of the kernel it wants, the innermost last. */
  locks: number[]
  /** Time it ran, and time it ran, queued or waited for something it needed: in the burst that is read. */
  runNs: number
  activeNs: number
}

/** Threads by their ids. */
export class Threads {
  readonly all: BurstThread[] = []
  readonly #byTid = new Map<number, BurstThread>()
  #seen = new Set<BurstThread>()

  /** Nothing is known of anybody. */
  beginBurst(): void {
    this.#seen = new Set()
  }

  /** Those that did something in the burst. */
  inBurst(): Iterable<BurstThread> {
    return this.#seen
  }

  of(tid: number): BurstThread {
    const known = this.#byTid.get(tid)
    const thread = known ?? this.#add(tid)
    if (!this.#seen.has(thread)) this.#reset(thread)
    return thread
  }

  /** A new thread: one that had the same id before is somebody else. */
  bear(tid: number): BurstThread {
    const thread = this.#add(tid)
    this.#reset(thread)
    return thread
  }

  #add(tid: number): BurstThread {
    const thread: BurstThread = { slot: this.all.length, tid, process: NONE, isKernel: false, ...nothingKnown() }
    this.all.push(thread)
    this.#byTid.set(tid, thread)
    return thread
  }

  #reset(thread: BurstThread): void {
    Object.assign(thread, nothingKnown())
    this.#seen.add(thread)
  }
}

function nothingKnown() {
  return {
    state: 'unknown' as const,
    lastNs: 0,
    cpu: NONE,
    stretchOp: NO_CLASS,
    begin: NO_BOUNDARY,
    queueOp: NO_CLASS,
    wait: NO_CLASS,
    isIdle: false,
    locks: [],
    runNs: 0,
    activeNs: 0,
  }
}
