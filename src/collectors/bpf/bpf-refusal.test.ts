import { expect, test } from 'vitest'
import { replayHost } from '../../host.ts'
import type { BpfHost } from '../../host-bpf.ts'
import { noBtf, topicRefused, tracepointsMissing } from './bpf-refusal.ts'
import { openBpf } from './collector.ts'

const refusal = { topic: 'sched', step: 'load its loader', errno: 'EPERM', log: '' }

test('without privileges it says which', () => {
  expect(topicRefused('sched', refusal)).toEqual({
    topic: 'waits, wakers and run queues',
    tables: ['wait', 'runQueue'],
    series: [],
    reason: 'bpf(2) refused to load its loader (EPERM): autotune has no CAP_BPF and CAP_PERFMON, or the kernel is locked down.',
    remedy: 'sudo autotune …; see cat /sys/kernel/security/lockdown',
  })
})

test('what the verifier said last is kept', () => {
  const log = `${'0: (b7) r0 = 0\n'.repeat(500)}R1 invalid mem access 'scalar'\nprocessed 12 insns`
  const { reason } = topicRefused('lock', { topic: 'lock', step: 'load', errno: 'EINVAL', log })
  expect(reason).toContain("R1 invalid mem access 'scalar' | processed 12 insns")
  expect(reason.length).toBeLessThan(500)
})

test('a missing tracepoint, missing BTF', () => {
  expect(tracepointsMissing('lock', ['contention_begin']).reason).toBe('This kernel has no tracepoint contention_begin.')
  expect(noBtf('block', 'ENOENT').reason).toBe("/sys/kernel/btf/vmlinux can't be read (ENOENT).")
})

/** A kernel that refuses bpf(2), on recorded files. */
function refusingHost(files: Readonly<Record<string, string>>): BpfHost {
  return {
    ...replayHost({ files }),
    bpf: () => ({ errno: 'EPERM' }),
    readDescriptor: () => 0,
    mapDescriptor: () => ({ errno: 'EPERM' }),
    pauseMs: () => {},
    closeDescriptor: () => {},
  }
}

const skeleton = (tracepoint: string) =>
  JSON.stringify({ topic: 'x', programs: [{ name: 'p', section: `tp_btf/${tracepoint}` }], maps: [], instructions: '', data: '' })

test('each topic fails for its own reason and a collector without topics still gives slices', () => {
  const host = refusingHost({
    '/sys/kernel/btf/vmlinux': '\0btf_trace_sched_switch\0',
    'out/sched.x64.json': skeleton('sched_switch'),
    'out/lock.x64.json': skeleton('contention_begin'),
  })
  const collector = openBpf(host, { startNs: 0n, skeletonFolder: 'out', architecture: 'x64', topics: ['sched', 'lock', 'net'] })
  expect(collector.running).toEqual([])
  expect(collector.unavailable.map(({ topic, reason }) => `${topic}: ${reason.split(':')[0]}`)).toEqual([
    'waits, wakers and run queues: bpf(2) refused to create its maps (EPERM)',
    'kernel locks: This kernel has no tracepoint contention_begin.',
    'TCP events: There is no out/net.x64.json',
  ])
  expect(collector.drain()).toMatchObject({ waits: [], ledger: [] })
  expect(collector.close()).toMatchObject({ openWaits: [] })
})

test('without BTF nothing is loaded', () => {
  const host = refusingHost({ 'out/sched.x64.json': skeleton('sched_switch') })
  const { unavailable } = openBpf(host, { startNs: 0n, skeletonFolder: 'out', architecture: 'x64', topics: ['sched'] })
  expect(unavailable.map(({ reason }) => reason)).toEqual(["/sys/kernel/btf/vmlinux can't be read (ENOENT)."])
})
