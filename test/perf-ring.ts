import type { PerfRing } from '../src/host.ts'

/** Words of one record: header, body, and for records that are no sample the sample_id (pid, tid, time). */
export function record(type: number, body: readonly number[], { misc = 0, timeNs }: { misc?: number; timeNs?: number } = {}): number[] {
  const trailer = timeNs === undefined ? [] : [0, 0, timeNs >>> 0, Math.floor(timeNs / 2 ** 32)]
  const words = [...body, ...trailer]
  return [type, ((2 + words.length) * 4 * 65536 + misc) | 0, ...words]
}

/** A u64 as two words, low first. */
export function u64(value: bigint): number[] {
  return [Number(BigInt.asIntN(32, value)), Number(BigInt.asIntN(32, value >> 32n))]
}

/** Text as words, NUL-terminated and padded to 8 bytes. */
export function text(value: string): number[] {
  const bytes = new Uint8Array(Math.ceil((Buffer.byteLength(value) + 1) / 8) * 8)
  bytes.set(Buffer.from(value))
  return [...new Int32Array(bytes.buffer)]
}

/** A ring of wordCount words that records can be written to. */
export function fakeRing(wordCount: number, firstByte = 0): PerfRing & { write(words: readonly number[]): void; tailBytes(): number } {
  const words = new Int32Array(wordCount)
  let head = firstByte
  let tail = firstByte
  return {
    cpu: 0,
    words,
    readHead: () => head,
    writeTail: bytes => {
      tail = bytes
    },
    unmap: () => {},
    tailBytes: () => tail,
    write(record) {
      record.forEach((word, index) => {
        words[(head / 4 + index) % wordCount] = word
      })
      head += record.length * 4
    },
  }
}
