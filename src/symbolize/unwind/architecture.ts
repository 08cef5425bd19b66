/** What unwinding must know of a processor: which register is which, in the numbers DWARF gives them. */
export interface Architecture {
  readonly stackPointer: number
  readonly framePointer: number
  /** Slot of the program counter. x86-64: the return address column; aarch64: one of its own. */
  readonly programCounter: number
  /** Registers a frame can have, the program counter included. */
  readonly registerCount: number
  /**
   * Bits of the high word of a code address. aarch64 signs return addresses in the bits above the user's 48 (pointer
   * authentication); taking them off is what unwinding needs, whatever the key.
   */
  readonly addressMaskHigh: number
  readonly elfMachine: number
}

/** System V ABI, AMD64 supplement, figure 3.36: 6 is rbp, 7 rsp, 16 the return address. */
export const x64: Architecture = {
  stackPointer: 7,
  framePointer: 6,
  programCounter: 16,
  registerCount: 17,
  addressMaskHigh: 0xffffffff,
  elfMachine: 62,
}

/** DWARF for the Arm 64-bit Architecture: 29 is the frame pointer, 30 the link register, 31 the stack pointer. */
export const arm64: Architecture = {
  stackPointer: 31,
  framePointer: 29,
  programCounter: 32,
  registerCount: 33,
  addressMaskHigh: 0xffff,
  elfMachine: 183,
}

/** By Node.js's name; undefined for those whose stacks we cannot unwind. */
export function architectureNamed(name: string): Architecture | undefined {
  return name === 'x64' || name === 'x86_64' ? x64 : name === 'arm64' || name === 'aarch64' ? arm64 : undefined
}
