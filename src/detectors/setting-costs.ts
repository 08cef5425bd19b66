import type { SeriesName } from '../schema.ts'

/** What a setting governs: where the time shows that a wrong value costs. */
export interface SettingCost {
  /** Name in the table setting. */
  readonly setting: string
  /** Families of code-families.ts that compute more because of it. */
  readonly code?: readonly string[]
  /** Families of wait-families.ts that wait longer because of it. */
  readonly waits?: readonly string[]
  /** Events that happen because of it. */
  readonly events?: readonly SeriesName[]
  /** Time that each of these events costs somebody, in ns; absent: not known. */
  readonly eventNs?: number
  /** The setting that says how much of this limit is used. */
  readonly used?: string
}

const readWaits = ['buffered-read']
const writeWaits = ['dirty-limit']

/** Settings and their mechanisms: Documentation/admin-guide/sysctl, Documentation/block/queue-sysfs.rst, mount(8). */
export const settingCosts: readonly SettingCost[] = [
  { setting: 'vm.swappiness', code: ['swap-compression'], waits: ['swap-in'], events: ['vm.swapInPerSec', 'vm.swapOutPerSec'] },
  { setting: 'vm.dirty_ratio', waits: writeWaits },
  { setting: 'vm.dirty_bytes', waits: writeWaits },
  { setting: 'vm.zone_reclaim_mode', code: ['reclaim'], waits: ['direct-reclaim'], events: ['vm.directReclaimPerSec'] },
  { setting: 'vm.min_free_kbytes', waits: ['direct-reclaim'], events: ['vm.allocationStallPerSec'] },
  { setting: 'thp.enabled', code: ['huge-page', 'compaction'], waits: ['compaction'], events: ['vm.compactionStallPerSec'] },
  { setting: 'ksm.run', code: ['ksm'] },
  { setting: 'kernel.numa_balancing', code: ['numa-balancing'] },
  { setting: 'clock.source', code: ['clock-call'] },
  // a client whose connection was dropped tries again after a second: TCP_TIMEOUT_INIT, include/net/tcp.h
  { setting: 'net.core.somaxconn', events: ['tcp.listenOverflowPerSec'], eventNs: 1e9 },
  { setting: 'net.ipv4.tcp_wmem', waits: ['send-buffer-full'] },
  { setting: 'net.core.netdev_max_backlog', events: ['softnet.dropPerSec'] },
  { setting: 'net.core.netdev_budget', events: ['softnet.squeezePerSec'] },
  { setting: 'net.netfilter.nf_conntrack_max', used: 'net.netfilter.nf_conntrack_count' },
  { setting: 'process.maxFiles', used: 'process.openFiles' },
  { setting: 'disk.scheduler', code: ['io-scheduler'] },
  { setting: 'disk.requests', waits: ['request-tags'] },
  { setting: 'disk.writebackLatencyUs', waits: ['device-writeback-limit'] },
  { setting: 'disk.readAheadKb', waits: readWaits },
  { setting: 'mount.options', code: ['access-time', 'discard'] },
]
