import { expect, test } from 'vitest'
import { decodeFlight, FlightType, type FrozenRegion, RECORD_BYTES, switchPlace } from './flight-record.ts'

interface Drawn {
  readonly time: number
  readonly type?: number
  readonly tid?: number
  readonly value?: bigint
  readonly stack?: bigint
  readonly argument?: bigint
}

/** struct record, one field per line. */
function recordBytes({ time, type = FlightType.Waking, tid = 1, value = 0n, stack = 0n, argument = 0n }: Drawn): Uint8Array {
  const bytes = new Uint8Array(RECORD_BYTES)
  const view = new DataView(bytes.buffer)
  view.setBigUint64(0, BigInt(time), true) // time
  view.setUint16(8, type, true) // type
  view.setUint16(10, 3, true) // cpu
  view.setUint32(12, tid, true) // tid
  view.setUint32(16, tid + 100, true) // tgid
  view.setUint32(20, 7, true) // other
  view.setBigUint64(24, argument, true) // argument
  view.setBigUint64(32, value, true) // value
  view.setBigInt64(40, BigInt.asIntN(64, stack), true) // stack
  return bytes
}

function region(records: readonly Drawn[], written = records.length): FrozenRegion {
  const bytes = new Uint8Array(records.length * RECORD_BYTES)
  for (const [index, record] of records.entries()) bytes.set(recordBytes(record), index * RECORD_BYTES)
  return { cpu: 0, words: new Uint32Array(bytes.buffer), written }
}

test('regions that wrapped begin with their oldest record, and CPUs are merged by time', () => {
  const wrapped = region([{ time: 50 }, { time: 60 }, { time: 30 }, { time: 40 }], 10)
  const events = decodeFlight([wrapped, region([{ time: 35 }, { time: 55 }])], 0n)
  expect(Array.from(events.timeNs)).toEqual([30, 35, 40, 50, 55, 60])
  expect([events.overwrittenCount, events.completeFromNs]).toEqual([6, 30])
})

test('an interrupt that wrote between the clock and the slot of another record comes in its place', () => {
  const events = decodeFlight([region([{ time: 10 }, { time: 30, tid: 2 }, { time: 20, tid: 3 }, { time: 40 }])], 0n)
  expect(Array.from(events.tid)).toEqual([1, 3, 2, 1])
})

test('times are relative to the start, also long after boot and before it', () => {
  const startNs = 2n ** 55n
  const events = decodeFlight([region([{ time: Number(startNs) - 8 }, { time: Number(startNs) + 16 }])], startNs)
  expect(Array.from(events.timeNs)).toEqual([-8, 16])
})

test('fields are those of the record', () => {
  const switched = {
    time: 1,
    type: FlightType.Switch,
    tid: 9,
    value: (203n << 32n) | (1n << 30n) | 2n,
    argument: 0x7fff_1234_5678n,
    stack: 77n,
  }
  const events = decodeFlight([region([switched, { time: 2, type: FlightType.Syscall, stack: -24n }])], 0n)
  expect([events.cpu[0], events.tid[0], events.pid[0], events.other[0], events.argument[0], events.stack[0]]).toEqual([
    3, 9, 109, 7, 0x7fff_1234_5678, 77,
  ])
  expect(switchPlace(events.value[0])).toEqual({ taskState: 2, syscall: 202, futexOp: 0, inIowait: true, kernelThread: false })
  expect(events.stack[1]).toBe(-24)
})

test('slots that were never written, and types nobody knows, are left out', () => {
  expect(decodeFlight([region([{ time: 1, type: 0 }, { time: 2, type: 99 }, { time: 3 }])], 0n).length).toBe(1)
  expect(decodeFlight([{ cpu: 0, words: new Uint32Array(5), written: 1000 }], 0n).length).toBe(0)
})

test('an exec has a name, whatever its bytes are', () => {
  const events = decodeFlight([region([{ time: 1, type: FlightType.Exec, argument: 0x68_63_61_6d_c3n }])], 0n)
  expect(events.comms.get(0)).toBe('Ãmach')
})
