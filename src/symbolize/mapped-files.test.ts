import { describe, expect, test } from 'vitest'
import { tinyElf } from '../../test/tiny-elf.ts'
import { type Host, type HostFile, replayHost } from '../host.ts'
import { MappedFiles, type NotedMapping } from './mapped-files.ts'

const program = (buildId: string) => tinyElf({ buildId })

interface FakeFile {
  readonly bytes: Uint8Array
  readonly inode?: number
  readonly device?: string
  readonly ownerUid?: number
  readonly modifiedNs?: number
}

/** A machine whose files come and go; open descriptors stay good. */
class FakeMachine {
  readonly files = new Map<string, FakeFile>()
  readonly texts = new Map<string, string>()
  readonly links = new Map<string, string>()
  openCount = 0
  highestOpenCount = 0
  readonly host: Host = {
    ...replayHost({ uid: 1000 }),
    readText: path => this.texts.get(path),
    readLink: path => this.links.get(path),
    openFile: path => this.#open(path),
  }

  #open(path: string): HostFile | undefined {
    const file = this.files.get(path)
    if (file === undefined) return undefined
    this.openCount++
    this.highestOpenCount = Math.max(this.highestOpenCount, this.openCount)
    const { bytes, inode = 7, device = '08:01', ownerUid = 0, modifiedNs = 2e18 } = file
    return {
      sizeBytes: bytes.length,
      inode,
      device,
      ownerUid,
      modifiedNs,
      read: (offset, lengthBytes) => bytes.subarray(offset, offset + lengthBytes),
      close: () => void this.openCount--,
    }
  }
}

const mapping: NotedMapping = { pid: 42, startAddress: 0x1000n, endAddress: 0x2000n, path: '/bin/app', device: '08:01', inode: 7 }
const wanted = { pid: 42, path: '/bin/app', device: '08:01', inode: 7, buildId: undefined }

function filesOf(machine: FakeMachine, maxOpen = 8): MappedFiles {
  return new MappedFiles(machine.host, { maxOpen })
}

describe('a noted file', () => {
  test.each([
    ['the mapping itself', '/proc/42/map_files/1000-2000'],
    ['the root of its process', '/proc/42/root/bin/app'],
    ['its path', '/bin/app'],
  ])('is opened through %s and stays readable after it is gone', (_, path) => {
    const machine = new FakeMachine()
    machine.files.set(path, { bytes: program('aa11') })
    const files = filesOf(machine)
    files.note(mapping)
    machine.files.clear()
    expect(files.buildIdOf('08:01', 7)).toBe('aa11')
    expect(files.open(wanted)?.file.sizeBytes).toBe(program('aa11').length)
    files.close()
    expect(machine.openCount).toBe(0)
  })

  test('is not another file that took its path', () => {
    const machine = new FakeMachine()
    machine.files.set('/bin/app', { bytes: program('bb22'), inode: 8 })
    const files = filesOf(machine)
    files.note(mapping)
    expect([files.buildIdOf('08:01', 7), files.open(wanted), machine.openCount]).toEqual([undefined, undefined, 0])
  })

  test('of an overlay has another device in its own namespace, but never at our path', () => {
    const machine = new FakeMachine()
    machine.files.set('/bin/app', { bytes: program('bb22'), device: '00:99' })
    const files = filesOf(machine)
    files.note(mapping)
    expect(files.buildIdOf('08:01', 7)).toBeUndefined()
    machine.files.set('/proc/42/root/bin/app', { bytes: program('aa11'), device: '00:99' })
    files.note(mapping)
    expect(files.buildIdOf('08:01', 7)).toBe('aa11')
  })

  test('is opened once, however many processes map it', () => {
    const machine = new FakeMachine()
    machine.files.set('/bin/app', { bytes: program('aa11') })
    const files = filesOf(machine)
    for (let pid = 1; pid < 20; pid++) files.note({ ...mapping, pid })
    expect(machine.openCount).toBe(1)
  })

  test('that is no ELF file has no build id', () => {
    const machine = new FakeMachine()
    machine.files.set('/bin/app', { bytes: Uint8Array.of(1, 2, 3) })
    const files = filesOf(machine)
    files.note(mapping)
    expect(files.buildIdOf('08:01', 7)).toBeUndefined()
  })
})

test('beyond the limit files are not kept open, but opened again by path', () => {
  const machine = new FakeMachine()
  const files = filesOf(machine, 2)
  for (let inode = 1; inode <= 5; inode++) {
    machine.files.set(`/bin/app${inode}`, { bytes: program(`0${inode}`), inode })
    files.note({ ...mapping, path: `/bin/app${inode}`, inode })
  }
  expect([machine.openCount, files.buildIdOf('08:01', 5)]).toEqual([2, '05'])
  const opened = files.open({ ...wanted, path: '/bin/app5', inode: 5 })
  expect([opened === undefined, machine.openCount]).toEqual([false, 3])
  opened?.release()
  expect(machine.openCount).toBe(2)
})

