import { describe, expect, test } from 'vitest'
import { AutotuneError, describeError } from '../errors.ts'
import { replayHost } from '../host.ts'
import type { Target } from '../schema.ts'
import { checkTarget, isTargetProcess, type TargetCandidate } from './target.ts'

describe('who belongs to the target', () => {
  const worker: TargetCandidate = { pid: 43, parentPid: 42, comm: 'nginx', executable: '/usr/sbin/nginx-debug', cgroup: '/web/a' }
  const belongs = (target: Target, targetPids: readonly number[] = [], process = worker) =>
    isTargetProcess(target, process, pid => targetPids.includes(pid))

  test('nobody is singled out when the target is the machine', () => {
    expect(belongs({ kind: 'machine' }, [42])).toBe(false)
  })

  test('a pid: that process and the children of those that belong', () => {
    expect(belongs({ kind: 'pid', pid: 43 })).toBe(true)
    expect(belongs({ kind: 'pid', pid: 7 }, [42])).toBe(true)
    expect(belongs({ kind: 'pid', pid: 7 }, [44])).toBe(false)
  })

  test('a name: that of the process or of its executable, and children', () => {
    expect(belongs({ kind: 'comm', comm: 'nginx' })).toBe(true)
    expect(belongs({ kind: 'comm', comm: 'nginx-debug' })).toBe(true)
    expect(belongs({ kind: 'comm', comm: 'nginx-debug' }, [], { ...worker, executable: '/usr/sbin/nginx-debug (deleted)' })).toBe(true)
    expect(belongs({ kind: 'comm', comm: 'ngin' })).toBe(false)
    expect(belongs({ kind: 'comm', comm: 'ngin' }, [42])).toBe(true)
  })

  test('a cgroup: those in it or below, not those beside it, and not the children that left', () => {
    expect(belongs({ kind: 'cgroup', path: '/web' })).toBe(true)
    expect(belongs({ kind: 'cgroup', path: '/web/a' })).toBe(true)
    expect(belongs({ kind: 'cgroup', path: '/' })).toBe(true)
    expect(belongs({ kind: 'cgroup', path: '/we' }, [42])).toBe(false)
    expect(belongs({ kind: 'cgroup', path: '/web' }, [], { ...worker, cgroup: undefined })).toBe(false)
  })

  test('a command: nobody until it has a pid, then like a pid', () => {
    const command = { kind: 'command', command: ['nginx'] } as const
    expect(belongs({ ...command, pid: undefined })).toBe(false)
    expect(belongs({ ...command, pid: 43 })).toBe(true)
    expect(belongs({ ...command, pid: 9 }, [42])).toBe(true)
  })
})

const stat = (pid: number, comm: string, state = 'S') => `${pid} (${comm}) ${state} 1 0 0 0 -1 0 0 0 0 0 0 0 0 0 20 0 1 0 4711 0 0\n`
const host = replayHost({
  files: {
    '/proc/1/stat': stat(1, 'node'),
    '/proc/42/stat': stat(42, 'nginx'),
    '/proc/42/status': 'Name:\tnginx\nTgid:\t42\n',
    '/proc/43/status': 'Name:\tnginx\nTgid:\t42\n',
    '/proc/43/stat': stat(43, 'nginx'),
    '/proc/50/stat': stat(50, 'gone', 'Z'),
    '/proc/51/stat': stat(51, 'evil\u001b[2J'),
    '/proc/self/mountinfo': `32 31 0:29 / /sys/fs/cgroup/cpu rw - cgroup cgroup rw,cpu
33 31 0:30 / /sys/fs/cgroup/memory rw - cgroup cgroup rw,memory
41 31 0:38 / /sys/fs/cgroup/unified rw - cgroup2 cgroup2 rw\n`,
    '/sys/fs/cgroup/cpu/docker/f00/cgroup.procs': '42\n',
    '/sys/fs/cgroup/unified/system.slice/x.service/cgroup.procs': '',
    '/sys/fs/cgroup/memory/only-memory/cgroup.procs': '',
  },
  links: { '/proc/42/exe': '/usr/sbin/nginx-debug' },
})

/** What a user reads when there is no such target. */
function complaint(target: Target, machine = host): string {
  try {
    checkTarget(machine, target)
    return 'no complaint'
  } catch (error) {
    if (!(error instanceof AutotuneError)) throw error
    return describeError(error)
  }
}

