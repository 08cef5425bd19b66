/**
 * Recordings drawn as text, for tests of whatever reads tables.
 *
 *   draw({
 *     processes: { app: { pid: 42 }, other: { role: ProcessRole.Other } },
 *     stacks: `
 *       app: main;parse;hot 60
 *       app: main;copy;memcpy@libc 30
 *       app: main;read@libc;do_syscall_64@kernel;__x64_sys_read@kernel 10
 *     `,
 *     ledger: `
 *       app/42: ##~~#
 *       app/43: ....#
 *     `,
 *     waits: `app/43: futex@a0 by app/42 90 90*3`,
 *     series: { 'cpu.idleRatio': [0.5, 0.4], 'disk.busyRatio vda': [1, 1] },
 *   })
 */

import {
  type AnalysisContext,
  CodeKind,
  NONE,
  Ownership,
  ProcessRole,
  type RecordedTables,
  StackEnd,
  type Target,
  ThreadState,
} from '../src/schema.ts'
import { TableBuilder } from '../src/table-builder.ts'
import { drawKernelTables } from './wait-drawing.ts'

/** A process of a drawing; role is Target and pid the next free one unless told. */
export interface DrawnProcess {
  readonly pid?: number
  readonly nsPid?: number
  readonly role?: number
  readonly cgroup?: string
  /** Its comm when it is not the key it is drawn under. */
  readonly comm?: string
}

/** What to draw. Tables of parts that are left out are absent. */
export interface Drawing {
  readonly processes?: Readonly<Record<string, DrawnProcess>>
  /** One line per stack, root first: "process: frame;frame@module count". A sample stands for 10 ms on cpu0, one every 10 ms. */
  readonly stacks?: string
  /**
   * One line per thread, a character per 100 ms: # running, ~ runnable, % half of each, - running 5 %, ! preempted,
   * x throttled, z blocked, 1 to 9 tenths running and the rest blocked, . nothing known.
   */
  readonly ledger?: string
  /** See test/wait-drawing.ts. */
  readonly waits?: string
  readonly queues?: string
  readonly locks?: string
  readonly syscalls?: string
  /** "name" or "name subject" → one reading a second, from the first second on. NaN is a reading that is missing. */
  readonly series?: Readonly<Record<string, readonly number[]>>
  /** Names to use for words of the drawing, where a name holds spaces or semicolons. */
  readonly names?: Readonly<Record<string, string>>
}

const SAMPLE_NS = 10e6
const SLICE_NS = 100e6

/** Modules with a meaning of their own; everything else is a file of the program's author. */
const ownershipOf: Readonly<Record<string, number>> = {
  kernel: Ownership.Kernel,
  libc: Ownership.System,
  node: Ownership.Runtime,
  dependency: Ownership.Dependency,
  unknown: Ownership.Unknown,
}

/** The tables of a drawing. */
export function draw(drawing: Drawing): RecordedTables {
  const processes = new Processes(drawing.processes ?? {})
  const stacks = drawStacks(drawing, processes)
  const ledger = drawing.ledger === undefined ? {} : drawLedger(drawing.ledger, processes)
  const series = drawing.series === undefined ? {} : drawSeries(drawing.series)
  const kernel = drawKernelTables(drawing, { processes, stackOf: stacks.stackOf })
  return { process: processes.table.build(), thread: processes.threads.build(), ...stacks.tables, ...ledger, ...kernel, ...series }
}

/** The context of a drawing: this machine for a second on two CPUs, unless told. */
export function contextOf({
  target = { kind: 'machine' },
  durationNs = 1e9,
  cpuCount = 2,
  scope = 'machine',
  kernel = true,
}: {
  readonly target?: Target
  readonly durationNs?: number
  readonly cpuCount?: number
  readonly scope?: 'machine' | 'target'
  readonly kernel?: boolean
} = {}): AnalysisContext {
  return {
    target,
    durationNs,
    sampling: { event: 'cpu-clock', frequencyHz: 100, scope, kernel },
    host: {
      hostname: 'drawn',
      kernelRelease: '6.18.0',
      architecture: 'x64',
      cpuModel: 'Drawn CPU',
      cpuCount,
      memoryBytes: 8 * 1024 ** 3,
      virtualization: 'kvm',
      uid: 0,
      perfEventParanoid: 2,
      kptrRestrict: 0,
    },
  }
}

class Processes {
  readonly table = new TableBuilder('process')
  readonly threads = new TableBuilder('thread')
  readonly #rows = new Map<string, number>()
  readonly #threadKeys = new Set<string>()

  constructor(drawn: Readonly<Record<string, DrawnProcess>>) {
    for (const [name, process] of Object.entries(drawn)) this.#add(name, process)
  }

