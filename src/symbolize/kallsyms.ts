/**
 * The kernel's functions, from /proc/kallsyms: "address type name[\t[module]]" a line, proc(5) and nm(1).
 *
 *     ffffffff81000000 T _stext
 *     ffffffffc0a01000 t ext4_map_blocks	[ext4]
 */

import { FormatError } from '../errors.ts'
import { lastAtOrBelow, sortedOrder } from './sorted-order.ts'

const SOURCE = '/proc/kallsyms'
const NEWLINE = 0x0a
const TAB = 0x09
const ADDRESS_DIGITS = 16
/** Address, space, type, space. */
const NAME_COLUMN = ADDRESS_DIGITS + 3
/** kallsyms has no sizes; an address this far behind a symbol is not in it. No source: ten times the largest functions. */
const MAX_FUNCTION_BYTES = 1 << 18
/** Symbols that mark an end, not a function. */
const END_MARKS = new Set(['_etext', '_einittext', '__entry_text_end', '__irqentry_text_end', '__softirqentry_text_end'])

/** Functions in order of address. Addresses are signed: the kernel's half of the address space is negative and exact. */
export interface Kallsyms {
  readonly addresses: Float64Array
  /** All addresses are zero: kernel.kptr_restrict hides them from us. */
  readonly isHidden: boolean
  readonly nameOf: (index: number) => string
  /** Name of the kernel module; undefined for the kernel itself. */
  readonly moduleOf: (index: number) => string | undefined
}

/** Parses the whole file; a line that is not one throws FormatError. */
export function parseKallsyms(bytes: Uint8Array): Kallsyms {
  const lines = readLines(bytes)
  const order = sortedOrder(lines.addresses, lines.count)
  const kept = new Uint32Array(lines.count)
  let count = 0
  for (let position = 0; position < order.length; position++) {
    const line = order[position]
    const isAlias = count > 0 && lines.addresses[kept[count - 1]] === lines.addresses[line]
    if (!isAlias) kept[count++] = line
    else if (isBetterName(bytes, lines.nameOffsets[line], lines.nameOffsets[kept[count - 1]])) kept[count - 1] = line
  }
  const addresses = new Float64Array(count)
  for (let index = 0; index < count; index++) addresses[index] = lines.addresses[kept[index]]
  return {
    addresses,
    isHidden: lines.isHidden,
    nameOf: index => decodeName(bytes, lines.nameOffsets[kept[index]]),
    moduleOf: index => lines.moduleNames[lines.modules[kept[index]]],
  }
}

/** Function and module of an address; undefined outside of all. */
export function findKernelFunction(kallsyms: Kallsyms, address: number): { name: string; module: string | undefined } | undefined {
  const index = lastAtOrBelow(kallsyms.addresses, address)
  if (index < 0 || address - kallsyms.addresses[index] >= MAX_FUNCTION_BYTES) return undefined
  const name = kallsyms.nameOf(index)
  if (END_MARKS.has(name)) return undefined
  // the padding in front of a function has a symbol of its own: include/linux/linkage.h, __CFI_TYPE and __pfx_
  return { name: name.replace(/^__pfx_/, ''), module: kallsyms.moduleOf(index) }
}

/** Where functions of the kernel begin and end: from the first whose name matches to the end of the last. Undefined when none does. */
export function findKernelRange(kallsyms: Kallsyms, name: string | RegExp): readonly [first: bigint, end: bigint] | undefined {
  const { addresses, nameOf } = kallsyms
  const matches = typeof name === 'string' ? (found: string) => found === name : (found: string) => name.test(found)
  let first = -1
  let last = -1
  for (let index = 0; index + 1 < addresses.length; index++) {
    if (!matches(nameOf(index))) continue
    if (first < 0) first = index
    last = index
    if (typeof name === 'string') break
  }
  return first < 0 ? undefined : [unsigned(addresses[first]), unsigned(addresses[last + 1])]
}

function unsigned(address: number): bigint {
  return BigInt.asUintN(64, BigInt(address))
}

