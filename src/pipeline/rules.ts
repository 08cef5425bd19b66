/** `autotune rules list | show | test | new`. */

import { mkdirSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { specOf } from '../detectors/detector.ts'
import { detectors } from '../detectors/registry.ts'
import { AutotuneError } from '../errors.ts'
import { formatRule, formatRulesList } from '../report/rules-text.ts'
import { type BrokenRule, loadCatalogue } from '../rules/catalogue.ts'
import { draftRule } from '../rules/new-rule.ts'
import { testRules } from '../rules/rule-tests.ts'
import { type FindingClass, findingClasses } from '../schema.ts'
import { suggest } from '../spelling.ts'
import { readRuleFile } from './assets.ts'
import type { Outcome } from './diagnose.ts'
import { readRuleLayers } from './rule-layers.ts'

const specs = detectors.map(specOf)

/** A broken or failing rule file is bad input. */
const BAD_INPUT_STATUS = 4

/** All rules, a line each. */
export function listRulesCommand(directories: readonly string[]): Outcome {
  const { rules, broken } = loadCatalogue(readRuleLayers(directories).files, specs)
  return { output: formatRulesList(rules), remarks: broken.map(describeBroken), exitStatus: 0 }
}

/** One rule in full. */
export function showRuleCommand(id: string, directories: readonly string[]): Outcome {
  const { rules, broken } = loadCatalogue(readRuleLayers(directories).files, specs)
  const rule = rules.find(candidate => candidate.id === id)
  const metrics = specs.find(({ detector }) => detector === rule?.detector)?.metrics
  if (rule !== undefined) return { output: formatRule(rule, metrics), remarks: [], exitStatus: 0 }
  const fault = broken.find(({ file }) => file.endsWith(`/${id}.yaml`))
  throw new AutotuneError({
    code: 'BAD_INPUT',
    what: `There is no rule ${id}.`,
    why:
      fault === undefined
        ? `No rule file has this id${suggest(
            id,
            rules.map(({ id: known }) => known),
          )}.`
        : describeBroken(fault),
    next: 'autotune rules list',
  })
}

/** Runs the tests inside rule files; without files those of all rules. */
export function testRulesCommand(files: readonly string[], directories: readonly string[]): Outcome {
  const texts = files.length > 0 ? files.map(readRuleFile) : readRuleLayers(directories).files
  const { rules, broken } = loadCatalogue(texts, specs)
  const results = testRules(rules, specs)
  const failed = results.filter(({ problem }) => problem !== undefined)
  const brokenFiles = new Set(broken.map(({ file }) => file)).size
  const lines = [
    ...broken.map(describeBroken),
    ...failed.map(({ path, name, problem }) => `${path}: "${name}" ${problem}`),
    ...(brokenFiles === 0 ? [] : ['docs/RULES.md has the format of rules; autotune rules new ID writes one that works, to be changed.']),
    `${results.length - failed.length} passed, ${failed.length} failed${brokenFiles > 0 ? `, ${brokenFiles} ${brokenFiles === 1 ? 'file' : 'files'} broken` : ''}`,
  ]
  return { output: `${lines.join('\n')}\n`, remarks: [], exitStatus: failed.length + broken.length > 0 ? BAD_INPUT_STATUS : 0 }
}

/** What `rules new` is told. */
export interface NewRuleOptions {
  readonly detector: string
  readonly metric?: string
  readonly class: string
  readonly to: string
}

/** Writes the skeleton of a rule, whose tests pass, and never over another file. */
export function newRuleCommand(id: string, options: NewRuleOptions): Outcome {
  const spec = specs.find(({ detector }) => detector === options.detector)
  if (spec === undefined)
    throw unknownName(
      'detector',
      options.detector,
      specs.map(({ detector }) => detector),
    )
  const metrics = Object.keys(spec.metrics)
  const metric = options.metric ?? metrics.find(name => name.endsWith('Ratio')) ?? metrics[0]
  if (!metrics.includes(metric)) throw unknownName('metric', metric, metrics)
  const classId = findingClasses.find(known => known === options.class && known !== 'none')
  if (classId === undefined) throw unknownName('class', options.class, [...findingClasses])
  const path = join(options.to, `${id}.yaml`)
  const text = draftRule({ id, spec, classId: classId satisfies FindingClass, metric })
  const { rules, broken } = loadCatalogue([{ path, text }], specs)
  const problem = broken.at(0)?.reason ?? testRules(rules, specs).find(result => result.problem !== undefined)?.problem
  if (problem !== undefined) throw cannotWrite(path, problem)
  try {
    mkdirSync(options.to, { recursive: true })
    writeFileSync(path, text, { flag: 'wx' })
  } catch (error) {
    throw cannotWrite(path, error instanceof Error ? error.message : String(error))
  }
  return { output: `${path}\n`, remarks: [`Its tests pass. Change what says TODO, then: autotune rules test ${path}`], exitStatus: 0 }
}

function unknownName(kind: string, name: string, known: readonly string[]): AutotuneError {
  return new AutotuneError({
    code: 'BAD_INPUT',
    what: `There is no ${kind} ${name}.`,
    why: `No ${kind} has this name${suggest(name, known)}.`,
    next: 'autotune rules list; autotune rules show ID names the detector of a rule, its class and its metrics.',
  })
}

function cannotWrite(path: string, why: string): AutotuneError {
  return new AutotuneError({
    code: 'BAD_INPUT',
    what: `The rule ${path} could not be written.`,
    why,
    next: 'Choose another name, or another folder with --to DIR.',
  })
}

function describeBroken({ file, line, reason }: BrokenRule): string {
  return `${file}:${line}: ${reason}`
}
