/** DWARF expressions of call frame information: DWARF 5, 2.5. A stack machine of 64-bit words, bounded in steps and depth. */

import { CfiCursor } from './cfi-cursor.ts'

/** What an expression may look at. Undefined is not known: the expression then has no value. */
export interface ExpressionContext {
  /** Values of the frame's registers; NaN is not known. */
  readonly registers: Float64Array
  /** Eight bytes of memory as an unsigned number. */
  readWord(address: bigint): bigint | undefined
  /** What an address in the file lies above it in memory. */
  readonly bias: number
}

/** No source: the longest seen, of a hand-written signal frame, has 8 steps. */
const MAX_STEPS = 1000
const MAX_DEPTH = 64

type Binary = (left: bigint, right: bigint) => bigint

/** Value of an expression, as an address; undefined when it needs what is not known. Damaged expressions throw FormatError. */
export function evaluateExpression(expression: Uint8Array, context: ExpressionContext, initial?: number): number | undefined {
  const cursor = new CfiCursor(expression, { source: 'DWARF expression', address: 0, wordBytes: 8 })
  const stack = new WordStack(cursor)
  if (initial !== undefined) stack.push(BigInt(initial))
  for (let step = 0; cursor.offset < cursor.end; step++) {
    if (step >= MAX_STEPS) throw cursor.damaged(`More than ${MAX_STEPS} steps.`)
    if (!runStep(cursor, stack, context)) return undefined
  }
  const value = Number(stack.pop())
  return Number.isSafeInteger(value) ? value : undefined
}

/** False when the value cannot be known. */
function runStep(cursor: CfiCursor, stack: WordStack, context: ExpressionContext): boolean {
  const opcode = cursor.u8()
  if (pushConstant(opcode, cursor, { stack, bias: context.bias })) return true
  const binary = binaries[opcode]
  if (binary !== undefined) {
    const right = stack.pop()
    stack.push(binary(stack.pop(), right))
    return true
  }
  if ((opcode >= 0x50 && opcode <= 0x8f) || opcode === 0x90 || opcode === 0x92) return pushRegister(opcode, cursor, { stack, context })
  if (opcode === 0x06 || opcode === 0x94) return dereference(stack, context, opcode === 0x06 ? 8 : cursor.u8())
  if (moveOnStack(opcode, cursor, stack) || changeTop(opcode, cursor, stack) || branch(opcode, cursor, stack)) return true
  throw cursor.damaged(`DWARF operation 0x${opcode.toString(16)} has no place in an expression of a frame.`)
}

function pushConstant(opcode: number, cursor: CfiCursor, { stack, bias }: { stack: WordStack; bias: number }): boolean {
  if (opcode >= 0x30 && opcode <= 0x4f) stack.push(BigInt(opcode - 0x30))
  else if (opcode === 0x03) stack.push(BigInt(cursor.i64() + bias))
  else if (opcode === 0x08) stack.push(BigInt(cursor.u8()))
  else if (opcode === 0x09) stack.push(BigInt((cursor.u8() << 24) >> 24))
  else if (opcode === 0x0a) stack.push(BigInt(cursor.u16()))
  else if (opcode === 0x0b) stack.push(BigInt((cursor.u16() << 16) >> 16))
  else if (opcode === 0x0c) stack.push(BigInt(cursor.u32()))
  else if (opcode === 0x0d) stack.push(BigInt(cursor.i32()))
  else if (opcode === 0x0e || opcode === 0x0f) stack.push(word(cursor))
  else if (opcode === 0x10) stack.push(BigInt(cursor.uleb()))
  else if (opcode === 0x11) stack.push(BigInt(cursor.sleb()))
  else return false
  return true
}

function word(cursor: CfiCursor): bigint {
  const low = BigInt(cursor.u32())
  return (BigInt(cursor.u32()) << 32n) | low
}

/** DW_OP_reg is no value, but old compilers write it for one; DW_OP_breg adds an offset. */
function pushRegister(opcode: number, cursor: CfiCursor, { stack, context }: { stack: WordStack; context: ExpressionContext }): boolean {
  const register = opcode >= 0x90 ? cursor.uleb() : (opcode - 0x50) & 0x1f
  const offset = (opcode >= 0x70 && opcode <= 0x8f) || opcode === 0x92 ? cursor.sleb() : 0
  const value = register < context.registers.length ? context.registers[register] : Number.NaN
  if (!Number.isFinite(value)) return false
  stack.push(BigInt(value) + BigInt(offset))
  return true
}

