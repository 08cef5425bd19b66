import { describe, expect, test } from 'vitest'
import { jitDump } from '../../test/jit-dump.ts'
import { FormatError } from '../errors.ts'
import { memorySource } from './byte-source.ts'
import { findRangeName } from './code-ranges.ts'
import { readJitDump } from './jitdump.ts'

const read = (bytes: Uint8Array) => readJitDump(memorySource(bytes), 'jit-1.dump')

describe('a log of compiled code', () => {
  test('names functions, also where they moved to', () => {
    const dump = read(
      jitDump()
        .load({ address: 0x1000, sizeBytes: 0x20, index: 0, name: 'py::first:/a.py' })
        .load({ address: 0x2000, sizeBytes: 0x20, index: 1, name: 'second' })
        .move({ to: 0x3000, sizeBytes: 0x20, index: 1 })
        .close().bytes,
    )
    expect([0x0fff, 0x1000, 0x101f, 0x1020, 0x3010].map(address => findRangeName(dump, address))).toEqual([
      undefined,
      'py::first:/a.py',
      'py::first:/a.py',
      undefined,
      'second',
    ])
  })

  test('gives memory that is used again to the later function', () => {
    const log = jitDump().load({ address: 0x1000, sizeBytes: 0x40, index: 0, name: 'old' })
    const dump = read(log.load({ address: 0x1010, sizeBytes: 0x10, index: 1, name: 'new' }).bytes)
    expect([0x100f, 0x1010, 0x1020].map(address => findRangeName(dump, address))).toEqual(['old', 'new', 'old'])
  })

  test('has the lines of a function, wherever it lies', () => {
    const lines = [
      { address: 0x1000, line: 7, path: '/a.py' },
      { address: 0x1008, line: 9, path: '\u00ff' },
    ]
    const dump = read(
      jitDump()
        .lines(0x1000, lines)
        .load({ address: 0x1000, sizeBytes: 0x20, index: 0, name: 'f' })
        .load({ address: 0x2000, sizeBytes: 0x20, index: 1, name: 'without' })
        .move({ to: 0x5000, sizeBytes: 0x20, index: 0 }).bytes,
    )
    expect(dump.lineAt(0x1007)).toEqual({ path: '/a.py', line: 7 })
    expect(dump.lineAt(0x500a)).toEqual({ path: '/a.py', line: 9 })
    expect(dump.lineAt(0x2000)).toBeUndefined()
  })

  test('of V8 has its lines an ELF header too late', () => {
    const log = jitDump().lines(0x1000, [
      { address: 0x1040, line: 7, path: '/a.js' },
      { address: 0x1048, line: 8, path: '/a.js' },
    ])
    const dump = read(log.load({ address: 0x1000, sizeBytes: 0x90, index: 0, name: 'JS:*f /a.js:1:1' }).bytes)
    expect([dump.lineAt(0x1000)?.line, dump.lineAt(0x1008)?.line]).toEqual([7, 8])
  })

  test('has unwinding information for the function it precedes alone', () => {
    const log = jitDump().unwinding([1, 2, 3, 4], [9, 9])
    log.load({ address: 0x1000, sizeBytes: 0x20, index: 0, name: 'f' }).load({ address: 0x2000, sizeBytes: 8, index: 1, name: 'g' })
    const dump = read(log.bytes)
    expect(dump.unwindingAt(0x1010)).toEqual({
      startAddress: 0x1000,
      endAddress: 0x1020,
      ehFrame: new Uint8Array([1, 2, 3, 4]),
      ehFrameHeader: new Uint8Array([9, 9]),
    })
    expect(dump.unwindingAt(0x2000)).toBeUndefined()
  })

  test('may hold records nobody knows yet', () => {
    const log = jitDump().record(77, new Uint8Array(5)).load({ address: 0x1000, sizeBytes: 8, index: 0, name: 'f' })
    const dump = read(log.bytes)
    expect([findRangeName(dump, 0x1000), dump.skippedCount]).toEqual(['f', 1])
  })
})

test('every truncation throws or gives the whole records before it', () => {
  const first = jitDump()
    .lines(0x1000, [{ address: 0x1000, line: 7, path: '/a.py' }])
    .unwinding([1], [2])
  first.load({ address: 0x1000, sizeBytes: 8, index: 0, name: 'first' })
  const wholeBytes = first.bytes.length
  const { bytes } = first.load({ address: 0x2000, sizeBytes: 8, index: 1, name: 'second' }).move({ to: 0x3000, sizeBytes: 8, index: 1 })
  for (let length = 0; length < bytes.length; length++) {
    const cut = bytes.subarray(0, length)
    if (length < 40) expect(() => read(cut)).toThrow(FormatError)
    else expect(findRangeName(read(cut), 0x1000)).toBe(length < wholeBytes ? undefined : 'first')
  }
})

test.each([
  ['of the other byte order', (bytes: Uint8Array) => bytes.subarray(0, 4).reverse(), 'not as a jitdump of this machine'],
  ['of another version', (bytes: Uint8Array) => bytes.fill(2, 4, 5), 'version is 2'],
  ['with a record of no size', (bytes: Uint8Array) => bytes.fill(0, 44, 48), 'A record has 0 bytes'],
  ['with a name that does not end', (bytes: Uint8Array) => bytes.fill(1, 96), 'does not end'],
])('a log %s is refused', (_, damage, why) => {
  const { bytes } = jitDump().load({ address: 0x1000, sizeBytes: 8, index: 0, name: 'f' })
  damage(bytes)
  expect(() => read(bytes)).toThrow(expect.objectContaining({ why: expect.stringContaining(why) }))
})
