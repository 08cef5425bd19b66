/**
 * A recording of any length with 1,000 threads and 5,000 stacks, for bench/analysis-time.mjs. The same each time. Each thread has
 * as many rows a second as those of redis under load and of a program around a lock, or more: 0.8 waits, 1.2 states, 3.6 buckets.
 */

import { seededRandom } from '../src/detectors/statistics/random.ts'
import { createRecording } from '../src/recording.ts'
import {
  CodeKind,
  EventFlag,
  EventType,
  NONE,
  Ownership,
  ProcessRole,
  type Row,
  StackEnd,
  schemaVersion,
  type TableName,
  ThreadState,
} from '../src/schema.ts'
import { TableBuilder } from '../src/table-builder.ts'

const [PROCESSES, THREADS, STACKS, FUNCTIONS, DEPTH, CPUS] = [20, 1000, 5000, 2000, 20, 8]
const SAMPLE_HZ = 99
const BURST_EVENTS = 50_000

const random = seededRandom(1)
const below = (limit: number) => Math.floor(random() * limit)

/** Writes it into a folder; the number of its rows. */
export function writeLargeRecording(directory: string, seconds: number): number {
  const writer = createRecording(directory, manifestOf(seconds))
  const builders = new Map<TableName, TableBuilder<TableName>>()
  const add = <Name extends TableName>(name: Name, row: Row<Name>): number => {
    const builder = builders.get(name) ?? new TableBuilder(name as TableName)
    builders.set(name, builder)
    return builder.add(row as unknown as Row<TableName>)
  }
  addProcesses(add)
  const leaves = addStacks(add)
  addSeries(add, seconds)
  for (let second = 0; second < seconds; second++) addSecond(add, second, leaves)
  addBursts(add, seconds)
  let rows = 0
  for (const [name, builder] of builders) {
    rows += builder.length
    writer.writeTable(name, builder.build())
  }
  writer.close({
    durationNs: seconds * 1e9,
    complete: true,
    target: { kind: 'machine' },
    unavailable: [],
    cost,
    commandExitStatus: undefined,
  })
  return rows
}

type Add = <Name extends TableName>(name: Name, row: Row<Name>) => number

const cost = { cpuRatio: 0, cpuNs: 0, rssBytes: 0 }

function manifestOf(seconds: number): Parameters<typeof createRecording>[1] {
  return {
    schemaVersion,
    autotuneVersion: 'bench',
    createdAt: '2025-01-01T00:00:00.000Z',
    bootId: undefined,
    startNs: 0n,
    durationNs: seconds * 1e9,
    complete: false,
    target: { kind: 'machine' },
    host: {
      hostname: 'bench',
      kernelRelease: '6.18.0',
      architecture: 'x64',
      cpuModel: 'bench',
      cpuCount: CPUS,
      memoryBytes: 2 ** 34,
      virtualization: undefined,
      uid: 0,
      perfEventParanoid: 2,
      kptrRestrict: 0,
    },
    sampling: { event: 'cpu-clock', frequencyHz: SAMPLE_HZ, scope: 'machine', kernel: true },
    unavailable: [],
    commandExitStatus: undefined,
    cost,
  }
}

const tidOf = (thread: number) => 1000 + thread
const processOf = (thread: number) => thread % PROCESSES

function addProcesses(add: Add): void {
  for (let process = 0; process < PROCESSES; process++) {
    const comm = `server${process % 5}`
    const common = { parentPid: 1, startNs: 0, endNs: Number.NaN, commandLine: comm, executable: `/usr/bin/${comm}`, cgroup: '/' }
    add('process', { pid: tidOf(process), nsPid: NONE, comm, role: ProcessRole.Other, ...common })
  }
  for (let thread = 0; thread < THREADS; thread++) {
    const comm = thread < PROCESSES ? `server${thread % 5}` : `worker-${thread % 7}`
    add('thread', { tid: tidOf(thread), process: processOf(thread), startNs: 0, endNs: Number.NaN, comm })
  }
}

/** Rows of callchain at which stacks end. */
function addStacks(add: Add): number[] {
  for (let index = 0; index < FUNCTIONS; index++) {
    const isKernel = index % 5 === 0
    const [module, ownership] = isKernel ? ['[kernel]', Ownership.Kernel] : ['server', Ownership.Own]
    add('symbol', { name: index === 0 ? 'main' : `function_${index}`, module, path: undefined, ownership })
    const kind = isKernel ? CodeKind.Kernel : CodeKind.User
    const where = { mapping: NONE, relativeAddress: Number.NaN, file: undefined, line: NONE, inlinedInto: NONE }
    add('frame', { symbol: index, kind, ...where })
  }
  const user = () => 1 + 5 * below(FUNCTIONS / 5 - 1) + below(4)
  // as programs have them, stacks part late: each new one leaves another a few frames before its leaf
  const paths: number[][] = [[add('stack', { prefix: NONE, frame: 1 })]]
  add('callchain', { prefix: NONE, process: NONE, kind: CodeKind.User, address: 0n, timeNs: 0 })
  add('callchainStack', { stack: 0 })
  while (paths.length < STACKS) {
    const other = paths[below(paths.length)]
    const path = other.slice(0, Math.max(1, other.length - below(8)))
    while (path.length < DEPTH) {
      const isKernel = path.length >= DEPTH - 4
      const frame = isKernel ? 5 * below(FUNCTIONS / 5) : user()
      const prefix = path[path.length - 1]
      const row = add('stack', { prefix, frame })
      add('callchain', { prefix, process: NONE, kind: isKernel ? CodeKind.Kernel : CodeKind.User, address: BigInt(row), timeNs: 0 })
      add('callchainStack', { stack: row })
      path.push(row)
    }
    paths.push(path)
  }
  return paths.map(path => path[path.length - 1])
}

