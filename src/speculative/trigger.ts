/** What a trigger is, once it passed all checks. */

import type { EventName } from './event-name.ts'
import type { SequenceStep } from './sequence-language.ts'
import type { TriggerText } from './trigger-text.ts'

/** What a trigger is told by. */
export type Source =
  | { readonly kind: 'exit' | 'signal' | 'blocked' | 'runQueue' | 'mark' }
  | { readonly kind: 'error'; readonly syscall: string }
  /** A span ends when its function or system call returns, or at another event of the same thread. */
  | { readonly kind: 'span'; readonly event: EventName; readonly end?: EventName }
  | { readonly kind: 'event' | 'stalled'; readonly event: EventName }
  | { readonly kind: 'log'; readonly path: string }
  | { readonly kind: 'sequence'; readonly steps: readonly SequenceStep[] }

/** What it may ask besides: a level that has a value at every instant. */
export type Level =
  | { readonly kind: 'psi'; readonly resource: PsiResource; readonly line: PsiLine }
  | { readonly kind: 'series'; readonly name: string; readonly subject: string | undefined }

/** Files of /proc/pressure, and their lines. */
export type PsiResource = 'cpu' | 'io' | 'memory'
export type PsiLine = 'some' | 'full'

/** A span that ended, as expressions see it. */
export interface SpanValue {
  readonly durationMs: number
  readonly ret: number
}

/** What is known when a trigger is asked. What is not there was not measured, and does not fire. */
export interface Moment {
  readonly source?: number | string | boolean | SpanValue | undefined
  readonly tid?: number | undefined
  readonly pid?: number | undefined
  readonly comm?: string | undefined
  /** Key of levelKey → value. */
  readonly levels?: ReadonlyMap<string, number> | undefined
}

/** A trigger that passed all checks. */
export interface Trigger extends TriggerText {
  readonly source: Source | undefined
  readonly levels: readonly Level[]
  /** All of it holds when each of these does. */
  readonly conjuncts: readonly Conjunct[]
  fires(moment: Moment): boolean
}

/** One part of a trigger: `FIELD OPERATOR CONSTANT` where it has that form. */
export interface Conjunct {
  readonly text: string
  readonly comparison: Comparison | undefined
}

/** Durations are in ns. */
export interface Comparison {
  readonly field: 'source' | 'durationMs' | 'ret' | 'tid' | 'pid' | 'comm' | 'level'
  readonly operator: '==' | '!=' | '<' | '<=' | '>' | '>='
  readonly constant: number | string
  readonly level: Level | undefined
}

/** Name under which a level's value is kept. */
export function levelKey(level: Level): string {
  return level.kind === 'psi' ? `psi.${level.resource}.${level.line}` : `series.${level.name}\0${level.subject ?? ''}`
}
