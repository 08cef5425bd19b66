import { describe, expect, test } from 'vitest'
import { type DrawnBurst, drawBurst } from '../../../test/burst-drawing.ts'
import { drawRandomBurst } from '../../../test/random-burst.ts'
import { openReplay, type Replay, type ReplayCause, type ReplayOptions } from './replay.ts'

const open = ({ event, burst }: DrawnBurst, options: ReplayOptions = {}): Replay => openReplay(event, burst, options)
const replayOf = (drawing: string, options: ReplayOptions = {}): Replay => open(drawBurst(drawing), options)

/** Everything that threads do when they run. */
const running = (...tids: readonly number[]): ReplayCause => ({ kind: 'running', shareOf: ({ tid }) => Number(tids.includes(tid)) })
const anyDevice: ReplayCause = { kind: 'device' }

/** Length as recorded, and with causes gone or halved, in columns. */
const columns = (replay: Replay, cause: ReplayCause, reduction = 1): number => replay.withCause(cause, reduction).lengthNs / 10

describe('golden cases', () => {
  test('foo on one thread, then bar on four: bar has the CPU time, foo the latency (perf --latency)', () => {
    const replay = replayOf(`
      1: #########4#
      2: ........1#.
      3: ........1#.
      4: ........1#.
      5: ........1#.
    `)
    expect(replay.lengthNs).toBe(110)
    expect(columns(replay, running(1))).toBe(1)
    expect(columns(replay, running(2, 3, 4, 5))).toBe(10)
  })

  test('User waits 100 for Parser, who runs 20 and waits 80 for the network (wPerf, figure 4)', () => {
    const replay = replayOf(`
      1: ..........2#
      2: ##.......R#.
    `)
    expect(columns(replay, { kind: 'waiting', reason: 'socketReceive' }, 0.5)).toBe(12 - 4)
    expect(columns(replay, running(2), 0.5)).toBe(12 - 1.5)
    expect(columns(replay, running(1))).toBe(11)
  })

  test('fan-out: the last of the workers alone decides', () => {
    const replay = replayOf(`
      1: #......4#
      2: 1##......
      3: 1####....
      4: 1#######.
    `)
    expect(columns(replay, running(2))).toBe(9)
    expect(columns(replay, running(3))).toBe(9)
    expect(columns(replay, running(4), 0.5)).toBe(5.5)
    // then the next one is the last
    expect(columns(replay, running(4))).toBe(5)
  })

  describe('a barrier of one who computes and one who waits for a device', () => {
    test('where computing takes longer the device does not matter', () => {
      const replay = replayOf(`
        1: ##...D#..2#
        2: ##########.
      `)
      expect(columns(replay, anyDevice)).toBe(11)
      expect(columns(replay, running(2), 0.5)).toBe(8)
    })

    test('where the device takes longer computing does not matter', () => {
      const replay = replayOf(`
        1: ##.....D##
        2: ####....1#
      `)
      expect(columns(replay, anyDevice, 0.5)).toBe(7)
      expect(columns(replay, running(2))).toBe(10)
    })
  })
})

describe('locks', () => {
  test('critical sections in turn: halved they take half, without the lock the threads run side by side', () => {
    const replay = replayOf(
      `
      1@f0: ####...2####...2#
      2@f0: ...1####...1####.
    `,
      { cpuCount: 2 },
    )
    expect(columns(replay, running(1, 2), 0.5)).toBe(8.5)
    expect(columns(replay, { kind: 'lock', key: 0xf0 })).toBe(9)
    expect(columns(replay, { kind: 'lock', key: 0xee })).toBe(17)
  })

  test('what runs under the lock is another context than what runs beside it', () => {
    const replay = replayOf(`
      1@f0: ####...2####...2#
      2@f0: ...1####...1####.
    `)
    const ofFirst = replay.contexts.filter(({ tid }) => tid === 1)
    expect(ofFirst.map(({ begin, end }) => `${begin?.kind}-${end?.kind}`)).toEqual(['undefined-woke', 'waited-woke', 'waited-undefined'])
    const looks = { length: 3, timeNs: Float64Array.of(5, 85, 165), tid: Int32Array.of(1, 1, 1) }
    const located = replay.locate(looks)
    expect(Array.from(located, index => replay.contexts[index].begin?.kind)).toEqual([undefined, 'waited', 'waited'])
  })
})

