import { median } from 'simple-statistics'
import { type AnalysisContext, ProcessRole, type Progress, type RecordedTables, type Table, textAt } from '../schema.ts'
import { membership } from './membership.ts'
import { viewSeries } from './series-view.ts'

/** Calls that send an answer; writes only of processes that hardly do anything with files. */
const sends = new Set(['sendto', 'sendmsg', 'sendmmsg', 'sendfile'])
const writes = new Set(['write', 'writev'])
const filed = new Set(['openat', 'open', 'creat', 'fsync', 'fdatasync', 'pwrite64'])
/** Of writes: more calls about files than that, and nobody knows which of them are answers. No source: a guess. */
const HARDLY = 0.05

/** What the target gets done: as the user named it, else the answers of its servers; undefined where neither is known. */
export function measureProgress(tables: RecordedTables, context: AnalysisContext): Progress | undefined {
  const { process, syscall } = tables
  const isMember = process === undefined ? () => context.target.kind === 'machine' : membership(process, context)
  const named = namedEvent(tables)
  if (named !== undefined) {
    const perSec = named.startsWith('syscall:')
      ? callRate(syscall, row => isMember(row.process) && row.name === named.slice('syscall:'.length))
      : viewSeries(tables).mean('progress.perSec', named)
    return Number.isFinite(perSec) ? { what: named, perSec, inferred: false } : undefined
  }
  const servers = serversOf(tables, isMember)
  // of a whole machine nobody knows whose answers count
  if (servers.size === 0 || context.target.kind === 'machine') return undefined
  const files = countBy(syscall, filed)
  const written = countBy(syscall, writes)
  const keepsFiles = (row: number) => (files.get(row) ?? 0) > HARDLY * (written.get(row) ?? 0)
  const isAnswer = ({ process: row, name }: Call) => servers.has(row) && (sends.has(name) || (writes.has(name) && !keepsFiles(row)))
  const perSec = callRate(syscall, isAnswer)
  return perSec > 0 ? { what: 'writes of its server to sockets', perSec, inferred: true } : undefined
}

/** The first series of progress there is: one event is named. */
function namedEvent({ series }: RecordedTables): string | undefined {
  for (let row = 0; row < (series?.length ?? 0); row++) {
    if (series !== undefined && textAt(series.name, row) === 'progress.perSec') return textAt(series.subject, row)
  }
  return undefined
}

interface Call {
  readonly process: number
  readonly name: string
  readonly count: number
}

function eachCall(syscall: Table<'syscall'> | undefined, look: (call: Call, row: number) => void): void {
  for (let row = 0; row < (syscall?.length ?? 0); row++) {
    if (syscall !== undefined)
      look({ process: syscall.process[row], name: textAt(syscall.name, row) ?? '', count: syscall.count[row] }, row)
  }
}

/** By process how often it makes one of some calls. */
function countBy(syscall: Table<'syscall'> | undefined, names: ReadonlySet<string>): Map<number, number> {
  const counts = new Map<number, number>()
  eachCall(syscall, ({ process, name, count }) => {
    if (names.has(name)) counts.set(process, (counts.get(process) ?? 0) + count)
  })
  return counts
}

/**
 * Median of the slices' rates: calls are seen in windows and scaled to the slice, and one window that was cut short on a busy machine
 * would be half of a mean. NaN where no calls were recorded.
 */
function callRate(syscall: Table<'syscall'> | undefined, counts: (call: Call) => boolean): number {
  if (syscall === undefined) return Number.NaN
  const slices = new Map<number, { count: number; readonly durationNs: number }>()
  eachCall(syscall, (call, row) => {
    const at = syscall.timeNs[row]
    const slice = slices.get(at) ?? { count: 0, durationNs: syscall.durationNs[row] }
    slices.set(at, slice)
    if (counts(call)) slice.count += call.count
  })
  const rates = [...slices.values()].filter(({ durationNs }) => durationNs > 0).map(({ count, durationNs }) => (count * 1e9) / durationNs)
  return rates.length === 0 ? Number.NaN : median(rates)
}

/** Members of the target that accepted connections. */
function serversOf({ process, connection }: RecordedTables, isMember: (process: number) => boolean): Set<number> {
  const servers = new Set<number>()
  for (let row = 0; row < (connection?.length ?? 0); row++) {
    if (connection === undefined || process === undefined || textAt(connection.role, row) !== 'server') continue
    const at = connection.process[row]
    if (isMember(at) && process.role[at] !== ProcessRole.Autotune) servers.add(at)
  }
  return servers
}
