import { describe, expect, test } from 'vitest'
import { contextOf, type Drawing, draw } from '../../../test/drawing.ts'
import { type AnalysisContext, type Gain, type GainAnswer, type Observation, ProcessRole, type Row } from '../../schema.ts'
import { tableOf } from '../../table-builder.ts'
import { cpuSaturation } from '../cpu-saturation.ts'
import { runDetector } from '../detector.ts'
import { durableWrites } from '../durable-writes.ts'
import { futexContention } from '../futex-contention.ts'
import { hotPath } from '../hot-path.ts'
import type { OpenGainReplay } from './burst-replay.ts'
import { estimateGains } from './estimate.ts'

const program = contextOf({ target: { kind: 'pid', pid: 100 }, durationNs: 3e9 })
const slices = (word: string) => Array.from({ length: 30 }, () => word).join(' ')
const thirty = (mark: string) => mark.repeat(30)

/** What a detector observes, and the estimator for the same tables. */
function observed(
  detector: Parameters<typeof runDetector>[0],
  drawing: Drawing,
  context: AnalysisContext = program,
  replay?: OpenGainReplay,
) {
  const tables = draw(drawing)
  const outcome = runDetector(detector, tables, context)
  if (outcome.status !== 'ran') throw new Error(JSON.stringify(outcome))
  const [observation] = outcome.observations
  const gains = estimateGains(tables, context, replay)
  return { observation, gains, answer: gains.estimate(observation) }
}

function gainOf(answer: GainAnswer): Gain {
  if (!('gain' in answer)) throw new Error(answer.notEstimated)
  return answer.gain
}

const tids = [1, 2, 3, 4]
const hotLock = (tenths: number, first = 1): Drawing => ({
  processes: { app: { pid: 100 } },
  stacks: 'app: main;work 10\n app: main;work;commit;fsync@libc 0',
  ledger: tids.map(tid => `app/${tid + first - 1}: ${thirty(String(tenths))}`).join('\n'),
  waits: tids
    .map(tid => `app/${tid + first - 1}: futex@a0 by app/${(tid % 4) + first} waker=main;work ${slices(`${100 - 10 * tenths}*10`)}`)
    .join('\n'),
})

