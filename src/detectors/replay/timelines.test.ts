import { expect, test } from 'vitest'
import { drawBurst } from '../../../test/burst-drawing.ts'
import { drawRandomBurst } from '../../../test/random-burst.ts'
import { leafBlame } from '../wait-blame.ts'
import { burstTimelines } from './timelines.ts'

function timelinesOf({ event, burst }: ReturnType<typeof drawBurst>) {
  return burstTimelines(event, { first: 0, end: event.length, endNs: burst.timeNs[0] + burst.durationNs[0] })
}

test('a wait is divided among what its waker did meanwhile: running, queueing, a device', () => {
  const timelines = timelinesOf(
    drawBurst(`
      1: #.........2#
      2: ##...D##~##.
      3: #......P#..P
    `),
  )
  expect(leafBlame(timelines, 1, { startNs: 20, endNs: 110 })).toEqual([
    { cause: 'device', tid: 2, name: 'blockIo', ns: 40 },
    { cause: 'running', tid: 2, name: '', ns: 40 },
    { cause: 'runnable', tid: 2, name: '', ns: 10 },
  ])
})

test('segments of a thread follow each other, and blame adds up to any interval', () => {
  for (let seed = 1; seed <= 100; seed++) {
    const drawn = drawRandomBurst(seed)
    const timelines = timelinesOf(drawn)
    for (const [tid, segments] of timelines) {
      for (const [index, { startNs, endNs }] of segments.entries()) {
        expect(endNs).toBeGreaterThan(startNs)
        if (index > 0) expect(startNs).toBeGreaterThanOrEqual(segments[index - 1].endNs)
      }
      const parts = leafBlame(timelines, tid, { startNs: 0, endNs: drawn.lengthNs })
      expect(parts.reduce((sum, { ns }) => sum + ns, 0)).toBe(drawn.lengthNs)
    }
  }
})
