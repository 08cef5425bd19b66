import type { Row } from '../../schema.ts'
import type { TableBuilder } from '../../table-builder.ts'

/** Tables that have a histogram per row. */
type SummedName = 'wait' | 'runQueue' | 'blockIo'

/** As in topic.h: the first bucket ends at 512 ns, each next at the double, the last is open. */
const BUCKETS = 24
const FIRST_BUCKET_END_NS = 512
/** Fewer make no histogram: sum and maximum say it all. */
const FEW_TIMES = 4
/** Rows of a slice; beyond, further ones are left out and counted. */
const MAX_ROWS = 20_000

interface Sum<Fields> {
  readonly fields: Fields
  count: number
  ns: number
  maxNs: number
  /** Further columns that add up. */
  readonly more: number[]
  readonly buckets: Uint32Array
}

/** Times with everything in common, added up over a slice. */
export class RowSums<Fields> {
  readonly #sums = new Map<string, Sum<Fields>>()
  lostCount = 0

  add(key: string, fields: () => Fields, { ns, more = [] }: { readonly ns: number; readonly more?: readonly number[] }): void {
    const known = this.#sums.get(key)
    if (known === undefined && this.#sums.size >= MAX_ROWS) {
      this.lostCount++
      return
    }
    const sum = known ?? { fields: fields(), count: 0, ns: 0, maxNs: 0, more: more.map(() => 0), buckets: new Uint32Array(BUCKETS) }
    if (known === undefined) this.#sums.set(key, sum)
    sum.count++
    sum.ns += ns
    sum.maxNs = Math.max(sum.maxNs, ns)
    for (const [index, value] of more.entries()) sum.more[index] += value
    sum.buckets[Math.min(BUCKETS - 1, Math.max(0, Math.floor(Math.log2(Math.max(1, ns) / FIRST_BUCKET_END_NS)) + 1))]++
  }

  take(): Iterable<Sum<Fields>> {
    const sums = [...this.#sums.values()]
    this.#sums.clear()
    return sums
  }
}

/** Adds the histogram of a row; scale is what one time stands for. */
export function addBuckets(
  builder: TableBuilder<'latencyBucket'>,
  { table, row, scale }: { readonly table: SummedName; readonly row: number; readonly scale: number },
  { count, buckets }: { readonly count: number; readonly buckets: Uint32Array },
): void {
  if (count < FEW_TIMES) return
  for (const [bucket, found] of buckets.entries()) {
    const endNs = bucket === BUCKETS - 1 ? Number.POSITIVE_INFINITY : FIRST_BUCKET_END_NS * 2 ** bucket
    if (found > 0) builder.add({ table, row, endNs, count: found * scale } satisfies Row<'latencyBucket'>)
  }
}
