import type { WatchHost } from '../../host-watch.ts'
import type { FiredRule } from '../../schema.ts'
import { commAt } from './flight-record.ts'

const PAGE_BYTES = 4096
const DATA_BYTES = 65536
/** struct fired: u64 time; u32 rule, tid, tgid; s32 value; u64 duration; char comm[16]. */
const FIRED_BYTES = 48
/** Bits of a record's length: kernel/bpf/ringbuf.c. */
const BUSY = 0x80000000
const DISCARDED = 0x40000000
const HEADER_BYTES = 8

/** A BPF ring buffer of struct fired: a page with our position, a page with the kernel's, the data twice in a row. */
export class FiredRing {
  readonly #consumer: BigUint64Array
  readonly #producer: BigUint64Array
  readonly #words: Uint32Array

  constructor(consumer: Uint8Array, data: Uint8Array) {
    this.#consumer = new BigUint64Array(consumer.buffer, consumer.byteOffset, 1)
    this.#producer = new BigUint64Array(data.buffer, data.byteOffset, 1)
    this.#words = new Uint32Array(data.buffer, data.byteOffset + PAGE_BYTES, (DATA_BYTES * 2) / 4)
  }

  /** What came since the last call. */
  take(): readonly FiredRule[] {
    const fired: FiredRule[] = []
    let at = Number(Atomics.load(this.#consumer, 0))
    const end = Number(Atomics.load(this.#producer, 0))
    while (at < end) {
      const word = (at % DATA_BYTES) / 4
      const header = Atomics.load(this.#words, word)
      if (header >= BUSY) break // being written: the kernel wakes us again
      const length = header & ~DISCARDED
      if ((header & DISCARDED) === 0 && length >= FIRED_BYTES) fired.push(parseFired(this.#words, word + HEADER_BYTES / 4))
      at += (HEADER_BYTES + length + 7) & ~7
    }
    Atomics.store(this.#consumer, 0, BigInt(at))
    return fired
  }
}

/** Maps the ring; an errno name when refused. */
export function openFiredRing(host: WatchHost, fd: number): FiredRing | { readonly errno: string } {
  const consumer = host.mapShared(fd, { offsetBytes: 0, lengthBytes: PAGE_BYTES, writable: true })
  if ('errno' in consumer) return consumer
  const data = host.mapShared(fd, { offsetBytes: PAGE_BYTES, lengthBytes: PAGE_BYTES + DATA_BYTES * 2, writable: false })
  return 'errno' in data ? data : new FiredRing(consumer, data)
}

function parseFired(words: Uint32Array, at: number): FiredRule {
  return {
    timeNs: (BigInt(words[at + 1]) << 32n) | BigInt(words[at]),
    rule: words[at + 2],
    tid: words[at + 3],
    pid: words[at + 4],
    value: words[at + 5] | 0,
    durationNs: words[at + 6] + words[at + 7] * 4294967296,
    comm: commAt(words, at + 8),
  }
}
