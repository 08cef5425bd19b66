import { type Table, textAt } from '../schema.ts'
import { NamedTally } from './named-tally.ts'
import { Tally } from './tally.ts'

/** Events of some kinds, added up. */
export interface EventSum {
  readonly count: number
  readonly ns: number
  /** Rows of process by how many they did, and subjects by how many were about them. */
  readonly byProcess: Tally
  readonly bySubject: NamedTally
  readonly rows: { readonly table: 'kernelEvent'; readonly first: number; readonly end: number } | undefined
}

/** Adds up the rows of kernelEvent of some kinds that include() lets through. */
export function sumEvents(
  kernelEvent: Table<'kernelEvent'> | undefined,
  kinds: readonly string[],
  include: (row: number) => boolean,
): EventSum {
  const byProcess = new Tally()
  const bySubject = new NamedTally()
  let count = 0
  let ns = 0
  let first = -1
  let end = 0
  for (let row = 0; row < (kernelEvent?.length ?? 0); row++) {
    if (kernelEvent === undefined || !kinds.includes(textAt(kernelEvent.kind, row) ?? '') || !include(row)) continue
    count += kernelEvent.count[row]
    ns += kernelEvent.ns[row]
    byProcess.add(kernelEvent.process[row], kernelEvent.count[row])
    const subject = textAt(kernelEvent.subject, row)
    if (subject !== undefined) bySubject.add(subject, kernelEvent.count[row])
    if (first < 0) first = row
    end = row + 1
  }
  return { count, ns, byProcess, bySubject, rows: first < 0 ? undefined : { table: 'kernelEvent', first, end } }
}
