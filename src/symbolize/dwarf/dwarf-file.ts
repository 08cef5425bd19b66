/** Opens the debug sections of a file, and the files that belong to it: what dwz shares, and the .dwo of split DWARF. */

import { type ElfFile, readSection, sectionNamed, stringAt } from '../elf.ts'
import { UnitType } from './constants.ts'
import { openSection } from './sections.ts'
import { type DwarfFile, directoryOf, readUnits, rootOf, rootText, type UnitRoot } from './unit.ts'

/** Opens other debug files; the caller closes them. */
export interface DebugFileOpener {
  /** The file that .gnu_debugaltlink names, with that build id. */
  alternative(path: string, buildId: string): ElfFile | undefined
  /** A .dwo: the path the compiler wrote, absolute where that is known. */
  split(path: string): ElfFile | undefined
}

/** Whether a file has lines and inlined calls to tell. */
export function hasDwarf(elf: ElfFile): boolean {
  return (sectionNamed(elf, '.debug_info')?.sizeBytes ?? 0) > 0
}

/** The debug information of a file. */
export function openDwarf(elf: ElfFile, opener: DebugFileOpener): DwarfFile {
  return openSections(elf, '', opener)
}

/** The root of the .dwo that a skeleton stands for; undefined where that file is missing or another one. */
export function openSplit(skeleton: UnitRoot, opener: DebugFileOpener): UnitRoot | undefined {
  const { dwoId } = skeleton
  const dwoName = rootText(skeleton, skeleton.dwoName)
  const directory = directoryOf(skeleton)
  if (dwoName === '') return undefined
  const elf = opener.split(dwoName.startsWith('/') || directory === '' ? dwoName : `${directory}/${dwoName}`)
  if (elf === undefined) return undefined
  for (const header of readUnits(openSections(elf, '.dwo', opener))) {
    if (header.type === UnitType.SplitType) continue
    const root = rootOf(header, skeleton)
    if (root !== undefined && (dwoId === undefined || root.dwoId === dwoId)) return root
  }
  return undefined
}

function openSections(elf: ElfFile, suffix: '' | '.dwo', opener: DebugFileOpener): DwarfFile {
  const open = (name: string) => openSection(elf, name + suffix)
  let alternative: DwarfFile | undefined | 'unopened' = 'unopened'
  return {
    name: elf.name,
    isSplit: suffix !== '',
    info: open('.debug_info'),
    abbreviations: open('.debug_abbrev'),
    line: open('.debug_line'),
    strings: open('.debug_str'),
    lineStrings: openSection(elf, '.debug_line_str'),
    stringOffsets: open('.debug_str_offsets'),
    addresses: openSection(elf, '.debug_addr'),
    ranges: openSection(elf, '.debug_ranges'),
    rangeLists: open('.debug_rnglists'),
    addressRanges: openSection(elf, '.debug_aranges'),
    tables: new Map(),
    roots: new Map(),
    names: new Map(),
    lineOpcodes: new Map(),
    units: undefined,
    alternative() {
      if (alternative === 'unopened') alternative = openAlternative(elf, opener)
      return alternative
    },
  }
}

/** .gnu_debugaltlink: a path, a zero, the build id. The shared file of dwz has no shared file itself. */
function openAlternative(elf: ElfFile, opener: DebugFileOpener): DwarfFile | undefined {
  const section = sectionNamed(elf, '.gnu_debugaltlink')
  if (section === undefined) return undefined
  const bytes = readSection(elf, section)
  const path = stringAt(bytes, 0, elf.name)
  const buildId = Array.from(bytes.subarray(bytes.indexOf(0) + 1), byte => byte.toString(16).padStart(2, '0')).join('')
  const found = opener.alternative(path, buildId)
  return found === undefined ? undefined : openSections(found, '', { alternative: () => undefined, split: () => undefined })
}
