import { StackEnd } from '../../schema.ts'
import { isFileFailure } from '../byte-source.ts'
import type { Architecture } from './architecture.ts'
import { evaluateExpression } from './dwarf-expression.ts'
import { type FrameRule, REGISTER_COUNT, type RegisterRule, RuleKind } from './frame-rule.ts'
import { type KnownStacks, NO_WORD, StackProof } from './known-stacks.ts'

/** A thread as it was sampled. */
export interface StackDump {
  /** Two words per register, the low one first, at twice its DWARF number; the program counter at its slot of the architecture. */
  readonly registers: Int32Array
  /** Memory from the stack pointer upward. */
  readonly stack: Uint8Array
  /** Whether the stack went on behind it. */
  readonly isCut: boolean
}

/** How to leave a frame: by a rule, by its frame pointer as nothing else is known, or not at all. */
export type Step = { readonly rule: FrameRule; readonly bias: number } | 'none' | 'damaged' | 'unmapped'

/** What the unwinder asks about code. */
export interface CodeSpace {
  /** isExact: the address itself is meant, not the call before it. */
  stepAt(address: number, isExact: boolean): Step
  /** Stacks of this code that were unwound before; every one is unwound anew where there are none. */
  readonly known?: KnownStacks
}

/** Unwinds dumps of one kind of processor. Holds registers between calls, nothing else. */
export class Unwinder {
  readonly #architecture: Architecture
  /** Of the frame, and of its caller while it is computed. */
  #current = new Float64Array(REGISTER_COUNT)
  #next = new Float64Array(REGISTER_COUNT)
  #stack: DataView = new DataView(new ArrayBuffer(0))
  #stackAddress = 0
  #isCut = false
  /** Why the last word that was not found was not there. */
  #missing: number = StackEnd.OtherStack
  /** Whether the current address is the next to run, not one to return to. */
  #isExact = true
  /** What the unwinding relies on since the innermost function's caller. */
  readonly #proof = new StackProof()
  /** Frames found by the last call. */
  count = 0

  constructor(architecture: Architecture) {
    this.#architecture = architecture
  }

