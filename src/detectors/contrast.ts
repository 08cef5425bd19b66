import { type AnalysisContext, type Culprit, NONE, ProcessRole, type RecordedTables, textAt } from '../schema.ts'
import { formatRatio } from '../units.ts'
import { processLabel, shorten } from './labels.ts'
import { lostRowTest } from './lost-rows.ts'
import { nameCallchains } from './stack-names.ts'
import { partOfWait, partWords, type SlicedTime } from './time-parts.ts'
import { spreadWait } from './wait-graph.ts'

/** How something differs between two parts of a recording, as shares of the target's time in each. */
export interface Difference {
  /** "waiting for devices in fsync", "running parse". */
  readonly what: string
  readonly before: number
  readonly after: number
  /** Who or what that is about, where it has a name. */
  readonly culprit: Omit<Culprit, 'share'> | undefined
}

/** Which side a slice is on; slices of neither are left out. */
export const Side = { Neither: 0, Before: 1, After: 2 } as const

/** Smaller ones are not worth a word. No source: a guess. */
const MIN_DIFFERENCE = 0.02

/**
 * What changed between two sets of slices, most first: what the target computes and waits for, and how much other processes
 * computed meanwhile. A difference of sums, so it names what came and went without looking for it.
 */
export function contrastSlices(
  tables: RecordedTables,
  sliced: SlicedTime,
  sides: { readonly of: Int8Array; readonly context: AnalysisContext },
): Difference[] {
  const sums = new Sums(sides.of)
  addRunning(tables, sliced, sums)
  addWaiting(tables, sliced, { sums, context: sides.context })
  for (const part of ['queued', 'throttled'] as const) {
    for (const [bin, ns] of sliced.parts[part].entries()) sums.add(bin, { what: partWords[part], culprit: undefined }, ns)
  }
  const wholes: [number, number] = [0, 0]
  for (const [bin, ns] of sliced.wholeNs.entries()) if (sides.of[bin] !== Side.Neither) wholes[sides.of[bin] - 1] += ns
  return sums.differences(wholes)
}

/** "waiting for devices in fsync 2 % → 41 %; running parse 80 % → 45 %"; says so when nothing differs. */
export function describeDifferences(differences: readonly Difference[]): string {
  const words = differences.slice(0, 3).map(({ what, before, after }) => `${what} ${formatRatio(before)} → ${formatRatio(after)}`)
  return words.length === 0 ? 'nothing that was recorded differs' : words.join('; ')
}

/** Those that grew, each with its part of what grew. */
export function culpritsOf(differences: readonly Difference[]): Culprit[] {
  const grown = differences.filter(({ before, after, culprit }) => after > before && culprit !== undefined)
  const sum = grown.reduce((total, { before, after }) => total + after - before, 0)
  return grown
    .slice(0, 3)
    .flatMap(({ culprit, before, after }) => (culprit === undefined ? [] : [{ ...culprit, share: (after - before) / sum }]))
}

interface Subject {
  readonly what: string
  readonly culprit: Omit<Culprit, 'share'> | undefined
}

class Sums {
  readonly #side: Int8Array
  readonly #byWhat = new Map<string, { readonly subject: Subject; readonly ns: [number, number] }>()

  constructor(side: Int8Array) {
    this.#side = side
  }

  counts(bin: number): boolean {
    return bin >= 0 && bin < this.#side.length && this.#side[bin] !== Side.Neither
  }

  add(bin: number, subject: Subject, ns: number): void {
    if (!this.counts(bin) || !(ns > 0)) return
    const entry = this.#byWhat.get(subject.what) ?? { subject, ns: [0, 0] }
    this.#byWhat.set(subject.what, entry)
    entry.ns[this.#side[bin] - 1] += ns
  }

  differences(wholes: readonly [number, number]): Difference[] {
    return [...this.#byWhat.values()]
      .map(({ subject, ns }) => ({ ...subject, before: part(ns[0], wholes[0]), after: part(ns[1], wholes[1]) }))
      .filter(({ before, after }) => Math.abs(after - before) >= MIN_DIFFERENCE)
      .sort((a, b) => Math.abs(b.after - b.before) - Math.abs(a.after - a.before) || (a.what < b.what ? -1 : 1))
  }
}

function part(ns: number, whole: number): number {
  return whole > 0 ? ns / whole : 0
}

/** By samples: the target's functions, other processes as a whole. */
function addRunning(tables: RecordedTables, { time, bins }: SlicedTime, sums: Sums): void {
  const { sample, process } = tables
  if (sample === undefined || process === undefined) return
  const functionOf = nameCallchains(tables)
  for (let row = 0; row < sample.length; row++) {
    const bin = Math.floor(sample.timeNs[row] / bins.binNs)
    if (!sums.counts(bin)) continue
    const owner = sample.process[row]
    const name = time.isMember(owner) ? functionOf(sample.callchain[row]) : undefined
    if (name !== undefined) sums.add(bin, { what: `running ${shorten(name)}`, culprit: { kind: 'function', name } }, sample.weightNs[row])
    else if (time.isMember(owner)) sums.add(bin, { what: 'running unknown code', culprit: undefined }, sample.weightNs[row])
    else if (owner !== NONE && process.role[owner] !== ProcessRole.Autotune) {
      const label = processLabel(process, owner)
      sums.add(bin, { what: `${label} running`, culprit: { kind: 'process', name: label } }, sample.weightNs[row])
    }
  }
}

function addWaiting(
  tables: RecordedTables,
  { time, bins }: SlicedTime,
  { sums, context }: { readonly sums: Sums; readonly context: AnalysisContext },
): void {
  const { wait } = tables
  if (wait === undefined) return
  const functionOf = nameCallchains(tables)
  const isLoss = lostRowTest(tables, context)
  for (let row = 0; row < wait.length; row++) {
    if (!time.isMember(wait.process[row]) || !(wait.ns[row] > 0) || !isLoss(row)) continue
    const what = `${partWords[partOfWait(textAt(wait.reason, row))]} in ${textAt(wait.syscall, row) ?? 'a page fault'}`
    const name = functionOf(wait.userCallchain[row])
    const subject: Subject = { what, culprit: name === undefined ? undefined : { kind: 'function', name } }
    spreadWait(bins, wait, row, (bin, ns) => sums.add(bin, subject, ns))
  }
}
