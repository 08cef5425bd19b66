/** Debug information of the kernel that runs: where distributions put it, and how far KASLR moved the code. */

import type { Host, HostFile } from '../host.ts'
import { orUndefined } from './byte-source.ts'
import { hasDwarf } from './dwarf/dwarf-file.ts'
import { type ElfFile, findBuildId, parseElf, readBuildId, SectionFlag } from './elf.ts'
import type { Kallsyms } from './kallsyms.ts'
import type { OpenedFile } from './mapped-files.ts'

/** The kernel's program with its debug information. */
export interface Vmlinux {
  readonly path: string
  readonly opened: OpenedFile
  /** An address of the running kernel less its address in the file. */
  readonly bias: number
}

/** The kernel is moved by whole pages, on x86-64 by 2 MiB: CONFIG_PHYSICAL_ALIGN. */
const PAGE_BYTES = 4096

/** The debug information that belongs to the running kernel by its build id; undefined where there is none. */
export function openVmlinux(host: Host, kallsyms: Kallsyms): Vmlinux | undefined {
  const start = kernelStart(kallsyms)
  const notes = host.readBytes('/sys/kernel/notes')
  const buildId = notes === undefined ? undefined : orUndefined(() => findBuildId(notes, '/sys/kernel/notes'))
  if (start === undefined || buildId === undefined) return undefined
  for (const path of candidatePaths(host, buildId)) {
    const file = host.openFile(path)
    const bias = file === undefined ? undefined : orUndefined(() => biasOf(file, path, { buildId, start }))
    if (file !== undefined && bias !== undefined) return { path, bias, opened: { file, openPath: path, release: () => file.close() } }
    file?.close()
  }
  return undefined
}

/** Debian, Fedora, a kernel built here, and whatever is kept by build id. */
function candidatePaths(host: Host, buildId: string): readonly string[] {
  const byId = `/usr/lib/debug/.build-id/${buildId.slice(0, 2)}/${buildId.slice(2)}.debug`
  const release = host.readText('/proc/sys/kernel/osrelease')?.trim() ?? ''
  if (!/^[\w.+~-]+$/.test(release)) return [byId]
  const modules = `/lib/modules/${release}`
  return [
    ...[byId, `/usr/lib/debug/boot/vmlinux-${release}`, `/usr/lib/debug${modules}/vmlinux`, `/usr/lib/debug/usr${modules}/vmlinux`],
    ...[`${modules}/build/vmlinux`, `/boot/vmlinux-${release}`],
  ]
}

function biasOf(file: HostFile, path: string, wanted: { readonly buildId: string; readonly start: number }): number | undefined {
  const elf = parseElf(file, path)
  if (readBuildId(elf, elf.sections) !== wanted.buildId || !hasDwarf(elf)) return undefined
  const bias = wanted.start - codeStart(elf)
  return Number.isFinite(bias) && bias % PAGE_BYTES === 0 ? bias : undefined
}

/** Of the kernel itself: modules lie elsewhere, on arm64 below it. */
function kernelStart({ addresses, moduleOf }: Kallsyms): number | undefined {
  for (let index = 0; index < addresses.length; index++) {
    // what is not negative is an offset in the memory of each CPU
    if (addresses[index] < 0 && moduleOf(index) === undefined) return addresses[index]
  }
  return undefined
}

/** The kernel's first section with code begins with its first function: _text. */
function codeStart({ sections }: ElfFile): number {
  const isCode = ({ flags, address }: ElfFile['sections'][number]): boolean => (flags & SectionFlag.Execute) !== 0 && address < 0
  return sections.filter(isCode).reduce((least, { address }) => Math.min(least, address), Number.POSITIVE_INFINITY)
}
