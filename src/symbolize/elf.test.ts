import { deflateSync } from 'node:zlib'
import { describe, expect, test } from 'vitest'
import { buildIdNote, le, tinyElf } from '../../test/tiny-elf.ts'
import { FormatError } from '../errors.ts'
import { memorySource } from './byte-source.ts'
import { addressOfOffset, parseElf, parseElfHeader, readBuildId, readDebugLink, readSection, sectionNamed } from './elf.ts'

const parse = (bytes: Uint8Array) => parseElf(memorySource(bytes), 'tiny')

/** A whole file by hand: header, two segments, a note. */
const handWritten = Uint8Array.from([
  ...[0x7f, 0x45, 0x4c, 0x46, 2, 1, 1, 0, 0, 0, 0, 0, 0, 0, 0, 0], // e_ident
  ...[3, 0], // e_type
  ...[62, 0], // e_machine: x86-64
  ...[1, 0, 0, 0], // e_version
  ...[0, 0, 0, 0, 0, 0, 0, 0], // e_entry
  ...[64, 0, 0, 0, 0, 0, 0, 0], // e_phoff
  ...[0, 0, 0, 0, 0, 0, 0, 0], // e_shoff: none
  ...[0, 0, 0, 0], // e_flags
  ...[64, 0], // e_ehsize
  ...[56, 0], // e_phentsize
  ...[2, 0], // e_phnum
  ...[0, 0, 0, 0, 0, 0], // e_shentsize, e_shnum, e_shstrndx
  ...[4, 0, 0, 0, 4, 0, 0, 0], // p_type: PT_NOTE, p_flags
  ...[176, 0, 0, 0, 0, 0, 0, 0], // p_offset
  ...[0, 0, 0, 0, 0, 0, 0, 0], // p_vaddr
  ...[0, 0, 0, 0, 0, 0, 0, 0], // p_paddr
  ...[20, 0, 0, 0, 0, 0, 0, 0], // p_filesz
  ...[20, 0, 0, 0, 0, 0, 0, 0], // p_memsz
  ...[4, 0, 0, 0, 0, 0, 0, 0], // p_align
  ...[1, 0, 0, 0, 5, 0, 0, 0], // p_type: PT_LOAD, p_flags: read, execute
  ...[0, 0x10, 0, 0, 0, 0, 0, 0], // p_offset
  ...[0, 0x30, 0, 0, 0, 0, 0, 0], // p_vaddr
  ...[0, 0, 0, 0, 0, 0, 0, 0], // p_paddr
  ...[0, 2, 0, 0, 0, 0, 0, 0], // p_filesz
  ...[0, 2, 0, 0, 0, 0, 0, 0], // p_memsz
  ...[0, 0x10, 0, 0, 0, 0, 0, 0], // p_align
  ...[4, 0, 0, 0], // n_namesz
  ...[4, 0, 0, 0], // n_descsz
  ...[3, 0, 0, 0], // n_type: NT_GNU_BUILD_ID
  ...[0x47, 0x4e, 0x55, 0], // "GNU"
  ...[0xde, 0xad, 0xbe, 0x0f], // the id
])

describe('a file written by hand', () => {
  test('gives its build id, machine and addresses', () => {
    const elf = parse(handWritten)
    expect({ id: readBuildId(elf), machine: elf.machine, sections: elf.sections }).toEqual({ id: 'deadbe0f', machine: 62, sections: [] })
    expect([0x0fff, 0x1000, 0x11ff, 0x1200].map(offset => addressOfOffset(elf, offset))).toEqual([undefined, 0x3000, 0x31ff, undefined])
  })

  test('may lie anywhere in a larger buffer', () => {
    const larger = new Uint8Array(handWritten.length + 13)
    larger.set(handWritten, 13)
    expect(readBuildId(parse(larger.subarray(13)))).toBe('deadbe0f')
  })

  test('throws wherever it is cut', () => {
    for (let length = 0; length < handWritten.length; length++) {
      expect(() => readBuildId(parse(handWritten.subarray(0, length))), `length ${length}`).toThrow(FormatError)
    }
  })

  test.each([
    ['begins otherwise', 0, 0x7e, 'It does not begin as an ELF file does.'],
    ['has no class', 4, 3, 'Its class is 3, neither 32 nor 64 bit.'],
    ['is big-endian', 5, 2, 'It is not little-endian.'],
    ['has program headers that are too small', 54, 8, 'A program header has 8 bytes.'],
  ])('one that %s is refused with the reason', (_, offset, byte, why) => {
    const damaged = handWritten.slice()
    damaged[offset] = byte
    expect(() => parse(damaged)).toThrow(expect.objectContaining({ name: 'FormatError', why }))
  })
})

