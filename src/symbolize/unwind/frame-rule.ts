/** How a register of the caller is found: DWARF 5, 6.4.1. */
export const RuleKind = { Same: 0, Undefined: 1, Offset: 2, ValueOffset: 3, Register: 4, Expression: 5, ValueExpression: 6 } as const

/** One register of the caller. */
export interface RegisterRule {
  readonly register: number
  /** A RuleKind value. */
  readonly kind: number
  /** Offset from the canonical frame address in bytes, or a register. */
  readonly value: number
  readonly expression: Uint8Array | undefined
}

/** How to get from a frame to its caller, at one address. */
export interface FrameRule {
  /** The canonical frame address (CFA): this register plus an offset, unless there is an expression. */
  readonly cfaRegister: number
  readonly cfaOffset: number
  readonly cfaExpression: Uint8Array | undefined
  /** Registers that change; all others keep their value. */
  readonly registers: readonly RegisterRule[]
  /** Register that holds the return address. */
  readonly returnAddress: number
  readonly isSignalFrame: boolean
  /** Whether nobody called this: the return address is declared undefined. */
  readonly isRoot: boolean
}

/** Registers followed: x86-64 has 17, aarch64 32. Those above hold no addresses. */
export const REGISTER_COUNT = 33
