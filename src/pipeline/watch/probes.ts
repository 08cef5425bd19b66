/** Events of users' code: from names to what the kernel attaches to. */

import { AutotuneError } from '../../errors.ts'
import type { Host } from '../../host.ts'
import type { ProbeEvent, Target } from '../../schema.ts'
import { badTrigger } from '../../speculative/errors.ts'
import { type EventName, formatEventName, parseEventName, type Vocabulary } from '../../speculative/event-name.ts'
import type { Plan } from '../../speculative/plan.ts'
import type { Trigger } from '../../speculative/trigger.ts'
import { parseTriggers } from '../../speculative/trigger-language.ts'
import { functionOffsets } from './functions.ts'
import type { WatchOptions } from './options.ts'
import { tracepointId } from './vocabulary.ts'

/** --begin and --end as triggers: every span that ends, of which --commit-if takes some. */
export function spanTriggers({ begin, end }: WatchOptions, vocabulary: Vocabulary): readonly Trigger[] {
  if (begin === undefined && end === undefined) return []
  if (begin === undefined) throw badTrigger(end ?? '', 'A span needs --begin, too.')
  if (end !== undefined && end !== 'return')
    throw badTrigger(end, 'The end of a span is "return": the return of the function, or of the system call, that begins it.')
  return parseTriggers(`span("${begin}").durationMs >= 0`, vocabulary)
}

/** All probes: those of triggers, then those of --event, which are recorded only. */
export function probesOf(
  host: Host,
  { plan, events, vocabulary, target }: { plan: Plan; events: readonly string[]; vocabulary: Vocabulary; target: Target },
): readonly ProbeEvent[] {
  const isSpan = (index: number): boolean =>
    plan.triggers.some(
      ({ trigger, way }) => way.kind === 'rule' && plan.rules[way.rule].subject === index && trigger.source?.kind === 'span',
    )
  const ofTriggers = plan.probes.flatMap((event, index) => probesFor(host, event, { number: index, isSpan: isSpan(index), target }))
  const added = events.flatMap((text, index) => {
    const event = parseEventName(text, vocabulary)
    if (typeof event === 'string') throw badTrigger(text, `In --event: ${event}.`)
    if (event.kind === 'syscall') throw badTrigger(text, 'System calls are recorded with --syscalls all.')
    return probesFor(host, event, { number: plan.probes.length + index, isSpan: false, target })
  })
  return [...ofTriggers, ...added]
}

function probesFor(
  host: Host,
  event: EventName,
  { number, isSpan, target }: { number: number; isSpan: boolean; target: Target },
): readonly ProbeEvent[] {
  const name = formatEventName(event)
  if (event.kind === 'tracepoint') {
    const id = tracepointId(host, event.group, event.name)
    if (id === undefined) throw refused(name, 'Its number in tracefs cannot be read.', 'sudo mount -t tracefs tracefs /sys/kernel/tracing')
    return [{ name, role: 'point', number, at: { kind: 'tracepoint', id } }]
  }
  if (event.kind === 'uprobe' || event.kind === 'uretprobe') {
    const offset =
      /^(0x)?[0-9a-f]+$/i.test(event.symbol) && !functionOffsets(host, event.path)?.has(event.symbol)
        ? Number.parseInt(event.symbol, 16)
        : functionOffsets(host, event.path)?.get(event.symbol)
    if (offset === undefined)
      throw refused(name, `${event.path} does not say where ${event.symbol} is.`, 'Give the offset in the file: uprobe:PATH:0x1234')
    const at = { kind: 'uprobe', path: event.path, offset } as const
    if (!isSpan) return [{ name, role: 'point', number, at: { ...at, isReturn: event.kind === 'uretprobe' } }]
    return [
      { name, role: 'begin', number, at: { ...at, isReturn: false } },
      { name, role: 'end', number, at: { ...at, isReturn: true } },
    ]
  }
  if (event.kind === 'watch') {
    const address = /^(0x)?[0-9a-f]+$/i.test(event.target)
      ? BigInt(event.target.startsWith('0x') ? event.target : `0x${event.target}`)
      : undefined
    if (address === undefined) throw refused(name, 'A watchpoint needs an address in the process.', 'watch:0x7f0012345678')
    const pid = target.kind === 'pid' ? target.pid : undefined
    if (pid === undefined) throw refused(name, 'A watchpoint is on the memory of one process.', 'Name it with --pid.')
    const tids = (host.listDirectory(`/proc/${pid}/task`) ?? []).map(Number)
    return [{ name, role: 'point', number, at: { kind: 'watch', address, tids } }]
  }
  throw refused(name, 'USDT probes are not attached yet.', 'Use uprobe:PATH:0xOFFSET with the offset that readelf -n shows.')
}

function refused(name: string, why: string, next: string): AutotuneError {
  return new AutotuneError({ code: 'USAGE', what: `The event ${name} cannot be watched.`, why, next })
}
