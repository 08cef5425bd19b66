import type { BpfHost } from '../../host-bpf.ts'
import { type BpfMap, drainMap, lookupElement } from './bpf-map.ts'
import { StackId } from './decode-sched.ts'
import { wordsOf } from './words.ts'

/** Frames a stack has at most: DEPTH of stack.h. */
const DEPTH = 64

/** Ids remembered as delivered. Beyond, all are forgotten and may be delivered again: the callchain table stores them once. */
const REMEMBERED = 200_000

/** Stacks of one topic: the kernel has them by id, and we hand each out once. */
export class StackStore {
  readonly #host: BpfHost
  readonly #map: BpfMap
  readonly #delivered = new Set<number>()
  readonly #key = new Uint8Array(8)

  constructor(host: BpfHost, map: BpfMap) {
    this.#host = host
    this.#map = map
  }

  /** Addresses, leaf first, of those ids that were not handed out before; ids that are none are left out. */
  take(ids: Iterable<number>): ReadonlyMap<number, BigUint64Array> {
    const fresh = new Map<number, BigUint64Array>()
    for (const id of ids) {
      if (id <= StackId.Failed || this.#delivered.has(id)) continue
      const addresses = this.#lookup(id)
      if (addresses === undefined) continue
      if (this.#delivered.size >= REMEMBERED) this.#delivered.clear()
      this.#delivered.add(id)
      fresh.set(id, addresses)
    }
    return fresh
  }

  /** Empties the kernel's map after stacks found no room in it; those that still occur come again under the same ids. */
  makeRoom(): void {
    drainMap(this.#host, this.#map, () => {})
  }

  #lookup(id: number): BigUint64Array | undefined {
    new DataView(this.#key.buffer).setBigUint64(0, BigInt(id), true)
    const value = lookupElement(this.#host, this.#map, this.#key)
    return value === undefined ? undefined : decodeStack(value)
  }
}

/** struct stack: u64 depth, address[DEPTH]. Never more addresses than the bytes hold. */
export function decodeStack(value: Uint8Array): BigUint64Array {
  const words = wordsOf(value)
  const depth = Math.min(words[0] ?? 0, DEPTH, Math.max(0, Math.floor(words.length / 2) - 1))
  return new BigUint64Array(words.slice(2, 2 + depth * 2).buffer)
}
