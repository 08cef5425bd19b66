import { expect, test } from 'vitest'
import { le, type TinyElf, type TinySymbol, tinyElf } from '../../test/tiny-elf.ts'
import { FormatError } from '../errors.ts'
import { memorySource } from './byte-source.ts'
import { parseElf } from './elf.ts'
import { findSymbol, readSymbols } from './elf-symbols.ts'

const parse = (parts: TinyElf) => parseElf(memorySource(tinyElf(parts)), 'tiny')

/** Names at some addresses, '-' for none. */
function namesAt(addresses: readonly number[], parts: TinyElf, debug?: TinyElf): string {
  const table = readSymbols(parse(parts), debug === undefined ? undefined : parse(debug))
  return addresses
    .map(address => findSymbol(table, address))
    .map(index => (index < 0 ? '-' : table.nameOf(index)))
    .join(' ')
}

test.each([true, false])('a function covers its bytes and no more (64 bit: %s)', is64 => {
  const symbols = [
    { name: 'second', address: 0x1100, sizeBytes: 0x10 },
    { name: 'first', address: 0x1000, sizeBytes: 0x80 },
  ]
  expect(namesAt([0xfff, 0x1000, 0x107f, 0x1080, 0x1100, 0x110f, 0x1110], { is64, symbols })).toBe('- first first - second second -')
})

test('data, undefined symbols and labels for tools are no functions', () => {
  const symbols: TinySymbol[] = [
    { name: 'table', address: 0x1000, sizeBytes: 16, type: 1 },
    { name: 'elsewhere', address: 0x1010, sizeBytes: 16, section: 0 },
    { name: '$x', address: 0x1020, type: 0 },
    { name: '.Lloop', address: 0x1030, type: 0 },
    { name: 'constant', address: 0x1040, type: 0, section: 0xfff1 },
  ]
  expect(namesAt([0x1000, 0x1010, 0x1020, 0x1030, 0x1040], { symbols })).toBe('- - - - -')
})

test('a function behind the end of its section covers nothing, and ends where it begins', () => {
  // found by fuzzing .gnu_debugdata: it ended before it began
  const symbols = [
    { name: 'inside', address: 0x1100, sizeBytes: 16 },
    { name: 'behind', address: 0x9000 },
  ]
  expect(namesAt([0x1100, 0x8fff, 0x9000], { symbols })).toBe('inside - -')
  const { starts, ends } = readSymbols(parse({ symbols }), undefined)
  expect(ends.every((end, index) => end >= starts[index])).toBe(true)
})

test('a function without a size ends at the next one, or with its section', () => {
  const symbols = [
    { name: 'first', address: 0x1000 },
    { name: 'last', address: 0x1800 },
  ]
  expect(namesAt([0x1000, 0x17ff, 0x1800, 0x1fff, 0x2000], { symbols })).toBe('first first last last -')
})

test('a label inside a function belongs to it; a function inside a function has its own bytes', () => {
  const symbols: TinySymbol[] = [
    { name: 'outer', address: 0x1000, sizeBytes: 0x100 },
    { name: 'label', address: 0x1020, type: 0 },
    { name: 'inner', address: 0x1040, sizeBytes: 0x10 },
    { name: 'innermost', address: 0x1044, sizeBytes: 4 },
  ]
  expect(namesAt([0x1020, 0x1040, 0x1044, 0x1048, 0x1050, 0x10ff, 0x1100], { symbols })).toBe('outer inner innermost inner outer outer -')
})

test.each<[string, TinySymbol[], TinySymbol[], string]>([
  ['an exported name before a local one', [{ name: 'local', address: 1, binding: 0 }], [{ name: 'exported', address: 1 }], 'exported'],
  [
    'fewer underscores before a stronger binding',
    [],
    [
      { name: '__read', address: 1 },
      { name: 'read', address: 1, binding: 2 },
    ],
    'read',
  ],
  [
    'a size before none',
    [
      { name: 'label', address: 1, sizeBytes: 0 },
      { name: '_sized', address: 1, binding: 0 },
    ],
    [],
    '_sized',
  ],
  [
    'the shortest of equals',
    [],
    [
      { name: 'open64', address: 1, binding: 2 },
      { name: 'open', address: 1, binding: 2 },
    ],
    'open',
  ],
  [
    'a global name before a weak one',
    [
      { name: 'weak', address: 1, binding: 2 },
      { name: 'global', address: 1 },
    ],
    [],
    'global',
  ],
])('of several names it shows %s', (_, symbols, dynamicSymbols, expected) => {
  const placed = (list: TinySymbol[]) => list.map(symbol => ({ sizeBytes: 8, ...symbol, address: 0x1200 }))
  expect(namesAt([0x1204], { symbols: placed(symbols), dynamicSymbols: placed(dynamicSymbols) })).toBe(expected)
})

