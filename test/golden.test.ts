import { describe, expect, test } from 'vitest'
import { runDetector } from '../src/detectors/detector.ts'
import { openReplay, type ReplayCause } from '../src/detectors/replay/replay.ts'
import { runningCause } from '../src/detectors/replay/running-cause.ts'
import { burstTimelines } from '../src/detectors/replay/timelines.ts'
import { serialThread } from '../src/detectors/serial-thread.ts'
import { leafBlame, type Segment } from '../src/detectors/wait-blame.ts'
import { EventFlag, EventType, NONE, type Row } from '../src/schema.ts'
import { tableOf } from '../src/table-builder.ts'
import { drawBurst } from './burst-drawing.ts'
import { contextOf, draw } from './drawing.ts'
import { type Scenario, type Simulated, type Step, simulate } from './simulator.ts'

// The cases that shared/reference/analysis.md 7 names: published examples with known answers, and simulated programs.

describe('perf --latency: foo runs 9 s on one thread, then bar 1 s on 128', () => {
  const [FOO, BARS] = [9e9, 128]
  const plain = { flags: 0, process: 0, tid: 0, otherTid: 0, key: 0n, what: undefined, type: EventType.Switch }
  const bars = Array.from({ length: BARS }, (_, index) => index + 2)
  const rows: Row<'event'>[] = [
    { ...plain, timeNs: 0, cpu: 0, otherTid: 1 },
    ...bars.map(tid => ({ ...plain, timeNs: 0, cpu: tid, tid, what: 'futex' })),
    ...bars.map(tid => ({
      ...plain,
      timeNs: FOO,
      cpu: 0,
      type: EventType.Waking,
      tid,
      otherTid: 1,
      flags: EventFlag.SameKey,
      what: 'futex',
    })),
    ...bars.map(tid => ({ ...plain, timeNs: FOO, cpu: tid, otherTid: tid, process: NONE })),
    { ...plain, timeNs: FOO, cpu: 0, tid: 1, what: 'futex' },
  ]
  const burst = tableOf('burst', [{ timeNs: 0, durationNs: 10e9, count: rows.length, lostCount: 0 }])
  const replay = openReplay(tableOf('event', rows), burst, { cpuCount: 130 })
  const only = (isTheirs: (tid: number) => boolean): ReplayCause => ({ kind: 'running', shareOf: ({ tid }) => Number(isTheirs(tid)) })

  test('foo has 6.6 % of the CPU time, and 90 % of the latency', () => {
    expect(FOO / (FOO + BARS * 1e9)).toBeCloseTo(0.066, 3)
    expect(replay.lengthNs).toBe(10e9)
    expect(
      1 -
        replay.withCause(
          only(tid => tid === 1),
          1,
        ).lengthNs /
          10e9,
    ).toBeCloseTo(0.9)
  })

  test('bar has 93.4 % of the CPU time, and 10 % of the latency', () => {
    expect(
      1 -
        replay.withCause(
          only(tid => tid > 1),
          1,
        ).lengthNs /
          10e9,
    ).toBeCloseTo(0.1)
  })

  test('the serial part is foo’s: 90 % of the time', () => {
    const ledger = Array.from(
      { length: BARS + 1 },
      (_, tid) => `app/${tid + 1}: ${(tid === 0 ? '#' : '.').repeat(90)}${(tid === 0 ? '.' : '#').repeat(10)}`,
    )
    const outcome = runDetector(serialThread, draw({ ledger: ledger.join('\n') }), contextOf({ durationNs: 10e9, cpuCount: 130 }))
    expect(outcome.status === 'ran' ? outcome.observations[0].metrics.serialRatio : undefined).toBeCloseTo(0.9)
  })
})

