/** Where an expression names events and levels. */

import type { ASTNode } from '@marcbachmann/cel-js'
import { suggest } from '../spelling.ts'
import { badTrigger } from './errors.ts'
import { type EventName, parseEventName, parseSyscall, type Vocabulary } from './event-name.ts'
import { type Level, levelKey, type PsiLine, type PsiResource, type Source } from './trigger.ts'
import { calledSources, plainSources } from './trigger-environment.ts'

/** Where an expression names a source or a level. */
export interface Reference {
  readonly start: number
  readonly end: number
  readonly text: string
  readonly key: string
  readonly type: string
  readonly source: Source | undefined
  readonly level: Level | undefined
}

/** All of them, from left to right. */
export function findReferences(node: ASTNode, text: string, vocabulary: Vocabulary): readonly Reference[] {
  const own = referenceOf(node, text, vocabulary)
  if (own !== undefined) return [own]
  return childrenOf(node).flatMap(child => findReferences(child, text, vocabulary))
}

function referenceOf(node: ASTNode, text: string, vocabulary: Vocabulary): Reference | undefined {
  const { start, end } = node
  const written = node.input.slice(start, end)
  const make = (type: string, about: { source?: Source; level?: Level }): Reference => {
    const level = about.level
    return {
      start,
      end,
      text: written,
      key: level === undefined ? JSON.stringify(about.source) : levelKey(level),
      type,
      source: about.source,
      level,
    }
  }
  if (node.op === 'id') {
    const type = plainSources[node.args]
    return type === undefined ? undefined : make(type, { source: { kind: node.args as 'exit' } })
  }
  if (node.op === 'call' && node.args[0] === 'series') return make('double', { level: seriesLevel(node.args[1], text, vocabulary) })
  if (node.op === 'call') {
    const type = Object.hasOwn(calledSources, node.args[0]) ? calledSources[node.args[0]] : undefined
    if (type === undefined) return undefined
    return make(type, {
      source: calledSource(
        node.args[0],
        node.args[1].map(argument => constantText(argument, text)),
        { text, vocabulary },
      ),
    })
  }
  const psi = /^psi\s*\.\s*(cpu|io|memory)\s*\.\s*(some|full)$/.exec(written)
  return node.op === '.' && psi !== null
    ? make('double', { level: { kind: 'psi', resource: psi[1] as PsiResource, line: psi[2] as PsiLine } })
    : undefined
}

/** Throws for a regular expression that is none. */
export function checkPatterns(node: ASTNode, text: string): void {
  if (node.op === 'rcall' && node.args[0] === 'matches') {
    const pattern = node.args[2][0]
    if (pattern?.op !== 'value' || typeof pattern.args !== 'string')
      throw badTrigger(text, 'The regular expression of matches must be a text in quotes.')
    try {
      new RegExp(pattern.args)
    } catch (error) {
      throw badTrigger(
        text,
        `The regular expression ${JSON.stringify(pattern.args)} is none: ${error instanceof Error ? error.message : String(error)}.`,
      )
    }
  }
  for (const child of childrenOf(node)) checkPatterns(child, text)
}

function constantText(node: ASTNode | undefined, text: string): string {
  if (node?.op === 'value' && typeof node.args === 'string') return node.args
  throw badTrigger(text, 'The name of an event, a system call, a log or a series must be a text in quotes.')
}

function calledSource(
  name: string,
  [argument, end]: readonly string[],
  { text, vocabulary }: { text: string; vocabulary: Vocabulary },
): Source {
  if (name === 'log') {
    if (argument.startsWith('/')) return { kind: 'log', path: argument }
    throw badTrigger(text, `The path of a log must be absolute, not "${argument}".`)
  }
  const event = name === 'error' ? parseSyscall(argument.replace(/^syscall:/, ''), vocabulary) : parseEventName(argument, vocabulary)
  if (typeof event === 'string') throw badTrigger(text, `In ${name}(): ${event}.`)
  if (name === 'error') return { kind: 'error', syscall: event.kind === 'syscall' ? event.name : '' }
  if (name === 'span' && end !== undefined) return spanBetween(event, parseEventName(end, vocabulary), text)
  if (name === 'span' && !['syscall', 'uprobe'].includes(event.kind))
    throw badTrigger(
      text,
      `span() takes what begins and ends: syscall:NAME or uprobe:PATH:FUNCTION, not ${event.kind}; span(BEGIN, END) joins two events of a thread.`,
    )
  return { kind: name as 'span' | 'event' | 'stalled', event }
}

/** From one event of a thread to another. */
function spanBetween(event: EventName, end: EventName | string, text: string): Source {
  if (typeof end === 'string') throw badTrigger(text, `In span(): ${end}.`)
  for (const { kind } of [event, end])
    if (kind === 'syscall') throw badTrigger(text, 'A system call ends where it returns: span("syscall:NAME") has no other end.')
  return { kind: 'span', event, end }
}

function seriesLevel(args: readonly ASTNode[], text: string, vocabulary: Vocabulary): Level {
  const name = constantText(args[0], text)
  if (!vocabulary.series.includes(name)) throw badTrigger(text, `There is no series "${name}"${suggest(name, vocabulary.series)}.`)
  return { kind: 'series', name, subject: args.length > 1 ? constantText(args[1], text) : undefined }
}

/** The parts of an expression. */
export function childrenOf(node: ASTNode): readonly ASTNode[] {
  if (node.op === 'value' || node.op === 'id') return []
  if (node.op === '!_' || node.op === '-_') return [node.args]
  if (node.op === '.') return [node.args[0]]
  if (node.op === 'call') return node.args[1]
  if (node.op === 'rcall') return [node.args[1], ...node.args[2]]
  return Array.isArray(node.args) ? (node.args as readonly unknown[]).filter(isNode) : []
}

function isNode(value: unknown): value is ASTNode {
  return typeof value === 'object' && value !== null && 'op' in value && 'input' in value
}

/** `!event("…")`: something that is not there cannot be a moment. */
export function isNegated(node: ASTNode, reference: Reference): boolean {
  if (node.op === '!_' && node.args.start === reference.start && reference.type === 'bool') return true
  return childrenOf(node).some(child => isNegated(child, reference))
}
