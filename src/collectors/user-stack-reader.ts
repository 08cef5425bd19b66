import { StackEnd } from '../schema.ts'
import type { CallchainInterner, ChainSlice } from './callchain-interner.ts'
import { clockBase, RingWords } from './perf-record.ts'
import { ABI_64, type SampleRecord } from './sample-record.ts'
import { REGISTER_SLOTS, type UserRegisters } from './user-registers.ts'

/** A sample of user code with its registers and its stack. The arrays are used again for the next one. */
export interface DumpedStack {
  /** Row of process. */
  readonly process: number
  /** Two words per register, the low one first, at twice its slot. */
  readonly registers: Int32Array
  /** Memory from the stack pointer upward. */
  readonly stack: Uint8Array
  /** Whether all that was asked for was copied: the stack goes on. */
  readonly isCut: boolean
  /** What the kernel found by frame pointers, leaf first. */
  readonly framePointers: Float64Array
  readonly framePointerCount: number
}

/** Turns dumps into addresses. */
export interface StackResolver {
  /** Fills frames, leaf first; how many there are, and a StackEnd value. */
  resolve(sampled: DumpedStack, frames: Float64Array): { readonly count: number; readonly end: number }
}

/** Frames of a stack at most: 8 KB hold no more than 512 of two words. */
const MAX_FRAMES = 1024
/** Words of the chain that is built: the kernel's part (127 by default, at most some hundred), a marker, the frames. */
const CHAIN_WORDS = 8192
/** PERF_CONTEXT_USER as words. */
const USER_MARKER = -512

/** Reads dumps out of a ring and makes whole chains of them. */
export class UserStackReader {
  readonly #userRegisters: UserRegisters
  readonly #resolver: StackResolver
  readonly #interner: CallchainInterner
  readonly #registers = new Int32Array(REGISTER_SLOTS * 2)
  readonly #stackWords: Int32Array
  readonly #framePointers = new Float64Array(MAX_FRAMES)
  readonly #frames = new Float64Array(MAX_FRAMES)
  readonly #chain = new RingWords(new Int32Array(CHAIN_WORDS), clockBase(0n))

  constructor({ userRegisters, dumpBytes, resolver, interner }: UserStackReaderOptions) {
    this.#userRegisters = userRegisters
    this.#resolver = resolver
    this.#interner = interner
    this.#stackWords = new Int32Array(dumpBytes / 4)
  }

  /** Row of the callchain of a sample, its user part unwound, and a StackEnd value. */
  intern(
    ring: RingWords,
    record: SampleRecord,
    { process, timeNs }: { process: number; timeNs: number },
  ): { callchain: number; end: number } {
    const chain = { ring, position: record.position + 8, count: record.chainCount }
    if (record.abi !== ABI_64) {
      const end = record.abi === 0 ? StackEnd.NoUserCode : StackEnd.Unchecked
      return { callchain: this.#interner.intern(chain, process, timeNs), end }
    }
    const userStart = this.#copyUserPart(chain)
    const { count, end } = this.#resolver.resolve(this.#copyDump(ring, record, process), this.#frames)
    const built = this.#build({ ...chain, count: userStart }, count)
    return { callchain: this.#interner.intern(built, process, timeNs), end }
  }

  #framePointerCount = 0

  /** Copies the user addresses; the count of entries before them. */
  #copyUserPart({ ring, position, count }: ChainSlice): number {
    this.#framePointerCount = 0
    let userStart = 0
    while (userStart < count && !isUserMarker(ring, position + userStart * 2)) userStart++
    for (let index = userStart + 1; index < count && this.#framePointerCount < MAX_FRAMES; index++) {
      const at = position + index * 2
      this.#framePointers[this.#framePointerCount++] = ring.i32(at + 1) * 4294967296 + ring.u32(at)
    }
    return userStart
  }

  #copyDump(ring: RingWords, record: SampleRecord, process: number): DumpedStack {
    this.#userRegisters.slots.forEach((slot, index) => {
      this.#registers[slot * 2] = ring.i32(record.registers + index * 2)
      this.#registers[slot * 2 + 1] = ring.i32(record.registers + index * 2 + 1)
    })
    const wordCount = Math.min(record.copiedBytes >>> 2, this.#stackWords.length)
    const start = record.stack & ring.mask
    const beforeWrap = Math.min(wordCount, ring.words.length - start)
    this.#stackWords.set(ring.words.subarray(start, start + beforeWrap))
    if (beforeWrap < wordCount) this.#stackWords.set(ring.words.subarray(0, wordCount - beforeWrap), beforeWrap)
    return {
      process,
      registers: this.#registers,
      stack: new Uint8Array(this.#stackWords.buffer, 0, wordCount * 4),
      isCut: record.copiedBytes === record.stackBytes,
      framePointers: this.#framePointers,
      framePointerCount: this.#framePointerCount,
    }
  }

  /** The kernel's part as it was, then the frames. */
  #build(kernelPart: ChainSlice, frameCount: number): ChainSlice {
    const { words } = this.#chain
    const kernelCount = Math.min(kernelPart.count, CHAIN_WORDS / 2 - MAX_FRAMES - 1)
    for (let word = 0; word < kernelCount * 2; word++) words[word] = kernelPart.ring.i32(kernelPart.position + word)
    let at = kernelCount * 2
    if (frameCount > 0) {
      words[at++] = USER_MARKER
      words[at++] = -1
    }
    for (let index = 0; index < frameCount; index++) {
      const high = Math.floor(this.#frames[index] / 4294967296)
      words[at++] = this.#frames[index] - high * 4294967296
      words[at++] = high
    }
    return { ring: this.#chain, position: 0, count: at / 2 }
  }
}

/** What the reader is made of. */
export interface UserStackReaderOptions {
  readonly userRegisters: UserRegisters
  readonly dumpBytes: number
  readonly resolver: StackResolver
  readonly interner: CallchainInterner
}

function isUserMarker(ring: RingWords, position: number): boolean {
  return ring.i32(position) === USER_MARKER && ring.i32(position + 1) === -1
}
