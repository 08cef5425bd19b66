/** Files that ship with autotune: the rules, and the script and style of the report. */

import { createHash } from 'node:crypto'
import { existsSync, readFileSync, statSync } from 'node:fs'
import { dirname, join } from 'node:path'
import { fileURLToPath } from 'node:url'
import { AutotuneError } from '../errors.ts'

/** A rule file as text. */
export interface RuleText {
  readonly path: string
  readonly text: string
  /** What the text says, where the build parsed it. */
  readonly parsed?: unknown
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

let rulesOfBuild: Readonly<Record<string, unknown>> | undefined

/** Rules that the build parsed, by the checksum of their text: a file that was changed since is parsed again. */
function parsedRules(): Readonly<Record<string, unknown>> {
  const path = assetPath('parsed-rules.json')
  rulesOfBuild ??= existsSync(path) ? (JSON.parse(readFileSync(path, 'utf8')) as Record<string, unknown>) : {}
  return rulesOfBuild
}

/** One rule file; what cannot be read is an error that names it. */
export function readRuleFile(path: string): RuleText {
  try {
    const facts = statSync(path)
    if (!facts.isFile()) throw new Error('It is no regular file.')
    if (facts.size > MAX_RULE_FILE_BYTES) throw new Error(`It has ${facts.size} bytes.`)
    const text = readFileSync(path, 'utf8')
    const parsed = parsedRules()[createHash('sha256').update(text).digest('hex')]
    return parsed === undefined ? { path, text } : { path, text, parsed }
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
