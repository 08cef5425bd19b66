/** Pressure stall information, of the machine and of cgroups: Documentation/accounting/psi.rst. */

import type { Reading } from '../../schema.ts'
import { CounterSet, ReadingList } from './rate.ts'

/** The three files. */
export const pressureResources = ['cpu', 'memory', 'io'] as const

/** One of the three. */
export type PressureResource = (typeof pressureResources)[number]

/** "some avg10=0.29 avg60=0.75 avg300=1.43 total=37727357" and a line "full …" → totals in µs; NaN for a line that is not there. */
export function parsePressure(text: string): { readonly someUs: number; readonly fullUs: number } {
  return { someUs: totalOf(text, 'some '), fullUs: totalOf(text, 'full ') }
}

function totalOf(text: string, kind: string): number {
  const line = text.split('\n').find(candidate => candidate.startsWith(kind))
  const digits = line === undefined ? undefined : /\btotal=(\d+)$/.exec(line)?.[1]
  return digits === undefined ? Number.NaN : Number(digits)
}

/** Takes the files of one resource, by subject: '' for the machine, else a cgroup path. */
export function pressureDiffer(resource: PressureResource): (texts: ReadonlyMap<string, string>, timeNs: number) => Reading[] {
  const counters = new CounterSet()
  return (texts, timeNs) => {
    const totals = new Map<string, readonly number[]>()
    for (const [subject, text] of texts) {
      const { someUs, fullUs } = parsePressure(text)
      // psi.rst: CPU full is undefined for the machine, and reported as 0 for the sake of old readers
      totals.set(subject, [someUs, resource === 'cpu' && subject === '' ? Number.NaN : fullUs])
    }
    const changes = counters.advance(timeNs, totals)
    const list = new ReadingList(changes)
    for (const [subject, [someUs, fullUs]] of changes.bySubject) {
      list.addShare(`psi.${resource}.someRatio`, subject, someUs * 1e3)
      list.addShare(`psi.${resource}.fullRatio`, subject, fullUs * 1e3)
    }
    return list.readings
  }
}
