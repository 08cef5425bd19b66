import { EventFlag, EventType, type Table } from '../../schema.ts'
import { isIdleReason } from '../wait-kind.ts'
import { BoundaryKind, boundaryOf, type Classes, NO_BOUNDARY } from './classes.ts'
import { NO_CLASS, Op, type Tape } from './tape.ts'
import type { BurstThread, Threads } from './threads.ts'

/** Rows of event that belong to a burst, and when it was. */
export interface BurstSpan {
  readonly first: number
  readonly end: number
  readonly startNs: number
  readonly endNs: number
}

/** What is filled while events are read. */
export interface EventTargets {
  readonly tape: Tape
  readonly threads: Threads
  readonly classes: Classes
}

/** Most CPUs a kernel can have. */
const MAX_CPU = 8191

/** A completion is what woke somebody on the same CPU when it came at most this long before. No source: a guess. */
const COMPLETION_NS = 200e3

/** Puts what happened in a burst on the tape. */
export function readBurst(event: Table<'event'>, span: BurstSpan, targets: EventTargets): void {
  const reader = new BurstReader(event, span, targets)
  for (let row = span.first; row < span.end; row++) reader.read(row)
  reader.finish()
}

/** Where and when something happened. */
interface Place {
  readonly cpu: number
  readonly atNs: number
}

interface Request {
  /** Its number on the tape. */
  readonly slot: number
  readonly thread: BurstThread
  readonly issuedNs: number
  readonly device: number
}

class BurstReader {
  readonly #event: Table<'event'>
  readonly #span: BurstSpan
  readonly #tape: Tape
  readonly #threads: Threads
  readonly #classes: Classes
  /** Keys as pairs of words, so that no bigint is made per event. */
  readonly #keyWords: Uint32Array
  readonly #reasonOf: Int32Array
  readonly #deviceOf: Int32Array
  readonly #isIdle: readonly boolean[]
  readonly #lockReason: number
  readonly #requests = new Map<number, Request>()
  #requestSlots = 0
  #atNs = 0
  /** By CPU the request that was completed last, and when. */
  readonly #completed = new Map<number, { readonly request: Request; readonly atNs: number }>()

  constructor(event: Table<'event'>, span: BurstSpan, { tape, threads, classes }: EventTargets) {
    this.#event = event
    this.#span = span
    this.#tape = tape
    this.#threads = threads
    this.#classes = classes
    this.#keyWords = new Uint32Array(event.key.buffer, event.key.byteOffset, event.key.length * 2)
    this.#reasonOf = Int32Array.from(event.what.values, text => classes.reason(text))
    this.#deviceOf = Int32Array.from(event.what.values, () => NO_CLASS)
    this.#isIdle = event.what.values.map(isIdleReason)
    this.#lockReason = classes.reason('kernelLock')
    threads.beginBurst()
  }

  read(row: number): void {
    const type = this.#event.type[row]
    // time only goes on, whatever a recording says
    const atNs = Math.max(this.#atNs, Math.min(this.#event.timeNs[row], this.#span.endNs) - this.#span.startNs || 0)
    this.#atNs = atNs
    if (type === EventType.Switch) this.#switch(row, atNs)
    else if (type === EventType.Waking) this.#waking(row, atNs)
    else if (type === EventType.LockBegin || type === EventType.LockEnd) this.#lock(row, atNs)
    else if (type === EventType.BlockIssue) this.#issue(row, atNs)
    else if (type === EventType.BlockComplete) this.#complete(row, atNs)
    else if (type === EventType.Fork) this.#fork(row, atNs)
  }

  /** Who runs at the end ran up to it. */
  finish(): void {
    const atNs = this.#span.endNs - this.#span.startNs
    for (const thread of this.#threads.inBurst()) {
      if (thread.state === 'running') this.#advance(thread, atNs)
      this.#endStretch(thread, NO_BOUNDARY)
    }
  }

  #switch(row: number, atNs: number): void {
    const { tid, otherTid, process, flags } = this.#event
    if (tid[row] !== 0) {
      const gone = this.#running(tid[row], { cpu: this.#cpu(row), atNs })
      gone.process = process[row]
      gone.isKernel = (flags[row] & EventFlag.KernelThread) !== 0
      if (flags[row] & EventFlag.Preempted) this.#enqueue(gone, atNs)
      else this.#leave(gone, row)
    }
    if (otherTid[row] !== 0) this.#come(this.#threads.of(otherTid[row]), this.#cpu(row), atNs)
  }

