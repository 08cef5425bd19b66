/** What a rule file may hold, and a rule ready to be asked. */

import { z } from 'zod'
import { findingClasses, type Rule, ruleStatuses } from '../schema.ts'
import type { Expression } from './expression.ts'

/** A rule with its expressions compiled. */
export interface LoadedRule extends Rule {
  readonly conditions: readonly { readonly text: string; readonly holds: Expression<boolean> }[]
  /** Absent: the common map. */
  readonly scoreExpression?: Expression<number>
}

const text = z.string().min(1, 'must not be empty').max(2000, 'must not be longer than 2000 characters')
const texts = z.array(text).max(20, 'must not have more than 20 entries')
const someTexts = texts.min(1, 'needs at least one entry')
const ratio = z.number().min(0, 'must be 0..1').max(1, 'must be 0..1')
/** "none" is what there is when no rule fires. */
const classId = z.enum(findingClasses).exclude(['none'])

const interval = z
  .union([ratio, z.strictObject({ estimate: ratio, low: ratio, high: ratio })], {
    error: 'must be a number 0..1 or { estimate, low, high }',
  })
  .transform(share => (typeof share === 'number' ? { estimate: share, low: share, high: share } : share))
  .refine(({ estimate, low, high }) => low <= estimate && estimate <= high, 'must have low ≤ estimate ≤ high')

const testCase = z.strictObject({
  name: text,
  metrics: z.record(z.string(), z.number()),
  facts: z.record(z.string(), z.string()).default({}),
  share: interval.default({ estimate: 0.2, low: 0.2, high: 0.2 }),
  fires: z.boolean(),
  score: z.strictObject({ min: z.number(), max: z.number() }).optional(),
})

const score = z.union([z.strictObject({ ceiling: z.number().min(1).max(100) }), text, z.number().transform(String)], {
  error: 'must be { ceiling: 1..100 } or a CEL expression',
})

/** The fields of a rule file, as docs/RULES.md lists them. */
export const ruleSchema = z
  .strictObject({
    id: z.string().regex(/^[a-z][a-z0-9]*(-[a-z0-9]+)*$/, 'must be kebab-case'),
    detector: text.optional(),
    class: classId,
    status: z.enum(ruleStatuses),
    title: text,
    when: someTexts,
    score: score.optional(),
    minSamples: z.int().min(0).max(1e6).default(0),
    evidence: texts.length(2, 'needs two entries'),
    why: text,
    next: someTexts,
    undo: texts.default([]),
    sources: someTexts,
    whenWrong: someTexts,
    clears: z.strictObject({ resource: text, metric: text, text }).optional(),
    folds: z.array(classId).max(50).default([]),
    suggests: texts.default([]),
    series: texts.default([]),
    tests: z.array(testCase).min(1, 'needs at least one entry').max(200, 'must not have more than 200 entries'),
  })
  .transform(fields => ({ ...fields, detector: fields.detector ?? fields.id }))

/** A rule file's content once it has the right shape. Names in it are not checked yet. */
export type RuleFields = z.output<typeof ruleSchema>

/** Names of all fields. */
export const ruleFieldNames: readonly string[] = Object.keys(ruleSchema.in.shape)
