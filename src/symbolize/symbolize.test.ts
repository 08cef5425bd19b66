import { describe, expect, test } from 'vitest'
import { jitDump } from '../../test/jit-dump.ts'
import { type TinyElf, tinyElf } from '../../test/tiny-elf.ts'
import { type RecordedInput, replayHost } from '../host.ts'
import { CodeKind, NONE, Ownership, type Row, textAt } from '../schema.ts'
import { tableOf } from '../table-builder.ts'
import { MappedFiles } from './mapped-files.ts'
import { type Symbolized, symbolize } from './symbolize.ts'

const KERNEL = 0xffffffff81000000n
/** Where files are mapped; .text of a tiny ELF lies at 0x1000 of it. */
const BASE = 0x7f0000000000

const kallsyms = `ffffffff81000000 T _stext
ffffffff81000100 T do_syscall_64
ffffffff81000200 T vfs_read
`
const app: TinyElf = {
  symbols: [
    { name: 'main', address: 0x1000, sizeBytes: 0x100 },
    { name: '_ZN4shop5totalEi', address: 0x1100, sizeBytes: 0x100 },
    { name: 'leaf', address: 0x1200, sizeBytes: 0x100 },
  ],
}

interface Scene extends RecordedInput {
  readonly executable?: string
  /** Path mapped at BASE, and 16 MiB after it for each further one. */
  readonly mapped?: readonly string[]
  readonly kernel?: 'running' | 'other'
}

/** One address of a chain: "user" addresses are relative to BASE. */
type Address = readonly ['user' | 'kernel' | 'hypervisor', number]

/** Symbolizes chains, leaf first. Process 0 has pid 42. */
function run(scene: Scene, chains: readonly (readonly Address[])[]): Symbolized {
  const files = { '/proc/kallsyms': kallsyms, ...scene.files }
  const host = replayHost({ ...scene, files })
  const process: Row<'process'> = {
    pid: 42,
    nsPid: -1,
    parentPid: 1,
    startNs: 0,
    endNs: Number.NaN,
    comm: 'app',
    commandLine: undefined,
    executable: scene.executable ?? '/srv/app',
    cgroup: undefined,
    role: 1,
  }
  const mappings = (scene.mapped ?? ['/srv/app']).map((path, index): Row<'mapping'> => {
    const inode = path.startsWith('/') && !path.startsWith('//') ? (host.openFile(path)?.inode ?? 1) : 0
    const start = BigInt(BASE + index * 2 ** 24)
    const place = { startAddress: start, endAddress: start + 0x10000n, fileOffsetBytes: 0 }
    return { process: 0, timeNs: 0, ...place, path, device: '00:01', inode, buildId: undefined }
  })
  const input = {
    process: tableOf('process', [process]),
    mapping: tableOf('mapping', mappings),
    callchain: tableOf('callchain', chainRows(chains)),
  }
  return symbolize(host, input, { files: new MappedFiles(host, { maxOpen: 8 }), kernel: scene.kernel })
}

function chainRows(chains: readonly (readonly Address[])[]): Row<'callchain'>[] {
  const rows: Row<'callchain'>[] = []
  for (const chain of chains) {
    let prefix = NONE
    for (const [kind, offset] of chain.toReversed()) {
      const isUser = kind === 'user'
      const address = isUser ? BigInt(BASE + offset) : KERNEL + BigInt(offset)
      const known = rows.findIndex(row => row.prefix === prefix && row.address === address)
      const code = { user: CodeKind.User, kernel: CodeKind.Kernel, hypervisor: CodeKind.Hypervisor }[kind]
      prefix = known >= 0 ? known : rows.push({ prefix, process: isUser ? 0 : NONE, kind: code, address, timeNs: 10 }) - 1
    }
  }
  return rows
}

