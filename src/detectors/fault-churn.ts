import { type AnalysisContext, describeTarget, type Table } from '../schema.ts'
import { callGroup } from './call-groups.ts'
import { nameCulprits } from './culprits.ts'
import { defineDetector } from './detector.ts'
import { recentre, wilsonInterval } from './interval.ts'
import { sampleKernelWork } from './kernel-work.ts'
import { processLabel } from './labels.ts'
import { UNKNOWN_FUNCTION } from './stack-names.ts'
import { sumCalls } from './system-calls.ts'
import { Tally } from './tally.ts'
import { measureTargetTime, type TargetTime, TIME_TABLES } from './target-time.ts'

/** In what a fault does that has to read its page: mm/filemap.c, mm/readahead.c, mm/memory.c. That is major-faults' to tell. */
const pageReader =
  /^(?:do_(?:sync|async)_mmap_readahead|page_cache_(?:ra|sync_ra|async_ra)\w*|filemap_read_folio|__folio_lock\w*|do_swap_page|swapin_readahead)$/

function readsPages(functionName: string): boolean {
  return pageReader.test(functionName)
}

/** What the target pays for page faults without I/O, and for the calls that map and unmap memory. */
export const faultChurn = defineDetector({
  id: 'fault-churn',
  needs: ['process', 'sample', 'fault', 'syscall', 'wait'],
  wants: TIME_TABLES,
  metrics: {
    costRatio: "Share of the target's time in page faults and in calls that map memory.",
    faultRatio: "Share of the target's time in page faults.",
    mappingRatio: "Share of the target's time in calls that map and unmap memory.",
    faultPerSec: 'Page faults without I/O.',
    mappingPerSec: 'Calls that map and unmap memory.',
    faultNs: 'CPU time of a fault.',
  },
  facts: {
    functionName: 'The function that faults most.',
    process: 'The process that faults most.',
    call: 'The mapping call that took most.',
  },

  detect(tables, context) {
    const time = measureTargetTime(tables, context)
    const work = sampleKernelWork({ tables, time, context })
    if (work === undefined || !(time.totalNs > 0) || !(time.runningNs > 0)) return []
    const faults = work.of(entry => entry === 'page fault', readsPages)
    const mapping = sumCalls({ tables, time, context }, name => callGroup(name) === 'mapping')
    const both = work.of(
      entry => entry === 'page fault' || (entry.endsWith('()') && callGroup(entry.slice(0, -2)) === 'mapping'),
      readsPages,
    )
    const { count, byProcess } = countFaults(tables.fault, time)
    const faultRatio = faults.ns / time.totalNs
    const costRatio = Math.min(1, faultRatio + mapping.share.estimate)
    const process = processLabel(tables.process, byProcess.largest().key)
    const functionName = both.caller?.name ?? UNKNOWN_FUNCTION
    return [
      {
        subject: describeTarget(context.target),
        metrics: {
          costRatio,
          faultRatio,
          mappingRatio: mapping.share.estimate,
          faultPerSec: perSecond(count, context),
          mappingPerSec: perSecond(mapping.count, context),
          faultNs: faults.ns / count,
        },
        facts: { functionName, process, call: mapping.call },
        share: recentre(wilsonInterval(Math.min(1, both.ns / time.runningNs), work.sampleCount), costRatio),
        culprits: nameCulprits(both.caller, process, byProcess),
        rows: undefined,
      },
    ]
  },
})

function countFaults(fault: Table<'fault'>, time: TargetTime) {
  const byProcess = new Tally()
  for (let row = 0; row < fault.length; row++) {
    if (time.isMember(fault.process[row])) byProcess.add(fault.process[row], fault.count[row] - fault.majorCount[row])
  }
  return { count: byProcess.total, byProcess }
}

function perSecond(count: number, { durationNs }: AnalysisContext): number {
  return (count * 1e9) / durationNs
}
