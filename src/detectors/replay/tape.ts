/**
 * What the threads of a burst did, as operations on one clock per thread, in the order in which it happened. Played with
 * nothing changed, every clock shows at every operation the time that was recorded; played with less time in some of them, it
 * shows when the same work would have been done: the longest path over the waits that were observed.
 */

/** Operations. a is a thread unless said otherwise. */
export const Op = {
  /** a ran for ns on CPU b; class: its context. */
  Run: 0,
  /** a's wait of a class was ended by thread b: a goes on when both are there. */
  Wake: 1,
  /** a begins when b gets there, whatever a did before: new threads, and kernel threads that serve whoever asks. */
  Follow: 2,
  /** a waited for ns for nobody we know; class: of the wait. */
  Wait: 3,
  /** Something from outside came at ns since the burst's start: it would have come then in any case. */
  Arrive: 4,
  /** a begins to wait for CPU b. */
  Queue: 5,
  /** a waited for CPU b for ns. */
  Dequeue: 6,
  /** Request a was issued by thread b. */
  Issue: 7,
  /** Request a took the device ns; class: the device. */
  Complete: 8,
  /** a's wait ended ns after request b was done; class: of the wait. */
  Done: 9,
  /** a begins ns after request b was done, whatever it did before: kernel threads that go on with what a device did. */
  Serve: 10,
} as const

/** No class, thread or CPU. */
export const NO_CLASS = -1

/** Operations as columns; they grow as a burst is read. */
export class Tape {
  length = 0
  op = new Uint8Array(1024)
  a = new Int32Array(1024)
  b = new Int32Array(1024)
  class = new Int32Array(1024)
  ns = new Float64Array(1024)
  /** When it was over, since the burst's start. */
  atNs = new Float64Array(1024)

  /** Adds an operation and returns its index. */
  add(op: number, { a, b, ns, atNs, of }: { a: number; b: number; ns: number; atNs: number; of: number }): number {
    if (this.length === this.op.length) this.#grow()
    const index = this.length++
    this.op[index] = op
    this.a[index] = a
    this.b[index] = b
    this.ns[index] = ns
    this.atNs[index] = atNs
    this.class[index] = of
    return index
  }

  #grow(): void {
    const grown = <Column extends Uint8Array | Int32Array | Float64Array>(column: Column, larger: Column): Column => {
      larger.set(column)
      return larger
    }
    const capacity = this.op.length * 2
    this.op = grown(this.op, new Uint8Array(capacity))
    this.a = grown(this.a, new Int32Array(capacity))
    this.b = grown(this.b, new Int32Array(capacity))
    this.class = grown(this.class, new Int32Array(capacity))
    this.ns = grown(this.ns, new Float64Array(capacity))
    this.atNs = grown(this.atNs, new Float64Array(capacity))
  }
}
