/** Line tables: which file and line an address comes from. Section 6.2 of DWARF 5. */

import { firstAtOrAbove } from './calls.ts'
import { DwarfCursor } from './cursor.ts'
import { readForm } from './form.ts'
import { isAddress } from './ranges.ts'
import { readInitialLength, stringOf, type UnitRoot } from './unit.ts'
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
  ConstAddPc: 8,
  FixedAdvancePc: 9,
  SetIsa: 12,
} as const
/** DW_LNE_*. */
const Extended = { EndSequence: 1, SetAddress: 2, DefineFile: 3 } as const
/** DW_LNCT_*. */
const Content = { Path: 1, DirectoryIndex: 2 } as const
/** Fields of an entry of the file table; real ones have at most five. */
const MAX_FIELDS = 32

/** Runs the line program of a unit once for all its wanted addresses (ascending). */
export function findLines(root: UnitRoot, wanted: Float64Array, budget: WorkBudget): FoundLines {
  const program = openProgram(root)
  const found = {
    fileOf: new Int32Array(wanted.length).fill(NONE),
    lineOf: new Int32Array(wanted.length).fill(NONE),
    columnOf: new Int32Array(wanted.length),
    fileName: program === undefined ? () => undefined : fileNames(root, program),
  }
  if (program !== undefined) new LineMachine({ program, wanted, found, budget }).run()
  return found
}

interface FileEntry {
  readonly directory: number
  /** Value and its kind, until somebody wants to read it. */
  readonly name: number
  readonly kind: number
}

interface LineProgram {
  readonly cursor: DwarfCursor
  readonly version: number
  readonly minInstructionBytes: number
  readonly lineBase: number
  readonly lineRange: number
  readonly operandCounts: readonly number[]
  readonly directories: readonly FileEntry[]
  readonly files: FileEntry[]
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
  const layout = { addressBytes, offsetBytes, version }
  const directories = version >= 5 ? readEntries5(cursor, layout) : readDirectories2(cursor)
  const files = version >= 5 ? readEntries5(cursor, layout) : readFiles2(cursor)
  cursor.seek(start)
  return { cursor, version, minInstructionBytes, lineBase, lineRange, operandCounts, directories, files }
}

const INLINE = 4

function readDirectories2(cursor: DwarfCursor): FileEntry[] {
  const found: FileEntry[] = []
  for (;;) {
    const name = cursor.offset
    if (cursor.skipString() === 0) return found
    found.push({ directory: 0, name, kind: INLINE })
  }
}

function readFiles2(cursor: DwarfCursor): FileEntry[] {
  const found: FileEntry[] = []
  for (;;) {
    const name = cursor.offset
    if (cursor.skipString() === 0) return found
    found.push({ directory: cursor.uleb(), name, kind: INLINE })
    cursor.skipLeb() // time of modification
    cursor.skipLeb() // size
  }
}

function readEntries5(cursor: DwarfCursor, layout: { addressBytes: number; offsetBytes: number; version: number }): FileEntry[] {
  const fieldCount = cursor.u8()
  if (fieldCount > MAX_FIELDS) throw cursor.damage(`its files have ${fieldCount} fields.`)
  const fields = Array.from({ length: fieldCount }, () => ({ content: cursor.uleb(), form: cursor.uleb() }))
  const count = cursor.uleb()
  if (count > cursor.bytes.length - cursor.offset) throw cursor.damage(`it has ${count} files.`)
  return Array.from({ length: count }, () => {
    let entry: FileEntry = { directory: 0, name: Number.NaN, kind: 0 }
    for (const { content, form } of fields) {
      const value = readForm(cursor, form, layout)
      if (content === Content.Path) entry = { ...entry, name: value, kind: cursor.kind }
      else if (content === Content.DirectoryIndex) entry = { ...entry, directory: value }
    }
    return entry
  })
}

/** Names of files as absolute paths where directories are known. Files count from 0 since DWARF 5, before that from 1. */
function fileNames(root: UnitRoot, { cursor, version, directories, files }: LineProgram): (index: number) => string | undefined {
  const names = new Map<number, string | undefined>()
  const textOf = ({ name, kind }: FileEntry): string | undefined => {
    cursor.kind = kind
    return Number.isNaN(name) ? undefined : stringOf(root, cursor, name)
  }
  const directoryOf = (index: number): string => {
    if (version >= 5) return joinPath(root.directory, (directories[index] && textOf(directories[index])) ?? '')
    return index === 0 ? root.directory : joinPath(root.directory, (directories[index - 1] && textOf(directories[index - 1])) ?? '')
  }
  return index => {
    if (names.has(index)) return names.get(index)
    const entry = files[version >= 5 ? index : index - 1]
    const name = entry === undefined ? undefined : textOf(entry)
    const path = name === undefined || name === '' ? undefined : joinPath(directoryOf(entry?.directory ?? 0), name)
    names.set(index, path)
    return path
  }
}

function joinPath(directory: string, name: string): string {
  if (name.startsWith('/') || directory === '') return name
  if (name === '') return directory
  return directory.endsWith('/') ? directory + name : `${directory}/${name}`
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
  #isDiscarded = false
  /** Index of the first wanted address that the sequence has not passed. */
  #next = 0

  constructor(input: MachineInput) {
    this.#input = input
  }

  run(): void {
    const { program, budget } = this.#input
    const { cursor, operandCounts, lineBase, lineRange, minInstructionBytes } = program
    const firstSpecial = operandCounts.length + 1
    while (cursor.offset < cursor.bytes.length) {
      budget.spend(1)
      const opcode = cursor.u8()
      if (opcode >= firstSpecial) {
        const special = opcode - firstSpecial
        this.#address += Math.floor(special / lineRange) * minInstructionBytes
        this.#line += lineBase + (special % lineRange)
        this.#addRow()
      } else if (opcode === Opcode.Extended) this.#runExtended()
      else this.#runStandard(opcode, Math.floor((255 - firstSpecial) / lineRange) * minInstructionBytes)
    }
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
      if (!isAddress(this.#address)) this.#isDiscarded = true
    } else if (opcode === Extended.DefineFile) {
      const name = cursor.offset
      cursor.skipString()
      files.push({ directory: cursor.uleb(), name, kind: INLINE })
    }
    cursor.seek(end)
  }

  #beginSequence(): void {
    this.#address = 0
    this.#file = 1
    this.#line = 1
    this.#column = 0
    this.#lastAddress = Number.NaN
    this.#isDiscarded = false
  }

  #addRow(): void {
    if (this.#isDiscarded) return
    const { wanted } = this.#input
    if (Number.isNaN(this.#lastAddress)) this.#next = firstAtOrAbove(wanted, this.#address)
    else this.#giveLast()
    this.#lastAddress = this.#address
    this.#lastFile = this.#file
    this.#lastLine = this.#line
    this.#lastColumn = this.#column
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
    }
  }
}
