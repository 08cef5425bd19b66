import { describe, expect, test } from 'vitest'
import { type RecordedInput, replayHost } from '../../host.ts'
import type { Reading } from '../../schema.ts'
import { cgroupReader, parseMemoryV1 } from './cgroup.ts'
import { readCgroupMounts } from './cgroup-mounts.ts'
import { openQuotaSearch } from './quota-search.ts'

const SECOND = 1e9
const v2Mount = '41 31 0:38 / /cg rw - cgroup2 cgroup2 rw\n'
const v1Mounts = `32 31 0:29 / /cg/cpu rw - cgroup cgroup rw,cpu
33 31 0:30 / /cg/cpuacct rw - cgroup cgroup rw,cpuacct
34 31 0:31 / /cg/memory rw - cgroup cgroup rw,memory
`

type Files = NonNullable<RecordedInput['files']>

/** Readings of the second of two rounds, two seconds apart. */
function collect(files: Files, selection: { followed?: string[]; withQuota?: string[] }): Record<string, number> {
  const host = replayHost({ files })
  const read = cgroupReader(host, readCgroupMounts(host))
  const { followed = [], withQuota = [] } = selection
  read({ followed, withQuota }, 0)
  return named(read({ followed, withQuota }, 2 * SECOND))
}

function named(readings: readonly Reading[]): Record<string, number> {
  return Object.fromEntries(readings.map(({ name, subject, value }) => [`${name} ${subject}`, value]))
}

const cpuStatV2 = (usageUs: number, periods: number, throttled: number, throttledUs: number) =>
  `usage_usec ${usageUs}\nuser_usec 0\nnr_periods ${periods}\nnr_throttled ${throttled}\nthrottled_usec ${throttledUs}\n`

describe('v2', () => {
  const files: Files = {
    '/proc/self/mountinfo': v2Mount,
    '/cg/a/cgroup.events': 'populated 1\n',
    '/cg/a/cpu.stat': [cpuStatV2(0, 10, 0, 0), cpuStatV2(1_000_000, 30, 10, 500_000)],
    '/cg/a/cpu.max': '50000 100000\n',
    '/cg/a/memory.current': '4096\n',
    '/cg/a/memory.max': '8192\n',
    '/cg/a/memory.events': ['low 0\nhigh 0\nmax 0\noom 0\noom_kill 0\n', 'low 0\nhigh 4\nmax 2\noom 1\noom_kill 1\n'],
  }

  test('usage, quota, throttling and memory of a followed cgroup', () => {
    expect(collect(files, { followed: ['/a'] })).toEqual({
      'cgroup.quotaCpus /a': 0.5,
      'cgroup.cpuUsageCpus /a': 0.5,
      'cgroup.periodPerSec /a': 10,
      'cgroup.throttledPeriodPerSec /a': 5,
      'cgroup.throttledCpus /a': 0.25,
      'cgroup.memoryBytes /a': 4096,
      'cgroup.memoryLimitBytes /a': 8192,
      'cgroup.memoryLimitHitPerSec /a': 1,
      'cgroup.memoryHighPerSec /a': 2,
      'cgroup.oomKillPerSec /a': 0.5,
    })
  })

  test('without quota and limit there are no rows of them', () => {
    const stat = (usageUs: number) => cpuStatV2(usageUs, 0, 0, 0)
    const unlimited = { ...files, '/cg/a/cpu.max': 'max 100000\n', '/cg/a/memory.max': 'max\n', '/cg/a/cpu.stat': [stat(0), stat(10)] }
    const names = Object.keys(collect(unlimited, { followed: ['/a'] }))
    expect(names).toContain('cgroup.cpuUsageCpus /a')
    expect(names.filter(name => /quota|period|throttled|LimitBytes/.test(name))).toEqual([])
  })

  test('a cgroup that is not followed is told of only while its quota was at work', () => {
    const resting = { ...files, '/cg/b/cpu.stat': cpuStatV2(5, 7, 0, 0), '/cg/b/cpu.max': '1000 100000\n' }
    const values = collect(resting, { withQuota: ['/a', '/b'] })
    expect(values).toHaveProperty('cgroup.throttledCpus /a', 0.25)
    expect(Object.keys(values).filter(name => name.endsWith('/b') || name.includes('memory'))).toEqual([])
  })

  test('the root is left out when it is the machine', () => {
    expect(collect({ ...files, '/cg/cpu.stat': cpuStatV2(1, 0, 0, 0) }, { followed: ['/'] })).toEqual({})
  })

  test('a cgroup that is gone gives no rows', () => {
    expect(collect(files, { followed: ['/gone'] })).toEqual({})
  })
})

