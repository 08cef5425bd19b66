/**
 * Fuzz targets of the unwinder: call frame information, its index, its programs, expressions, and whole stacks. A target's run
 * may throw FormatError alone and must always end.
 */

import { readFileSync } from 'node:fs'
import { FormatError } from '../../src/errors.ts'
import { memorySource } from '../../src/symbolize/byte-source.ts'
import { parseElf, readSection, sectionNamed } from '../../src/symbolize/elf.ts'
import { arm64, x64 } from '../../src/symbolize/unwind/architecture.ts'
import { ruleAt } from '../../src/symbolize/unwind/cfi-program.ts'
import { evaluateExpression } from '../../src/symbolize/unwind/dwarf-expression.ts'
import { parseEhFrameHeader } from '../../src/symbolize/unwind/eh-frame-header.ts'
import { FrameEntries } from '../../src/symbolize/unwind/frame-entries.ts'
import { openFrameTables } from '../../src/symbolize/unwind/frame-table.ts'
import { Unwinder } from '../../src/symbolize/unwind/unwinder.ts'

/** A small real file and its sections: ld.so has every kind of rule, expressions included. */
const file = readFileSync('/lib64/ld-linux-x86-64.so.2')
const elf = parseElf(memorySource(file), 'ld.so')
const eh = sectionNamed(elf, '.eh_frame')
const header = sectionNamed(elf, '.eh_frame_hdr')
const MAX_SECTION = 1024
const ehBytes = withTerminator(readSection(elf, eh), MAX_SECTION)
/** Entries read per run: mutations matter, not the hundredth entry. */
const MAX_ENTRIES = 16
const place = { source: 'fuzz', address: 0x2000, wordBytes: 8 }

/** The entries that fit, and the four zero bytes that end a section. */
function withTerminator(bytes, limit) {
  const view = new DataView(bytes.buffer, bytes.byteOffset, bytes.byteLength)
  let end = 0
  while (view.getUint32(end, true) !== 0 && end + 4 + view.getUint32(end, true) <= limit) end += 4 + view.getUint32(end, true)
  return Uint8Array.from([...bytes.subarray(0, end), 0, 0, 0, 0])
}

function section(bytes, kind) {
  return { kind, name: 'fuzz', source: memorySource(bytes), offset: 0, sizeBytes: bytes.length, address: eh.address, wordBytes: 8 }
}

/** Reads every entry and runs its program to its end; damage of one entry does not end the others. */
function runEntries(bytes, kind) {
  const entries = new FrameEntries(section(bytes, kind))
  let count = 0
  for (const { offset } of entries.scan()) {
    if (count++ >= MAX_ENTRIES) return
    unlessDamaged(() => {
      const entry = entries.entryAt(offset)
      for (const address of [entry.start, entry.end - 1]) ruleAt(entry, address, { source: 'fuzz', wordBytes: 8 })
    })
  }
}

function unlessDamaged(run) {
  try {
    run()
  } catch (error) {
    if (!(error instanceof FormatError)) throw error
  }
}

/** .debug_frame of two entries, as gcc -g writes it. */
const debugFrame = Uint8Array.from([
  ...[20, 0, 0, 0, 0xff, 0xff, 0xff, 0xff, 1, 0, 1, 0x78, 16, 0x0c, 7, 8, 0x90, 1, 0, 0, 0, 0, 0, 0],
  ...[28, 0, 0, 0, 0, 0, 0, 0, 0, 0x10, 0x40, 0, 0, 0, 0, 0, 0x40, 0, 0, 0, 0, 0, 0, 0, 0x41, 0x0e, 16, 0x86, 2, 0x43, 0x0d, 6],
])

const expressions = [
  [0x77, 8, 0x80, 0, 0x3f, 0x1a, 0x3b, 0x2a, 0x33, 0x24, 0x22], // the procedure linkage table
  [0x76, 0x78, 0x06], // a realigned frame: *(rbp - 8)
  [0x77, 0xa0, 1, 0x06], // a signal frame
  [0x31, 0x12, 0x28, 2, 0, 0x13, 0x30, 0x16, 0x14, 0x17, 0x1b, 0x1d, 0x94, 4, 0x92, 7, 8],
]

/** A stack: 33 registers, then memory. The code is ld.so's, at its own addresses. */
function stackOf() {
  const bytes = new Uint8Array(33 * 8 + 512)
  const words = new BigInt64Array(bytes.buffer)
  words[7] = 0x7ffd0000n
  words[6] = 0x7ffd0040n
  words[16] = 0x2000n
  for (let index = 33; index < words.length; index++)
    words[index] = index % 3 === 0 ? BigInt(0x2000 + index * 24) : 0x7ffd0000n + BigInt(index * 8)
  return bytes
}

const tables = openFrameTables(elf)
const space = {
  stepAt(address, isExact) {
    if (!(address >= 0x1000 && address < 0x30000)) return 'unmapped'
    const found = tables[0]?.ruleAt(isExact ? address : address - 1) ?? 'none'
    return typeof found === 'object' ? { rule: found, bias: 0 } : found
  },
}
const frames = new Float64Array(256)

function runStack(bytes, architecture) {
  if (bytes.length < 33 * 8) return
  const registers = new Int32Array(bytes.slice(0, 33 * 8).buffer)
  const unwinder = new Unwinder(architecture)
  unwinder.unwind({ registers, stack: bytes.slice(33 * 8), isCut: bytes.length % 2 === 0 }, space, frames)
  if (unwinder.count > frames.length) throw new Error(`${unwinder.count} frames in a buffer of ${frames.length}.`)
}

const registers = new Float64Array(33).map((_, index) => 0x7ffd0000 + index * 8)
const memory = { registers, bias: 0, readWord: address => (address % 8n === 0n ? address ^ 0x5555n : undefined) }

export const targets = [
  { name: 'eh_frame', corpus: () => [ehBytes, ehBytes.subarray(0, 256)], run: bytes => runEntries(bytes, 'eh_frame') },
  { name: 'debug_frame', corpus: () => [debugFrame], run: bytes => runEntries(bytes, 'debug_frame') },
  {
    name: 'eh_frame_hdr',
    corpus: () => [readSection(elf, header).subarray(0, 2048), Uint8Array.from([1, 0, 4, 0, ...new Uint8Array(40)])],
    run: bytes => void parseEhFrameHeader(bytes, place),
  },
  {
    name: 'dwarf-expression',
    corpus: () => expressions.map(bytes => Uint8Array.from(bytes)),
    run: bytes => void evaluateExpression(bytes, memory, 0x7ffd0000),
  },
  { name: 'unwinder-x64', corpus: () => [stackOf()], run: bytes => runStack(bytes, x64) },
  { name: 'unwinder-arm64', corpus: () => [stackOf()], run: bytes => runStack(bytes, arm64) },
]
