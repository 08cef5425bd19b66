import { execFileSync, spawn, spawnSync } from 'node:child_process'
import { afterAll, describe, expect, test } from 'vitest'
import { compile, scratchDirectory } from '../../../test/autotune.ts'
import { openReplay } from '../../detectors/replay/replay.ts'
import { linuxBpfHost } from '../../linux-bpf-host.ts'
import { linuxHost } from '../../linux-host.ts'
import { EventFlag, EventType, type Table } from '../../schema.ts'
import { tableOf } from '../../table-builder.ts'
import { syscallNames } from '../syscall-names.ts'
import { openBursts } from './burst.ts'
import { type BpfSlice, openBpf } from './collector.ts'
import { decodeFlight } from './decode-flight.ts'
import { eventTable } from './event-table.ts'
import { WaitNaming } from './wait-naming.ts'

const host = linuxBpfHost(linuxHost())
const blocker = whyNot()
if (blocker !== undefined) process.stdout.write(`Kernel tests of bursts are skipped: ${blocker}\n`)

function whyNot(): string | undefined {
  if (process.geteuid?.() !== 0) return 'not root'
  if (host.readBytes('/sys/kernel/btf/vmlinux') === undefined) return 'no BTF'
  const missing = ['cc', 'bpftool'].filter(program => spawnSync(program, ['--version']).status !== 0)
  return missing.length === 0 ? undefined : `no ${missing.join(', ')}`
}

const scratch = scratchDirectory()
afterAll(() => scratch.remove())

const skeletons = { skeletonFolder: 'src/collectors/bpf/out', architecture: process.arch }
const syscalls = syscallNames(process.arch) ?? { nameOf: new Map(), numberOf: new Map() }

interface Observed {
  readonly pid: number
  readonly event: Table<'event'>
  readonly burst: Table<'burst'>
  /** What the scheduler topic counted in a part of the burst, and when that was. */
  readonly slice: BpfSlice
  readonly lostCount: number
}

/** Runs a workload for half a second within a burst, beside the scheduler topic. */
async function observe(workload: string): Promise<Observed> {
  const command = compile(workload, scratch.path)
  const startNs = host.monotonicNs()
  const sched = openBpf(host, { ...skeletons, startNs, topics: ['sched'] })
  const bursts = openBursts(host, skeletons)
  expect([...sched.unavailable, bursts.unavailable]).toEqual([undefined])
  try {
    bursts.begin()
    sched.drain()
    const child = spawn(command, ['0.5', scratch.path], { stdio: 'ignore' })
    await new Promise(resolve => child.once('exit', resolve))
    const slice = sched.drain()
    const raw = bursts.end(startNs)
    const decoded = raw && decodeFlight(raw.regions, { startNs, ...raw })
    if (decoded === undefined || child.pid === undefined) throw new Error('There was no burst.')
    const naming = new WaitNaming(host, { syscalls, kernelFunction: () => undefined })
    const futexNumber = syscalls.numberOf.get('futex') ?? Number.NaN
    const event = eventTable(decoded.events, { processRowAt: pid => pid, naming, futexNumber })
    const { fromNs, toNs, lostCount } = decoded
    const burst = tableOf('burst', [{ timeNs: fromNs, durationNs: toNs - fromNs, count: event.length, lostCount }])
    return { pid: child.pid, event, burst, slice, lostCount }
  } finally {
    bursts.close()
    sched.close()
  }
}

/** Waits of threads that ended in the slice, from raw events: how many, and their time. */
function waitsOf({ event, slice }: Observed, tids: ReadonlySet<number>): { readonly count: number; readonly ns: number } {
  const since = new Map<number, number>()
  const sums = { count: 0, ns: 0 }
  for (let row = 0; row < event.length; row++) {
    const tid = event.tid[row]
    const isWait = event.type[row] === EventType.Switch && !(event.flags[row] & (EventFlag.Preempted | EventFlag.Dead))
    if (isWait) since.set(tid, event.timeNs[row])
    const sinceNs = since.get(tid)
    if (event.type[row] !== EventType.Waking || sinceNs === undefined) continue
    since.delete(tid)
    const isIn = event.timeNs[row] <= slice.timeNs && event.timeNs[row] > slice.timeNs - slice.durationNs
    if (!isIn || !tids.has(tid)) continue
    sums.count++
    sums.ns += event.timeNs[row] - sinceNs
  }
  return sums
}