describe('v1', () => {
  test('throttled time is in ns, usage in its own hierarchy, a quota of -1 is none', () => {
    const stat = (n: number) => `nr_periods ${10 * n}\nnr_throttled ${10 * n}\nthrottled_time ${n * SECOND}\n`
    const files: Files = {
      '/proc/self/mountinfo': v1Mounts,
      '/cg/cpu/a/cpu.stat': [stat(0), stat(3)],
      '/cg/cpu/a/cpu.cfs_quota_us': '150000\n',
      '/cg/cpu/a/cpu.cfs_period_us': '100000\n',
      '/cg/cpuacct/a/cpuacct.usage': ['0\n', `${3 * SECOND}\n`],
      '/cg/cpu/b/cpu.stat': stat(0),
      '/cg/cpu/b/cpu.cfs_quota_us': '-1\n',
      '/cg/cpu/b/cpu.cfs_period_us': '100000\n',
      '/cg/memory/a/memory.usage_in_bytes': '4096\n',
    }
    expect(collect(files, { followed: ['/a', '/b'] })).toEqual({
      'cgroup.quotaCpus /a': 1.5,
      'cgroup.cpuUsageCpus /a': 1.5,
      'cgroup.periodPerSec /a': 15,
      'cgroup.throttledPeriodPerSec /a': 15,
      'cgroup.throttledCpus /a': 1.5,
      'cgroup.memoryBytes /a': 4096,
    })
  })

  test('the largest number is no memory limit, and out-of-memory kills stand in oom_control', () => {
    const files = { usage: '1\n', failures: '7\n', oomControl: 'oom_kill_disable 0\nunder_oom 0\noom_kill 2\n' }
    expect(parseMemoryV1({ ...files, limit: '9223372036854771712\n' }).limitBytes).toBeNaN()
    expect(parseMemoryV1({ ...files, limit: '8192\n' })).toMatchObject({ limitBytes: 8192, limitHitCount: 7, oomKillCount: 2 })
  })
})

describe('the search for quotas', () => {
  const search = (files: Files) => {
    const host = replayHost({ files: { '/proc/self/mountinfo': v2Mount, ...files } })
    return openQuotaSearch(host, readCgroupMounts(host))
  }

  test('finds quotas at any depth, also in cgroups with a dot in their name', () => {
    const found = search({
      '/cg/cpu.stat': '',
      '/cg/system.slice/cpu.max': 'max 100000\n',
      '/cg/system.slice/x.service/cpu.max': '50000 100000\n',
      '/cg/system.slice/x.service/worker/cpu.max': '1000 100000\n',
    })
    expect(found.advance(0)).toEqual(['/system.slice/x.service', '/system.slice/x.service/worker'])
  })

  test('goes on a little at a time after the first search, and then knows what came and went', () => {
    const later = Object.fromEntries(Array.from({ length: 120 }, (_, index) => [`/cg/c${index}/cpu.max`, ['max 1\n', '5 10\n']]))
    const found = search({ ...later, '/cg/early/cpu.max': ['5 10\n', 'max 10\n'] })
    expect(found.advance(0)).toEqual(['/early'])
    expect(found.advance(9 * SECOND)).toEqual(['/early'])
    expect(found.advance(10 * SECOND)).toEqual(['/early'])
    expect(found.advance(11 * SECOND)).toEqual(['/early'])
    expect(found.advance(12 * SECOND)).toHaveLength(120)
  })

  test('stops at 128 cgroups and says that there were more', () => {
    const found = search(Object.fromEntries(Array.from({ length: 200 }, (_, index) => [`/cg/c${index}/cpu.max`, '5 10\n'])))
    expect(found.advance(0)).toHaveLength(128)
    expect(found.isCut).toBe(true)
  })

  test('stops at 2,000 directories and says that there were more', () => {
    const names = Array.from({ length: 2500 }, (_, index) => `c${index}`)
    const listed: string[] = []
    const host = {
      ...replayHost({ files: { '/proc/self/mountinfo': v2Mount } }),
      listDirectory(path: string) {
        listed.push(path)
        return path === '/cg' ? names : []
      },
    }
    const found = openQuotaSearch(host, readCgroupMounts(host))
    expect(found.advance(0)).toEqual([])
    expect([listed.length, found.isCut]).toEqual([2000, true])
  })
})
