/** Wires the sampler to the unwinder: stacks are unwound as they are drained, while the files of their code can be read. */

import type { StackDumps } from '../collectors/perf-sampler.ts'
import { readExecutableMappings } from '../collectors/proc-snapshot.ts'
import { userRegistersOf } from '../collectors/user-registers.ts'
import type { Host } from '../host.ts'
import type { MappedFiles } from '../symbolize/mapped-files.ts'
import type { SpaceMapping } from '../symbolize/unwind/address-space.ts'
import { architectureNamed } from '../symbolize/unwind/architecture.ts'
import { UserStacks } from '../symbolize/unwind/user-stacks.ts'
import type { CallGraph } from './options.ts'

/** How the user stacks of a recording are found. */
export interface Unwinding {
  /** Undefined when the kernel's walk of frame pointers is all. */
  readonly dumps: StackDumps | undefined
  /** An executable mapping of a row of process. */
  noteMapping(process: number, pid: number, mapping: SpaceMapping): void
  close(): void
}

/** Opens the unwinder; one that does nothing where it is not wanted or not known how. */
export function openUnwinding(
  host: Host,
  { mode, dumpBytes }: CallGraph,
  { files, currentRow }: { files: MappedFiles; currentRow(pid: number): number },
): Unwinding {
  const userRegisters = userRegistersOf(process.arch)
  const architecture = architectureNamed(process.arch)
  if (mode === 'fp' || userRegisters === undefined || architecture === undefined) {
    return { dumps: undefined, noteMapping: () => {}, close: () => {} }
  }
  const stacks = new UserStacks(host, {
    files,
    architecture,
    mode,
    readMappings: (pid, row) => (currentRow(pid) === row ? readExecutableMappings(host, pid) : undefined),
  })
  return {
    dumps: { mode, bytes: dumpBytes, userRegisters, resolver: stacks },
    noteMapping: (row, pid, mapping) => stacks.noteMapping(row, pid, mapping),
    close: () => stacks.close(),
  }
}