describe.each([true, false])('sections (64 bit: %s)', is64 => {
  const bytes = tinyElf({
    is64,
    buildId: 'c0ffee',
    debugLink: { fileName: 'tiny.debug', crc: 0x12345678 },
    sections: [{ name: '.extra', bytes: Uint8Array.of(7, 8, 9) }],
  })

  test('are found by name and read', () => {
    const elf = parse(bytes)
    const extra = sectionNamed(elf, '.extra')
    expect(extra && [...readSection(elf, extra)]).toEqual([7, 8, 9])
    expect(readBuildId(elf, elf.sections)).toBe('c0ffee')
    expect(readDebugLink(elf)).toEqual({ fileName: 'tiny.debug', crc: 0x12345678 })
    expect(addressOfOffset(elf, 0x1234)).toBe(0x1234)
  })

  test('throw when their headers are cut', () => {
    for (let length = bytes.length - 400; length < bytes.length; length++) {
      expect(() => parse(bytes.subarray(0, length)), `length ${length}`).toThrow(FormatError)
    }
  })
})

test('the executable segment decides when two hold the same offset', () => {
  const elf = parseElfHeader(memorySource(handWritten), 'tiny')
  const whole = { type: 1, flags: 4, offset: 0, address: 0, fileBytes: 0x2000 }
  expect(addressOfOffset({ ...elf, segments: [whole, ...elf.segments] }, 0x1010)).toBe(0x3010)
  expect(addressOfOffset({ ...elf, segments: [whole, ...elf.segments] }, 0x10)).toBe(0x10)
})

test('a section that claims more than the file has is refused before anything is allocated', () => {
  const bytes = tinyElf({ sections: [{ name: '.extra', bytes: Uint8Array.of(1) }] })
  const elf = parse(bytes)
  const huge = { ...elf.sections[2], sizeBytes: 2 ** 50 }
  expect(() => readSection(elf, huge)).toThrow(FormatError)
})

test('more sections than fit 16 bits are counted in section 0', () => {
  const bytes = tinyElf({ sections: [{ name: '.extra', bytes: Uint8Array.of(1) }] })
  const view = new DataView(bytes.buffer)
  const first = Number(view.getBigUint64(40, true))
  const count = view.getUint16(60, true)
  view.setBigUint64(first + 32, BigInt(count), true) // sh_size of section 0
  view.setUint32(first + 40, count - 1, true) // its sh_link: the section of names
  view.setUint16(60, 0, true)
  view.setUint16(62, 0xffff, true)
  expect(parse(bytes).sections.map(({ name }) => name)).toEqual(['', '.text', '.extra', '.shstrtab'])
})

describe('a compressed section', () => {
  const contents = new TextEncoder().encode('many words '.repeat(50))
  const compressed = (type: number, sizeBytes: number) =>
    Uint8Array.from([...le(type, 4), ...le(0, 4), ...le(sizeBytes, 8), ...le(1, 8), ...deflateSync(contents)])
  const read = (bytes: Uint8Array) => {
    const elf = parse(tinyElf({ sections: [{ name: '.debug_str', flags: 0x800, bytes }] }))
    return readSection(elf, elf.sections[2])
  }

  test('is decompressed', () => {
    expect(read(compressed(1, contents.length))).toEqual(Buffer.from(contents))
  })

  test.each([
    ['that is larger than it says', compressed(1, 10)],
    ['of an unknown kind', compressed(9, contents.length)],
    ['with other bytes', compressed(1, contents.length).fill(0, 24)],
    ['that says it is endless', compressed(1, 2 ** 40)],
    ['cut in its header', compressed(1, contents.length).subarray(0, 20)],
  ])('%s is damage', (_, bytes) => {
    expect(() => read(bytes)).toThrow(FormatError)
  })
})

test('notes that are not the build id are passed over', () => {
  const other = Uint8Array.from([...le(4, 4), ...le(5, 4), ...le(1, 4), 0x47, 0x4e, 0x55, 0, 1, 2, 3, 4, 5, 0, 0, 0])
  const notes = Uint8Array.from([...other, ...buildIdNote('abcd')])
  const elf = parse(tinyElf({ sections: [{ name: '.note', type: 7, bytes: notes }] }))
  expect(readBuildId(elf)).toBe('abcd')
})
