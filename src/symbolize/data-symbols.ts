/** Variables of ELF files by address: what a lock is called that lies in a program's data. */

import { type ElfFile, readSection, sectionNamed, stringAt } from './elf.ts'

/** STT_OBJECT. */
const OBJECT = 1
/** Words of an Elf64_Sym: u32 name; u8 info, u8 other, u16 section; u64 value, size. */
const ENTRY_WORDS = 6
/** Beyond this a file is not searched: a walk of a million entries takes 5 ms. */
const MAX_ENTRIES = 1 << 22

/** Name of the variable that covers an address of the file; undefined when there is none, or the file is stripped or of 32 bits. */
export function variableAt(file: ElfFile, address: number): string | undefined {
  if (!file.is64) return undefined
  const covers = (candidate: Candidate): boolean => address >= candidate.address && address < candidate.address + candidate.sizeBytes
  return (find(file, '.symtab', covers) ?? find(file, '.dynsym', covers))?.name
}

/** A variable. */
export interface Variable {
  readonly name: string
  /** Address in the file. */
  readonly address: number
  readonly sizeBytes: number
}

/** The variable of a name. */
export function variableNamed(file: ElfFile, name: string): Variable | undefined {
  if (!file.is64) return undefined
  return find(file, '.symtab', variable => variable.name() === name) ?? find(file, '.dynsym', variable => variable.name() === name)
}

interface Candidate {
  readonly address: number
  readonly sizeBytes: number
  name(): string
}

function find(file: ElfFile, sectionName: string, isWanted: (candidate: Candidate) => boolean): Variable | undefined {
  const section = sectionNamed(file, sectionName)
  const strings = section === undefined ? undefined : file.sections[section.link]
  if (section === undefined || strings === undefined || section.sizeBytes > MAX_ENTRIES * ENTRY_WORDS * 4) return undefined
  const bytes = new Uint8Array(readSection(file, section)) // aligned
  const names = readSection(file, strings)
  const words = new Uint32Array(bytes.buffer, 0, bytes.byteLength >> 2)
  for (let at = 0; at + ENTRY_WORDS <= words.length; at += ENTRY_WORDS) {
    if ((words[at + 1] & 15) !== OBJECT || words[at + 1] >>> 16 === 0) continue
    const candidate = {
      address: words[at + 2] + words[at + 3] * 2 ** 32,
      sizeBytes: words[at + 4],
      name: () => stringAt(names, words[at], file.name),
    }
    if (isWanted(candidate) && candidate.name() !== '') return { ...candidate, name: candidate.name() }
  }
  return undefined
}