interface Lines {
  readonly addresses: Float64Array
  readonly nameOffsets: Uint32Array
  readonly modules: Uint16Array
  /** Index 0 is the kernel itself. */
  readonly moduleNames: readonly (string | undefined)[]
  readonly count: number
  readonly isHidden: boolean
}

function readLines(bytes: Uint8Array): Lines {
  const capacity = countLines(bytes)
  const addresses = new Float64Array(capacity)
  const nameOffsets = new Uint32Array(capacity)
  const modules = new Uint16Array(capacity)
  const moduleNames: (string | undefined)[] = [undefined]
  const moduleOfName = new Map<string, number>()
  let count = 0
  let isHidden = true
  for (let start = 0, end = 0; start < bytes.length; start = end + 1) {
    end = bytes.indexOf(NEWLINE, start)
    if (end < start + NAME_COLUMN) throw new FormatError(SOURCE, start, 'A line is cut short.')
    const address = parseHex(bytes, start + 8) + (parseHex(bytes, start) | 0) * 2 ** 32
    if (address !== 0) isHidden = false
    const type = bytes[start + ADDRESS_DIGITS + 1] | 0x20
    if (type !== 0x74 && type !== 0x77) continue // t: code, w: weak
    addresses[count] = address
    nameOffsets[count] = start + NAME_COLUMN
    if (bytes[end - 1] === 0x5d) modules[count] = moduleIndex(bytes, { start, end, moduleNames, moduleOfName })
    count++
  }
  return { addresses, nameOffsets, modules, moduleNames, count, isHidden }
}

function countLines(bytes: Uint8Array): number {
  let count = 0
  for (let at = bytes.indexOf(NEWLINE); at >= 0; at = bytes.indexOf(NEWLINE, at + 1)) count++
  return count
}

function parseHex(bytes: Uint8Array, start: number): number {
  let value = 0
  for (let at = start; at < start + 8; at++) {
    const code = bytes[at]
    const digit = code < 0x3a ? code - 0x30 : (code | 0x20) - 0x57
    if (digit < 0 || digit > 15) throw new FormatError(SOURCE, at, 'An address has a character that is no hex digit.')
    value = (value << 4) | digit
  }
  return value >>> 0
}

function moduleIndex(
  bytes: Uint8Array,
  {
    start,
    end,
    moduleNames,
    moduleOfName,
  }: { start: number; end: number; moduleNames: (string | undefined)[]; moduleOfName: Map<string, number> },
): number {
  const tab = bytes.lastIndexOf(TAB, end)
  if (tab < start) return 0
  const name = decodeText(bytes.subarray(tab + 2, end - 1))
  let index = moduleOfName.get(name)
  if (index === undefined) {
    if (moduleNames.length > 0xffff) throw new FormatError(SOURCE, start, 'More than 65,535 modules.')
    index = moduleNames.push(name) - 1
    moduleOfName.set(name, index)
  }
  return index
}

/** Which of several names of an address is shown: __x64_sys_ before __ia32_sys_, few underscores, global, short. */
function isBetterName(bytes: Uint8Array, name: number, best: number): boolean {
  const difference = rankOf(bytes, name) - rankOf(bytes, best)
  return difference === 0 ? lengthOf(bytes, name) < lengthOf(bytes, best) : difference > 0
}

function rankOf(bytes: Uint8Array, nameOffset: number): number {
  const isGlobal = bytes[nameOffset - 2] === 0x54
  let underscores = 0
  while (underscores < 3 && bytes[nameOffset + underscores] === 0x5f) underscores++
  const isIa32 = underscores === 2 && bytes[nameOffset + 2] === 0x69 && bytes[nameOffset + 3] === 0x61
  return (isIa32 ? 0 : 8) + (3 - underscores) * 2 + (isGlobal ? 1 : 0)
}

function decodeName(bytes: Uint8Array, start: number): string {
  return decodeText(bytes.subarray(start, start + lengthOf(bytes, start)))
}

function lengthOf(bytes: Uint8Array, start: number): number {
  let end = start
  while (end < bytes.length && bytes[end] !== NEWLINE && bytes[end] !== TAB) end++
  return end - start
}

const decoder = new TextDecoder()

function decodeText(bytes: Uint8Array): string {
  return decoder.decode(bytes)
}