describe('the utilisation bound', () => {
  test('a hot lock: without it the CPUs limit', () => {
    const gain = gainOf(observed(futexContention, hotLock(3)).answer)
    // the lock is in use all the time, two CPUs for 0.6: 1 − 0.6 is won, by half of it already
    expect(gain.estimate).toBeCloseTo(0.4, 1)
    expect(gain.half?.estimate).toBeCloseTo(0.4, 1)
    expect(gain).toMatchObject({ method: 'utilisation bound', next: expect.stringContaining('the CPUs (now 60 % used)') })
    expect(gain.low).toBeLessThanOrEqual(gain.estimate)
    expect(gain.high).toBeGreaterThanOrEqual(gain.estimate)
  })

  test('more CPUs leave more to win', () => {
    const eight = contextOf({ target: { kind: 'pid', pid: 100 }, durationNs: 3e9, cpuCount: 8 })
    expect(gainOf(observed(futexContention, hotLock(3), eight).answer).estimate).toBeCloseTo(0.7, 1)
  })

  test('one thread that waits for its disk: half of the fsync is half of its time', () => {
    const drawing = {
      processes: { app: { pid: 100 } },
      stacks: 'app: main;commit 1',
      ledger: `app/1: ${thirty('2')}`,
      waits: `app/1: fsync by interrupt ${slices('80')}`,
    }
    const gain = gainOf(observed(durableWrites, drawing).answer)
    expect([gain.half?.estimate, gain.estimate].map(value => Number(value?.toFixed(2)))).toEqual([0.4, 0.8])
    expect(gain.next).toContain('thread1 (tid 1)')
  })

  test('what the kernel computes for an fsync goes with it, other code stays', () => {
    const drawing = {
      processes: { app: { pid: 100 } },
      stacks: 'app: main;commit 1\n app: main;commit;fsync@libc;do_syscall_64@kernel;__x64_sys_fsync@kernel;submit@kernel 3',
      ledger: `app/1: ${thirty('4')}`,
      waits: `app/1: fsync by interrupt syscall=fsync ${slices('60')}`,
    }
    const gain = gainOf(observed(durableWrites, drawing).answer)
    expect(gain.estimate).toBeCloseTo(0.6 + (0.4 * 3) / 4)
    // the same call waits more for something else: then its work may be for that
    const waits = `${drawing.waits}\n app/1: futex@a0 by app/2 syscall=fsync ${slices('30*1')}`
    const mixed = { ...drawing, ledger: `app/1: ${thirty('2')}`, waits: waits.replace(slices('60'), slices('20')) }
    expect(observed(durableWrites, mixed).answer).toMatchObject({ notEstimated: expect.stringContaining('used 40 %') })
  })

  test('a quota that is used up counts as in use, also where its use is not known', () => {
    const drawing = {
      processes: { app: { pid: 100, cgroup: '/app' } },
      stacks: 'app: main;work 10',
      ledger: `app/1: ${'4x'.repeat(15)}`,
      series: { 'cgroup.throttledCpus /app': [0.6, 0.6, 0.6], 'cgroup.quotaCpus /app': [0.4, 0.4, 0.4] },
    }
    const { gains, observation } = observed(hotPath, drawing)
    const gain = gainOf(gains.estimate({ ...observation, detector: 'cgroup-throttling' }))
    // without it the thread could run all the time instead of a fifth of it
    expect(gain.estimate).toBeCloseTo(0.8)
    expect(gain.next).toContain('thread1 (tid 1)')
  })

  test('a pause: its share of the time, up to where the busiest station is busy all the time', () => {
    const sleeping = { processes: { app: { pid: 100 } }, stacks: 'app: main;work 10', ledger: `app/1: ${thirty('2')}` }
    const pauseOf = (estimate: number, drawing: Drawing = sleeping) => {
      const { gains, observation } = observed(hotPath, drawing)
      return gains.estimate({ ...observation, detector: 'sleep-polling', share: { estimate, low: estimate, high: estimate } })
    }
    expect(gainOf(pauseOf(0.7))).toMatchObject({ estimate: 0.7, method: 'its share of the time' })
    expect(gainOf(pauseOf(0.9)).estimate).toBeCloseTo(0.8)
    expect(pauseOf(0.5)).toMatchObject({ notEstimated: expect.stringContaining('may come from outside') })
  })

  test('programs one after the other are what one thread is that lives on', () => {
    const names = ['a', 'b', 'c', 'd', 'e']
    const processes = Object.fromEntries(names.map((name, index) => [name, { pid: 100 + index, comm: 'gzip' }]))
    const marks = (index: number) => names.map((_, at) => (at === index ? '######' : '......')).join('')
    const drawing = {
      processes,
      stacks: names.map(name => `${name}: main;deflate 60`).join('\n'),
      ledger: names.map((name, index) => `${name}/${100 + index}: ${marks(index)}`).join('\n'),
    }
    const tables = draw(drawing)
    const { process } = tables
    if (process === undefined) throw new Error('no processes')
    for (let row = 0; row < names.length; row++) {
      process.startNs[row] = row * 0.6e9
      process.endNs[row] = (row + 1) * 0.6e9
    }
    const outcome = runDetector(hotPath, tables, program)
    const observation = outcome.status === 'ran' ? outcome.observations[0] : undefined
    const gain = gainOf(estimateGains(tables, program).estimate(observation as Observation))
    expect(gain.estimate).toBeCloseTo(1)
    expect(gain.method).toBe('utilisation bound')
  })

  test('twice as many threads as CPUs: with enough of them each thread runs all the time', () => {
    const drawing = { processes: { app: { pid: 100 } }, ledger: tids.map(tid => `app/${tid}: ${thirty('%')}`).join('\n') }
    const gain = gainOf(observed(cpuSaturation, drawing).answer)
    expect(gain.half?.estimate).toBeCloseTo(0.5)
    expect(gain.estimate).toBeCloseTo(0.5)
  })

  // the two cases of "blocked samples" (OSDI 2024): two threads meet at a barrier, one does I/O, one computes
  const barrier = (io: number, compute: number): Drawing => ({
    processes: { app: { pid: 100 } },
    stacks: 'app: main;compute 100',
    ledger: `app/1: ${thirty('.')}\n app/2: ${thirty(compute === 100 ? '#' : String(compute / 10))}`,
    waits: `app/1: fsync by interrupt ${slices(String(io))}\n app/${io < compute ? 1 : 2}: futex@b0 by app/${io < compute ? 2 : 1} ${slices(String(Math.abs(compute - io)))}`,
  })

  test('a barrier behind which I/O waits for computing: faster I/O wins nothing, faster computing does', () => {
    expect(gainOf(observed(durableWrites, barrier(40, 100)).answer).estimate).toBeCloseTo(0)
    expect(gainOf(observed(hotPath, barrier(40, 100)).answer).estimate).toBeCloseTo(0.6)
  })

  test('the same barrier the other way round', () => {
    expect(gainOf(observed(durableWrites, barrier(100, 40)).answer).estimate).toBeCloseTo(0.6)
    expect(gainOf(observed(hotPath, barrier(100, 40)).answer).estimate).toBeCloseTo(0)
  })

  test('a disk that is busy for somebody else bounds nothing', () => {
    const tables = draw({
      processes: { app: { pid: 100 }, backup: { role: ProcessRole.Other } },
      stacks: 'app: main;compute 100',
      ledger: `app/1: ${thirty('9')}\n backup/9: ${thirty('1')}`,
      waits: `backup/9: fsync by interrupt ${slices('90')}`,
    })
    const request: Row<'blockIo'> = {
      timeNs: 0,
      durationNs: 3e9,
      process: 1,
      tid: 9,
      device: '254:0',
      operation: 'write',
      sizeFromBytes: 4096,
      sequential: 0,
      kernelCallchain: -1,
      count: 100,
      sizeBytes: 409600,
      errorCount: 0,
      latencyNs: 3e9,
      maxLatencyNs: 3e7,
      queueNs: 0,
    }
    const outcome = runDetector(hotPath, tables, program)
    const observation = outcome.status === 'ran' ? outcome.observations[0] : undefined
    const answer = estimateGains({ ...tables, blockIo: tableOf('blockIo', [request]) }, program).estimate(observation as Observation)
    // its own thread, not the disk, is the busiest
    expect(answer).toMatchObject({ notEstimated: expect.stringContaining('thread1 (tid 1), is used 90 %') })
  })
})

