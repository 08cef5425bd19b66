/** What the fuzzer feeds to the parsers of what runtimes write: run may throw FormatError and nothing else. */

import { memorySource } from '../../src/symbolize/byte-source.ts'
import { findRangeName } from '../../src/symbolize/code-ranges.ts'
import { parseElf } from '../../src/symbolize/elf.ts'
import { findSymbol, readSymbols } from '../../src/symbolize/elf-symbols.ts'
import { readGoFunctions } from '../../src/symbolize/go-functions.ts'
import { readGoOwnership } from '../../src/symbolize/go-program.ts'
import { readJitDump } from '../../src/symbolize/jitdump.ts'
import { readMiniDebug } from '../../src/symbolize/mini-debug.ts'
import { decodeSymbols, encodeSymbols } from '../../src/symbolize/symbol-cache.ts'
import { goTable } from '../../test/go-table.ts'
import { jitDump } from '../../test/jit-dump.ts'
import { tinyElf } from '../../test/tiny-elf.ts'

const symbols = [
  { name: 'outer', address: 0x1000, sizeBytes: 0x100 },
  { name: 'inner', address: 0x1010, sizeBytes: 0x10 },
]
const functions = [
  { name: '_rt0_amd64_linux', start: 0x1000 },
  { name: 'example.com/shop.(*Cart).Total', start: 0x1100 },
]

/** Every name of ranges, and a look beside each. */
function askAll(ranges) {
  for (let index = 0; index < ranges.starts.length; index++) {
    ranges.nameOf(index)
    findRangeName(ranges, ranges.starts[index] - 1)
    findRangeName(ranges, ranges.ends[index])
  }
}

/** A program whose sections all begin with the bytes. */
function programOf(bytes, names) {
  const section = { type: 1, flags: 0, address: 0x4000, offset: 0, sizeBytes: bytes.length, link: 0 }
  const sections = names.map(name => ({ ...section, name }))
  const facts = { name: 'fuzz', is64: true, machine: 62, entryAddress: 0x1000, segments: [] }
  const sectionTable = { offset: 0, entryBytes: 64, count: sections.length, namesIndex: 0 }
  return {
    ...facts,
    source: memorySource(bytes),
    sections: [...sections, { ...section, name: '.text', address: 0x1000 }],
    sectionTable,
  }
}

const goBuildInfo = () => {
  const header = [...Buffer.from('\u00ff Go buildinf:', 'latin1'), 8, 2, ...new Array(16).fill(0)]
  const text = Buffer.from('0123456789abcdefmod\texample.com/shop\tv1\n0123456789abcdef')
  return Uint8Array.from([...header, 3, ...Buffer.from('go1'), text.length, ...text])
}

/** Parsers, inputs to start from, and how to run them. */
export const targets = [
  {
    name: 'jitdump',
    corpus: () => {
      const log = jitDump().lines(0x1000, [
        { address: 0x1000, line: 7, path: '/a.py' },
        { address: 0x1008, line: 9, path: 'ÿ' },
      ])
      log.unwinding([1, 2, 3], [4, 5]).load({ address: 0x1000, sizeBytes: 16, index: 0, name: 'py::f:/a.py' })
      const plain = log.bytes
      log.record(9, [1, 2]).move({ to: 0x2000, sizeBytes: 16, index: 0 }).load({ address: 0x2008, sizeBytes: 4, index: 1, name: 'g' })
      return [plain, log.close().bytes]
    },
    run: bytes => {
      const dump = readJitDump(memorySource(bytes), 'fuzz')
      askAll(dump)
      for (const start of dump.starts) {
        dump.lineAt(start)
        dump.unwindingAt(start)
      }
    },
  },
  {
    name: 'go-pclntab',
    corpus: () => [
      ...['1.2', '1.16', '1.18', '1.20'].map(version => goTable({ version, functions, end: 0x1200, textStart: 0x1000 })),
      goTable({ version: '1.20', functions, end: 0x1200, textStart: 0x1000, statedTextStart: 0 }),
    ],
    run: bytes => {
      const found = readGoFunctions(programOf(bytes, ['.gopclntab', '.rela.dyn']))
      if (found !== undefined) askAll(found)
    },
  },
  {
    name: 'go-buildinfo',
    corpus: () => [goBuildInfo()],
    run: bytes => void readGoOwnership(programOf(bytes, ['.go.buildinfo']))?.('example.com/shop.(*Cart).Total'),
  },
  {
    name: 'gnu-debugdata',
    // the decompressor is the system's: what is fuzzed is what it may give
    corpus: () => [tinyElf({ symbols }), tinyElf({ symbols, is64: false })],
    run: bytes => {
      const elf = programOf(bytes, ['.gnu_debugdata'])
      const inside = readMiniDebug({ decompressXz: compressed => compressed }, elf)
      const table = readSymbols(elf, inside)
      for (const start of table.starts) table.nameOf(findSymbol(table, start))
    },
  },
  {
    name: 'symbol-cache',
    corpus: () => {
      const elf = parseElf(memorySource(tinyElf({ symbols })), 'fuzz')
      return [encodeSymbols(readSymbols(elf, undefined))]
    },
    run: bytes => {
      const table = decodeSymbols(bytes)
      for (const start of table?.starts ?? []) table.nameOf(findSymbol(table, start))
    },
  },
]
