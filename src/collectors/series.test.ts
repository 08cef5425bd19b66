import { describe, expect, test } from 'vitest'
import { type Host, type RecordedInput, replayHost } from '../host.ts'
import { type Reading, type SeriesName, seriesSpecs } from '../schema.ts'
import { openSeries } from './series.ts'

const SECOND = 1e9

/** A machine, each file as it was at two instants: the second has twice the counts of the first. */
function machine(): Record<string, readonly string[]> {
  const twice = (text: (n: number) => string): readonly string[] => [text(1), text(2)]
  const psi = twice(
    n => `some avg10=0.00 avg60=0.00 avg300=0.00 total=${n * 1000}\nfull avg10=0.00 avg60=0.00 avg300=0.00 total=${n * 500}\n`,
  )
  const netDev = (n: number): string =>
    `  eth0: ${10 * n} ${n} 0 0 0 0 0 0 ${10 * n} ${n} 0 0 0 0 0 0\n    lo: ${10 * n} ${n} 0 0 0 0 0 0 ${10 * n} ${n} 0 0 0 0 0 0\n`
  const vmstat =
    'pgfault pgmajfault pswpin pswpout pgscan_direct pgsteal_direct pgscan_kswapd workingset_refault_anon workingset_refault_file allocstall_normal compact_stall oom_kill'
  return {
    // read in both rhythms
    '/proc/stat': [1, 1, 2, 2].map(
      n =>
        `cpu  ${n}00 0 ${n}0 ${n}00 0 0 0 0 0 0\ncpu0 ${n}00 0 ${n}0 ${n}00 0 0 0 0 0 0\nintr ${n} 0\nctxt ${n}00\nprocesses ${n}0\nprocs_running 2\nprocs_blocked 0\n`,
    ),
    '/proc/loadavg': twice(n => `${n}.00 0.13 0.07 1/92 10806\n`),
    '/proc/meminfo': twice(n =>
      ['MemTotal', 'MemAvailable', 'Cached', 'Dirty', 'Writeback', 'AnonPages', 'SwapTotal', 'SwapFree']
        .map(name => `${name}:  ${n}00 kB\n`)
        .join(''),
    ),
    '/proc/vmstat': twice(n =>
      vmstat
        .split(' ')
        .map(name => `${name} ${n}00\n`)
        .join(''),
    ),
    '/proc/diskstats': twice(n => ` 254 0 vda ${n}0 0 ${n}0 ${n}0 ${n}0 0 ${n}0 ${n}0 0 ${n}0 ${n}0 0 0 0 0 ${n}0 ${n}0\n`),
    '/proc/net/dev': twice(n => `Inter-| Receive\n face |bytes\n${netDev(n)}`),
    '/proc/net/snmp': twice(
      n =>
        `Tcp: ActiveOpens PassiveOpens InSegs OutSegs RetransSegs OutRsts\nTcp: ${`${n}0 `.repeat(6).trim()}\nUdp: InDatagrams RcvbufErrors\nUdp: ${n}0 ${n}0\n`,
    ),
    '/proc/net/netstat': twice(n => `TcpExt: DelayedACKs ListenOverflows ListenDrops\nTcpExt: ${n}0 ${n}0 ${n}0\n`),
    '/proc/net/softnet_stat': twice(n => `000000${n}0 000000${n}0 000000${n}0\n`),
    '/proc/interrupts': twice(
      n =>
        `           CPU0       \n 36:          ${n}0 PCI-MSIX-0000:00:02.0   1-edge      virtio1-req.0\nLOC:          ${n}0   Local timer interrupts\n`,
    ),
    '/proc/softirqs': twice(n => `                    CPU0\n      NET_RX:       ${n}0\n       TIMER:       ${n}0\n`),
    '/proc/pressure/cpu': psi,
    '/proc/pressure/memory': psi,
    '/proc/pressure/io': psi,
    '/proc/self/mountinfo': ['41 31 0:38 / /cg rw - cgroup2 cgroup2 rw\n'],
    '/sys/block/vda/size': ['1\n'],
    '/sys/devices/system/cpu/online': ['0\n'],
    '/sys/devices/system/cpu/cpu0/cpufreq/scaling_cur_freq': ['2000000\n'],
    '/sys/devices/system/cpu/cpu0/cpufreq/cpuinfo_max_freq': ['3000000\n'],
    '/cg/cgroup.procs': ['1\n'],
    '/cg/a/b/cgroup.events': ['populated 1\n'],
    '/cg/a/b/cpu.pressure': psi,
    '/cg/a/b/cpu.stat': twice(n => `usage_usec ${n}0\nnr_periods ${n}0\nnr_throttled ${n}0\nthrottled_usec ${n}0\n`),
    '/cg/a/b/cpu.max': ['max 100000\n'],
    '/cg/a/b/memory.current': ['4096\n'],
    '/cg/a/b/memory.max': ['8192\n'],
    '/cg/a/b/memory.events': twice(n => `high ${n}0\nmax ${n}0\noom_kill ${n}0\n`),
    '/cg/a/cpu.stat': twice(n => `usage_usec ${n}0\nnr_periods ${n}0\nnr_throttled ${n}0\nthrottled_usec ${n}0\n`),
    '/cg/a/cpu.max': ['50000 100000\n'],
  }
}

/** What a second round of both kinds gives, a second after the first. */
function collectTwice(files: NonNullable<RecordedInput['files']>, cgroups: readonly string[] = []): Reading[] {
  const series = openSeries(withoutOpening(files), { cgroups: () => cgroups })
  series.collectFast(0)
  series.collectSlow(0)
  return [...series.collectFast(SECOND), ...series.collectSlow(SECOND)]
}

