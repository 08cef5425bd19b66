import { expect, test } from 'vitest'
import { tinyElf } from '../../test/tiny-elf.ts'
import { type HostCache, replayHost } from '../host.ts'
import { memorySource } from './byte-source.ts'
import { parseElf } from './elf.ts'
import { findSymbol, readSymbols, type SymbolTable } from './elf-symbols.ts'
import { cachedSymbols, decodeSymbols, encodeSymbols } from './symbol-cache.ts'

const origin = { ownerUid: 0, device: '08:01' }
const symbols = [
  { name: 'outer', address: 0x1000, sizeBytes: 0x100 },
  { name: 'inner_fünc', address: 0x1010, sizeBytes: 0x10 },
  { name: 'memcpy@@GLIBC_2.14', address: 0x1200, sizeBytes: 0x20 },
]
const elfWith = (buildId: string, found = symbols) => parseElf(memorySource(tinyElf({ buildId, symbols: found })), '/lib/a.so')
const table = readSymbols(elfWith('00'), undefined)
const namesIn = (found: SymbolTable) => [0x1000, 0x1018, 0x1050, 0x1210].map(address => found.nameOf(findSymbol(found, address)))

/** A cache in memory. */
function memoryCache(): HostCache & { readonly entries: Map<string, Uint8Array> } {
  const entries = new Map<string, Uint8Array>()
  return { entries, read: name => entries.get(name), write: (name, bytes) => void entries.set(name, bytes) }
}

/** A program of so many functions that it is kept. */
const large = Array.from({ length: 20_000 }, (_, index) => ({ name: `f${index}`, address: 0x1000 + index * 4, sizeBytes: 4 }))

test('a table comes back as it was', () => {
  const bytes = encodeSymbols(table)
  for (const kept of [bytes, new Uint8Array([1, 2, 3, ...bytes]).subarray(3)]) {
    const found = decodeSymbols(kept)
    expect(found === undefined ? undefined : namesIn(found)).toEqual(namesIn(table))
    expect(found?.parents).toEqual(table.parents)
  }
})

test('a cut or changed table is not used', () => {
  const bytes = encodeSymbols(table)
  for (let length = 0; length < bytes.length; length++) expect(decodeSymbols(bytes.subarray(0, length))).toBeUndefined()
  for (let at = 0; at < bytes.length; at++) {
    // the four bytes of padding behind the sum mean nothing
    if (at >= 20 && at < 24) continue
    expect(decodeSymbols(bytes.map((byte, index) => (index === at ? byte ^ 1 : byte))), `byte ${at}`).toBeUndefined()
  }
})

test('a large table is read once, a small one every time', () => {
  const cache = memoryCache()
  const host = { ...replayHost({}), cache }
  let reads = 0
  const open = (found: typeof symbols) => {
    const elf = elfWith('abcdef', found)
    return cachedSymbols(host, { elf, debugElf: undefined, origin }, () => {
      reads++
      return readSymbols(elf, undefined)
    })
  }
  expect([open(symbols), open(symbols)].map(({ starts }) => starts.length)).toEqual([3, 3])
  expect([reads, cache.entries.size]).toEqual([2, 0])
  expect([open(large), open(large)].map(found => found.nameOf(19_999))).toEqual(['f19999', 'f19999'])
  expect(reads).toBe(3)
})

test('a file of another owner, device or size with the same build id gets its own names', () => {
  const cache = memoryCache()
  const host = { ...replayHost({}), cache }
  const open = (found: typeof symbols, from: typeof origin) => {
    const elf = elfWith('abcdef', found)
    return cachedSymbols(host, { elf, debugElf: undefined, origin: from }, () => readSymbols(elf, undefined)).nameOf(0)
  }
  const forged = large.map(symbol => ({ ...symbol, name: symbol.name.replace('f', 'g') }))
  expect(open(large, origin)).toBe('f0')
  expect(open(forged, { ...origin, ownerUid: 1000 })).toBe('g0')
  expect(open(forged, { ...origin, device: '00:2a' })).toBe('g0')
  expect(open([...forged, { name: 'g', address: 0, sizeBytes: 1 }], origin)).toBe('g0')
  expect(open(large, origin)).toBe('f0')
})

test('a damaged entry is replaced', () => {
  const cache = memoryCache()
  const host = { ...replayHost({}), cache }
  const elf = elfWith('abcdef', large)
  const open = () => cachedSymbols(host, { elf, debugElf: undefined, origin }, () => readSymbols(elf, undefined)).nameOf(7)
  open()
  for (const name of cache.entries.keys()) cache.entries.set(name, new Uint8Array(100))
  expect(open()).toBe('f7')
  expect([...cache.entries.values()][0].length).toBeGreaterThan(100)
})
