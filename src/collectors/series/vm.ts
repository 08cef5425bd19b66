/** /proc/vmstat: paging and reclaim. Names changed over the years; each series knows its spellings, mm/vmstat.c. */

import type { SeriesName } from '../../schema.ts'
import { type Differ, rateDiffer, type Totals } from './rate.ts'
import { parseKeyedNumbers } from './text.ts'

/** Spellings of a series, newest first; the first of which all names are there is summed up. A star stands for the memory zones. */
const fields = [
  ['vm.faultPerSec', ['pgfault']],
  ['vm.majorFaultPerSec', ['pgmajfault']],
  ['vm.swapInPerSec', ['pswpin']],
  ['vm.swapOutPerSec', ['pswpout']],
  ['vm.directScanPerSec', ['pgscan_direct'], ['pgscan_direct_*']],
  ['vm.directReclaimPerSec', ['pgsteal_direct'], ['pgsteal_direct_*']],
  ['vm.kswapdScanPerSec', ['pgscan_kswapd'], ['pgscan_kswapd_*']],
  ['vm.refaultPerSec', ['workingset_refault_anon', 'workingset_refault_file'], ['workingset_refault']],
  ['vm.allocationStallPerSec', ['allocstall_*'], ['allocstall']],
  ['vm.compactionStallPerSec', ['compact_stall']],
  ['vm.oomKillPerSec', ['oom_kill']],
] as const satisfies readonly (readonly [SeriesName, ...(readonly string[])[]])[]

const zones = ['dma', 'dma32', 'normal', 'high', 'movable', 'device']

/** Counters in the order of fields. */
export function parseVmstat(text: string): Totals {
  const counts = parseKeyedNumbers(text)
  return new Map([['', fields.map(([, ...spellings]) => firstSpelling(counts, spellings))]])
}

function firstSpelling(counts: ReadonlyMap<string, number>, spellings: readonly (readonly string[])[]): number {
  for (const names of spellings) {
    const sum = names.reduce((total, name) => total + countOf(counts, name), 0)
    if (!Number.isNaN(sum)) return sum
  }
  return Number.NaN
}

function countOf(counts: ReadonlyMap<string, number>, name: string): number {
  if (!name.endsWith('*')) return counts.get(name) ?? Number.NaN
  const present = zones.map(zone => counts.get(name.slice(0, -1) + zone)).filter(count => count !== undefined)
  return present.length === 0 ? Number.NaN : present.reduce((total, count) => total + count, 0)
}

/** Once a second: faults, swapping, reclaim. */
export const vmDiffer = (): Differ =>
  rateDiffer(
    parseVmstat,
    fields.map(([name]) => name),
  )
