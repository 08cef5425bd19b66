import type { Host } from '../../host.ts'
import { NONE } from '../../schema.ts'
import { listNumbers } from '../proc-snapshot.ts'

/** Descriptors looked at in one search: some 5 µs each. */
const MAX_DESCRIPTORS = 20_000

/** Adds the process that has each socket open: of several the one with the lowest id, which is the one that started the others. */
export function findListeners<Row extends { readonly inode: number }>(
  host: Host,
  rows: readonly Row[],
): (Row & { readonly pid: number })[] {
  const missing = new Set(rows.filter(({ inode }) => inode > 0).map(({ inode }) => `socket:[${inode}]`))
  const owners = new Map<string, number>()
  let left = MAX_DESCRIPTORS
  for (const pid of missing.size === 0 ? [] : listNumbers(host, '/proc')) {
    for (const descriptor of ['0', ...listNumbers(host, `/proc/${pid}/fd`)]) {
      if (left-- === 0 || missing.size === 0) break
      const link = host.readLink(`/proc/${pid}/fd/${descriptor}`)
      if (link !== undefined && missing.delete(link)) owners.set(link, pid)
    }
  }
  return rows.map(row => ({ ...row, pid: owners.get(`socket:[${row.inode}]`) ?? NONE }))
}
