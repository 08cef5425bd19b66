import { REGISTER_COUNT } from './frame-rule.ts'

/** A stack as it was unwound from one frame on, with all that this relied on: where that is the same, so is the stack. */
export interface KnownStack {
  /** Registers that were used, and their values. The stack pointer is among them. */
  readonly slots: Uint8Array
  readonly values: Float64Array
  /** Words of the stack that were used: their addresses, and two words each, the low one first. */
  readonly addresses: Float64Array
  readonly words: Int32Array
  /** The frame and its callers, up to the root. */
  readonly frames: Float64Array
}

/** Memory of the sampled stack. */
export interface StackMemory {
  readonly bytes: DataView
  /** Address of its first byte. */
  readonly address: number
}

/** Addresses with known stacks, and stacks of each: a pool of threads is in the same place with a stack for each. */
const MAX_ADDRESSES = 4096
const MAX_STACKS = 16

/** Stacks of one program image by the address they go on from. A server is seen at the same few calls again and again. */
export class KnownStacks {
  readonly #stacks = new Map<number, KnownStack[]>()

  /** A stack that is the same as one seen before from this address on; undefined when none is. */
  find(address: number, registers: Float64Array, memory: StackMemory): KnownStack | undefined {
    return this.#stacks.get(address)?.find(known => hasRegisters(known, registers) && hasWords(known, memory))
  }

  add(address: number, known: KnownStack): void {
    const stacks = this.#stacks.get(address) ?? []
    if (stacks.length === 0 && this.#stacks.size >= MAX_ADDRESSES) this.#stacks.clear()
    if (stacks.length >= MAX_STACKS) stacks.shift()
    stacks.push(known)
    this.#stacks.set(address, stacks)
  }

  /** Other code may lie at the addresses now. */
  clear(): void {
    this.#stacks.clear()
  }
}

function hasRegisters({ slots, values }: KnownStack, registers: Float64Array): boolean {
  for (let index = 0; index < slots.length; index++) if (registers[slots[index]] !== values[index]) return false
  return true
}

function hasWords({ addresses, words }: KnownStack, { bytes, address }: StackMemory): boolean {
  for (let index = 0; index < addresses.length; index++) {
    const position = addresses[index] - address
    if (!(position >= 0) || position + 8 > bytes.byteLength) return false
    if (bytes.getInt32(position, true) !== words[index * 2] || bytes.getInt32(position + 4, true) !== words[index * 2 + 1]) return false
  }
  return true
}

/** Words of a stack noted at most; deeper stacks are unwound each time. */
const MAX_WORDS = 512
/** Origins of values: a register at the start, a word read since then, or a number that follows from what was used already. */
const FIRST_WORD = 64
const DERIVED = -1

/** Origin of a word that is not in the dump: what would need it ends there, and is not kept. */
export const NO_WORD: number = DERIVED

/**
 * Notes what an unwinding relies on. A register is saved and restored in most frames and used in few: only what was used, to
 * find a frame or an address to return to, must be the same the next time.
 */
export class StackProof {
  isOpen = false
  readonly #initial = new Float64Array(REGISTER_COUNT)
  readonly #isUsed = new Uint8Array(FIRST_WORD + MAX_WORDS)
  readonly #addresses = new Float64Array(MAX_WORDS)
  readonly #words = new Int32Array(MAX_WORDS * 2)
  #wordCount = 0
  /** Where the values of the frame's registers come from, and those of its caller's. */
  #origin = new Int32Array(REGISTER_COUNT)
  #next = new Int32Array(REGISTER_COUNT)
  /** Origin of the word read last. */
  lastWord: number = DERIVED

  begin(registers: Float64Array, stackPointer: number): void {
    this.isOpen = true
    this.#initial.set(registers)
    this.#isUsed.fill(0)
    this.#wordCount = 0
    for (let slot = 0; slot < REGISTER_COUNT; slot++) this.#origin[slot] = slot
    this.#isUsed[stackPointer] = 1
  }

  /** What was used cannot be told. */
  giveUp(): void {
    this.isOpen = false
  }

  /** The frame is found by this register of its own. */
  use(slot: number): void {
    this.#useOrigin(this.#origin[slot])
  }

  /** The caller is found by this register of it. */
  useNext(slot: number): void {
    this.#useOrigin(this.#next[slot])
    this.#next[slot] = DERIVED
  }

  /** The caller's registers are the frame's own, but for those that are changed from now on. */
  beginCaller(stackPointer: number): void {
    this.#next.set(this.#origin)
    this.#next[stackPointer] = DERIVED
  }

  noteWord(address: number, low: number, high: number): void {
    if (this.#wordCount === MAX_WORDS) {
      this.giveUp()
      return
    }
    this.#addresses[this.#wordCount] = address
    this.#words[this.#wordCount * 2] = low
    this.#words[this.#wordCount * 2 + 1] = high
    this.lastWord = FIRST_WORD + this.#wordCount++
  }

  /** The caller's register has the word read last, or a number that follows from what was used. */
  restore(slot: number, origin = DERIVED): void {
    this.#next[slot] = origin
  }

  /** The caller's register has the value of a register of the frame. */
  copy(slot: number, from: number): void {
    this.#next[slot] = this.#origin[from]
  }

  /** The caller is the frame from now on. */
  enterCaller(): void {
    const last = this.#origin
    this.#origin = this.#next
    this.#next = last
  }

  /** The proof of a stack that was followed to its root. */
  finish(frames: Float64Array): KnownStack {
    this.isOpen = false
    const slots = Uint8Array.from(this.#initial.keys()).filter(slot => this.#isUsed[slot] === 1)
    const used = Array.from({ length: this.#wordCount }, (_, index) => index).filter(index => this.#isUsed[FIRST_WORD + index] === 1)
    return {
      slots,
      values: Float64Array.from(slots, slot => this.#initial[slot]),
      addresses: Float64Array.from(used, index => this.#addresses[index]),
      words: Int32Array.from(used.flatMap(index => [this.#words[index * 2], this.#words[index * 2 + 1]])),
      frames,
    }
  }

  #useOrigin(origin: number): void {
    if (origin !== DERIVED) this.#isUsed[origin] = 1
  }
}
