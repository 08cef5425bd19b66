import { DEAD, ledgerStates, type ThreadRecord } from './decode-sched.ts'

/** How long a thread was in each state during a slice; the states sum to durationNs exactly. */
export interface LedgerRow {
  readonly tid: number
  readonly pid: number
  readonly comm: string
  readonly timeNs: number
  readonly durationNs: number
  /** By state, in the order of ledgerStates. */
  readonly ns: readonly number[]
  /** Time since the thread's last row that no state accounts for: 0 unless its id was used again in between. */
  readonly unobservedNs: number
  readonly switches: number
  /** Part of the blocked time that has no row among the waits, because their map was full. */
  readonly foldedNs: number
  readonly ended: boolean
}

interface Known {
  /** Time per state that was reported so far, and the instant up to which. */
  readonly reported: readonly number[]
  readonly untilNs: number
  readonly switches: number
  readonly foldedNs: number
}

/**
 * Turns the kernel's records, which only grow, into slices.
 *
 *   since ──────────────┐          open interval: belongs to the state the thread is in
 *   ...ns[state]........│──────────│ end of slice
 *
 * A record may be read a little after the end of the slice. What it has counted since then is taken back from the state
 * it is in; if that was another state, the next slice puts it right, and the sum is exact in both.
 */
export class Ledger {
  readonly #known = new Map<number, Known>()

  /** Rows of the slice that ends at endNs, for the threads in records. */
  advance(records: readonly ThreadRecord[], endNs: number): readonly LedgerRow[] {
    const rows = records.flatMap(record => this.#advanceThread(record, endNs))
    for (const { tid, state } of records) if (state >= DEAD) this.#known.delete(tid)
    return rows
  }

  #advanceThread(record: ThreadRecord, endNs: number): readonly LedgerRow[] {
    const ended = record.state >= DEAD
    const until = ended ? record.sinceNs : endNs
    const totals = [...record.ns]
    if (!ended) totals[record.state] += endNs - record.sinceNs
    const before = this.#known.get(record.tid)
    const reported = before?.reported ?? ledgerStates.map(() => 0)
    const durationNs = sum(totals) - sum(reported)
    if (!(durationNs > 0)) return []
    const ns = withoutDebts(totals.map((total, state) => total - reported[state]))
    const timeNs = until - durationNs
    this.#known.set(record.tid, {
      reported: reported.map((past, state) => past + ns[state]),
      untilNs: until,
      switches: record.switches,
      foldedNs: record.foldedNs,
    })
    return [
      {
        tid: record.tid,
        pid: record.pid,
        comm: record.comm,
        timeNs,
        durationNs,
        ns,
        unobservedNs: before === undefined ? 0 : timeNs - before.untilNs,
        switches: record.switches - (before?.switches ?? 0),
        foldedNs: record.foldedNs - (before?.foldedNs ?? 0),
        ended,
      },
    ]
  }
}

/** Negative times become zero at the expense of the others, in proportion: the sum, which is positive, stays. */
function withoutDebts(times: readonly number[]): readonly number[] {
  if (times.every(ns => ns >= 0)) return times
  const paid = times.map(ns => Math.max(0, ns))
  const ratio = sum(times) / sum(paid)
  return paid.map(ns => ns * ratio)
}

function sum(values: readonly number[]): number {
  return values.reduce((total, value) => total + value, 0)
}
