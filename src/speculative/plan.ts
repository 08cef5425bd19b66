/** Where each part of a trigger is evaluated: in the kernel where it can be, else here on the few events that come through. */

import { type KernelRule, MAX_KERNEL_RULES } from '../schema.ts'
import { formatDuration } from '../units.ts'
import { type EventName, formatEventName, type Vocabulary } from './event-name.ts'
import type { Comparison, Conjunct, Source, Trigger } from './trigger.ts'

/** A trigger and how it is watched. */
export interface PlannedTrigger {
  readonly trigger: Trigger
  readonly way: Way
  readonly parts: readonly PlannedPart[]
}

/** What tells us that a trigger may fire. */
export type Way =
  | { readonly kind: 'rule'; readonly rule: number }
  | { readonly kind: 'command' | 'log' | 'mark' | 'levels' | 'stalled' | 'sequence' }
  /** The kernel's own trigger on /proc/pressure; another trigger with the same line of it is not affected. */
  | { readonly kind: 'psi'; readonly resource: string; readonly text: string; readonly windowNs: number }

/** One line of --explain. */
export interface PlannedPart {
  readonly text: string
  readonly place: 'kernel' | 'here'
  readonly how: string
  readonly cost: string
}

/** All triggers, the rules for the kernel, and the events they attach to. */
export interface Plan {
  readonly triggers: readonly PlannedTrigger[]
  readonly rules: readonly KernelRule[]
  /** Spans and events of users' code, numbered as rules name them. */
  readonly probes: readonly PlannedProbe[]
}

/** An event that the kernel attaches to; end is there when a span begins with it. */
export interface PlannedProbe {
  readonly event: EventName
  readonly end: EventName | 'return' | undefined
}

/** What the plan depends on. */
export interface PlanOptions {
  readonly vocabulary: Vocabulary
  /** Whether we start the program: then its exit status comes to us by itself. */
  readonly hasCommand: boolean
  /** Whether the kernel takes our programs. */
  readonly hasKernel: boolean
  readonly uid: number
}

/** Plans all triggers. What needs the kernel where it takes no programs of ours is left out by the caller, who says so. */
export function planTriggers(triggers: readonly Trigger[], options: PlanOptions): Plan {
  const rules: KernelRule[] = []
  const probes: PlannedProbe[] = []
  const planned = triggers.map(trigger => planTrigger(trigger, { ...options, rules, probes }))
  return { triggers: planned, rules, probes }
}

interface Planning extends PlanOptions {
  readonly rules: KernelRule[]
  readonly probes: PlannedProbe[]
}

function planTrigger(trigger: Trigger, planning: Planning): PlannedTrigger {
  const { source } = trigger
  if (source === undefined) return planLevels(trigger, planning)
  const isOurs = source.kind === 'exit' || (source.kind === 'signal' && !planning.hasKernel)
  if (isOurs && planning.hasCommand) {
    return everythingHere(trigger, { kind: 'command' }, { how: 'when the program we started ends', cost: 'nothing' })
  }
  if (source.kind === 'log')
    return everythingHere(trigger, { kind: 'log' }, { how: `lines added to ${source.path}, told by inotify`, cost: 'about 2 µs a line' })
  if (source.kind === 'sequence')
    return everythingHere(
      trigger,
      { kind: 'sequence' },
      { how: 'on the events of the rings, read ten times a second', cost: 'about 0.3 µs an event' },
    )
  if (source.kind === 'mark') return everythingHere(trigger, { kind: 'mark' }, { how: 'autotune mark, through a socket', cost: 'nothing' })
  if (source.kind === 'stalled')
    return everythingHere(
      trigger,
      { kind: 'stalled' },
      { how: `time since the last ${formatEventName(source.event)}, ten times a second`, cost: 'a read of a counter, 10 a second' },
    )
  return planRule(trigger, source, planning)
}

function everythingHere({ conjuncts, ...trigger }: Trigger, way: Way, { how, cost }: Pick<PlannedPart, 'how' | 'cost'>): PlannedTrigger {
  return { trigger: { conjuncts, ...trigger }, way, parts: conjuncts.map(({ text }) => ({ text, place: 'here', how, cost })) }
}

