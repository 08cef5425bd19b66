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
import { suggest } from '../../spelling.ts'
import { functionOffsets, usdtPlaces, variableIn } from './functions.ts'
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

/** Where an event of users' code is; an error where it cannot be attached to. */
export function probesFor(
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
  if (event.kind === 'usdt') return usdtProbes(host, event, { name, number, role })
  if (event.kind === 'watch') return watchpoint(host, event.target, { name, number, role, target })
  throw refused(name, 'System calls are recorded by themselves.', '--syscalls all')
}

type About = Pick<ProbeEvent, 'name' | 'number' | 'role'>

function usdtProbes(host: Host, event: Extract<EventName, { kind: 'usdt' }>, about: About): readonly ProbeEvent[] {
  const all = usdtPlaces(host, event.path) ?? []
  const places = all.filter(({ provider, name }) => provider === event.provider && name === event.name)
  if (places.length > 0)
    return places.map(({ offset, semaphoreOffset }) => ({
      ...about,
      at: { kind: 'uprobe', path: event.path, offset, semaphoreOffset, isReturn: false },
    }))
  const names = [...new Set(all.map(({ provider, name }) => `${provider}:${name}`))]
  const nearest = suggest(`${event.provider}:${event.name}`, names)
  throw refused(about.name, `${event.path} has ${names.length} static probes, and not this one${nearest}.`, `readelf -n ${event.path}`)
}

/** Sizes that debug registers take. */
const sizes = [8, 4, 2, 1] as const

function watchpoint(host: Host, wanted: string, { target, ...about }: About & { readonly target: Target }): readonly ProbeEvent[] {
  const pid = target.kind === 'pid' ? target.pid : undefined
  if (pid === undefined) throw refused(about.name, 'A watchpoint is on the memory of one process.', 'Name it with --pid.')
  const isAddress = /^0x[0-9a-f]{1,16}$/i.test(wanted)
  const found = isAddress ? { address: BigInt(wanted), sizeBytes: 8 } : variableIn(host, pid, wanted)
  if (found === undefined)
    throw refused(about.name, `Neither the program of process ${pid} nor its libraries have a variable ${wanted}.`, 'watch:0x7f0012345678')
  // an address must be a multiple of the size that is watched
  const sizeBytes = sizes.find(size => size <= Math.max(1, found.sizeBytes) && found.address % BigInt(size) === 0n) ?? 1
  const tids = (host.listDirectory(`/proc/${pid}/task`) ?? []).map(Number)
  return [{ ...about, at: { kind: 'watch', address: found.address, sizeBytes, tids } }]
}

function refused(name: string, why: string, next: string): AutotuneError {
  return new AutotuneError({ code: 'USAGE', what: `The event ${name} cannot be watched.`, why, next })
}
