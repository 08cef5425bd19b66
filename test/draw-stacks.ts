/** Draws recordings with stacks for tests of what reads samples. */

import { NONE, Ownership, ProcessRole, type RecordedTables, StackEnd } from '../src/schema.ts'
import { TableBuilder } from '../src/table-builder.ts'

/** One line of a drawing: "comm: root > caller > leaf" and how many samples, on which CPU, from when. */
export interface DrawnStack {
  readonly stack: string
  readonly samples: number
  readonly cpu?: number
  readonly role?: number
  readonly atNs?: number
}

/** Frames of code without debug information. */
const NO_SOURCE = { file: undefined, line: NONE, inlinedInto: NONE } as const

/** Tables of a recording in which every sample stands for 10 ms. Names in [] are kernel code. */
export function drawStacks(drawn: readonly DrawnStack[]): RecordedTables {
  const process = new TableBuilder('process')
  const sample = new TableBuilder('sample')
  const callchain = new TableBuilder('callchain')
  const callchainStack = new TableBuilder('callchainStack')
  const stack = new TableBuilder('stack')
  const frame = new TableBuilder('frame')
  const symbol = new TableBuilder('symbol')
  const processes = new Map<string, number>()
  for (const { stack: line, samples, cpu = 0, role = ProcessRole.Target, atNs = 0 } of drawn) {
    const [comm, path] = line.split(': ')
    const owner =
      processes.get(comm) ??
      process.add({
        pid: 100 + processes.size,
        nsPid: NONE,
        parentPid: 1,
        startNs: 0,
        endNs: Number.NaN,
        comm,
        commandLine: comm,
        executable: undefined,
        cgroup: undefined,
        role,
      })
    processes.set(comm, owner)
    let prefix = NONE
    for (const name of path === undefined ? [] : path.split(' > ')) {
      const isKernel = name.startsWith('[')
      const row = symbol.add({
        name,
        module: isKernel ? '[kernel]' : comm,
        path: undefined,
        ownership: isKernel ? Ownership.Kernel : Ownership.Own,
      })
      const frameRow = frame.add({ symbol: row, mapping: NONE, relativeAddress: Number.NaN, kind: isKernel ? 0 : 1, ...NO_SOURCE })
      prefix = stack.add({ prefix, frame: frameRow })
    }
    const chain =
      path === undefined
        ? NONE
        : callchain.add({ prefix: NONE, process: owner, kind: path.split(' > ').at(-1)?.startsWith('[') ? 0 : 1, address: 1n, timeNs: 0 })
    if (chain !== NONE) callchainStack.add({ stack: prefix })
    for (let index = 0; index < samples; index++)
      sample.add({
        timeNs: atNs + index * 10e6,
        cpu,
        process: owner,
        tid: 100,
        callchain: chain,
        weightNs: 10e6,
        stackEnd: StackEnd.Unchecked,
      })
  }
  return {
    process: process.build(),
    sample: sample.build(),
    callchain: callchain.build(),
    callchainStack: callchainStack.build(),
    stack: stack.build(),
    frame: frame.build(),
    symbol: symbol.build(),
  }
}
