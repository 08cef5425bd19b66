import { describe, expect, test } from 'vitest'
import { FormatError } from '../errors.ts'
import { findKernelFunction, parseKallsyms } from './kallsyms.ts'

const text = `0000000000000000 A fixed_percpu_data
ffffffff81000000 T _stext
ffffffff81000200 t do_one_initcall
ffffffff81000400 T __ia32_sys_getpid
ffffffff81000400 T __x64_sys_getpid
ffffffff81000600 W weak_function
ffffffff810007f0 t __pfx_padded
ffffffff81000800 t padded
ffffffff81001000 D some_data
ffffffff81002000 T _etext
ffffffffc0a01000 t ext4_map_blocks	[ext4]
ffffffffc0a02000 t bpf_prog_6deef7357e7b4530	[bpf]
`
const bytes = new TextEncoder().encode(text)
const kallsyms = parseKallsyms(bytes)
const find = (address: bigint) => findKernelFunction(kallsyms, Number(BigInt.asIntN(64, address)))

describe('an address', () => {
  test.each([
    [0xffffffff81000000n, '_stext'],
    [0xffffffff810001ffn, '_stext'],
    [0xffffffff81000200n, 'do_one_initcall'],
    [0xffffffff81000600n, 'weak_function'],
  ])('%i belongs to %s', (address, name) => {
    expect(find(address)).toEqual({ name, module: undefined })
  })

  test('of a module belongs to it', () => {
    expect(find(0xffffffffc0a01008n)).toEqual({ name: 'ext4_map_blocks', module: 'ext4' })
    expect(find(0xffffffffc0a02008n)).toEqual({ name: 'bpf_prog_6deef7357e7b4530', module: 'bpf' })
  })

  test('of a system call has its 64-bit name', () => {
    expect(find(0xffffffff81000404n)?.name).toBe('__x64_sys_getpid')
  })

  test('in the padding of a function is its function', () => {
    expect(find(0xffffffff810007ffn)?.name).toBe('padded')
  })

  test.each([0xffffffff80ffffffn, 0xffffffff81002010n, 0xffffffffc0901000n, 0xffffffffc0b02000n])(
    '%i outside of all has no function',
    address => {
      expect(find(address)).toBeUndefined()
    },
  )
})

test('addresses that are all zero are hidden', () => {
  expect(kallsyms.isHidden).toBe(false)
  expect(parseKallsyms(new TextEncoder().encode(text.replaceAll(/^[0-9a-f]{16}/gm, '0'.repeat(16)))).isHidden).toBe(true)
})

test('lines that are none are damage', () => {
  for (const damaged of ['ffffffff81000000 T', 'ffffffff8100000g T _stext\n', 'short\n', `${text}ffffffff81003000 t cut`]) {
    expect(() => parseKallsyms(new TextEncoder().encode(damaged)), damaged).toThrow(FormatError)
  }
})

test('every cut that is not at the end of a line is damage', () => {
  for (let length = 1; length < bytes.length; length++) {
    const parse = () => parseKallsyms(bytes.subarray(0, length))
    if (text[length - 1] === '\n') expect(parse, `length ${length}`).not.toThrow()
    else expect(parse, `length ${length}`).toThrow(FormatError)
  }
})
