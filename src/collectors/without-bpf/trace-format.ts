import type { PerfHost } from '../../host.ts'

/** Where tracefs is mounted: the second on older systems. */
const FOLDERS = ['/sys/kernel/tracing', '/sys/kernel/debug/tracing']

/** A field of a tracepoint's record. */
export interface TraceField {
  readonly offset: number
  readonly sizeBytes: number
}

/** A tracepoint as the kernel describes it: Documentation/trace/events.rst. */
export interface TraceFormat {
  readonly id: number
  readonly fields: ReadonlyMap<string, TraceField>
}

/** Reads what tracefs says of "sched/sched_switch"; an errno name when it does not let us. */
export function readTraceFormat(host: PerfHost, event: string): TraceFormat | { readonly errno: string } {
  let errno = 'ENOENT'
  for (const folder of FOLDERS) {
    const path = `${folder}/events/${event}/format`
    const text = host.readText(path)
    if (text !== undefined) return parseTraceFormat(text) ?? { errno: 'EINVAL' }
    const why = host.whyUnreadable(path)
    if (why !== undefined && why !== 'ENOENT') errno = why
  }
  return { errno }
}

/** "ID: 316" and lines like "field:pid_t prev_pid;	offset:24;	size:4;	signed:1;"; undefined without an id. */
export function parseTraceFormat(text: string): TraceFormat | undefined {
  const id = /^ID:\s*(\d{1,9})\s*$/m.exec(text)?.[1]
  if (id === undefined) return undefined
  const fields = new Map<string, TraceField>()
  for (const [, name, offset, size] of text.matchAll(/^\s*field:[^;\n]*?(\w+)(?:\[[^\]\n]*\])?;\s*offset:(\d{1,5});\s*size:(\d{1,5});/gm)) {
    fields.set(name, { offset: Number(offset), sizeBytes: Number(size) })
  }
  return { id: Number(id), fields }
}
