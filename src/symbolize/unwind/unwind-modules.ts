import type { Host } from '../../host.ts'
import { isFileFailure, memorySource } from '../byte-source.ts'
import { openDebugFile } from '../debug-file.ts'
import { addressOfOffset, type ElfFile, parseElf } from '../elf.ts'
import type { MappedFiles } from '../mapped-files.ts'
import { readVdso } from '../vdso.ts'
import type { SpaceMapping } from './address-space.ts'
import type { Architecture } from './architecture.ts'
import { type FoundRule, type FrameTable, openFrameTables } from './frame-table.ts'

/** A mapped file as the unwinder sees it. */
export interface UnwindModule {
  /** Address in the file of a file offset. */
  relativeAddressOf(fileOffset: number): number | undefined
  /** How to unwind at an address in the file. */
  ruleAt(relativeAddress: number): FoundRule
}

/** Files held open. More occur only where software is built; the rest is walked by frame pointers. */
const MAX_MODULES = 1024

/** Opens each mapped file once, whichever processes map it. */
export class UnwindModules {
  readonly #host: Host
  readonly #files: MappedFiles
  readonly #architecture: Architecture
  readonly #modules = new Map<string, UnwindModule | undefined>()
  readonly #releases: (() => void)[] = []

  constructor(host: Host, files: MappedFiles, architecture: Architecture) {
    this.#host = host
    this.#files = files
    this.#architecture = architecture
  }

  /** The file behind a mapping of a process. */
  find(pid: number, mapping: SpaceMapping): UnwindModule | undefined {
    const isVdso = mapping.path === '[vdso]'
    if (mapping.inode === 0 && !isVdso) return undefined
    const key = isVdso ? 'vdso' : `${mapping.device}:${mapping.inode}`
    const known = this.#modules.get(key)
    if (known !== undefined || this.#modules.has(key) || this.#modules.size >= MAX_MODULES) return known
    const module = this.#open(pid, mapping, isVdso)
    this.#modules.set(key, module)
    return module
  }

  close(): void {
    for (const release of this.#releases) release()
    this.#releases.length = 0
    this.#modules.clear()
  }

  #open(pid: number, mapping: SpaceMapping, isVdso: boolean): UnwindModule | undefined {
    try {
      const elf = isVdso ? this.#vdso() : this.#file(pid, mapping)
      if (elf === undefined || elf.machine !== this.#architecture.elfMachine || !elf.is64) return undefined
      return moduleOf(elf, openFrameTables(elf), () => this.#debugTables(elf, { pid, path: mapping.path }))
    } catch (error) {
      if (isFileFailure(error)) return undefined
      throw error
    }
  }

  #vdso(): ElfFile | undefined {
    const bytes = readVdso(this.#host)
    return bytes === undefined ? undefined : parseElf(memorySource(bytes), '[vdso]')
  }

  #file(pid: number, { path, device, inode }: SpaceMapping): ElfFile | undefined {
    const opened = this.#files.open({ pid, path, device, inode, buildId: this.#files.buildIdOf(device, inode) })
    if (opened === undefined) return undefined
    this.#releases.push(opened.release)
    return parseElf(opened.file, path)
  }

  /** .debug_frame of the separate debug file: assembly routines of some distributions are described there only. */
  #debugTables(elf: ElfFile, { pid, path }: { pid: number; path: string }): FrameTable[] {
    const debugFile = openDebugFile(this.#host, {
      elf,
      path,
      roots: [`/proc/${pid}/root`, ''],
      accepts: found => openFrameTables(found).length > 0,
    })
    if (debugFile === undefined) return []
    this.#releases.push(debugFile.close)
    return openFrameTables(debugFile.elf)
  }
}

/** The separate debug file is looked for only when the file itself describes no function at all. */
function moduleOf(elf: ElfFile, own: readonly FrameTable[], debugTables: () => readonly FrameTable[]): UnwindModule {
  let tables = own
  let isComplete = own.length > 0
  return {
    relativeAddressOf: fileOffset => addressOfOffset(elf, fileOffset),
    ruleAt(relativeAddress) {
      if (!isComplete) tables = debugTables()
      isComplete = true
      let worst: FoundRule = 'none'
      for (const table of tables) {
        const found = table.ruleAt(relativeAddress)
        if (typeof found === 'object') return found
        if (found === 'damaged') worst = found
      }
      return worst
    },
  }
}
