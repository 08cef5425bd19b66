import { spawnSync } from 'node:child_process'
import { afterEach, describe, expect, test } from 'vitest'
import { linuxWatchHost } from '../../linux-watch-host.ts'
import type { KernelRule } from '../../schema.ts'
import { decodeFlight, FlightType } from './flight-record.ts'
import { type FlightOptions, type FlightRecorder, openFlight } from './flight-recorder.ts'

const host = linuxWatchHost()
const options: FlightOptions = {
  skeletonFolder: 'src/collectors/bpf/out',
  architecture: process.arch,
  memoryBytes: 8 << 20,
  cpus: [0, 1],
  scope: 'targets',
  targetPids: [process.pid],
  rules: [],
  freezes: 'later',
  syscalls: 'notable',
  slowNs: 1e6,
  frequencyHz: 99,
  probes: [],
}
const rule = (parts: Partial<KernelRule> & Pick<KernelRule, 'kind'>): KernelRule => ({
  subject: 0,
  low: 0,
  high: 0,
  isInverted: false,
  minNs: 0,
  ...parts,
})

let recorder: FlightRecorder | undefined
afterEach(() => recorder?.close())

function open(parts: Partial<FlightOptions> = {}): FlightRecorder {
  const opened = openFlight(host, { ...options, ...parts })
  if ('reason' in opened) throw new Error(opened.reason)
  recorder = opened
  return opened
}

const isRoot = process.getuid?.() === 0
if (!isRoot) process.stderr.write('skipped: the flight recorder needs root\n')

describe.runIf(isRoot)('the flight recorder', () => {
  test('holds the switches, the failed system calls and the end of a program', () => {
    const flight = open()
    const startNs = host.monotonicNs()
    const { pid } = spawnSync('sh', ['-c', 'sleep 0.05; cat /nonexistent; exit 3'])
    const events = decodeFlight(flight.freeze().regions, startNs)
    const rows = [...events.pid.keys()].filter(row => events.pid[row] === pid)
    const types = new Set(rows.map(row => events.type[row]))
    expect([...types]).toEqual(expect.arrayContaining([FlightType.Switch, FlightType.Exit, FlightType.Exec, FlightType.Fork]))
    expect(events.timeNs.every((time, row) => row === 0 || time >= events.timeNs[row - 1])).toBe(true)
    const exit = rows.find(row => events.type[row] === FlightType.Exit) ?? -1
    expect(events.argument[exit] >> 8).toBe(3)
    const failed = [...events.type.keys()].filter(row => events.type[row] === FlightType.Syscall && events.stack[row] === -2)
    expect(failed.length).toBeGreaterThan(0)
  })

  test('a rule on the exit status fires for the children of a target alone', () => {
    const flight = open({ rules: [rule({ kind: 'exit', isInverted: true })] })
    spawnSync('sh', ['-c', 'exit 0'])
    const { pid } = spawnSync('sh', ['-c', 'exit 7'])
    expect(flight.takeFired()).toMatchObject([{ rule: 0, pid, value: 7, comm: 'sh' }])
  })

  test('a rule that freezes leaves nothing after its moment, and the other set is written at once', () => {
    const flight = open({ rules: [rule({ kind: 'exit', low: 7, high: 7 })], freezes: 'at-once' })
    const startNs = host.monotonicNs()
    flight.arm()
    spawnSync('sh', ['-c', 'exit 7'])
    spawnSync('sh', ['-c', 'exit 8'])
    const [fired] = flight.takeFired()
    const first = decodeFlight(flight.freeze().regions, startNs)
    const codes = (events: typeof first) =>
      [...events.type.keys()].filter(row => events.type[row] === FlightType.Exit).map(row => events.argument[row] >> 8)
    expect(codes(first)).toContain(7)
    expect(codes(first)).not.toContain(8)
    expect(first.timeNs.at(-1)).toBeLessThanOrEqual(Number(fired.timeNs - startNs) + 1e6)
    expect(codes(decodeFlight(flight.freeze().regions, startNs))).toContain(8)
  })
})
