/** Files, lines and inlined calls of the addresses of one program or library, wherever its debug information is. */

import type { Host, HostFile } from '../host.ts'
import { type ByteSource, isFileFailure } from './byte-source.ts'
import { openDebugFile } from './debug-file.ts'
import { type DebugFileOpener, hasDwarf, openDwarf } from './dwarf/dwarf-file.ts'
import { resolveLines, type SourceFrames } from './dwarf/resolve.ts'
import type { WorkBudget } from './dwarf/work-budget.ts'
import { type ElfFile, parseElf, readBuildId } from './elf.ts'

/** Addresses of one file that should be told apart by line. */
export interface LineRequest {
  /** Path as its process sees it. */
  readonly path: string
  /** Where we open it: the path may be gone. */
  readonly openPath: string
  /** Which file must be there: another may have taken its place. */
  readonly device: string
  readonly inode: number
  /** Directories to look for debug files below, e.g. /proc/42/root; '' is our own root. */
  readonly roots: readonly string[]
  /** A debug file that was downloaded for it. */
  readonly debugFile?: string | undefined
  readonly addresses: Float64Array
  /** How much each address matters. */
  readonly weights: Float64Array
}

/** Where what is found goes. */
export interface LineSink {
  readonly budget: WorkBudget
  readonly onFrames: (index: number, frames: SourceFrames) => void
}

/** Debug files opened at once: a program in split DWARF has one for each source file. */
const MAX_OPEN = 256

/** Tells what it can; gives the reasons for the rest. A file without debug information is no reason to say anything. */
export function resolveFileLines(host: Host, request: LineRequest, sink: LineSink): readonly string[] {
  const opened: { close(): void }[] = []
  try {
    const file = host.openFile(request.openPath)
    if (file === undefined) return []
    opened.push(file)
    if (file.inode !== request.inode || file.device !== request.device) return []
    const elf = findDwarf(host, request, { file, opened })
    if (elf === undefined) return []
    const opener = debugFileOpener(host, request, opened)
    const { addresses, weights } = request
    return resolveLines(openDwarf(elf, opener), { addresses, weights, opener, ...sink }).reasons
  } catch (error) {
    if (!isFileFailure(error)) throw error
    return ['why' in error && typeof error.why === 'string' ? error.why : error.message]
  } finally {
    for (const file of opened) file.close()
  }
}

/** Build id of a file whose debug information is not on this machine; undefined where it is, or where there is no build id. */
export function missingDebugFile(host: Host, request: LineRequest): string | undefined {
  const opened: { close(): void }[] = []
  try {
    const file = host.openFile(request.openPath)
    if (file === undefined) return undefined
    opened.push(file)
    if (findDwarf(host, request, { file, opened }) !== undefined) return undefined
    const elf = parseElf(file, request.path)
    return readBuildId(elf, elf.sections)
  } catch (error) {
    if (!isFileFailure(error)) throw error
    return undefined
  } finally {
    for (const file of opened) file.close()
  }
}

interface Opened {
  readonly file: ByteSource
  readonly opened: { close(): void }[]
}

/** The file itself where it has debug information, else its separate debug file. */
function findDwarf(host: Host, { path, roots, debugFile: downloaded }: LineRequest, { file, opened }: Opened): ElfFile | undefined {
  const elf = parseElf(file, path)
  if (hasDwarf(elf)) return elf
  const debugFile = openDebugFile(host, { elf, path, roots, downloaded, accepts: hasDwarf })
  if (debugFile !== undefined) opened.push(debugFile)
  return debugFile?.elf
}

function debugFileOpener(host: Host, { path, roots }: LineRequest, opened: { close(): void }[]): DebugFileOpener {
  const directory = path.slice(0, path.lastIndexOf('/'))
  return {
    alternative(link, buildId) {
      const name = link.slice(link.lastIndexOf('/') + 1)
      const known = [`/usr/lib/debug/.build-id/${buildId.slice(0, 2)}/${buildId.slice(2)}.debug`, `/usr/lib/debug/.dwz/${name}`]
      const paths = link.startsWith('/') ? [...known, link] : known
      return openFirst(paths, elf => readBuildId(elf, elf.sections) === buildId)
    },
    split: wanted => openFirst([wanted, `${directory}/${wanted.slice(wanted.lastIndexOf('/') + 1)}`], () => true),
  }

  function openFirst(paths: readonly string[], fits: (elf: ElfFile) => boolean): ElfFile | undefined {
    for (const candidate of roots.flatMap(root => paths.map(found => root + found))) {
      const file = opened.length < MAX_OPEN ? host.openFile(candidate) : undefined
      if (file === undefined) continue
      const elf = parseFitting(file, candidate, fits)
      if (elf === undefined) file.close()
      else opened.push(file)
      if (elf !== undefined) return elf
    }
    return undefined
  }
}

function parseFitting(file: HostFile, path: string, fits: (elf: ElfFile) => boolean): ElfFile | undefined {
  try {
    const elf = parseElf(file, path)
    return fits(elf) ? elf : undefined
  } catch (error) {
    if (isFileFailure(error)) return undefined
    throw error
  }
}