  #leave(gone: BurstThread, row: number): void {
    const { flags, what } = this.#event
    gone.state = flags[row] & EventFlag.Dead ? 'dead' : 'blocked'
    const code = what.codes[row]
    const isLock = gone.locks.length > 0
    const reason = isLock ? this.#lockReason : code >= 0 ? this.#reasonOf[code] : this.#classes.reason('unknown')
    gone.wait = this.#classes.wait(reason, isLock ? gone.locks[gone.locks.length - 1] : this.#key(row))
    gone.isIdle = !isLock && code >= 0 && this.#isIdle[code]
    this.#endStretch(gone, gone.state === 'dead' ? NO_BOUNDARY : boundaryOf(BoundaryKind.Waited, gone.wait))
  }

  #come(came: BurstThread, cpu: number, atNs: number): void {
    if (came.state === 'queued' || came.state === 'unknown') {
      if (came.queueOp !== NO_CLASS) this.#tape.b[came.queueOp] = cpu
      this.#add(Op.Dequeue, came, { b: cpu, atNs, of: NO_CLASS })
      came.activeNs += atNs - came.lastNs
      came.lastNs = atNs
    } else this.#advance(came, atNs)
    came.queueOp = NO_CLASS
    came.state = 'running'
    came.cpu = cpu
  }

  #enqueue(thread: BurstThread, atNs: number): void {
    thread.state = 'queued'
    // which CPU it gets is known when it comes
    thread.queueOp = this.#tape.add(Op.Queue, { a: thread.slot, b: NO_CLASS, ns: 0, atNs, of: NO_CLASS })
  }

  #waking(row: number, atNs: number): void {
    const { tid, otherTid, process, flags, what } = this.#event
    if (tid[row] === 0) return
    const woken = this.#threads.of(tid[row])
    if (woken.state !== 'blocked' && woken.state !== 'unknown') return
    if (woken.state === 'unknown') {
      // it slept when the burst began
      const code = what.codes[row]
      woken.process = process[row]
      woken.isKernel = (flags[row] & EventFlag.KernelThread) !== 0
      woken.wait = this.#classes.wait(code >= 0 ? this.#reasonOf[code] : this.#classes.reason('unknown'), this.#key(row))
      woken.isIdle = code >= 0 && this.#isIdle[code]
    }
    if (!woken.isIdle) woken.activeNs += atNs - woken.lastNs
    const here = { cpu: this.#cpu(row), atNs }
    if (flags[row] & EventFlag.Interrupt || otherTid[row] <= 0) this.#endByInterrupt(woken, here)
    else this.#endByThread(woken, this.#running(otherTid[row], here), here)
    woken.lastNs = atNs
    woken.begin = boundaryOf(BoundaryKind.Waited, woken.wait)
    this.#enqueue(woken, atNs)
  }

  #endByThread(woken: BurstThread, waker: BurstThread, here: Place): void {
    this.#endStretch(waker, boundaryOf(BoundaryKind.Woke, woken.wait))
    // threads such as ksoftirqd do what else an interrupt would
    if (waker.isKernel && this.#endByRequest(woken, here)) return
    this.#add(woken.isKernel && woken.isIdle ? Op.Follow : Op.Wake, woken, { b: waker.slot, atNs: here.atNs, of: woken.wait })
  }

  /**
   * Devices take as long as they took, from the request on. Work and input come when they came; a sleep, and an answer of
   * somebody we do not see, take as long as they took.
   */
  #endByInterrupt(woken: BurstThread, here: Place): void {
    if (this.#endByRequest(woken, here)) return
    const { atNs } = here
    const isSleep = this.#classes.waits[woken.wait].reason === 'sleep'
    if (woken.isIdle && !isSleep) this.#tape.add(Op.Arrive, { a: woken.slot, b: NO_CLASS, ns: atNs, atNs, of: woken.wait })
    else this.#add(Op.Wait, woken, { b: NO_CLASS, atNs, of: woken.wait })
  }

  /** Whether it was a request's end that ended the wait: its own, one given since on its behalf, or for kernel threads anybody's. */
  #endByRequest(woken: BurstThread, { cpu, atNs }: Place): boolean {
    const completed = this.#completed.get(cpu)
    if (completed === undefined || atNs - completed.atNs > COMPLETION_NS) return false
    const { request } = completed
    const serves = woken.isKernel && woken.isIdle
    if (!serves && (woken.isIdle || (request.thread !== woken && request.issuedNs < woken.lastNs))) return false
    const { slot: a, wait: of } = woken
    this.#tape.add(serves ? Op.Serve : Op.Done, { a, b: request.slot, ns: atNs - completed.atNs, atNs, of })
    return true
  }

  #lock(row: number, atNs: number): void {
    const { tid, type } = this.#event
    if (tid[row] === 0) return
    const thread = this.#running(tid[row], { cpu: this.#cpu(row), atNs })
    const key = this.#key(row)
    const wait = this.#classes.wait(this.#lockReason, key)
    const isBegin = type[row] === EventType.LockBegin
    const innermost = thread.locks.at(-1)
    // a mutex announces its spinning and its sleeping apart
    if (isBegin && innermost === key) return
    this.#endStretch(thread, boundaryOf(isBegin ? BoundaryKind.WantsLock : BoundaryKind.GotLock, wait))
    if (isBegin && thread.locks.length < MAX_NESTED) thread.locks.push(key)
    else if (isBegin || innermost !== key) thread.locks.length = 0
    else thread.locks.pop()
  }

  #issue(row: number, atNs: number): void {
    const { tid, what } = this.#event
    if (tid[row] === 0) return
    const thread = this.#running(tid[row], { cpu: this.#cpu(row), atNs })
    const slot = this.#requestSlots++
    const code = what.codes[row]
    this.#requests.set(this.#key(row), { slot, thread, issuedNs: atNs, device: code >= 0 ? this.#device(code) : NO_CLASS })
    this.#tape.add(Op.Issue, { a: slot, b: thread.slot, ns: 0, atNs, of: NO_CLASS })
  }

  #complete(row: number, atNs: number): void {
    const request = this.#requests.get(this.#key(row))
    if (request === undefined) return
    this.#requests.delete(this.#key(row))
    this.#completed.set(this.#cpu(row), { request, atNs })
    this.#tape.add(Op.Complete, { a: request.slot, b: NO_CLASS, ns: atNs - request.issuedNs, atNs, of: request.device })
  }

  #fork(row: number, atNs: number): void {
    const { tid, otherTid, process } = this.#event
    if (tid[row] === 0 || otherTid[row] <= 0) return
    const parent = this.#running(otherTid[row], { cpu: this.#cpu(row), atNs })
    const child = this.#threads.bear(tid[row])
    child.process = process[row]
    child.lastNs = atNs
    this.#tape.add(Op.Follow, { a: child.slot, b: parent.slot, ns: 0, atNs, of: NO_CLASS })
    this.#enqueue(child, atNs)
  }

  /** A thread that is seen at work: whatever it was said to do before, it got here. */
  #running(tid: number, { cpu, atNs }: { readonly cpu: number; readonly atNs: number }): BurstThread {
    const thread = this.#threads.of(tid)
    if (thread.state === 'unknown') {
      // it ran when the burst began
      thread.state = 'running'
      thread.cpu = cpu
    }
    this.#advance(thread, atNs)
    if (thread.state !== 'running') {
      // how it got here was lost
      thread.state = 'running'
      thread.cpu = cpu
      thread.queueOp = NO_CLASS
    }
    return thread
  }

  /** Brings a thread's clock to an instant; time of which nothing is known takes as long as it took. */
  #advance(thread: BurstThread, atNs: number): void {
    if (!(atNs > thread.lastNs)) return
    if (thread.state === 'running') {
      // operations of a stretch are chained by their class until its end says what class they are
      thread.stretchOp = this.#add(Op.Run, thread, { b: thread.cpu, atNs, of: thread.stretchOp })
      thread.activeNs += atNs - thread.lastNs
      thread.runNs += atNs - thread.lastNs
    } else this.#add(Op.Wait, thread, { b: NO_CLASS, atNs, of: NO_CLASS })
    thread.lastNs = atNs
  }

  #add(op: number, thread: BurstThread, { b, atNs, of }: { readonly b: number; readonly atNs: number; readonly of: number }): number {
    return this.#tape.add(op, { a: thread.slot, b, ns: atNs - thread.lastNs, atNs, of })
  }

  #endStretch(thread: BurstThread, end: number): void {
    const context = thread.stretchOp === NO_CLASS ? NO_CLASS : this.#classes.context(thread.slot, thread.begin, end)
    for (let op = thread.stretchOp; op !== NO_CLASS; ) {
      const before = this.#tape.class[op]
      this.#tape.class[op] = context
      op = before
    }
    thread.stretchOp = NO_CLASS
    thread.begin = end
  }

  #key(row: number): number {
    return this.#keyWords[row * 2] + (this.#keyWords[row * 2 + 1] & 0xffff) * 4294967296
  }

  #cpu(row: number): number {
    return this.#event.cpu[row] & MAX_CPU
  }

  #device(code: number): number {
    if (this.#deviceOf[code] === NO_CLASS) this.#deviceOf[code] = this.#classes.device(this.#event.what.values[code])
    return this.#deviceOf[code]
  }
}

/** Locks of the kernel that a thread can want at once: as in lock.bpf.c. */
const MAX_NESTED = 4