const levels = [
  'cpu.userRatio',
  'cpu.systemRatio',
  'cpu.idleRatio',
  'cpu.stealRatio',
  'psi.cpu.someRatio',
  'psi.io.someRatio',
  'memory.anonymousBytes',
]

function addSeries(add: Add, seconds: number): void {
  for (const name of levels) {
    const isCpu = name.startsWith('cpu.')
    for (const subject of ['', ...(isCpu ? Array.from({ length: CPUS }, (_, cpu) => `cpu${cpu}`) : [])]) {
      const series = add('series', { name, subject })
      const perSecond = isCpu || name.startsWith('psi.') ? 10 : 1
      for (let reading = 1; reading <= seconds * perSecond; reading++) {
        const durationNs = 1e9 / perSecond
        add('metric', { timeNs: reading * durationNs, durationNs, series, value: 0.1 + 0.2 * random() })
      }
    }
  }
}

const reasons = ['poll', 'socketReceive', 'blockIo', 'fsync']
const states = [ThreadState.Running, ThreadState.Runnable, ThreadState.Blocked]

function addSecond(add: Add, second: number, leaves: readonly number[]): void {
  const timeNs = second * 1e9
  const leaf = () => leaves[Math.floor(random() ** 2 * leaves.length)]
  for (let tick = 0; tick < SAMPLE_HZ * CPUS; tick++) {
    const thread = below(THREADS)
    const at = { timeNs: timeNs + (tick * 1e9) / SAMPLE_HZ / CPUS, cpu: tick % CPUS, process: processOf(thread), tid: tidOf(thread) }
    add('sample', { ...at, callchain: leaf(), weightNs: 1e9 / SAMPLE_HZ, stackEnd: StackEnd.Complete })
  }
  for (let thread = 0; thread < THREADS; thread++) {
    const who = { timeNs, durationNs: 1e9, process: processOf(thread), tid: tidOf(thread) }
    for (const [index, state] of states.entries()) add('threadTime', { ...who, state, ns: [6e6, 3e6, 991e6][index] })
    addWait(add, { ...who, reason: (thread + second) % 2 === 0 ? 'futex' : reasons[(thread + second) % reasons.length] }, leaf)
    const queued = { reason: 'woken', occupantTid: tidOf((thread + 1) % THREADS), allowedCpuCount: CPUS }
    add('runQueue', { ...who, ...queued, count: 20, ns: 1e6, maxNs: 2e5 })
    const name = ['read', 'write', 'futex'][(thread + second) % 3]
    if (thread % 3 === 0) add('syscall', { ...who, name, count: 100, ns: 1e6, maxNs: 1e5, errorCount: 0, resultSum: 1e5 })
  }
}

type Waiting = Pick<Row<'wait'>, 'timeNs' | 'durationNs' | 'process' | 'tid'> & { readonly reason: string }

function addWait(add: Add, who: Waiting, leaf: () => number): void {
  const isFutex = who.reason === 'futex'
  const byThread = isFutex || random() < 0.3
  const waker = Math.floor(below(THREADS) / PROCESSES) * PROCESSES + who.process
  const ns = 1e6 + 150e6 * random()
  const row = add('wait', {
    ...who,
    syscall: isFutex ? 'futex' : 'read',
    argument: isFutex ? 4096 + 64 * (who.process * 4 + below(4)) : 3,
    file: undefined,
    kernelCallchain: NONE,
    userCallchain: leaf(),
    wakerKind: byThread ? 'thread' : 'interrupt',
    wakerProcess: byThread ? processOf(waker) : NONE,
    wakerTid: byThread ? tidOf(waker) : NONE,
    wakerCallchain: byThread ? leaf() : NONE,
    count: 20,
    ns,
    maxNs: ns / 4,
    open: 0,
  })
  for (const doubling of [12, 14, 17]) add('latencyBucket', { table: 'wait', row, endNs: 512 * 2 ** doubling, count: 7 })
}

/** Three bursts of a second in which threads take turns on the CPUs. */
function addBursts(add: Add, seconds: number): void {
  const plain = { flags: 0, key: 0n, what: undefined }
  for (const part of [0.2, 0.5, 0.8]) {
    const startNs = Math.floor(part * seconds) * 1e9
    add('burst', { timeNs: startNs, durationNs: 1e9, count: BURST_EVENTS, lostCount: 0 })
    const running = Array.from({ length: CPUS }, (_, cpu) => cpu)
    for (let event = 0; event < BURST_EVENTS / 2; event++) {
      const cpu = event % CPUS
      const [gone, next] = [running[cpu], CPUS + ((event * 7) % (THREADS - CPUS))]
      if (running.includes(next)) continue
      const timeNs = startNs + event * (2e9 / BURST_EVENTS)
      const at = { ...plain, cpu, process: processOf(gone) }
      const waking = { tid: tidOf(next), otherTid: tidOf(gone), flags: EventFlag.SameKey, key: 64n, what: 'futex' }
      add('event', { ...at, timeNs, type: EventType.Waking, ...waking })
      const leaving = { tid: tidOf(gone), otherTid: tidOf(next), key: 64n, what: 'futex' }
      add('event', { ...at, timeNs: timeNs + 1000, type: EventType.Switch, ...leaving })
      running[cpu] = next
    }
  }
}
