/** Separate debug files, found as gdb and elfutils do: "Debugging Information in Separate Files" of the gdb manual. */

import zlib from 'node:zlib'
import type { Host, HostFile } from '../host.ts'
import { isFileFailure } from './byte-source.ts'
import { type ElfFile, parseElf, readBuildId, readDebugLink } from './elf.ts'

const DEBUG_DIRECTORY = '/usr/lib/debug'
const CHUNK_BYTES = 1 << 20
/** Larger files are not summed up: a file with a build id needs no sum. */
const MAX_SUMMED_BYTES = 1 << 30

/** A program and where it was found. */
export interface DebugQuery {
  readonly elf: ElfFile
  /** Path as its process sees it. */
  readonly path: string
  /** Directories to look below, e.g. /proc/42/root; '' is our own root. */
  readonly roots: readonly string[]
  /** A file that a server gave us for its build id: it may be any. */
  readonly downloaded?: string | undefined
  /** Whether a debug file holds what is wanted of it. */
  readonly accepts: (elf: ElfFile) => boolean
}

/** An open debug file that belongs to a program. */
export interface DebugFile {
  readonly elf: ElfFile
  close(): void
}

/** The separate debug file of a program; undefined when there is none that fits. */
export function openDebugFile(host: Host, query: DebugQuery): DebugFile | undefined {
  const buildId = readBuildId(query.elf, query.elf.sections)
  for (const { path, crc } of candidatePaths(query, buildId)) {
    const file = host.openFile(path)
    if (file === undefined) continue
    const elf = fittingElf(file, path, { buildId, crc, accepts: query.accepts })
    if (elf !== undefined) return { elf, close: () => file.close() }
    file.close()
  }
  return undefined
}

interface Candidate {
  readonly path: string
  /** Sum of the file, where it was named by a debug link. */
  readonly crc: number | undefined
}

function candidatePaths({ elf, path, roots, downloaded }: DebugQuery, buildId: string | undefined): Candidate[] {
  const byId =
    buildId === undefined || buildId.length < 4 ? [] : [`${DEBUG_DIRECTORY}/.build-id/${buildId.slice(0, 2)}/${buildId.slice(2)}.debug`]
  const link = readDebugLink(elf)
  const directory = path.slice(0, path.lastIndexOf('/'))
  const isPlainName = link !== undefined && link.fileName !== '' && !link.fileName.includes('/')
  const byLink = isPlainName ? ['', '/.debug'].map(below => `${directory}${below}/${link.fileName}`) : []
  if (isPlainName) byLink.push(`${DEBUG_DIRECTORY}${directory}/${link.fileName}`)
  const local = roots.flatMap(root => [
    ...byId.map(found => ({ path: root + found, crc: undefined })),
    ...byLink.filter(found => found !== path).map(found => ({ path: root + found, crc: link?.crc })),
  ])
  return downloaded === undefined || buildId === undefined ? local : [...local, { path: downloaded, crc: undefined }]
}

interface Wanted extends Pick<DebugQuery, 'accepts'> {
  readonly buildId: string | undefined
  readonly crc: number | undefined
}

function fittingElf(file: HostFile, path: string, wanted: Wanted): ElfFile | undefined {
  try {
    const elf = parseElf(file, path)
    if (!wanted.accepts(elf)) return undefined
    const fits = wanted.buildId === undefined ? crcOf(file) === wanted.crc : readBuildId(elf, elf.sections) === wanted.buildId
    return fits ? elf : undefined
  } catch (error) {
    if (isFileFailure(error)) return undefined
    throw error
  }
}

/** CRC-32 of the whole file, as .gnu_debuglink holds it. */
function crcOf(file: HostFile): number | undefined {
  if (file.sizeBytes > MAX_SUMMED_BYTES) return undefined
  let crc = 0
  for (let offset = 0; offset < file.sizeBytes; offset += CHUNK_BYTES) crc = zlib.crc32(file.read(offset, CHUNK_BYTES), crc)
  return crc
}
