import { expect, test } from 'vitest'
import { tinyElf } from '../../test/tiny-elf.ts'
import { FormatError } from '../errors.ts'
import { Ownership } from '../schema.ts'
import { memorySource } from './byte-source.ts'
import { parseElf } from './elf.ts'
import { ownershipOfGoFunction, readGoOwnership } from './go-program.ts'

test.each([
  ['main.main.func1', Ownership.Own],
  ['example.com/shop.(*Cart).Total', Ownership.Own],
  ['example.com/shop/internal/db.Open', Ownership.Own],
  ['example.com/shopping.Open', Ownership.Dependency],
  ['github.com/lib/pq.(*conn).query', Ownership.Dependency],
  ['gopkg.in/yaml%2ev3.Unmarshal', Ownership.Dependency],
  ['runtime.mallocgc', Ownership.Runtime],
  ['sort.Slice[go.shape.struct { example.com/shop.x int }]', Ownership.Runtime],
  ['encoding/json.(*decodeState).object', Ownership.Runtime],
  ['vendor/golang.org/x/net/http2/hpack.Decode', Ownership.Runtime],
  ['type:.eq.struct { github.com/lib/pq.x int }', Ownership.Runtime],
  ['_rt0_amd64_linux', Ownership.Runtime],
  ['sqlite3_step', undefined],
])('in the module example.com/shop: %s', (name, expected) => {
  expect(ownershipOfGoFunction(name, 'example.com/shop')).toBe(expected)
})

test('without a module nothing is called a dependency', () => {
  expect(ownershipOfGoFunction('github.com/lib/pq.Open', undefined)).toBe(Ownership.Own)
})

/** Magic, pointer size, flags, padding to byte 32; the version and the modules, which stand between sentinels. */
function buildInfo(modules: string): Uint8Array {
  const header = [...Buffer.from('\u00ff Go buildinf:', 'latin1'), 8, 2, ...new Array<number>(16).fill(0)]
  const text = Buffer.from(`0123456789abcdef${modules}0123456789abcdef`)
  return Uint8Array.from([...header, 3, ...Buffer.from('go1'), 0x80 | (text.length & 0x7f), text.length >> 7, ...text])
}

const programWith = (bytes: Uint8Array) => parseElf(memorySource(tinyElf({ sections: [{ name: '.go.buildinfo', bytes }] })), 'app')
const info = buildInfo(`path\tshop/cmd/shop\nmod\tshop\t(devel)\t\ndep\tgithub.com/lib/pq\tv1.10.0\t${'h'.repeat(80)}\n`)

test('the module of a program is read from what its build wrote', () => {
  const ownershipOf = readGoOwnership(programWith(info))
  expect(['shop/db.Open', 'github.com/lib/pq.Open', 'strings.Index'].map(name => ownershipOf?.(name))).toEqual([
    Ownership.Own,
    Ownership.Dependency,
    Ownership.Runtime,
  ])
})

test('programs of other languages have none', () => {
  expect(readGoOwnership(parseElf(memorySource(tinyElf({})), 'app'))).toBeUndefined()
})

test('every truncation of the build information throws', () => {
  for (let length = 0; length < info.length; length++) {
    expect(() => readGoOwnership(programWith(info.subarray(0, length))), `${length} bytes`).toThrow(FormatError)
  }
})
