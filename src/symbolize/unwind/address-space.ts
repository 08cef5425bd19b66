import type { Architecture } from './architecture.ts'
import { LOOK_AHEAD, LOOK_BEHIND, ruleOfKnownCode } from './known-code.ts'
import { KnownStacks } from './known-stacks.ts'
import type { UnwindModule } from './unwind-modules.ts'
import type { CodeSpace, Step } from './unwinder.ts'

/** An executable range of a process. */
export interface SpaceMapping {
  readonly startAddress: bigint
  readonly endAddress: bigint
  readonly fileOffsetBytes: number
  readonly path: string
  readonly device: string
  readonly inode: number
}

/** What an address space asks of the machine. */
export interface SpaceSource {
  readonly architecture: Architecture
  /** The file behind a mapping; undefined for memory that belongs to none, and for files that cannot be read. */
  moduleOf(mapping: SpaceMapping): UnwindModule | undefined
  /** Executable mappings as they are now: generated code comes without notice. Undefined when asked too often or gone. */
  readMappings(): readonly SpaceMapping[] | undefined
  /** Bytes of the process; undefined when they cannot be read. */
  readMemory(address: number, lengthBytes: number): Uint8Array | undefined
}

interface Range {
  readonly start: number
  readonly end: number
  readonly fileOffset: number
  readonly mapping: SpaceMapping
}

/** Ranges kept; the kernel's own default limit is vm.max_map_count, 65530. */
const MAX_RANGES = 65_536
/** Steps kept: the hot code of a program has some thousand call sites. */
const MAX_STEPS = 1 << 15

/** Executable ranges of one program image, and how to unwind at their addresses. */
export class AddressSpace implements CodeSpace {
  readonly #source: SpaceSource
  /** In order, without overlap. */
  readonly #ranges: Range[] = []
  readonly #steps = new Map<number, Step>()
  readonly known = new KnownStacks()

  constructor(source: SpaceSource) {
    this.#source = source
  }

  /** A mapping replaces what was there. */
  add(mapping: SpaceMapping): void {
    const range = { start: Number(mapping.startAddress), end: Number(mapping.endAddress), fileOffset: mapping.fileOffsetBytes, mapping }
    if (!(range.start < range.end) || this.#ranges.length >= MAX_RANGES) return
    this.#steps.clear()
    this.known.clear()
    const first = this.#indexOf(range.start)
    let last = first
    while (last < this.#ranges.length && this.#ranges[last].start < range.end) last++
    const replaced = this.#ranges.slice(first, last)
    const before = replaced.filter(({ start }) => start < range.start).map(left => ({ ...left, end: range.start }))
    const after = replaced.filter(({ end }) => end > range.end).map(right => ({ ...right, ...tailOf(right, range.end) }))
    this.#ranges.splice(first, last - first, ...before, range, ...after)
  }

  stepAt(address: number, isExact: boolean): Step {
    const key = isExact ? address : address - 0.5 // one map for both: addresses are whole numbers below 2^52
    const known = this.#steps.get(key)
    if (known !== undefined) return known
    const step = this.#find(address, isExact)
    if (step === 'unmapped') return step // generated code may come there
    if (this.#steps.size >= MAX_STEPS) this.#steps.clear()
    this.#steps.set(key, step)
    return step
  }

  #find(address: number, isExact: boolean): Step {
    const lookup = isExact ? address : address - 1
    const range = this.#rangeAt(lookup) ?? this.#rangeAfterRefresh(lookup)
    if (range === undefined) return 'unmapped'
    const module = this.#source.moduleOf(range.mapping)
    const relative = module?.relativeAddressOf(lookup - range.start + range.fileOffset)
    const found = module === undefined || relative === undefined ? 'none' : module.ruleAt(relative)
    if (typeof found === 'object') return { rule: found, bias: lookup - (relative ?? lookup) }
    return this.#known(address, isExact) ?? found
  }

  #known(address: number, isExact: boolean): Step | undefined {
    const bytes = this.#source.readMemory(address - LOOK_BEHIND, LOOK_BEHIND + LOOK_AHEAD)
    const rule = bytes === undefined ? undefined : ruleOfKnownCode(this.#source.architecture, bytes, isExact)
    return rule === undefined ? undefined : { rule, bias: 0 }
  }

  #rangeAfterRefresh(address: number): Range | undefined {
    for (const mapping of this.#source.readMappings() ?? []) if (!this.#has(mapping)) this.add(mapping)
    return this.#rangeAt(address)
  }

  #has({ startAddress, endAddress, inode }: SpaceMapping): boolean {
    const range = this.#rangeAt(Number(startAddress))
    return range?.start === Number(startAddress) && range.end === Number(endAddress) && range.mapping.inode === inode
  }

  #rangeAt(address: number): Range | undefined {
    const range = this.#ranges[this.#indexOf(address)]
    return range !== undefined && range.start <= address ? range : undefined
  }

  /** Index of the first range that ends behind an address. */
  #indexOf(address: number): number {
    let low = 0
    let high = this.#ranges.length
    while (low < high) {
      const middle = (low + high) >>> 1
      if (this.#ranges[middle].end <= address) low = middle + 1
      else high = middle
    }
    return low
  }
}

function tailOf({ start, fileOffset }: Range, from: number): { start: number; fileOffset: number } {
  return { start: from, fileOffset: fileOffset + from - start }
}
