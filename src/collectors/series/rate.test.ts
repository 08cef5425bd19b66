import { describe, expect, test } from 'vitest'
import { CounterSet, type CounterTraits, ReadingList, rateDiffer } from './rate.ts'

const SECOND = 1e9

/** Growth of one subject between readings a second apart; undefined where there is none. */
function growths(readings: readonly (readonly number[] | undefined)[], traits?: CounterTraits) {
  const counters = new CounterSet(traits)
  return readings.map((counts, second) => {
    const totals = new Map(counts === undefined ? [] : [['eth0', counts]])
    return counters.advance((second + 1) * SECOND, totals).bySubject.get('eth0')
  })
}

describe('CounterSet', () => {
  test('the first reading of a counter is nothing to compare with', () => {
    expect(growths([[10], [15], [15]])).toEqual([undefined, [5], [0]])
  })

  test('a subject that vanished and came back starts anew', () => {
    expect(growths([[10], undefined, [900], [901]])).toEqual([undefined, undefined, undefined, [1]])
  })

  test('a decrease of a 64-bit counter is a reset: no reading of any counter of that subject', () => {
    expect(
      growths([
        [4294967290, 7],
        [4, 8],
        [5, 9],
      ]),
    ).toEqual([undefined, undefined, [1, 1]])
  })

  test('a 32-bit counter that wrapped goes on', () => {
    expect(growths([[4294967290], [4]], { is32Bit: true })).toEqual([undefined, [10]])
  })

  test('a sum of 32-bit counters falls by 2^32 when one of them wraps', () => {
    expect(growths([[6_000_000_000], [6_000_000_010 - 2 ** 32]], { is32Bit: true })).toEqual([undefined, [10]])
  })

  test.each([
    ['it would have grown by more than a quarter of its range', [1_000_000], [5]],
    ['two counters fell at once', [4294967290, 4294967290], [4, 4]],
  ])('a 32-bit counter that fell was set back when %s', (_, before, after) => {
    expect(growths([before, after], { is32Bit: true })).toEqual([undefined, undefined])
  })

  test('a counter known to fall now and then counts as unchanged, the others go on', () => {
    expect(
      growths(
        [
          [10, 7],
          [9, 8],
        ],
        { unsteady: [0] },
      ),
    ).toEqual([undefined, [0, 1]])
  })

  test('a counter the kernel does not have stays unknown', () => {
    expect(
      growths([
        [1, Number.NaN],
        [3, Number.NaN],
      ]),
    ).toEqual([undefined, [2, Number.NaN]])
  })

  test('a reading that is not later than the one before is as if it had not been made', () => {
    const counters = new CounterSet()
    const read = (timeNs: number, count: number) => counters.advance(timeNs, new Map([['', [count]]])).bySubject.get('')
    read(SECOND, 10)
    expect([read(SECOND, 12), read(SECOND / 2, 13), read(3 * SECOND, 20)]).toEqual([undefined, undefined, [10]])
  })
})

test('a rate is per second of the interval, whatever its length', () => {
  const differ = rateDiffer(text => new Map([['', [Number(text)]]]), ['vm.faultPerSec'])
  expect(differ('100', 0)).toEqual([])
  expect(differ('150', SECOND / 4)).toEqual([
    { name: 'vm.faultPerSec', subject: '', timeNs: SECOND / 4, durationNs: SECOND / 4, value: 200 },
  ])
})

test('a share never exceeds 1, and what was not measured is left out', () => {
  const list = new ReadingList({ timeNs: SECOND, durationNs: SECOND })
  list.addShare('disk.busyRatio', 'vda', 1.01 * SECOND)
  list.add('disk.readLatencyNs', 'vda', 0 / 0)
  list.add('disk.writeLatencyNs', 'vda', 1 / 0)
  expect(list.readings.map(({ name, value }) => [name, value])).toEqual([['disk.busyRatio', 1]])
})
