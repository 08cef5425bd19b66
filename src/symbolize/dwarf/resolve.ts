/** Addresses of one file → files, lines and inlined calls. */

import { FormatError } from '../../errors.ts'
import { type FoundCalls, findCalls } from './calls.ts'
import { type DebugFileOpener, openSplit } from './dwarf-file.ts'
import { entryNames } from './entry-name.ts'
import { type FoundLines, findLines } from './line-program.ts'
import { type DwarfFile, readUnitHeader, rootOf, type UnitRoot } from './unit.ts'
import { groupByUnit, type UnitAddresses } from './unit-index.ts'
import { BudgetSpent, type WorkBudget } from './work-budget.ts'

/** A function at an address: the innermost has the line of the address, its callers that of the call. */
export interface SourceFrame {
  /** Mangled where the language mangles; undefined where the debug information has no name. */
  readonly functionName: string | undefined
  readonly file: string | undefined
  /** 0 where only the file is known; undefined where nothing is. */
  readonly line: number | undefined
  readonly column: number | undefined
}

/** Innermost first; the last is the function itself, those before it were inlined. */
export type SourceFrames = readonly SourceFrame[]

/** What is wanted, and how much may be spent. */
export interface ResolveOptions {
  readonly addresses: Float64Array
  /** How much each address matters: units with much weight come first. */
  readonly weights: Float64Array
  readonly opener: DebugFileOpener
  readonly budget: WorkBudget
  /** Called for addresses that have an answer, unit by unit. */
  readonly onFrames: (index: number, frames: SourceFrames) => void
}

/** What could not be told. */
export interface Resolved {
  /** Why some units gave nothing. */
  readonly reasons: readonly string[]
}

const NONE = -1
/** Inlined calls in one another; llvm-symbolizer prints all, real ones are below 50. */
const MAX_FRAMES = 256

/** Answers for every address that the file tells of; ends early, without an error, when the budget is spent. */
export function resolveLines(file: DwarfFile, options: ResolveOptions): Resolved {
  const reasons = new Set<string>()
  try {
    for (const group of hottestFirst(groupByUnit(file, options.addresses, options.budget), options.weights)) {
      try {
        resolveUnit(file, group, options)
      } catch (error) {
        if (!(error instanceof FormatError)) throw error
        reasons.add(error.why)
      }
    }
  } catch (error) {
    if (!(error instanceof BudgetSpent)) throw error
    reasons.add('the time for lines and inlined functions was over')
  }
  return { reasons: [...reasons] }
}

function hottestFirst(groups: UnitAddresses[], weights: Float64Array): UnitAddresses[] {
  const weightOf = new Map(groups.map(group => [group, group.indexes.reduce((sum, index) => sum + weights[index], 0)]))
  return groups.sort((left, right) => (weightOf.get(right) ?? 0) - (weightOf.get(left) ?? 0) || left.unit - right.unit)
}

/** Lines are told although the calls are damaged, and the other way round. */
function resolveUnit(file: DwarfFile, { unit, indexes }: UnitAddresses, options: ResolveOptions): void {
  const header = readUnitHeader(file, unit)
  const skeleton = header === undefined ? undefined : rootOf(header)
  if (skeleton === undefined) return
  const { addresses, budget, opener, onFrames } = options
  indexes.sort((left, right) => addresses[left] - addresses[right])
  const wanted = Float64Array.from(indexes, index => addresses[index])
  let damage: unknown
  const attempt = <Value>(read: () => Value): Value | undefined => {
    try {
      return read()
    } catch (error) {
      if (!(error instanceof FormatError)) throw error
      damage = error
      return undefined
    }
  }
  const lines = attempt(() => findLines(skeleton, wanted, budget))
  const root = attempt(() => openSplit(skeleton, opener)) ?? skeleton
  const calls = attempt(() => findCalls(root, wanted, budget))
  const framesOf = frameBuilder(root, lines, calls)
  indexes.forEach((index, at) => {
    budget.spend(10)
    const frames = framesOf(at)
    if (frames.length > 0) onFrames(index, frames)
  })
  if (damage !== undefined) throw damage
}

function frameBuilder(root: UnitRoot, lines: FoundLines | undefined, found: FoundCalls | undefined): (at: number) => SourceFrames {
  const nameOf = entryNames(root)
  const fileName = (index: number): string | undefined => lines?.fileName(index)
  return at => {
    const hasLine = lines !== undefined && lines.lineOf[at] !== NONE
    let file = hasLine ? fileName(lines.fileOf[at]) : undefined
    let line = hasLine ? lines.lineOf[at] : undefined
    let column = hasLine ? lines.columnOf[at] : undefined
    const frames: SourceFrame[] = []
    for (let index = found?.callOf[at] ?? NONE; index !== NONE && found !== undefined && frames.length < MAX_FRAMES; ) {
      const call = found.calls[index]
      frames.push({ functionName: nameOf(call.entry), file, line, column })
      file = fileName(call.callFile)
      line = call.callLine
      column = call.callColumn
      index = call.caller
    }
    if (frames.length === 0 && hasLine) frames.push({ functionName: undefined, file, line, column })
    return frames
  }
}
