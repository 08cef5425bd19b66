/**
 * The symbols that distributions leave in stripped programs: an ELF file compressed by xz in the section .gnu_debugdata.
 * "Debugging information in a special section" of the gdb manual.
 */

import { FormatError } from '../errors.ts'
import type { Host } from '../host.ts'
import { memorySource } from './byte-source.ts'
import { type ElfFile, parseElf, readSection, sectionNamed } from './elf.ts'

const SECTION = '.gnu_debugdata'
/** xz makes such files a fifth; those of large libraries have some megabytes. */
const MAX_BYTES = 64 << 20

/** The file inside a program; undefined where there is none or nothing here can decompress it. Throws FormatError for a damaged one. */
export function readMiniDebug(host: Host, elf: ElfFile): ElfFile | undefined {
  const section = sectionNamed(elf, SECTION)
  if (section === undefined || host.decompressXz === undefined) return undefined
  const bytes = host.decompressXz(readSection(elf, section), MAX_BYTES)
  if (bytes === undefined)
    throw new FormatError(elf.name, section.offset, `Section ${SECTION} is no xz stream of at most ${MAX_BYTES} bytes.`)
  return parseElf(memorySource(bytes), `${elf.name} ${SECTION}`)
}
