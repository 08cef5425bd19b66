import { crc32 } from 'node:zlib'
import { expect, test } from 'vitest'
import { tinyElf } from '../../test/tiny-elf.ts'
import { replayHost } from '../host.ts'
import { memorySource } from './byte-source.ts'
import { openDebugFile } from './debug-file.ts'
import { parseElf } from './elf.ts'
import { hasSymbolTable } from './elf-symbols.ts'

const symbols = [{ name: 'hidden', address: 0x1000, sizeBytes: 8 }]
const main = (parts: Parameters<typeof tinyElf>[0]) => parseElf(memorySource(tinyElf(parts)), 'app')

/** Path of the debug file that is found, or undefined. */
function found(elf: ReturnType<typeof main>, files: Record<string, Uint8Array>, roots = ['']): string | undefined {
  return openDebugFile(replayHost({ files }), { elf, path: '/opt/app/bin/app', roots, accepts: hasSymbolTable })?.elf.name
}

const debug = tinyElf({ buildId: 'abcdef', symbols })

test('a build id names the file', () => {
  const path = '/usr/lib/debug/.build-id/ab/cdef.debug'
  expect(found(main({ buildId: 'abcdef' }), { [path]: debug })).toBe(path)
  expect(found(main({ buildId: 'abcdef' }), { [`/proc/42/root${path}`]: debug }, ['/proc/42/root', ''])).toBe(`/proc/42/root${path}`)
})

test.each(['/opt/app/bin/app.debug', '/opt/app/bin/.debug/app.debug', '/usr/lib/debug/opt/app/bin/app.debug'])(
  'a debug link leads to %s',
  path => {
    const elf = main({ debugLink: { fileName: 'app.debug', crc: crc32(debug) } })
    expect(found(elf, { [path]: debug })).toBe(path)
  },
)

test('a file that belongs to another build is refused', () => {
  const stale = tinyElf({ buildId: '123456', symbols })
  expect(found(main({ buildId: 'abcdef' }), { '/usr/lib/debug/.build-id/ab/cdef.debug': stale })).toBeUndefined()
  expect(found(main({ debugLink: { fileName: 'app.debug', crc: 1 } }), { '/opt/app/bin/app.debug': stale })).toBeUndefined()
})

test('a damaged file or one without symbols is passed over', () => {
  const path = '/usr/lib/debug/.build-id/ab/cdef.debug'
  expect(found(main({ buildId: 'abcdef' }), { [path]: debug.subarray(0, 200) })).toBeUndefined()
  expect(found(main({ buildId: 'abcdef' }), { [path]: tinyElf({ buildId: 'abcdef' }) })).toBeUndefined()
})

test('a link cannot lead out of its folders, nor to the program itself', () => {
  const link = (fileName: string) => main({ debugLink: { fileName, crc: crc32(debug) } })
  expect(found(link('../../../etc/passwd'), { '/opt/app/bin/../../../etc/passwd': debug })).toBeUndefined()
  expect(found(link('app'), { '/opt/app/bin/app': debug })).toBeUndefined()
})
