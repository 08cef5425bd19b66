import { tableFromIPC as readIndependently } from '@uwdata/flechette'
import { tableFromIPC } from 'apache-arrow'
import { expect, test } from 'vitest'
import { encodeTable, openTableFile, readTableFile } from './arrow.ts'
import { AutotuneError, FormatError } from './errors.ts'
import { NONE, type Row, type Table, textAt } from './schema.ts'
import { TableBuilder, tableOf } from './table-builder.ts'

const source = 'rec/mapping.arrow'

function mapping(path: string | undefined, buildId: string | undefined): Row<'mapping'> {
  return {
    process: NONE,
    timeNs: Number.NaN,
    startAddress: 0xffff_ffff_8100_0000n,
    endAddress: 2n ** 64n - 1n,
    fileOffsetBytes: 2 ** 53,
    path,
    device: '08:01',
    inode: 0,
    buildId,
  }
}

/** A file of three batches of two rows; each brings new strings. Message boundaries are where a writer could be killed. */
function threeBatches(): { bytes: Uint8Array; unfinished: Uint8Array; boundaries: readonly number[] } {
  const chunks: Uint8Array[] = []
  const boundaries: number[] = []
  const file = openTableFile('mapping', bytes => {
    chunks.push(bytes)
    boundaries.push(Buffer.concat(chunks).length)
  })
  const builder = new TableBuilder('mapping')
  for (const path of ['/lib/a.so', '/lib/b.so', '/opt/ü 😀']) {
    const first = builder.length
    builder.add(mapping(path, undefined))
    builder.add(mapping('/lib/a.so', `id of ${path}`))
    file.append(builder.build(first))
  }
  const unfinished = Buffer.concat(chunks)
  file.close()
  return { bytes: Buffer.concat(chunks), unfinished, boundaries }
}

function paths(table: Table<'mapping'>): (string | undefined)[] {
  return Array.from({ length: table.length }, (_, row) => textAt(table.path, row))
}

const allPaths = ['/lib/a.so', '/lib/a.so', '/lib/b.so', '/lib/a.so', '/opt/ü 😀', '/lib/a.so']

test('what is written is read again, extreme values and absent strings included', () => {
  const table = tableOf('mapping', [mapping('/lib/a.so', undefined), mapping(undefined, ''), mapping('\ufeffbyte order mark', 'ab')])
  expect(readTableFile('mapping', Buffer.concat(encodeTable('mapping', table)), source)).toEqual({ table, truncated: false })
})

test('a table without rows and one of many batches keep their length', () => {
  const empty = Buffer.concat(encodeTable('thread', tableOf('thread', [])))
  expect(readTableFile('thread', empty, source).table.length).toBe(0)

  const length = 70_000
  const long = { length, prefix: Int32Array.from({ length }, (_, row) => row - 1), frame: new Int32Array(length).fill(7) }
  expect(
    readTableFile('stack', Buffer.concat(encodeTable('stack', long)), source).table.prefix.every((prefix, row) => prefix === row - 1),
  ).toBe(true)
})

test('strings that come later are found, in chunks of one builder and of several', () => {
  const { bytes } = threeBatches()
  expect(paths(readTableFile('mapping', bytes, source).table)).toEqual(allPaths)

  const chunks: Uint8Array[] = []
  const file = openTableFile('mapping', part => chunks.push(part))
  for (const order of [['b', 'a'], ['a', 'c', 'b'], ['c']]) {
    file.append(
      tableOf(
        'mapping',
        order.map(path => mapping(path, undefined)),
      ),
    )
  }
  file.close()
  const { table } = readTableFile('mapping', Buffer.concat(chunks), source)
  expect(paths(table)).toEqual(['b', 'a', 'a', 'c', 'b', 'c'])
  expect(table.path.values).toEqual(['b', 'a', 'c'])
})

test('other readers of Arrow see the same rows, with delta dictionaries and without a footer', () => {
  const { bytes, unfinished } = threeBatches()
  const builds = [null, 'id of /lib/a.so', null, 'id of /lib/b.so', null, 'id of /opt/ü 😀']

  const independent = readIndependently(bytes)
  expect([...independent.getChild('path')]).toEqual(allPaths)
  expect([...independent.getChild('buildId')]).toEqual(builds)
  expect([...readIndependently(unfinished.subarray(8)).getChild('path')]).toEqual(allPaths)

  const official = tableFromIPC(bytes)
  expect([...(official.getChild('buildId') ?? [])]).toEqual(builds)
  expect(official.getChild('endAddress')?.get(5)).toBe(2n ** 64n - 1n)
})

