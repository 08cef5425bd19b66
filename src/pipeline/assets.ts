/** Files that ship with autotune: the rules, and the script and style of the report. */

import { existsSync, readdirSync, readFileSync, statSync } from 'node:fs'
import { dirname, join } from 'node:path'
import { fileURLToPath } from 'node:url'
import { AutotuneError } from '../errors.ts'

/** A rule file as text. */
export interface RuleText {
  readonly path: string
  readonly text: string
}

/** Larger rule files are refused by the rule engine anyway. */
const MAX_RULE_FILE_BYTES = 1 << 20

/** dist/ when built, the repository's dist/ and rules/ when run from source. */
function assetPath(name: string): string {
  const here = dirname(fileURLToPath(import.meta.url))
  const built = join(here, name)
  if (existsSync(built)) return built
  const repository = join(here, '..', '..')
  return name === 'rules' ? join(repository, name) : join(repository, 'dist', name)
}

/** Script and style of the HTML report. */
export function readReportAssets(): { readonly script: string; readonly style: string } {
  return { script: readFileSync(assetPath('report-app.js'), 'utf8'), style: readFileSync(assetPath('report-page.css'), 'utf8') }
}

/** The built-in rules, then those of the given folders in turn: later ones override by id. */
export function readRuleFiles(directories: readonly string[]): RuleText[] {
  return [assetPath('rules'), ...directories].flatMap(readRuleDirectory)
}

function readRuleDirectory(directory: string): RuleText[] {
  let names: string[]
  try {
    names = readdirSync(directory)
  } catch (error) {
    throw new AutotuneError({
      code: 'BAD_INPUT',
      what: `The rules folder ${directory} could not be read.`,
      why: error instanceof Error ? error.message : String(error),
      next: 'Give --rules a folder with .yaml files.',
      cause: error,
    })
  }
  const files = names.filter(name => /\.ya?ml$/.test(name)).sort()
  return files.map(name => readRuleFile(join(directory, name)))
}

/** One rule file; what cannot be read is an error that names it. */
export function readRuleFile(path: string): RuleText {
  try {
    const facts = statSync(path)
    if (!facts.isFile()) throw new Error('It is no regular file.')
    if (facts.size > MAX_RULE_FILE_BYTES) throw new Error(`It has ${facts.size} bytes.`)
    return { path, text: readFileSync(path, 'utf8') }
  } catch (error) {
    throw new AutotuneError({
      code: 'BAD_INPUT',
      what: `The rule file ${path} could not be read.`,
      why: error instanceof Error ? error.message : String(error),
      next: 'autotune rules list shows the rules that can.',
      cause: error,
    })
  }
}
