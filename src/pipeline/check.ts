/** `autotune check`: what this host allows, what each missing piece costs, and the one command that mends it. Tries, never guesses. */

import { openBpf } from '../collectors/bpf/collector.ts'
import { readHostFacts } from '../collectors/host-facts.ts'
import { encodeAttr, HardwareEvent, OPEN_CLOEXEC, type PerfFlag, PerfType, SampleField, SoftwareEvent } from '../collectors/perf-attr.ts'
import { hasPmu } from '../collectors/perf-sampler.ts'
import { openSchedRings } from '../collectors/without-bpf/sched-rings.ts'
import type { PerfHost } from '../host.ts'
import { linuxBpfHost } from '../linux-bpf-host.ts'
import type { HostFacts } from '../schema.ts'
import { assetPath } from './assets.ts'

/** One line of the check. */
export interface Check {
  readonly topic: string
  readonly isAvailable: boolean
  /** What was tried and what came of it. */
  readonly detail: string
  /** What the report cannot say without it; undefined when available. */
  readonly cost: string | undefined
  /** The command that mends it; undefined when available or when nothing can. */
  readonly remedy: string | undefined
}

/** All checks, most important first, with the host they were made on. */
export interface CheckResult {
  readonly host: HostFacts
  readonly checks: readonly Check[]
}

/** Tries everything autotune uses. */
export function checkHost(host: PerfHost): CheckResult {
  const facts = readHostFacts(host)
  return {
    host: facts,
    checks: [
      checkMachineSamples(host, facts),
      checkOwnSamples(host, facts),
      ...checkBpf(host),
      checkTracepoints(host),
      checkKernelNames(host),
      checkCounters(host, facts),
      checkPressure(host),
      checkThreadTimes(host),
      checkCgroups(host),
      checkOtherProcesses(host),
    ],
  }
}

function tryEvent(host: PerfHost, event: { type: number; config: number; pid: number; flags: readonly PerfFlag[] }): string | undefined {
  const attr = encodeAttr({
    ...event,
    frequencyHz: 99,
    sampleType: SampleField.Tid | SampleField.Time | SampleField.Callchain,
    flags: ['disabled', ...event.flags],
  })
  const opened = host.openPerfEvent(attr, event.pid, event.pid === -1 ? 0 : -1, OPEN_CLOEXEC)
  if ('errno' in opened) return opened.errno
  host.closeDescriptor(opened.fd)
  return undefined
}

const cpuClock = { type: PerfType.Software, config: SoftwareEvent.CpuClock }

function checkMachineSamples(host: PerfHost, facts: HostFacts): Check {
  const topic = 'CPU samples of the whole machine, with kernel code'
  const errno = tryEvent(host, { ...cpuClock, pid: -1, flags: [] })
  if (errno === undefined) return available(topic, 'perf_event_open on CPU 0 works')
  return {
    topic,
    isAvailable: false,
    detail: `perf_event_open: ${errno}; kernel.perf_event_paranoid is ${facts.perfEventParanoid ?? 'missing'}`,
    cost: 'Hot functions of other users and of the kernel, competitors by name.',
    remedy:
      facts.perfEventParanoid === undefined ? undefined : 'sudo autotune …, or as this user: sudo sysctl kernel.perf_event_paranoid=-1',
  }
}

function checkOwnSamples(host: PerfHost, facts: HostFacts): Check {
  const topic = 'CPU samples of your own processes'
  const errno = tryEvent(host, { ...cpuClock, pid: 0, flags: ['excludeKernel', 'excludeCallchainKernel'] })
  if (errno === undefined) return available(topic, 'perf_event_open on this process works')
  return {
    topic,
    isAvailable: false,
    detail: `perf_event_open: ${errno}; kernel.perf_event_paranoid is ${facts.perfEventParanoid ?? 'missing'}`,
    cost: 'Every finding that names a function.',
    remedy: facts.perfEventParanoid === undefined ? undefined : 'sudo sysctl kernel.perf_event_paranoid=2',
  }
}

/** Loads everything and takes it out again: what is refused is known only then. A topic that is refused costs itself alone. */
function checkBpf(host: PerfHost): readonly Check[] {
  const topic = 'eBPF: waits, wakers, locks, I/O, system calls'
  const collector = openBpf(linuxBpfHost(host), {
    startNs: host.monotonicNs(),
    skeletonFolder: assetPath('bpf'),
    architecture: process.arch,
  })
  const { running, unavailable } = collector
  if (running.length > 0) collector.close()
  const works = available(topic, `loaded: ${running.join(', ')}`)
  const refused = unavailable.map(one => ({
    topic: `eBPF: ${one.topic}`,
    isAvailable: false,
    detail: one.reason,
    cost: `${one.topic.charAt(0).toUpperCase()}${one.topic.slice(1)}; all else goes on.`,
    remedy: one.remedy,
  }))
  if (running.includes('sched')) return [works, ...refused]
  const [first] = refused
  const cost = 'Locks of the kernel, system calls, faults and TCP events by thread. Waits come from tracepoints or /proc, with less to say.'
  return first === undefined ? [works] : [{ ...first, topic, cost }]
}

