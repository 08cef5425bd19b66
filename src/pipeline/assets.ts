/** Files that ship with autotune: the rules, and the script and style of the report. */

import { existsSync, readFileSync, statSync } from 'node:fs'
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

/** Where assets lie in the repository; the others exist only when built. */
const sourcePaths: Readonly<Record<string, string>> = { rules: 'rules', bpf: join('src', 'collectors', 'bpf', 'out') }

/** A file or folder that ships with autotune: in dist/ when built, in the repository when run from source. */
export function assetPath(name: string): string {
  const here = dirname(fileURLToPath(import.meta.url))
  const built = join(here, name)
  if (existsSync(built)) return built
  const repository = join(here, '..', '..')
  return join(repository, sourcePaths[name] ?? join('dist', name))
}

/** Script and style of the HTML report. */
export function readReportAssets(): { readonly script: string; readonly style: string } {
  return { script: readFileSync(assetPath('report-app.js'), 'utf8'), style: readFileSync(assetPath('report-page.css'), 'utf8') }
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
