import type { BpfHost } from '../../host-bpf.ts'
import { deleteElements, lookupElement, readMap } from './bpf-map.ts'
import {
  DEAD,
  decodeQueues,
  decodeThreads,
  decodeWaits,
  ledgerStates,
  type QueueRow,
  type ThreadRecord,
  type WaitRow,
} from './decode-sched.ts'
import { Ledger, type LedgerRow } from './ledger.ts'
import type { TopicReader } from './topic-reader.ts'

const RUNNING = ledgerStates.indexOf('running')
const BLOCKED = ledgerStates.indexOf('blocked')

/** A thread that runs as long as this without a switch is asked about. Shorter runs are not worth a look into /proc. */
const DOUBTFUL_NS = 10e6

/** A wait that is going on. */
export interface OpenWait {
  readonly pid: number
  readonly tid: number
  readonly sinceNs: number
  readonly wait: NonNullable<ThreadRecord['wait']>
}

/** Reads the records of threads: the ledger, and what they wait for right now. */
export class ThreadReader {
  readonly #host: BpfHost
  readonly #topic: TopicReader
  readonly #startNs: bigint
  readonly #ledger = new Ledger()
  /** Sleeping threads: since when, as it was last reported. */
  readonly #settled = new Map<number, number>()

  constructor(host: BpfHost, topic: TopicReader, startNs: bigint) {
    this.#host = host
    this.#topic = topic
    this.#startNs = startNs
  }

  /** Rows up to endNs. A thread that slept through has none: its next row reaches back to its last. */
  advance(endNs: number): readonly LedgerRow[] {
    const records = this.#read((tid, state, sinceNs) => isAsleep(state) && this.#settled.get(tid) === sinceNs)
    for (const { tid, state, sinceNs } of records) {
      if (isAsleep(state)) this.#settled.set(tid, sinceNs)
      else this.#settled.delete(tid)
    }
    this.#forgetDead(records)
    return this.#ledger.advance(records, endNs)
  }

  /** Rows up to endNs for every thread, and the waits that did not end. */
  finish(endNs: number): { readonly ledger: readonly LedgerRow[]; readonly openWaits: readonly OpenWait[] } {
    const records = this.#read(() => false)
    const openWaits = records.flatMap(({ pid, tid, state, wait }) =>
      wait === undefined || !isAsleep(state) || wait.sinceNs >= endNs ? [] : [{ pid, tid, sinceNs: wait.sinceNs, wait }],
    )
    return { ledger: this.#ledger.advance(records, endNs), openWaits }
  }

  #read(isSettled: (tid: number, state: number, sinceNs: number) => boolean): readonly ThreadRecord[] {
    const records: ThreadRecord[] = []
    readMap(this.#host, this.#topic.map('threads'), batch => {
      for (const record of decodeThreads({ ...batch, startNs: this.#startNs, isSettled })) {
        const whole = record.torn ? this.#readAgain(record) : record
        if (whole !== undefined) records.push(this.#doubt(whole))
      }
    })
    return records
  }

  /**
   * The kernel may not have shown us that a thread left its CPU, and an idle CPU has no next switch that tells. At most as
   * many threads run as there are CPUs, so asking /proc is cheap.
   */
  #doubt(record: ThreadRecord): ThreadRecord {
    const { pid, tid, state, sinceNs } = record
    if (state !== RUNNING || Number(this.#host.monotonicNs() - this.#startNs) - sinceNs < DOUBTFUL_NS) return record
    const stat = this.#host.readText(`/proc/${pid}/task/${tid}/stat`)
    const isAsleepNow = stat !== undefined && /^ [SDTtI] /.test(stat.slice(stat.lastIndexOf(')') + 1))
    return isAsleepNow ? { ...record, state: BLOCKED } : record
  }

  /** A record that was being written is read again; one that is written all the time waits for the next slice. */
  #readAgain({ tid }: ThreadRecord): ThreadRecord | undefined {
    const keys = new Uint8Array(4)
    new DataView(keys.buffer).setUint32(0, tid, true)
    for (let attempt = 0; attempt < 4; attempt++) {
      const values = lookupElement(this.#host, this.#topic.map('threads'), keys)
      if (values === undefined) return undefined
      const [record] = decodeThreads({ keys, values, count: 1, startNs: this.#startNs })
      if (record !== undefined && !record.torn) return record
    }
    return undefined
  }

  #forgetDead(records: readonly ThreadRecord[]): void {
    const dead = records.filter(({ state }) => state >= DEAD).map(({ tid }) => tid)
    for (const tid of dead) this.#settled.delete(tid)
    deleteElements(this.#host, this.#topic.map('threads'), new Uint8Array(new Uint32Array(dead).buffer))
  }
}

/** Waits and waits for a CPU that ended since the last flip. */
export function drainSched(topic: TopicReader): { readonly waits: readonly WaitRow[]; readonly queues: readonly QueueRow[] } {
  return { waits: topic.drain('waits', decodeWaits), queues: topic.drain('queues', decodeQueues) }
}

function isAsleep(state: number): boolean {
  return state === ledgerStates.indexOf('blocked') || state === ledgerStates.indexOf('blockedIo')
}
