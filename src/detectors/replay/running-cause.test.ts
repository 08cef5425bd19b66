import { expect, test } from 'vitest'
import { drawBurst } from '../../../test/burst-drawing.ts'
import { openReplay, type Replay, type ReplayCause } from './replay.ts'
import { type CodeSamples, runningCause } from './running-cause.ts'

/** Two threads hand a lock to each other: three columns under it, then one beside it while the other has it. */
const TURNS = 20
const drawn = drawBurst(`
  1@f0: ${'####.2'.repeat(TURNS)}#
  2@f0: ..1${'####.1'.repeat(TURNS - 1)}####
`)

/** A sample in every column that runs; what runs under the lock is the cause. */
function sampleEvery(): CodeSamples {
  const samples = Array.from({ length: 6 * TURNS }, (_, column) =>
    [1, 2].map(tid => ({ column, tid, turn: (column + (tid === 1 ? 0 : 3)) % 6 })),
  )
    .flat()
    .filter(({ column, tid, turn }) => turn < 4 && (tid === 1 || column > 2))
  return {
    length: samples.length,
    timeNs: Float64Array.from(samples, ({ column }) => column * 10 + 5),
    tid: Int32Array.from(samples, ({ tid }) => tid),
    isCause: Uint8Array.from(samples, ({ turn }) => Number(turn < 3)),
  }
}

const halved = (replay: Replay, cause: ReplayCause): number => replay.withCause(cause, 0.5).lengthNs / 10

test('what runs under a lock decides, though a quarter of the time of each thread is spent beside it', () => {
  const replay = openReplay(drawn.event, drawn.burst)
  expect(replay.lengthNs).toBe(1210)
  const mean: ReplayCause = { kind: 'running', shareOf: () => 3 / 4 }
  expect(halved(replay, mean)).toBeGreaterThan(75)
  const length = halved(replay, runningCause(replay, sampleEvery()))
  expect(length).toBeGreaterThan(60)
  expect(length).toBeLessThan(63)
})

test('without samples nothing is the cause, and with samples outside of bursts the mean of the thread is', () => {
  const replay = openReplay(drawn.event, drawn.burst)
  const none = { length: 0, timeNs: new Float64Array(0), tid: new Int32Array(0), isCause: new Uint8Array(0) }
  expect(halved(replay, runningCause(replay, none))).toBe(121)
  const outside = {
    length: 40,
    timeNs: new Float64Array(40).fill(9e9),
    tid: new Int32Array(40).fill(1),
    isCause: new Uint8Array(40).fill(1),
  }
  const length = halved(replay, runningCause(replay, outside))
  expect(length).toBeLessThan(121)
  expect(length).toBeGreaterThan(60)
})
