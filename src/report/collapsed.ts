import { NONE, ProcessRole, type RecordedTables, textAt } from '../schema.ts'

/** Deeper stacks are cut at their root, so that a damaged table cannot make a line of gigabytes. */
const maxDepth = 1024

/**
 * Folded stacks as stackcollapse-perf.pl writes them: process;root;…;leaf count, one stack a line, sorted. Counts are
 * samples. With a target only its samples, unless all are asked for.
 */
export function formatCollapsed(tables: RecordedTables, options: { readonly all: boolean }): string {
  const { sample, process, callchainStack } = tables
  if (sample === undefined) return ''
  const onlyTarget = !options.all && process?.role.includes(ProcessRole.Target) === true
  const nameOf = stackNames(tables)
  const counts = new Map<string, number>()
  for (let row = 0; row < sample.length; row++) {
    const processRow = validRow(sample.process[row], process?.length)
    if (onlyTarget && (processRow === NONE || process?.role[processRow] !== ProcessRole.Target)) continue
    const callchain = validRow(sample.callchain[row], callchainStack?.length)
    const stack = callchain === NONE || callchainStack === undefined ? NONE : callchainStack.stack[callchain]
    const comm = process === undefined || processRow === NONE ? undefined : textAt(process.comm, processRow)
    const line = [clean(comm ?? '[unknown]').replaceAll(' ', '_'), nameOf(stack)].filter(part => part !== '').join(';')
    counts.set(line, (counts.get(line) ?? 0) + 1)
  }
  const lines = [...counts].map(([line, count]) => `${line} ${count}\n`)
  return lines.sort((a, b) => (a < b ? -1 : a > b ? 1 : 0)).join('')
}

function validRow(row: number, length: number | undefined): number {
  return length !== undefined && row >= 0 && row < length ? row : NONE
}

/** Names of a stack joined, root first; each stack is written once. */
function stackNames({ stack, frame, symbol }: RecordedTables): (leaf: number) => string {
  const known = new Map<number, string>()
  const symbolName = (row: number): string => {
    const frameRow = validRow(stack === undefined ? NONE : stack.frame[row], frame?.length)
    const symbolRow = frame === undefined || frameRow === NONE ? NONE : validRow(frame.symbol[frameRow], symbol?.length)
    return clean((symbol === undefined || symbolRow === NONE ? undefined : textAt(symbol.name, symbolRow)) ?? '[unknown]')
  }
  return leaf => {
    const found = known.get(leaf)
    if (found !== undefined) return found
    const names: string[] = []
    let row = validRow(leaf, stack?.length)
    while (stack !== undefined && row !== NONE && names.length < maxDepth) {
      names.push(symbolName(row))
      const prefix = stack.prefix[row]
      row = prefix < row ? validRow(prefix, stack.length) : NONE
    }
    const joined = names.reverse().join(';')
    known.set(leaf, joined)
    return joined
  }
}

/** ; separates frames and a line break stacks, so neither may stand in a name. */
function clean(name: string): string {
  return name.replaceAll(';', ':').replace(/\p{Cc}+/gu, ' ')
}
