import { describe, expect, test } from 'vitest'
import { replayHost } from '../../host.ts'
import { cgroupDirectory, isWholeMachine, parseCgroupMounts, parseCgroupPath, withAncestors } from './cgroup-mounts.ts'

const hybrid = `23 1 0:21 / /proc rw - proc proc rw
32 31 0:29 / /sys/fs/cgroup/cpu,cpuacct rw,relatime shared:9 - cgroup cgroup rw,cpu,cpuacct
40 31 0:37 / /sys/fs/cgroup/systemd rw,relatime - cgroup cgroup rw,name=systemd
41 31 0:38 / /sys/fs/cgroup/unified rw,relatime - cgroup2 cgroup2 rw
`

describe('mounts', () => {
  test('a v1 mount may hold several controllers, v2 stands beside it', () => {
    const { v1, v2 } = parseCgroupMounts(hybrid)
    expect(cgroupDirectory(v1.get('cpuacct'), '/a/b')).toBe('/sys/fs/cgroup/cpu,cpuacct/a/b')
    expect(cgroupDirectory(v2, '/')).toBe('/sys/fs/cgroup/unified')
    expect(cgroupDirectory(v1.get('memory'), '/a')).toBeUndefined()
  })

  test('a container sees only its part of the hierarchy', () => {
    const { v1 } = parseCgroupMounts('9 8 0:29 /docker/f00 /sys/fs/cgroup/cpu ro - cgroup cgroup rw,cpu\n')
    expect(cgroupDirectory(v1.get('cpu'), '/docker/f00/child')).toBe('/sys/fs/cgroup/cpu/child')
    expect(cgroupDirectory(v1.get('cpu'), '/docker/f00')).toBe('/sys/fs/cgroup/cpu')
    expect(cgroupDirectory(v1.get('cpu'), '/docker/f001')).toBeUndefined()
  })

  test('blanks in mount points are escaped, and a cut line is no mount', () => {
    expect(parseCgroupMounts('9 8 0:29 / /my\\040cgroups ro - cgroup2 none rw\n').v2?.directory).toBe('/my cgroups')
    for (let length = 0; length < hybrid.length; length++) parseCgroupMounts(hybrid.slice(0, length))
  })
})

test('ancestors go up to the root', () => {
  expect(withAncestors('/a/b/c')).toEqual(['/a/b/c', '/a/b', '/a', '/'])
  expect(withAncestors('/')).toEqual(['/'])
})

test.each([
  ['v2 alone', '0::/system.slice/x.service\n', '/system.slice/x.service'],
  ['v1 alone', '4:memory:/m\n3:cpu,cpuacct:/a\n', '/a'],
  ['v2 without controllers, at its root', '1:cpu:/at-test\n0::/\n', '/at-test'],
  ['v2 more exact than v1', '1:cpu:/system.slice\n0::/system.slice/x.service\n', '/system.slice/x.service'],
  ['v1 elsewhere, as Docker has it', '1:cpu:/docker/f00\n0::/system.slice/docker.service\n', '/docker/f00'],
  ['a colon in the name', '0::/a:b\n', '/a:b'],
  ['nothing', '', undefined],
])('the cgroup of a process: %s', (_, text, path) => {
  expect(parseCgroupPath(text)).toBe(path)
})

test.each([
  ['the root of v2', ['cgroup.procs', 'cpu.stat'], true],
  ['the root a container of v2 sees', ['cgroup.procs', 'cgroup.events'], false],
  ['the root of v1', ['notify_on_release', 'cgroup.sane_behavior'], true],
  ['the root a container of v1 sees', ['notify_on_release', 'cpu.stat'], false],
])('%s is the whole machine: %j → %s', (_, files, expected) => {
  const host = replayHost({ files: Object.fromEntries(files.map(name => [`/c/${name}`, '1\n'])) })
  expect(isWholeMachine(host, '/c')).toBe(expected)
})
