/** Events of users' code: from names to what the kernel attaches to. */

import { AutotuneError } from '../../errors.ts'
import type { Host } from '../../host.ts'
import type { ProbeEvent, Target } from '../../schema.ts'
import { badTrigger } from '../../speculative/errors.ts'
import { type EventName, formatEventName, parseEventName, type Vocabulary } from '../../speculative/event-name.ts'
import type { Plan } from '../../speculative/plan.ts'
import { spanTriggerText } from '../../speculative/span-condition.ts'
import type { Trigger } from '../../speculative/trigger.ts'
import { parseTriggers } from '../../speculative/trigger-language.ts'
import { functionOffsets } from './functions.ts'
import type { WatchOptions } from './options.ts'
import { tracepointId } from './vocabulary.ts'

/** --begin and --end as triggers: every span that ends, or those alone that --commit-if takes where the span says it all. */
export function spanTriggers(
  { begin, end, commitIf }: WatchOptions,
  vocabulary: Vocabulary,
): { readonly triggers: readonly Trigger[]; readonly decides: boolean } {
  if (begin === undefined && end === undefined) return { triggers: [], decides: false }
  if (begin === undefined) throw badTrigger(end ?? '', 'A span needs --begin, too.')
  const span = end === undefined || end === 'return' ? `span("${begin}")` : `span("${begin}", "${end}")`
  const text = spanTriggerText(span, commitIf)
  return { triggers: parseTriggers(text ?? `${span}.durationMs >= 0`, vocabulary), decides: text !== undefined && commitIf !== undefined }
}

/** All probes: those of triggers, then those of --event, which are recorded only. */
export function probesOf(
  host: Host,
  { plan, events, vocabulary, target }: { plan: Plan; events: readonly string[]; vocabulary: Vocabulary; target: Target },
): readonly ProbeEvent[] {
  const ofTriggers = plan.probes.flatMap(({ event, end }, number) => {
    if (end === undefined) return probesFor(host, event, { number, role: 'point', target })
    const begins = probesFor(host, event, { number, role: 'begin', target })
    if (end !== 'return') return [...begins, ...probesFor(host, end, { number, role: 'end', target })]
    return [...begins, ...begins.map(returnOf)]
  })
  const added = events.flatMap((text, index) => {
    const event = parseEventName(text, vocabulary)
    if (typeof event === 'string') throw badTrigger(text, `In --event: ${event}.`)
    if (event.kind === 'syscall') throw badTrigger(text, 'System calls are recorded with --syscalls all.')
    return probesFor(host, event, { number: plan.probes.length + index, role: 'point', target })
  })
  return [...ofTriggers, ...added]
}

/** Where the function returns whose begin a probe is on. */
function returnOf(begin: ProbeEvent): ProbeEvent {
  return begin.at.kind === 'uprobe' ? { ...begin, role: 'end', at: { ...begin.at, isReturn: true } } : begin
}

function probesFor(
  host: Host,
  event: EventName,
  { number, role, target }: { number: number; role: ProbeEvent['role']; target: Target },
): readonly ProbeEvent[] {
  const name = formatEventName(event)
  if (event.kind === 'tracepoint') {
    const id = tracepointId(host, event.group, event.name)
    if (id === undefined) throw refused(name, 'Its number in tracefs cannot be read.', 'sudo mount -t tracefs tracefs /sys/kernel/tracing')
    return [{ name, role, number, at: { kind: 'tracepoint', id } }]
  }
  if (event.kind === 'uprobe' || event.kind === 'uretprobe') {
    const offset =
      /^(0x)?[0-9a-f]+$/i.test(event.symbol) && !functionOffsets(host, event.path)?.has(event.symbol)
        ? Number.parseInt(event.symbol, 16)
        : functionOffsets(host, event.path)?.get(event.symbol)
    if (offset === undefined)
      throw refused(name, `${event.path} does not say where ${event.symbol} is.`, 'Give the offset in the file: uprobe:PATH:0x1234')
    return [{ name, role, number, at: { kind: 'uprobe', path: event.path, offset, isReturn: event.kind === 'uretprobe' } }]
  }
  if (event.kind === 'watch') {
    const address = /^(0x)?[0-9a-f]+$/i.test(event.target)
      ? BigInt(event.target.startsWith('0x') ? event.target : `0x${event.target}`)
      : undefined
    if (address === undefined) throw refused(name, 'A watchpoint needs an address in the process.', 'watch:0x7f0012345678')
    const pid = target.kind === 'pid' ? target.pid : undefined
    if (pid === undefined) throw refused(name, 'A watchpoint is on the memory of one process.', 'Name it with --pid.')
    const tids = (host.listDirectory(`/proc/${pid}/task`) ?? []).map(Number)
    return [{ name, role, number, at: { kind: 'watch', address, tids } }]
  }
  throw refused(name, 'USDT probes are not attached yet.', 'Use uprobe:PATH:0xOFFSET with the offset that readelf -n shows.')
}

function refused(name: string, why: string, next: string): AutotuneError {
  return new AutotuneError({ code: 'USAGE', what: `The event ${name} cannot be watched.`, why, next })
}
