/** Names of code that no file holds: what runtimes compile into anonymous memory. */

import { Ownership } from '../schema.ts'
import type { FoundFunction } from './frame-tables.ts'
import { describeJitName } from './jit-name.ts'
import type { runtimeOf } from './ownership.ts'
import { findJitName, type PerfMap } from './perf-map.ts'

const MODULE = '[jit]'
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
  /** Undefined when it wrote none. */
  readonly map: PerfMap | undefined
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
export function nameJitAddress({ map, runtime, blocks }: JitCode, { address, isMapped, isCaller }: JitPlace): FoundFunction | undefined {
  const raw = map === undefined ? undefined : ((isCaller ? findJitName(map, address - 1) : undefined) ?? findJitName(map, address))
  if (raw !== undefined) return { ...describeJitName(raw, runtime), module: MODULE, path: undefined }
  if (!isMapped && (runtime === undefined || !blocks.has(Math.floor(address / BLOCK_BYTES)))) return undefined
  const ownership = runtime === undefined ? Ownership.Unknown : Ownership.Runtime
  return { name: `[unknown] in ${MODULE}`, module: MODULE, path: undefined, ownership }
}
