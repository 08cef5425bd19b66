import { expect, test } from 'vitest'
import { fakeRing, record, text, u64 } from '../../test/perf-ring.ts'
import type { PerfHost } from '../host.ts'
import { replayHost } from '../host.ts'
import { type HostFacts, StackEnd } from '../schema.ts'
import { CallchainInterner } from './callchain-interner.ts'
import { RecordType } from './perf-record.ts'
import { openSampler } from './perf-sampler.ts'
import { ProcessTracker } from './process-tracker.ts'

const facts: HostFacts = {
  hostname: 'h',
  kernelRelease: '6.18',
  architecture: 'x86_64',
  cpuModel: 'cpu',
  cpuCount: 1,
  memoryBytes: 1,
  virtualization: 'kvm',
  uid: 0,
  perfEventParanoid: 2,
  kptrRestrict: 0,
}

/** A kernel that answers perf_event_open by attr flags and target; rings are served from memory. */
function kernel(refuse: (pid: number, isUserOnly: boolean) => string | undefined, rings = [fakeRing(1024)]) {
  const opened: number[] = []
  const host: PerfHost = {
    ...replayHost({}),
    openPerfEvent(attr, pid) {
      const isUserOnly = (attr[40] & (1 << 5)) !== 0
      const errno = refuse(pid, isUserOnly)
      if (errno !== undefined) return { errno }
      opened.push(pid)
      return { fd: opened.length + 10 }
    },
    mapPerfRing: (_, cpu) => ({ ...rings[cpu], cpu }),
    ioctl: () => undefined,
    readPerfEvent: () => undefined,
    closeDescriptor: () => {},
  }
  return { host, opened, rings }
}

const options = {
  frequencyHz: 99,
  startNs: 0n,
  cpus: [0],
  facts,
  tasks: { kind: 'pids', tids: [7] },
  interner: new CallchainInterner(),
} as const
const newTracker = () =>
  new ProcessTracker(
    { readProcess: () => undefined, readMappings: () => undefined, isTarget: () => false, noteMapping: () => undefined },
    99,
  )
const sample = (pid: number, timeNs: number, addresses: readonly bigint[]) =>
  record(RecordType.Sample, [pid, pid, ...u64(BigInt(timeNs)), ...u64(BigInt(addresses.length)), ...addresses.flatMap(u64)])

test('samples become rows with the image that ran at their time, wherever in the ring its exec stands', () => {
  const { host, rings } = kernel(() => undefined)
  const sampler = openSampler(host, options)
  const tracker = newTracker()
  rings[0].write(sample(7, 50, [-512n, 0x10n]))
  rings[0].write(record(RecordType.Comm, [7, 7, ...text('new')], { misc: 1 << 13, timeNs: 60 }))
  rings[0].write(sample(7, 70, [-512n, 0x10n]))
  sampler.drain(tracker)
  const { sample: rows } = sampler.takeRows()

  expect([...rows.timeNs]).toEqual([50, 70])
  expect(rows.process[0]).not.toBe(rows.process[1])
  expect(rows.weightNs[0]).toBeCloseTo(1e9 / 99)
  expect(rings[0].tailBytes()).toBe(rings[0].readHead())
})

test('what the kernel lost is counted by CPU', () => {
  const { host, rings } = kernel(() => undefined)
  const sampler = openSampler(host, options)
  rings[0].write(record(RecordType.Lost, [...u64(1n), ...u64(41n)], { timeNs: 5 }))
  sampler.drain(newTracker())
  expect(sampler.lostCount).toBe(41)
  expect(sampler.takeRows().quality.count[0]).toBe(41)
})

test('a ring read many times round loses and repeats nothing', () => {
  const { host, rings } = kernel(() => undefined, [fakeRing(64)])
  const sampler = openSampler(host, options)
  const tracker = newTracker()
  for (let turn = 0; turn < 200; turn++) {
    rings[0].write(sample(7, turn, [-512n, 0x10n]))
    sampler.drain(tracker)
  }
  expect([...sampler.takeRows().sample.timeNs]).toEqual(Array.from({ length: 200 }, (_, turn) => turn))
})

test('a chain that claims to be longer than its record is dropped, the rest goes on', () => {
  const { host, rings } = kernel(() => undefined)
  const sampler = openSampler(host, options)
  const lying = sample(7, 1, [-512n, 0x10n])
  lying[6] = 1000
  rings[0].write(lying)
  rings[0].write(sample(7, 2, [-512n, 0x10n]))
  sampler.drain(newTracker())
  expect([...sampler.takeRows().sample.timeNs]).toEqual([2])
  expect(sampler.lostCount).toBe(1)
})