/** Windows the kernel's PSI triggers take: Documentation/accounting/psi.rst. Without privilege only multiples of 2 s. */
const SHORTEST_PSI_NS = 500e6
const LONGEST_PSI_NS = 10e9
const UNPRIVILEGED_PSI_NS = 2e9
const USUAL_PSI_NS = 1e9

function planLevels(trigger: Trigger, { uid }: Planning): PlannedTrigger {
  const [only] = trigger.conjuncts
  const comparison = only?.comparison
  const level = comparison?.level
  const isAbove = comparison?.operator === '>' || comparison?.operator === '>='
  if (trigger.conjuncts.length === 1 && level?.kind === 'psi' && isAbove && typeof comparison?.constant === 'number') {
    const wanted = trigger.holdNs > 0 ? trigger.holdNs : USUAL_PSI_NS
    const windowNs =
      uid === 0
        ? Math.min(LONGEST_PSI_NS, Math.max(SHORTEST_PSI_NS, wanted))
        : Math.min(LONGEST_PSI_NS, Math.ceil(wanted / UNPRIVILEGED_PSI_NS) * UNPRIVILEGED_PSI_NS)
    const windowUs = Math.round(windowNs / 1e3)
    const thresholdUs = Math.round(comparison.constant * windowUs)
    if (thresholdUs > 0 && thresholdUs <= windowUs) {
      const way = { kind: 'psi', resource: level.resource, text: `${level.line} ${thresholdUs} ${windowUs}`, windowNs } as const
      const how = `PSI trigger "${way.text}" on /proc/pressure/${level.resource}`
      return { trigger, way, parts: [{ text: only.text, place: 'kernel', how, cost: 'nothing until it fires' }] }
    }
  }
  return everythingHere(trigger, { kind: 'levels' }, { how: 'read ten times a second', cost: 'about 50 µs a reading' })
}

const kindOf = { error: 'error', signal: 'signal', blocked: 'blocked', runQueue: 'runQueue', exit: 'exit' } as const

function planRule(trigger: Trigger, source: Source, planning: Planning): PlannedTrigger {
  const base = baseRule(source, planning)
  let rule = base.rule
  const parts: PlannedPart[] = []
  for (const conjunct of trigger.conjuncts) {
    const narrowed = narrow(rule, source, conjunct)
    if (narrowed !== undefined) rule = narrowed
    parts.push(
      narrowed === undefined
        ? { text: conjunct.text, place: 'here', how: 'on what the kernel lets through', cost: 'about 5 µs each time' }
        : { text: conjunct.text, place: 'kernel', how: base.how, cost: base.cost },
    )
  }
  planning.rules.push(rule)
  return { trigger, way: { kind: 'rule', rule: planning.rules.length - 1 }, parts }
}

function baseRule(
  source: Source,
  { vocabulary, probes }: Planning,
): { readonly rule: KernelRule; readonly how: string; readonly cost: string } {
  const open = { subject: 0, low: -LARGEST, high: LARGEST, isInverted: false, minNs: 0 }
  const number = (name: string): number => vocabulary.syscalls.get(name) ?? 0
  if (source.kind === 'error')
    return {
      rule: { ...open, kind: 'error', subject: number(source.syscall) },
      how: 'eBPF at the end of system calls',
      cost: 'about 0.1 µs a system call',
    }
  if ((source.kind === 'span' || source.kind === 'event') && source.event.kind === 'syscall')
    return {
      rule: { ...open, kind: 'syscall', subject: number(source.event.name) },
      how: 'eBPF at begin and end of system calls',
      cost: 'about 0.2 µs a system call',
    }
  if (source.kind === 'span' || source.kind === 'event') {
    const end = source.kind === 'span' ? (source.end ?? 'return') : undefined
    const name = formatProbe({ event: source.event, end })
    const known = probes.findIndex(probe => formatProbe(probe) === name)
    const subject = known < 0 ? probes.push({ event: source.event, end }) - 1 : known
    const isUser = ['uprobe', 'uretprobe', 'usdt'].includes(source.event.kind)
    return {
      rule: { ...open, kind: 'probe', subject },
      how: `eBPF at ${name}`,
      cost: isUser ? 'about 2 µs a call, 4 µs with its end' : 'about 0.2 µs each',
    }
  }
  const kind = kindOf[source.kind as keyof typeof kindOf]
  const costs = {
    signal: 'about 0.2 µs a signal',
    blocked: 'part of recording switches',
    runQueue: 'part of recording switches',
    exit: 'about 0.2 µs a process',
  }
  return { rule: { ...open, kind }, how: `eBPF where the kernel ${places[kind]}`, cost: costs[kind as keyof typeof costs] }
}

