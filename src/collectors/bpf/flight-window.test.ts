import { expect, test } from 'vitest'
import { NONE } from '../../schema.ts'
import { type FlightEvents, FlightType } from './flight-record.ts'
import { sumWindow } from './flight-window.ts'

const MS = 1e6

interface Drawn {
  readonly at: number
  readonly type: number
  readonly tid: number
  readonly other?: number
  readonly argument?: number
  readonly value?: number
  readonly stack?: number
}

function eventsOf(drawn: readonly Drawn[]): FlightEvents {
  const column = (pick: (event: Drawn) => number) => Float64Array.from(drawn, pick)
  return {
    length: drawn.length,
    timeNs: column(({ at }) => at * MS),
    type: Uint8Array.from(drawn, ({ type }) => type),
    cpu: new Int32Array(drawn.length),
    tid: Int32Array.from(drawn, ({ tid }) => tid),
    pid: Int32Array.from(drawn, ({ tid }) => (tid === 0 ? 0 : 1000 + tid)),
    other: column(({ other = 0 }) => other),
    argument: column(({ argument = 0 }) => argument),
    value: column(({ value = 0 }) => value),
    stack: column(({ stack = 0 }) => stack),
    comms: new Map(),
    overwrittenCount: 0,
    completeFromNs: Number.NEGATIVE_INFINITY,
  }
}

const FUTEX = 202
const inFutex = (FUTEX + 1) * 2 ** 32 + 1

/** 1 waits 20..50 for the futex 0x1000, is woken by 2, waits for the CPU until 70; 2 is preempted then. */
const contended = eventsOf([
  { at: 20, type: FlightType.Switch, tid: 1, other: 2, value: inFutex, argument: 0x100000, stack: 11 },
  { at: 50, type: FlightType.Waking, tid: 1, other: 2, argument: 1002, stack: 12 },
  { at: 70, type: FlightType.Switch, tid: 2, other: 1 },
  { at: 70, type: FlightType.Slept, tid: 1, other: 2, argument: 50 * MS, value: 20 * MS, stack: 13 },
])

test('a wait lasts until the waking, then it is a wait for the CPU', () => {
  const [part] = sumWindow(contended, { fromNs: 0, toNs: 100 * MS })
  expect(part.waits).toMatchObject([
    {
      pid: 1001,
      tid: 1,
      wakerKind: 'thread',
      wakerTid: 2,
      wakerPid: 1002,
      kernelStack: 13,
      userStack: 11,
      wakerStack: 12,
      times: { count: 1, ns: 30 * MS },
    },
  ])
  expect(part.waits[0].place).toMatchObject({ syscall: FUTEX, argument: 0x100000, taskState: 1 })
  expect(part.queues).toMatchObject([{ tid: 1, reason: 'woken', occupantTid: 2, times: { ns: 20 * MS } }])
})

test('the states of every thread add up to the window', () => {
  const [part] = sumWindow(contended, { fromNs: 0, toNs: 100 * MS })
  const byThread = new Map(part.ledger.map(({ tid, ns }) => [tid, ns.map(value => value / MS)]))
  // running, woken, preempted, throttled, blocked, blockedIo
  expect(byThread.get(1)).toEqual([50, 20, 0, 0, 30, 0])
  expect(byThread.get(2)).toEqual([50, 0, 30, 0, 0, 0])
  expect(part.ledger.find(({ tid }) => tid === 2)?.unobservedNs).toBe(20 * MS)
})

test('a wait that does not end in the window is open', () => {
  const [part] = sumWindow(contended, { fromNs: 0, toNs: 40 * MS })
  expect(part.waits).toEqual([])
  expect(part.openWaits).toMatchObject([{ pid: 1001, tid: 1, sinceNs: 20 * MS }])
})

test('waits and calls are summed by the second in which they end', () => {
  const calls = [100, 1100, 1200].map(at => ({
    at,
    type: FlightType.Syscall,
    tid: 1,
    other: 1,
    value: 5 * MS,
    stack: at === 1200 ? -9 : 10,
  }))
  const parts = sumWindow(eventsOf(calls), { fromNs: 0, toNs: 1500 * MS })
  expect(parts.map(({ timeNs, durationNs, syscalls }) => [timeNs / MS, durationNs / MS, syscalls[0].count, syscalls[0].errors])).toEqual([
    [1000, 1000, 1, 0],
    [1500, 500, 2, 1],
  ])
})

test('an interrupt that wakes is nobody', () => {
  const [part] = sumWindow(
    eventsOf([
      { at: 10, type: FlightType.Switch, tid: 1, value: 1 },
      { at: 20, type: FlightType.Waking, tid: 1 },
      { at: 21, type: FlightType.Switch, tid: 0, other: 1 },
    ]),
    { fromNs: 0, toNs: 30 * MS },
  )
  expect(part.waits).toMatchObject([{ wakerKind: 'interrupt', wakerTid: NONE, wakerPid: NONE }])
})