/** The stack of the last callchain row, leaf first. */
function stackOf({ tables }: Symbolized, row = tables.callchainStack.length - 1): string[] {
  const names: string[] = []
  for (let stack = tables.callchainStack.stack[row]; stack !== NONE; stack = tables.stack.prefix[stack]) {
    names.push(textAt(tables.symbol.name, tables.frame.symbol[tables.stack.frame[stack]]) ?? '')
  }
  return names
}

function symbolsOf({ tables: { symbol } }: Symbolized) {
  return Array.from({ length: symbol.length }, (_, row) => ({
    name: textAt(symbol.name, row),
    module: textAt(symbol.module, row),
    path: textAt(symbol.path, row),
    ownership: symbol.ownership[row],
  }))
}

const withApp = { files: { '/srv/app': tinyElf(app) } }

test('a chain through kernel and program has the names of both', () => {
  const chain: Address[] = [
    ['kernel', 0x210],
    ['kernel', 0x110],
    ['user', 0x1210],
    ['user', 0x1108],
    ['user', 0x1010],
  ]
  const result = run(withApp, [chain])
  expect(stackOf(result)).toEqual(['vfs_read', 'do_syscall_64', 'leaf', 'shop::total(int)', 'main'])
  expect(symbolsOf(result)).toContainEqual({ name: 'vfs_read', module: '[kernel]', path: undefined, ownership: Ownership.Kernel })
  expect(symbolsOf(result)).toContainEqual({ name: 'main', module: 'app', path: '/srv/app', ownership: Ownership.Own })
  expect([result.unavailable, result.hints]).toEqual([[], []])
})

test('a caller is looked up before its return address, a leaf exactly at it', () => {
  // 0x1100 is the first byte of total and the return address of a call that ends main
  expect(
    stackOf(
      run(withApp, [
        [
          ['user', 0x1200],
          ['user', 0x1100],
        ],
      ]),
    ),
  ).toEqual(['leaf', 'main'])
  expect(
    stackOf(
      run(withApp, [
        [
          ['kernel', 0x200],
          ['kernel', 0x200],
        ],
      ]),
    ),
  ).toEqual(['vfs_read', 'do_syscall_64'])
})

test('the address at which a program entered the kernel is no return address', () => {
  expect(
    stackOf(
      run(withApp, [
        [
          ['kernel', 0x110],
          ['user', 0x1100],
          ['user', 0x1001],
        ],
      ]),
    ),
  ).toEqual(['do_syscall_64', 'shop::total(int)', 'main'])
})

test('equal functions are one symbol, equal addresses one frame, equal stacks one stack', () => {
  const result = run(withApp, [
    [
      ['user', 0x1204],
      ['user', 0x1008],
    ],
    [
      ['user', 0x1208],
      ['user', 0x1008],
    ],
  ])
  const { symbol, frame, stack, callchainStack } = result.tables
  expect([symbol.length, frame.length, stack.length, callchainStack.length]).toEqual([2, 3, 3, 3])
  expect(frame.relativeAddress.toSorted()).toEqual(Float64Array.of(0x1007, 0x1204, 0x1208))
})

