/** Where rules come from, the later over the earlier: built in, this class of hosts, the project, the command line. */

import { existsSync, readdirSync, statSync } from 'node:fs'
import { dirname, join } from 'node:path'
import { AutotuneError } from '../errors.ts'
import { assetPath, type RuleText, readRuleFile } from './assets.ts'

/** Rules and suppressions of all layers. */
export interface RuleLayers {
  readonly files: readonly RuleText[]
  readonly suppressions: readonly RuleText[]
  /** Folders that were left out, and why. */
  readonly remarks: readonly string[]
}

/** Where to look; tests give folders of their own. */
export interface LayerPlaces {
  readonly workingDirectory: string
  /** Rules of this host, and in folders below of classes of hosts. */
  readonly hostDirectory: string
  /** Name of the class of this host: a folder in hostDirectory. */
  readonly hostClass: string | undefined
  /** Who may own a project's rules besides root. */
  readonly trustedUids: readonly number[]
}

/** Names of a project's folder of rules, looked for here and above. */
const projectFolders = ['autotune.rules', join('.autotune', 'rules')]
/** Among the rules of any layer but the built-in one. */
const SUPPRESSIONS = 'suppressions.yaml'
const MAX_LEVELS = 64

/** The places of this process. */
export function usualPlaces(): LayerPlaces {
  const sudoUid = Number(process.env.SUDO_UID ?? Number.NaN)
  return {
    workingDirectory: process.cwd(),
    hostDirectory: '/etc/autotune/rules',
    hostClass: process.env.AUTOTUNE_HOST_CLASS,
    trustedUids: [process.geteuid?.() ?? 0, ...(Number.isInteger(sudoUid) ? [sudoUid] : [])],
  }
}

/** Reads all layers. commandLine are files and folders that the user named: only these must exist. */
export function readRuleLayers(commandLine: readonly string[], places: LayerPlaces = usualPlaces()): RuleLayers {
  const { hostDirectory, hostClass, trustedUids } = places
  const remarks: string[] = []
  const isClass = hostClass !== undefined && /^[\w-]+$/.test(hostClass)
  const found = [hostDirectory, ...(isClass ? [join(hostDirectory, hostClass)] : []), ...projectFolder(places)].filter(directory => {
    const why = existsSync(directory) ? distrust(directory, trustedUids) : ''
    if (why !== undefined && why !== '') remarks.push(`warning: the rules in ${directory} were left out: ${why}`)
    return why === undefined
  })
  const paths = [assetPath('rules'), ...found, ...commandLine].flatMap(listRuleFiles)
  const isSuppression = (path: string) => path.endsWith(`/${SUPPRESSIONS}`) || path === SUPPRESSIONS
  return {
    files: paths.filter(path => !isSuppression(path)).map(readRuleFile),
    suppressions: paths.filter(isSuppression).map(readRuleFile),
    remarks,
  }
}

/** The nearest folder of rules, from the working directory upwards. */
function projectFolder({ workingDirectory }: LayerPlaces): string[] {
  let directory = workingDirectory
  for (let level = 0; level < MAX_LEVELS; level++) {
    const found = projectFolders.map(folder => join(directory, folder)).find(folder => existsSync(folder))
    if (found !== undefined) return [found]
    const above = dirname(directory)
    if (above === directory) return []
    directory = above
  }
  return []
}

/** Rules can hide findings: nobody but root and the user may put them in our way. Undefined when they are trusted. */
function distrust(directory: string, trustedUids: readonly number[]): string | undefined {
  const { uid, mode } = statSync(directory)
  if (uid !== 0 && !trustedUids.includes(uid)) return `the folder belongs to user ${uid}; name it with --rules to use it.`
  return (mode & 0o002) !== 0 ? 'everybody can write to the folder; name it with --rules to use it.' : undefined
}

function listRuleFiles(path: string): string[] {
  try {
    if (!statSync(path).isDirectory()) return [path]
    const names = readdirSync(path).filter(name => /\.ya?ml$/.test(name))
    return names.sort().map(name => join(path, name))
  } catch (error) {
    throw new AutotuneError({
      code: 'BAD_INPUT',
      what: `The rules in ${path} could not be read.`,
      why: error instanceof Error ? error.message : String(error),
      next: 'Give --rules a .yaml file or a folder with such files.',
      cause: error,
    })
  }
}
