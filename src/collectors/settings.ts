/** How the machine is set up: sysctls, device queues, mounts, and how near processes are to their limits. All of it is text of the kernel. */

import type { Host } from '../host.ts'
import type { Row } from '../schema.ts'
import { listNumbers, parseStatLine } from './proc-snapshot.ts'

type Setting = Row<'setting'>

/** sysctl(8) names that decide what time is lost to: Documentation/admin-guide/sysctl. */
const sysctls = [
  'vm.swappiness',
  'vm.dirty_ratio',
  'vm.dirty_background_ratio',
  'vm.dirty_bytes',
  'vm.dirty_background_bytes',
  'vm.zone_reclaim_mode',
  'vm.min_free_kbytes',
  'vm.max_map_count',
  'vm.vfs_cache_pressure',
  'vm.compaction_proactiveness',
  'kernel.numa_balancing',
  'kernel.sched_autogroup_enabled',
  'kernel.pid_max',
  'kernel.threads-max',
  'net.core.somaxconn',
  'net.core.netdev_max_backlog',
  'net.core.netdev_budget',
  'net.core.rmem_max',
  'net.core.wmem_max',
  'net.core.default_qdisc',
  'net.ipv4.tcp_max_syn_backlog',
  'net.ipv4.tcp_congestion_control',
  'net.ipv4.tcp_slow_start_after_idle',
  'net.ipv4.tcp_wmem',
  'net.ipv4.tcp_rmem',
  'net.ipv4.ip_local_port_range',
  'net.netfilter.nf_conntrack_max',
  'net.netfilter.nf_conntrack_count',
] as const

/** Files of /sys with a word or a choice. */
const machineFiles: readonly (readonly [name: string, path: string])[] = [
  ['thp.enabled', '/sys/kernel/mm/transparent_hugepage/enabled'],
  ['thp.defrag', '/sys/kernel/mm/transparent_hugepage/defrag'],
  ['ksm.run', '/sys/kernel/mm/ksm/run'],
  ['clock.source', '/sys/devices/system/clocksource/clocksource0/current_clocksource'],
  ['cpu.governor', '/sys/devices/system/cpu/cpu0/cpufreq/scaling_governor'],
  ['cpu.energyPreference', '/sys/devices/system/cpu/cpu0/cpufreq/energy_performance_preference'],
  ['cpu.smt', '/sys/devices/system/cpu/smt/control'],
]

const diskFiles: readonly (readonly [name: string, path: string])[] = [
  ['disk.device', 'dev'],
  ['disk.scheduler', 'queue/scheduler'],
  ['disk.rotational', 'queue/rotational'],
  ['disk.readAheadKb', 'queue/read_ahead_kb'],
  ['disk.requests', 'queue/nr_requests'],
  ['disk.writebackLatencyUs', 'queue/wbt_lat_usec'],
  ['disk.writeCache', 'queue/write_cache'],
]

const MAX_DISKS = 64
const MAX_MOUNTS = 64
const MAX_VALUE = 512

/** Reads what the machine tells; what it does not is left out. */
export function readSettings(host: Host): Setting[] {
  const disks = (host.listDirectory('/sys/block') ?? []).filter(name => !/^(loop|ram)\d/.test(name)).sort()
  return [
    ...sysctls.flatMap(name => setting(host, { name, path: `/proc/sys/${name.replaceAll('.', '/')}` })),
    ...machineFiles.flatMap(([name, path]) => setting(host, { name, path })),
    ...disks
      .slice(0, MAX_DISKS)
      .flatMap(subject => diskFiles.flatMap(([name, file]) => setting(host, { name, path: `/sys/block/${subject}/${file}`, subject }))),
    ...readMounts(host),
  ]
}

function setting(host: Host, { name, path, subject }: { name: string; path: string; subject?: string }): Setting[] {
  const text = host.readText(path)?.trim()
  if (text === undefined || text === '') return []
  // of "always [madvise] never" the chosen word
  const value = (/\[([^\]\s]+)\]/.exec(text)?.[1] ?? text).replace(/\s+/g, ' ').slice(0, MAX_VALUE)
  return [{ name, subject, value }]
}

/** Mounted devices and their options: "device mountpoint type options 0 0". */
function readMounts(host: Host): Setting[] {
  const lines = (host.readText('/proc/self/mounts') ?? '').split('\n').filter(line => line.startsWith('/dev/'))
  return lines.slice(0, MAX_MOUNTS).flatMap(line => {
    const [, subject, type, options] = line.split(' ')
    if (options === undefined) return []
    return [{ name: 'mount.options', subject: subject.slice(0, MAX_VALUE), value: `${type},${options}`.slice(0, MAX_VALUE) }]
  })
}

/** Processes looked at, and how near to its limit one must be to be told of. */
const MAX_PROCESSES = 1024
const NEAR_LIMIT = 0.8

/** Processes that have nearly as many files open as they may: of those given, or of all. */
export function readProcessLimits(host: Host, pids: readonly number[] | 'all'): Setting[] {
  const candidates = pids === 'all' ? listNumbers(host, '/proc') : pids
  return candidates.slice(0, MAX_PROCESSES).flatMap(pid => {
    const limit = Number(/^Max open files\s+(\d+)/m.exec(host.readText(`/proc/${pid}/limits`) ?? '')?.[1] ?? Number.NaN)
    if (!(limit > 0)) return []
    const open = host.listDirectory(`/proc/${pid}/fd`)?.length ?? 0
    if (open < NEAR_LIMIT * limit) return []
    const subject = `${parseStatLine(host.readText(`/proc/${pid}/stat`) ?? '')?.comm ?? 'process'} (pid ${pid})`
    return [
      { name: 'process.maxFiles', subject, value: String(limit) },
      { name: 'process.openFiles', subject, value: String(open) },
    ]
  })
}