function dereference(stack: WordStack, { readWord }: ExpressionContext, sizeBytes: number): boolean {
  const found = readWord(stack.pop())
  if (found === undefined) return false
  stack.push(BigInt.asUintN(Math.min(sizeBytes, 8) * 8, found))
  return true
}

function moveOnStack(opcode: number, cursor: CfiCursor, stack: WordStack): boolean {
  switch (opcode) {
    case 0x12:
      stack.push(stack.peek(0))
      return true
    case 0x13:
      stack.pop()
      return true
    case 0x14:
      stack.push(stack.peek(1))
      return true
    case 0x15:
      stack.push(stack.peek(cursor.u8()))
      return true
    case 0x16: {
      const [top, second] = [stack.pop(), stack.pop()]
      stack.push(top)
      stack.push(second)
      return true
    }
    case 0x17: {
      const [top, second, third] = [stack.pop(), stack.pop(), stack.pop()]
      stack.push(top)
      stack.push(third)
      stack.push(second)
      return true
    }
    default:
      return false
  }
}

function changeTop(opcode: number, cursor: CfiCursor, stack: WordStack): boolean {
  if (opcode === 0x96) return true // nop
  if (opcode !== 0x19 && opcode !== 0x1f && opcode !== 0x20 && opcode !== 0x23) return false
  const top = stack.pop()
  if (opcode === 0x19) stack.push(signed(top) < 0n ? -top : top)
  else if (opcode === 0x1f) stack.push(-top)
  else if (opcode === 0x20) stack.push(~top)
  else stack.push(top + BigInt(cursor.uleb()))
  return true
}

/** DW_OP_skip and DW_OP_bra: within the expression. */
function branch(opcode: number, cursor: CfiCursor, stack: WordStack): boolean {
  if (opcode !== 0x2f && opcode !== 0x28) return false
  const distance = (cursor.u16() << 16) >> 16
  if (opcode === 0x28 && stack.pop() === 0n) return true
  const target = cursor.offset + distance
  if (target < 0 || target > cursor.end) throw cursor.damaged(`A branch leads to byte ${target}.`)
  cursor.offset = target
  return true
}

const signed = (value: bigint): bigint => BigInt.asIntN(64, value)
const truth = (holds: boolean): bigint => (holds ? 1n : 0n)
const shift = (value: bigint, by: bigint, move: Binary): bigint => (by < 64n ? move(value, by) : 0n)

/** Operations on the two topmost words: the lower one is left, the upper one right. */
const binaries: Readonly<Record<number, Binary>> = {
  26: (left, right) => left & right,
  27: (left, right) => (right === 0n ? 0n : signed(left) / signed(right)),
  28: (left, right) => left - right,
  29: (left, right) => (right === 0n ? 0n : left % right),
  30: (left, right) => left * right,
  33: (left, right) => left | right,
  34: (left, right) => left + right,
  36: (left, right) => shift(left, right, (value, by) => value << by),
  37: (left, right) => shift(left, right, (value, by) => value >> by),
  38: (left, right) => signed(left) >> (right < 64n ? right : 63n),
  39: (left, right) => left ^ right,
  41: (left, right) => truth(left === right),
  42: (left, right) => truth(signed(left) >= signed(right)),
  43: (left, right) => truth(signed(left) > signed(right)),
  44: (left, right) => truth(signed(left) <= signed(right)),
  45: (left, right) => truth(signed(left) < signed(right)),
  46: (left, right) => truth(left !== right),
}

/** Words modulo 2^64. Taking from an empty stack and overfilling it are damage. */
class WordStack {
  readonly #words: bigint[] = []
  readonly #cursor: CfiCursor

  constructor(cursor: CfiCursor) {
    this.#cursor = cursor
  }

  push(value: bigint): void {
    if (this.#words.length >= MAX_DEPTH) throw this.#cursor.damaged(`More than ${MAX_DEPTH} words on the stack.`)
    this.#words.push(BigInt.asUintN(64, value))
  }

  pop(): bigint {
    const value = this.#words.pop()
    if (value === undefined) throw this.#cursor.damaged('The stack is empty.')
    return value
  }

  peek(depth: number): bigint {
    const value = this.#words.at(-1 - depth)
    if (value === undefined || depth >= this.#words.length) throw this.#cursor.damaged(`The stack has no word ${depth}.`)
    return value
  }
}
