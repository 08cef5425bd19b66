/** /proc/meminfo. */

import type { SeriesName } from '../../schema.ts'
import { type Differ, levelDiffer } from './rate.ts'
import { parseKeyedNumbers } from './text.ts'

const fields: readonly (readonly [SeriesName, string])[] = [
  ['memory.totalBytes', 'MemTotal'],
  ['memory.availableBytes', 'MemAvailable'],
  ['memory.cachedBytes', 'Cached'],
  ['memory.dirtyBytes', 'Dirty'],
  ['memory.writebackBytes', 'Writeback'],
  ['memory.anonymousBytes', 'AnonPages'],
  ['memory.swapTotalBytes', 'SwapTotal'],
  ['memory.swapFreeBytes', 'SwapFree'],
]

/** "MemTotal:       24684096 kB": the file is in KiB whatever it says. */
export function parseMeminfo(text: string): ReadonlyMap<SeriesName, number> {
  const kibibytes = parseKeyedNumbers(text)
  return new Map(fields.map(([series, field]) => [series, (kibibytes.get(field) ?? Number.NaN) * 1024]))
}

/** Once a second: where memory is. */
export const memoryDiffer = (): Differ => levelDiffer(parseMeminfo)
