import { describe, expect, test } from 'vitest'
import { record, text, u64 } from '../../test/perf-ring.ts'
import { FormatError } from '../errors.ts'
import { clockBase, parseTaskRecord, RecordType, RingWords, recordWords } from './perf-record.ts'

const START = 5_000_000_000n
const at = (timeNs: number) => ({ timeNs: Number(START) + timeNs })

const mmap2 = record(
  RecordType.Mmap2,
  [
    42,
    43, // pid, tid
    ...u64(0x7f00_0000_1000n), // addr
    ...u64(0x2000n), // len
    ...u64(0x3000n), // pgoff
    254,
    1, // maj, min
    ...u64(77n), // ino
    ...u64(0n), // ino_generation
    5,
    2, // prot, flags
    ...text('/usr/lib/libc.so.6'),
  ],
  at(12),
)

/** The record laid into a ring of 64 words from a position on. */
function ringWith(words: readonly number[], position = 0): RingWords {
  const ring = new Int32Array(64)
  words.forEach((word, index) => {
    ring[(position + index) % 64] = word
  })
  return new RingWords(ring, clockBase(START))
}

const parse = (words: readonly number[], position = 0) => parseTaskRecord(ringWith(words, position), position, words.length)

describe('parseTaskRecord', () => {
  test('a mapping has its range, file and time since recording start', () => {
    expect(parse(mmap2)).toEqual({
      type: 'mmap',
      timeNs: 12,
      pid: 42,
      mapping: {
        startAddress: 0x7f00_0000_1000n,
        endAddress: 0x7f00_0000_3000n,
        fileOffsetBytes: 0x3000,
        device: 'fe:01',
        inode: 77,
        path: '/usr/lib/libc.so.6',
      },
    })
  })

  test.each([40, 50, 60, 63])('a record that crosses the end of the ring is the same (position %i)', position => {
    expect(parse(mmap2, position)).toEqual(parse(mmap2))
  })

  test('exec is told from a change of name', () => {
    const body = [7, 7, ...text('sh')]
    expect(parse(record(RecordType.Comm, body, { ...at(1), misc: 1 << 13 }))).toEqual({
      type: 'comm',
      timeNs: 1,
      pid: 7,
      tid: 7,
      comm: 'sh',
      isExec: true,
    })
    expect(parse(record(RecordType.Comm, body, at(1)))).toMatchObject({ isExec: false })
  })

  test('fork and exit name child and parent', () => {
    const body = [8, 7, 9, 6, ...u64(0n)]
    expect(parse(record(RecordType.Fork, body, at(2)))).toEqual({ type: 'fork', timeNs: 2, pid: 8, parentPid: 7, tid: 9, parentTid: 6 })
    expect(parse(record(RecordType.Exit, body, at(2)))).toMatchObject({ type: 'exit', pid: 8 })
  })

  test('losses are counted as the kernel says', () => {
    expect(parse(record(RecordType.Lost, [...u64(1n), ...u64(500n)], at(3)))).toEqual({ type: 'lost', timeNs: 3, lostCount: 500 })
    expect(parse(record(RecordType.LostSamples, u64(6n), at(3)))).toEqual({ type: 'lost', timeNs: 3, lostCount: 6 })
  })

  test('an instant before the recording is negative, not huge', () => {
    expect(parse(record(RecordType.LostSamples, u64(1n), { timeNs: Number(START) - 5 }))).toMatchObject({ timeNs: -5 })
  })

  test('a record of a type we do not use is skipped', () => {
    expect(parse(record(70, [1, 2], at(1)))).toBeUndefined()
  })

  test('every truncation of a record is an error', () => {
    for (let words = 4; words < 24; words += 2) {
      const cut = [...mmap2.slice(0, words)]
      expect(() => parseTaskRecord(ringWith(cut), 0, words), `${words} words`).toThrow(FormatError)
    }
  })
})

test.each([0, 4, 12, 4096])('a record of %i bytes is damage with its offset, not an endless loop', size => {
  const ring = ringWith([9, size * 65536, 0, 0], 2)
  expect(() => recordWords(ring, 2, 8)).toThrow('perf ring is damaged at byte 8 (0x8).')
})
