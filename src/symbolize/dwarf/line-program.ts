/** Line tables: which file and line an address comes from. Section 6.2 of DWARF 5. */

import { firstAtOrAbove } from './calls.ts'
import { DwarfCursor } from './cursor.ts'
import { fileNames, type LineFiles, readDefinedFile } from './line-files.ts'
import { isAddress } from './ranges.ts'
import { readInitialLength, type SpecialOpcodes, type UnitRoot } from './unit.ts'
import type { WorkBudget } from './work-budget.ts'

/** Lines of wanted addresses, and the names of files by their index. */
export interface FoundLines {
  /** Index of the file, line and column of each wanted address; line NONE where there is none. */
  readonly fileOf: Int32Array
  readonly lineOf: Int32Array
  readonly columnOf: Int32Array
  readonly fileName: (index: number) => string | undefined
}

const NONE = -1
/** Standard opcodes: DW_LNS_*. */
const Opcode = {
  Extended: 0,
  Copy: 1,
  AdvancePc: 2,
  AdvanceLine: 3,
  SetFile: 4,
  SetColumn: 5,
  NegateStatement: 6,
  ConstAddPc: 8,
  FixedAdvancePc: 9,
  SetIsa: 12,
} as const
/** DW_LNE_*. */
const Extended = { EndSequence: 1, SetAddress: 2, DefineFile: 3, SetDiscriminator: 4 } as const
/** Kinds of headers in one file: one for each compiler. */
const MAX_OPCODE_TABLES = 64

/** Runs the line program of a unit once for all its wanted addresses (ascending). */
export function findLines(root: UnitRoot, wanted: Float64Array, budget: WorkBudget): FoundLines {
  const program = openProgram(root)
  const found = {
    fileOf: new Int32Array(wanted.length).fill(NONE),
    lineOf: new Int32Array(wanted.length).fill(NONE),
    columnOf: new Int32Array(wanted.length),
    fileName: program === undefined ? () => undefined : fileNames(root, program.files),
  }
  if (program !== undefined) new LineMachine({ program, wanted, found, budget }).run()
  return found
}

interface LineProgram {
  readonly cursor: DwarfCursor
  readonly minInstructionBytes: number
  readonly operandCounts: readonly number[]
  readonly opcodes: SpecialOpcodes
  readonly files: LineFiles
}

/** Header and cursor at the first opcode; undefined for a unit without lines. */
function openProgram(root: UnitRoot): LineProgram | undefined {
  const { lineOffset, header } = root
  const { line } = header.file
  if (lineOffset === undefined || line.sizeBytes === 0) return undefined
  const length = new DwarfCursor(line.read(lineOffset, Math.min(12, line.sizeBytes - lineOffset)), line.name)
  const { lengthBytes, offsetBytes } = readInitialLength(length)
  const cursor = new DwarfCursor(line.read(lineOffset, length.offset + lengthBytes), line.name, length.offset)
  const version = cursor.u16()
  if (version < 2 || version > 5) throw cursor.damage(`a line table has version ${version}.`)
  const addressBytes = version >= 5 ? cursor.u8() : header.addressBytes
  if (version >= 5) cursor.skip(1) // segment selectors: none since the 286
  const headerBytes = cursor.unsigned(offsetBytes)
  const start = cursor.offset + headerBytes
  const minInstructionBytes = cursor.u8()
  cursor.skip(version >= 4 ? 2 : 1) // operations per instruction of VLIW machines, default_is_stmt
  const lineBase = (cursor.u8() << 24) >> 24
  const lineRange = cursor.u8()
  if (lineRange === 0) throw cursor.damage('its line range is 0.')
  const operandCounts = Array.from({ length: Math.max(0, cursor.u8() - 1) }, () => cursor.u8())
  const opcodes = specialOpcodes(header.file, { firstSpecial: operandCounts.length + 1, lineBase, lineRange, minInstructionBytes })
  const tables = new DwarfCursor(cursor.bytes, cursor.source, cursor.offset)
  cursor.seek(start)
  const files = { tables, layout: { addressBytes, offsetBytes, version }, defined: [] }
  return { cursor, minInstructionBytes, operandCounts, opcodes, files }
}

