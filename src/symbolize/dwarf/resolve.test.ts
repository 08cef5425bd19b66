import { readFileSync } from 'node:fs'
import { join } from 'node:path'
import { expect, test } from 'vitest'
import { FormatError } from '../../errors.ts'
import { memorySource } from '../byte-source.ts'
import { type ElfFile, parseElf, sectionNamed } from '../elf.ts'
import { hasDwarf, openDwarf } from './dwarf-file.ts'
import { type Resolved, resolveLines, type SourceFrames } from './resolve.ts'
import { workBudget } from './work-budget.ts'

const folder = join(import.meta.dirname, '..', '..', '..', 'test', 'dwarf')
const read = (name: string): Uint8Array => new Uint8Array(readFileSync(join(folder, name)))

/** A frame as llvm-symbolizer prints it. */
interface LlvmFrame {
  readonly FunctionName: string
  readonly FileName: string
  readonly Line: number
  readonly Column: number
}
type Listing = Readonly<Record<string, readonly { readonly Address: string; readonly Symbol: readonly LlvmFrame[] }[]>>
const listing: Listing = JSON.parse(readFileSync(join(folder, 'shop.json'), 'utf8'))

interface Run {
  readonly frames: readonly (SourceFrames | undefined)[]
  readonly order: readonly number[]
  readonly reasons: Resolved['reasons']
}

function resolve(
  elf: ElfFile,
  addresses: readonly number[],
  options: { split?: Uint8Array; weights?: number[]; looks?: number } = {},
): Run {
  const frames: (SourceFrames | undefined)[] = addresses.map(() => undefined)
  const order: number[] = []
  const split = options.split
  const opener = { alternative: () => undefined, split: () => (split === undefined ? undefined : parseElf(memorySource(split), 'dwo')) }
  let looks = options.looks ?? Number.POSITIVE_INFINITY
  const { reasons } = resolveLines(openDwarf(elf, opener), {
    addresses: Float64Array.from(addresses),
    weights: Float64Array.from(options.weights ?? addresses.map(() => 1)),
    opener,
    budget: workBudget(() => looks-- <= 0),
    onFrames(index, found) {
      frames[index] = found
      order.push(index)
    },
  })
  return { frames, order, reasons }
}

const elfOf = (bytes: Uint8Array): ElfFile => parseElf(memorySource(bytes), 'shop')

/** Function, file, line and column; of the outermost not its name, which llvm-symbolizer takes from the symbol table. */
function textOf(
  frames: readonly { name: string | undefined; file: string | undefined; line: number | undefined; column: number | undefined }[],
) {
  const lines = frames.map(({ name, file, line, column }, index) => {
    const shown = index === frames.length - 1 ? '' : (name ?? '')
    return `${shown} ${file?.includes('/') ? file : ''}:${line ?? 0}:${column ?? 0}`
  })
  // padding between functions: llvm-symbolizer names the function before it
  return lines.join() === ' :0:0' ? [] : lines
}

test.each(Object.keys(listing))('%s: lines and inlined calls are those llvm-symbolizer gives', name => {
  const expected = listing[name]
  const elf = elfOf(read(`${name}.debug`))
  expect(hasDwarf(elf)).toBe(true)
  const addresses = expected.map(({ Address }) => Number(Address))
  const { frames, reasons } = resolve(elf, addresses, { split: name === 'split' ? read('split.dwo') : undefined })
  expect(reasons).toEqual([])
  expect(frames.map(found => textOf((found ?? []).map(frame => ({ ...frame, name: frame.functionName }))))).toEqual(
    expected.map(({ Symbol: symbols }) =>
      textOf(
        symbols.map(({ FunctionName, FileName, Line, Column }) => ({ name: FunctionName, file: FileName, line: Line, column: Column })),
      ),
    ),
  )
  expect(expected.filter(({ Symbol: symbols }) => symbols.length >= 3).length).toBeGreaterThan(3)
})

test('without its .dwo a program in split DWARF still has lines', () => {
  const address = Number(listing.split[3].Address)
  const [found] = resolve(elfOf(read('split.debug')), [address]).frames
  expect(found).toEqual([expect.objectContaining({ file: '/src/shop.cpp', line: expect.any(Number) })])
})

test('addresses outside of all code have no frames', () => {
  expect(resolve(elfOf(read('gcc5.debug')), [0, 1, 0x10, 2 ** 40, -4096]).frames).toEqual(new Array(5).fill(undefined))
})

test('when the time is over at once, nothing is told and the reason is', () => {
  const bytes = read('gcc5.debug')
  const many = Array.from({ length: 5000 }, () => 0x401010)
  expect(resolve(elfOf(bytes), many, { looks: 0 }).reasons).toEqual(['the time for lines and inlined functions was over'])
})

test.each(['.debug_info', '.debug_abbrev', '.debug_line', '.debug_rnglists', '.debug_str_offsets', '.debug_addr', '.debug_aranges'])(
  '%s cut at every byte: what cannot be read is left out with a reason, nothing is thrown or made up',
  sectionName => {
    for (const name of ['gcc5', 'clang5']) {
      const bytes = read(`${name}.debug`)
      const elf = elfOf(bytes)
      const section = sectionNamed(elf, sectionName)
      if (section === undefined) continue
      const known = new Set(['/src/shop.cpp', undefined])
      for (let sizeBytes = 0; sizeBytes < section.sizeBytes; sizeBytes++) {
        const sections = elf.sections.map(other => (other === section ? { ...other, sizeBytes } : other))
        const { frames } = resolve({ ...elf, sections }, [0x401010, 0x401020, 0x401050])
        for (const { file, line } of frames.flatMap(found => found ?? [])) expect(known.has(file) && (line ?? 0) < 100).toBe(true)
      }
    }
  },
)

test('an entry that is its own origin has no name and is no circle', () => {
  const bytes = read('gcc5.debug')
  const elf = elfOf(bytes)
  const info = sectionNamed(elf, '.debug_info')
  if (info === undefined) throw new Error('gcc5.debug has no .debug_info.')
  // every 4-byte reference becomes one to each entry in turn
  for (let target = 0x0c; target < 0x60; target++) {
    const circular = bytes.slice()
    for (let at = info.offset + 12; at + 4 < info.offset + info.sizeBytes; at++) {
      if (circular[at + 1] === 0 && circular[at + 2] === 0 && circular[at + 3] === 0 && circular[at] > 0x20) circular[at] = target
    }
    expect(() => resolve(elfOf(circular), [0x401010, 0x401050])).not.toThrow(FormatError)
  }
})
