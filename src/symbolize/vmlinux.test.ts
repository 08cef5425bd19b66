import { readFileSync } from 'node:fs'
import { join } from 'node:path'
import { expect, test } from 'vitest'
import { replayHost } from '../host.ts'
import { CodeKind, NONE, type Row, textAt } from '../schema.ts'
import { tableOf } from '../table-builder.ts'
import type { SourceFrames } from './dwarf/resolve.ts'
import { workBudget } from './dwarf/work-budget.ts'
import { parseKallsyms } from './kallsyms.ts'
import type { LineAnswer } from './line-requests.ts'
import { MappedFiles } from './mapped-files.ts'
import { resolveFileLines } from './source-lines.ts'
import { symbolize } from './symbolize.ts'
import { openVmlinux } from './vmlinux.ts'

/** shop.cpp, linked where kernels are: .text at 0xffffffff81000000. */
const vmlinux = new Uint8Array(readFileSync(join(import.meta.dirname, '../../test/dwarf/vmlinux.debug')))
const path = '/usr/lib/debug/boot/vmlinux-6.1.0-9-amd64'
const KASLR = 0x1f000000
const START = 0xffffffff81000000n + BigInt(KASLR)
const kallsyms = `0000000000000000 A fixed_percpu_data
0000000000001000 t asm_in_percpu
${START.toString(16)} T _text
${(START + 0x30n).toString(16)} T checkout
ffffffffc0000000 t probe\t[nf_tables]
`

/** /sys/kernel/notes: a build id among other notes. */
function notesOf(id: string): Buffer {
  const note = (name: string, type: number, descriptor: Buffer) => {
    const header = new Uint8Array(Uint32Array.of(name.length + 1, descriptor.length, type).buffer)
    return Buffer.concat([header, Buffer.from(`${name}\0`.padEnd((name.length + 4) & ~3, '\0')), descriptor])
  }
  return Buffer.concat([note('Linux', 0x101, Buffer.alloc(4)), note('GNU', 3, Buffer.from(id, 'hex'))])
}

const buildId = `${Buffer.from('autotune').toString('hex')}000000000000000000000001`

function hostWith(files: Record<string, string | Uint8Array>) {
  const known = { '/proc/kallsyms': kallsyms, '/proc/sys/kernel/osrelease': '6.1.0-9-amd64\n', '/sys/kernel/notes': notesOf(buildId) }
  return replayHost({ files: { ...known, ...files } })
}

test('the debug information of the running kernel is found, and how far its code was moved', () => {
  expect(openVmlinux(hostWith({ [path]: vmlinux }), parseKallsyms(Buffer.from(kallsyms)))).toMatchObject({ path, bias: KASLR })
})

test.each([
  ['another build of the same release', { [path]: vmlinux, '/sys/kernel/notes': notesOf(buildId.replace(/1$/, '2')) }],
  ['a kernel whose notes are cut', { [path]: vmlinux, '/sys/kernel/notes': notesOf(buildId).subarray(0, 30) }],
  ['a file that is no program', { [path]: vmlinux.subarray(0, 100) }],
  ['a release that leads elsewhere', { '/boot/vmlinux-../x': vmlinux, '/proc/sys/kernel/osrelease': '../x' }],
  ['no such file', {}],
])('no lines from %s', (_, files) => {
  expect(openVmlinux(hostWith(files), parseKallsyms(Buffer.from(kallsyms)))).toBeUndefined()
})

test('kernel functions have lines and what was inlined into them; those of modules keep their symbol', () => {
  const host = hostWith({ [path]: vmlinux })
  const row = (address: bigint, prefix: number): Row<'callchain'> => ({ address, prefix, timeNs: 0, kind: CodeKind.Kernel, process: 0 })
  // outermost first: the module called checkout, which is interrupted in a loop that was inlined twice
  const callchain = tableOf('callchain', [row(0xffffffffc0000010n, NONE), row(START + 0x60n, 0)])
  const answers: LineAnswer[] = []
  const lines = {
    ask(request: Parameters<typeof resolveFileLines>[1]) {
      const frames = new Map<number, SourceFrames>()
      const reasons = resolveFileLines(host, request, { budget: workBudget(() => false), onFrames: (at, found) => frames.set(at, found) })
      answers.push({ frames, reasons })
    },
    finish: () => answers,
  }
  const input = { process: tableOf('process', []), mapping: tableOf('mapping', []), callchain }
  const { tables } = symbolize(host, input, { files: new MappedFiles(host, { maxOpen: 8 }), lines })
  const { frame, stack, symbol, callchainStack } = tables
  const seen: string[] = []
  for (let at = callchainStack.stack[1]; at !== NONE; at = stack.prefix[at]) {
    const found = stack.frame[at]
    seen.push(`${textAt(symbol.name, frame.symbol[found])} ${textAt(frame.file, found)}:${frame.line[found]}`)
  }
  expect(seen).toEqual([
    // as llvm-symbolizer says for 0xffffffff81000060
    'Basket::sum() const /src/shop.cpp:7',
    'priced /src/shop.cpp:14',
    'checkout /src/shop.cpp:23',
    'probe undefined:-1',
  ])
})
