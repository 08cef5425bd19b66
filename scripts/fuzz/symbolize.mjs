/** ELF files, kallsyms and perf maps: whatever names functions. */
import { readFileSync } from 'node:fs'
import { join } from 'node:path'
import { memorySource } from '../../src/symbolize/byte-source.ts'
import { findRangeName } from '../../src/symbolize/code-ranges.ts'
import { parseElf, readBuildId, readDebugLink } from '../../src/symbolize/elf.ts'
import { findSymbol, readSymbols } from '../../src/symbolize/elf-symbols.ts'
import { readFunctionStarts } from '../../src/symbolize/function-starts.ts'
import { parseKallsyms } from '../../src/symbolize/kallsyms.ts'
import { parsePerfMap } from '../../src/symbolize/perf-map.ts'
import { TEXT_ADDRESS, tinyElf } from '../../test/tiny-elf.ts'

const debugFiles = ['gcc5', 'clang4'].map(name => join('test', 'dwarf', `${name}.debug`))
const encode = text => new TextEncoder().encode(text)

export const targets = [
  {
    name: 'elf',
    corpus: () => [
      ...debugFiles.map(path => new Uint8Array(readFileSync(path))),
      // without the page of code: changes would go there
      tinyElf({
        buildId: 'abcdef0123',
        debugLink: { fileName: 'app.debug', crc: 7 },
        symbols: [{ name: 'main', address: 0x1000, sizeBytes: 64 }],
        dynamicSymbols: [{ name: 'exported@@V1', address: 0x1040, sizeBytes: 64 }],
      }),
    ],
    run(bytes) {
      const elf = parseElf(memorySource(bytes), 'fuzzed')
      readBuildId(elf, elf.sections)
      readDebugLink(elf)
      const symbols = readSymbols(elf, undefined)
      const index = findSymbol(symbols, TEXT_ADDRESS + 8)
      if (index >= 0) symbols.nameOf(index)
      readFunctionStarts(elf)
    },
  },
  {
    name: 'kallsyms',
    corpus: () => [
      encode(
        'ffffffff81000000 T _stext\nffffffff81000100 T do_syscall_64\nffffffffc0000000 t probe\t[nf_tables]\nffffffffc0001000 t bpf_prog_1\t[bpf]\n',
      ),
      encode('0000000000000000 A fixed_percpu_data\n0000000000000000 T _text\n'),
    ],
    run: bytes => parseKallsyms(bytes),
  },
  {
    name: 'perf-map',
    corpus: () => [
      encode('7f0000001000 40 JS:~hot /srv/a.js:1:2\n7f0000001040 2c LazyCompile:*next node:internal/x:3\n'),
      encode('0x7f12 0x10 py::main:/srv/app.py\n7f30 8 Interpreter\n7f30 9 again\n'),
      encode('1000 10 JS:*hot /a.js:1:1\n1008 20 py::f:/a.py\n'),
      encode('0x7f00 5 a\n7f00 ffffffffffff b\n'),
    ],
    run: bytes => askAll(parsePerfMap(bytes)),
  },
]

/** Every name of ranges, and a look beside each. */
function askAll(ranges) {
  for (let index = 0; index < ranges.starts.length; index++) {
    ranges.nameOf(index)
    findRangeName(ranges, ranges.starts[index] - 1)
    findRangeName(ranges, ranges.ends[index])
  }
}
