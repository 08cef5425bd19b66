/** Static probes of programs (USDT, as SystemTap's sys/sdt.h writes them): notes of type 3 by "stapsdt" in .note.stapsdt. */

import { ByteReader } from '../byte-reader.ts'
import { type ElfFile, readSection, SectionType, sectionNamed } from './elf.ts'

/** A place in the program where a probe is. */
export interface UsdtProbe {
  readonly provider: string
  readonly name: string
  /** Address in the file. */
  readonly address: number
  /** Address of the counter that must not be 0 for the program to come here; 0: it always does. */
  readonly semaphore: number
}

const NOTE_TYPE = 3
const OWNER = 'stapsdt\0'
const MAX_BYTES = 16 << 20

/** All of them; a note of others is passed over. */
export function readUsdtProbes(elf: ElfFile): readonly UsdtProbe[] {
  const section = sectionNamed(elf, '.note.stapsdt')
  if (section === undefined || section.type === SectionType.NoBits || section.sizeBytes > MAX_BYTES || !elf.is64) return []
  const base = sectionNamed(elf, '.stapsdt.base')?.address ?? 0
  const bytes = readSection(elf, section)
  const probes: UsdtProbe[] = []
  const reader = new ByteReader(bytes, elf.name)
  while (reader.remaining >= 12) {
    const nameBytes = reader.u32('note name size')
    const contentBytes = reader.u32('note size')
    const type = reader.u32('note type')
    const owner = Buffer.from(reader.bytes(padded(nameBytes), 'note name').subarray(0, nameBytes)).toString('latin1')
    const content = reader.bytes(Math.min(reader.remaining, padded(contentBytes)), 'note').subarray(0, contentBytes)
    if (type === NOTE_TYPE && owner === OWNER && content.length === contentBytes && contentBytes >= 24)
      probes.push(parseNote(content, { base, file: elf.name }))
  }
  return probes
}

/** Names and contents of notes are filled up to four bytes. */
function padded(size: number): number {
  return Math.ceil(size / 4) * 4
}

/** u64 address, base, semaphore; then provider, name and arguments, each ended by a zero. prelink moves code, and the base with it. */
function parseNote(content: Uint8Array, { base, file }: { base: number; file: string }): UsdtProbe {
  const reader = new ByteReader(content, file)
  const [address, linkedBase, semaphore] = ['address', 'base', 'semaphore'].map(field => reader.size64(`probe ${field}`))
  const moved = base === 0 ? 0 : base - linkedBase
  const [provider = '', name = ''] = Buffer.from(content.subarray(24)).toString('utf8').split('\0')
  return { provider, name, address: address + moved, semaphore: semaphore === 0 ? 0 : semaphore + moved }
}