describe('where nothing holds', () => {
  test('a server that waits for requests wins no throughput', () => {
    const drawing = { processes: { app: { pid: 100 } }, stacks: 'app: main;work 60', ledger: `app/1: ${thirty('2')}` }
    expect(observed(hotPath, drawing).answer).toMatchObject({ notEstimated: expect.stringContaining('nothing is near its limit') })
  })

  test('a cause that cannot be taken away from sums says so', () => {
    const { gains, observation } = observed(hotPath, hotLock(3))
    expect(gains.estimate({ ...observation, detector: 'ping-pong' })).toMatchObject({
      notEstimated: expect.stringContaining('cannot be told'),
    })
    expect(estimateGains({}, program).estimate(observation)).toMatchObject({ notEstimated: 'the time of threads was not recorded' })
  })
})

describe('the replay of bursts', () => {
  const replay =
    (whole: number): OpenGainReplay =>
    () => ({ withCause: (_, part) => [whole * part, whole * part, whole * part] })

  test('gives way to the bound of a saturated station that the cause dominates, unless it is far below', () => {
    for (const ratio of [0.9, 0.3]) {
      const gain = gainOf(observed(futexContention, hotLock(3), program, replay(ratio)).answer)
      expect(gain.method).toBe('utilisation bound')
      expect(gain.estimate).toBeCloseTo(0.4, 1)
    }
    const { answer } = observed(futexContention, hotLock(1), program, replay(0.05))
    expect(answer).toMatchObject({ notEstimated: expect.stringContaining('disagree: 5.0 % and') })
  })

  test('is not capped where nothing is saturated', () => {
    const drawing = { processes: { app: { pid: 100 } }, stacks: 'app: main;work 60', ledger: `app/1: ${thirty('7')}` }
    expect(gainOf(observed(hotPath, drawing, program, replay(0.24)).answer)).toMatchObject({ method: 'replay of 3 bursts', estimate: 0.24 })
  })
})

