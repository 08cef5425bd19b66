/** What zod found wrong with a rule file, in the words of docs/RULES.md. */

import type { z } from 'zod'
import { findingClasses, ruleStatuses } from '../schema.ts'
import { suggest } from '../spelling.ts'
import { ruleFieldNames } from './rule.ts'
import type { YamlSource } from './yaml-source.ts'

interface Fault {
  readonly line: number
  readonly reason: string
}

/** One fault per issue, with the line it is on. */
export function describeIssues(error: z.ZodError, source: YamlSource): Fault[] {
  return error.issues.flatMap(issue => {
    const { path } = issue
    if (issue.code === 'unrecognized_keys') {
      return issue.keys.map(key => ({ line: source.lineOfKey(path, key), reason: unknownField(path, key) }))
    }
    return [{ line: source.lineOf(path), reason: describeIssue(issue, valueAt(source.value, path)) }]
  })
}

function unknownField(path: readonly PropertyKey[], key: string): string {
  const where = path.length === 0 ? '' : ` in ${fieldName(path)}`
  return `there is no field "${key}"${where}${path.length === 0 ? suggest(key, ruleFieldNames) : ''}`
}

function describeIssue(issue: z.core.$ZodIssue, value: unknown): string {
  const field = fieldName(issue.path)
  if (issue.path.length === 0) return 'the file does not hold the fields of a rule'
  if (value === undefined) return `the field ${field} is missing`
  const last = issue.path.findLast(key => typeof key === 'string')
  if (issue.code === 'invalid_value') {
    const known = last === 'status' ? ruleStatuses : findingClasses.filter(id => id !== 'none')
    const choice =
      last === 'status'
        ? `: it must be ${ruleStatuses.slice(0, -1).join(', ')} or ${ruleStatuses.at(-1)}`
        : `${suggest(String(value), known)}`
    return `${field} is "${String(value).slice(0, 80)}", which there is not${choice}`
  }
  if (issue.code === 'invalid_type') return `${field} must be ${kinds[issue.expected] ?? issue.expected}`
  return `${field} ${issue.message}`
}

const kinds: Readonly<Record<string, string>> = {
  string: 'a text; put it in quotes if it holds ": " or looks like a number',
  array: 'a list',
  number: 'a number',
  int: 'a whole number',
  boolean: 'true or false',
  object: 'a map',
  record: 'a map',
}

/** ["tests", 0, "share"] → tests[0].share */
function fieldName(path: readonly PropertyKey[]): string {
  return path.map((key, index) => (typeof key === 'number' ? `[${key}]` : index === 0 ? String(key) : `.${String(key)}`)).join('')
}

function valueAt(root: unknown, path: readonly PropertyKey[]): unknown {
  let value = root
  for (const key of path) {
    if (typeof value !== 'object' || value === null || !Object.hasOwn(value, key)) return undefined
    value = (value as Readonly<Record<PropertyKey, unknown>>)[key]
  }
  return value
}
