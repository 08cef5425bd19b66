/** Rule files → rules that can be asked. A broken file costs its own rule, never the others. */

import type { ObservationSpec, Rule } from '../schema.ts'
import { compileCondition, compileScore, declareNames, type Expression, type Refusal } from './expression.ts'
import { type LoadedRule, type RuleFields, ruleSchema } from './rule.ts'
import { describeIssues } from './rule-issues.ts'
import { suggest } from './spelling.ts'
import { checkTemplate } from './template.ts'
import { parseYaml, type YamlSource } from './yaml-source.ts'

/** A rule file as it was read; the path names it in messages. */
export interface RuleFile {
  readonly path: string
  readonly text: string
}

/** Something wrong in a rule file. */
export interface BrokenRule {
  readonly file: string
  readonly line: number
  readonly reason: string
}

/** What came of the rule files. */
export interface Catalogue {
  /** By id. */
  readonly rules: readonly LoadedRule[]
  readonly broken: readonly BrokenRule[]
}

/** Who wants to know more reads the file. */
const MAX_FAULTS_PER_FILE = 5

/** Checks every file against what the detectors measure. A later file replaces the rule of an earlier one of the same id. */
export function loadCatalogue(files: readonly RuleFile[], specs: readonly ObservationSpec[]): Catalogue {
  const detectors = new Map(specs.map(spec => [spec.detector, { spec, environment: declareNames(spec) }]))
  const rules = new Map<string, LoadedRule>()
  const broken: BrokenRule[] = []
  for (const file of files) {
    const loaded = loadRule(file, detectors)
    if (Array.isArray(loaded)) {
      const faults = [...loaded].sort((a, b) => a.line - b.line).slice(0, MAX_FAULTS_PER_FILE)
      broken.push(...faults.map(fault => ({ file: file.path, ...fault })))
      continue
    }
    const replaced = rules.get(loaded.id)
    rules.set(loaded.id, replaced === undefined ? loaded : { ...loaded, overrides: replaced.path })
  }
  return { rules: [...rules.values()].sort((a, b) => (a.id < b.id ? -1 : 1)), broken }
}

interface Known {
  readonly spec: ObservationSpec
  readonly environment: ReturnType<typeof declareNames>
}

interface Fault {
  readonly line: number
  readonly reason: string
}

function loadRule(file: RuleFile, detectors: ReadonlyMap<string, Known>): LoadedRule | Fault[] {
  const source = parseYaml(file.text)
  if ('reason' in source) return [source]
  const parsed = ruleSchema.safeParse(source.value)
  if (!parsed.success) return describeIssues(parsed.error, source)
  const fields = parsed.data
  const name = fileName(file.path)
  if (fields.id !== name) return [{ line: source.lineOf(['id']), reason: `the id is "${fields.id}", but the file is called "${name}"` }]
  const known = detectors.get(fields.detector)
  if (known === undefined) {
    const at = 'detector' in Object(source.value) ? 'detector' : 'id'
    return [
      { line: source.lineOf([at]), reason: `there is no detector "${fields.detector}"${suggest(fields.detector, [...detectors.keys()])}` },
    ]
  }
  const faults = [...templateFaults(fields, known.spec, source), ...nameFaults(fields, known.spec, source)]
  const compiled = compile(fields, known, source)
  if ('faults' in compiled || faults.length > 0) return [...faults, ...('faults' in compiled ? compiled.faults : [])]
  return { ...fields, path: file.path, ...compiled }
}

/** "/etc/rules/cpu-steal.yaml" → "cpu-steal". */
function fileName(path: string): string {
  return path.slice(path.lastIndexOf('/') + 1).replace(/\.ya?ml$/, '')
}

type Compiled = Pick<LoadedRule, 'conditions' | 'scoreExpression'>

function compile(
  { when, score }: RuleFields,
  { environment }: Known,
  source: YamlSource,
): Compiled | { readonly faults: readonly Fault[] } {
  const faults: Fault[] = []
  const conditions: { text: string; holds: Expression<boolean> }[] = []
  for (const [index, text] of when.entries()) {
    const holds = compileCondition(text, environment)
    if (isRefusal(holds)) faults.push({ line: source.lineOf(['when', index]), reason: holds.reason })
    else conditions.push({ text, holds })
  }
  const scoreExpression = typeof score === 'string' ? compileScore(score, environment) : undefined
  if (scoreExpression !== undefined && isRefusal(scoreExpression)) {
    return { faults: [...faults, { line: source.lineOf(['score']), reason: scoreExpression.reason }] }
  }
  if (faults.length > 0) return { faults }
  return scoreExpression === undefined ? { conditions } : { conditions, scoreExpression }
}

function isRefusal(compiled: Expression<unknown> | Refusal): compiled is Refusal {
  return typeof compiled !== 'function'
}

/** Every text that is filled with values when the rule fires. */
function templatesOf({ title, evidence, why, next, undo, clears }: Pick<Rule, 'title' | 'evidence' | 'why' | 'next' | 'undo' | 'clears'>) {
  const listed = Object.entries({ evidence, next, undo }).flatMap(([field, texts]) =>
    texts.map((text, index) => ({ path: [field, index], text })),
  )
  const cleared = clears === undefined ? [] : [{ path: ['clears', 'text'], text: clears.text }]
  return [{ path: ['title'], text: title }, { path: ['why'], text: why }, ...listed, ...cleared]
}

function templateFaults(fields: RuleFields, spec: ObservationSpec, source: YamlSource): Fault[] {
  return templatesOf(fields).flatMap(({ path, text }) => {
    const reason = checkTemplate(text, spec)
    return reason === undefined ? [] : [{ line: source.lineOf(path), reason }]
  })
}

/** Metrics and facts that `clears` and the tests mention. */
function nameFaults({ clears, tests }: RuleFields, spec: ObservationSpec, source: YamlSource): Fault[] {
  const metrics = Object.keys(spec.metrics)
  const facts = Object.keys(spec.facts)
  const faults: Fault[] = []
  if (clears !== undefined && !metrics.includes(clears.metric)) {
    faults.push({
      line: source.lineOf(['clears', 'metric']),
      reason: `there is no metric "${clears.metric}"${suggest(clears.metric, metrics)}`,
    })
  }
  const check = (kind: 'metric' | 'fact', used: readonly string[], path: readonly PropertyKey[]) => {
    const known = kind === 'metric' ? metrics : facts
    for (const name of used.filter(used => !known.includes(used))) {
      faults.push({
        line: source.lineOfKey(path, name),
        reason: `a test sets ${kind} "${name}", which the detector does not have${suggest(name, known)}`,
      })
    }
  }
  for (const [index, test] of tests.entries()) {
    check('metric', Object.keys(test.metrics), ['tests', index, 'metrics'])
    check('fact', Object.keys(test.facts), ['tests', index, 'facts'])
  }
  return faults
}
