/** Functions of a program or library, and where in the file a uprobe on them goes. */

import { readExecutableMappings } from '../../collectors/proc-snapshot.ts'
import type { Host } from '../../host.ts'
import { isFileFailure } from '../../symbolize/byte-source.ts'
import { variableNamed } from '../../symbolize/data-symbols.ts'
import { addressOfOffset, type ElfFile, hasElfMagic, parseElf, SegmentType } from '../../symbolize/elf.ts'
import { readSymbols } from '../../symbolize/elf-symbols.ts'
import { readUsdtProbes } from '../../symbolize/elf-usdt.ts'

/** Name → offset in the file; undefined when it is no ELF file that can be read. */
export function functionOffsets(host: Host, path: string): ReadonlyMap<string, number> | undefined {
  return readElf(host, path, elf => {
    const symbols = readSymbols(elf, undefined)
    const offsets = new Map<string, number>()
    for (let index = 0; index < symbols.starts.length; index++) {
      const address = symbols.starts[index]
      const offset = offsetOf(elf, address)
      if (offset !== undefined) offsets.set(symbols.nameOf(index), offset)
    }
    return offsets
  })
}

/** Where a static probe is: a compiler may put it into several places. */
export interface UsdtPlace {
  readonly provider: string
  readonly name: string
  readonly offset: number
  readonly semaphoreOffset: number
}

/** Static probes of a program by their offset in the file; undefined when it is no ELF file that can be read. */
export function usdtPlaces(host: Host, path: string): readonly UsdtPlace[] | undefined {
  return readElf(host, path, elf =>
    readUsdtProbes(elf).flatMap(({ provider, name, address, semaphore }) => {
      const offset = offsetOf(elf, address)
      const semaphoreOffset = semaphore === 0 ? 0 : offsetOf(elf, semaphore)
      return offset === undefined || semaphoreOffset === undefined ? [] : [{ provider, name, offset, semaphoreOffset }]
    }),
  )
}

/** Where a variable of its program or of one of its libraries lies in a process. */
export function variableIn(host: Host, pid: number, name: string): { readonly address: bigint; readonly sizeBytes: number } | undefined {
  const seen = new Set<string>()
  for (const { path, startAddress, fileOffsetBytes } of readExecutableMappings(host, pid) ?? []) {
    if (seen.has(path) || !path.startsWith('/')) continue
    seen.add(path)
    const found = readElf(host, `/proc/${pid}/root${path}`, elf => {
      const variable = variableNamed(elf, name)
      const mapped = addressOfOffset(elf, fileOffsetBytes)
      if (variable === undefined || mapped === undefined) return undefined
      return { address: startAddress + BigInt(variable.address - mapped), sizeBytes: variable.sizeBytes }
    })
    if (found !== undefined) return found
  }
  return undefined
}

function offsetOf({ segments }: ElfFile, address: number): number | undefined {
  const segment = segments.find(
    ({ type, address: start, fileBytes }) => type === SegmentType.Load && address >= start && address < start + fileBytes,
  )
  return segment === undefined ? undefined : address - segment.address + segment.offset
}

function readElf<Result>(host: Host, path: string, read: (elf: ElfFile) => Result): Result | undefined {
  const file = host.openFile(path)
  if (file === undefined) return undefined
  try {
    return hasElfMagic(file) ? read(parseElf(file, path)) : undefined
  } catch (error) {
    if (isFileFailure(error)) return undefined
    throw error
  } finally {
    file.close()
  }
}
