/** Names the rows of one mapped file. */

import { type Table, textAt } from '../schema.ts'
import { isFileFailure } from './byte-source.ts'
import type { CodeGroup } from './code-groups.ts'
import { demangle } from './demangle.ts'
import { type FileCode, readFileCode } from './file-code.ts'
import { hasJitNames } from './jit-names.ts'
import { readVdsoCode } from './kernel-code.ts'
import type { MappedFiles, OpenedFile } from './mapped-files.ts'
import { type NamingContext, nameRows, type Place } from './name-rows.ts'
import { baseName, ownershipOfFile, runtimeOf } from './ownership.ts'
import { describeInterpreter } from './runtime-symbols.ts'

/** Fills frameOf for the rows of a file or of the vdso. */
export function nameFileRows(context: NamingContext, group: CodeGroup): void {
  const { input, findings } = context
  const { mapping, process } = input
  const path = textAt(mapping.path, group.mapping) ?? ''
  const module = baseName(path.replace(/ \(deleted\)$/, ''))
  const code = openCode(context, group, path)
  const addresses = new Map<number, number>()
  const readable = new Map<string, string>()
  let unknownCount = 0
  nameRows(context, group, place => {
    const found = code.find(fileOffsetOf(mapping, place, group), place.isCaller)
    if (found.name === undefined) unknownCount++
    const name = found.name === undefined ? `[unknown] in ${module}+0x${found.functionStart.toString(16)}` : readableOnce(found.name)
    const ownership =
      (found.name === undefined ? undefined : code.ownershipOf(found.name)) ??
      ownershipOfFile(path, textAt(process.executable, mapping.process[place.mapping]))
    if (found.isInFile) addresses.set(place.row, found.relativeAddress)
    return { found: { name, module, path, ownership }, relativeAddress: found.relativeAddress }
  })
  if (unknownCount > 0 && code.isStripped()) findings.stripped.push(path)
  code.askForLines(addresses)
  code.close()
  if (isPython(path)) noteInterpreters(context, group)

  function readableOnce(name: string): string {
    const known = readable.get(name) ?? describeInterpreter(name) ?? demangle(name)
    readable.set(name, known)
    return known
  }
}

function fileOffsetOf({ startAddress, fileOffsetBytes }: Table<'mapping'>, { address, mapping }: Place, { source }: CodeGroup): number {
  const offset = address - Number(startAddress[mapping])
  return source === 'vdso' ? offset : offset + fileOffsetBytes[mapping]
}

/** The file behind a row of mapping. */
export function openMapping({ mapping, process }: NamingContext['input'], files: MappedFiles, row: number): OpenedFile | undefined {
  return files.open({
    pid: process.pid[mapping.process[row]],
    path: textAt(mapping.path, row) ?? '',
    device: textAt(mapping.device, row) ?? '',
    inode: mapping.inode[row],
    buildId: textAt(mapping.buildId, row),
  })
}

interface FoundInFile {
  /** False where the file cannot be read. */
  readonly isInFile: boolean
  readonly name: string | undefined
  /** Of the address looked up: for a caller the last byte of its call. The file offset where the file cannot be read. */
  readonly relativeAddress: number
  /** Where the function begins as far as that is known, else relativeAddress. */
  readonly functionStart: number
}

interface OpenCode {
  find(fileOffset: number, isCaller: boolean): FoundInFile
  isStripped(): boolean
  ownershipOf(name: string): number | undefined
  /** Asks for the lines of relative addresses, by the row of callchain that has them. */
  askForLines(addresses: ReadonlyMap<number, number>): void
  close(): void
}

/** The code of a group's file. A file that is missing or turns out to be damaged has no names, and the reason is noted. */
function openCode({ host, input, files, kernel, findings, lines }: NamingContext, group: CodeGroup, path: string): OpenCode {
  const isVdso = group.source === 'vdso'
  const opened = isVdso ? undefined : openMapping(input, files, group.mapping)
  const pid = input.process.pid[input.mapping.process[group.mapping]]
  if (opened === undefined && !isVdso) findings.unreadable.set(path, 'gone, replaced or forbidden')
  const roots = [`/proc/${pid}/root`, '']
  let code: FileCode | undefined
  code = attempt(() => {
    if (opened !== undefined) return readFileCode(host, opened.file, { path, roots, origin: opened.file })
    return isVdso && kernel !== 'other' ? readVdsoCode(host) : undefined
  })
  return {
    find: (fileOffset, isCaller) =>
      attempt(() => (code === undefined ? undefined : findInFile(code, fileOffset, isCaller))) ?? withoutFile(fileOffset, isCaller),
    ownershipOf: name => code?.ownershipOf(name),
    isStripped: () => code !== undefined && !code.isComplete && !isVdso,
    askForLines(addresses) {
      if (code !== undefined && opened !== undefined)
        lines.ask({ path: path.replace(/ \(deleted\)$/, ''), roots, opened }, addresses, group.rows)
    },
    close: () => opened?.release(),
  }

  function attempt<Value>(read: () => Value | undefined): Value | undefined {
    try {
      return read()
    } catch (error) {
      if (!isFileFailure(error)) throw error
      code = undefined
      findings.unreadable.set(path, 'why' in error && typeof error.why === 'string' ? error.why : error.message)
      return undefined
    }
  }
}

function findInFile(code: FileCode, fileOffset: number, isCaller: boolean): FoundInFile | undefined {
  const exact = code.relativeAddressOf(fileOffset)
  if (exact === undefined) return undefined
  let relativeAddress = isCaller ? exact - 1 : exact
  let name = code.nameAt(relativeAddress)
  if (name === undefined && isCaller) {
    // a function that no call precedes, such as a signal trampoline, has its return address at its very start
    name = code.nameAt(exact)
    if (name !== undefined) relativeAddress = exact
  }
  const functionStart = name === undefined ? (code.functionStartAt(relativeAddress) ?? relativeAddress) : relativeAddress
  return { isInFile: true, name, relativeAddress, functionStart }
}

function withoutFile(fileOffset: number, isCaller: boolean): FoundInFile {
  const relativeAddress = isCaller ? fileOffset - 1 : fileOffset
  return { isInFile: false, name: undefined, relativeAddress, functionStart: relativeAddress }
}

function isPython(path: string): boolean {
  return runtimeOf(path) === 'python' || /^libpython[\d.]+\.so/.test(baseName(path))
}

/** CPython interprets its functions in one C function: without a perf map they have no names at all. */
function noteInterpreters({ input, files, mappingOf, findings }: NamingContext, { rows }: CodeGroup): void {
  const { process, mapping } = input
  const counts = new Map<number, number>()
  for (const row of rows) {
    const processRow = mapping.process[mappingOf[row]]
    counts.set(processRow, (counts.get(processRow) ?? 0) + 1)
  }
  for (const [row, addressCount] of counts) {
    const executable = textAt(process.executable, row)
    if (runtimeOf(executable) !== 'python' || hasJitNames(input, files, row)) continue
    findings.nameless.push({ row, pid: process.pid[row], comm: textAt(process.comm, row), executable, addressCount })
  }
}
