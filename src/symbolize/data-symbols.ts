/** Variables of ELF files by address: what a lock is called that lies in a program's data. */

import { bytesOfString, type ElfFile, readSection, sectionNamed } from './elf.ts'

/** STT_OBJECT. */
const OBJECT = 1
/** Words of an Elf64_Sym: u32 name; u8 info, u8 other, u16 section; u64 value, size. */
const ENTRY_WORDS = 6
/** Beyond this a file is not searched: a walk of a million entries takes 5 ms. */
const MAX_ENTRIES = 1 << 22

/** Name of the variable that covers an address of the file; undefined when there is none, or the file is stripped or of 32 bits. */
export function variableAt(file: ElfFile, address: number): string | undefined {
  if (!file.is64) return undefined
  return find(file, '.symtab', address) ?? find(file, '.dynsym', address)
}

function find(file: ElfFile, sectionName: string, address: number): string | undefined {
  const section = sectionNamed(file, sectionName)
  const strings = section === undefined ? undefined : file.sections[section.link]
  if (section === undefined || strings === undefined || section.sizeBytes > MAX_ENTRIES * ENTRY_WORDS * 4) return undefined
  const bytes = readSection(file, section).slice()
  const words = new Uint32Array(bytes.buffer, 0, bytes.byteLength >> 2)
  for (let at = 0; at + ENTRY_WORDS <= words.length; at += ENTRY_WORDS) {
    if ((words[at + 1] & 15) !== OBJECT || words[at + 1] >>> 16 === 0) continue
    const start = words[at + 2] + words[at + 3] * 2 ** 32
    if (address < start || address >= start + words[at + 4]) continue
    const name = new TextDecoder().decode(bytesOfString(readSection(file, strings), words[at], file.name))
    if (name !== '') return name
  }
  return undefined
}