interface MachineInput {
  readonly program: LineProgram
  readonly wanted: Float64Array
  readonly found: Pick<FoundLines, 'fileOf' | 'lineOf' | 'columnOf'>
  readonly budget: WorkBudget
}

/** The state machine of section 6.2.2. A row says where addresses up to that of the next row come from. */
class LineMachine {
  readonly #input: MachineInput
  #address = 0
  #file = 1
  #line = 1
  #column = 0
  /** The row before: its address, NaN at the start of a sequence, and what it said. */
  #lastAddress = Number.NaN
  #lastFile = 0
  #lastLine = 0
  #lastColumn = 0
  /** Index of the first wanted address that the sequence has not passed. */
  #next = 0
  /** That address: rows up to it change nothing. -Infinity before the first row, Infinity where the linker threw the code away. */
  #nextAddress = Number.NEGATIVE_INFINITY

  /** Wanted addresses without a line so far. */
  #missing: number

  constructor(input: MachineInput) {
    this.#input = input
    this.#missing = input.wanted.length
  }

  run(): void {
    const { program, budget } = this.#input
    const { cursor, operandCounts, opcodes } = program
    const { bytes } = cursor
    const firstSpecial = operandCounts.length + 1
    while (cursor.offset < bytes.length) {
      budget.spend(1 + this.#runFrequent(firstSpecial))
      if (cursor.offset >= bytes.length || this.#missing === 0) return
      const opcode = cursor.u8()
      if (opcode >= firstSpecial) {
        this.#address += opcodes.advances[opcode]
        this.#line += opcodes.lineSteps[opcode]
        this.#addRow()
      } else if (opcode === Opcode.Extended) this.#runExtended()
      else this.#runStandard(opcode, opcodes.advances[255])
    }
  }

  /** Nine of ten opcodes, on local variables: stops before any other, and before a row that passes a wanted address. */
  #runFrequent(firstSpecial: number): number {
    const { cursor, opcodes, minInstructionBytes } = this.#input.program
    const { bytes } = cursor
    const { advances, lineSteps } = opcodes
    const start = cursor.offset
    const nextAddress = this.#nextAddress
    let at = start
    let address = this.#address
    let line = this.#line
    let column = this.#column
    let lastAddress = this.#lastAddress
    let lastLine = this.#lastLine
    let lastColumn = this.#lastColumn
    let file = this.#file
    let lastFile = this.#lastFile
    // none of them ends the bytes: the checked steps of run do
    const end = bytes.length - 3
    while (at < end) {
      const opcode = bytes[at]
      if (opcode >= firstSpecial || opcode === Opcode.Copy) {
        if (address + advances[opcode] > nextAddress) break
        address += advances[opcode]
        line += lineSteps[opcode]
        lastAddress = address
        lastLine = line
        lastColumn = column
        lastFile = file
        at++
        continue
      }
      if (opcode === Opcode.NegateStatement) {
        at++
        continue
      }
      if (opcode === Opcode.Extended) {
        // most of them tell branches of one line apart
        if (bytes[at + 2] !== Extended.SetDiscriminator || bytes[at + 1] >= 0x80 || bytes[at + 1] > end - at) break
        at += 2 + bytes[at + 1]
        continue
      }
      // operands of one or two bytes
      const low = bytes[at + 1]
      const isLong = low >= 0x80
      if (isLong && bytes[at + 2] >= 0x80) break
      const operand = isLong ? (low & 0x7f) | (bytes[at + 2] << 7) : low
      if (opcode === Opcode.SetColumn) column = operand
      else if (opcode === Opcode.AdvanceLine) line += isLong ? (operand << 18) >> 18 : (operand << 25) >> 25
      else if (opcode === Opcode.SetFile) file = operand
      else if (opcode === Opcode.AdvancePc) address += operand * minInstructionBytes
      else break
      at += isLong ? 3 : 2
    }
    this.#file = file
    this.#lastFile = lastFile
    cursor.offset = at
    this.#address = address
    this.#line = line
    this.#column = column
    this.#lastAddress = lastAddress
    this.#lastLine = lastLine
    this.#lastColumn = lastColumn
    return at - start
  }

  #runStandard(opcode: number, constantAdvance: number): void {
    const { cursor, operandCounts, minInstructionBytes } = this.#input.program
    if (opcode === Opcode.Copy) this.#addRow()
    else if (opcode === Opcode.AdvancePc) this.#address += cursor.uleb() * minInstructionBytes
    else if (opcode === Opcode.AdvanceLine) this.#line += cursor.sleb()
    else if (opcode === Opcode.SetFile) this.#file = cursor.uleb()
    else if (opcode === Opcode.SetColumn) this.#column = cursor.uleb()
    else if (opcode === Opcode.ConstAddPc) this.#address += constantAdvance
    else if (opcode === Opcode.FixedAdvancePc) this.#address += cursor.u16()
    else for (let count = operandCounts[opcode - 1]; count > 0; count--) cursor.skipLeb()
  }

