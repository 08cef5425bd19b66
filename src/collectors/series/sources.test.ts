import { describe, expect, test } from 'vitest'
import type { Reading } from '../../schema.ts'
import { cpuDiffer, loadDiffer, switchDiffer } from './cpu.ts'
import { diskDiffer, wholeDisks } from './disk.ts'
import { parseKilohertz } from './frequency.ts'
import { interruptDiffer, softirqDiffer, softnetDiffer } from './interrupts.ts'
import { memoryDiffer } from './memory.ts'
import { networkDiffer } from './network.ts'
import { netstatDiffer, snmpDiffer } from './protocol.ts'
import { pressureDiffer } from './psi.ts'
import type { Differ } from './rate.ts'
import { vmDiffer } from './vm.ts'

const SECOND = 1e9

/** "cpu.userRatio cpu0" → value, of the second of two texts read two seconds apart. */
function between(differ: Differ, first: string, second: string): Record<string, number> {
  differ(first, 0)
  return named(differ(second, 2 * SECOND))
}

function named(readings: readonly Reading[]): Record<string, number> {
  return Object.fromEntries(readings.map(({ name, subject, value }) => [`${name} ${subject}`.trim(), value]))
}

describe('/proc/stat', () => {
  const stat = (...lines: string[]) => `${lines.join('\n')}\nctxt 1000\nprocs_running 3\nprocs_blocked 1\n`

  test('shares are of what was counted; user counts niced threads but no guests', () => {
    //                                    user nice sys idle iow irq soft steal guest guestNice
    const values = between(cpuDiffer(), stat('cpu  0 0 0 0 0 0 0 0 0 0'), stat('cpu  40 10 20 10 5 3 7 5 15 5'))
    expect(values).toMatchObject({
      'cpu.userRatio': 0.3,
      'cpu.guestRatio': 0.2,
      'cpu.systemRatio': 0.2,
      'cpu.idleRatio': 0.1,
      'cpu.iowaitRatio': 0.05,
      'cpu.irqRatio': 0.03,
      'cpu.softirqRatio': 0.07,
      'cpu.stealRatio': 0.05,
      'sched.runnableCount': 3,
      'sched.blockedCount': 1,
    })
  })

  test('iowait may fall without costing the reading', () => {
    const values = between(cpuDiffer(), stat('cpu0 0 0 0 0 9 0 0 0 0 0'), stat('cpu0 50 0 0 50 8 0 0 0 0 0'))
    expect(values).toMatchObject({ 'cpu.userRatio cpu0': 0.5, 'cpu.iowaitRatio cpu0': 0, 'cpu.idleRatio cpu0': 0.5 })
  })

  test('a CPU that was taken out and put back gives no reading for the gap', () => {
    const differ = cpuDiffer()
    differ(stat('cpu0 0 0 0 0', 'cpu1 0 0 0 0'), 0)
    differ(stat('cpu0 1 0 0 9'), SECOND)
    expect(named(differ(stat('cpu0 2 0 0 18', 'cpu1 5 0 0 5'), 2 * SECOND))).not.toHaveProperty('cpu.userRatio cpu1')
  })

  test('with very many CPUs each is told once a second, their sum still every time', () => {
    const lines = (ticks: number) => stat(`cpu ${ticks} 0 0 0`, ...Array.from({ length: 80 }, (_, cpu) => `cpu${cpu} ${ticks} 0 0 0`))
    const differ = cpuDiffer()
    const counts = Array.from({ length: 12 }, (_, turn) => differ(lines(turn), turn * 0.1 * SECOND))
    expect(counts.map(readings => readings.filter(({ subject }) => subject === 'cpu7').length > 0).filter(Boolean)).toHaveLength(1)
    expect(counts.filter(readings => 'cpu.userRatio' in named(readings))).toHaveLength(11)
  })

  test('context switches and forks', () => {
    expect(between(switchDiffer(), 'ctxt 100\nprocesses 7\n', 'ctxt 300\nprocesses 8\n')).toEqual({
      'sched.contextSwitchPerSec': 100,
      'sched.forkPerSec': 0.5,
    })
  })
})

test('the load average is a level', () => {
  expect(loadDiffer()('0.33 0.13 0.07 1/92 10806\n', SECOND)).toEqual([
    { name: 'sched.load1', subject: '', timeNs: SECOND, durationNs: 0, value: 0.33 },
  ])
})

