import { CodeKind, NONE, type Table } from '../schema.ts'
import { TableBuilder } from '../table-builder.ts'
import type { RingWords } from './perf-record.ts'

/** Rows beyond this are not added: the sample keeps its weight and loses its chain, and that is counted. */
const MAX_ROWS = 1_000_000

/** PERF_CONTEXT_*, include/uapi/linux/perf_event.h: markers between the parts of a chain, as low words of a negative u64. */
const LOWEST_CONTEXT = -4095
const Context = { Hypervisor: -32, Kernel: -128, User: -512 } as const

/** Where the words of one callchain lie. */
export interface ChainSlice {
  readonly ring: RingWords
  /** Position of the first address, leaf first. */
  readonly position: number
  readonly count: number
}

/**
 * Callchains as a tree of (caller, address), every node stored once.
 *
 * A chain seen before costs one hash over its words and one walk to compare; only new ones touch the tree. Chains come
 * leaf first and kernel before user: the tree is built from the other end, so that user frames are the root.
 */
export class CallchainInterner {
  readonly #builder = new TableBuilder('callchain', 4096)
  #nodes: OpenTable = openTable(1 << 14)
  #chains: OpenTable = openTable(1 << 12)
  /** Leaf row → process the chain was sampled in; kernel rows are shared, so the chain's own process is kept apart. */
  readonly #address: { low: Int32Array; high: Int32Array; prefix: Int32Array; process: Int32Array; kind: Uint8Array } = {
    low: new Int32Array(4096),
    high: new Int32Array(4096),
    prefix: new Int32Array(4096),
    process: new Int32Array(4096),
    kind: new Uint8Array(4096),
  }
  #flushed = 0
  overflowCount = 0

  get length(): number {
    return this.#builder.length
  }

  /** Row of the leaf; NONE for an empty chain and when the tree is full. */
  intern(chain: ChainSlice, process: number, timeNs: number): number {
    if (chain.count === 0) return NONE
    const hash = hashChain(chain, process)
    let slot = hash & (this.#chains.keys.length - 1)
    for (; this.#chains.rows[slot] !== NONE; slot = (slot + 1) & (this.#chains.keys.length - 1)) {
      if (this.#chains.keys[slot] === hash && this.#equals(chain, process, this.#chains.rows[slot])) return this.#chains.rows[slot]
    }
    const row = this.#insertChain(chain, process, timeNs)
    if (row !== NONE) this.#chains = remember(this.#chains, slot, hash, row)
    return row
  }

  /** Row of the leaf of a stack that came as addresses, leaf first: all kernel or all user code. root: the row that called it. */
  internAddresses(
    addresses: BigUint64Array,
    kind: number,
    { process, timeNs, root = NONE }: { process: number; timeNs: number; root?: number },
  ): number {
    const owner = kind === CodeKind.User ? process : NONE
    const words = new Int32Array(addresses.buffer, addresses.byteOffset, addresses.length * 2)
    let row = root
    for (let index = words.length - 2; index >= 0; index -= 2) {
      row = this.#insertNode({ low: words[index], high: words[index + 1], prefix: row, process: owner, kind, timeNs })
      if (row === NONE) return NONE
    }
    return row
  }

  /** Rows added since the last call. */
  takeNewRows(): Table<'callchain'> {
    const table = this.#builder.build(this.#flushed)
    this.#flushed = this.#builder.length
    return table
  }

  #equals(chain: ChainSlice, process: number, leaf: number): boolean {
    const { ring } = chain
    let row = leaf
    let kind: number = CodeKind.User
    for (let index = 0; index < chain.count; index++) {
      const position = chain.position + index * 2
      const low = ring.i32(position)
      const high = ring.i32(position + 1)
      if (isContext(low, high)) {
        kind = kindOf(low)
        continue
      }
      if (row === NONE || this.#address.low[row] !== low || this.#address.high[row] !== high || this.#address.kind[row] !== kind)
        return false
      if (this.#address.process[row] !== (kind === CodeKind.User ? process : NONE)) return false
      row = this.#address.prefix[row]
    }
    return row === NONE
  }

  #insertChain(chain: ChainSlice, process: number, timeNs: number): number {
    const kinds = kindsOf(chain)
    let row = NONE
    for (let index = chain.count - 1; index >= 0; index--) {
      if (kinds[index] === CONTEXT) continue
      const position = chain.position + index * 2
      row = this.#insertNode({
        low: chain.ring.i32(position),
        high: chain.ring.i32(position + 1),
        prefix: row,
        process: kinds[index] === CodeKind.User ? process : NONE,
        kind: kinds[index],
        timeNs,
      })
      if (row === NONE) return NONE
    }
    return row
  }

  #insertNode({ low, high, prefix, process, kind, timeNs }: Node): number {
    const hash = mix(mix(mix(prefix, low), high), process)
    const own = this.#address
    let slot = hash & (this.#nodes.keys.length - 1)
    for (; this.#nodes.rows[slot] !== NONE; slot = (slot + 1) & (this.#nodes.keys.length - 1)) {
      const row = this.#nodes.rows[slot]
      if (
        own.prefix[row] === prefix &&
        own.low[row] === low &&
        own.high[row] === high &&
        own.process[row] === process &&
        own.kind[row] === kind
      )
        return row
    }
    if (this.#builder.length >= MAX_ROWS) {
      this.overflowCount++
      return NONE
    }
    const row = this.#builder.add({ prefix, process, kind, address: (BigInt(high >>> 0) << 32n) | BigInt(low >>> 0), timeNs })
    this.#remember(row, { low, high, prefix, process, kind })
    this.#nodes = remember(this.#nodes, slot, hash, row)
    return row
  }

  #remember(row: number, node: { low: number; high: number; prefix: number; process: number; kind: number }): void {
    const own = this.#address
    if (row >= own.low.length) {
      for (const name of ['low', 'high', 'prefix', 'process'] as const) own[name] = grow(own[name])
      const kinds = new Uint8Array(own.kind.length * 2)
      kinds.set(own.kind)
      own.kind = kinds
    }
    own.low[row] = node.low
    own.high[row] = node.high
    own.prefix[row] = node.prefix
    own.process[row] = node.process
    own.kind[row] = node.kind
  }
}

