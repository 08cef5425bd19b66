/** What bench/symbolize.mjs measures: a perf.data with stack dumps → tables of stacks with names, files, lines and inlined calls. */

import { CallchainInterner } from '../src/collectors/callchain-interner.ts'
import { linuxFiles } from '../src/linux-files.ts'
import { CodeKind, NONE, ProcessRole, type StackEnd, textAt } from '../src/schema.ts'
import { workBudget } from '../src/symbolize/dwarf/work-budget.ts'
import type { LineAnswer, LineSource } from '../src/symbolize/line-requests.ts'
import { MappedFiles } from '../src/symbolize/mapped-files.ts'
import { resolveFileLines } from '../src/symbolize/source-lines.ts'
import { symbolize } from '../src/symbolize/symbolize.ts'
import type { SpaceMapping } from '../src/symbolize/unwind/address-space.ts'
import { x64 } from '../src/symbolize/unwind/architecture.ts'
import { UserStacks } from '../src/symbolize/unwind/user-stacks.ts'
import { TableBuilder } from '../src/table-builder.ts'
import { type PerfDataEvent, readPerfData } from '../test/perf-data.ts'
import { onDisk } from '../test/unwind-beside-perf.ts'

const [path] = process.argv.slice(2)
const host = linuxFiles()
const files = new MappedFiles(host, { maxOpen: 256 })
const tables = collect(readPerfData(path))
const named = symbolize(host, tables, { files, lines: linesNow() })
files.close()
const { stack, frame, symbol, callchainStack } = named.tables
process.stdout.write(
  JSON.stringify({
    samples: tables.sample.length,
    stacks: stack.length,
    lines: frame.line.filter(line => line !== NONE).length,
    inlined: frame.inlinedInto.filter(row => row !== NONE).length,
    leaf: textAt(symbol.name, frame.symbol[stack.frame[callchainStack.stack[tables.sample.callchain[0]]]]),
    ends: countEnds(tables.sample.stackEnd),
  }),
)

/** What the recorder does while it records: unwinds each dump, stores addresses alone. */
function collect(events: readonly PerfDataEvent[]) {
  const userStacks = new UserStacks(host, { files, architecture: x64, mode: 'dwarf', readMappings: () => undefined })
  const interner = new CallchainInterner()
  const processes = new TableBuilder('process')
  const mappings = new TableBuilder('mapping')
  const samples = new TableBuilder('sample')
  const rowOf = new Map<number, number>()
  const mappingsOf = new Map<number, SpaceMapping[]>()
  const frames = new Float64Array(1024)
  const addProcess = (pid: number): number => {
    const facts = { comm: undefined, commandLine: undefined, executable: undefined, cgroup: undefined }
    const row = processes.add({ pid, nsPid: pid, parentPid: NONE, startNs: 0, endNs: Number.NaN, role: ProcessRole.Other, ...facts })
    rowOf.set(pid, row)
    mappingsOf.set(pid, [])
    return row
  }
  const addMapping = (pid: number, mapping: SpaceMapping): void => {
    const found = onDisk(mapping)
    const row = rowOf.get(pid) ?? addProcess(pid)
    mappingsOf.get(pid)?.push(found)
    files.note({ ...found, pid })
    userStacks.noteMapping(row, pid, found)
    mappings.add({ ...found, process: row, timeNs: 0, buildId: undefined })
  }
  for (const event of events) {
    if (event.type === 'exec') addProcess(event.pid)
    else if (event.type === 'fork' && event.pid !== event.parentPid) {
      const inherited = mappingsOf.get(event.parentPid) ?? []
      addProcess(event.pid)
      for (const mapping of inherited) addMapping(event.pid, mapping)
    } else if (event.type === 'mapping') addMapping(event.pid, event.mapping)
    else if (event.type === 'sample' && event.registers !== undefined) {
      const row = rowOf.get(event.pid) ?? addProcess(event.pid)
      const sampled = { ...event, registers: event.registers, process: row, framePointers: event.userChain, framePointerCount: 0 }
      const { count, end } = userStacks.resolve(sampled, frames)
      const addresses = BigUint64Array.from(frames.subarray(0, count), address => BigInt.asUintN(64, BigInt(address)))
      const callchain = interner.internAddresses(addresses, CodeKind.User, { process: row, timeNs: 1 })
      samples.add({ timeNs: 1, cpu: 0, process: row, tid: event.tid, callchain, weightNs: 1, stackEnd: end })
    }
  }
  userStacks.close()
  return { process: processes.build(), mapping: mappings.build(), sample: samples.build(), callchain: interner.takeNewRows() }
}

/** The same reader as in the product, which runs it in a thread of its own and stops it after a while. */
function linesNow(): LineSource {
  const answers: LineAnswer[] = []
  return {
    ask(request) {
      const frames = new Map()
      const reasons = resolveFileLines(host, request, {
        budget: workBudget(() => false),
        onFrames: (index, found) => void frames.set(index, found),
      })
      answers.push({ frames, reasons })
    },
    finish: () => answers,
  }
}

function countEnds(ends: Uint8Array): Partial<Record<(typeof StackEnd)[keyof typeof StackEnd], number>> {
  const counts: Record<number, number> = {}
  for (const end of ends) counts[end] = (counts[end] ?? 0) + 1
  return counts
}