describe('without a name', () => {
  test('an address keeps its file and address', () => {
    const result = run(withApp, [[['user', 0x1844]]])
    expect(symbolsOf(result)).toEqual([{ name: '[unknown] in app+0x1844', module: 'app', path: '/srv/app', ownership: Ownership.Own }])
  })

  test('addresses of a file that is gone stay, and the file is named', () => {
    const result = run({ mapped: ['/srv/gone (deleted)'] }, [[['user', 0x1844]]])
    expect(stackOf(result)).toEqual(['[unknown] in gone+0x1844'])
    expect(result.unavailable).toMatchObject([
      { tables: ['symbol'], reason: '1 of the mapped files could not be read: /srv/gone (deleted) (gone, replaced or forbidden).' },
    ])
  })

  test('addresses of a damaged file stay, the other files keep their names', () => {
    const damaged = tinyElf(app).slice(0, -10)
    const scene = { files: { '/srv/app': tinyElf(app), '/srv/bad.so': damaged }, mapped: ['/srv/app', '/srv/bad.so'] }
    const result = run(scene, [
      [
        ['user', 2 ** 24 + 0x1210],
        ['user', 0x1010],
      ],
    ])
    expect(stackOf(result)).toEqual(['[unknown] in bad.so+0x1210', 'main'])
    expect(result.unavailable[0].reason).toContain('/srv/bad.so (section headers needs')
  })

  test('a stripped file is named in a hint', () => {
    const result = run({ files: { '/srv/app': tinyElf({}) } }, [[['user', 0x1210]]])
    expect(result.hints).toEqual(['No symbols in /srv/app: install their debug symbols, or build without stripping.'])
  })

  test('an address no mapping covers is shown as it is', () => {
    expect(stackOf(run(withApp, [[['user', 0x9990000]]]))).toEqual(['[unknown] at 0x7f0009990000'])
  })

  test('hypervisor code is what it is', () => {
    expect(stackOf(run(withApp, [[['hypervisor', 0]]]))).toEqual(['[unknown] in [hypervisor]'])
  })
})

describe('kernel functions have no names', () => {
  const nameOnly = (scene: Scene) => {
    const result = run(scene, [[['kernel', 0x210]]])
    return [stackOf(result), result.unavailable.map(({ reason, remedy }) => `${reason} ${remedy}`)]
  }

  test('when kptr_restrict hides them', () => {
    const hidden = { '/proc/kallsyms': '0000000000000000 T vfs_read\n', '/proc/sys/kernel/kptr_restrict': '2\n' }
    expect(nameOnly({ files: hidden, uid: 1000 })).toEqual([
      ['[unknown] in [kernel]'],
      [
        'All addresses in /proc/kallsyms are zero: kernel.kptr_restrict is 2 and we run as uid 1000. sudo sysctl kernel.kptr_restrict=1, and record as root.',
      ],
    ])
  })

  test('when another kernel recorded', () => {
    expect(nameOnly({ kernel: 'other' })[0]).toEqual(['[unknown] in [kernel]'])
  })

  test('when kallsyms is damaged', () => {
    expect(nameOnly({ files: { '/proc/kallsyms': 'ffff' } })[0]).toEqual(['[unknown] in [kernel]'])
  })

  test('and nothing is said when there is no kernel code', () => {
    expect(run({ ...withApp, kernel: 'other' }, [[['user', 0x1010]]]).unavailable).toEqual([])
  })
})

