import { type AnalysisContext, type RecordedTables, type Table, textAt } from '../schema.ts'
import { callGroup } from './call-groups.ts'
import { viewSeries } from './series-view.ts'
import { nameAt } from './system-calls.ts'

/** Segments sent per call from which on the calls are told to be for sockets. No source: a guess; one each without Nagle. */
const SEGMENTS_PER_CALL = 0.5

/**
 * Rows of process whose read(2) and write(2) are for TCP: those that have connections, while the machine sends about as many
 * segments as they make calls. What a call is for is not recorded.
 */
export function findSocketWriters(
  {
    syscall,
    connection,
    series,
    metric,
  }: Pick<RecordedTables, 'connection' | 'series' | 'metric'> & { readonly syscall: Table<'syscall'> },
  { durationNs }: AnalysisContext,
): ReadonlySet<number> {
  const segmentPerSec = viewSeries({ series, metric }).mean('tcp.sendSegmentPerSec')
  const counts = new Map<number, number>()
  for (let row = 0; row < (connection?.length ?? 0); row++) {
    if (connection !== undefined && textAt(connection.role, row) !== 'listener') counts.set(connection.process[row], 0)
  }
  for (let row = 0; row < syscall.length; row++) {
    const count = counts.get(syscall.process[row])
    if (count !== undefined && callGroup(nameAt(syscall, row)) === 'transfer') counts.set(syscall.process[row], count + syscall.count[row])
  }
  const isWriter = (count: number) => count > 0 && segmentPerSec >= (SEGMENTS_PER_CALL * count * 1e9) / durationNs
  return new Set([...counts].filter(([, count]) => isWriter(count)).map(([row]) => row))
}
