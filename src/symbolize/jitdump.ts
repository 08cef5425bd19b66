/**
 * Functions that a running program compiled itself, from the log it writes: jit-PID.dump. Besides names it has lines and unwinding
 * information. Format: tools/perf/Documentation/jitdump-specification.txt. node --perf-prof and python -X perf_jit write it.
 */

import { ByteReader } from '../byte-reader.ts'
import { FormatError } from '../errors.ts'
import { type ByteSource, readExactly, windowOver } from './byte-source.ts'
import { type CodeRanges, findRange, latestCode, type NamedRanges } from './code-ranges.ts'
import { lastAtOrBelow } from './sorted-order.ts'

const MAGIC = 0x4a695444
const HEADER_BYTES = 40
const PREFIX_BYTES = 16
const RecordType = { Load: 0, Move: 1, DebugInfo: 2, Close: 3, UnwindingInfo: 4 } as const
/** Fields of JIT_CODE_LOAD in front of the name. */
const LOAD_BYTES = 40
/** Records read; V8 and CPython write one to three for each function. */
const MAX_RECORDS = 1 << 21
/** Names and paths are cut here: the rest of the record is machine code. */
const MAX_NAME_BYTES = 2048
/** Lines and unwinding information of one function, and of all together with the names. No source: a hundred times those of V8. */
const MAX_RECORD_BYTES = 1 << 22
const MAX_KEPT_BYTES = 64 << 20
/** A byte 0xff in place of a path: the same as that of the entry before. It is no UTF-8, so it is decoded as this. */
const SAME_PATH = '\ufffd'

/** V8 adds the size of an ELF header to the addresses of lines: kElfHeaderSize in src/diagnostics/perf-jit.h. */
const ELF_HEADER_BYTES = 0x40

/** Where in source code an address is. */
export interface SourceLine {
  readonly path: string
  readonly line: number
}

/** How to unwind through one function. */
export interface JitUnwinding {
  readonly startAddress: number
  readonly endAddress: number
  /** .eh_frame with one description, relative to the function: what follows it in memory is the .eh_frame_hdr. */
  readonly ehFrame: Uint8Array
  readonly ehFrameHeader: Uint8Array
}

/** The functions of a log, by where they lie in the end. */
export interface JitDump extends NamedRanges {
  lineAt(address: number): SourceLine | undefined
  unwindingAt(address: number): JitUnwinding | undefined
  /** Records of unknown types, and what was more than is read. */
  readonly skippedCount: number
}

/** Reads a log that may still be growing: a last record without its end is left out. Throws FormatError when it is damaged. */
export function readJitDump(file: ByteSource, name: string): JitDump {
  const source = windowOver(file)
  const log = new CodeLog(name)
  let offset = readHeader(source, name)
  for (let count = 0; offset + PREFIX_BYTES <= source.sizeBytes; count++) {
    const prefix = new ByteReader(readExactly(source, name, { offset, lengthBytes: PREFIX_BYTES, field: 'record' }), name)
    const type = prefix.u32('id')
    const sizeBytes = prefix.u32('total_size')
    if (sizeBytes < PREFIX_BYTES) throw new FormatError(name, offset + 4, `A record has ${sizeBytes} bytes.`)
    if (offset + sizeBytes > source.sizeBytes) break
    if (count >= MAX_RECORDS) log.skippedCount++
    else addRecord(log, source, { type, offset: offset + PREFIX_BYTES, sizeBytes: sizeBytes - PREFIX_BYTES })
    offset += sizeBytes
  }
  return log.build()
}

/** struct jitheader; gives the offset of the first record. */
function readHeader(source: ByteSource, name: string): number {
  const reader = new ByteReader(readExactly(source, name, { offset: 0, lengthBytes: HEADER_BYTES, field: 'jitdump header' }), name)
  const magic = reader.u32('magic')
  if (magic !== MAGIC) throw new FormatError(name, 0, `It begins with 0x${magic.toString(16)}, not as a jitdump of this machine does.`)
  const version = reader.u32('version')
  if (version !== 1) throw new FormatError(name, 4, `Its version is ${version}, not 1.`)
  const sizeBytes = reader.u32('total_size')
  if (sizeBytes < HEADER_BYTES) throw new FormatError(name, 8, `Its header has ${sizeBytes} bytes.`)
  return sizeBytes
}

