import { describe, expect, test } from 'vitest'
import { replayHost } from '../../host.ts'
import { EventFlag, EventType, NONE, textAt } from '../../schema.ts'
import { syscallNames } from '../syscall-names.ts'
import { decodeFlight, FlightFlag, type FlightRegions, FlightType, RECORD_BYTES } from './decode-flight.ts'
import { eventTable } from './event-table.ts'
import { WaitNaming } from './wait-naming.ts'

interface Written {
  readonly timeNs: number
  readonly key?: bigint
  readonly tid?: number
  readonly otherTid?: number
  readonly pid?: number
  readonly detail?: number
  readonly type?: number
  readonly flags?: number
}

const START_NS = 9_000_000_000_000_000_123n // 104 days and more: not exact in a number
const REGION = 4

/** Regions of CPUs as the kernel leaves them: record n of a CPU lies at n modulo the region. */
function regionsOf(cpus: readonly (readonly Written[])[], keeps: FlightRegions['keeps'] = 'oldest'): FlightRegions {
  const bytes = new Uint8Array(cpus.length * REGION * RECORD_BYTES)
  const view = new DataView(bytes.buffer)
  for (const [cpu, records] of cpus.entries()) {
    for (const [index, record] of records.entries()) {
      if (keeps === 'oldest' && index >= REGION) break
      const at = (cpu * REGION + (index % REGION)) * RECORD_BYTES
      view.setBigUint64(at, START_NS + BigInt(record.timeNs), true) // time
      view.setBigUint64(at + 8, record.key ?? 0n, true) // key
      view.setUint32(at + 16, record.tid ?? 0, true) // tid
      view.setUint32(at + 20, record.otherTid ?? 0, true) // other_tid
      view.setUint32(at + 24, record.pid ?? 0, true) // tgid
      view.setUint16(at + 28, record.detail ?? 0xffff, true) // detail
      view.setUint8(at + 30, record.type ?? FlightType.Switch) // type
      view.setUint8(at + 31, record.flags ?? 0) // flags
    }
  }
  return { bytes, region: REGION, heads: cpus.map(records => records.length), keeps }
}

const all = { startNs: START_NS, fromNs: 0, toNs: 1e9 }
const at = (...times: readonly number[]): readonly Written[] => times.map(timeNs => ({ timeNs, tid: timeNs }))

describe('regions of CPUs', () => {
  test('are merged by time, exact also after months of uptime', () => {
    const { events, lostCount } = decodeFlight(regionsOf([at(1, 5, 9), at(2, 3), [], at(7)]), all)
    expect(Array.from(events.timeNs)).toEqual([1, 2, 3, 5, 7, 9])
    expect(Array.from(events.cpu)).toEqual([0, 1, 1, 0, 3, 0])
    expect(Array.from(events.tid)).toEqual([1, 2, 3, 5, 7, 9])
    expect(lostCount).toBe(0)
  })

  test('where one is full the time of all ends, and what was left out is counted', () => {
    const decoded = decodeFlight(regionsOf([at(1, 2, 3, 4, 5, 6), at(2, 8)]), all)
    expect(Array.from(decoded.events.timeNs)).toEqual([1, 2, 2, 3])
    expect(decoded).toMatchObject({ fromNs: 0, toNs: 4, lostCount: 2 + 2 })
  })

  test('that overwrite keep the newest, from when all have everything', () => {
    const decoded = decodeFlight(regionsOf([at(1, 2, 3, 4, 5, 6), at(2, 8)], 'newest'), all)
    expect(Array.from(decoded.events.timeNs)).toEqual([3, 4, 5, 6, 8])
    expect(decoded).toMatchObject({ fromNs: 3, toNs: 1e9, lostCount: 2 + 1 })
  })

  test('events before and after the asked time are no loss', () => {
    const decoded = decodeFlight(regionsOf([at(1, 2, 3), at(2, 8)]), { ...all, fromNs: 2, toNs: 8 })
    expect(Array.from(decoded.events.timeNs)).toEqual([2, 2, 3])
    expect(decoded.lostCount).toBe(0)
  })

  test('slots that were never written, types nobody knows, heads beyond everything', () => {
    const regions = regionsOf([[{ timeNs: 1 }, { timeNs: 2, type: 0 }, { timeNs: 3, type: 99 }]])
    expect(decodeFlight(regions, all).events.length).toBe(1)
    expect(decodeFlight({ ...regions, heads: [3, 7, 1e15] }, all).events.length).toBe(1)
    expect(decodeFlight({ ...regions, bytes: new Uint8Array(0) }, all).events.length).toBe(0)
    expect(decodeFlight({ ...regions, region: 0 }, all).events.length).toBe(0)
  })

  test('a record that an interrupt overtook is put in its place', () => {
    const { events } = decodeFlight(regionsOf([at(1, 5, 4, 6)]), all)
    expect(Array.from(events.timeNs)).toEqual([1, 4, 5, 6])
  })
})

