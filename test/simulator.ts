/**
 * A machine in miniature: threads that compute, take locks, wait for devices, barriers and queues, on so many CPUs, with the
 * events a kernel would give and samples of what they run. What a cause costs is known: the same threads run again with less of it.
 */

import type { CodeSamples } from '../src/detectors/replay/running-cause.ts'
import { seededRandom } from '../src/detectors/statistics/random.ts'
import { EventFlag, EventType, NONE, type Row, type Table } from '../src/schema.ts'
import { tableOf } from '../src/table-builder.ts'

/** What a thread asks for next; times are means. code and device name what may take less time. */
export type Step =
  | { readonly do: 'run'; readonly ns: number; readonly code: string }
  | { readonly do: 'lock' | 'unlock'; readonly key: number }
  | { readonly do: 'io'; readonly ns: number; readonly device: string }
  | { readonly do: 'sleep'; readonly ns: number }
  | { readonly do: 'meet'; readonly key: number; readonly parties: number }
  | { readonly do: 'push' | 'pop'; readonly key: number; readonly capacity: number }
  /** A piece of work is done. */
  | { readonly do: 'count' }

/** Threads by what they do over and over. */
export interface Scenario {
  readonly cpus: number
  readonly threads: readonly (readonly Step[])[]
  /** So many of the last are of another program. */
  readonly strangers?: number
}

/** What was recorded, and what was done meanwhile. */
export interface Simulated {
  readonly event: Table<'event'>
  readonly burst: Table<'burst'>
  readonly doneCount: number
  /** Samples each half millisecond; those in the code are the cause. */
  samplesOf(code: string): CodeSamples
}

const LENGTH_NS = 3e9
const QUANTUM_NS = 4e6
const SAMPLE_NS = 0.5e6
/** Spread of times around their means. */
const SPREAD = 0.2

/** Runs a scenario with so much of each time as factorOf says. */
export function simulate(scenario: Scenario, factorOf: (name: string) => number = () => 1): Simulated {
  return new Machine(scenario, factorOf).run()
}

interface Thread {
  readonly tid: number
  readonly steps: readonly Step[]
  readonly random: () => number
  at: number
  /** Left of the run it is in. */
  leftNs: number
  code: string
  cpu: number
}

interface Due {
  readonly atNs: number
  readonly order: number
  readonly act: () => void
}

class Machine {
  readonly #rows: Row<'event'>[] = []
  readonly #samples: { timeNs: number; tid: number; code: string }[] = []
  readonly #due: Due[] = []
  readonly #ready: Thread[] = []
  readonly #running: (Thread | undefined)[]
  readonly #owners = new Map<number, Thread>()
  readonly #waiting = new Map<string, Thread[]>()
  readonly #filled = new Map<number, number>()
  readonly #threads: readonly Thread[]
  readonly #factorOf: (name: string) => number
  #nowNs = 0
  #order = 0
  #doneCount = 0