interface RecordPlace {
  readonly type: number
  /** Behind the prefix. */
  readonly offset: number
  readonly sizeBytes: number
}

function addRecord(log: CodeLog, source: ByteSource, { type, offset, sizeBytes }: RecordPlace): void {
  if (type === RecordType.Close) return
  // of a load only what is in front of the machine code
  const lengthBytes = type === RecordType.Load ? Math.min(sizeBytes, LOAD_BYTES + MAX_NAME_BYTES) : sizeBytes
  if (lengthBytes > MAX_RECORD_BYTES || type > RecordType.UnwindingInfo) {
    log.skippedCount++
    return
  }
  const reader = new ByteReader(readExactly(source, log.name, { offset, lengthBytes, field: 'record' }), log.name)
  if (type === RecordType.Load) log.addLoad(reader)
  else if (type === RecordType.Move) log.addMove(reader)
  else if (type === RecordType.DebugInfo) log.noteLines(reader)
  else log.noteUnwinding(reader)
}

/** What belongs to a function wherever it lies. */
interface CodeFacts {
  readonly name: string
  readonly startAddress: number
  readonly lines: LineTable | undefined
  readonly unwinding: Pick<JitUnwinding, 'ehFrame' | 'ehFrameHeader'> | undefined
}

/** Lines in order of address, relative to the function they were written for. */
interface LineTable {
  readonly addresses: Float64Array
  readonly lines: Uint32Array
  readonly paths: readonly string[]
}

/** The records so far. Lines and unwinding information come before the load they belong to. */
class CodeLog {
  readonly name: string
  skippedCount = 0
  readonly #starts: number[] = []
  readonly #ends: number[] = []
  readonly #facts: CodeFacts[] = []
  /** Last entry of each code_index. */
  readonly #entryOfIndex = new Map<bigint, number>()
  #lines: { readonly address: number; readonly table: LineTable } | undefined
  #unwinding: CodeFacts['unwinding']
  /** How far behind the start of its function the first address with a line is, of all functions. */
  #firstLineBytes = Number.POSITIVE_INFINITY
  #keptBytes = 0

  constructor(name: string) {
    this.name = name
  }