test('fan-out (counter-example of the wPerf re-implementation’s ADR-015): 100 of waiting are 100 of blame, not 140', () => {
  const wait = (startNs: number, endNs: number, tid: number): Segment => ({
    state: 'blocked',
    startNs,
    endNs,
    waker: { kind: 'thread', tid },
  })
  const running: Segment = { state: 'running', startNs: 0, endNs: 100 }
  const lines = new Map<number, readonly Segment[]>([
    [1, [wait(0, 100, 2)]],
    [2, [wait(0, 60, 3), wait(20, 80, 4)]],
    [3, [running]],
    [4, [running]],
  ])
  const parts = leafBlame(lines, 1, { startNs: 0, endNs: 100 })
  expect(parts.reduce((sum, { ns }) => sum + ns, 0)).toBe(100)
  expect(parts.map(({ tid, ns }) => [tid, ns])).toEqual([
    [3, 60],
    [2, 20],
    [4, 20],
  ])
})

describe('wPerf, figure 4: User waits 100 for Parser, which runs 20 and waits 80 for the network', () => {
  const { event, burst } = drawBurst(`
    1: #.........2#
    2: 1#.......R#.
  `)
  test('20 are the parser’s, 80 the network’s', () => {
    const lines = burstTimelines(event, { first: 0, end: event.length, endNs: burst.durationNs[0] })
    const parts = leafBlame(lines, 1, { startNs: 10, endNs: 110 })
    expect(parts.map(({ cause, ns }) => [cause, ns])).toEqual([
      ['remote', 80],
      ['running', 20],
    ])
  })
  test('half of the network is 40 of the 120, half of the parser 10', () => {
    const replay = openReplay(event, burst)
    expect(replay.lengthNs).toBe(120)
    expect(replay.withCause({ kind: 'waiting', reason: 'socketReceive' }, 0.5).lengthNs).toBe(120 - 40)
    expect(replay.withCause({ kind: 'running', shareOf: ({ tid }) => Number(tid === 2) }, 0.5).lengthNs).toBe(120 - 10)
  })
})

describe('blocked samples (OSDI 2024): two meet at a barrier, one does I/O, one computes', () => {
  const scenario = (ioNs: number, computeNs: number): Scenario => ({
    cpus: 2,
    threads: [
      [{ do: 'io', ns: ioNs, device: '8:0' }, { do: 'meet', key: 7, parties: 2 }, { do: 'count' }],
      [
        { do: 'run', ns: computeNs, code: 'compute' },
        { do: 'meet', key: 7, parties: 2 },
      ],
    ],
  })
  test('case 1: computing is critical: the I/O is worth nothing', () => {
    const { io, compute } = gains(scenario(2e6, 6e6))
    expect(io.told).toBeCloseTo(0, 2)
    expect(compute.told).toBeCloseTo(compute.true, 1)
    expect(compute.told).toBeGreaterThan(0.4)
  })
  test('case 2: the I/O is critical: computing is worth nothing', () => {
    const { io, compute } = gains(scenario(6e6, 2e6))
    expect(compute.told).toBeCloseTo(0, 2)
    expect(io.told).toBeCloseTo(io.true, 1)
    expect(io.told).toBeGreaterThan(0.4)
  })

  function gains(of: Scenario) {
    const recorded = simulate(of)
    return { io: gainOf(of, recorded, '8:0'), compute: gainOf(of, recorded, 'compute') }
  }
})

const run = (code: string, ns: number): Step => ({ do: 'run', ns, code })
const locked = (key: number, ...steps: readonly Step[]): Step[] => [{ do: 'lock', key }, ...steps, { do: 'unlock', key }]
const times = (count: number, steps: readonly Step[]) => Array.from({ length: count }, () => steps)
const done: Step = { do: 'count' }