  #runExtended(): void {
    const { cursor, files } = this.#input.program
    const lengthBytes = cursor.uleb()
    const end = cursor.offset + lengthBytes
    if (lengthBytes === 0) return
    const opcode = cursor.u8()
    if (opcode === Extended.EndSequence) {
      this.#addRow()
      this.#beginSequence()
    } else if (opcode === Extended.SetAddress) {
      this.#address = cursor.unsigned(lengthBytes - 1)
      if (!isAddress(this.#address)) this.#nextAddress = Number.POSITIVE_INFINITY
    } else if (opcode === Extended.DefineFile) {
      files.defined.push(readDefinedFile(cursor))
    }
    cursor.seek(end)
  }

  #beginSequence(): void {
    this.#address = 0
    this.#file = 1
    this.#line = 1
    this.#column = 0
    this.#lastAddress = Number.NaN
    this.#nextAddress = Number.NEGATIVE_INFINITY
  }

  #addRow(): void {
    if (this.#address > this.#nextAddress) this.#pass()
    this.#lastAddress = this.#address
    this.#lastFile = this.#file
    this.#lastLine = this.#line
    this.#lastColumn = this.#column
  }

  /** The row is beyond a wanted address, or the first of a sequence. */
  #pass(): void {
    const { wanted } = this.#input
    if (Number.isNaN(this.#lastAddress)) this.#next = firstAtOrAbove(wanted, this.#address)
    else this.#giveLast()
    this.#nextAddress = this.#next < wanted.length ? wanted[this.#next] : Number.POSITIVE_INFINITY
  }

  /** Wanted addresses before this row come from the one before it. */
  #giveLast(): void {
    const { wanted, found } = this.#input
    for (; this.#next < wanted.length && wanted[this.#next] < this.#address; this.#next++) {
      // the first sequence that covers an address has it
      if (wanted[this.#next] < this.#lastAddress || found.lineOf[this.#next] !== NONE) continue
      found.lineOf[this.#next] = this.#lastLine
      found.fileOf[this.#next] = this.#lastFile
      found.columnOf[this.#next] = this.#lastColumn
      this.#missing--
    }
  }
}

/** Section 6.2.5.1. */
function specialOpcodes(
  { lineOpcodes }: UnitRoot['header']['file'],
  header: { firstSpecial: number; lineBase: number; lineRange: number; minInstructionBytes: number },
): SpecialOpcodes {
  const { firstSpecial, lineBase, lineRange, minInstructionBytes } = header
  const key = ((firstSpecial * 256 + lineBase + 128) * 256 + lineRange) * 256 + minInstructionBytes
  const known = lineOpcodes.get(key)
  if (known !== undefined) return known
  const advances = new Int32Array(256)
  const lineSteps = new Int32Array(256)
  for (let opcode = firstSpecial; opcode < 256; opcode++) {
    const special = opcode - firstSpecial
    advances[opcode] = Math.floor(special / lineRange) * minInstructionBytes
    lineSteps[opcode] = lineBase + (special % lineRange)
  }
  if (lineOpcodes.size >= MAX_OPCODE_TABLES) lineOpcodes.clear()
  lineOpcodes.set(key, { advances, lineSteps })
  return { advances, lineSteps }
}
