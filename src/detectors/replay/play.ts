import { NO_CLASS, Op, type Tape } from './tape.ts'

/** What to take away, as parts of 0..1: by context of running, by class of wait, by device. */
export interface Cuts {
  readonly run: Float64Array
  /** Of waits for nobody we know, whose length is given. */
  readonly wait: Float64Array
  /** Of waits that somebody or a request ended: of what is left of them when that one comes earlier. */
  readonly edge: Float64Array
  readonly device: Float64Array
  /** Of waits for a CPU. */
  readonly queue: number
}

/** Where clocks are kept while a tape is played; the same for every play. */
export interface Clocks {
  readonly threads: Float64Array
  readonly requests: Float64Array
  /** Per CPU: time that was taken away so far, and up to when that counts. */
  readonly savedNs: Float64Array
  readonly savedAtNs: Float64Array
  /** Per thread that queues: the same of the CPU it will get, when it began to. */
  readonly queuedSavedNs: Float64Array
  readonly queuedAtNs: Float64Array
  /** Per thread: time it ran. */
  readonly runNs: Float64Array
}

/** Clocks for tapes with so many threads, requests and CPUs. */
export function clocksFor({ threads, requests, cpus }: { threads: number; requests: number; cpus: number }): Clocks {
  return {
    threads: new Float64Array(threads),
    requests: new Float64Array(requests),
    savedNs: new Float64Array(cpus),
    savedAtNs: new Float64Array(cpus),
    queuedSavedNs: new Float64Array(threads),
    queuedAtNs: new Float64Array(threads),
    runNs: new Float64Array(threads),
  }
}

/** Plays the operations [first, end) of a tape from the burst's start; clocks show the result. Times stay exact: integers below 2^53. */
export function play(tape: Tape, { first, end }: { readonly first: number; readonly end: number }, cuts: Cuts, clocks: Clocks): void {
  for (const clock of Object.values(clocks)) clock.fill(0)
  const { op, a, b, ns, class: classes } = tape
  const { threads, requests } = clocks
  for (let index = first; index < end; index++) {
    const thread = a[index]
    const other = b[index]
    const part = classes[index]
    switch (op[index]) {
      case Op.Run:
        run(tape, index, cuts, clocks)
        break
      case Op.Wake:
        threads[thread] = waitUntil(threads[thread], threads[other], part === NO_CLASS ? 0 : cuts.edge[part])
        break
      case Op.Follow:
        threads[thread] = threads[other]
        break
      case Op.Wait:
        threads[thread] += ns[index] - (part === NO_CLASS ? 0 : ns[index] * cuts.wait[part])
        break
      case Op.Arrive:
        threads[thread] = Math.max(threads[thread], ns[index])
        break
      case Op.Queue:
        if (other === NO_CLASS) break
        clocks.queuedSavedNs[thread] = clocks.savedNs[other]
        clocks.queuedAtNs[thread] = clocks.savedAtNs[other]
        break
      case Op.Dequeue:
        dequeue(tape, index, cuts, clocks)
        break
      case Op.Issue:
        requests[thread] = threads[other]
        break
      case Op.Complete:
        requests[thread] += ns[index] - (part === NO_CLASS ? 0 : ns[index] * cuts.device[part])
        break
      case Op.Done:
        threads[thread] = waitUntil(threads[thread], requests[other] + ns[index], part === NO_CLASS ? 0 : cuts.edge[part])
        break
      case Op.Serve:
        threads[thread] = requests[other] + ns[index]
    }
  }
}

function waitUntil(fromNs: number, untilNs: number, cut: number): number {
  const waitedNs = untilNs - fromNs
  return waitedNs > 0 ? fromNs + (waitedNs - waitedNs * cut) : fromNs
}

function run({ a, b, ns, atNs, class: classes }: Tape, index: number, cuts: Cuts, clocks: Clocks): void {
  const cpu = b[index]
  const part = classes[index]
  const cutNs = part === NO_CLASS ? 0 : ns[index] * cuts.run[part]
  clocks.threads[a[index]] += ns[index] - cutNs
  clocks.runNs[a[index]] += ns[index] - cutNs
  clocks.savedNs[cpu] += cutNs
  clocks.savedAtNs[cpu] = atNs[index]
}

/**
 * A wait for a CPU is as much shorter as those were who had it meanwhile. It is kept as a length and not as an order of threads on
 * the CPU: who merely ran there before, at a time of his own, would hold everybody to the recorded times.
 */
function dequeue({ a, b, ns, atNs }: Tape, index: number, cuts: Cuts, clocks: Clocks): void {
  const thread = a[index]
  const cpu = b[index]
  const cutNs = clocks.savedNs[cpu] - clocks.queuedSavedNs[thread]
  // what was taken away counts from the last change of the CPU before the wait began
  const sinceNs = atNs[index] - clocks.queuedAtNs[thread]
  const queuedNs = sinceNs > 0 && cutNs > 0 ? ns[index] - Math.min(ns[index], cutNs * Math.min(1, ns[index] / sinceNs)) : ns[index]
  clocks.threads[thread] += queuedNs - queuedNs * cuts.queue
  clocks.queuedSavedNs[thread] = 0
  clocks.queuedAtNs[thread] = 0
}