describe('a target that is there', () => {
  test.each([
    { kind: 'machine' },
    { kind: 'pid', pid: 42 },
    { kind: 'comm', comm: 'nginx' },
    { kind: 'comm', comm: 'nginx-debug' },
    { kind: 'command', command: ['true'], pid: undefined },
  ] as const)('%j stays as it is', target => {
    expect(checkTarget(host, target)).toEqual(target)
  })

  test.each([
    ['/docker/f00', '/docker/f00'],
    ['docker/f00/', '/docker/f00'],
    ['//docker//f00', '/docker/f00'],
    ['/sys/fs/cgroup/cpu/docker/f00', '/docker/f00'],
    ['/sys/fs/cgroup/unified/system.slice/x.service', '/system.slice/x.service'],
    ['system.slice/x.service', '/system.slice/x.service'],
  ])('cgroup %s is %s', (given, path) => {
    expect(checkTarget(host, { kind: 'cgroup', path: given })).toEqual({ kind: 'cgroup', path })
  })

  test('v2 may be mounted at /sys/fs/cgroup itself', () => {
    const v2 = replayHost({
      files: { '/proc/self/mountinfo': '41 31 0:38 / /sys/fs/cgroup rw - cgroup2 cgroup2 rw\n', '/sys/fs/cgroup/a/cgroup.procs': '' },
    })
    expect(checkTarget(v2, { kind: 'cgroup', path: '/sys/fs/cgroup/a' })).toEqual({ kind: 'cgroup', path: '/a' })
  })
})

describe('a target that is not there', () => {
  test('no such process', () => {
    expect(complaint({ kind: 'pid', pid: 4242 })).toBe(`error BAD_INPUT: There is no process 4242.
  why:  /proc/4242 does not exist: it ended, or it runs in another pid namespace.
  next: List what runs with: ps -eo pid,comm,args`)
  })

  test('a zombie', () => {
    expect(complaint({ kind: 'pid', pid: 50 })).toBe(`error BAD_INPUT: Process 50 has ended.
  why:  It is a zombie (state Z in /proc/50/stat): it runs no code any more.
  next: List what runs with: ps -eo pid,comm,args`)
  })

  test('a thread', () => {
    expect(complaint({ kind: 'pid', pid: 43 })).toBe(`error BAD_INPUT: 43 is a thread, not a process.
  why:  It belongs to process 42 (Tgid in /proc/43/status).
  next: Diagnose that process: autotune diagnose --pid 42`)
  })

  test.each([0, -7, 1.5, Number.NaN])('%d, which is no process id', pid => {
    expect(complaint({ kind: 'pid', pid })).toBe(`error USAGE: ${pid} is no process id.
  why:  Process ids are whole numbers from 1 on.
  next: List what runs with: ps -eo pid,comm,args`)
  })

  test('a name like one that runs', () => {
    expect(complaint({ kind: 'comm', comm: 'ngnix' })).toBe(`error BAD_INPUT: No process is called ngnix.
  why:  Neither the name nor the executable of any process that runs is equal to it.
  next: Did you mean nginx? Else list the names with: ps -eo pid,comm,args`)
    expect(complaint({ kind: 'comm', comm: 'NGINX' })).toContain('Did you mean nginx, nginx-debug?')
  })

  test('a name like none, and our own', () => {
    const expected = (name: string) => `error BAD_INPUT: No process is called ${name}.
  why:  Neither the name nor the executable of any process that runs is equal to it.
  next: List the names with: ps -eo pid,comm,args`
    expect(complaint({ kind: 'comm', comm: 'postgres' })).toBe(expected('postgres'))
    expect(complaint({ kind: 'comm', comm: 'node' })).toBe(expected('node'))
  })

  test('an empty name', () => {
    expect(complaint({ kind: 'comm', comm: '' })).toBe(`error USAGE: The name of the process is empty.
  why:  --comm needs the name of a process or of its executable, without the folder.
  next: List the names with: ps -eo pid,comm,args`)
  })

  test('names of others do not reach the terminal as commands', () => {
    expect(complaint({ kind: 'comm', comm: 'evil' })).toContain('Did you mean evil?[2J?')
  })

  test.each(['/docker/f01', '/only-memory', '/sys/fs/cgroup/memory/only-memory'])('cgroup %s', path => {
    const name = path.replace('/sys/fs/cgroup/memory', '')
    expect(complaint({ kind: 'cgroup', path })).toBe(`error BAD_INPUT: There is no cgroup ${name}.
  why:  No such folder in /sys/fs/cgroup/cpu or /sys/fs/cgroup/unified.
  next: See the cgroup of a process with: cat /proc/PID/cgroup`)
  })

  test.each(['../../etc', '/a/./b', ''])('cgroup %j, which is no path', path => {
    expect(complaint({ kind: 'cgroup', path })).toBe(`error USAGE: "${path}" is no path of a cgroup.
  why:  A path is like /system.slice/nginx.service, without . and .. in it.
  next: See the cgroup of a process with: cat /proc/PID/cgroup`)
  })

  test('a cgroup on a machine without any', () => {
    expect(complaint({ kind: 'cgroup', path: '/a' }, replayHost({}))).toBe(`error BAD_INPUT: This machine has no cgroups.
  why:  /proc/self/mountinfo lists neither a cgroup2 file system nor one of cgroup v1 with the cpu controller.
  next: sudo mount -t cgroup2 none /sys/fs/cgroup, or diagnose by --pid or --comm`)
  })
})