test('a file cut off anywhere keeps every whole batch and says that it is truncated', () => {
  const { bytes, unfinished, boundaries } = threeBatches()
  const wrong: string[] = []
  for (let length = 0; length <= bytes.length; length++) {
    const batches = boundaries.slice(1, 4).filter(end => end <= length).length
    const { table, truncated } = readTableFile('mapping', bytes.subarray(0, length), source)
    // The end mark takes 8 bytes; once it is there, nothing can be missing.
    const isRight = table.length === 2 * batches && truncated === length < unfinished.length + 8
    if (!isRight) wrong.push(`cut at ${length}: ${table.length} rows, truncated: ${truncated}`)
  }
  expect(wrong).toEqual([])
})

test('zeros at the end, as a power cut leaves them, count as cut off', () => {
  const { unfinished } = threeBatches()
  expect(readTableFile('mapping', Buffer.concat([unfinished, new Uint8Array(4096)]), source)).toMatchObject({
    table: { length: 6 },
    truncated: true,
  })
})

test('a changed byte gives a table or a clear error, never a crash, a hang or codes outside the dictionary', () => {
  const { bytes } = threeBatches()
  const wrong: string[] = []
  let refusedCount = 0
  const damaged = Buffer.from(bytes)
  for (let offset = 0; offset < bytes.length; offset++) {
    const flip = [0xff, 0x80, 0x01][offset % 3]
    damaged[offset] = bytes[offset] ^ flip
    try {
      const { table } = readTableFile('mapping', damaged, source)
      const isSound = table.length <= 6 && paths(table).every((path, row) => path !== undefined || table.path.codes[row] === NONE)
      if (!isSound) wrong.push(`byte ${offset} ^ ${flip}: rows that are not there`)
    } catch (error) {
      refusedCount++
      if (!(error instanceof AutotuneError)) wrong.push(`byte ${offset} ^ ${flip}: ${error}`)
    }
    damaged[offset] = bytes[offset]
  }
  expect(wrong).toEqual([])
  expect(refusedCount).toBeGreaterThan(500)
})

test('a damaged file is named with place and reason', () => {
  const { bytes, boundaries } = threeBatches()
  const read = (change: (bytes: Uint8Array) => void) => {
    const damaged = Uint8Array.from(bytes)
    change(damaged)
    return () => readTableFile('mapping', damaged, source)
  }
  expect(() => readTableFile('mapping', Buffer.from('PERFILE2 and so on'), source)).toThrow(
    new FormatError(source, 0, 'It does not begin as an Arrow file does.'),
  )
  expect(read(copy => copy.fill(1, boundaries[1], boundaries[1] + 4))).toThrow(`${source} is damaged at byte ${boundaries[1]}`)
  expect(read(copy => copy.fill(0x7f, boundaries[1] + 4, boundaries[1] + 8))).toThrow(
    expect.objectContaining({ code: 'BAD_INPUT', why: 'A message is longer than the file.' }),
  )
})

test('a table file of another table lacks columns', () => {
  const bytes = Buffer.concat(encodeTable('stack', tableOf('stack', [])))
  expect(() => readTableFile('frame', bytes, 'rec/frame.arrow')).toThrow(
    expect.objectContaining({
      code: 'BAD_INPUT',
      message: 'rec/frame.arrow has no column symbol.',
      why: 'The recording was made by another version of autotune, or changed by another program.',
      next: 'Record again with this version; docs/SCHEMA.md lists what changed.',
    }),
  )
})

test('columns we do not know are stepped over', () => {
  const bytes = Buffer.concat(encodeTable('thread', tableOf('thread', [{ tid: 5, process: 0, startNs: 1, endNs: 2, comm: 'a' }])))
  const { table } = readTableFile('callchainStack', renameColumn(bytes, 'process', 'stack\0\0'), source)
  expect(table).toEqual({ length: 1, stack: Int32Array.of(0) })
})

/** Changes a column's name in a file; the string in the flatbuffer has its length before it. */
function renameColumn(bytes: Uint8Array, from: string, to: string): Uint8Array {
  const renamed = Buffer.from(bytes)
  const start = renamed.indexOf(from)
  renamed.write(to, start)
  renamed.writeUInt32LE(to.replaceAll('\0', '').length, start - 4)
  return renamed
}

test('reading does not depend on where in memory the bytes lie', () => {
  const { bytes } = threeBatches()
  const shifted = new Uint8Array(bytes.length + 3)
  shifted.set(bytes, 3)
  expect(readTableFile('mapping', shifted.subarray(3), source)).toEqual(readTableFile('mapping', bytes, source))
})
