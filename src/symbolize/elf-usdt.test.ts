import { expect, test } from 'vitest'
import { le, tinyElf } from '../../test/tiny-elf.ts'
import { parseElf } from './elf.ts'
import { readUsdtProbes } from './elf-usdt.ts'

const text = (value: string): number[] => [...Buffer.from(`${value}\0`)]

function note(address: number, base: number, names: readonly string[]): Uint8Array {
  const content = [...le(address, 8), ...le(base, 8), ...le(0x4010, 8), ...names.flatMap(text)]
  const filling = Array.from({ length: (4 - (content.length % 4)) % 4 }, () => 0)
  return Uint8Array.from([...le(8, 4), ...le(content.length, 4), ...le(3, 4), ...text('stapsdt'), ...content, ...filling])
}

const probesOf = (bytes: Uint8Array, base?: number) => {
  const sections = [
    { name: '.note.stapsdt', bytes, type: 7 },
    ...(base === undefined ? [] : [{ name: '.stapsdt.base', bytes: new Uint8Array(1), address: base }]),
  ]
  const file = Buffer.from(tinyElf({ sections }))
  return readUsdtProbes(parseElf({ sizeBytes: file.length, read: (offset, length) => file.subarray(offset, offset + length) }, 'tiny'))
}

test('a note names a probe, where it is and its counter', () => {
  const bytes = note(0x1040, 0, ['app', 'query', '-4@%edi'])
  expect(probesOf(bytes)).toEqual([{ provider: 'app', name: 'query', address: 0x1040, semaphore: 0x4010 }])
})

test('code that was moved after linking took the base with it', () => {
  expect(probesOf(note(0x1040, 0x2000, ['app', 'query', '']), 0x2100)).toMatchObject([{ address: 0x1140, semaphore: 0x4110 }])
})

test('notes of others are passed over', () => {
  const other = Uint8Array.from([...le(4, 4), ...le(4, 4), ...le(1, 4), ...text('GNU'), 1, 2, 3, 4])
  expect(probesOf(Uint8Array.from([...other, ...note(0x1040, 0, ['a', 'b', ''])]))).toHaveLength(1)
})

test('a note that is cut gives no probe or an error, never another one', () => {
  const whole = note(0x1040, 0, ['app', 'query', 'x']) // no filling at its end
  for (let length = 0; length < whole.length; length++) {
    let probes: readonly unknown[] = []
    try {
      probes = probesOf(whole.subarray(0, length))
    } catch (error) {
      expect(error).toHaveProperty('name', 'FormatError')
    }
    expect(probes).toEqual([])
  }
})
