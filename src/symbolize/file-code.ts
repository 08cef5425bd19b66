/** Names of the functions of one file. */

import type { Host } from '../host.ts'
import type { ByteSource } from './byte-source.ts'
import { openDebugFile } from './debug-file.ts'
import { addressOfOffset, parseElf } from './elf.ts'
import { findSymbol, hasSymbolTable, readSymbols } from './elf-symbols.ts'
import { readFunctionStarts } from './function-starts.ts'
import { lastAtOrBelow } from './sorted-order.ts'

/** A file whose addresses can be named. */
export interface FileCode {
  /** Address in the file of a file offset; undefined where the file loads nothing. */
  relativeAddressOf(fileOffset: number): number | undefined
  /** Mangled name of the function that covers an address. */
  nameAt(relativeAddress: number): string | undefined
  /** Where the function without a name begins that covers an address. */
  functionStartAt(relativeAddress: number): number | undefined
  /** Whether all functions have names, not only exported ones. */
  readonly isComplete: boolean
}

/** Reads symbols of a file and of its separate debug file. Throws FormatError for a damaged file. */
export function readFileCode(host: Host, source: ByteSource, { path, roots }: { path: string; roots: readonly string[] }): FileCode {
  const elf = parseElf(source, path)
  const debugFile = hasSymbolTable(elf) ? undefined : openDebugFile(host, { elf, path, roots, accepts: hasSymbolTable })
  try {
    const symbols = readSymbols(elf, debugFile?.elf)
    const isComplete = hasSymbolTable(elf) || debugFile !== undefined
    let starts: Float64Array | undefined
    return {
      relativeAddressOf: fileOffset => addressOfOffset(elf, fileOffset),
      nameAt(relativeAddress) {
        const index = findSymbol(symbols, relativeAddress)
        return index < 0 ? undefined : symbols.nameOf(index)
      },
      functionStartAt(relativeAddress) {
        starts ??= readFunctionStarts(elf)
        const index = lastAtOrBelow(starts, relativeAddress)
        return index < 0 ? undefined : starts[index]
      },
      isComplete,
    }
  } finally {
    debugFile?.close()
  }
}
