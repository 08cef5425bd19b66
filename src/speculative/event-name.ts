/** Names of events as users write them: what to attach to, and where a span on it begins and ends. */

import { suggest } from '../spelling.ts'

/** Something that happens. */
export type EventName =
  | { readonly kind: 'syscall'; readonly name: string }
  | { readonly kind: 'tracepoint'; readonly group: string; readonly name: string }
  | { readonly kind: 'uprobe' | 'uretprobe'; readonly path: string; readonly symbol: string }
  | { readonly kind: 'usdt'; readonly path: string; readonly provider: string; readonly name: string }
  | { readonly kind: 'watch'; readonly target: string }

/** What names exist here. */
export interface Vocabulary {
  readonly syscalls: ReadonlyMap<string, number>
  /** EMFILE → 24. */
  readonly errnos: Readonly<Record<string, number>>
  /** SIGSEGV → 11. */
  readonly signals: Readonly<Record<string, number>>
  /** Names of series. */
  readonly series: readonly string[]
  /** Tracepoints of a group; undefined where they cannot be listed, and names are taken as they are. */
  tracepoints(group: string): readonly string[] | undefined
  /** Groups of tracepoints; undefined likewise. */
  tracepointGroups(): readonly string[] | undefined
  /** Functions of a program or library; undefined when it cannot be read. */
  functions(path: string): readonly string[] | undefined
}

const kinds = ['syscall', 'tracepoint', 'uprobe', 'uretprobe', 'usdt', 'watch']

/** Parses and checks a name; a string says what is wrong with it. */
export function parseEventName(text: string, vocabulary: Vocabulary): EventName | string {
  const [kind, ...rest] = text.split(':')
  const argument = rest.join(':')
  if (kind === 'syscall') return parseSyscall(argument, vocabulary)
  if (kind === 'tracepoint') return parseTracepoint(rest, vocabulary)
  if (kind === 'uprobe' || kind === 'uretprobe') return parseProbe(kind, argument, vocabulary)
  if (kind === 'usdt') return parseUsdt(argument)
  if (kind === 'watch') return argument === '' ? 'watch: needs an address or a symbol, e.g. watch:0x7f001000' : { kind, target: argument }
  if (rest.length === 1 && vocabulary.tracepointGroups()?.includes(kind)) return parseTracepoint([kind, argument], vocabulary)
  return `there is no kind of event "${kind}"${suggest(kind, kinds)}; there are ${kinds.join(', ')}`
}

/** The name as users write it. */
export function formatEventName(event: EventName): string {
  if (event.kind === 'syscall') return `syscall:${event.name}`
  if (event.kind === 'tracepoint') return `tracepoint:${event.group}:${event.name}`
  if (event.kind === 'usdt') return `usdt:${event.path}:${event.provider}:${event.name}`
  if (event.kind === 'watch') return `watch:${event.target}`
  return `${event.kind}:${event.path}:${event.symbol}`
}

/** A system call by name; a string says what is wrong. */
export function parseSyscall(name: string, { syscalls }: Vocabulary): EventName | string {
  return syscalls.has(name) ? { kind: 'syscall', name } : `there is no system call "${name}"${suggest(name, [...syscalls.keys()])}`
}

function parseTracepoint(parts: readonly string[], vocabulary: Vocabulary): EventName | string {
  const [group, name] = parts
  if (parts.length !== 2 || group === '' || name === '') return 'a tracepoint is written tracepoint:GROUP:NAME'
  const groups = vocabulary.tracepointGroups()
  if (groups !== undefined && !groups.includes(group)) return `there is no group of tracepoints "${group}"${suggest(group, groups)}`
  const names = vocabulary.tracepoints(group)
  if (names !== undefined && !names.includes(name)) return `there is no tracepoint "${name}" in ${group}${suggest(name, names)}`
  return { kind: 'tracepoint', group, name }
}

function parseProbe(kind: 'uprobe' | 'uretprobe', argument: string, vocabulary: Vocabulary): EventName | string {
  const colon = argument.lastIndexOf(':')
  if (colon <= 0 || colon === argument.length - 1) return `a ${kind} is written ${kind}:/path/to/file:function`
  const path = argument.slice(0, colon)
  const symbol = argument.slice(colon + 1)
  if (!path.startsWith('/')) return `the path of a ${kind} must be absolute, not "${path}"`
  const names = vocabulary.functions(path)
  if (names === undefined) return `${path} cannot be read as a program or library`
  if (!/^(0x)?[0-9a-f]+$/i.test(symbol) && !names.includes(symbol)) return `${path} has no function "${symbol}"${suggest(symbol, names)}`
  return { kind, path, symbol }
}

function parseUsdt(argument: string): EventName | string {
  const match = /^(\/.*):([^:]+):([^:]+)$/.exec(argument)
  return match === null
    ? 'a USDT probe is written usdt:/path/to/file:PROVIDER:NAME'
    : { kind: 'usdt', path: match[1], provider: match[2], name: match[3] }
}
