import { NONE, type Table, textAt } from '../schema.ts'

/** Names come from the machine and may be of any length: a text of a finding stays readable. */
const MAX_LABEL = 160

/** Cuts a name that nobody would read to its end. */
export function shorten(name: string): string {
  return name.length <= MAX_LABEL ? name : `${name.slice(0, MAX_LABEL - 1)}…`
}

/** A process for people: "nginx (pid 4242)", "nginx (pid 4242, 7 in its container)". */
export function processLabel(process: Table<'process'>, row: number): string {
  if (row === NONE || row < 0 || row >= process.length) return 'unknown process'
  const inside = process.nsPid[row] === NONE ? '' : `, ${process.nsPid[row]} in its container`
  return `${shorten(textAt(process.comm, row) ?? '?')} (pid ${process.pid[row]}${inside})`
}
