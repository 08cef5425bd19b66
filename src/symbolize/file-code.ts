/** Names of the functions of one file. */

import type { Host } from '../host.ts'
import { type ByteSource, orUndefined } from './byte-source.ts'
import { findRangeName, type NamedRanges } from './code-ranges.ts'
import { type DebugFile, openDebugFile } from './debug-file.ts'
import { addressOfOffset, type ElfFile, parseElf } from './elf.ts'
import { findSymbol, hasSymbolTable, readSymbols } from './elf-symbols.ts'
import { readFunctionStarts } from './function-starts.ts'
import { readGoFunctions } from './go-functions.ts'
import { type OwnershipOfFunction, readGoOwnership } from './go-program.ts'
import { readMiniDebug } from './mini-debug.ts'
import { ownershipOfBuiltin } from './runtime-symbols.ts'
import { lastAtOrBelow } from './sorted-order.ts'
import { cachedSymbols, type FileOrigin } from './symbol-cache.ts'

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
  /** Whose a function is, where its name tells. */
  readonly ownershipOf: OwnershipOfFunction
}

/** Where a file lies. */
export interface FilePlace {
  /** Path as its process sees it. */
  readonly path: string
  /** Directories to look for debug files below, e.g. /proc/42/root; '' is our own root. */
  readonly roots: readonly string[]
  /** Undefined for what is no file: it is not cached. */
  readonly origin?: FileOrigin | undefined
}

/** Reads symbols of a file and of its separate debug file. Throws FormatError for a damaged file. */
export function readFileCode(host: Host, source: ByteSource, { path, roots, origin }: FilePlace): FileCode {
  const elf = parseElf(source, path)
  const hidden = hasSymbolTable(elf) ? undefined : findHiddenSymbols(host, elf, { path, roots })
  try {
    const symbols = cachedSymbols(host, { elf, debugElf: hidden?.elf, origin }, () => readSymbols(elf, hidden?.elf))
    const isNamed = hasSymbolTable(elf) || hidden !== undefined
    const goFunctions = isNamed ? undefined : readGoFunctions(elf)
    const ownershipOfGo = orUndefined(() => readGoOwnership(elf))
    let starts: Float64Array | undefined
    return {
      relativeAddressOf: fileOffset => addressOfOffset(elf, fileOffset),
      nameAt(relativeAddress) {
        const index = findSymbol(symbols, relativeAddress)
        return index < 0 ? nameInGo(goFunctions, relativeAddress) : symbols.nameOf(index)
      },
      functionStartAt(relativeAddress) {
        starts ??= readFunctionStarts(elf)
        const index = lastAtOrBelow(starts, relativeAddress)
        return index < 0 ? undefined : starts[index]
      },
      isComplete: isNamed || goFunctions !== undefined,
      ownershipOf: name => ownershipOfGo?.(name) ?? ownershipOfBuiltin(name),
    }
  } finally {
    hidden?.close()
  }
}

function nameInGo(functions: NamedRanges | undefined, relativeAddress: number): string | undefined {
  return functions === undefined ? undefined : findRangeName(functions, relativeAddress)
}

/** The symbols of a stripped file: its separate debug file, else those it carries along compressed. */
function findHiddenSymbols(host: Host, elf: ElfFile, { path, roots }: { path: string; roots: readonly string[] }): DebugFile | undefined {
  const debugFile = openDebugFile(host, { elf, path, roots, accepts: hasSymbolTable })
  if (debugFile !== undefined) return debugFile
  const inside = orUndefined(() => readMiniDebug(host, elf))
  return inside === undefined ? undefined : { elf: inside, close: () => {} }
}