describe('code a runtime compiled', () => {
  const node = { executable: '/usr/bin/node', mapped: ['//anon'] }
  const map = `${(BASE + 0x100).toString(16)} 100 JS:*hot /srv/app.js:3:10\n`

  test('has the names of its perf map', () => {
    const result = run({ ...node, files: { '/tmp/perf-42.map': map } }, [[['user', 0x110]]])
    expect(symbolsOf(result)).toEqual([{ name: 'hot /srv/app.js:3:10', module: '[node JIT]', path: undefined, ownership: Ownership.Own }])
    expect(result.hints).toEqual([])
  })

  test('has the names of the log that its process maps, before those of its perf map', () => {
    const log = jitDump().load({ address: BASE + 0x100, sizeBytes: 0x20, index: 0, name: 'JS:*logged /srv/app.js:5:1' })
    const mapped = ['//anon', '/srv/jit-42.dump']
    const files = { '/srv/jit-42.dump': log.bytes, '/tmp/perf-42.map': map }
    const named = (offset: number, from: Scene) => stackOf(run({ ...node, ...from }, [[['user', offset]]]))
    expect(named(0x110, { mapped, files })).toEqual(['logged /srv/app.js:5:1'])
    expect(named(0x130, { mapped, files })).toEqual(['hot /srv/app.js:3:10'])
    const damaged = { '/srv/jit-42.dump': 'no log at all, but long enough for a header', '/tmp/perf-42.map': map }
    expect(named(0x110, { mapped, files: damaged })).toEqual(['hot /srv/app.js:3:10'])
    expect(named(0x110, { mapped: ['//anon'], files: { '/srv/jit-42.dump': log.bytes } })).toEqual(['[unknown] in [node JIT]'])
  })

  test('has them where no mapping was recorded, too', () => {
    const far = `${(BASE + 0x9990000).toString(16)} 100 JS:*hot /srv/app.js:3:10\n`
    expect(stackOf(run({ ...node, files: { '/tmp/perf-42.map': far } }, [[['user', 0x9990010]]]))).toEqual(['hot /srv/app.js:3:10'])
  })

  test('without a map is one function, and a hint says how to get names', () => {
    const result = run(node, [
      [
        ['user', 0x110],
        ['user', 0x220],
      ],
    ])
    expect(stackOf(result)).toEqual(['[unknown] in [node JIT]', '[unknown] in [node JIT]'])
    expect(symbolsOf(result)).toEqual([
      { name: '[unknown] in [node JIT]', module: '[node JIT]', path: undefined, ownership: Ownership.Runtime },
    ])
    expect(result.hints).toEqual([
      'app (pid 42): start node with --perf-basic-prof-only-functions --interpreted-frames-native-stack for names of JavaScript functions.',
    ])
  })

  test('in memory nobody recorded is told from rubbish on the stack', () => {
    const result = run({ ...node, mapped: [] }, [
      [
        ['user', 0x110],
        ['user', 0x220],
        ['user', 2 ** 40],
      ],
    ])
    expect(stackOf(result)).toEqual(['[unknown] in [node JIT]', '[unknown] in [node JIT]', '[unknown] at 0x800000000000'])
  })

  test('in a memory file is told from a program in one', () => {
    const path = '/memfd:code'
    expect(stackOf(run({ mapped: [path], files: { [path]: 'no program' } }, [[['user', 0x1010]]]))).toEqual(['[unknown] in [jit]'])
    expect(stackOf(run({ mapped: [path], files: { [path]: tinyElf(app) } }, [[['user', 0x1010]]]))).toEqual(['main'])
  })

  test('is not named by the map of another process', () => {
    expect(stackOf(run({ ...node, files: { '/tmp/perf-43.map': map } }, [[['user', 0x110]]]))).toEqual(['[unknown] in [node JIT]'])
  })
})

test('a Python program without a perf map gets a hint', () => {
  const scene = { files: { '/usr/bin/python3.11': tinyElf(app) }, mapped: ['/usr/bin/python3.11'], executable: '/usr/bin/python3.11' }
  expect(run(scene, [[['user', 0x1010]]]).hints).toEqual([
    'app (pid 42): start Python 3.12 or newer with -X perf for names of Python functions.',
  ])
})

test('a damaged callchain table gives short stacks, not a loop', () => {
  const rows = chainRows([[['user', 0x1010]], [['user', 0x1110]]]).map(row => ({ ...row, prefix: 1, process: 7 }))
  const host = replayHost({})
  const input = { process: tableOf('process', []), mapping: tableOf('mapping', []), callchain: tableOf('callchain', rows) }
  const result = symbolize(host, input, { files: new MappedFiles(host, { maxOpen: 8 }) })
  expect(stackOf(result, 0)).toEqual(['[unknown] at 0x7f0000001010'])
  expect(stackOf(result, 1)).toEqual(['[unknown] at 0x7f0000001110'])
})

test('the same recording gives the same tables', () => {
  const chains: Address[][] = [
    [
      ['kernel', 0x210],
      ['user', 0x1210],
      ['user', 0x1010],
    ],
    [
      ['user', 0x1300],
      ['user', 0x1010],
    ],
  ]
  expect(run(withApp, chains)).toEqual(run(withApp, chains))
})
