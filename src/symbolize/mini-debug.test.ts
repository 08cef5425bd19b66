import { describe, expect, test } from 'vitest'
import { tinyElf } from '../../test/tiny-elf.ts'
import { FormatError } from '../errors.ts'
import { replayHost } from '../host.ts'
import { memorySource } from './byte-source.ts'
import { parseElf } from './elf.ts'
import { readFileCode } from './file-code.ts'
import { readMiniDebug } from './mini-debug.ts'

const inside = tinyElf({ symbols: [{ name: 'hidden', address: 0x1100, sizeBytes: 0x10 }] })
/** A host that "decompresses" by taking the first byte away. */
const host = {
  ...replayHost({}),
  decompressXz: (bytes: Uint8Array, maxBytes: number) => (bytes[0] === 0xfd && bytes.length <= maxBytes ? bytes.subarray(1) : undefined),
}
const stripped = (bytes: Uint8Array) =>
  tinyElf({
    dynamicSymbols: [{ name: 'exported', address: 0x1000, sizeBytes: 0x10 }],
    sections: [{ name: '.gnu_debugdata', bytes }],
  })
const namesIn = (bytes: Uint8Array, by = host) => {
  const code = readFileCode(by, memorySource(stripped(bytes)), { path: '/lib/app', roots: [] })
  return [code.nameAt(0x1000), code.nameAt(0x1100), code.isComplete]
}

describe('symbols compressed inside a stripped program', () => {
  test('give names to functions that it does not export', () => {
    expect(namesIn(Uint8Array.of(0xfd, ...inside))).toEqual(['exported', 'hidden', true])
  })

  test('that are damaged do not cost the other names', () => {
    expect(namesIn(Uint8Array.of(0, 1, 2))).toEqual(['exported', undefined, false])
    expect(namesIn(Uint8Array.of(0xfd, ...inside.subarray(0, 100)))).toEqual(['exported', undefined, false])
    expect(() => readMiniDebug(host, parseElf(memorySource(stripped(Uint8Array.of(0))), 'app'))).toThrow(FormatError)
  })

  test('stay unknown where nothing can decompress them', () => {
    expect(namesIn(Uint8Array.of(0xfd, ...inside), { ...host, decompressXz: () => undefined })).toEqual(['exported', undefined, false])
  })
})