/** The rung below eBPF. */
function checkTracepoints(host: PerfHost): Check {
  const topic = 'tracepoints of scheduler and devices, for waits without eBPF'
  const rings = openSchedRings(host, { cpus: [0], startNs: 0n })
  if (!('errno' in rings)) {
    rings.close()
    return available(topic, 'sched_switch and sched_waking open on CPU 0')
  }
  return {
    topic,
    isAvailable: false,
    detail: `${rings.event}: refused to ${rings.step} (${rings.errno})`,
    cost: 'Without eBPF too: who ends waits, their stacks, and waits of other users. /proc is looked at instead.',
    remedy: rings.errno === 'ENOENT' ? 'sudo mount -t tracefs none /sys/kernel/tracing' : 'sudo autotune …',
  }
}

function checkKernelNames(host: PerfHost): Check {
  const topic = 'names of kernel functions'
  const text = host.readText('/proc/kallsyms')
  const cost = 'Kernel frames are shown as [unknown] in [kernel].'
  if (text === undefined) return { topic, isAvailable: false, detail: '/proc/kallsyms is missing or forbidden', cost, remedy: undefined }
  const isHidden = !/^0*[1-9a-f][0-9a-f]* /m.test(text.slice(0, 100_000))
  if (!isHidden) return available(topic, '/proc/kallsyms shows addresses')
  const level = host.readText('/proc/sys/kernel/kptr_restrict')?.trim()
  return {
    topic,
    isAvailable: false,
    detail: `/proc/kallsyms hides addresses; kernel.kptr_restrict is ${level ?? 'unknown'}`,
    cost,
    remedy: level === '2' ? 'sudo sysctl kernel.kptr_restrict=1' : 'sudo autotune …',
  }
}

function checkCounters(host: PerfHost, facts: HostFacts): Check {
  const topic = 'hardware counters (cycles, cache misses, stalls)'
  const cost = 'Memory-bound code, cache misses and branch mispredictions; samples come from a timer instead of cycles.'
  if (!hasPmu(host)) {
    const where = facts.virtualization === undefined ? '' : ` (virtual machine: ${facts.virtualization})`
    return { topic, isAvailable: false, detail: `no PMU in /sys/bus/event_source/devices${where}`, cost, remedy: undefined }
  }
  const cycles = { type: PerfType.Hardware, config: HardwareEvent.Cycles }
  const errno =
    tryEvent(host, { ...cycles, pid: -1, flags: [] }) === undefined
      ? undefined
      : tryEvent(host, { ...cycles, pid: 0, flags: ['excludeKernel', 'excludeCallchainKernel'] })
  return errno === undefined
    ? available(topic, 'cycles can be counted')
    : { topic, isAvailable: false, detail: `cycles: ${errno}`, cost, remedy: 'sudo autotune …' }
}

function checkPressure(host: PerfHost): Check {
  const topic = 'pressure (PSI) of CPU, memory and I/O'
  const why = host.whyUnreadable('/proc/pressure/cpu')
  if (why === undefined && host.readText('/proc/pressure/cpu') !== undefined) return available(topic, '/proc/pressure is there')
  return {
    topic,
    isAvailable: false,
    detail: `/proc/pressure/cpu: ${why ?? 'cannot be read'}`,
    cost: 'Memory and I/O pressure; CPU queueing is less certain.',
    remedy: 'Boot with psi=1 on the kernel command line.',
  }
}

function checkThreadTimes(host: PerfHost): Check {
  const topic = 'running and waiting times of threads (schedstat)'
  const text = host.readText(`/proc/self/task/${host.pid}/schedstat`)
  if (text !== undefined && !text.startsWith('0 0 0')) return available(topic, '/proc/PID/task/TID/schedstat counts')
  return {
    topic,
    isAvailable: false,
    detail: 'schedstat is missing or all zero',
    cost: 'How long the target waits for a CPU.',
    remedy: 'Use a kernel with CONFIG_SCHED_INFO.',
  }
}

function checkCgroups(host: PerfHost): Check {
  const topic = 'cgroup limits and throttling'
  const mounts = host.readText('/proc/mounts') ?? ''
  const versions = [/^\S+ \S+ cgroup2 /m.test(mounts) ? 'v2' : '', /^\S+ \S+ cgroup \S*\bcpu\b/m.test(mounts) ? 'v1' : ''].filter(Boolean)
  if (versions.length > 0) return available(topic, `mounted: ${versions.join(' and ')}`)
  return {
    topic,
    isAvailable: false,
    detail: 'no cgroup file system is mounted',
    cost: 'Quota throttling and memory limits of containers.',
    remedy: 'sudo mount -t cgroup2 none /sys/fs/cgroup',
  }
}

function checkOtherProcesses(host: PerfHost): Check {
  const topic = "other users' processes in /proc"
  if (host.readText('/proc/1/stat') === undefined) {
    return {
      topic,
      isAvailable: false,
      detail: '/proc/1/stat cannot be read (hidepid?)',
      cost: "Other users' processes stay nameless.",
      remedy: 'sudo autotune …',
    }
  }
  if (host.uid === 0 || host.readLink('/proc/1/exe') !== undefined) return available(topic, '/proc/1 can be read, executables too')
  return {
    topic,
    isAvailable: false,
    detail: 'names can be read, executables and memory maps cannot',
    cost: "Functions of other users' processes.",
    remedy: 'sudo autotune …',
  }
}

function available(topic: string, detail: string): Check {
  return { topic, isAvailable: true, detail, cost: undefined, remedy: undefined }
}
