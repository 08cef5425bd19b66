import { parseTriggerText } from './trigger-text.ts'

const token = /"(?:[^"\\]|\\.)*"|'(?:[^'\\]|\\.)*'|(?:[.]\s*)?\b[A-Za-z_]\w*/gu
const spanFields = new Set(['durationMs', 'ret'])
/** What is known only when the window is there. */
const windowFields = new Set(['exit', 'signal', 'events', 'lost', 'windowMs'])

/**
 * --commit-if as a trigger on the end of a span, where it asks for nothing but the span: then most spans are forgotten where they end,
 * in the kernel, and no window is copied for them. Undefined where it asks for the window; the condition has been checked before.
 */
export function spanTriggerText(span: string, condition: string | undefined): string | undefined {
  const every = `${span}.durationMs >= 0`
  if (condition === undefined) return every
  const alternatives = parseTriggerText(condition)
  if ('reason' in alternatives) return undefined
  const words = (cel: string): readonly string[] => [...cel.matchAll(token)].map(([word]) => word)
  if (alternatives.some(({ cel }) => words(cel).some(word => windowFields.has(word)))) return undefined
  const asksSpan = alternatives.every(({ cel }) => words(cel).some(word => spanFields.has(word)))
  const text = alternatives.map(({ cel }) => cel.replaceAll(token, word => (spanFields.has(word) ? `${span}.${word}` : word))).join(' || ')
  return asksSpan ? text : `${every} && (${text})`
}