describe('what comes from outside', () => {
  test('input comes when it came: a server that waits for it gains nothing', () => {
    const replay = replayOf('1: ##..P##..P##..P#')
    expect(columns(replay, running(1))).toBe(15)
    expect(columns(replay, running(1), 0.5)).toBe(15.5)
  })

  test('a sleep takes as long as it took, an answer too', () => {
    const replay = replayOf('1: ####...T####..R#')
    expect(columns(replay, running(1))).toBe(7)
    expect(columns(replay, { kind: 'waiting', reason: 'sleep' })).toBe(12)
  })
})

describe('CPUs', () => {
  test('a wait for a CPU is as much shorter as those who had it', () => {
    const replay = replayOf(`
      1: ####~~~~####
      2: ~~~~####....
    `)
    expect(columns(replay, running(2), 0.5)).toBe(10)
    expect(columns(replay, { kind: 'queueing' })).toBe(12 - 4)
  })

  test('somebody else who ran there at a time of his own holds nobody to it', () => {
    const replay = replayOf(
      `
      1: ########~#
      2: .......P#.
    `,
      { mayCount: (_, tid) => tid === 1 },
    )
    expect(columns(replay, running(1), 0.5)).toBe(8 / 2 + 1 + 1 / 2)
  })

  test('threads that wait for nobody any more still need CPUs', () => {
    const drawing = `
      1@f0: ####...2####...2
      2@f0: ...1####...1####
    `
    const lock: ReplayCause = { kind: 'lock', key: 0xf0 }
    expect(columns(replayOf(drawing), lock)).toBe(16)
    expect(columns(replayOf(drawing, { cpuCount: 2 }), lock)).toBe(8)
  })
})

describe('any burst', () => {
  const seeds = Array.from({ length: 200 }, (_, seed) => seed + 1)

  test('with nothing changed takes exactly as long as it took', () => {
    for (const seed of seeds) {
      const drawn = drawRandomBurst(seed)
      const replay = open(drawn)
      for (const cause of causesOf(replay))
        expect(replay.withCause(cause, 0), `seed ${seed}`).toMatchObject({ lengthNs: replay.lengthNs, paceRatio: 1 })
      expect(replay.lengthNs).toBeLessThanOrEqual(drawn.lengthNs)
      if (drawn.endsRunning) expect(replay.lengthNs).toBe(drawn.lengthNs)
    }
  })

  test('takes no longer with more of a cause gone', () => {
    for (const seed of seeds) {
      const replay = open(drawRandomBurst(seed))
      for (const cause of causesOf(replay)) {
        const lengths = [0, 0.25, 0.5, 0.75, 1].map(reduction => replay.withCause(cause, reduction).lengthNs)
        for (const [index, lengthNs] of lengths.entries()) {
          if (index > 0) expect(lengthNs, `seed ${seed} ${cause.kind}`).toBeLessThanOrEqual(lengths[index - 1] + 1e-6)
        }
      }
    }
  })

  test('is the same at another time and with other ids', () => {
    for (const seed of seeds) {
      const replay = open(drawRandomBurst(seed))
      const varied = open(drawRandomBurst(seed, { startNs: 5e12, tidOf: tid => 4_000_000 - 17 * tid }))
      expect(varied.lengthNs).toBe(replay.lengthNs)
      expect(varied.withCause({ kind: 'device' }, 0.5)).toEqual(replay.withCause({ kind: 'device' }, 0.5))
      expect(varied.withCause({ kind: 'running', shareOf: () => 0.3 }, 1)).toEqual(
        replay.withCause({ kind: 'running', shareOf: () => 0.3 }, 1),
      )
    }
  })
})

function causesOf(replay: Replay): readonly ReplayCause[] {
  return [
    running(...replay.tids.slice(0, 1)),
    { kind: 'running', shareOf: () => 1 },
    { kind: 'waiting', reason: 'futex' },
    { kind: 'lock', key: 0x10 },
    { kind: 'device', device: '8:0' },
    anyDevice,
    { kind: 'queueing' },
  ]
}

test('no bursts, an empty one, and events outside of any', () => {
  const { event } = drawBurst('1: ##..P#')
  const none = drawBurst('1: #').burst
  expect(openReplay(event, none).withCause(anyDevice, 1)).toMatchObject({ lengthNs: 0, paceRatio: 1 })
})
