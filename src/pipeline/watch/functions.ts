/** Functions of a program or library, and where in the file a uprobe on them goes. */

import type { Host } from '../../host.ts'
import { isFileFailure } from '../../symbolize/byte-source.ts'
import { hasElfMagic, parseElf } from '../../symbolize/elf.ts'
import { readSymbols } from '../../symbolize/elf-symbols.ts'

/** Name → offset in the file; undefined when it is no ELF file that can be read. */
export function functionOffsets(host: Host, path: string): ReadonlyMap<string, number> | undefined {
  const file = host.openFile(path)
  if (file === undefined) return undefined
  try {
    if (!hasElfMagic(file)) return undefined
    const elf = parseElf(file, path)
    const symbols = readSymbols(elf, undefined)
    const offsets = new Map<string, number>()
    for (let index = 0; index < symbols.starts.length; index++) {
      const address = symbols.starts[index]
      const segment = elf.segments.find(
        ({ type, address: start, fileBytes }) => type === SEGMENT_LOAD && address >= start && address < start + fileBytes,
      )
      if (segment !== undefined) offsets.set(symbols.nameOf(index), address - segment.address + segment.offset)
    }
    return offsets
  } catch (error) {
    if (isFileFailure(error)) return undefined
    throw error
  } finally {
    file.close()
  }
}

/** PT_LOAD. */
const SEGMENT_LOAD = 1
