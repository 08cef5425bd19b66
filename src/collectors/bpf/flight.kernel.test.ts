import { execFileSync, spawn, spawnSync } from 'node:child_process'
import { mkdtempSync, rmSync } from 'node:fs'
import { join } from 'node:path'
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

  const hasPerf = spawnSync('perf', ['--version']).status === 0
  test.runIf(hasPerf)('holds every switch since what it says is complete, as perf record saw them', async () => {
    const folder = mkdtempSync('/var/tmp/flight-test-')
    try {
      const data = join(folder, 'perf.data')
      const perf = spawn('perf', ['record', '-a', '-e', 'sched:sched_switch', '-k', 'CLOCK_MONOTONIC', '-m', '16M', '-o', data], {
        stdio: 'ignore',
      })
      await expect.poll(() => spawnSync('pgrep', ['-P', String(process.pid), '-x', 'perf']).status, { timeout: 10_000 }).toBe(0)
      const flight = open({ memoryBytes: 2 << 20, frequencyHz: 0 })
      execFileSync('perf', ['bench', 'sched', 'pipe', '-l', '30000'])
      const frozen = flight.freeze()
      perf.kill('SIGINT')
      await new Promise(resolve => perf.once('exit', resolve))
      const events = decodeFlight(frozen.regions, 0n)
      expect(events.overwrittenCount).toBeGreaterThan(10_000)
      const whole = { fromNs: events.completeFromNs, toNs: Number(frozen.frozenNs) }
      const fields = ['-F', 'cpu,time,trace', '--ns', '-i', data]
      const theirs = switchesOf(
        execFileSync('perf', ['script', ...fields], { encoding: 'utf8', maxBuffer: 1 << 30, stdio: ['ignore', 'pipe', 'ignore'] }),
        whole,
      )
      for (const cpu of options.cpus) {
        const rows = [...events.timeNs.keys()].filter(row => events.type[row] === FlightType.Switch && events.cpu[row] === cpu)
        const ours = rows
          .filter(row => events.timeNs[row] >= whole.fromNs && events.timeNs[row] < whole.toNs)
          .map(row => `${events.tid[row]}>${events.other[row]}`)
        expect(ours.length).toBeGreaterThan(20)
        expect((theirs.get(cpu) ?? []).join(' ')).toContain(ours.join(' '))
        expect((theirs.get(cpu) ?? []).length - ours.length).toBeLessThan(20 + MARGIN_NS / 1e3)
      }
    } finally {
      rmSync(folder, { recursive: true })
    }
  })

  test('ten thousand spans are open at once, and none is lost', async () => {
    const folder = mkdtempSync('/var/tmp/flight-test-')
    try {
      const program = join(folder, 'many-spans')
      execFileSync('gcc', ['-O1', '-pthread', '-o', program, 'test/workloads/many-spans.c'])
      const symbol = execFileSync('nm', [program], { encoding: 'utf8' }).match(/^([0-9a-f]+) T hold$/m)?.[1] ?? ''
      const at = { kind: 'uprobe', path: program, offset: Number.parseInt(symbol, 16) } as const
      const flight = open({
        scope: 'machine',
        memoryBytes: 64 << 20,
        probes: [
          { name: 'hold', role: 'begin', number: 0, at: { ...at, isReturn: false } },
          { name: 'hold', role: 'end', number: 0, at: { ...at, isReturn: true } },
        ],
      })
      execFileSync(program, ['10000'])
      const events = decodeFlight(flight.freeze().regions, 0n)
      const rows = [...events.type.keys()].filter(row => events.type[row] === FlightType.Probe)
      const ends = rows.filter(row => events.other[row] === 2 << 16)
      expect(ends.length).toBe(10_000)
      const lastBegin = Math.max(...rows.filter(row => events.other[row] === 1 << 16).map(row => events.timeNs[row]))
      const atOnce = ends.filter(row => events.timeNs[row] > lastBegin && events.timeNs[row] - events.value[row] <= lastBegin)
      expect(atOnce.length).toBe(10_000)
      expect(flight.lostCount()).toBe(0)
    } finally {
      rmSync(folder, { recursive: true })
    }
  })
})

/** Two clocks are read for one switch, ours and that of perf. */
const MARGIN_NS = 100e3

/** "[001] 12.000000123: prev_comm=… prev_pid=7 … next_pid=0": by CPU, those of a time and a little around it. */
function switchesOf(script: string, { fromNs, toNs }: { fromNs: number; toNs: number }): ReadonlyMap<number, readonly string[]> {
  const found = new Map<number, string[]>()
  for (const [, cpu, seconds, prev, next] of script.matchAll(/^.*?\[(\d+)\]\s+([\d.]+):.*prev_pid=(\d+) .*next_pid=(\d+) /gm)) {
    const timeNs = Number(seconds) * 1e9
    if (timeNs < fromNs - MARGIN_NS || timeNs >= toNs + MARGIN_NS) continue
    const list = found.get(Number(cpu)) ?? []
    list.push(`${prev}>${next}`)
    found.set(Number(cpu), list)
  }
  return found
}
