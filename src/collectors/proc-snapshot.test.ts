import { describe, expect, test } from 'vitest'
import { replayHost } from '../host.ts'
import { parseExecutableMappings, parseStatLine, readExecutableMappings, readProcess, readProcesses } from './proc-snapshot.ts'

const KERNEL_THREAD = 0x200000
const WORKER = 0x20

const stat = (pid: number, name: string, { parent = 1, flags = 0, state = 'S' } = {}) =>
  `${pid} (${name}) ${state} ${parent} 0 0 0 -1 ${flags} 0 0 0 0 0 0 0 0 20 0 1 0 4711 0 0 0\n`

describe('a process', () => {
  const files = {
    '/proc/42/stat': stat(42, 'nginx', { parent: 7 }),
    '/proc/42/cmdline': 'nginx: worker process\0\0\0',
    '/proc/42/status': 'Name:\tnginx\nNSpid:\t42\t900\t3\nVmPeak:\t1 kB\n',
    '/proc/42/cgroup': '0::/system.slice/nginx.service\n',
    '/proc/42/task/42/comm': 'nginx\n',
    '/proc/42/task/43/comm': 'pool\n(1)\n',
    '/proc/self/stat': stat(1, 'self'),
  }
  const host = replayHost({ files, links: { '/proc/42/exe': '/usr/sbin/nginx (deleted)' } })

  test('is told with its threads; a thread name may hold a newline', () => {
    expect(readProcess(host, 42)).toEqual({
      pid: 42,
      nsPid: 3,
      parentPid: 7,
      comm: 'nginx',
      commandLine: 'nginx: worker process',
      executable: '/usr/sbin/nginx (deleted)',
      cgroup: '/system.slice/nginx.service',
      isKernelThread: false,
      threads: [
        { tid: 42, comm: 'nginx' },
        { tid: 43, comm: 'pool\n(1)' },
      ],
    })
  })

  test('is found among the numbers of /proc, and is gone when it is gone', () => {
    expect(readProcesses(host).map(({ pid }) => pid)).toEqual([42])
    expect(readProcess(host, 43)).toBeUndefined()
  })

  test('has a command line of 512 characters at most, and none when it is empty', () => {
    const withLine = (cmdline: string) => readProcess(replayHost({ files: { ...files, '/proc/42/cmdline': cmdline } }), 42)?.commandLine
    expect(withLine('a\0'.repeat(2000))).toHaveLength(512)
    expect(withLine('')).toBeUndefined()
  })
})

test('a kernel thread has no command line, and the name the kernel itself uses', () => {
  const named = (name: string, flags: number) =>
    readProcess(replayHost({ files: { '/proc/9/stat': stat(9, name, { flags: flags | KERNEL_THREAD }) } }), 9)
  expect(named('kworker/u8:2-events_unbound', WORKER)).toMatchObject({
    comm: 'kworker/u8:2',
    isKernelThread: true,
    commandLine: undefined,
    executable: undefined,
    threads: [{ tid: 9, comm: 'kworker/u8:2' }],
  })
  expect(named('kworker/R-xfs_mru_cache', WORKER)?.comm).toBe('kworker/R-xfs_m')
  expect(named('pool_workqueue_release', 0)?.comm).toBe('pool_workqueue_')
})

test.each(['a) b (c', '(', ')', ') R 1 (', 'x\n1 (y) Z'])('the name %j ends at the last parenthesis', name => {
  expect(parseStatLine(stat(42, name, { parent: 7 }))).toMatchObject({ comm: name, parentPid: 7, state: 'S', startTicks: 4711 })
})

test('a stat line cut short is no process', () => {
  const text = stat(42, 'nginx')
  for (let length = 0; length < text.indexOf(' 4711'); length++)
    expect(parseStatLine(text.slice(0, length)), `length ${length}`).toBeUndefined()
})

describe('executable mappings', () => {
  const maps = `55d0a000-55d0b000 r--p 00000000 08:02 1735                       /usr/bin/cat
55d0b000-55d0c000 r-xp 00002000 08:02 1735                       /usr/bin/cat
7f001000-7f002000 rwxp 00000000 00:00 0 
7f002000-7f003000 r-xp 00001000 fe:00 77                         /tmp/my lib\\012.so (deleted)
7ffd5000-7ffd7000 r-xp 00000000 00:00 0                          [vdso]
ffffffffff600000-ffffffffff601000 --xp 00000000 00:00 0          [vsyscall]
`

  test('are told with their file as the kernel names it', () => {
    expect(readExecutableMappings(replayHost({ files: { '/proc/42/maps': maps } }), 42)).toEqual([
      { startAddress: 0x55d0b000n, endAddress: 0x55d0c000n, fileOffsetBytes: 0x2000, device: '08:02', inode: 1735, path: '/usr/bin/cat' },
      { startAddress: 0x7f001000n, endAddress: 0x7f002000n, fileOffsetBytes: 0, device: '00:00', inode: 0, path: '//anon' },
      {
        startAddress: 0x7f002000n,
        endAddress: 0x7f003000n,
        fileOffsetBytes: 0x1000,
        device: 'fe:00',
        inode: 77,
        path: '/tmp/my lib\n.so (deleted)',
      },
      { startAddress: 0x7ffd5000n, endAddress: 0x7ffd7000n, fileOffsetBytes: 0, device: '00:00', inode: 0, path: '[vdso]' },
      {
        startAddress: 0xffffffffff600000n,
        endAddress: 0xffffffffff601000n,
        fileOffsetBytes: 0,
        device: '00:00',
        inode: 0,
        path: '[vsyscall]',
      },
    ])
  })

  test('are unknown when the process is gone', () => {
    expect(readExecutableMappings(replayHost({}), 42)).toBeUndefined()
  })

  test('cut short, a line counts when its fields are there', () => {
    for (let length = 0; length < maps.length; length++) {
      for (const { startAddress, endAddress } of parseExecutableMappings(maps.slice(0, length)))
        expect(endAddress > startAddress).toBe(true)
    }
  })
})
