/** What the user adds to the flight recorder: uprobes, tracepoints and watchpoints, attached by perf events with a BPF link. */

import type { WatchHost } from '../../host-watch.ts'
import type { ProbeEvent } from '../../schema.ts'
import { encodeAttr, OPEN_CLOEXEC, PerfIoctl, PerfType } from '../perf-attr.ts'
import type { LoadedTopic, Refusal } from './loader.ts'

/** enum bpf_cmd and enum bpf_attach_type, include/uapi/linux/bpf.h. */
const LINK_CREATE = 28
const BPF_PERF_EVENT = 41
const ROLES = { point: 0, begin: 1, end: 2 } as const
/** Bit of the cookie that asks for the result instead of the first argument. */
const TAKES_RESULT = 1 << 18
const WATCH_WRITES = 2

/** Attaches all of them; the descriptors of their perf events. */
export function attachProbes(
  host: WatchHost,
  options: { readonly probes: readonly ProbeEvent[]; readonly cpus: readonly number[] },
  topic: LoadedTopic,
): readonly number[] | Refusal {
  const fds: number[] = []
  for (const probe of options.probes) {
    const opened = openEvents(host, probe, options.cpus)
    const refusal = 'errno' in opened ? opened.errno : linkAll(host, topic, { probe, fds: opened.fds })
    if ('fds' in opened) fds.push(...opened.fds)
    if (refusal === undefined) continue
    for (const fd of fds) host.closeDescriptor(fd)
    return { topic: 'flight', step: `attach to ${probe.name}`, errno: refusal, log: '' }
  }
  return fds
}

type Events = { readonly fds: readonly number[] } | { readonly errno: string }

function openEvents(host: WatchHost, { at }: ProbeEvent, cpus: readonly number[]): Events {
  if (at.kind === 'uprobe') return openUprobe(host, at)
  if (at.kind === 'watch') return openWatchpoints(host, at)
  const attr = encodeAttr({ type: PerfType.Tracepoint, config: at.id, flags: ['disabled'], period: 1 })
  const opened = host.openPerfEvent(attr, -1, cpus[0] ?? 0, OPEN_CLOEXEC)
  return 'errno' in opened ? opened : { fds: [opened.fd] }
}

/** One event on any CPU serves all processes: a uprobe's program runs wherever it is hit. */
function openUprobe(host: WatchHost, at: Extract<ProbeEvent['at'], { kind: 'uprobe' }>): Events {
  const type = Number(host.readText('/sys/bus/event_source/devices/uprobe/type'))
  if (!(type > 0)) return { errno: 'ENOENT' }
  // its upper half: offset in the file of a counter that the kernel holds above 0 meanwhile
  const config = (at.isReturn ? 1 : 0) + (at.semaphoreOffset ?? 0) * 2 ** 32
  const attr = encodeAttr({ type, config, flags: ['disabled'], period: 1 })
  new DataView(attr.buffer).setBigUint64(64, BigInt(at.offset), true) // config2: offset in the file
  const opened = host.openPathEvent(attr, at.path, { pid: -1, cpu: 0 })
  return 'errno' in opened ? opened : { fds: [opened.fd] }
}

function openWatchpoints(host: WatchHost, at: Extract<ProbeEvent['at'], { kind: 'watch' }>): Events {
  const attr = encodeAttr({ type: PerfType.Breakpoint, config: 0, flags: ['disabled', 'excludeKernel'], period: 1 })
  const view = new DataView(attr.buffer)
  view.setUint32(52, WATCH_WRITES, true) // bp_type
  view.setBigUint64(56, at.address, true) // bp_addr
  view.setBigUint64(64, BigInt(at.sizeBytes), true) // bp_len
  const fds: number[] = []
  for (const tid of at.tids) {
    const opened = host.openPerfEvent(attr, tid, -1, OPEN_CLOEXEC)
    if (!('errno' in opened)) fds.push(opened.fd)
    else if (opened.errno !== 'ESRCH') {
      for (const fd of fds) host.closeDescriptor(fd)
      return opened
    }
  }
  return fds.length === 0 ? { errno: 'ESRCH' } : { fds }
}

function linkAll(host: WatchHost, topic: LoadedTopic, { probe, fds }: { probe: ProbeEvent; fds: readonly number[] }): string | undefined {
  const { at, role, number } = probe
  const name = { uprobe: 'on_probe', tracepoint: 'on_tracepoint', watch: 'on_watchpoint' }[at.kind]
  const program = topic.programs.find(candidate => candidate.name === name)
  if (program === undefined) return 'ENOENT'
  const takesResult = at.kind === 'uprobe' && at.isReturn
  for (const fd of fds) {
    const attributes = new Uint8Array(64) // u32 prog_fd, target_fd, attach_type, flags; u64 bpf_cookie
    const view = new DataView(attributes.buffer)
    const words = [program.fd, fd, BPF_PERF_EVENT, 0]
    words.forEach((value, index) => {
      view.setUint32(index * 4, value, true)
    })
    view.setBigUint64(16, BigInt(number | (ROLES[role] << 16) | (takesResult ? TAKES_RESULT : 0)), true)
    const link = host.bpf(LINK_CREATE, attributes)
    if ('errno' in link) return link.errno
    topic.links.push(link.value)
    host.ioctl(fd, PerfIoctl.Enable, 0)
  }
  return undefined
}
