/** What the function of an entry is called: its own name, or that of the entry it is an instance of. */

import { FormatError } from '../../errors.ts'
import { isNameAttribute } from './abbreviations.ts'
import { Attribute } from './constants.ts'
import { DwarfCursor } from './cursor.ts'
import { readForm, readSized, skipSized, ValueKind } from './form.ts'
import { type DwarfFile, rootOf, stringOf, type UnitHeader, type UnitRoot, unitAt } from './unit.ts'

/** References followed for one name: instance → abstract instance → declaration; dwz adds one. */
const MAX_REFERENCES = 16
/** Names kept of one file. */
const MAX_NAMES = 1 << 16
/** What is read of an entry; the names of gcc's are references. */
const ENTRY_BYTES = 1 << 12

/** Names of entries of one unit and what it refers to. */
export function entryNames(root: UnitRoot): (entry: number) => string | undefined {
  return entry => nameAt({ file: root.header.file, unit: root.header, entry }, root.skeleton, MAX_REFERENCES)
}

function nameAt(place: EntryPlace, skeleton: UnitRoot | undefined, referencesLeft: number): string | undefined {
  const { names } = place.file
  const known = names.get(place.entry)
  if (known !== undefined || names.has(place.entry)) return known
  const { name, origin } = readEntry(place, skeleton)
  const found =
    name?.isLinkage === true || origin === undefined || referencesLeft === 0
      ? name?.text
      : (nameAt(origin, skeleton, referencesLeft - 1) ?? name?.text)
  if (names.size >= MAX_NAMES) names.clear()
  names.set(place.entry, found)
  return found
}

interface EntryPlace {
  readonly file: DwarfFile
  /** A unit that may hold it. */
  readonly unit: UnitHeader | undefined
  readonly entry: number
}

interface EntryFacts {
  readonly name: { readonly text: string; readonly isLinkage: boolean } | undefined
  readonly origin: EntryPlace | undefined
}

/** Name and origin of an entry; neither for one that is damaged. */
function readEntry(place: EntryPlace, skeleton: UnitRoot | undefined): EntryFacts {
  const { file, entry } = place
  try {
    const unit = place.unit !== undefined && holds(place.unit, entry) ? place.unit : unitAt(file, entry)
    const root =
      unit === undefined || entry < unit.offset + unit.headerBytes ? undefined : rootOf(unit, unit.file.isSplit ? skeleton : undefined)
    if (root === undefined) return nothing
    const left = root.header.offset + root.header.sizeBytes - entry
    return readNames(root, new DwarfCursor(file.info.read(entry, Math.min(ENTRY_BYTES, left)), file.info.name))
  } catch (error) {
    if (error instanceof FormatError) return nothing
    throw error
  }
}

const nothing: EntryFacts = { name: undefined, origin: undefined }

function holds({ offset, sizeBytes }: UnitHeader, entry: number): boolean {
  return entry >= offset && entry < offset + sizeBytes
}

function readNames(root: UnitRoot, cursor: DwarfCursor): EntryFacts {
  const { header } = root
  const abbreviation = root.abbreviations.at(cursor.uleb())
  if (abbreviation === undefined) return nothing
  let name: EntryFacts['name']
  let origin: EntryPlace | undefined
  const { specs, sizes, kinds, nameSpecs } = abbreviation
  for (let at = 0; 3 * at < nameSpecs; at++) {
    const attribute = specs[3 * at]
    const size = sizes[at]
    if (!isNameAttribute(attribute)) {
      skipSized(cursor, size, header)
      continue
    }
    const value = size > 0 ? readSized(cursor, size, kinds[at]) : readForm(cursor, specs[3 * at + 1], header)
    if (attribute === Attribute.AbstractOrigin || attribute === Attribute.Specification) origin = originOf(header, value, cursor.kind)
    else if (name?.isLinkage !== true) {
      const text = stringOf(root, cursor, value)
      if (text !== undefined && text !== '') name = { text, isLinkage: attribute !== Attribute.Name }
    }
  }
  return { name, origin }
}

function originOf(unit: UnitHeader, value: number, kind: number): EntryPlace | undefined {
  if (kind === ValueKind.UnitReference) return { file: unit.file, unit, entry: unit.offset + value }
  if (kind === ValueKind.Reference) return { file: unit.file, unit, entry: value }
  const alternative = kind === ValueKind.AlternativeReference ? unit.file.alternative() : undefined
  return alternative === undefined ? undefined : { file: alternative, unit: undefined, entry: value }
}
