/** Fields of map keys and values: 32-bit words, so that no bigint is made per field. */

/** A histogram of topic.h: bucket 0 is < 512 ns, each next twice as wide, the last is open. */
export const BUCKETS = 24

/** Upper bound of a bucket in ns; Infinity for the last. */
export function bucketEndNs(bucket: number): number {
  return bucket >= BUCKETS - 1 ? Number.POSITIVE_INFINITY : 2 ** (bucket + 9)
}

/** struct times of topic.h: 120 bytes. */
export interface Times {
  readonly count: number
  readonly ns: number
  readonly maxNs: number
  readonly buckets: Uint32Array
}

/** Words of struct times. */
export const TIMES_WORDS = 30

/** Elements of one map as the kernel gave them: keys one after the other, values too. */
export interface Batch {
  readonly keys: Uint8Array
  readonly values: Uint8Array
  readonly count: number
}

/** Bytes as words: a copy only where they are not aligned. Bytes that are no whole word are left out. */
export function wordsOf(bytes: Uint8Array): Uint32Array {
  const length = bytes.byteLength >>> 2
  if (bytes.byteOffset % 4 === 0) return new Uint32Array(bytes.buffer, bytes.byteOffset, length)
  return new Uint32Array(bytes.slice(0, length * 4).buffer)
}

/** A u64, exact below 2^53. */
export function u64At(words: Uint32Array, index: number): number {
  return words[index] + words[index + 1] * 4294967296
}

/** An address: the kernel's have their highest bits set, which no number holds exactly. */
export function addressAt(words: Uint32Array, index: number): bigint {
  return (BigInt(words[index + 1]) << 32n) | BigInt(words[index])
}

/** Reads struct times. Its buckets are a view: most are never looked at. */
export function timesAt(words: Uint32Array, index: number): Times {
  return {
    count: u64At(words, index),
    ns: u64At(words, index + 2),
    maxNs: u64At(words, index + 4),
    buckets: words.subarray(index + 6, index + TIMES_WORDS),
  }
}

/** How many whole rows there are: never more than the bytes hold, whatever the kernel says. */
export function wholeRows(sizes: { count: number; keys: Uint32Array; keyWords: number; values: Uint32Array; valueWords: number }): number {
  return Math.min(sizes.count, Math.floor(sizes.keys.length / sizes.keyWords), Math.floor(sizes.values.length / sizes.valueWords))
}
