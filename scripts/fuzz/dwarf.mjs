/** Debug information: entries, lines, ranges, names, split DWARF. */
import { readFileSync } from 'node:fs'
import { join } from 'node:path'
import { memorySource } from '../../src/symbolize/byte-source.ts'
import { openDwarf } from '../../src/symbolize/dwarf/dwarf-file.ts'
import { resolveLines } from '../../src/symbolize/dwarf/resolve.ts'
import { workBudget } from '../../src/symbolize/dwarf/work-budget.ts'
import { parseElf, sectionNamed } from '../../src/symbolize/elf.ts'

const read = name => new Uint8Array(readFileSync(join('test', 'dwarf', name)))
const names = ['gcc5', 'gcc4', 'gcc2', 'clang5', 'clang4']
/** Where the code of shop.cpp is. */
const addresses = Float64Array.from({ length: 16 }, (_, index) => 0x401000 + index * 17)
const weights = new Float64Array(addresses.length).fill(1)
const splitFile = read('split.dwo')

function resolve(bytes, dwoBytes) {
  const elf = parseElf(memorySource(bytes), 'fuzzed')
  const dwo = () => parseElf(memorySource(dwoBytes), 'fuzzed.dwo')
  const opener = { alternative: () => elf, split: () => (dwoBytes === undefined ? undefined : dwo()) }
  let frameCount = 0
  let looks = 0
  const onFrames = (_, frames) => {
    frameCount += frames.length
  }
  // a step is some 10 ns: what takes 200 looks is cut short in the product too, by its clock
  resolveLines(openDwarf(elf, opener), { addresses, weights, opener, onFrames, budget: workBudget(() => looks++ > 40) })
  return frameCount
}

/** Changes only one section: most of a file is not what a target is about. */
function within(sections) {
  return names.flatMap(name => {
    const file = read(`${name}.debug`)
    const elf = parseElf(memorySource(file), name)
    return sections.flatMap(sectionName => {
      const section = sectionNamed(elf, sectionName)
      return section === undefined ? [] : [{ file, section }]
    })
  })
}

/** A target whose input is the contents of one section, put back into its file. */
function sectionTarget(name, sections) {
  const places = within(sections)
  return {
    name,
    corpus: () =>
      places.map(({ file, section }, index) => Uint8Array.of(index, ...file.subarray(section.offset, section.offset + section.sizeBytes))),
    run(bytes) {
      const place = places[bytes[0] % places.length]
      if (place === undefined) return
      const file = place.file.slice()
      file.set(bytes.subarray(1, 1 + place.section.sizeBytes), place.section.offset)
      resolve(file)
    },
  }
}

export const targets = [
  { name: 'dwarf', corpus: () => names.map(name => read(`${name}.debug`)), run: bytes => void resolve(bytes) },
  { name: 'dwarf-split', corpus: () => [splitFile], run: bytes => void resolve(read('split.debug'), bytes) },
  sectionTarget('dwarf-info', ['.debug_info', '.debug_abbrev', '.debug_str_offsets', '.debug_addr']),
  sectionTarget('dwarf-line', ['.debug_line']),
  sectionTarget('dwarf-ranges', ['.debug_ranges', '.debug_rnglists', '.debug_aranges']),
]