  /** Fills frames with addresses, leaf first, and says why the stack ended: a StackEnd value. */
  unwind(dump: StackDump, space: CodeSpace, frames: Float64Array): number {
    this.#load(dump)
    this.count = 0
    this.#proof.giveUp()
    for (;;) {
      const address = this.#current[this.#architecture.programCounter]
      if (this.count === 1 && !this.#isExact && this.#isKnown(address, space, frames)) return StackEnd.Complete
      const step = space.stepAt(address, this.#isExact)
      if (step === 'unmapped' && this.count > 0) return StackEnd.BadReturnAddress
      if (this.count >= frames.length) return StackEnd.DepthLimit
      // a signal came before the instruction at this address ran: whoever looks before a return address must find it
      frames[this.count] = this.#isExact && this.count > 0 ? address + 1 : address
      this.count++
      const end = this.#leave(step, space)
      if (end === StackEnd.Complete && this.#proof.isOpen) space.known?.add(frames[1], this.#proof.finish(frames.slice(1, this.count)))
      if (end !== undefined) return end
      const last = this.#current
      this.#current = this.#next
      this.#next = last
      this.#proof.enterCaller()
    }
  }

  /** Where the innermost function was called from stacks begin to repeat. */
  #isKnown(address: number, space: CodeSpace, frames: Float64Array): boolean {
    if (space.known === undefined) return false
    const known = space.known.find(address, this.#current, { bytes: this.#stack, address: this.#stackAddress })
    if (known === undefined || known.frames.length + 1 > frames.length) {
      this.#proof.begin(this.#current, this.#architecture.stackPointer)
      return false
    }
    frames.set(known.frames, 1)
    this.count = 1 + known.frames.length
    return true
  }

  #load({ registers, stack, isCut }: StackDump): void {
    const { stackPointer, programCounter } = this.#architecture
    const current = this.#current
    for (let slot = 0; slot < current.length; slot++) {
      const isGiven = slot * 2 + 1 < registers.length
      current[slot] = isGiven ? registers[slot * 2 + 1] * 4294967296 + (registers[slot * 2] >>> 0) : Number.NaN
    }
    // a link register may be signed: it is only ever used as a code address
    for (const slot of programCounter === 32 ? [30, programCounter] : [programCounter]) {
      current[slot] = this.#codeAddress(registers[slot * 2], registers[slot * 2 + 1])
    }
    this.#stack = new DataView(stack.buffer, stack.byteOffset, stack.byteLength)
    this.#stackAddress = current[stackPointer]
    this.#isCut = isCut
    this.#isExact = true
  }

  /** Computes the caller's registers; a StackEnd value when there is no caller or none to be found. */
  #leave(step: Step, space: CodeSpace): number | undefined {
    if (step === 'unmapped') return StackEnd.NoMapping
    if (step === 'none' || step === 'damaged') {
      return this.#followFramePointer(space, step === 'none' ? StackEnd.NoUnwindInfo : StackEnd.DamagedUnwindInfo)
    }
    if (step.rule.isRoot) return StackEnd.Complete
    try {
      return this.#applyRule(step.rule, step.bias)
    } catch (error) {
      if (isFileFailure(error)) return StackEnd.DamagedUnwindInfo
      throw error
    }
  }

  #applyRule(rule: FrameRule, bias: number): number | undefined {
    const { stackPointer, programCounter } = this.#architecture
    const current = this.#current
    const next = this.#next
    this.#missing = StackEnd.BadReturnAddress
    const frameAddress =
      rule.cfaExpression === undefined ? current[rule.cfaRegister] + rule.cfaOffset : this.#evaluate(rule.cfaExpression, bias)
    if (Number.isNaN(frameAddress)) return this.#missing
    if (rule.cfaExpression !== undefined) this.#proof.giveUp()
    else this.#proof.use(rule.cfaRegister)
    next.set(current)
    next[stackPointer] = frameAddress
    this.#proof.beginCaller(stackPointer)
    let hasReturnAddress = false
    for (const register of rule.registers) {
      if (register.register === rule.returnAddress) hasReturnAddress = true
      next[register.register] = this.#recover(register, { frameAddress, bias, returnAddress: rule.returnAddress })
    }
    // a return address still in its register is that of the innermost function only
    if (!hasReturnAddress && (rule.returnAddress === programCounter || !this.#isExact)) return StackEnd.NoProgress
    const address = next[rule.returnAddress]
    this.#proof.useNext(rule.returnAddress)
    if (Number.isNaN(address)) return this.#missing
    if (address === 0) return StackEnd.Complete
    const isStuck = address === current[programCounter] && next[stackPointer] <= current[stackPointer]
    if (!rule.isSignalFrame && (isStuck || next[stackPointer] < current[stackPointer])) return StackEnd.NoProgress
    next[programCounter] = address
    this.#proof.restore(programCounter)
    this.#isExact = rule.isSignalFrame
    return undefined
  }

  #recover(
    { register, kind, value, expression }: RegisterRule,
    { frameAddress, bias, returnAddress }: { frameAddress: number; bias: number; returnAddress: number },
  ): number {
    const current = this.#current
    const isCode = register === returnAddress
    switch (kind) {
      case RuleKind.Offset: {
        const address = frameAddress + value
        // LLVM pops registers without saying so: what was saved below the stack pointer is live again
        if (!isCode && address < current[this.#architecture.stackPointer]) {
          this.#proof.copy(register, register)
          return current[register]
        }
        const word = this.#readWord(address, isCode)
        this.#proof.restore(register, this.#proof.lastWord)
        return word
      }
      case RuleKind.ValueOffset:
        this.#proof.restore(register)
        return frameAddress + value
      case RuleKind.Register:
        if (value < REGISTER_COUNT) this.#proof.copy(register, value)
        return value < REGISTER_COUNT ? current[value] : Number.NaN
      case RuleKind.Expression:
        this.#proof.giveUp()
        return this.#readWord(this.#evaluate(expression, bias, frameAddress), isCode)
      case RuleKind.ValueExpression:
        this.#proof.giveUp()
        return this.#evaluate(expression, bias, frameAddress)
      default:
        this.#proof.restore(register)
        return Number.NaN
    }
  }

  #evaluate(expression: Uint8Array | undefined, bias: number, initial?: number): number {
    if (expression === undefined || Number.isNaN(initial)) return Number.NaN
    const context = {
      registers: this.#current,
      bias,
      readWord: (address: bigint): bigint | undefined => {
        const position = this.#positionOf(Number(address))
        return position === undefined ? undefined : this.#stack.getBigUint64(position, true)
      },
    }
    return evaluateExpression(expression, context, initial) ?? Number.NaN
  }

  /**
   * Code without rules (JIT, hand-written assembly): believes the frame pointer if it points up the stack and the address to
   * return to is code.
   *
   *     [rbp] caller's rbp   [rbp + 8] return address      aarch64 the same with x29
   */
  #followFramePointer(space: CodeSpace, reason: number): number | undefined {
    const { framePointer, stackPointer, programCounter } = this.#architecture
    const frame = this.#current[framePointer]
    const stackTop = this.#current[stackPointer]
    this.#proof.use(framePointer)
    this.#proof.beginCaller(stackPointer)
    if (frame === 0) return StackEnd.Complete
    const isFrame = frame >= stackTop && frame % 8 === 0
    const returnAddress = isFrame ? this.#readWord(frame + 8, true) : Number.NaN
    this.#proof.restore(programCounter, this.#proof.lastWord)
    this.#proof.useNext(programCounter)
    const callerFrame = isFrame ? this.#readWord(frame, false) : Number.NaN
    this.#proof.restore(framePointer, this.#proof.lastWord)
    if (isCode(space, returnAddress)) return this.#return(returnAddress, { stackPointer: frame + 16, framePointer: callerFrame })
    if (this.count === 1 && this.#isExact) {
      // the innermost function may not have pushed anything yet
      const pushed = this.#readWord(stackTop, true)
      if (isCode(space, pushed)) return this.#return(pushed, { stackPointer: stackTop + 8, framePointer: frame })
    }
    if (isFrame && Number.isNaN(returnAddress)) return this.#missing === StackEnd.Truncated ? StackEnd.Truncated : reason
    return isFrame && returnAddress === 0 ? StackEnd.Complete : reason
  }

