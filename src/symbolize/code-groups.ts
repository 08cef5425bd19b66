/** Sorts callchain rows by where their code is, so that each file is read once and let go before the next. */

import { CodeKind, NONE, type Table, textAt } from '../schema.ts'
import { MappingIndex } from './mapping-index.ts'

/** Rows of callchain whose code has one source of names. */
export interface CodeGroup {
  readonly source: 'kernel' | 'hypervisor' | 'vdso' | 'file' | 'jit'
  /** Row of process for jit, else NONE. */
  readonly process: number
  /** The first mapping met, which tells the file; NONE without one. */
  readonly mapping: number
  readonly rows: number[]
}

/** Every callchain row in its group. */
export interface GroupedRows {
  readonly groups: readonly CodeGroup[]
  /** Row of mapping for each row of callchain, or NONE. */
  readonly mappingOf: Int32Array
}

/** Groups in order of first use. */
export function groupRows(mapping: Table<'mapping'>, callchain: Table<'callchain'>): GroupedRows {
  const index = new MappingIndex(mapping)
  const mappingOf = new Int32Array(callchain.length).fill(NONE)
  const groups = new Map<string, CodeGroup>()
  const keyOfMapping = new Map<number, string>()
  for (let row = 0; row < callchain.length; row++) {
    const { key, ...group } = locate(row)
    mappingOf[row] = group.mapping
    const known = groups.get(key)
    if (known === undefined) groups.set(key, { ...group, rows: [row] })
    else known.rows.push(row)
  }
  return { groups: [...groups.values()], mappingOf }

  function locate(row: number): { key: string; source: CodeGroup['source']; process: number; mapping: number } {
    const kind = callchain.kind[row]
    if (kind === CodeKind.Kernel) return { key: 'kernel', source: 'kernel', process: NONE, mapping: NONE }
    if (kind === CodeKind.Hypervisor) return { key: 'hypervisor', source: 'hypervisor', process: NONE, mapping: NONE }
    const process = callchain.process[row]
    const found = index.find(process, Number(callchain.address[row]), callchain.timeNs[row])
    const source = found === NONE ? 'jit' : sourceOf(textAt(mapping.path, found) ?? '', mapping.inode[found])
    if (source !== 'file') return { key: source === 'vdso' ? source : `jit ${process}`, source, process, mapping: found }
    let key = keyOfMapping.get(found)
    if (key === undefined) {
      key = `file ${textAt(mapping.device, found)}:${mapping.inode[found]} ${textAt(mapping.path, found)}`
      keyOfMapping.set(found, key)
    }
    return { key, source, process, mapping: found }
  }
}

/** What kind of memory a mapping is, by the name the kernel gives it: fs/proc/task_mmu.c, kernel/events/core.c. */
function sourceOf(path: string, inode: number): 'vdso' | 'file' | 'jit' {
  if (path === '[vdso]') return 'vdso'
  const isFile = path.startsWith('/') && inode > 0 && !/^\/(?:dev\/zero|anon_hugepage|SYSV)|^\/\/anon/.test(path)
  return isFile ? 'file' : 'jit'
}
