import { describe, expect, test } from 'vitest'
import { decodePathEnd, pathOf } from './file-names.ts'

/** char parts[3][48], zeros after each. */
function bytesOf(...parts: readonly string[]): Uint8Array {
  const bytes = new Uint8Array(144)
  for (const [index, part] of parts.entries()) bytes.set(new TextEncoder().encode(part).subarray(0, 47), index * 48)
  return bytes
}

describe('the end of a path', () => {
  test('is read from the file up, and is whole where the root was reached', () => {
    expect(decodePathEnd(bytesOf('a.db', 'data', 'var'))).toEqual({ parts: ['var', 'data', 'a.db'], isWhole: false })
    expect(decodePathEnd(bytesOf('a.db', 'data', '/'))).toEqual({ parts: ['data', 'a.db'], isWhole: true })
    expect(decodePathEnd(bytesOf('a.db', '/'))).toEqual({ parts: ['a.db'], isWhole: true })
  })

  test('is nothing without a name, or when it is a root itself, and never reads past its bytes', () => {
    expect(decodePathEnd(bytesOf())).toBeUndefined()
    expect(decodePathEnd(bytesOf('/'))).toBeUndefined()
    for (let length = 0; length < 144; length++) expect(() => decodePathEnd(bytesOf('a.db', 'data').subarray(0, length))).not.toThrow()
    const full = new Uint8Array(144).fill(0x61)
    expect(decodePathEnd(full)?.parts.map(part => part.length)).toEqual([48, 48, 48])
  })
})

describe('the path for people', () => {
  const end = { parts: ['var', 'data', 'a.db'], isWhole: false }

  test('is what the descriptor says while that is still the file, deleted or not', () => {
    expect(pathOf(end, '/srv/var/data/a.db')).toBe('/srv/var/data/a.db')
    expect(pathOf(end, '/srv/var/data/a.db (deleted)')).toBe('/srv/var/data/a.db')
  })

  test('is the end that is known when the descriptor is gone, or has become that of another file', () => {
    for (const link of [undefined, '/srv/var/data/other', 'socket:[1]', 'var/data/a.db', '/data/a.db'])
      expect(pathOf(end, link)).toBe('…/var/data/a.db')
    expect(pathOf({ parts: ['data', 'a.db'], isWhole: true }, undefined)).toBe('/data/a.db')
  })

  test('knows a long name by its beginning', () => {
    const name = `${'x'.repeat(46)}é.db`
    const [cut] = decodePathEnd(bytesOf(name, '/'))?.parts ?? []
    expect(pathOf({ parts: [cut], isWhole: true }, `/${name}`)).toBe(`/${name}`)
    expect(pathOf({ parts: [cut], isWhole: true }, `/${'x'.repeat(45)}y`)).toBe(`/${cut}`)
  })
})