/** Opening looks at the pressure files, too; that look must not count as the first reading. */
function withoutOpening(files: NonNullable<RecordedInput['files']>): Host {
  return replayHost({
    files: Object.fromEntries(
      Object.entries(files).map(([path, reads]) => [
        path,
        path.startsWith('/proc/pressure') && Array.isArray(reads) ? [reads[0], ...reads] : reads,
      ]),
    ),
  })
}

const keyOf = ({ name, subject, value }: Reading): string => `${name} ${subject} ${value}`

test('every series of the schema that comes from files is emitted, and no other', () => {
  const expected = Object.keys(seriesSpecs).filter(name => !/^(?:pmu|progress|autotune)\./.test(name))
  expect([...new Set(collectTwice(machine(), ['/a/b']).map(({ name }) => name))].sort()).toEqual(expected.sort())
})

test('a cgroup is read together with its ancestors: a quota further up throttles it as well', () => {
  const readings = collectTwice(machine(), ['/a/b'])
  const subjectsOf = (name: SeriesName): string[] => readings.filter(reading => reading.name === name).map(({ subject }) => subject)
  expect(subjectsOf('cgroup.cpuUsageCpus')).toEqual(['/a/b', '/a'])
  expect(subjectsOf('cgroup.throttledCpus')).toContain('/a')
  expect(subjectsOf('psi.cpu.fullRatio')).toEqual(['/a/b'])
})

test('a quota anywhere on the machine is seen without a target', () => {
  const readings = collectTwice(machine())
  expect(readings.filter(({ name }) => name.startsWith('cgroup.')).map(({ name, subject }) => `${name} ${subject}`)).toContain(
    'cgroup.throttledCpus /a',
  )
})

test.each(Object.keys(machine()).filter(path => path.startsWith('/proc/') && !/pressure|mountinfo/.test(path)))(
  '%s cut short at any byte gives fewer readings, never other ones',
  path => {
    const whole = machine()
    const expected = new Set(collectTwice(whole).map(keyOf))
    const before = whole[path].slice(0, whole[path].length / 2)
    const last = whole[path].at(-1) ?? ''
    for (let length = 0; length < last.length; length++) {
      const cut = last.slice(0, length)
      const readings = collectTwice({ ...whole, [path]: [...before, ...before.map(() => cut)] })
      // a sum over the lines of the file is that of the lines that are there
      const others = readings.filter(reading => reading.name !== 'interrupt.cpuPerSec' && !expected.has(keyOf(reading)))
      expect(others, `length ${length}`).toEqual([])
    }
  },
)

test.each(Object.keys(machine()))('%s full of rubbish makes no reading that is not a number', path => {
  for (const rubbish of ['', '\n', '\0\0\0', 'cpu', ': : :\n:', 'x'.repeat(5000), '-1 -1 -1 -1\n', 'Tcp:\nTcp:\n', 'cpu  a b c d e f\n']) {
    for (const { value } of collectTwice({ ...machine(), [path]: [rubbish, rubbish] }, ['/a/b'])) expect(value).toBeGreaterThanOrEqual(0)
  }
})

describe('what is missing', () => {
  const without = (path: RegExp): Record<string, readonly string[]> =>
    Object.fromEntries(Object.entries(machine()).filter(([name]) => !path.test(name)))
  const told = (host: Host) => {
    const series = openSeries(host, { cgroups: () => [] })
    series.collectFast(0)
    series.collectSlow(0)
    return series.unavailable()
  }

  test('a whole machine has everything', () => {
    expect(told(replayHost({ files: machine() }))).toEqual([])
  })

  test('no PSI', () => {
    expect(told(replayHost({ files: without(/pressure/) }))).toEqual([
      {
        topic: 'pressure (PSI)',
        tables: ['series', 'metric'],
        series: ['psi.'],
        reason: 'CONFIG_PSI is off or psi=0 on the kernel command line: /proc/pressure cannot be read (ENOENT).',
        remedy: 'Boot with psi=1 on the kernel command line.',
      },
    ])
  })

  test.each([
    ['flags\t\t: fpu hypervisor\nvendor_id : AuthenticAMD\n', 'no cpufreq driver (virtual machine)'],
    ['flags\t\t: fpu\nvendor_id : AuthenticAMD\n', 'no cpufreq driver'],
  ])('no cpufreq, %j', (cpuinfo, reason) => {
    const missing = told(replayHost({ files: { ...without(/cpufreq/), '/proc/cpuinfo': cpuinfo } }))
    expect(missing).toMatchObject([{ topic: 'CPU frequency', series: ['cpu.frequencyHz', 'cpu.maxFrequencyHz'], reason }])
  })

  test('a file that is not there, one that is forbidden, and no cgroups', () => {
    const host = replayHost({ files: without(/netstat|vmstat|mountinfo/) })
    const forbidding = { ...host, whyUnreadable: (path: string) => (path === '/proc/vmstat' ? 'EACCES' : host.whyUnreadable(path)) }
    expect(told(forbidding)).toMatchObject([
      { topic: 'paging and reclaim', series: ['vm.'], reason: '/proc/vmstat may not be read (EACCES).', remedy: 'sudo autotune …' },
      { topic: 'TCP listen queues', reason: '/proc/net/netstat cannot be read (ENOENT).' },
      { topic: 'cgroups', series: ['cgroup.'], reason: 'No cgroup file system is mounted.' },
    ])
  })
})
