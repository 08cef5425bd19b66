/** PERF_SAMPLE_REGS_USER: which registers a sample has, and the DWARF number of each. */
export interface UserRegisters {
  /** attr.sample_regs_user. */
  readonly mask: bigint
  /** DWARF number by position in the record; the program counter has the slot of the return address, or one of its own. */
  readonly slots: readonly number[]
}

/** arch/x86/include/uapi/asm/perf_regs.h: AX BX CX DX SI DI BP SP IP, and R8 … R15 from bit 16; numbers of the AMD64 ABI, figure 3.36. */
const x64: UserRegisters = { mask: 0xff01ffn, slots: [0, 3, 2, 1, 4, 5, 6, 7, 16, 8, 9, 10, 11, 12, 13, 14, 15] }

/** arch/arm64/include/uapi/asm/perf_regs.h: x0 … x29, lr, sp, pc. */
const arm64: UserRegisters = { mask: 0x1ffffffffn, slots: Array.from({ length: 33 }, (_, index) => index) }

/** Highest slot and one. */
export const REGISTER_SLOTS = 33

/** By Node.js's name of the architecture; undefined where stacks cannot be unwound from dumps. */
export function userRegistersOf(architecture: string): UserRegisters | undefined {
  return architecture === 'x64' ? x64 : architecture === 'arm64' ? arm64 : undefined
}
