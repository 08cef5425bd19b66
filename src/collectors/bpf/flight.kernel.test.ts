import { execFileSync, spawn, spawnSync } from 'node:child_process'
import { mkdtempSync, rmSync } from 'node:fs'
import { open as openFile } from 'node:fs/promises'
import { join } from 'node:path'
import { afterEach, describe, expect, test } from 'vitest'
import { linuxWatchHost } from '../../linux-watch-host.ts'
import type { KernelRule } from '../../schema.ts'
import { decodeFlight, type FlightEvents, FlightType } from './flight-record.ts'
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
  test.runIf(hasPerf)('holds every switch since what it says is complete, and all that perf record saw of them', async () => {
    const folder = mkdtempSync('/var/tmp/flight-test-')
    try {
      const perf = await recordSwitches(folder)
      const flight = open({ memoryBytes: 2 << 20, frequencyHz: 0 })
      execFileSync('perf', ['bench', 'sched', 'pipe', '-l', '30000'])
      const frozen = flight.freeze()
      const theirs = await perf.finish()
      const events = decodeFlight(frozen.regions, 0n)
      expect(events.overwrittenCount).toBeGreaterThan(10_000)
      const ours = switchesOf(events, { fromNs: events.completeFromNs, toNs: Number(frozen.frozenNs) })
      expect(ours.length).toBeGreaterThan(1000)
      for (const cpu of options.cpus) {
        const own = ours.filter(one => one.cpu === cpu)
        // who came is who leaves next: one that we had lost would break the chain
        expect(breaksIn(own)).toEqual([])
        const inside = theirs.filter(
          one => one.cpu === cpu && one.timeNs >= events.completeFromNs + MARGIN_NS && one.timeNs < Number(frozen.frozenNs) - MARGIN_NS,
        )
        expect(isPartOf(inside, own)).toBe(true)
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

/** Two clocks are read for one switch, ours and that of perf; a hypervisor may take the CPU away between them. */
const MARGIN_NS = 2e6

interface Switch {
  readonly cpu: number
  readonly timeNs: number
  readonly from: number
  readonly to: number
}

/** perf record of all switches, once it said that it records. */
async function recordSwitches(folder: string): Promise<{ finish(): Promise<readonly Switch[]> }> {
  const [data, control, answers] = ['perf.data', 'control', 'answers'].map(name => join(folder, name))
  execFileSync('mkfifo', [control, answers])
  const shared = ['-k', 'CLOCK_MONOTONIC', '-m', '16M', '-D', '-1', `--control=fifo:${control},${answers}`, '-o', data]
  const perf = spawn('perf', ['record', '-a', '-e', 'sched:sched_switch', ...shared], { stdio: 'ignore' })
  const ended = new Promise(resolve => perf.once('exit', resolve))
  const [asks, answer] = await Promise.all([openFile(control, 'w'), openFile(answers, 'r')])
  await asks.write('enable\n')
  expect((await answer.read({ buffer: Buffer.alloc(4) })).buffer.toString()).toBe('ack\n')
  return {
    async finish() {
      perf.kill('SIGINT')
      await ended
      await Promise.all([asks.close(), answer.close()])
      const script = ['script', '-F', 'cpu,time,trace', '--ns', '-i', data]
      const text = execFileSync('perf', script, { encoding: 'utf8', maxBuffer: 1 << 30, stdio: ['ignore', 'pipe', 'ignore'] })
      // "[001] 12.000000123: prev_comm=… prev_pid=7 … next_pid=0 …"
      return [...text.matchAll(/^.*?\[(\d+)\]\s+([\d.]+):.*prev_pid=(\d+) .*next_pid=(\d+) /gm)].map(([, cpu, seconds, from, to]) => ({
        cpu: Number(cpu),
        timeNs: Number(seconds) * 1e9,
        from: Number(from),
        to: Number(to),
      }))
    },
  }
}

function switchesOf(events: FlightEvents, { fromNs, toNs }: { fromNs: number; toNs: number }): readonly Switch[] {
  return [...events.timeNs.keys()]
    .filter(row => events.type[row] === FlightType.Switch && events.timeNs[row] >= fromNs && events.timeNs[row] < toNs)
    .map(row => ({ cpu: events.cpu[row], timeNs: events.timeNs[row], from: events.tid[row], to: events.other[row] }))
}

function breaksIn(switches: readonly Switch[]): readonly Switch[] {
  return switches.filter((one, index) => index > 0 && switches[index - 1].to !== one.from)
}

/**
 * Whether all that perf saw is in ours, in order, and what it did not see lies where its own chain is broken. It does miss some: in some virtual
 * machines nothing that happens while the idle thread of one CPU runs reaches perf. As two threads take turns, times say where both begin.
 */
function isPartOf(theirs: readonly Switch[], ours: readonly Switch[]): boolean {
  const [first] = theirs
  const begins = [...ours.keys()].filter(index => isSame(ours[index], first) && Math.abs(ours[index].timeNs - first.timeNs) < MARGIN_NS)
  return theirs.length === 0 || begins.some(begin => isFound(theirs, ours, begin))
}

function isFound(theirs: readonly Switch[], ours: readonly Switch[], begin: number): boolean {
  let next = begin
  return theirs.every((one, index) => {
    const hasHole = index > 0 && theirs[index - 1].to !== one.from
    while (hasHole && next < ours.length && !isSame(ours[next], one)) next++
    return isSame(ours[next++], one)
  })
}

function isSame(one: Switch | undefined, other: Switch): boolean {
  return one?.from === other.from && one.to === other.to
}