test('pressure is the growth of the total; CPU full is undefined for the machine but not for a cgroup', () => {
  const text = (some: number, full: number) =>
    `some avg10=0.29 avg60=0.75 avg300=1.43 total=${some}\nfull avg10=0.00 avg60=0.00 avg300=0.00 total=${full}\n`
  const differ = pressureDiffer('cpu')
  const texts = (some: number, full: number) =>
    new Map([
      ['', text(some, full)],
      ['/a', text(some, full)],
    ])
  differ(texts(0, 0), 0)
  expect(named(differ(texts(500_000, 100_000), SECOND))).toEqual({
    'psi.cpu.someRatio': 0.5,
    'psi.cpu.someRatio /a': 0.5,
    'psi.cpu.fullRatio /a': 0.1,
  })
})

test('memory is in bytes; a field the kernel does not have is left out', () => {
  const values = named(memoryDiffer()('MemTotal:       2048 kB\nCached:            4 kB\nHugePages_Total:       0\n', 0))
  expect(values).toEqual({ 'memory.totalBytes': 2097152, 'memory.cachedBytes': 4096 })
})

describe('/proc/vmstat', () => {
  test('sums what newer kernels split by kind and zone', () => {
    const text = (n: number) =>
      `workingset_refault_anon ${n}\nworkingset_refault_file ${n}\nallocstall_dma ${n}\nallocstall_normal ${n}\npgscan_direct ${n}\npgscan_direct_throttle 99\n`
    expect(between(vmDiffer(), text(0), text(6))).toEqual({
      'vm.refaultPerSec': 6,
      'vm.allocationStallPerSec': 6,
      'vm.directScanPerSec': 3,
    })
  })

  test('knows the spellings of older kernels', () => {
    const text = (n: number) => `workingset_refault ${n}\nallocstall ${n}\npgscan_direct_normal ${n}\npgscan_direct_throttle ${9 * n}\n`
    expect(between(vmDiffer(), text(0), text(2))).toEqual({
      'vm.refaultPerSec': 1,
      'vm.allocationStallPerSec': 1,
      'vm.directScanPerSec': 1,
    })
  })
})

describe('/proc/diskstats', () => {
  const isAny = () => true

  test('rates, latencies and the mean number in flight', () => {
    //                            reads merged sectors ms writes merged sectors ms inFlight busy queue discards… flushes ms
    const first = ' 254 0 vda 100 5 1000 50 10 0 80 20 0 100 70 0 0 0 0 1 10\n'
    const second = ' 254 0 vda 104 5 1016 58 10 0 80 20 0 1100 4070 0 0 0 0 3 14\n'
    expect(between(diskDiffer(isAny), first, second)).toEqual({
      'disk.readPerSec vda': 2,
      'disk.writePerSec vda': 0,
      'disk.readBytesPerSec vda': 4096,
      'disk.writeBytesPerSec vda': 0,
      'disk.flushPerSec vda': 1,
      'disk.busyRatio vda': 0.5,
      'disk.inFlightCount vda': 2,
      'disk.readLatencyNs vda': 2e6,
      'disk.flushLatencyNs vda': 2e6,
    })
  })

  test('a kernel without flush counters has no flush readings', () => {
    const values = between(diskDiffer(isAny), ' 8 0 sda 1 0 8 1 0 0 0 0 0 1 1\n', ' 8 0 sda 3 0 24 3 0 0 0 0 0 3 3\n')
    expect(values).toHaveProperty('disk.readPerSec sda', 1)
    expect(Object.keys(values).filter(name => name.includes('flush'))).toEqual([])
  })

  test('disks that never did anything and partitions are left out', () => {
    const idle = ' 7 0 loop0 0 0 0 0 0 0 0 0 0 0 0 0 0 0 0 0 0\n'
    const text = (n: number) => `${idle} 8 0 sda ${n} 0 8 1 0 0 0 0 0 1 1\n 8 1 sda1 ${n} 0 8 1 0 0 0 0 0 1 1\n`
    const values = between(diskDiffer(wholeDisks(() => ['sda', 'loop0'])), text(1), text(3))
    expect([...new Set(Object.keys(values).map(name => name.split(' ')[1]))]).toEqual(['sda'])
  })

  test('disks are told from partitions by name where /sys is missing, and sysfs writes / as !', () => {
    const isWholeByName = wholeDisks(() => undefined)
    expect(['sda', 'sda1', 'nvme0n1', 'nvme0n1p2', 'mmcblk0p1', 'dm-0', 'md127'].filter(isWholeByName)).toEqual([
      'sda',
      'nvme0n1',
      'dm-0',
      'md127',
    ])
    expect(wholeDisks(() => ['cciss!c0d0'])('cciss/c0d0')).toBe(true)
  })
})

