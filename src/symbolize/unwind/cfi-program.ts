/** Runs call frame instructions up to an address: DWARF 5, 6.4.2, and the GNU and Arm extensions. */

import { CfiCursor } from './cfi-cursor.ts'
import type { CfiProgram, FrameEntry } from './frame-entries.ts'
import { type FrameRule, REGISTER_COUNT, type RegisterRule, RuleKind } from './frame-rule.ts'

/** Remembered states: compilers nest one or two. */
const MAX_REMEMBERED = 64

interface State {
  cfaRegister: number
  cfaOffset: number
  cfaExpression: Uint8Array | undefined
  /** By register; absent: unspecified, which means the same value. */
  readonly rules: Map<number, RegisterRule>
}

/** The rule of a function's entry at an address within its range. Damaged instructions throw FormatError. */
export function ruleAt(entry: FrameEntry, address: number, place: { source: string; wordBytes: number }): FrameRule {
  const { common } = entry
  const machine = new CfiMachine(entry)
  machine.run(cursorOf(common.program, place), Number.POSITIVE_INFINITY)
  machine.rememberInitial()
  machine.run(cursorOf(entry.program, place), address)
  return machine.rule(cursorOf(entry.program, place))
}

function cursorOf({ bytes, address }: CfiProgram, place: { source: string; wordBytes: number }): CfiCursor {
  return new CfiCursor(bytes, { ...place, address })
}

class CfiMachine {
  readonly #entry: FrameEntry
  #location: number
  #state: State = { cfaRegister: -1, cfaOffset: 0, cfaExpression: undefined, rules: new Map() }
  #initial: ReadonlyMap<number, RegisterRule> = new Map()
  readonly #remembered: State[] = []

  constructor(entry: FrameEntry) {
    this.#entry = entry
    this.#location = entry.start
  }

  rememberInitial(): void {
    this.#initial = new Map(this.#state.rules)
    this.#location = this.#entry.start
  }

  /** Stops where the instructions begin to be about code behind the address. Every step takes a byte: it ends. */
  run(cursor: CfiCursor, address: number): void {
    while (cursor.offset < cursor.end && this.#location <= address) {
      const opcode = cursor.u8()
      const low = opcode & 0x3f
      if (opcode >>> 6 === 1) this.#location += low * this.#entry.common.codeAlign
      else if (opcode >>> 6 === 2) this.#offset(low, cursor.uleb())
      else if (opcode >>> 6 === 3) this.#restore(low)
      else if (!this.#moveOrKeep(opcode, cursor) && !this.#define(opcode, cursor) && !this.#setRegister(opcode, cursor)) {
        throw cursor.damaged(`Call frame instruction 0x${opcode.toString(16)} is unknown.`)
      }
    }
  }

  rule(cursor: CfiCursor): FrameRule {
    const { cfaRegister, cfaOffset, cfaExpression, rules } = this.#state
    const isKnown = cfaExpression !== undefined || (cfaRegister >= 0 && cfaRegister < REGISTER_COUNT)
    if (!isKnown) throw cursor.damaged('The frame address is not defined.')
    const { returnAddress, isSignalFrame } = this.#entry.common
    return {
      cfaRegister,
      cfaOffset,
      cfaExpression,
      registers: Array.from(rules.values()).filter(({ kind }) => kind !== RuleKind.Same),
      returnAddress,
      isSignalFrame,
      isRoot: rules.get(returnAddress)?.kind === RuleKind.Undefined,
    }
  }

  /** Instructions about the location and the remembered states, and those that change nothing. */
  #moveOrKeep(opcode: number, cursor: CfiCursor): boolean {
    const { codeAlign, pointerEncoding } = this.#entry.common
    switch (opcode) {
      case 0x00: // nop
      case 0x2c: // AARCH64_negate_ra_state_with_pc: signatures are taken off everywhere
      case 0x2d: // AARCH64_negate_ra_state, GNU_window_save
        return true
      case 0x01:
        this.#location = cursor.pointer(pointerEncoding)
        return true
      case 0x02:
        this.#location += cursor.u8() * codeAlign
        return true
      case 0x03:
        this.#location += cursor.u16() * codeAlign
        return true
      case 0x04:
        this.#location += cursor.u32() * codeAlign
        return true
      case 0x0a:
        if (this.#remembered.length >= MAX_REMEMBERED) throw cursor.damaged('Too many states are remembered.')
        this.#remembered.push({ ...this.#state, rules: new Map(this.#state.rules) })
        return true
      case 0x0b: {
        const state = this.#remembered.pop()
        if (state === undefined) throw cursor.damaged('No state was remembered.')
        this.#state = state
        return true
      }
      case 0x2e: // GNU_args_size
        cursor.uleb()
        return true
      default:
        return false
    }
  }

  /** Instructions about the frame address. */
  #define(opcode: number, cursor: CfiCursor): boolean {
    const state = this.#state
    const { dataAlign } = this.#entry.common
    switch (opcode) {
      case 0x0c:
      case 0x12:
        state.cfaRegister = cursor.uleb()
        state.cfaOffset = opcode === 0x0c ? cursor.uleb() : cursor.sleb() * dataAlign
        state.cfaExpression = undefined
        return true
      case 0x0d:
        state.cfaRegister = cursor.uleb()
        state.cfaExpression = undefined
        return true
      case 0x0e:
        state.cfaOffset = cursor.uleb()
        return true
      case 0x13:
        state.cfaOffset = cursor.sleb() * dataAlign
        return true
      case 0x0f:
        state.cfaExpression = cursor.bytes(cursor.uleb())
        return true
      default:
        return false
    }
  }

  /** Instructions about one register. */
  #setRegister(opcode: number, cursor: CfiCursor): boolean {
    const { dataAlign } = this.#entry.common
    if (
      !(opcode >= 0x05 && opcode <= 0x09) &&
      opcode !== 0x10 &&
      opcode !== 0x11 &&
      !(opcode >= 0x14 && opcode <= 0x16) &&
      opcode !== 0x2f
    ) {
      return false
    }
    const register = cursor.uleb()
    if (opcode === 0x05) this.#offset(register, cursor.uleb())
    else if (opcode === 0x06) this.#restore(register)
    else if (opcode === 0x07) this.#set(register, RuleKind.Undefined)
    else if (opcode === 0x08) this.#set(register, RuleKind.Same)
    else if (opcode === 0x09) this.#set(register, RuleKind.Register, cursor.uleb())
    else if (opcode === 0x10) this.#set(register, RuleKind.Expression, 0, cursor.bytes(cursor.uleb()))
    else if (opcode === 0x11) this.#offset(register, cursor.sleb())
    else if (opcode === 0x14) this.#set(register, RuleKind.ValueOffset, cursor.uleb() * dataAlign)
    else if (opcode === 0x15) this.#set(register, RuleKind.ValueOffset, cursor.sleb() * dataAlign)
    else if (opcode === 0x16) this.#set(register, RuleKind.ValueExpression, 0, cursor.bytes(cursor.uleb()))
    else this.#offset(register, -cursor.uleb()) // GNU_negative_offset_extended
    return true
  }

  #offset(register: number, factored: number): void {
    this.#set(register, RuleKind.Offset, factored * this.#entry.common.dataAlign)
  }

  #set(register: number, kind: number, ...[value = 0, expression]: [value?: number, expression?: Uint8Array]): void {
    if (register < REGISTER_COUNT) this.#state.rules.set(register, { register, kind, value, expression })
  }

  #restore(register: number): void {
    const initial = this.#initial.get(register)
    if (initial === undefined) this.#state.rules.delete(register)
    else this.#state.rules.set(register, initial)
  }
}