  constructor({ cpus, threads }: Scenario, factorOf: (name: string) => number) {
    this.#running = Array.from({ length: cpus }, () => undefined)
    this.#factorOf = factorOf
    this.#threads = threads.map((steps, index) => {
      return { tid: index + 1, steps, random: seededRandom(index + 1), at: 0, leftNs: 0, code: '', cpu: NONE }
    })
  }

  run(): Simulated {
    for (const thread of this.#threads) this.#enqueue(thread)
    this.#fill()
    for (let due = this.#next(); due !== undefined && due.atNs < LENGTH_NS; due = this.#next()) {
      this.#nowNs = due.atNs
      due.act()
      this.#fill()
    }
    const burst = tableOf('burst', [{ timeNs: 0, durationNs: LENGTH_NS, count: this.#rows.length, lostCount: 0 }])
    const samples = this.#samples.sort((a, b) => a.timeNs - b.timeNs || a.tid - b.tid)
    return {
      event: tableOf('event', this.#rows),
      burst,
      doneCount: this.#doneCount,
      samplesOf: code => ({
        length: samples.length,
        timeNs: Float64Array.from(samples, ({ timeNs }) => timeNs),
        tid: Int32Array.from(samples, ({ tid }) => tid),
        isCause: Uint8Array.from(samples, sample => Number(sample.code === code)),
      }),
    }
  }

  #next(): Due | undefined {
    let first = 0
    for (const [index, { atNs, order }] of this.#due.entries()) {
      const best = this.#due[first]
      if (atNs < best.atNs || (atNs === best.atNs && order < best.order)) first = index
    }
    return this.#due.splice(first, 1)[0]
  }

  #after(ns: number, act: () => void): void {
    this.#due.push({ atNs: this.#nowNs + Math.max(1, Math.round(ns)), order: this.#order++, act })
  }

  #add(row: Partial<Row<'event'>>): void {
    const plain = { cpu: 0, type: EventType.Switch, flags: 0, process: 0, tid: 0, otherTid: 0, key: 0n, what: undefined }
    this.#rows.push({ timeNs: this.#nowNs, ...plain, ...row })
  }

  #enqueue(thread: Thread): void {
    thread.cpu = NONE
    this.#ready.push(thread)
  }

  /** Gives idle CPUs to those that are ready. */
  #fill(): void {
    for (let cpu = 0; cpu < this.#running.length; cpu++) {
      if (this.#running[cpu] !== undefined || this.#ready.length === 0) continue
      const thread = this.#ready.shift()
      if (thread === undefined) return
      this.#running[cpu] = thread
      thread.cpu = cpu
      this.#add({ cpu, otherTid: thread.tid, process: NONE })
      this.#continue(thread)
    }
  }

  /** Goes on until it has to wait, or for its time on the CPU. */
  #continue(thread: Thread): void {
    while (thread.leftNs <= 0) {
      const step = thread.steps[thread.at]
      thread.at = (thread.at + 1) % thread.steps.length
      if (!this.#take(thread, step)) return
    }
    const sliceNs = Math.min(thread.leftNs, QUANTUM_NS)
    const startNs = this.#nowNs
    this.#after(sliceNs, () => {
      for (let at = Math.ceil(startNs / SAMPLE_NS) * SAMPLE_NS; at < this.#nowNs; at += SAMPLE_NS)
        this.#samples.push({ timeNs: at, tid: thread.tid, code: thread.code })
      thread.leftNs -= this.#nowNs - startNs
      if (thread.leftNs > 0 && this.#ready.length > 0) {
        this.#leave(thread, { flags: EventFlag.Preempted })
        this.#enqueue(thread)
      } else this.#continue(thread)
    })
  }

  /** False when it has to wait. */
  #take(thread: Thread, step: Step): boolean {
    if (step.do === 'run') {
      thread.code = step.code
      thread.leftNs = Math.round(this.#time(thread, step.ns) * this.#factorOf(step.code))
    } else if (step.do === 'count') this.#doneCount++
    else if (step.do === 'io') {
      this.#add({
        type: EventType.BlockIssue,
        cpu: thread.cpu,
        tid: thread.tid,
        otherTid: NONE,
        key: BigInt(thread.tid),
        what: step.device,
      })
      this.#sleep(thread, { ns: this.#time(thread, step.ns) * this.#factorOf(step.device), reason: 'blockIo', device: step.device })
      return false
    } else if (step.do === 'sleep') {
      this.#sleep(thread, { ns: step.ns, reason: 'sleep', device: undefined })
      return false
    } else if (step.do === 'meet') return this.#meet(thread, step)
    else if ('capacity' in step) return this.#pass(thread, step)
    else if (step.do === 'lock') return this.#lock(thread, step.key)
    else this.#unlock(thread, step.key)
    return true
  }

  #time({ random }: Thread, meanNs: number): number {
    return meanNs * (1 + SPREAD * (2 * random() - 1))
  }

  #sleep(
    thread: Thread,
    { ns, reason, device }: { readonly ns: number; readonly reason: string; readonly device: string | undefined },
  ): void {
    this.#leave(thread, { what: reason })
    this.#after(ns, () => {
      const { tid } = thread
      if (device !== undefined) this.#add({ type: EventType.BlockComplete, otherTid: NONE, key: BigInt(tid), what: device })
      this.#add({ type: EventType.Waking, tid, otherTid: NONE, flags: EventFlag.Interrupt, what: reason })
      this.#enqueue(thread)
    })
  }

  #lock(thread: Thread, key: number): boolean {
    if (!this.#owners.has(key)) {
      this.#owners.set(key, thread)
      return true
    }
    this.#wait(thread, `lock ${key}`, key)
    return false
  }

  #unlock(thread: Thread, key: number): void {
    this.#owners.delete(key)
    const next = this.#wake(thread, `lock ${key}`, key)
    if (next !== undefined) this.#owners.set(key, next)
  }

  #meet(thread: Thread, { key, parties }: Extract<Step, { readonly parties: number }>): boolean {
    const place = `meet ${key}`
    if ((this.#waiting.get(place)?.length ?? 0) < parties - 1) {
      this.#wait(thread, place, key)
      return false
    }
    while (this.#wake(thread, place, key) !== undefined);
    return true
  }

  /** A bounded queue: who pushes waits for space, who pops for something to be there. */
  #pass(thread: Thread, { do: what, key, capacity }: Extract<Step, { readonly capacity: number }>): boolean {
    const filled = this.#filled.get(key) ?? 0
    const isOpen = what === 'push' ? filled < capacity : filled > 0
    if (!isOpen) {
      // it tries again when it is woken
      thread.at = (thread.at + thread.steps.length - 1) % thread.steps.length
      this.#wait(thread, `${what} ${key}`, 2 * key + Number(what === 'pop'))
      return false
    }
    this.#filled.set(key, filled + (what === 'push' ? 1 : -1))
    this.#wake(thread, `${what === 'push' ? 'pop' : 'push'} ${key}`, 2 * key + Number(what === 'push'))
    return true
  }

  #wait(thread: Thread, place: string, key: number): void {
    this.#leave(thread, { what: 'futex', key: BigInt(key) })
    this.#waiting.set(place, [...(this.#waiting.get(place) ?? []), thread])
  }

  #wake(waker: Thread, place: string, key: number): Thread | undefined {
    const next = this.#waiting.get(place)?.shift()
    if (next === undefined) return undefined
    const flags = EventFlag.SameKey
    this.#add({ type: EventType.Waking, cpu: waker.cpu, tid: next.tid, otherTid: waker.tid, flags, what: 'futex', key: BigInt(key) })
    this.#enqueue(next)
    return next
  }

  #leave(thread: Thread, row: Partial<Row<'event'>>): void {
    this.#add({ cpu: thread.cpu, tid: thread.tid, ...row })
    this.#running[thread.cpu] = undefined
    thread.cpu = NONE
  }
}
