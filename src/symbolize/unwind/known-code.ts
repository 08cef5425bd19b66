/** Code without unwind information that is known by its bytes: returns from signals, and CPython's trampolines. */

import { type Architecture, arm64, x64 } from './architecture.ts'
import { type FrameRule, type RegisterRule, RuleKind } from './frame-rule.ts'

/** Bytes before and after an address that are looked at. */
export const LOOK_BEHIND = 16
export const LOOK_AHEAD = 16

/** The rule at an address whose surroundings are known: bytes from LOOK_BEHIND before it. Undefined for any other code. */
export function ruleOfKnownCode(architecture: Architecture, bytes: Uint8Array, isExact: boolean): FrameRule | undefined {
  const matches = (pattern: readonly number[], start: number): boolean =>
    start >= 0 && start + pattern.length <= bytes.length && pattern.every((byte, index) => bytes[start + index] === byte)
  if (architecture === arm64) return matches(arm64Sigreturn, LOOK_BEHIND) ? arm64SignalRule : undefined
  if (architecture !== x64) return undefined
  if (x64Sigreturns.some(pattern => matches(pattern, LOOK_BEHIND))) return x64SignalRule
  for (let offset = 0; offset < trampoline.length; offset++) {
    if (matches(trampoline, LOOK_BEHIND - offset)) return trampolineRule(offset, isExact)
  }
  return undefined
}

/** mov $15,%eax (or %rax); syscall: rt_sigreturn of libraries that describe it not, such as musl's and Go's. */
const x64Sigreturns = [
  [0x48, 0xc7, 0xc0, 0x0f, 0, 0, 0, 0x0f, 0x05],
  [0xb8, 0x0f, 0, 0, 0, 0x0f, 0x05],
]
/** mov x8, #139; svc #0: __kernel_rt_sigreturn of the vdso. */
const arm64Sigreturn = [0x68, 0x11, 0x80, 0xd2, 0x01, 0, 0, 0xd4]

function saved(register: number, value: number): RegisterRule {
  return { register, kind: RuleKind.Offset, value, expression: undefined }
}

/**
 * struct ucontext, at the stack pointer: 40 bytes, then struct sigcontext (arch/x86/include/uapi/asm/sigcontext.h):
 * r8 … r15, rdi, rsi, rbp, rbx, rdx, rax, rcx, rsp, rip, here by DWARF number.
 */
const X64_CONTEXT = 40
const x64ContextOrder = [8, 9, 10, 11, 12, 13, 14, 15, 5, 4, 6, 3, 1, 0, 2, 7, 16]
const x64SignalRule: FrameRule = {
  cfaRegister: x64.stackPointer,
  cfaOffset: 0,
  cfaExpression: undefined,
  registers: x64ContextOrder.map((register, index) => saved(register, X64_CONTEXT + index * 8)),
  returnAddress: x64.programCounter,
  isSignalFrame: true,
  isRoot: false,
}

/**
 * struct rt_sigframe, at the stack pointer (arch/arm64/kernel/signal.c): siginfo of 128 bytes, ucontext of which
 * struct sigcontext begins at 176: fault address, x0 … x30, sp, pc.
 */
const ARM64_REGISTERS = 128 + 176 + 8
const arm64SignalRule: FrameRule = {
  cfaRegister: arm64.stackPointer,
  cfaOffset: 0,
  cfaExpression: undefined,
  registers: Array.from({ length: 33 }, (_, index) => saved(index, ARM64_REGISTERS + index * 8)),
  returnAddress: arm64.programCounter,
  isSignalFrame: true,
  isRoot: false,
}

/**
 * What CPython ≥ 3.12 puts between two Python functions under -X perf, Objects/asm_trampoline.S:
 *
 *     0 sub $8,%rsp   4 call *%rcx   6 add $8,%rsp   10 ret
 */
const trampoline = [0x48, 0x83, 0xec, 0x08, 0xff, 0xd1, 0x48, 0x83, 0xc4, 0x08, 0xc3]

function trampolineRule(offset: number, isExact: boolean): FrameRule {
  const isPushed = !isExact || (offset >= 4 && offset < 10)
  return {
    cfaRegister: x64.stackPointer,
    cfaOffset: isPushed ? 16 : 8,
    cfaExpression: undefined,
    registers: [saved(x64.programCounter, -8)],
    returnAddress: x64.programCounter,
    isSignalFrame: false,
    isRoot: false,
  }
}
