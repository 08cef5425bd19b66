/** Directories and files of line tables: sections 6.2.4 of DWARF 5 and of DWARF 4. */

import type { DwarfCursor } from './cursor.ts'
import { type FormLayout, readForm, ValueKind } from './form.ts'
import { directoryOf, stringOf, type UnitRoot } from './unit.ts'

/** The files of a line program: read when a name is wanted. */
export interface LineFiles {
  /** Over the bytes of the program, where the directories begin. */
  readonly tables: DwarfCursor
  readonly layout: FormLayout
  /** Files that opcodes define: before DWARF 5. */
  readonly defined: FileEntry[]
}

interface FileEntry {
  readonly directory: number
  /** Value and its kind, until somebody wants to read it. */
  readonly name: number
  readonly kind: number
}

interface FileTables {
  readonly directories: readonly FileEntry[]
  readonly files: readonly FileEntry[]
}

/** DW_LNCT_*. */
const Content = { Path: 1, DirectoryIndex: 2 } as const
/** Fields of an entry of the file table; real ones have at most five. */
const MAX_FIELDS = 32

/** Names of files as absolute paths where directories are known. Files count from 0 since DWARF 5, before that from 1. */
export function fileNames(root: UnitRoot, lineFiles: LineFiles): (index: number) => string | undefined {
  const names = new Map<number, string | undefined>()
  let paths: ((index: number) => string | undefined) | undefined
  return index => {
    if (names.has(index)) return names.get(index)
    paths ??= filePaths(root, lineFiles)
    const path = paths(index)
    names.set(index, path)
    return path
  }
}

/** Damaged tables name nothing; the lines stay. */
function filePaths(root: UnitRoot, lineFiles: LineFiles): (index: number) => string | undefined {
  const { tables: cursor, layout, defined } = lineFiles
  const { directories, files } = readTables(lineFiles)
  const first = layout.version >= 5 ? 0 : 1
  const compiledIn = directoryOf(root)
  const textOf = ({ name, kind }: FileEntry): string | undefined => {
    cursor.kind = kind
    return Number.isNaN(name) ? undefined : stringOf(root, cursor, name)
  }
  const directoryPaths = new Map<number, string>()
  const pathOfDirectory = (index: number): string => {
    const entry = directories[index - first]
    const path = directoryPaths.get(index) ?? (entry === undefined ? compiledIn : joinPath(compiledIn, textOf(entry) ?? ''))
    directoryPaths.set(index, path)
    return path
  }
  return index => {
    const entry = files[index - first] ?? defined[index - first - files.length]
    const name = entry === undefined ? undefined : textOf(entry)
    return name === undefined || name === '' ? undefined : joinPath(pathOfDirectory(entry?.directory ?? 0), name)
  }
}

function joinPath(directory: string, name: string): string {
  if (name.startsWith('/') || directory === '') return name
  if (name === '') return directory
  return directory.endsWith('/') ? directory + name : `${directory}/${name}`
}

/** A file that an opcode defines. */
export function readDefinedFile(cursor: DwarfCursor): FileEntry {
  const name = cursor.offset
  cursor.skipString()
  return { directory: cursor.uleb(), name, kind: ValueKind.InlineString }
}

function readTables({ tables: cursor, layout }: LineFiles): FileTables {
  if (layout.version < 5) return { directories: readDirectories2(cursor), files: readFiles2(cursor) }
  return { directories: readEntries5(cursor, layout), files: readEntries5(cursor, layout) }
}

function readDirectories2(cursor: DwarfCursor): FileEntry[] {
  const found: FileEntry[] = []
  for (;;) {
    const name = cursor.offset
    if (cursor.skipString() === 0) return found
    found.push({ directory: 0, name, kind: ValueKind.InlineString })
  }
}

function readFiles2(cursor: DwarfCursor): FileEntry[] {
  const found: FileEntry[] = []
  for (;;) {
    const name = cursor.offset
    if (cursor.skipString() === 0) return found
    found.push({ directory: cursor.uleb(), name, kind: ValueKind.InlineString })
    cursor.skipLeb() // time of modification
    cursor.skipLeb() // size
  }
}

function readEntries5(cursor: DwarfCursor, layout: FormLayout): FileEntry[] {
  const fieldCount = cursor.u8()
  if (fieldCount > MAX_FIELDS) throw cursor.damage(`its files have ${fieldCount} fields.`)
  const fields = Array.from({ length: fieldCount }, () => ({ content: cursor.uleb(), form: cursor.uleb() }))
  const count = cursor.uleb()
  if (count > cursor.bytes.length - cursor.offset) throw cursor.damage(`it has ${count} files.`)
  const found: FileEntry[] = []
  for (let index = 0; index < count; index++) {
    let directory = 0
    let name = Number.NaN
    let kind = 0
    for (let field = 0; field < fields.length; field++) {
      const { content, form } = fields[field]
      const value = readForm(cursor, form, layout)
      if (content === Content.Path) {
        name = value
        kind = cursor.kind
      } else if (content === Content.DirectoryIndex) directory = value
    }
    found.push({ directory, name, kind })
  }
  return found
}