  #return(address: number, to: { stackPointer: number; framePointer: number }): undefined {
    const { framePointer, stackPointer, programCounter } = this.#architecture
    this.#next.set(this.#current)
    this.#next[programCounter] = address
    this.#next[stackPointer] = to.stackPointer
    this.#next[framePointer] = to.framePointer
    this.#isExact = false
  }

  /** A word of the dump; NaN where it holds none. */
  #readWord(address: number, isCode: boolean): number {
    const position = this.#positionOf(address)
    this.#proof.lastWord = NO_WORD
    if (position === undefined) return Number.NaN
    const low = this.#stack.getInt32(position, true)
    const high = this.#stack.getInt32(position + 4, true)
    if (this.#proof.isOpen) this.#proof.noteWord(address, low, high)
    return isCode ? this.#codeAddress(low, high) : high * 4294967296 + (low >>> 0)
  }

  #codeAddress(low: number, high: number): number {
    return ((high & this.#architecture.addressMaskHigh) | 0) * 4294967296 + (low >>> 0)
  }

  #positionOf(address: number): number | undefined {
    const position = address - this.#stackAddress
    if (position >= 0 && position + 8 <= this.#stack.byteLength) return position
    this.#missing = position >= 0 && this.#isCut ? StackEnd.Truncated : StackEnd.OtherStack
    return undefined
  }
}

/** Whether a call may return to an address. Where a call returns to lies behind the call. */
export function isCode(space: CodeSpace, address: number): boolean {
  return address > 0 && space.stepAt(address, false) !== 'unmapped'
}