/** Programs with two causes or more, and which of them is the largest. */
const scenarios: Readonly<Record<string, { readonly scenario: Scenario; readonly causes: readonly string[]; readonly best: string }>> = {
  'a hot lock': {
    scenario: { cpus: 8, threads: times(8, [run('local', 300e3), ...locked(1, run('critical', 200e3)), done]) },
    causes: ['critical', 'local'],
    best: 'critical',
  },
  'two locks, and most CPU time beside them (a trap for CPU %)': {
    scenario: {
      cpus: 8,
      threads: times(8, [run('local', 900e3), ...locked(1, run('small', 100e3)), ...locked(2, run('large', 250e3)), done]),
    },
    causes: ['large', 'small', 'local'],
    best: 'large',
  },
  'a cold lock beside much to compute': {
    scenario: { cpus: 4, threads: times(4, [run('local', 2e6), ...locked(1, run('critical', 50e3)), done]) },
    causes: ['critical', 'local'],
    best: 'local',
  },
  'a pipeline with a slow stage': {
    scenario: {
      cpus: 4,
      threads: [
        [run('read', 200e3), { do: 'push', key: 10, capacity: 4 }],
        [{ do: 'pop', key: 10, capacity: 4 }, run('convert', 600e3), { do: 'push', key: 20, capacity: 4 }],
        [{ do: 'pop', key: 20, capacity: 4 }, run('write', 300e3), done],
      ],
    },
    causes: ['read', 'convert', 'write'],
    best: 'convert',
  },
  'a barrier with one slow worker': {
    scenario: {
      cpus: 4,
      threads: [
        [run('slow', 2e6), { do: 'meet', key: 7, parties: 4 }, done],
        ...times(3, [run('quick', 1e6), { do: 'meet', key: 7, parties: 4 }]),
      ],
    },
    causes: ['slow', 'quick'],
    best: 'slow',
  },
  'an fsync under a lock': {
    scenario: { cpus: 4, threads: times(4, [run('local', 300e3), ...locked(1, { do: 'io', ns: 700e3, device: '8:0' }), done]) },
    causes: ['8:0', 'local'],
    best: '8:0',
  },
  'a busy disk of somebody else': {
    scenario: {
      cpus: 4,
      threads: [...times(2, [run('local', 1e6), done]), [run('flush', 50e3), { do: 'io', ns: 900e3, device: '8:16' }]],
      strangers: 1,
    },
    causes: ['8:16', 'local'],
    best: 'local',
  },
  'more threads than CPUs': {
    scenario: { cpus: 2, threads: times(6, [run('major', 1.5e6), run('minor', 0.5e6), done]) },
    causes: ['major', 'minor'],
    best: 'major',
  },
  'requests that come one by one': {
    scenario: { cpus: 2, threads: times(2, [{ do: 'sleep', ns: 4e6 }, run('work', 400e3), done]) },
    causes: ['work'],
    best: 'work',
  },
}

describe('simulated programs: what a replay says half of a cause is worth, and what it is', () => {
  const errors: number[] = []
  test.each(Object.entries(scenarios))('%s', (_, { scenario, causes, best }) => {
    const recorded = simulate(scenario)
    const told = causes.map(cause => ({ cause, ...gainOf(scenario, recorded, cause) }))
    for (const { told: predicted, true: really } of told) errors.push(Math.abs(predicted - really))
    const say = told.map(({ cause, told: predicted, true: really }) => `${cause} ${predicted.toFixed(3)} (${really.toFixed(3)})`).join(', ')
    expect(told.reduce((top, each) => (each.told > top.told ? each : top)).cause, say).toBe(best)
    for (const { told: predicted, true: really } of told) expect(Math.abs(predicted - really), say).toBeLessThanOrEqual(0.08)
  })
  test('are told to within 3 points in the mean', () => {
    expect(errors.length).toBeGreaterThan(15)
    expect(errors.reduce((sum, error) => sum + error, 0) / errors.length).toBeLessThanOrEqual(0.03)
  })
})

/** Of half of a cause: what the replay of a recording tells, and what running again with half of it gives; as parts of the time per piece of work. */
function gainOf(scenario: Scenario, recorded: Simulated, cause: string): { readonly told: number; readonly true: number } {
  const members = scenario.threads.length - (scenario.strangers ?? 0)
  const replay = openReplay(recorded.event, recorded.burst, { cpuCount: scenario.cpus, mayCount: (_, tid) => tid <= members })
  const isDevice = cause.includes(':')
  const asked: ReplayCause = isDevice ? { kind: 'device', device: cause } : runningCause(replay, recorded.samplesOf(cause))
  const halved = simulate(scenario, name => (name === cause ? 0.5 : 1))
  return { told: 1 - replay.withCause(asked, 0.5).paceRatio, true: 1 - recorded.doneCount / halved.doneCount }
}