describe('an interval too wide to act on', () => {
  const bursts =
    (...whole: readonly number[]): OpenGainReplay =>
    () => ({ withCause: (_, part) => whole.map(each => each * part) })
  const answerOf = (...whole: readonly number[]) => observed(futexContention, hotLock(9), program, bursts(...whole)).answer

  test('between nothing worth the work and severe is no estimate, and neither is more than half of all time', () => {
    expect(answerOf(0, 0.5)).toMatchObject({ notEstimated: expect.stringMatching(/^too uncertain to act on: .*0 % to .*record longer$/) })
    expect(answerOf(0.1, 0.6, 0.9)).toMatchObject({ notEstimated: expect.stringContaining('too uncertain') })
  })

  test('one that says that there is little to win, or that there is much, is', () => {
    expect(answerOf(0.02, 0.03, 0.04)).toHaveProperty('gain')
    expect(answerOf(0.55, 0.6, 0.65)).toHaveProperty('gain')
  })
})

test('in turn: the lock first, then the code that the CPUs run; each won once', () => {
  const { gains, observation } = observed(futexContention, hotLock(3))
  const hot = observed(hotPath, hotLock(3)).observation
  const steps = gains.inTurn([
    { finding: 'F1', observation: hot },
    { finding: 'F2', observation },
  ])
  expect(steps.map(({ finding }) => finding)).toEqual(expect.arrayContaining(['F2']))
  expect(steps[0].totalRatio).toBe(steps[0].gainRatio)
  for (const [index, step] of steps.entries()) if (index > 0) expect(step.totalRatio).toBeGreaterThan(steps[index - 1].totalRatio)
  expect(steps[steps.length - 1].totalRatio).toBeLessThanOrEqual(1)
})

describe('properties', () => {
  test('more waiting for the lock never wins less', () => {
    const gains = [5, 4, 3, 2, 1].map(tenths => {
      const { answer } = observed(futexContention, hotLock(tenths))
      return 'gain' in answer ? answer.gain.estimate : 0
    })
    for (const [index, gain] of gains.entries()) if (index > 0) expect(gain).toBeGreaterThanOrEqual(gains[index - 1] - 1e-9)
  })

  test('other ids of threads change nothing, and the same tables give the same bytes', () => {
    const [a, b] = [1, 501].map(first => observed(futexContention, hotLock(3, first)).answer)
    expect(a).toEqual(b)
    expect(JSON.stringify(observed(futexContention, hotLock(3)).answer)).toBe(JSON.stringify(a))
  })

  test('a larger part of a cause never wins less', () => {
    for (const tenths of [1, 2, 3]) {
      const gain = gainOf(observed(futexContention, hotLock(tenths)).answer)
      expect(gain.estimate).toBeGreaterThanOrEqual((gain.half?.estimate ?? 0) - 1e-9)
    }
  })
})
