import { expect, test } from 'vitest'
import { cfa, commonEntry, functionEntry } from '../../../test/frame-bytes.ts'
import { tinyElf } from '../../../test/tiny-elf.ts'
import { replayHost } from '../../host.ts'
import { StackEnd } from '../../schema.ts'
import { MappedFiles } from '../mapped-files.ts'
import { AddressSpace, type SpaceMapping, type SpaceSource } from './address-space.ts'
import { x64 } from './architecture.ts'
import { UserStacks } from './user-stacks.ts'

function mapping(start: number, end: number, more: Partial<SpaceMapping> = {}): SpaceMapping {
  const place = { startAddress: BigInt(start), endAddress: BigInt(end), fileOffsetBytes: 0 }
  return { ...place, path: '/bin/app', device: '08:01', inode: 7, ...more }
}

/** A space whose modules answer with the inode of the mapping and the offset asked for. */
function space(overrides: Partial<SpaceSource> = {}) {
  const asked: string[] = []
  const source: SpaceSource = {
    architecture: x64,
    moduleOf: ({ inode }) => ({
      relativeAddressOf(fileOffset) {
        asked.push(`${inode}+${fileOffset.toString(16)}`)
        return fileOffset
      },
      ruleAt: () => 'none',
    }),
    readMappings: () => undefined,
    readMemory: () => undefined,
    ...overrides,
  }
  return { space: new AddressSpace(source), asked }
}

test('a mapping replaces the part it covers, on both sides the older one stays', () => {
  const { space: found, asked } = space()
  found.add(mapping(0x1000, 0x5000))
  found.add(mapping(0x2000, 0x3000, { inode: 8 }))
  for (const address of [0x1fff, 0x2000, 0x2fff, 0x3000, 0x4fff]) expect(found.stepAt(address, true)).toBe('none')
  expect(asked).toEqual(['7+fff', '8+0', '8+fff', '7+2000', '7+3fff'])
  expect([found.stepAt(0xfff, true), found.stepAt(0x5000, true), found.stepAt(0x5000, false)]).toEqual(['unmapped', 'unmapped', 'none'])
})

test('code that no event announced is found by reading the mappings again', () => {
  let current: readonly SpaceMapping[] = []
  const { space: found } = space({ readMappings: () => current })
  expect(found.stepAt(0x9000, true)).toBe('unmapped')
  current = [mapping(0x9000, 0xa000, { inode: 0, path: '//anon' })]
  expect(found.stepAt(0x9000, true)).toBe('none')
})

test('code without rules is looked at once', () => {
  let reads = 0
  const { space: found } = space({
    readMemory: () => {
      reads++
      return new Uint8Array(32)
    },
  })
  found.add(mapping(0x1000, 0x2000))
  for (let turn = 0; turn < 3; turn++) expect(found.stepAt(0x1500, true)).toBe('none')
  expect(reads).toBe(1)
})

/** A program at 0x555500000000 whose one function, [0x1000, 0x1040), keeps a frame; its caller is the root, [0x1040, 0x1080). */
function scene() {
  const sectionAddress = 0x3000
  const bytes = commonEntry()
  bytes.push(...functionEntry({ at: bytes.length, sectionAddress, start: 0x1000, sizeBytes: 64, program: cfa.defineOffset(16) }))
  bytes.push(...functionEntry({ at: bytes.length, sectionAddress, start: 0x1040, sizeBytes: 64, program: cfa.undefined(16) }))
  const elf = tinyElf({ sections: [{ name: '.eh_frame', bytes: Uint8Array.from(bytes), address: sectionAddress }] })
  const host = replayHost({ files: { '/bin/app': elf } })
  const files = new MappedFiles(host, { maxOpen: 4 })
  const file = host.openFile('/bin/app')
  const stacks = new UserStacks(host, { files, architecture: x64, mode: 'dwarf', readMappings: () => undefined })
  const start = 0x555500000000
  const place = { fileOffsetBytes: 0x1000, device: file?.device ?? '', inode: file?.inode ?? 0 }
  stacks.noteMapping(3, 42, mapping(start, start + 0x1000, place))
  return { stacks, start }
}

function sampled(process: number, address: number, words: readonly number[]) {
  const registers = new Int32Array(66)
  const values = new BigInt64Array(registers.buffer)
  values[7] = 0x7ffd0000n
  values[16] = BigInt(address)
  const stack = new Uint8Array(BigInt64Array.from(words, BigInt).buffer)
  return { process, registers, stack, isCut: false, framePointers: Float64Array.of(address, 5), framePointerCount: 2 }
}

test('a stack is unwound by the rules of the file that is mapped, wherever it is mapped', () => {
  const { stacks, start } = scene()
  const frames = new Float64Array(8)
  expect(stacks.resolve(sampled(3, start + 8, [0, start + 0x48]), frames)).toEqual({ count: 2, end: StackEnd.Complete })
  expect([...frames.subarray(0, 2)]).toEqual([start + 8, start + 0x48])
})

test('of an image nobody knows, what the kernel walked stays, unchecked', () => {
  const { stacks, start } = scene()
  expect(stacks.resolve(sampled(9, start + 8, [0, start + 0x48]), new Float64Array(8))).toEqual({ count: 2, end: StackEnd.Unchecked })
})
