import { execFileSync, spawn } from 'node:child_process'
import { once } from 'node:events'
import { copyFileSync, mkdtempSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import koffi from 'koffi'
import { expect, type TestContext, test } from 'vitest'
import { linuxHost } from '../linux-host.ts'
import { CodeKind, NONE, type Row, textAt } from '../schema.ts'
import { tableOf } from '../table-builder.ts'
import { readFileCode } from './file-code.ts'
import { MappedFiles } from './mapped-files.ts'
import { symbolize } from './symbolize.ts'

const host = linuxHost()

/** Executable mappings of a living process, as the recorder stores them. */
function mappingsOf(pid: number): Row<'mapping'>[] {
  const lines = host.readText(`/proc/${pid}/maps`)?.split('\n') ?? []
  return lines.flatMap(line => {
    const match = /^([0-9a-f]+)-([0-9a-f]+) ..x. ([0-9a-f]+) (\S+) (\d+)\s*(.*)$/.exec(line)
    if (match === null) return []
    const [, start, end, offset, device, inode, path] = match
    const place = { startAddress: BigInt(`0x${start}`), endAddress: BigInt(`0x${end}`), fileOffsetBytes: Number.parseInt(offset, 16) }
    return [{ process: 0, timeNs: 0, ...place, path, device, inode: Number(inode), buildId: undefined }]
  })
}

interface Scene {
  readonly pid: number
  readonly mappings: readonly Row<'mapping'>[]
  readonly files: MappedFiles
}

/** Names of addresses, each a chain of its own. */
function namesOf({ pid, mappings, files }: Scene, kind: number, addresses: readonly bigint[]) {
  const facts = { nsPid: -1, commandLine: undefined, executable: host.readLink(`/proc/${pid}/exe`), cgroup: undefined, role: 0 }
  const process: Row<'process'> = { pid, parentPid: 1, startNs: 0, endNs: Number.NaN, comm: 'test', ...facts }
  const owner = kind === CodeKind.User ? 0 : NONE
  const chains = addresses.map((address): Row<'callchain'> => ({ prefix: NONE, process: owner, kind, address, timeNs: 1 }))
  const input = { process: tableOf('process', [process]), mapping: tableOf('mapping', mappings), callchain: tableOf('callchain', chains) }
  const { tables, unavailable } = symbolize(host, input, { files })
  const { symbol, frame, stack, callchainStack } = tables
  const names = addresses.map((_, row) => textAt(symbol.name, frame.symbol[stack.frame[callchainStack.stack[row]]]) ?? '')
  return { names, unavailable }
}

function ownScene(): Scene {
  const mappings = mappingsOf(process.pid)
  const files = new MappedFiles(host, { maxOpen: 64 })
  for (const mapping of mappings) files.note({ pid: process.pid, ...mapping, path: mapping.path ?? '', device: mapping.device ?? '' })
  return { pid: process.pid, mappings, files }
}

test('functions of this process have the names the dynamic linker knows them by', () => {
  const dlsym = koffi.load(null).func('dlsym', 'uintptr_t', ['uintptr_t', 'str'])
  const wanted = ['getpid', 'qsort', 'uv_run', 'uv_hrtime', 'napi_create_object']
  const scene = ownScene()
  const { names, unavailable } = namesOf(
    scene,
    CodeKind.User,
    wanted.map(name => BigInt(dlsym(0, name))),
  )
  expect([names.map(name => name.replace(/^_+libc_/, '')), unavailable]).toEqual([wanted, []])
  scene.files.close()
})

test('functions of the vdso have names', () => {
  const scene = ownScene()
  const vdso = scene.mappings.find(({ path }) => path === '[vdso]')
  expect(vdso).toBeDefined()
  const start = vdso?.startAddress ?? 0n
  const { names } = namesOf(
    scene,
    CodeKind.User,
    Array.from({ length: 0x1000 }, (_, offset) => start + BigInt(offset)),
  )
  expect(names.filter(name => /clock_gettime/.test(name)).length).toBeGreaterThan(0)
  scene.files.close()
})

test('functions of the kernel have names', (context: TestContext) => {
  const line = /^([0-9a-f]{16}) [tT] vfs_read$/m.exec(host.readText('/proc/kallsyms') ?? '')
  if (line === null || BigInt(`0x${line[1]}`) === 0n) return context.skip('needs addresses in /proc/kallsyms: run as root')
  const scene = { pid: process.pid, mappings: [], files: new MappedFiles(host, { maxOpen: 1 }) }
  expect(namesOf(scene, CodeKind.Kernel, [BigInt(`0x${line[1]}`) + 1n]).names).toEqual(['vfs_read'])
})

test('a program that was deleted and has ended still has its file', async () => {
  const directory = mkdtempSync(join(tmpdir(), 'symbolize-'))
  const path = join(directory, 'sleeper')
  copyFileSync('/bin/sleep', path)
  const child = spawn(path, ['60'], { stdio: 'ignore' })
  await once(child, 'spawn')
  const pid = child.pid ?? 0
  const mappings = mappingsOf(pid).filter(mapping => mapping.path === path)
  const files = new MappedFiles(host, { maxOpen: 8 })
  for (const mapping of mappings) files.note({ pid, ...mapping, path, device: mapping.device ?? '' })
  rmSync(directory, { recursive: true })
  child.kill('SIGKILL')
  await once(child, 'exit')

  expect(mappings.length).toBeGreaterThan(0)
  const deleted = mappings.map(mapping => ({ ...mapping, path: `${path} (deleted)` }))
  const { names, unavailable } = namesOf({ pid, mappings: deleted, files }, CodeKind.User, [mappings[0].startAddress + 0x100n])
  expect(names[0]).not.toContain('at 0x')
  expect(unavailable).toEqual([])
  expect(
    namesOf({ pid, mappings: deleted, files: new MappedFiles(host, { maxOpen: 8 }) }, CodeKind.User, [mappings[0].startAddress])
      .unavailable,
  ).toHaveLength(1)
  files.close()
})

test('the perf map of a node program is there after it has ended', async () => {
  const script =
    'function readThisName(n) { let s = 0; for (let i = 0; i < n; i++) s += i % 7; return s }; for (let i = 0; i < 500; i++) readThisName(1e4)'
  const child = spawn(process.execPath, ['--perf-basic-prof-only-functions', '-e', `${script}; process.stdin.resume()`], {
    stdio: ['pipe', 'ignore', 'ignore'],
  })
  await once(child, 'spawn')
  const pid = child.pid ?? 0
  const files = new MappedFiles(host, { maxOpen: 8 })
  files.note({ pid, startAddress: 0n, endAddress: 1n, path: process.execPath, device: '00:00', inode: 0 })
  child.stdin.end()
  await once(child, 'exit')
  expect(new TextDecoder().decode(files.readPerfMap(pid))).toContain('readThisName')
  files.close()
  rmSync(`/tmp/perf-${pid}.map`, { force: true })
})

test('every function of this node has a name that readelf gives it', (context: TestContext) => {
  const listed = run('readelf', ['-sW', process.execPath])
  if (listed === undefined) return context.skip('needs readelf of the binutils')
  const file = host.openFile(process.execPath)
  if (file === undefined) throw new Error('This node cannot be read.')
  const code = readFileCode(host, file, { path: process.execPath, roots: [''] })
  const namesAt = new Map<number, Set<string>>()
  // number, value, size, type, binding, visibility, section, name
  for (const [, value, name] of listed.matchAll(/^ *\d+: ([0-9a-f]+) +[1-9]\w* I?FUNC +\w+ +\w+ +\d+ (\S+)/gm)) {
    const address = Number.parseInt(value, 16)
    namesAt.set(address, (namesAt.get(address) ?? new Set()).add(name.replace(/@.*/, '')))
  }
  const wrong = Array.from(namesAt).filter(([address, names]) => !names.has(code.nameAt(address) ?? ''))
  file.close()
  expect(namesAt.size).toBeGreaterThan(1000)
  expect(wrong).toEqual([])
})

function run(command: string, options: readonly string[]): string | undefined {
  try {
    return execFileSync(command, options, { encoding: 'utf8', maxBuffer: 1 << 28, stdio: ['ignore', 'pipe', 'ignore'] })
  } catch {
    return undefined
  }
}
