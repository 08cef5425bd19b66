/** Names of code that no file holds: what runtimes compile into anonymous memory. */

import { Ownership } from '../schema.ts'
import { findRangeName, type NamedRanges } from './code-ranges.ts'
import type { FoundFunction } from './frame-tables.ts'
import { describeJitName } from './jit-name.ts'
import type { runtimeOf } from './ownership.ts'

/** What generated code is called as a whole. HotSpot's holds its interpreter too. */
const MODULES = { node: '[node JIT]', python: '[Python JIT]', java: '[Java JIT]', other: '[jit]' } as const
/** V8 and HotSpot reserve their code in one piece of up to 256 MiB. */
const BLOCK_BYTES = 2 ** 28
/** mmap_min_addr: nothing is mapped below. */
const LOWEST_ADDRESS = 65_536

/** An address to name. */
export interface JitPlace {
  readonly address: number
  /** Whether executable memory was recorded there. */
  readonly isMapped: boolean
  readonly isCaller: boolean
}

/** One process's generated code. */
export interface JitCode {
  /** What it wrote of it, the most precise first: jitdump, perf map. */
  readonly names: readonly NamedRanges[]
  readonly runtime: ReturnType<typeof runtimeOf>
  /** Blocks of memory that were seen executing. */
  readonly blocks: ReadonlySet<number>
}

/**
 * Blocks in which a runtime executed code without a recorded mapping. A leaf address is code by definition; a caller's
 * comes from the stack, and counts only close to such code: broken frame pointers put anything there.
 */
export function executedBlocks(places: readonly JitPlace[]): Set<number> {
  const blocks = new Set<number>()
  for (const { address, isMapped, isCaller } of places) {
    if (isMapped || (!isCaller && address >= LOWEST_ADDRESS)) blocks.add(Math.floor(address / BLOCK_BYTES))
  }
  return blocks
}

/** The function at an address; undefined where nothing tells that code lies there. */
export function nameJitAddress({ names, runtime, blocks }: JitCode, { address, isMapped, isCaller }: JitPlace): FoundFunction | undefined {
  const raw = (isCaller ? findName(names, address - 1) : undefined) ?? findName(names, address)
  const module = MODULES[runtime ?? 'other']
  if (raw !== undefined) return { ...describeJitName(raw, runtime), module, path: undefined }
  if (!isMapped && (runtime === undefined || !blocks.has(Math.floor(address / BLOCK_BYTES)))) return undefined
  const ownership = runtime === undefined ? Ownership.Unknown : Ownership.Runtime
  return { name: `[unknown] in ${module}`, module, path: undefined, ownership }
}

function findName(names: readonly NamedRanges[], address: number): string | undefined {
  for (const ranges of names) {
    const name = findRangeName(ranges, address)
    if (name !== undefined) return name
  }
  return undefined
}
