/**
 * What the trigger language adds to CEL, taken off before CEL sees the text: `A || B` as two triggers, `… for 2s` at the end,
 * `x matches "re"` between its operands, and durations as `200ms`.
 */

import { parseDuration } from '../units.ts'

/** One trigger as CEL, and how long it must hold. */
export interface TriggerText {
  /** As the user wrote it. */
  readonly text: string
  readonly cel: string
  /** 0: at once. */
  readonly holdNs: number
}

/** Why a text is no trigger. */
export interface TextRefusal {
  readonly reason: string
}

const MAX_LENGTH = 2000

interface Token {
  readonly kind: 'text' | 'word' | 'number' | 'operator' | 'space'
  readonly text: string
}

/** The alternatives of a text, in order. */
export function parseTriggerText(text: string): readonly TriggerText[] | TextRefusal {
  if (text.trim() === '') return { reason: 'It is empty.' }
  if (text.length > MAX_LENGTH) return { reason: `It has ${text.length} characters; ${MAX_LENGTH} are the most.` }
  const tokens = tokenize(text)
  if ('reason' in tokens) return tokens
  const alternatives: TriggerText[] = []
  for (const part of splitAlternatives(tokens)) {
    const alternative = parseAlternative(part)
    if ('reason' in alternative) return alternative
    alternatives.push(alternative)
  }
  return alternatives
}

/** An expression without `||` on top or `for`, e.g. of --commit-if: durations and matches only. */
export function parseConditionText(text: string): string | TextRefusal {
  if (text.length > MAX_LENGTH) return { reason: `It has ${text.length} characters; ${MAX_LENGTH} are the most.` }
  const tokens = tokenize(text)
  return 'reason' in tokens ? tokens : rewrite(tokens)
}

const pattern = /\s+|"(?:[^"\\]|\\.)*"|'(?:[^'\\]|\\.)*'|[A-Za-z_][A-Za-z0-9_]*|\d+(?:\.\d+)?(?:[A-Za-zµ]+)?|\|\||&&|[=!<>]=|./gsu

function tokenize(text: string): readonly Token[] | TextRefusal {
  const tokens: Token[] = []
  for (const [token] of text.matchAll(pattern)) {
    if (token === '"' || token === "'") return { reason: `A text that begins with ${token} does not end.` }
    tokens.push({ kind: kindOf(token), text: token })
  }
  return tokens
}

function kindOf(token: string): Token['kind'] {
  if (/^\s/.test(token)) return 'space'
  if (/^["']/.test(token)) return 'text'
  if (/^[A-Za-z_]/.test(token)) return 'word'
  return /^\d/.test(token) ? 'number' : 'operator'
}

function splitAlternatives(tokens: readonly Token[]): readonly (readonly Token[])[] {
  const parts: Token[][] = [[]]
  let depth = 0
  for (const token of tokens) {
    depth += token.kind !== 'operator' ? 0 : '(['.includes(token.text) ? 1 : ')]'.includes(token.text) ? -1 : 0
    if (token.text === '||' && depth === 0) parts.push([])
    else parts[parts.length - 1].push(token)
  }
  return parts
}

function parseAlternative(tokens: readonly Token[]): TriggerText | TextRefusal {
  const text = tokens
    .map(token => token.text)
    .join('')
    .trim()
  if (text === '') return { reason: 'One side of || is empty.' }
  const at = tokens.findIndex(token => token.kind === 'word' && token.text === 'for')
  const cel = rewrite(at < 0 ? tokens : tokens.slice(0, at))
  if (typeof cel !== 'string') return cel
  if (at < 0) return { text, cel, holdNs: 0 }
  const rest = tokens
    .slice(at + 1)
    .map(token => token.text)
    .join('')
    .trim()
  const holdNs = /[a-z]/.test(rest) ? parseDuration(rest) : undefined
  if (holdNs === undefined || holdNs <= 0)
    return { reason: `After "for" comes a duration such as 2s or 500ms, not ${JSON.stringify(rest)}.` }
  return { text, cel, holdNs }
}

/** `200ms` → duration("200ms"); `x matches "re"` → x.matches("re"). */
function rewrite(tokens: readonly Token[]): string | TextRefusal {
  let cel = ''
  for (let index = 0; index < tokens.length; index++) {
    const token = tokens[index]
    if (token.kind === 'number' && /[A-Za-zµ]/.test(token.text)) {
      const ns = parseDuration(token.text)
      if (ns === undefined) return { reason: `${token.text} is no duration: it is a number with ms, s, m or h.` }
      cel += `duration("${ns}ns")`
    } else if (token.kind === 'word' && token.text === 'matches' && !cel.trimEnd().endsWith('.')) {
      const operand = tokens.slice(index + 1).findIndex(({ kind }) => kind !== 'space')
      const pattern = operand < 0 ? undefined : tokens[index + 1 + operand]
      if (pattern?.kind !== 'text') return { reason: 'After "matches" comes a regular expression in quotes.' }
      cel = `${cel.trimEnd()}.matches(${pattern.text})`
      index += 1 + operand
    } else {
      cel += token.text
    }
  }
  return cel
}