  /** struct jr_code_load: u32 pid, u32 tid, u64 vma, code_addr, code_size, code_index, name. */
  addLoad(reader: ByteReader): void {
    reader.bytes(16, 'pid, tid, vma')
    const startAddress = reader.size64('code_addr')
    const sizeBytes = reader.size64('code_size')
    const index = reader.u64('code_index')
    const lines = this.#lines?.address === startAddress ? this.#lines.table : undefined
    const facts = { name: readText(reader), startAddress, lines, unwinding: this.#unwinding }
    this.#lines = undefined
    this.#unwinding = undefined
    if (this.#keep(facts.name.length)) this.#add(index, { startAddress, sizeBytes }, facts)
  }

  /** struct jr_code_move: u32 pid, u32 tid, u64 vma, old_code_addr, new_code_addr, code_size, code_index. */
  addMove(reader: ByteReader): void {
    reader.bytes(24, 'pid, tid, vma, old_code_addr')
    const startAddress = reader.size64('new_code_addr')
    const sizeBytes = reader.size64('code_size')
    const index = reader.u64('code_index')
    const entry = this.#entryOfIndex.get(index)
    if (entry === undefined) this.skippedCount++
    else this.#add(index, { startAddress, sizeBytes }, this.#facts[entry])
  }

  /** struct jr_code_debug_info: u64 code_addr, u64 count; of each: u64 address, i32 line, i32 discriminator, path. */
  noteLines(reader: ByteReader): void {
    if (!this.#keep(reader.remaining)) return
    const address = reader.size64('code_addr')
    const wanted = reader.size64('nr_entry')
    const rows: { address: number; line: number; path: string }[] = []
    let path = ''
    for (let count = 0; count < wanted && reader.remaining > PREFIX_BYTES; count++) {
      const row = { address: reader.size64('entry address'), line: reader.u32('line') }
      reader.u32('discriminator')
      const written = readText(reader)
      path = written === SAME_PATH ? path : written
      rows.push({ ...row, path })
    }
    rows.sort((left, right) => left.address - right.address)
    if (rows.length > 0) this.#firstLineBytes = Math.min(this.#firstLineBytes, rows[0].address - address)
    const table = {
      addresses: Float64Array.from(rows, row => row.address),
      lines: Uint32Array.from(rows, row => row.line),
      paths: rows.map(row => row.path),
    }
    this.#lines = { address, table }
  }

  /** struct jr_code_unwinding_info: u64 size, u64 size of .eh_frame_hdr, u64 mapped size; .eh_frame, then .eh_frame_hdr. */
  noteUnwinding(reader: ByteReader): void {
    if (!this.#keep(reader.remaining)) return
    const sizeBytes = reader.size64('unwinding_size')
    const headerBytes = reader.size64('eh_frame_hdr_size')
    reader.u64('mapped_size')
    if (headerBytes > sizeBytes)
      throw new FormatError(this.name, reader.offset, `Its .eh_frame_hdr of ${headerBytes} bytes is in ${sizeBytes}.`)
    const ehFrame = reader.bytes(sizeBytes - headerBytes, '.eh_frame').slice()
    const ehFrameHeader = reader.bytes(headerBytes, '.eh_frame_hdr').slice()
    // V8 writes an empty one for code that keeps frame pointers
    this.#unwinding = ehFrame.length === 0 ? undefined : { ehFrame, ehFrameHeader }
  }

  build(): JitDump {
    const entries = { starts: Float64Array.from(this.#starts), ends: Float64Array.from(this.#ends), count: this.#starts.length }
    const ranges = latestCode(entries)
    const facts = this.#facts
    const lineShiftBytes = Number.isFinite(this.#firstLineBytes) && this.#firstLineBytes >= ELF_HEADER_BYTES ? ELF_HEADER_BYTES : 0
    return {
      starts: ranges.starts,
      ends: ranges.ends,
      nameOf: index => facts[ranges.entries[index]].name,
      lineAt: address => lineAt({ ranges, facts, entries }, address, lineShiftBytes),
      unwindingAt: address => unwindingAt({ ranges, facts, entries }, address),
      skippedCount: this.skippedCount,
    }
  }

  #add(index: bigint, { startAddress, sizeBytes }: { startAddress: number; sizeBytes: number }, facts: CodeFacts): void {
    if (sizeBytes === 0) return
    this.#entryOfIndex.set(index, this.#starts.length)
    this.#starts.push(startAddress)
    this.#ends.push(startAddress + sizeBytes)
    this.#facts.push(facts)
  }

  /** Whether there is room for so many more bytes beside the names. */
  #keep(sizeBytes: number): boolean {
    if (this.#keptBytes + sizeBytes > MAX_KEPT_BYTES) {
      this.skippedCount++
      return false
    }
    this.#keptBytes += sizeBytes
    return true
  }
}

const decoder = new TextDecoder()

/** Text up to its zero byte; a longer name than is read of a record is cut. */
function readText(reader: ByteReader): string {
  const start = reader.offset
  const rest = reader.bytes(Math.min(reader.remaining, MAX_NAME_BYTES), 'text')
  const end = rest.indexOf(0)
  if (end < 0 && rest.length < MAX_NAME_BYTES) throw new FormatError(reader.source, start, 'A name does not end within its record.')
  const length = end < 0 ? rest.length : end
  reader.offset = start + Math.min(rest.length, length + 1)
  return decoder.decode(rest.subarray(0, length))
}

interface Built {
  readonly ranges: CodeRanges
  readonly facts: readonly CodeFacts[]
  readonly entries: { readonly starts: Float64Array; readonly ends: Float64Array }
}

function lineAt({ ranges, facts, entries }: Built, address: number, shiftBytes: number): SourceLine | undefined {
  const range = findRange(ranges, address)
  if (range < 0) return undefined
  const entry = ranges.entries[range]
  const { lines, startAddress } = facts[entry]
  if (lines === undefined) return undefined
  const row = lastAtOrBelow(lines.addresses, address - entries.starts[entry] + startAddress + shiftBytes)
  return row < 0 ? undefined : { path: lines.paths[row], line: lines.lines[row] }
}

function unwindingAt({ ranges, facts, entries }: Built, address: number): JitUnwinding | undefined {
  const range = findRange(ranges, address)
  if (range < 0) return undefined
  const entry = ranges.entries[range]
  const { unwinding } = facts[entry]
  return unwinding === undefined ? undefined : { startAddress: entries.starts[entry], endAddress: entries.ends[entry], ...unwinding }
}
