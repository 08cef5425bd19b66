/** What machine this is. */

import type { Host, HostFile } from '../host.ts'
import type { HostFacts } from '../schema.ts'
import { readOnlineCpus } from './online-cpus.ts'

/** Reads the facts. What a machine does not tell is "unknown", or undefined where the type allows it. */
export function readHostFacts(host: Host): HostFacts {
  const cpuinfo = host.readText('/proc/cpuinfo') ?? ''
  return {
    hostname: readWord(host, '/proc/sys/kernel/hostname') ?? 'unknown',
    kernelRelease: readWord(host, '/proc/sys/kernel/osrelease') ?? 'unknown',
    architecture: readArchitecture(host),
    cpuModel: parseCpuModel(cpuinfo) ?? 'unknown',
    cpuCount: readOnlineCpus(host).length,
    memoryBytes: parseMemTotal(host.readText('/proc/meminfo') ?? ''),
    virtualization: readVirtualization(host, cpuinfo),
    uid: host.uid,
    perfEventParanoid: readInteger(host, '/proc/sys/kernel/perf_event_paranoid'),
    kptrRestrict: readInteger(host, '/proc/sys/kernel/kptr_restrict'),
  }
}

/** Whether there is a hypervisor below us. */
export function isVirtualMachine(host: Host): boolean {
  return readVirtualization(host, host.readText('/proc/cpuinfo') ?? '') !== undefined
}

/** What firmware says of the machine → hypervisor; DMI strings as systemd-detect-virt knows them. */
const dmiNames: readonly (readonly [RegExp, string])[] = [
  [/^KVM\b|^QEMU\b|OpenStack|^RHEV|oVirt|KubeVirt|Amazon EC2|Google Compute Engine|DigitalOcean|Hetzner|Linode|Apache CloudStack/i, 'kvm'],
  [/VMware/i, 'vmware'],
  [/VirtualBox|innotek/i, 'virtualbox'],
  [/Virtual Machine.*Microsoft|Microsoft.*Virtual Machine|Hyper-V/i, 'hyperv'],
  [/^Xen\b|HVM domU/i, 'xen'],
  [/Parallels/i, 'parallels'],
  [/BHYVE/i, 'bhyve'],
]

/** Clocks that a hypervisor offers its guests: drivers/clocksource, arch/x86/kernel. */
const clockNames: readonly (readonly [string, string])[] = [
  ['kvm-clock', 'kvm'],
  ['hyperv_clocksource', 'hyperv'],
  ['xen', 'xen'],
]

/** On x86 the CPU tells whether there is a hypervisor; firmware and clocks tell which. Bare clouds have DMI strings, too. */
function readVirtualization(host: Host, cpuinfo: string): string | undefined {
  const xen = readWord(host, '/sys/hypervisor/type')
  if (xen !== undefined) return xen
  const deviceTree = readWord(host, '/sys/firmware/devicetree/base/hypervisor/compatible')
  if (deviceTree !== undefined) return deviceTree.includes('kvm') ? 'kvm' : deviceTree.split('\0', 1)[0]
  const isX86 = cpuinfo.includes('vendor_id')
  if (isX86 && !/^flags\s*:.*\bhypervisor\b/m.test(cpuinfo)) return undefined
  const dmi = ['sys_vendor', 'product_name', 'board_vendor', 'bios_vendor'].map(name => readWord(host, `/sys/class/dmi/id/${name}`) ?? '')
  const candidates = [...dmi, dmi.join(' ')]
  const named = dmiNames.find(([pattern]) => candidates.some(text => pattern.test(text)))
  // an EC2 machine without a hypervisor says Amazon EC2 as well, and *.metal as product
  if (named !== undefined) return dmi[1].includes('.metal') ? undefined : named[1]
  if (!isX86) return undefined
  const clocks = host.readText('/sys/devices/system/clocksource/clocksource0/available_clocksource') ?? ''
  return clockNames.find(([clock]) => clocks.includes(clock))?.[1] ?? 'unknown hypervisor'
}

/** x86, then s390 and PowerPC, then ARM, which has numbers only. */
function parseCpuModel(cpuinfo: string): string | undefined {
  const field = (name: string): string | undefined => new RegExp(`^${name}\\s*:\\s*(\\S.*?)\\s*$`, 'm').exec(cpuinfo)?.[1]
  const named = field('model name') ?? field('cpu') ?? field('uarch')
  if (named !== undefined) return named
  const [implementer, part] = [field('CPU implementer'), field('CPU part')]
  return implementer === undefined || part === undefined ? field('vendor_id') : `ARM implementer ${implementer} part ${part}`
}

function parseMemTotal(meminfo: string): number {
  const kibibytes = /^MemTotal:\s+(\d+) kB/m.exec(meminfo)?.[1]
  return kibibytes === undefined ? Number.NaN : Number(kibibytes) * 1024
}

/** e_machine of an ELF header, elf(5) → name as uname(1) prints it. */
const elfMachines: Readonly<Record<number, string>> = { 62: 'x86_64', 183: 'aarch64', 243: 'riscv64', 22: 's390x', 21: 'ppc64' }

/** Kernels before 6.1 have no file for it; then our own executable tells. */
function readArchitecture(host: Host): string {
  const named = readWord(host, '/proc/sys/kernel/arch')
  if (named !== undefined) return named
  const executable = host.openFile('/proc/self/exe')
  if (executable === undefined) return 'unknown'
  try {
    return elfMachines[readMachine(executable)] ?? 'unknown'
  } finally {
    executable.close()
  }
}

function readMachine(executable: HostFile): number {
  const header = executable.read(0, 20)
  if (header.length < 20) return 0
  const isBigEndian = header[5] === 2 // EI_DATA
  return isBigEndian ? (header[18] << 8) | header[19] : (header[19] << 8) | header[18]
}

function readWord(host: Host, path: string): string | undefined {
  const text = host.readText(path)?.trim()
  return text === '' ? undefined : text
}

function readInteger(host: Host, path: string): number | undefined {
  const text = readWord(host, path)
  return text !== undefined && /^-?\d+$/.test(text) ? Number(text) : undefined
}
