/** The time series: every name that may stand in series.name, what it means and where it is read. */

interface SeriesSpec {
  /** What series.subject holds. */
  readonly subject: 'machine' | 'cpu' | 'disk' | 'interface' | 'cgroup' | 'interrupt' | 'event' | 'machine-or-cpu' | 'machine-or-cgroup'
  readonly source: string
  readonly doc: string
}

const cpuShare = (doc: string): SeriesSpec => ({
  subject: 'machine-or-cpu',
  source: '/proc/stat',
  doc: `${doc} Share of that CPU, or of all.`,
})
const psi = (file: string, doc: string): SeriesSpec => ({
  subject: 'machine-or-cgroup',
  source: `/proc/pressure/${file} or ${file}.pressure of the cgroup`,
  doc,
})
const vm = (doc: string): SeriesSpec => ({ subject: 'machine', source: '/proc/vmstat', doc })
const memory = (doc: string): SeriesSpec => ({ subject: 'machine', source: '/proc/meminfo', doc })
const disk = (doc: string): SeriesSpec => ({ subject: 'disk', source: '/proc/diskstats', doc })
const network = (doc: string): SeriesSpec => ({ subject: 'interface', source: '/proc/net/dev', doc })
const protocol = (doc: string): SeriesSpec => ({ subject: 'machine', source: '/proc/net/snmp and /proc/net/netstat', doc })
const softnet = (doc: string): SeriesSpec => ({ subject: 'cpu', source: '/proc/net/softnet_stat', doc })
const cgroup = (source: string, doc: string): SeriesSpec => ({ subject: 'cgroup', source, doc })
const counter = (doc: string): SeriesSpec => ({ subject: 'cpu', source: 'perf_event hardware counter', doc })

