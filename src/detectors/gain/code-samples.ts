import { CodeKind, type RecordedTables, type Table } from '../../schema.ts'
import { blameNodes } from '../blame.ts'
import { buildCallTree, type CallTree, isKernel, leafOf, type StackTables } from '../call-tree.ts'
import { ANY_CALL, findKernelEntries, INTERRUPT } from '../kernel-entry.ts'
import type { CodeSamples } from '../replay/running-cause.ts'
import type { CauseCode } from './causes.ts'

/** Samples of a recording whose stacks have names. */
export interface NamedSamples {
  /** Those of some processes, and which of them are in the code. */
  of(code: CauseCode, isMember: (process: number) => boolean): CodeSamples
}

/** Undefined where nothing was sampled, or nothing has a name. */
export function nameSamples(tables: RecordedTables): NamedSamples | undefined {
  const { sample, callchainStack, stack, frame, symbol } = tables
  if (sample === undefined || callchainStack === undefined || stack === undefined || frame === undefined || symbol === undefined) {
    return undefined
  }
  const named = { sample, callchainStack, stack, frame, symbol }
  const order = inTimeOrder(sample)
  return {
    of: (code, isMember) =>
      pick(
        named,
        order.filter(row => isMember(sample.process[row])),
        code,
      ),
  }
}

/** Every CPU's samples come in order, one CPU's after another's. */
function inTimeOrder({ timeNs, length }: Table<'sample'>): Int32Array {
  return Int32Array.from({ length }, (_, row) => row).sort((a, b) => timeNs[a] - timeNs[b] || a - b)
}

function pick(tables: StackTables, rows: Int32Array, code: CauseCode): CodeSamples {
  const { timeNs, tid } = tables.sample
  const tree = buildCallTree(tables)
  const isIn = nodesInCode(tables, code)
  return {
    length: rows.length,
    timeNs: Float64Array.from(rows, row => timeNs[row]),
    tid: Int32Array.from(rows, row => tid[row]),
    isCause: Uint8Array.from(rows, row => isIn[leafOf(tables, tree, row)] ?? 0),
  }
}

/** By node whether samples whose leaf it is are in the code: as the detectors tell it. */
export function nodesInCode(tables: Pick<StackTables, 'stack' | 'frame' | 'symbol'>, code: CauseCode): Uint8Array {
  const tree = buildCallTree(tables)
  if (code.kind === 'function') {
    return Uint8Array.from(blameNodes(tree), node => Number(tree.functions[tree.functionOf[node]].name === code.name))
  }
  const { entryOf, names } = findKernelEntries(tree)
  const calls = functionsThatCall(tree, code)
  return Uint8Array.from(entryOf, (entry, node) => {
    if (!isKernel(tree, node)) return Number(calls.has(tree.functionOf[node]))
    if (code.kind === 'interrupt' || entry === INTERRUPT) return Number(code.kind === 'interrupt' && entry === INTERRUPT)
    return Number(code.entries === undefined || (entry === ANY_CALL && code.isSure !== true) || code.entries.includes(names[entry]))
  })
}

/** What the C library does around a call of the kernel is part of it: the function is called as the call is. */
function functionsThatCall({ functions }: CallTree, code: CauseCode): ReadonlySet<number> {
  const found = new Set<number>()
  if (code.kind !== 'kernel' || code.entries === undefined) return found
  const names = new Set(['syscall', ...code.entries.map(entry => entry.replace(/\(\)$/, ''))])
  for (const [index, { name, kind }] of functions.entries()) {
    if (kind !== CodeKind.Kernel && names.has(name.replace(/^_+(libc_)?/, '').replace(/@plt$/, ''))) found.add(index)
  }
  return found
}
