import { expect, test } from 'vitest'
import { type RecordedInput, replayHost } from '../host.ts'
import { isVirtualMachine, readHostFacts } from './host-facts.ts'

const cpuinfo = (flags: string) => `processor\t: 0\nvendor_id\t: AuthenticAMD\nmodel name\t: AMD EPYC \nflags\t\t: fpu ${flags} sse\n`

test('reads the facts of a machine', () => {
  const files = {
    '/proc/sys/kernel/hostname': 'db1\n',
    '/proc/sys/kernel/osrelease': '6.18.44\n',
    '/proc/sys/kernel/arch': 'x86_64\n',
    '/proc/cpuinfo': cpuinfo('ht'),
    '/sys/devices/system/cpu/online': '0-3,8\n',
    '/proc/meminfo': 'MemTotal:       1024 kB\n',
    '/proc/sys/kernel/perf_event_paranoid': '-1\n',
    '/proc/sys/kernel/kptr_restrict': '2\n',
  }
  expect(readHostFacts(replayHost({ files, uid: 1000 }))).toEqual({
    hostname: 'db1',
    kernelRelease: '6.18.44',
    architecture: 'x86_64',
    cpuModel: 'AMD EPYC',
    cpuCount: 5,
    memoryBytes: 1048576,
    virtualization: undefined,
    uid: 1000,
    perfEventParanoid: -1,
    kptrRestrict: 2,
  })
})

test('what a machine does not tell is unknown', () => {
  expect(readHostFacts(replayHost({}))).toMatchObject({
    hostname: 'unknown',
    architecture: 'unknown',
    cpuModel: 'unknown',
    memoryBytes: Number.NaN,
    perfEventParanoid: undefined,
    kptrRestrict: undefined,
  })
})

test('an older kernel tells its architecture by our own executable', () => {
  const header = new Uint8Array(64)
  header.set([0x7f, 0x45, 0x4c, 0x46, 2, 1])
  header[18] = 183
  expect(readHostFacts(replayHost({ files: { '/proc/self/exe': header } })).architecture).toBe('aarch64')
  expect(readHostFacts(replayHost({ files: { '/proc/self/exe': header.subarray(0, 19) } })).architecture).toBe('unknown')
})

test('an ARM CPU has numbers for a name', () => {
  const files = { '/proc/cpuinfo': 'processor\t: 0\nCPU implementer\t: 0x41\nCPU part\t: 0xd0c\n' }
  expect(readHostFacts(replayHost({ files })).cpuModel).toBe('ARM implementer 0x41 part 0xd0c')
})

const virtual = { '/proc/cpuinfo': cpuinfo('hypervisor') }
const arm = { '/proc/cpuinfo': 'CPU implementer\t: 0x41\n' }
const clocks = '/sys/devices/system/clocksource/clocksource0/available_clocksource'
const cases: readonly (readonly [string, RecordedInput['files'], string | undefined])[] = [
  ['bare metal', { '/proc/cpuinfo': cpuinfo('ht'), '/sys/class/dmi/id/sys_vendor': 'Dell Inc.\n' }, undefined],
  ['bare metal of a cloud', { '/proc/cpuinfo': cpuinfo('ht'), '/sys/class/dmi/id/sys_vendor': 'Amazon EC2\n' }, undefined],
  ['QEMU', { ...virtual, '/sys/class/dmi/id/sys_vendor': 'QEMU\n' }, 'kvm'],
  ['VMware', { ...virtual, '/sys/class/dmi/id/product_name': 'VMware7,1\n' }, 'vmware'],
  [
    'Hyper-V',
    { ...virtual, '/sys/class/dmi/id/sys_vendor': 'Microsoft Corporation\n', '/sys/class/dmi/id/product_name': 'Virtual Machine\n' },
    'hyperv',
  ],
  ['Xen', { '/sys/hypervisor/type': 'xen\n' }, 'xen'],
  ['Firecracker, by its clock', { ...virtual, [clocks]: 'tsc kvm-clock \n' }, 'kvm'],
  ['nothing but the flag', virtual, 'unknown hypervisor'],
  [
    'ARM bare metal of a cloud',
    { ...arm, '/sys/class/dmi/id/sys_vendor': 'Amazon EC2\n', '/sys/class/dmi/id/product_name': 'm6g.metal\n' },
    undefined,
  ],
  ['ARM in a cloud', { ...arm, '/sys/class/dmi/id/sys_vendor': 'Amazon EC2\n', '/sys/class/dmi/id/product_name': 'm6g.large\n' }, 'kvm'],
  ['ARM by its device tree', { ...arm, '/sys/firmware/devicetree/base/hypervisor/compatible': 'linux,kvm\0' }, 'kvm'],
]

test.each(cases)('hypervisor: %s', (_, files, expected) => {
  const host = replayHost({ files })
  expect(readHostFacts(host).virtualization).toBe(expected)
  expect(isVirtualMachine(host)).toBe(expected !== undefined)
})