/** Two programs on a tracepoint read the clock one after the other: matters for waits of 2 µs. */
const CLOCK_NS = 500

function expectSameWaits(seen: Observed, tids: ReadonlySet<number>): void {
  const rows = seen.slice.waits.filter(({ tid }) => tids.has(tid))
  const count = rows.reduce((sum, { times }) => sum + times.count, 0)
  const ns = rows.reduce((sum, { times }) => sum + times.ns, 0)
  const raw = waitsOf(seen, tids)
  expect(seen.lostCount).toBe(0)
  expect(raw.count).toBeGreaterThan(20)
  expect(Math.abs(raw.count / count - 1)).toBeLessThan(0.02)
  expect(Math.abs(raw.ns - ns)).toBeLessThan(0.02 * ns + CLOCK_NS * count)
}

function programIds(): readonly number[] {
  const listed = JSON.parse(execFileSync('bpftool', ['prog', 'list', '-j'], { encoding: 'utf8' }))
  return listed.map(({ id }: { readonly id: number }) => id)
}

describe.skipIf(blocker !== undefined)('a burst', () => {
  test('of two processes that hand a byte to and fro has the waits that the scheduler topic counts', async () => {
    const seen = await observe('ping-pong')
    const { event, pid } = seen
    const isChild = (row: number): boolean => event.type[row] === EventType.Fork && event.otherTid[row] === pid
    const tids = new Set([pid, ...Array.from(event.tid).filter((_, row) => isChild(row))])
    expect(tids.size).toBe(2)
    expectSameWaits(seen, tids)
  })

  test('of a mutex has its address, the threads that end waits, and can be played again', async () => {
    const seen = await observe('lock-compute')
    const { event, burst, pid } = seen
    const isOurs = (row: number): boolean => event.process[row] === pid
    const tids = new Set(Array.from(event.tid).filter((_, row) => isOurs(row)))
    expectSameWaits(seen, tids)
    const keys = new Map<bigint, number>()
    for (let row = 0; row < event.length; row++) {
      if (isOurs(row) && event.flags[row] & EventFlag.SameKey) keys.set(event.key[row], (keys.get(event.key[row]) ?? 0) + 1)
    }
    const [[key]] = [...keys].sort(([, a], [, b]) => b - a)
    const replay = openReplay(event, burst, { mayCount: process => process === pid })
    expect(replay.withCause({ kind: 'lock', key: Number(key) }, 0)).toMatchObject({ lengthNs: replay.lengthNs, paceRatio: 1 })
    expect(replay.lengthNs).toBeLessThanOrEqual(burst.durationNs[0])
    // a burst also has what came before the program and after it, and whoever else wanted the CPUs
    const half = replay.withCause({ kind: 'running', shareOf: ({ process }) => Number(process === pid) }, 0.5)
    expect(half.lengthNs / replay.lengthNs).toBeLessThan(0.95)
  })

  test('leaves nothing attached, and nothing loaded once it is closed', async () => {
    const before = programIds()
    const bursts = openBursts(host, skeletons)
    for (const _ of [1, 2]) {
      bursts.begin()
      expect(bursts.isOpen).toBe(true)
      expect(bursts.end(host.monotonicNs())).toBeDefined()
      expect(bursts.end(host.monotonicNs())).toBeUndefined()
    }
    const own = programIds().filter(id => !before.includes(id))
    const links = JSON.parse(execFileSync('bpftool', ['link', 'list', '-j'], { encoding: 'utf8' }))
    expect(links.filter(({ prog_id: id }: { readonly prog_id: number }) => own.includes(id))).toEqual([])
    bursts.close()
    // the kernel frees them when the last CPU is done with them
    await expect.poll(() => programIds().filter(id => own.includes(id)), { timeout: 10_000 }).toEqual([])
    expect(bursts.unavailable).toBe(undefined)
  })
})
