/** Whose a function of a Go program is, by the import path in front of its name. */

import { ByteReader } from '../byte-reader.ts'
import { Ownership } from '../schema.ts'
import { type ElfFile, readSection, sectionNamed } from './elf.ts'

/** src/debug/buildinfo/buildinfo.go: the section begins so, then u8 pointer size, u8 flags, and from byte 32 two strings. */
const BUILD_INFO_MAGIC = '\u00ff Go buildinf:'
const STRINGS_INLINE = 2
const STRINGS_OFFSET = 32
/** Lines of several hundred dependencies are some 50 KiB. */
const MAX_TEXT_BYTES = 1 << 22
/** Assembly and generated code of Go's runtime that has no import path. */
const OWN_CODE_OF_GO =
  /^(?:_rt0_|_cgo_|x_cgo_|(?:go|type)[:.]|(?:aeshash|cmp|count|index|indexbyte|memeq)body$|(?:callRet|gogo|gosave_systemstack_switch|setg_gcc|gcWriteBarrier)$|debugCall\d+$|expandAVX)/

/** Tells an Ownership value by the name of a function; undefined where the name does not tell. */
export type OwnershipOfFunction = (name: string) => number | undefined

/** For a Go program; undefined for any other. */
export function readGoOwnership(elf: ElfFile): OwnershipOfFunction | undefined {
  const section = sectionNamed(elf, '.go.buildinfo')
  if (section === undefined) return undefined
  const main = /^mod\t([^\t\n]+)/m.exec(readModules(readSection(elf, section), elf.name))?.[1]
  return name => ownershipOfGoFunction(name, main)
}

/** mainModule is the module of the program, e.g. example.com/shop; undefined when it was built without modules. */
export function ownershipOfGoFunction(name: string, mainModule: string | undefined): number | undefined {
  if (OWN_CODE_OF_GO.test(name)) return Ownership.Runtime
  const path = importPathOf(name)
  if (path === undefined) return undefined
  if (path === 'main' || path === 'command-line-arguments') return Ownership.Own
  if (mainModule !== undefined && (path === mainModule || path.startsWith(`${mainModule}/`))) return Ownership.Own
  if (path.startsWith('vendor/')) return Ownership.Runtime
  // only paths of the standard library have no dot in front of the first slash
  if (!path.split('/', 1)[0].includes('.')) return Ownership.Runtime
  return mainModule === undefined ? Ownership.Own : Ownership.Dependency
}

/** "example.com/a/b.(*T).m" → "example.com/a/b"; undefined for code of C. Dots of the last element are written %2e. */
function importPathOf(name: string): string | undefined {
  const path = name.replace(/\[.*/, '')
  const dot = path.indexOf('.', path.lastIndexOf('/') + 1)
  return dot < 0 ? undefined : path.slice(0, dot).replaceAll('%2e', '.')
}

/** The second string of the section between two sentinels of 16 bytes; empty for programs of Go before 1.18. */
function readModules(bytes: Uint8Array, name: string): string {
  const reader = new ByteReader(bytes, name)
  const magic = String.fromCharCode(...reader.bytes(BUILD_INFO_MAGIC.length, 'build info'))
  const [, flags] = reader.bytes(2, 'build info flags')
  if (magic !== BUILD_INFO_MAGIC || (flags & STRINGS_INLINE) === 0) return ''
  reader.bytes(STRINGS_OFFSET - reader.offset, 'build info header')
  readString(reader)
  return decoder.decode(readString(reader))
}

const decoder = new TextDecoder()

/** A length in 7-bit pieces, then so many bytes. */
function readString(reader: ByteReader): Uint8Array {
  let length = 0
  for (let shift = 0; shift < 28; shift += 7) {
    const [byte] = reader.bytes(1, 'build info length')
    length |= (byte & 0x7f) << shift
    if (byte < 0x80) break
  }
  return reader.bytes(Math.min(length, MAX_TEXT_BYTES), 'build info text')
}