test.each([
  ['everything is allowed', () => undefined, { scope: 'machine', kernel: true }, -1],
  ['whole CPUs are refused', (pid: number) => (pid === -1 ? 'EACCES' : undefined), { scope: 'target', kernel: true }, 7],
  [
    'only own user code is allowed',
    (pid: number, isUserOnly: boolean) => (pid === -1 || !isUserOnly ? 'EACCES' : undefined),
    { scope: 'target', kernel: false },
    7,
  ],
] as const)('when %s it takes the best that works', (_, refuse, expected, pid) => {
  const { host, opened } = kernel(refuse)
  expect(openSampler(host, options).facts).toMatchObject({ event: 'cpu-clock', ...expected })
  expect(opened).toEqual([pid])
})

test('when all is refused it says why and what to do, and drains nothing', () => {
  const sampler = openSampler(kernel(() => 'EACCES').host, { ...options, facts: { ...facts, perfEventParanoid: 3 } })
  sampler.drain(newTracker())
  expect(sampler.facts).toBeUndefined()
  expect(sampler.unavailable).toEqual([
    {
      topic: 'CPU samples',
      tables: ['sample', 'callchain'],
      series: [],
      reason: 'perf_event_open was refused (EACCES): kernel.perf_event_paranoid is 3 and autotune has no CAP_PERFMON.',
      remedy: 'sudo autotune …, or sudo sysctl kernel.perf_event_paranoid=2 for your own processes',
    },
  ])
})

test('a missing PMU is said, not shown as zero', () => {
  expect(openSampler(kernel(() => undefined).host, options).unavailable).toMatchObject([{ topic: 'hardware counters', series: ['pmu.'] }])
})

const dumps = {
  mode: 'auto',
  bytes: 8192,
  userRegisters: { mask: 0b11n, slots: [7, 16] },
  resolver: { resolve: () => ({ count: 0, end: StackEnd.NoUnwindInfo }) },
} as const

test('registers and stacks come with samples where they are wanted, and frame pointers beside them', () => {
  const attrs: DataView[] = []
  const { host } = kernel(() => undefined)
  const opening = { ...host, openPerfEvent: (attr: Uint8Array) => ({ fd: attrs.push(new DataView(attr.slice().buffer)) }) }
  expect(openSampler(opening, { ...options, dumps }).facts?.stackDumpBytes).toBe(8192)
  openSampler(opening, { ...options, dumps: { ...dumps, mode: 'dwarf' } })
  const [auto, dwarf] = attrs.map(attr => ({
    sampleType: attr.getUint32(24, true),
    excludesUserChain: (attr.getUint32(40, true) & (1 << 22)) !== 0,
    registers: attr.getBigUint64(80, true),
    stackBytes: attr.getUint32(88, true),
  }))
  expect(auto).toEqual({ sampleType: 2 | 4 | 32 | 4096 | 8192, excludesUserChain: false, registers: 3n, stackBytes: 8192 })
  expect(dwarf).toEqual({ ...auto, excludesUserChain: true })
})

test('where the kernel copies no stacks, or they would overrun its buffers, samples go on without and that is said', () => {
  const { host } = kernel(() => undefined)
  const refusing = {
    ...host,
    openPerfEvent: (attr: Uint8Array) =>
      new DataView(attr.slice().buffer).getUint32(88, true) === 0 ? { fd: 3 } : { errno: 'EOPNOTSUPP' },
  }
  const missing = 'stacks of code without frame pointers'
  for (const sampler of [openSampler(refusing, { ...options, dumps }), openSampler(host, { ...options, frequencyHz: 9999, dumps })]) {
    expect(sampler.facts).toMatchObject({ scope: 'machine', stackDumpBytes: 0 })
    expect(sampler.unavailable.map(({ topic }) => topic)).toContain(missing)
  }
})

test('a sample keeps why its stack ends', () => {
  const { host, rings } = kernel(() => undefined)
  const sampler = openSampler(host, { ...options, dumps })
  const dump = [2n, 0x7ffe0000n, 0x10n, 8n, 1n, 8n].flatMap(u64)
  rings[0].write(record(RecordType.Sample, [7, 7, ...u64(5n), ...u64(0n), ...dump]))
  sampler.drain(newTracker())
  expect([...sampler.takeRows().sample.stackEnd]).toEqual([StackEnd.NoUnwindInfo])
})
