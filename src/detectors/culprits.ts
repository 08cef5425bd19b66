import type { Culprit } from '../schema.ts'
import type { Tally } from './tally.ts'

/** The function to blame, where one is known, and the process with most of a tally. Nobody where there is nothing. */
export function nameCulprits(
  blamed: { readonly name: string; readonly share: number } | undefined,
  process: string,
  byProcess: Tally,
): Culprit[] {
  if (byProcess.total === 0) return []
  const named: Culprit[] = blamed === undefined ? [] : [{ kind: 'function', name: blamed.name, share: blamed.share }]
  return [...named, { kind: 'process', name: process, share: byProcess.largest().ns / byProcess.total }]
}