  /** Row of a process; "?" is one that nobody knows. */
  row(name: string): number {
    return name === '?' ? NONE : (this.#rows.get(name) ?? this.#add(name, {}))
  }

  pid(row: number): number {
    return row === NONE ? 999 : this.table.rowAt(row).pid
  }

  addThread(process: number, tid: number): void {
    if (this.#threadKeys.has(`${process}/${tid}`)) return
    this.#threadKeys.add(`${process}/${tid}`)
    this.threads.add({ tid, process, startNs: 0, endNs: Number.NaN, comm: `thread${tid}` })
  }

  #add(
    name: string,
    { pid = 100 + this.table.length, nsPid = NONE, role = ProcessRole.Target, cgroup, comm = name }: DrawnProcess,
  ): number {
    const row = this.table.add({
      pid,
      nsPid,
      parentPid: 1,
      startNs: 0,
      endNs: Number.NaN,
      comm,
      commandLine: undefined,
      executable: undefined,
      cgroup,
      role,
    })
    this.#rows.set(name, row)
    return row
  }
}

function drawStacks({ stacks: text, names = {} }: Drawing, processes: Processes) {
  if (text === undefined) return { tables: {}, stackOf: () => NONE }
  const sample = new TableBuilder('sample')
  const stacks = new Stacks(names)
  for (const line of lines(text)) {
    const match = /^(\S+): (.*) (\d+)$/.exec(line)
    if (match === null) throw new Error(`Not a line of stacks: ${line}`)
    const [, name, frames, count] = match
    const process = processes.row(name)
    const callchain = frames === '-' ? NONE : stacks.add(frames.split(';'))
    for (let drawn = 0; drawn < Number(count); drawn++) {
      const timeNs = sample.length * SAMPLE_NS
      sample.add({ timeNs, cpu: 0, process, tid: processes.pid(process), callchain, weightNs: SAMPLE_NS, stackEnd: StackEnd.Unchecked })
    }
  }
  return { tables: { sample: sample.build(), ...stacks.build() }, stackOf: (path: string) => stacks.find(path) }
}

/** Callchains and stacks are drawn row by row alike, so a callchain's row is its stack's. */
class Stacks {
  readonly #names: Readonly<Record<string, string>>
  readonly #callchain = new TableBuilder('callchain')
  readonly #symbol = new TableBuilder('symbol')
  readonly #frame = new TableBuilder('frame')
  readonly #stack = new TableBuilder('stack')
  readonly #symbolOf = new Map<string, number>()
  readonly #stackOf = new Map<string, number>()

  constructor(names: Readonly<Record<string, string>>) {
    this.#names = names
  }

  /** Row of a stack that was drawn. */
  find(path: string): number {
    const leaf = path.split(';').reduce((prefix: number, word) => this.#stackOf.get(`${prefix};${word}`) ?? Number.NaN, NONE)
    if (Number.isNaN(leaf)) throw new Error(`Not among the stacks: ${path}`)
    return leaf
  }

  /** Row of a stack, root first. */
  add(words: readonly string[]): number {
    let row: number = NONE
    for (const word of words) row = this.#addFrame(row, word)
    return row
  }

  build(): RecordedTables {
    const { length } = this.#stack
    return {
      callchain: this.#callchain.build(),
      callchainStack: { length, stack: Int32Array.from({ length }, (_, row) => row) },
      symbol: this.#symbol.build(),
      frame: this.#frame.build(),
      stack: this.#stack.build(),
    }
  }

  #addFrame(prefix: number, word: string): number {
    const key = `${prefix};${word}`
    const known = this.#stackOf.get(key)
    if (known !== undefined) return known
    const kind = word.endsWith('@kernel') ? CodeKind.Kernel : CodeKind.User
    const symbol = this.#symbolOf.get(word) ?? this.#addSymbol(word)
    const frame = this.#frame.add({
      symbol,
      mapping: NONE,
      relativeAddress: Number.NaN,
      kind,
      file: undefined,
      line: NONE,
      inlinedInto: NONE,
    })
    this.#callchain.add({ prefix, process: NONE, kind, address: BigInt(this.#stack.length), timeNs: 0 })
    const row = this.#stack.add({ prefix, frame })
    this.#stackOf.set(key, row)
    return row
  }

  #addSymbol(word: string): number {
    const [name, module = 'app'] = word.split('@')
    const row = this.#symbol.add({
      name: this.#names[name] ?? name,
      module: module === 'kernel' ? '[kernel]' : module,
      path: undefined,
      ownership: ownershipOf[module] ?? Ownership.Own,
    })
    this.#symbolOf.set(word, row)
    return row
  }
}

function drawLedger(text: string, processes: Processes): RecordedTables {
  const threadTime = new TableBuilder('threadTime')
  for (const line of lines(text)) {
    const match = /^(\S+)\/(\d+): ([#~%.!xz1-9-]+)$/.exec(line)
    if (match === null) throw new Error(`Not a line of a ledger: ${line}`)
    const process = processes.row(match[1])
    const tid = Number(match[2])
    processes.addThread(process, tid)
    ;[...match[3]].forEach((mark, slice) => {
      const add = (state: number, ns: number) => {
        if (ns > 0) threadTime.add({ timeNs: slice * SLICE_NS, durationNs: SLICE_NS, process, tid, state, ns })
      }
      const tenths = mark >= '1' && mark <= '9' ? Number(mark) / 10 : undefined
      add(ThreadState.Running, SLICE_NS * (tenths ?? { '#': 1, '%': 0.5, '-': 0.05 }[mark] ?? 0))
      add(ThreadState.Runnable, SLICE_NS * ({ '~': 1, '%': 0.5 }[mark] ?? 0))
      add(ThreadState.Preempted, mark === '!' ? SLICE_NS : 0)
      add(ThreadState.Throttled, mark === 'x' ? SLICE_NS : 0)
      add(ThreadState.Blocked, mark === 'z' ? SLICE_NS : tenths === undefined ? 0 : SLICE_NS - SLICE_NS * tenths)
    })
  }
  return { threadTime: threadTime.build() }
}

function drawSeries(drawn: Readonly<Record<string, readonly number[]>>): RecordedTables {
  const series = new TableBuilder('series')
  const metric = new TableBuilder('metric')
  for (const [key, values] of Object.entries(drawn)) {
    const [name, ...subject] = key.split(' ')
    const row = series.add({ name, subject: subject.join(' ') })
    values.forEach((value, second) => {
      if (!Number.isNaN(value)) metric.add({ timeNs: (second + 1) * 1e9, durationNs: 1e9, series: row, value })
    })
  }
  return { series: series.build(), metric: metric.build() }
}

function lines(text: string): string[] {
  return text
    .split('\n')
    .map(line => line.trim())
    .filter(line => line !== '')
}