/** Every series. Ratio is 0..1; …PerSec is a rate; a name without PerSec and Ratio is a level in its unit. */
export const seriesSpecs = {
  'cpu.userRatio': cpuShare('Running user code, niced included, guests excluded.'),
  'cpu.systemRatio': cpuShare('Running kernel code, interrupts excluded.'),
  'cpu.irqRatio': cpuShare('In hard interrupts.'),
  'cpu.softirqRatio': cpuShare('In soft interrupts.'),
  'cpu.stealRatio': cpuShare('Runnable, but the hypervisor ran something else.'),
  'cpu.guestRatio': cpuShare('Running virtual machines.'),
  'cpu.iowaitRatio': cpuShare('Idle while a task of this CPU waits for a disk. Idle time, not load.'),
  'cpu.idleRatio': cpuShare('Idle, iowait excluded.'),
  'cpu.frequencyHz': { subject: 'cpu', source: '/sys/devices/system/cpu/cpuN/cpufreq/scaling_cur_freq', doc: 'Current frequency.' },
  'cpu.maxFrequencyHz': {
    subject: 'cpu',
    source: '/sys/devices/system/cpu/cpuN/cpufreq/cpuinfo_max_freq',
    doc: 'Highest frequency it can run at.',
  },

  'sched.contextSwitchPerSec': { subject: 'machine', source: '/proc/stat ctxt', doc: 'Context switches.' },
  'sched.forkPerSec': { subject: 'machine', source: '/proc/stat processes', doc: 'Processes and threads started.' },
  'sched.runnableCount': { subject: 'machine', source: '/proc/stat procs_running', doc: 'Threads running or runnable, at this instant.' },
  'sched.blockedCount': { subject: 'machine', source: '/proc/stat procs_blocked', doc: 'Threads waiting for a disk, at this instant.' },
  'sched.load1': { subject: 'machine', source: '/proc/loadavg', doc: 'Load average over a minute.' },

  'psi.cpu.someRatio': psi('cpu', 'Share of time in which at least one task waited for a CPU.'),
  'psi.cpu.fullRatio': psi('cpu', 'Share of time in which all tasks of the cgroup waited for a CPU.'),
  'psi.memory.someRatio': psi('memory', 'Share of time in which at least one task stalled on memory.'),
  'psi.memory.fullRatio': psi('memory', 'Share of time in which all tasks stalled on memory.'),
  'psi.io.someRatio': psi('io', 'Share of time in which at least one task waited for I/O.'),
  'psi.io.fullRatio': psi('io', 'Share of time in which all tasks waited for I/O.'),

  'memory.totalBytes': memory('Usable memory.'),
  'memory.availableBytes': memory('Can be had without swapping.'),
  'memory.cachedBytes': memory('Page cache.'),
  'memory.dirtyBytes': memory('Waiting to be written.'),
  'memory.writebackBytes': memory('Being written.'),
  'memory.anonymousBytes': memory('Anonymous pages.'),
  'memory.swapTotalBytes': memory('Swap space.'),
  'memory.swapFreeBytes': memory('Free swap space.'),

  'vm.faultPerSec': vm('Page faults, minor and major.'),
  'vm.majorFaultPerSec': vm('Page faults that read from disk.'),
  'vm.swapInPerSec': vm('Pages read from swap.'),
  'vm.swapOutPerSec': vm('Pages written to swap.'),
  'vm.directScanPerSec': vm('Pages scanned by tasks that had to free memory themselves.'),
  'vm.directReclaimPerSec': vm('Pages freed by tasks themselves.'),
  'vm.kswapdScanPerSec': vm('Pages scanned by kswapd.'),
  'vm.refaultPerSec': vm('Pages of the working set that were evicted and needed again, file and anonymous.'),
  'vm.allocationStallPerSec': vm('Allocations that had to wait for reclaim.'),
  'vm.compactionStallPerSec': vm('Allocations that had to wait for compaction.'),
  'vm.oomKillPerSec': vm('Processes killed for want of memory.'),

  'disk.readPerSec': disk('Reads completed.'),
  'disk.writePerSec': disk('Writes completed.'),
  'disk.readBytesPerSec': disk('Bytes read.'),
  'disk.writeBytesPerSec': disk('Bytes written.'),
  'disk.flushPerSec': disk('Cache flushes completed.'),
  'disk.busyRatio': disk('Share of time with a request in flight. Says nothing of saturation on devices that work in parallel.'),
  'disk.inFlightCount': disk('Requests in flight, averaged over the interval.'),
  'disk.readLatencyNs': disk('Mean time of a read from submission to completion; no row where none completed.'),
  'disk.writeLatencyNs': disk('Mean time of a write; no row where none completed.'),
  'disk.flushLatencyNs': disk('Mean time of a flush; no row where none completed.'),

  'net.receiveBytesPerSec': network('Bytes received.'),
  'net.sendBytesPerSec': network('Bytes sent.'),
  'net.receivePacketPerSec': network('Packets received.'),
  'net.sendPacketPerSec': network('Packets sent.'),
  'net.dropPerSec': network('Packets dropped, both ways.'),
  'net.errorPerSec': network('Errors, both ways.'),
  'tcp.sendSegmentPerSec': protocol('TCP segments sent.'),
  'tcp.receiveSegmentPerSec': protocol('TCP segments received.'),
  'tcp.retransmitPerSec': protocol('TCP segments sent again.'),
  'tcp.activeOpenPerSec': protocol('Connections opened.'),
  'tcp.passiveOpenPerSec': protocol('Connections accepted.'),
  'tcp.resetPerSec': protocol('Resets sent.'),
  'tcp.listenOverflowPerSec': protocol('Connections refused because the accept queue was full.'),
  'tcp.listenDropPerSec': protocol('Connections dropped in a listening socket.'),
  'tcp.delayedAckPerSec': protocol('Delayed acknowledgements sent.'),
  'udp.receiveBufferErrorPerSec': protocol('Datagrams dropped because the receive buffer was full.'),

  'interrupt.perSec': {
    subject: 'interrupt',
    source: '/proc/interrupts',
    doc: 'Interrupts by line and device over all CPUs; lines that never fired are left out.',
  },
  'interrupt.cpuPerSec': { subject: 'cpu', source: '/proc/interrupts', doc: 'All interrupts of a CPU.' },
  'softirq.perSec': { subject: 'interrupt', source: '/proc/softirqs', doc: 'Soft interrupts by kind over all CPUs.' },
  'softirq.netReceiveCpuPerSec': { subject: 'cpu', source: '/proc/softirqs', doc: 'NET_RX soft interrupts of a CPU.' },
  'softnet.packetPerSec': softnet('Packets handled.'),
  'softnet.dropPerSec': softnet('Packets dropped because the backlog was full.'),
  'softnet.squeezePerSec': softnet('Polls that ended with work left.'),

  'cgroup.cpuUsageCpus': cgroup('cpu.stat usage_usec, or cpuacct.usage', 'CPU time per second of wall time: 1.5 is one and a half CPUs.'),
  'cgroup.quotaCpus': cgroup('cpu.max, or cpu.cfs_quota_us over cpu.cfs_period_us', 'CPUs it may use; no rows without a quota.'),
  'cgroup.periodPerSec': cgroup('cpu.stat nr_periods', 'Quota periods in which it ran.'),
  'cgroup.throttledPeriodPerSec': cgroup('cpu.stat nr_throttled', 'Quota periods in which it used up its quota.'),
  'cgroup.throttledCpus': cgroup(
    'cpu.stat throttled_usec, or throttled_time',
    'Time throttled per second of wall time, summed over CPUs: 0.5 is half a CPU held back.',
  ),
  'cgroup.memoryBytes': cgroup('memory.current, or memory.usage_in_bytes', 'Memory charged to it.'),
  'cgroup.memoryLimitBytes': cgroup('memory.max, or memory.limit_in_bytes', 'Its limit; no rows without one.'),
  'cgroup.memoryLimitHitPerSec': cgroup('memory.events max, or memory.failcnt', 'Times its memory limit was hit.'),
  'cgroup.memoryHighPerSec': cgroup('memory.events high', 'Times it was slowed down at memory.high.'),
  'cgroup.oomKillPerSec': cgroup('memory.events oom_kill, or memory.oom_control', 'Processes of it killed for want of memory.'),

  'pmu.cyclesPerSec': counter('CPU cycles.'),
  'pmu.instructionsPerSec': counter('Instructions retired.'),
  'pmu.cacheReferencePerSec': counter('Last-level cache references.'),
  'pmu.cacheMissPerSec': counter('Last-level cache misses.'),
  'pmu.branchPerSec': counter('Branches.'),
  'pmu.branchMissPerSec': counter('Mispredicted branches.'),
  'pmu.stalledFrontendPerSec': counter('Cycles in which the front end delivered nothing.'),
  'pmu.stalledBackendPerSec': counter('Cycles in which the back end took nothing.'),

  'progress.perSec': {
    subject: 'event',
    source: 'perf_event on what --progress names; no rows for system calls, which are in the table syscall',
    doc: 'Pieces of work done, in all processes that run the file.',
  },

  'autotune.cpuCpus': {
    subject: 'machine',
    source: 'getrusage of autotune itself',
    doc: 'CPU time autotune used per second of wall time.',
  },
  'autotune.rssBytes': { subject: 'machine', source: '/proc/self/statm', doc: 'Resident memory of autotune.' },
} as const satisfies Record<string, SeriesSpec>

/** Name of a series. */
export type SeriesName = keyof typeof seriesSpecs

/** One reading, as a collector hands it over. */
export interface Reading {
  readonly name: SeriesName
  readonly subject: string
  readonly timeNs: number
  readonly durationNs: number
  readonly value: number
}
