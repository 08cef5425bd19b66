import { describe, expect, test } from 'vitest'
import { timelines } from '../../test/timeline.ts'
import { leafBlame, mergeSpuriousWakeups, type Segment } from './wait-blame.ts'

/** "cause tid name ns" of a wait of thread 1 from 0 to the end of its drawing; a column is 10 ns. */
function blame(drawing: string, waitNs: number, tid = 1): string[] {
  const parts = leafBlame(timelines(drawing), tid, { startNs: 0, endNs: waitNs })
  expect(parts.reduce((sum, { ns }) => sum + ns, 0)).toBe(waitNs)
  return parts.map(({ cause, tid: of, name, ns }) => [cause, of, name, ns].filter(part => part !== '').join(' '))
}

describe('a wait belongs to what its waker did meanwhile', () => {
  test('which computed', () => {
    expect(
      blame(
        `
        1: ....2
        2: ####
      `,
        40,
      ),
    ).toEqual(['running 2 40'])
  })

  test('along a chain, only as far as the wait reaches', () => {
    const drawing = `
      1:     ......2###
      2: ........3##
      3: ..#####
    `
    expect(leafBlame(timelines(drawing), 1, { startNs: 40, endNs: 100 })).toEqual([
      { cause: 'running', tid: 3, name: '', ns: 30 },
      { cause: 'running', tid: 2, name: '', ns: 20 },
      { cause: 'unknown', tid: 3, name: '', ns: 10 },
    ])
  })

  test('which was kept from running', () => {
    expect(
      blame(
        `
        1: ......2
        2: ~~~###
      `,
        60,
      ),
    ).toEqual(['runnable 2 30', 'running 2 30'])
  })

  test('which waited for a device, a timer and a peer: those end the chain', () => {
    expect(
      blame(
        `
        1: .........2
        2: ...D..T.R#
      `,
        90,
      ),
    ).toEqual(['device 2 sda 40', 'timer 2 sleep 30', 'remote 2 peer 20'])
  })
})

test('overlapping waits of the waker are not counted twice: 100, not 140', () => {
  const lines: ReadonlyMap<number, readonly Segment[]> = new Map([
    [1, [{ state: 'blocked', startNs: 0, endNs: 100, waker: { kind: 'thread', tid: 2 } }]],
    [
      2,
      [
        { state: 'blocked', startNs: 0, endNs: 60, waker: { kind: 'thread', tid: 3 } },
        { state: 'blocked', startNs: 20, endNs: 80, waker: { kind: 'thread', tid: 4 } },
      ],
    ],
    [3, [{ state: 'running', startNs: 0, endNs: 100 }]],
    [4, [{ state: 'running', startNs: 0, endNs: 100 }]],
  ])
  expect(leafBlame(lines, 1, { startNs: 0, endNs: 100 }).map(({ cause, tid, ns }) => [cause, tid, ns])).toEqual([
    ['running', 3, 60],
    ['unknown', 2, 20],
    ['running', 4, 20],
  ])
})

test('threads that wait for each other are a cycle, and end', () => {
  expect(
    blame(
      `
      1: ....2
      2: ##..1
    `,
      40,
    ),
  ).toEqual(['cycle 2 20', 'running 2 20'])
})

test('after ten wakers it is unknown', () => {
  const label = (tid: number) => (tid < 10 ? `${tid}` : String.fromCharCode(87 + tid))
  const chain = Array.from({ length: 20 }, (_, index) => `${label(index + 1)}: ..${label(index + 2)}`)
  expect(blame(chain.join('\n'), 20)).toEqual(['unknown 11 20'])
})

test('a waker that nobody watched, a wait that nobody ended, a waker that began or ended meanwhile: unknown', () => {
  expect(blame('1: ..2', 20)).toEqual(['unknown 2 20'])
  expect(blame('1: ..?', 20)).toEqual(['unknown 1 20'])
  expect(
    blame(
      `
      1: ......2
      2:   ##
    `,
      60,
    ),
  ).toEqual(['unknown 2 40', 'running 2 20'])
})

test('no segments at all, and an empty interval', () => {
  expect(leafBlame(new Map(), 1, { startNs: 0, endNs: 10 })).toEqual([{ cause: 'unknown', tid: 1, name: '', ns: 10 }])
  expect(leafBlame(new Map(), 1, { startNs: 10, endNs: 10 })).toEqual([])
})

describe('wake-ups in vain', () => {
  const wait = (startNs: number, endNs: number, key: string | undefined, tid: number): Segment => ({
    state: 'blocked',
    startNs,
    endNs,
    key,
    waker: { kind: 'thread', tid },
  })
  const run = (startNs: number, endNs: number): Segment => ({ state: 'running', startNs, endNs })

  test('are part of one wait, that belongs to who ended the last', () => {
    const segments = [wait(0, 50e3, 'a', 2), run(50e3, 60e3), wait(60e3, 90e3, 'a', 3), run(90e3, 99e3), wait(99e3, 200e3, 'a', 4)]
    expect(mergeSpuriousWakeups(segments)).toEqual({ segments: [wait(0, 200e3, 'a', 4)], count: 2 })
  })

  test('are none when it worked meanwhile, waited for something else, or for nobody knows what', () => {
    const worked = [wait(0, 50e3, 'a', 2), run(50e3, 100e3), wait(100e3, 200e3, 'a', 3)]
    const other = [wait(0, 50e3, 'a', 2), run(50e3, 51e3), wait(51e3, 200e3, 'b', 3)]
    const unknown = [wait(0, 50e3, undefined, 2), run(50e3, 51e3), wait(51e3, 200e3, undefined, 3)]
    for (const segments of [worked, other, unknown]) expect(mergeSpuriousWakeups(segments)).toEqual({ segments, count: 0 })
  })
})
