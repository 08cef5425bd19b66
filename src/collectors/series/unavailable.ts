/** What a machine does not offer, in words: why, and what would mend it. */

import type { Host } from '../../host.ts'
import type { Unavailable } from '../../schema.ts'
import { isVirtualMachine } from '../host-facts.ts'

const topics = {
  '/proc/stat': { topic: 'CPU shares', series: ['cpu.userRatio', 'cpu.systemRatio', 'cpu.stealRatio', 'cpu.idleRatio', 'sched.'] },
  '/proc/loadavg': { topic: 'load average', series: ['sched.load1'] },
  '/proc/meminfo': { topic: 'memory', series: ['memory.'] },
  '/proc/vmstat': { topic: 'paging and reclaim', series: ['vm.'] },
  '/proc/diskstats': { topic: 'disks', series: ['disk.'] },
  '/proc/net/dev': { topic: 'network interfaces', series: ['net.'] },
  '/proc/net/snmp': { topic: 'TCP and UDP', series: ['tcp.sendSegmentPerSec', 'tcp.retransmitPerSec', 'udp.'] },
  '/proc/net/netstat': { topic: 'TCP listen queues', series: ['tcp.listenOverflowPerSec', 'tcp.listenDropPerSec', 'tcp.delayedAckPerSec'] },
  '/proc/net/softnet_stat': { topic: 'network backlog', series: ['softnet.'] },
  '/proc/interrupts': { topic: 'interrupts', series: ['interrupt.'] },
  '/proc/softirqs': { topic: 'soft interrupts', series: ['softirq.'] },
} as const satisfies Record<string, Pick<Unavailable, 'topic' | 'series'>>

/** A file of /proc that series are read from. */
export type ProcFile = keyof typeof topics

/** A file that is not there or must not be read. */
export function describeMissing(path: ProcFile, why: string): Unavailable {
  const isForbidden = why === 'EACCES' || why === 'EPERM'
  return {
    ...topics[path],
    tables: ['series', 'metric'],
    reason: isForbidden ? `${path} may not be read (${why}).` : `${path} cannot be read (${why}).`,
    remedy: isForbidden ? 'sudo autotune …' : 'Mount /proc whole: this kernel or container does not show the file.',
  }
}

/** No PSI: a file is missing, or reading gives EOPNOTSUPP. */
export function pressureMissing(why: string): Unavailable {
  const isForbidden = why === 'EACCES' || why === 'EPERM'
  return {
    topic: 'pressure (PSI)',
    tables: ['series', 'metric'],
    series: ['psi.'],
    reason: isForbidden
      ? `/proc/pressure may not be read (${why}).`
      : `CONFIG_PSI is off or psi=0 on the kernel command line: /proc/pressure cannot be read (${why}).`,
    remedy: isForbidden ? 'sudo autotune …' : 'Boot with psi=1 on the kernel command line.',
  }
}

/** No CPU tells its frequency. */
export function frequencyMissing(host: Host): Unavailable {
  const isVirtual = isVirtualMachine(host)
  return {
    topic: 'CPU frequency',
    tables: ['series', 'metric'],
    series: ['cpu.frequencyHz', 'cpu.maxFrequencyHz'],
    reason: isVirtual ? 'no cpufreq driver (virtual machine)' : 'no cpufreq driver',
    remedy: isVirtual ? 'Look on the host of this virtual machine.' : 'Load a cpufreq driver, or enable frequency scaling in the firmware.',
  }
}

/** No hierarchy is mounted. */
export function noCgroups(): Unavailable {
  return {
    topic: 'cgroups',
    tables: ['series', 'metric'],
    series: ['cgroup.'],
    reason: 'No cgroup file system is mounted.',
    remedy: 'sudo mount -t cgroup2 none /sys/fs/cgroup',
  }
}

/** More cgroups than are watched. */
export function cgroupsCut(): Unavailable {
  return {
    topic: 'some cgroups',
    tables: ['series', 'metric'],
    series: [],
    reason:
      'This machine has more cgroups than autotune watches: 2,000 are searched for a CPU quota, 128 with one and 64 of the target are read.',
    remedy: 'Diagnose one of them: sudo autotune diagnose --cgroup PATH',
  }
}
