/** `autotune rules list | show | test`. */

import { specOf } from '../detectors/detector.ts'
import { detectors } from '../detectors/registry.ts'
import { AutotuneError } from '../errors.ts'
import { formatRule, formatRulesList } from '../report/rules-text.ts'
import { type BrokenRule, loadCatalogue } from '../rules/catalogue.ts'
import { testRules } from '../rules/rule-tests.ts'
import { suggest } from '../spelling.ts'
import { readRuleFile, readRuleFiles } from './assets.ts'
import type { Outcome } from './diagnose.ts'

const specs = detectors.map(specOf)

/** A broken or failing rule file is bad input. */
const BAD_INPUT_STATUS = 4

/** All rules, a line each. */
export function listRulesCommand(directories: readonly string[]): Outcome {
  const { rules, broken } = loadCatalogue(readRuleFiles(directories), specs)
  return { output: formatRulesList(rules), remarks: broken.map(describeBroken), exitStatus: 0 }
}

/** One rule in full. */
export function showRuleCommand(id: string, directories: readonly string[]): Outcome {
  const { rules, broken } = loadCatalogue(readRuleFiles(directories), specs)
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
  const texts = files.length > 0 ? files.map(readRuleFile) : readRuleFiles(directories)
  const { rules, broken } = loadCatalogue(texts, specs)
  const results = testRules(rules, specs)
  const failed = results.filter(({ problem }) => problem !== undefined)
  const lines = [
    ...broken.map(describeBroken),
    ...failed.map(({ path, name, problem }) => `${path}: "${name}" ${problem}`),
    `${results.length - failed.length} passed, ${failed.length} failed${broken.length > 0 ? `, ${broken.length} broken` : ''}`,
  ]
  return { output: `${lines.join('\n')}\n`, remarks: [], exitStatus: failed.length + broken.length > 0 ? BAD_INPUT_STATUS : 0 }
}

function describeBroken({ file, line, reason }: BrokenRule): string {
  return `${file}:${line}: ${reason}`
}
