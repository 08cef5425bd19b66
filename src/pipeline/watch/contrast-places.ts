import { NONE, type RecordedTables, type Table, textAt } from '../../schema.ts'
import { isFileFailure } from '../../symbolize/byte-source.ts'
import { variableAt } from '../../symbolize/data-symbols.ts'
import { addressOfOffset, hasElfMagic, parseElf } from '../../symbolize/elf.ts'
import type { MappedFiles, OpenedFile } from '../../symbolize/mapped-files.ts'

/** Callers that are said of a lock. */
const FRAMES = 3
/** Files whose data is searched for a lock. */
const MAX_FILES = 64

/** Names locks by their variable, where they were waited for, and where they were released: an address says nothing to people. */
export function withPlaces(
  contrast: Table<'contrast'>,
  { tables, files }: { readonly tables: RecordedTables; readonly files: Pick<MappedFiles, 'open'> },
): Table<'contrast'> {
  const values = contrast.measure.values.map(measure => {
    const address = /^waits for the futex 0x([0-9a-f]+)$/.exec(measure)?.[1]
    return address === undefined ? measure : describeLock(Number.parseInt(address, 16), { measure, tables, files })
  })
  return { ...contrast, measure: { codes: contrast.measure.codes, values } }
}

interface Lock {
  readonly measure: string
  readonly tables: RecordedTables
  readonly files: Pick<MappedFiles, 'open'>
}

function describeLock(address: number, { measure, tables, files }: Lock): string {
  const { wait } = tables
  const row = wait === undefined ? NONE : longestWait(wait, address)
  if (wait === undefined || row === NONE) return measure
  const name = variableOf(address, { process: wait.process[row], tables, files })
  const waiter = functionsOf(wait.userCallchain[row], tables)
  const waker = functionsOf(wait.wakerCallchain[row], tables)
  const lock = name === undefined ? measure : `waits for the lock ${name}`
  return [lock, ...(waiter === '' ? [] : [`in ${waiter}`]), ...(waker === '' ? [] : [`released in ${waker}`])].join(', ')
}

function longestWait(wait: Table<'wait'>, address: number): number {
  let longest = NONE
  for (let row = 0; row < wait.length; row++) {
    if (wait.argument[row] === address && (longest === NONE || wait.ns[row] > wait.ns[longest])) longest = row
  }
  return longest
}

/** Functions of the user's code, innermost first. */
function functionsOf(callchain: number, { callchainStack, stack, frame, symbol }: RecordedTables): string {
  if (callchain === NONE || callchainStack === undefined || stack === undefined || frame === undefined || symbol === undefined) return ''
  const names: string[] = []
  for (let at = callchainStack.stack[callchain]; at >= 0 && names.length < FRAMES; at = stack.prefix[at]) {
    const row = frame.symbol[stack.frame[at]]
    const name = textAt(symbol.name, row)
    const module = textAt(symbol.module, row) ?? ''
    if (name !== undefined && !/^(libc|libpthread|ld-)/.test(module)) names.push(name)
  }
  return names.join(' ← ')
}

/** The variable a lock lies in, found in the files its process runs. */
function variableOf(
  address: number,
  { process, tables, files }: { process: number; tables: RecordedTables; files: Pick<MappedFiles, 'open'> },
): string | undefined {
  const { mapping } = tables
  let searched = 0
  for (let row = 0; mapping !== undefined && row < mapping.length && searched < MAX_FILES; row++) {
    const path = textAt(mapping.path, row) ?? ''
    if (mapping.process[row] !== process || mapping.inode[row] === 0 || Number(mapping.startAddress[row]) > address + MAX_DISTANCE) continue
    searched++
    const wanted = {
      pid: tables.process?.pid[process] ?? NONE,
      path,
      device: textAt(mapping.device, row) ?? '',
      inode: mapping.inode[row],
      buildId: textAt(mapping.buildId, row),
    }
    const opened = files.open(wanted)
    if (opened === undefined) continue
    const name = variableIn(opened, path, {
      address,
      startAddress: Number(mapping.startAddress[row]),
      fileOffset: mapping.fileOffsetBytes[row],
    })
    if (name !== undefined) return name
  }
  return undefined
}

/** Data lies after the code of its file; and before it in some. */
const MAX_DISTANCE = 2 ** 32

function variableIn(
  opened: OpenedFile,
  path: string,
  { address, startAddress, fileOffset }: { address: number; startAddress: number; fileOffset: number },
): string | undefined {
  try {
    if (!hasElfMagic(opened.file)) return undefined
    const elf = parseElf(opened.file, path)
    const mapped = addressOfOffset(elf, fileOffset)
    return mapped === undefined ? undefined : variableAt(elf, address - startAddress + mapped)
  } catch (error) {
    if (isFileFailure(error)) return undefined
    throw error
  } finally {
    opened.release()
  }
}