test('network interfaces: drops and errors of both ways, none for an interface that never carried anything', () => {
  const text = (n: number) =>
    `Inter-|   Receive  |  Transmit\n face |bytes packets\n  eth0: ${100 * n} ${n} ${n} ${n} 0 0 0 0 ${10 * n} ${2 * n} ${n} ${n} 0 0 0 0\n  ifb0: 0 0 0 0 0 0 0 0 0 0 0 0 0 0 0 0\n`
  expect(between(networkDiffer(), text(1), text(3))).toEqual({
    'net.receiveBytesPerSec eth0': 100,
    'net.sendBytesPerSec eth0': 10,
    'net.receivePacketPerSec eth0': 1,
    'net.sendPacketPerSec eth0': 2,
    'net.dropPerSec eth0': 2,
    'net.errorPerSec eth0': 2,
  })
})

test('protocol counters are found by name, wherever they stand', () => {
  const snmp = (n: number) =>
    `Icmp: InMsgs\nIcmp: 5\nTcp: MaxConn ActiveOpens OutRsts\nTcp: -1 ${n} ${2 * n}\nUdp: RcvbufErrors\nUdp: ${n}\n`
  expect(between(snmpDiffer(), snmp(0), snmp(2))).toEqual({
    'tcp.activeOpenPerSec': 1,
    'tcp.resetPerSec': 2,
    'udp.receiveBufferErrorPerSec': 1,
  })
  const netstat = (n: number) => `TcpExt: SyncookiesSent DelayedACKs ListenOverflows\nTcpExt: 0 ${n} ${n}\n`
  expect(between(netstatDiffer(), netstat(0), netstat(4))).toEqual({ 'tcp.delayedAckPerSec': 2, 'tcp.listenOverflowPerSec': 2 })
})

describe('interrupts', () => {
  const table = (n: number) => `           CPU0       CPU1       
 28:          0          0 PCI-MSIX-0000:00:01.0   0-edge      virtio0-config
 36:          ${n}     ${3 * n} PCI-MSIX-0000:00:02.0   1-edge      virtio1-req.0
  4:          ${n}          0   IO-APIC   4-edge      ttyS0, my modem
LOC:      ${2 * n}      ${n}   Local timer interrupts
ERR:          ${n}
`

  test('lines have the name of their device; those that never fired are left out; ERR belongs to no CPU', () => {
    expect(between(interruptDiffer(), table(2), table(4))).toEqual({
      'interrupt.perSec 36 virtio1-req.0': 4,
      'interrupt.perSec 4 ttyS0, my modem': 1,
      'interrupt.perSec LOC Local timer interrupts': 3,
      'interrupt.perSec ERR': 1,
      'interrupt.cpuPerSec cpu0': 4,
      'interrupt.cpuPerSec cpu1': 4,
    })
  })

  test('of very many lines the 64 with the highest rates stay, and CPUs still count all', () => {
    const many = (n: number) =>
      `  CPU0\n${Array.from({ length: 300 }, (_, line) => `${line}: ${line * n + 1} PCI-MSI 1-edge  dev${line}`).join('\n')}\n`
    const values = between(interruptDiffer(), many(0), many(2))
    expect(Object.keys(values)).toHaveLength(65)
    expect(values).toHaveProperty('interrupt.perSec 299 dev299', 299)
    expect(values).toHaveProperty('interrupt.cpuPerSec cpu0', (299 * 300) / 2)
  })

  test('soft interrupts by kind, and received packets by the CPUs that had any', () => {
    const text = (n: number) =>
      `                    CPU0       CPU1       CPU2\n      NET_RX:     ${n}     ${n}     0\n       TIMER:     ${n}     0     0\n          HI:     0     0     0\n`
    expect(between(softirqDiffer(), text(1), text(5))).toEqual({
      'softirq.perSec NET_RX': 4,
      'softirq.perSec TIMER': 2,
      'softirq.netReceiveCpuPerSec cpu0': 2,
      'softirq.netReceiveCpuPerSec cpu1': 2,
    })
  })

  test('softnet lines name their CPU, which is not always that of their place', () => {
    const line = (packets: string, cpu: string) => `${packets} 00000001 00000002 ${'00000000 '.repeat(9)}${cpu}\n`
    const values = between(softnetDiffer(), line('0000000a', '00000003'), line('00000014', '00000003'))
    expect(values).toEqual({ 'softnet.packetPerSec cpu3': 5, 'softnet.dropPerSec cpu3': 0, 'softnet.squeezePerSec cpu3': 0 })
  })
})

test.each([
  ['2445000\n', 2.445e9],
  ['<unknown>\n', Number.NaN],
  [undefined, Number.NaN],
])('a frequency of %j is %d Hz', (text, hertz) => {
  expect(parseKilohertz(text)).toBe(hertz)
})
