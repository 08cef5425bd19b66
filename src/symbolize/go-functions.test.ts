import { describe, expect, test } from 'vitest'
import { type GoTable, goTable } from '../../test/go-table.ts'
import { tinyElf } from '../../test/tiny-elf.ts'
import { FormatError } from '../errors.ts'
import { memorySource } from './byte-source.ts'
import { findRangeName } from './code-ranges.ts'
import { parseElf } from './elf.ts'
import { readGoFunctions } from './go-functions.ts'

const functions = [
  { name: '_rt0_amd64_linux', start: 0x1000 },
  { name: 'runtime.main', start: 0x1040 },
  { name: 'example.com/shop.(*Cart).Total', start: 0x1100 },
]

const programOf = (bytes: Uint8Array, more: Partial<Parameters<typeof tinyElf>[0]> = {}) =>
  parseElf(memorySource(tinyElf({ sections: [{ name: '.gopclntab', bytes, address: 0x4000 }], ...more })), 'app')

const namesIn = (elf: ReturnType<typeof programOf>) =>
  [0xfff, 0x1000, 0x1041, 0x1100, 0x11ff, 0x1200].map(address => {
    const found = readGoFunctions(elf)
    return found === undefined ? 'none' : findRangeName(found, address)
  })

const expected = [undefined, functions[0].name, functions[1].name, functions[2].name, functions[2].name, undefined]

describe.each<GoTable['version']>(['1.2', '1.16', '1.18', '1.20'])('the table of Go %s', version => {
  const bytes = goTable({ version, functions, end: 0x1200, textStart: 0x1000 })

  test('names functions from their start to the next', () => {
    expect(namesIn(programOf(bytes))).toEqual(expected)
  })

  test('may lie anywhere in a larger buffer', () => {
    const shifted = new Uint8Array(bytes.length + 3)
    shifted.set(bytes, 3)
    expect(namesIn(programOf(shifted.subarray(3)))).toEqual(expected)
  })

  test('throws when it is cut anywhere, at the latest when the name behind the cut is asked for', () => {
    for (let length = 0; length < bytes.length; length++) {
      const elf = programOf(bytes.subarray(0, length))
      expect(() => {
        const found = readGoFunctions(elf)
        for (const index of functions.keys()) found?.nameOf(index)
      }, `${length} bytes`).toThrow(FormatError)
    }
  })
})

describe('a table that does not say where text starts', () => {
  const bytes = goTable({ version: '1.20', functions, end: 0x1200, textStart: 0x1000, statedTextStart: 0 })

  test('is believed where the program begins in Go', () => {
    expect(namesIn(programOf(bytes, { entryAddress: 0x1000 }))).toEqual(expected)
  })

  test('is not used where it begins in C: its names could be those of other functions', () => {
    expect(namesIn(programOf(bytes, { entryAddress: 0x1010 }))).toEqual(expected.map(() => 'none'))
  })

  test('is used where a relocation says it', () => {
    const relocation = new Uint8Array(24)
    const view = new DataView(relocation.buffer)
    view.setBigUint64(0, 0x4018n, true)
    view.setBigUint64(8, 8n, true)
    view.setBigInt64(16, 0x1000n, true)
    const sections = [
      { name: '.gopclntab', bytes, address: 0x4000 },
      { name: '.rela.dyn', bytes: relocation },
    ]
    expect(namesIn(programOf(bytes, { entryAddress: 0x1010, sections }))).toEqual(expected)
  })
})

test('a table that another linker put among other data is found', () => {
  const data = new Uint8Array(0x60 + 400)
  data.set(goTable({ version: '1.18', functions, end: 0x1200, textStart: 0x1000 }), 0x60)
  const sections = [
    { name: '.data.rel.ro', bytes: data, address: 0x8000 },
    { name: '.go.buildinfo', bytes: new Uint8Array(4) },
  ]
  expect(namesIn(programOf(data, { sections }))).toEqual(expected)
  expect(namesIn(programOf(data, { sections: sections.slice(0, 1) }))).toEqual(expected.map(() => 'none'))
})

test.each([
  ['of an unknown version', (bytes: Uint8Array) => bytes.fill(0xee, 0, 1), 'no known version'],
  ['with more functions than any program', (bytes: Uint8Array) => bytes.fill(0xff, 8, 12), 'functions'],
  ['whose functions go back', (bytes: Uint8Array) => new DataView(bytes.buffer).setUint32(0x48 + 8, 0x7000, true), 'goes back'],
])('a table %s is refused', (_, damage, why) => {
  const bytes = goTable({ version: '1.20', functions, end: 0x1200, textStart: 0x1000 })
  damage(bytes)
  expect(() => readGoFunctions(programOf(bytes))).toThrow(expect.objectContaining({ why: expect.stringContaining(why) }))
})