/** One address and who called it. */
interface Node {
  /** The address as two words. */
  readonly low: number
  readonly high: number
  readonly prefix: number
  readonly process: number
  readonly kind: number
  readonly timeNs: number
}

/** Marks a chain entry that is a context marker. */
const CONTEXT = 255

function kindsOf(chain: ChainSlice): Uint8Array {
  const kinds = new Uint8Array(chain.count)
  let kind: number = CodeKind.User
  for (let index = 0; index < chain.count; index++) {
    const low = chain.ring.i32(chain.position + index * 2)
    if (isContext(low, chain.ring.i32(chain.position + index * 2 + 1))) {
      kind = kindOf(low)
      kinds[index] = CONTEXT
    } else kinds[index] = kind
  }
  return kinds
}

function isContext(low: number, high: number): boolean {
  return high === -1 && low < 0 && low >= LOWEST_CONTEXT
}

function kindOf(context: number): number {
  if (context === Context.Kernel) return CodeKind.Kernel
  return context === Context.Hypervisor ? CodeKind.Hypervisor : CodeKind.User
}

function hashChain(chain: ChainSlice, process: number): number {
  let hash = mix(chain.count, process)
  for (let word = 0; word < chain.count * 2; word++) hash = mix(hash, chain.ring.i32(chain.position + word))
  return hash
}

/** One round of a multiplicative hash; constants from Knuth and MurmurHash3's finalizer. */
function mix(hash: number, word: number): number {
  let mixed = Math.imul(hash ^ word, 0x9e3779b1)
  mixed ^= mixed >>> 15
  return Math.imul(mixed, 0x85ebca6b) ^ (mixed >>> 13)
}

/** Open addressing: hash and row per slot, NONE for a free one. Kept at most half full. */
interface OpenTable {
  readonly keys: Int32Array
  readonly rows: Int32Array
  count: number
}

function openTable(slots: number): OpenTable {
  return { keys: new Int32Array(slots), rows: new Int32Array(slots).fill(NONE), count: 0 }
}

function remember(table: OpenTable, slot: number, hash: number, row: number): OpenTable {
  table.keys[slot] = hash
  table.rows[slot] = row
  const count = ++table.count
  if (count * 2 < table.keys.length) return table
  const larger = openTable(table.keys.length * 2)
  const mask = larger.keys.length - 1
  for (let old = 0; old < table.keys.length; old++) {
    if (table.rows[old] === NONE) continue
    let free = table.keys[old] & mask
    while (larger.rows[free] !== NONE) free = (free + 1) & mask
    larger.keys[free] = table.keys[old]
    larger.rows[free] = table.rows[old]
  }
  return { ...larger, count }
}

function grow(column: Int32Array): Int32Array {
  const larger = new Int32Array(column.length * 2)
  larger.set(column)
  return larger
}