describe('in a recording read later a file is accepted', () => {
  const open = (file: Partial<FakeFile>, buildId: string | undefined) => {
    const machine = new FakeMachine()
    machine.files.set('/bin/app', { bytes: program('aa11'), ...file })
    const opened = filesOf(machine).open({ ...wanted, buildId })
    opened?.release()
    expect(machine.openCount).toBe(0)
    return opened !== undefined
  }

  test('when device and inode are the same and nothing speaks against it', () => {
    expect([open({}, undefined), open({ inode: 8 }, undefined), open({ device: '08:02' }, undefined)]).toEqual([true, false, false])
  })

  test('when the build id is the same, wherever it lies', () => {
    expect([open({ inode: 8, device: '08:02' }, 'aa11'), open({}, 'bb22')]).toEqual([true, false])
  })
})

describe('a perf map', () => {
  const map = { bytes: new TextEncoder().encode('1000 10 hot\n'), ownerUid: 1000 }
  const machineWith = (path: string, file: FakeFile) => {
    const machine = new FakeMachine()
    machine.texts.set('/proc/42/status', 'Name:\tnode\nUid:\t1000\t1000\t1000\t1000\nNSpid:\t42\n')
    machine.texts.set('/proc/42/stat', `42 (no (de) S ${'0 '.repeat(18)}500 0`)
    machine.texts.set('/proc/stat', 'cpu 1 2\nbtime 1700000000\n')
    machine.files.set(path, file)
    return machine
  }
  const read = (machine: FakeMachine) => {
    const files = filesOf(machine)
    files.note({ ...mapping, path: '/usr/bin/node' })
    const text = new TextDecoder().decode(files.readPerfMap(42))
    files.close()
    expect(machine.openCount).toBe(0)
    return text
  }

  test.each(['/proc/42/root/tmp/perf-42.map', '/tmp/perf-42.map'])('is read from %s', path => {
    expect(read(machineWith(path, map))).toBe('1000 10 hot\n')
  })

  test('of a process in a container has the pid it has there', () => {
    const machine = machineWith('/proc/42/root/tmp/perf-7.map', map)
    machine.texts.set('/proc/42/status', 'Uid:\t1000\t1000\t1000\t1000\nNSpid:\t42\t7\n')
    machine.files.set('/tmp/perf-42.map', { ...map, bytes: new TextEncoder().encode('1000 10 stranger\n') })
    expect(read(machine)).toBe('1000 10 hot\n')
  })

  test('of another user is not believed, one of root is', () => {
    expect(read(machineWith('/tmp/perf-42.map', { ...map, ownerUid: 1001 }))).toBe('')
    expect(read(machineWith('/tmp/perf-42.map', { ...map, ownerUid: 0 }))).toBe('1000 10 hot\n')
  })

  test('is not read through a symbolic link', () => {
    const machine = machineWith('/tmp/perf-42.map', map)
    machine.links.set('/tmp/perf-42.map', '/etc/shadow')
    expect(read(machine)).toBe('')
  })

  test('older than its process is a leftover', () => {
    // btime 1,700,000,000 s and 500 ticks: the process began at 1,700,000,005 s
    expect(read(machineWith('/tmp/perf-42.map', { ...map, modifiedNs: 1_700_000_002e9 }))).toBe('')
    expect(read(machineWith('/tmp/perf-42.map', { ...map, modifiedNs: 1_700_000_006e9 }))).toBe('1000 10 hot\n')
  })

  test('taken while the process lived is there when it is gone', () => {
    const machine = machineWith('/proc/42/root/tmp/perf-42.map', map)
    const files = filesOf(machine)
    files.note({ ...mapping, path: '/usr/bin/node' })
    files.refreshPerfMaps()
    machine.files.clear()
    machine.texts.clear()
    expect(files.hasPerfMap(42)).toBe(true)
    expect(new TextDecoder().decode(files.readPerfMap(42))).toBe('1000 10 hot\n')
    files.close()
    expect(machine.openCount).toBe(0)
  })

  test('of a process nobody knew is believed when it is ours', () => {
    const machine = new FakeMachine()
    machine.files.set('/tmp/perf-42.map', map)
    expect(new TextDecoder().decode(filesOf(machine).readPerfMap(42))).toBe('1000 10 hot\n')
    machine.files.set('/tmp/perf-42.map', { ...map, ownerUid: 1001 })
    expect(filesOf(machine).readPerfMap(42)).toBeUndefined()
  })
})

test('a log of compiled code is believed when it belongs to the user of its process or to root', () => {
  const log = { pid: 42, path: '/tmp/jit-42.dump', device: '08:01', inode: 7, buildId: undefined }
  const openedFor = (ownerUid: number) => {
    const machine = new FakeMachine()
    machine.texts.set('/proc/42/status', 'Name:\tnode\nUid:\t33\t33\t33\t33\nNSpid:\t42\n')
    machine.files.set('/tmp/jit-42.dump', { bytes: new Uint8Array(4), ownerUid })
    const opened = filesOf(machine).openJitDump(log)
    opened?.release()
    return [opened !== undefined, machine.openCount]
  }
  expect([33, 0, 1000].map(openedFor)).toEqual([
    [true, 0],
    [true, 0],
    [false, 0],
  ])
})