test('symbol versions are not part of the name', () => {
  expect(namesAt([0x1000], { symbols: [{ name: 'memcpy@@GLIBC_2.14', address: 0x1000, sizeBytes: 8 }] })).toBe('memcpy')
})

test('a stripped program takes its names from the debug file and its exports from itself', () => {
  const main = { dynamicSymbols: [{ name: 'exported', address: 0x1000, sizeBytes: 16 }] }
  const debug = {
    symbols: [
      { name: 'alias', address: 0x1000, sizeBytes: 16 },
      { name: 'hidden', address: 0x1010, sizeBytes: 16, binding: 0 },
    ],
  }
  expect(namesAt([0x1000, 0x1010], main)).toBe('exported -')
  expect(namesAt([0x1000, 0x1010], main, debug)).toBe('exported hidden')
})

test('an address beyond what a program can have is passed over', () => {
  expect(
    namesAt([0x1000], {
      symbols: [
        { name: 'far', address: 2 ** 60, sizeBytes: 8 },
        { name: 'near', address: 0x1000, sizeBytes: 8 },
      ],
    }),
  ).toBe('near')
})

test('stubs are named after what they jump to', () => {
  const slot = 0x4018
  const parts: TinyElf = {
    dynamicSymbols: [
      { name: 'puts', address: 0, section: 0 },
      { name: 'strlen', address: 0x1500, sizeBytes: 32, type: 10 },
    ],
    sections: [
      {
        name: '.plt',
        address: 0x3000,
        flags: 6,
        bytes: Uint8Array.from([
          ...[0xff, 0x35, ...le(0x100, 4), 0xff, 0x25, ...le(0x100, 4), 0, 0, 0, 0], // push; jmp to the resolver: no slot of a symbol
          ...[0xff, 0x25, ...le(slot - 0x3016, 4), 0x68, 0, 0, 0, 0, 0xe9, 0, 0, 0, 0], // jmp *slot(%rip); push; jmp
          ...[0xf3, 0x0f, 0x1e, 0xfa, 0xff, 0x25, ...le(slot + 8 - 0x302a, 4), 0, 0, 0, 0, 0, 0], // endbr64; jmp *slot(%rip)
          ...[0xff, 0x25, ...le(slot + 16 - 0x3036, 4), 0, 0, 0, 0, 0, 0, 0, 0, 0, 0],
        ]),
      },
      {
        name: '.rela.plt',
        bytes: Uint8Array.from([
          ...[...le(slot, 8), ...le(7, 4), ...le(1, 4), ...le(0, 8)], // JUMP_SLOT of symbol 1
          ...[...le(slot + 8, 8), ...le(37, 4), ...le(0, 4), ...le(0x1500, 8)], // IRELATIVE: the resolver of strlen
          ...[...le(slot + 16, 8), ...le(37, 4), ...le(0, 4), ...le(0x1700, 8)], // IRELATIVE: a resolver without a name
        ]),
      },
    ],
  }
  expect(namesAt([0x3000, 0x3010, 0x301f, 0x3020, 0x3030], parts)).toBe('- puts@plt puts@plt strlen@plt *ABS*+0x1700@plt')
})

test('stubs of AArch64 are decoded from adrp and ldr', () => {
  const parts: TinyElf = {
    machine: 183,
    dynamicSymbols: [{ name: 'puts', address: 0, section: 0 }],
    sections: [
      // adrp x16, 0x13000; ldr x17, [x16, #0x18]; add x16, x16, #0x18; br x17
      {
        name: '.plt',
        address: 0x3000,
        flags: 6,
        bytes: Uint8Array.from([...le(0x90000090, 4), ...le(0xf9400e11, 4), ...le(0x91006210, 4), ...le(0xd61f0220, 4)]),
      },
      { name: '.rela.plt', bytes: Uint8Array.from([...le(0x13018, 8), ...le(1026, 4), ...le(1, 4), ...le(0, 8)]) },
    ],
  }
  expect(namesAt([0x3000], parts)).toBe('puts@plt')
})

test('a name outside of the strings is damage, not an empty name', () => {
  const elf = parse({ symbols: [{ name: 'last', address: 0x1000, sizeBytes: 8 }] })
  const strings = elf.sections.findIndex(({ name }) => name === '.strtab')
  const sections = elf.sections.map((section, index) => (index === strings ? { ...section, sizeBytes: 3 } : section))
  const table = readSymbols({ ...elf, sections }, undefined)
  expect(() => table.nameOf(findSymbol(table, 0x1000))).toThrow(FormatError)
})

test('symbols without a section of strings are damage', () => {
  const elf = parse({ symbols: [{ name: 'main', address: 0x1000, sizeBytes: 8 }] })
  const sections = elf.sections.map(section => ({ ...section, link: 99 }))
  expect(() => readSymbols({ ...elf, sections }, undefined)).toThrow(FormatError)
})