describe('rows of event', () => {
  const syscalls = syscallNames('x64') ?? { nameOf: new Map(), numberOf: new Map() }
  const number = (name: string): number => syscalls.numberOf.get(name) ?? Number.NaN
  const naming = () =>
    new WaitNaming(replayHost({ links: { '/proc/40/fd/3': 'pipe:[7]', '/proc/40/fd/4': 'socket:[8]' } }), {
      syscalls,
      kernelFunction: () => undefined,
    })

  function rowsOf(records: readonly Written[]) {
    const { events } = decodeFlight({ ...regionsOf([records]) }, all)
    return eventTable(events, { processRowAt: pid => pid - 40, naming: naming(), futexNumber: number('futex') })
  }

  test('waits are named by call, descriptor and state', () => {
    const wait = { pid: 40, tid: 41, otherTid: 0 }
    const table = rowsOf([
      { ...wait, timeNs: 1, detail: number('futex'), key: 0x7f0000001000n },
      { ...wait, timeNs: 2, detail: number('read'), key: 4n },
      { ...wait, timeNs: 3, detail: number('read'), key: 5n },
      { ...wait, timeNs: 4, detail: number('fsync'), key: 6n, flags: FlightFlag.InIowait | FlightFlag.Uninterruptible },
    ])
    expect([0, 1, 2, 3].map(row => textAt(table.what, row))).toEqual(['futex', 'pipe', 'socketReceive', 'fsync'])
    expect(Array.from(table.key)).toEqual([0x7f0000001000n, 0n, 0n, 0n])
    expect(Array.from(table.process)).toEqual([0, 0, 0, 0])
    expect(table.flags[3]).toBe(EventFlag.InIowait)
  })

  test('preempted threads wait for nothing, interrupts are nobody, devices and locks have names', () => {
    const table = rowsOf([
      { timeNs: 1, pid: 40, tid: 41, otherTid: 42, flags: FlightFlag.Preempted },
      { timeNs: 2, pid: 40, tid: 41, otherTid: 9, type: FlightType.Waking, flags: FlightFlag.Interrupt, detail: number('nanosleep') },
      { timeNs: 3, pid: 40, tid: 41, otherTid: 0, type: FlightType.LockBegin, detail: 32, key: 0xffff888000001000n },
      { timeNs: 4, pid: 40, tid: 41, otherTid: (254 << 20) | 1, type: FlightType.BlockIssue, detail: 1, key: 77n },
    ])
    expect([0, 1, 2, 3].map(row => textAt(table.what, row))).toEqual([undefined, 'sleep', 'mutex', '254:1'])
    expect(Array.from(table.otherTid)).toEqual([42, NONE, NONE, NONE])
    expect(Array.from(table.key)).toEqual([0n, 0n, 0xffff888000001000n, 77n])
    expect(Array.from(table.type)).toEqual([EventType.Switch, EventType.Waking, EventType.LockBegin, EventType.BlockIssue])
  })
})
