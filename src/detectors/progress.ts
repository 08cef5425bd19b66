import { type AnalysisContext, ProcessRole, type Progress, type RecordedTables, type Table, textAt } from '../schema.ts'
import { membership } from './membership.ts'
import { viewSeries } from './series-view.ts'

/** Calls that send an answer; writes only of processes that keep no files. */
const sends = new Set(['sendto', 'sendmsg', 'sendmmsg', 'sendfile'])
const writes = new Set(['write', 'writev'])
const filed = new Set(['openat', 'open', 'fsync', 'fdatasync', 'pwrite64', 'creat'])

/** What the target gets done: as the user named it, else the answers of its servers; undefined where neither is known. */
export function measureProgress(tables: RecordedTables, context: AnalysisContext): Progress | undefined {
  const { process, syscall } = tables
  const isMember = process === undefined ? () => context.target.kind === 'machine' : membership(process, context)
  const named = namedEvent(tables)
  if (named !== undefined) {
    const perSec = named.startsWith('syscall:')
      ? callRate(syscall, context, row => isMember(row.process) && row.name === named.slice('syscall:'.length))
      : viewSeries(tables).mean('progress.perSec', named)
    return Number.isFinite(perSec) ? { what: named, perSec, inferred: false } : undefined
  }
  const servers = serversOf(tables, isMember)
  // of a whole machine nobody knows whose answers count
  if (servers.size === 0 || context.target.kind === 'machine') return undefined
  const files = new Set<number>()
  eachCall(syscall, ({ process: row, name }) => filed.has(name) && files.add(row))
  const isAnswer = ({ process: row, name }: Call) => servers.has(row) && (sends.has(name) || (writes.has(name) && !files.has(row)))
  const perSec = callRate(syscall, context, isAnswer)
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

function eachCall(syscall: Table<'syscall'> | undefined, look: (call: Call) => void): void {
  for (let row = 0; row < (syscall?.length ?? 0); row++) {
    if (syscall !== undefined) look({ process: syscall.process[row], name: textAt(syscall.name, row) ?? '', count: syscall.count[row] })
  }
}

/** NaN where no calls were recorded. */
function callRate(syscall: Table<'syscall'> | undefined, { durationNs }: AnalysisContext, counts: (call: Call) => boolean): number {
  if (syscall === undefined || !(durationNs > 0)) return Number.NaN
  let count = 0
  eachCall(syscall, call => (count += counts(call) ? call.count : 0))
  return (count * 1e9) / durationNs
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
