/** Debug information: entries, lines, ranges, names, split DWARF. */
import { readFileSync } from 'node:fs'
import { join } from 'node:path'
import { memorySource } from '../../src/symbolize/byte-source.ts'
import { openDwarf } from '../../src/symbolize/dwarf/dwarf-file.ts'
import { resolveLines } from '../../src/symbolize/dwarf/resolve.ts'
import { openSection } from '../../src/symbolize/dwarf/sections.ts'
import { workBudget } from '../../src/symbolize/dwarf/work-budget.ts'
import { parseElf, readSection, sectionNamed } from '../../src/symbolize/elf.ts'

const read = name => new Uint8Array(readFileSync(join('test', 'dwarf', name)))
const names = ['gcc5', 'gcc4', 'gcc2', 'clang5', 'clang4']
/** Where the code of shop.cpp is. */
const addresses = Float64Array.from({ length: 6 }, (_, index) => 0x401000 + index * 45)
const weights = new Float64Array(addresses.length).fill(1)
const splitFile = read('split.dwo')
const skeletonFile = read('split.debug')

/** One file with all that is in it, as the product reads it. */
function resolveFile(bytes, dwoBytes) {
  const elf = parseElf(memorySource(bytes), 'fuzzed')
  const opener = {
    alternative: () => elf,
    split: () => (dwoBytes === undefined ? undefined : parseElf(memorySource(dwoBytes), 'fuzzed.dwo')),
  }
  resolve(openDwarf(elf, opener), opener)
}

function resolve(file, opener) {
  let looks = 0
  // a step is some 10 ns: what takes 40 looks is cut short in the product too, by its clock
  const budget = workBudget(() => looks++ > 40)
  resolveLines(file, { addresses, weights, opener, budget, onFrames: () => undefined })
}

const noFiles = { alternative: () => undefined, split: () => undefined }

/**
 * A target whose input is the contents of one section, after a byte that says of which file. The other sections stay as they are
 * and are opened once: most of an execution is spent on what changed.
 */
function sectionTarget(name, sections, other) {
  const places = names.flatMap(fileName => {
    const elf = parseElf(memorySource(read(`${fileName}.debug`)), fileName)
    const whole = openDwarf(elf, noFiles)
    const file = { ...whole, ...other(openSection({ ...elf, sections: [] }, 'none')) }
    return Object.entries(sections).flatMap(([field, sectionName]) => {
      const section = sectionNamed(elf, sectionName)
      return section === undefined ? [] : [{ file, field, sectionName, contents: readSection(elf, section) }]
    })
  })
  return {
    name,
    corpus: () => places.map(({ contents }, index) => Uint8Array.of(index, ...contents)),
    run(bytes) {
      const place = places[bytes[0] % places.length]
      if (place !== undefined) resolve(withSection(place, bytes.subarray(1)), noFiles)
    },
  }
}

function withSection({ file, field, sectionName }, bytes) {
  const section = { name: sectionName, type: 1, flags: 0, address: 0, offset: 0, sizeBytes: bytes.length, link: 0 }
  const changed = openSection({ name: 'fuzzed', source: memorySource(bytes), sections: [section] }, sectionName)
  return { ...file, [field]: changed, tables: new Map(), roots: new Map(), names: new Map(), units: undefined }
}

const infoSections = {
  info: '.debug_info',
  abbreviations: '.debug_abbrev',
  stringOffsets: '.debug_str_offsets',
  addresses: '.debug_addr',
  strings: '.debug_str',
}
const rangeSections = { ranges: '.debug_ranges', rangeLists: '.debug_rnglists', addressRanges: '.debug_aranges' }

export const targets = [
  { name: 'dwarf', corpus: () => names.map(name => read(`${name}.debug`)), run: bytes => resolveFile(bytes) },
  { name: 'dwarf-split', corpus: () => [splitFile], run: bytes => resolveFile(skeletonFile, bytes) },
  sectionTarget('dwarf-info', infoSections, none => ({ line: none })),
  sectionTarget('dwarf-line', { line: '.debug_line', lineStrings: '.debug_line_str' }, () => ({})),
  sectionTarget('dwarf-ranges', rangeSections, none => ({ line: none })),
]
