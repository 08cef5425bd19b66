/** Names the rows of one group: reads its kallsyms, perf map or file once, and asks it for every address. */

import { NONE, Ownership, textAt } from '../schema.ts'
import type { CodeGroup } from './code-groups.ts'
import { demangle } from './demangle.ts'
import { hasElfMagic } from './elf.ts'
import type { FoundFunction } from './frame-tables.ts'
import { executedBlocks, type JitPlace, nameJitAddress } from './jit-code.ts'
import { readJitNames } from './jit-names.ts'
import { foreignKernel, KERNEL_MODULE, nameKernelAddress, readKernelNames } from './kernel-code.ts'
import { nameFileRows, openMapping } from './name-file-rows.ts'
import { type NamingContext, nameRows } from './name-rows.ts'
import { runtimeOf } from './ownership.ts'
import { openVmlinux } from './vmlinux.ts'

/** Fills frameOf for the rows of a group. */
export function nameGroup(context: NamingContext, group: CodeGroup): void {
  if (group.source === 'kernel') nameKernelRows(context, group)
  else if (group.source === 'hypervisor') nameRows(context, group, () => ({ found: UNKNOWN_HYPERVISOR, relativeAddress: Number.NaN }))
  else if (group.source === 'jit') nameJitRows(context, group)
  else if (isGeneratedCode(context, group)) nameGeneratedRows(context, group)
  else nameFileRows(context, group)
}

const UNKNOWN_HYPERVISOR: FoundFunction = {
  name: '[unknown] in [hypervisor]',
  module: '[hypervisor]',
  path: undefined,
  ownership: Ownership.Unknown,
}

function nameKernelRows(context: NamingContext, group: CodeGroup): void {
  const names =
    typeof context.kernel === 'object' ? context.kernel : context.kernel === 'running' ? readKernelNames(context.host) : foreignKernel()
  if (names.unavailable !== undefined) context.findings.unavailable.push(names.unavailable)
  const vmlinux = names.kallsyms === undefined ? undefined : openVmlinux(context.host, names.kallsyms)
  const addresses = new Map<number, number>()
  nameRows(context, group, ({ row, address, isCaller }) => {
    const found = nameKernelAddress(names, address, isCaller)
    const named = { found: { ...found, name: demangle(found.name) }, relativeAddress: Number.NaN }
    if (vmlinux === undefined || found.module !== KERNEL_MODULE) return named
    const lineAddress = (isCaller ? address - 1 : address) - vmlinux.bias
    addresses.set(row, lineAddress)
    return { ...named, lineAddress }
  })
  if (vmlinux === undefined) return
  context.lines.ask({ path: vmlinux.path, roots: [''], opened: vmlinux.opened }, addresses, group.rows)
  vmlinux.opened.release()
}

/** A memory file holds a whole program (runc, snap) or what a runtime compiled (.NET). */
function isGeneratedCode({ input, files }: NamingContext, group: CodeGroup): boolean {
  if (textAt(input.mapping.path, group.mapping)?.startsWith('/memfd:') !== true) return false
  const opened = openMapping(input, files, group.mapping)
  try {
    return opened === undefined || !hasElfMagic(opened.file)
  } finally {
    opened?.release()
  }
}

function nameGeneratedRows(context: NamingContext, { rows }: CodeGroup): void {
  const { mapping } = context.input
  const rowsOf = new Map<number, number[]>()
  for (const row of rows) {
    const process = mapping.process[context.mappingOf[row]]
    const own = rowsOf.get(process)
    if (own === undefined) rowsOf.set(process, [row])
    else own.push(row)
  }
  for (const [process, own] of rowsOf) nameJitRows(context, { source: 'jit', process, mapping: NONE, rows: own })
}

function nameJitRows(context: NamingContext, group: CodeGroup): void {
  const { input, files, mappingOf, isCaller, findings } = context
  const { process, callchain, mapping } = input
  const isKnown = group.process !== NONE && group.process < process.length
  const executable = isKnown ? programOf(input, group.process) : undefined
  const placeOf = (row: number): JitPlace => ({
    address: Number(callchain.address[row]),
    isMapped: mappingOf[row] !== NONE,
    isCaller: isCaller[row] === 1,
  })
  const names = isKnown ? readJitNames(input, files, group.process) : []
  const code = { names, runtime: runtimeOf(executable), blocks: executedBlocks(group.rows.map(placeOf)) }
  let addressCount = 0
  nameRows(context, group, ({ row, address, mapping: mappingRow }) => {
    const found = nameJitAddress(code, placeOf(row))
    if (found?.name.startsWith('[unknown]')) addressCount++
    const relativeAddress = mappingRow === NONE ? Number.NaN : address - Number(mapping.startAddress[mappingRow])
    return { found: found ?? unknownAt(callchain.address[row]), relativeAddress }
  })
  if (addressCount === 0 || names.length > 0 || !isKnown) return
  findings.nameless.push({
    row: group.process,
    pid: process.pid[group.process],
    comm: textAt(process.comm, group.process),
    executable,
    addressCount,
  })
}

/** Path of the program; of a process that ended too early to be asked, the runtime among its mappings. */
function programOf({ process, mapping }: NamingContext['input'], row: number): string | undefined {
  const executable = textAt(process.executable, row)
  if (executable !== undefined) return executable
  return runtimeMappings(mapping).get(row)
}

const knownRuntimes = new WeakMap<object, ReadonlyMap<number, string>>()

/** By process the first runtime among its mappings; found once, for a fork storm leaves thousands of processes. */
function runtimeMappings(mapping: NamingContext['input']['mapping']): ReadonlyMap<number, string> {
  const known = knownRuntimes.get(mapping)
  if (known !== undefined) return known
  const isRuntime = mapping.path.values.map(path => runtimeOf(path) !== undefined)
  const found = new Map<number, string>()
  for (let row = 0; row < mapping.length; row++) {
    const path = isRuntime[mapping.path.codes[row]] === true ? textAt(mapping.path, row) : undefined
    if (path !== undefined && !found.has(mapping.process[row])) found.set(mapping.process[row], path)
  }
  knownRuntimes.set(mapping, found)
  return found
}

function unknownAt(address: bigint): FoundFunction {
  return { name: `[unknown] at 0x${address.toString(16)}`, module: '[unknown]', path: undefined, ownership: Ownership.Unknown }
}