function formatProbe({ event, end }: PlannedProbe): string {
  const begin = formatEventName(event)
  return end === undefined || end === 'return' ? begin : `${begin} to ${formatEventName(end)}`
}

const places: Readonly<Record<string, string>> = {
  signal: 'sends signals',
  blocked: 'runs a thread that was blocked',
  runQueue: 'runs a thread that waited for a CPU',
  exit: 'ends processes',
}

/** Bounds of an s64 that a number holds exactly. */
const LARGEST = 2 ** 53 - 1

/** The rule with a comparison added to it; undefined when the kernel can't make it. */
function narrow(rule: KernelRule, source: Source, { comparison, text }: Conjunct): KernelRule | undefined {
  if (comparison === undefined) return source.kind === 'event' && text.trim().startsWith('event(') ? rule : undefined
  const { field, constant } = comparison
  if (typeof constant !== 'number') return undefined
  const isDuration = field === 'durationMs' || (field === 'source' && (source.kind === 'blocked' || source.kind === 'runQueue'))
  if (isDuration) return narrowDuration(rule, comparison.operator, field === 'durationMs' ? constant * 1e6 : constant)
  const isValue = field === 'ret' || (field === 'source' && ['error', 'signal', 'exit'].includes(source.kind))
  return isValue ? narrowValue(rule, comparison.operator, constant) : undefined
}

/** Only lower bounds: what is short ends before anybody could look. */
function narrowDuration(rule: KernelRule, operator: Comparison['operator'], ns: number): KernelRule | undefined {
  if (operator !== '>' && operator !== '>=') return undefined
  const least = Math.max(0, operator === '>' ? Math.floor(ns) + 1 : Math.ceil(ns))
  return least <= LARGEST ? { ...rule, minNs: Math.max(rule.minNs, least) } : undefined
}

function narrowValue(rule: KernelRule, operator: Comparison['operator'], constant: number): KernelRule | undefined {
  if (rule.isInverted || !Number.isInteger(constant) || Math.abs(constant) >= LARGEST) return undefined
  const isOpen = rule.low === -LARGEST && rule.high === LARGEST
  if (operator === '!=') return isOpen ? { ...rule, low: constant, high: constant, isInverted: true } : undefined
  const low = operator === '>' ? constant + 1 : operator === '>=' || operator === '==' ? constant : -LARGEST
  const high = operator === '<' ? constant - 1 : operator === '<=' || operator === '==' ? constant : LARGEST
  return { ...rule, low: Math.max(rule.low, low), high: Math.min(rule.high, high) }
}

/** Rules the kernel has no room for. */
export function rulesBeyondLimit({ rules }: Plan): number {
  return Math.max(0, rules.length - MAX_KERNEL_RULES)
}

/** The plan for people. */
export function formatPlan({ triggers }: Plan): string {
  const lines = triggers.flatMap(({ trigger, parts }, index) => [
    `${index + 1}. ${trigger.text}`,
    ...parts.flatMap(({ text, place, how, cost }) => [
      `   ${place === 'kernel' ? 'in the kernel' : 'here         '}  ${readable(text)}`,
      `                  ${how}; costs ${cost}`,
    ]),
  ])
  return `${lines.join('\n')}\n`
}

/** Durations as people write them, not as CEL does. */
function readable(text: string): string {
  return text.replaceAll(/duration\("(\d+)ns"\)/g, (_, ns) => formatDuration(Number(ns)).replace(' ', ''))
}
