import type { Host } from '../../host.ts'
import { NONE } from '../../schema.ts'
import { listNumbers } from '../proc-snapshot.ts'

/** Descriptors read in one search: some 10 µs each. */
const MAX_DESCRIPTORS = 512

/** Who has an end of a pipe: processes by its inode. */
export type PipeEnds = ReadonlyMap<string, { readonly readers: ReadonlySet<number>; readonly writers: ReadonlySet<number> }>

/** The pipes between these processes. */
export function findPipeEnds(host: Host, pids: Iterable<number>): PipeEnds {
  const ends = new Map<string, { readonly readers: Set<number>; readonly writers: Set<number> }>()
  let left = MAX_DESCRIPTORS
  for (const pid of pids) {
    for (const descriptor of ['0', ...listNumbers(host, `/proc/${pid}/fd`)]) {
      if (left-- === 0) return ends
      const pipe = pipeOf(host, pid, Number(descriptor))
      if (pipe === undefined) continue
      const access = accessOf(host.readText(`/proc/${pid}/fdinfo/${descriptor}`))
      if (access === undefined) continue
      const known = ends.get(pipe) ?? { readers: new Set(), writers: new Set() }
      ends.set(pipe, known)
      if (access !== O_WRONLY) known.readers.add(pid)
      if (access !== O_RDONLY) known.writers.add(pid)
    }
  }
  return ends
}

/** The one other process that can end a wait for a pipe; NONE when none or several could. */
export function pipePeer(
  host: Host,
  ends: PipeEnds,
  { pid, descriptor, isRead }: { readonly pid: number; readonly descriptor: number; readonly isRead: boolean },
): number {
  const pipe = pipeOf(host, pid, descriptor)
  const known = pipe === undefined ? undefined : ends.get(pipe)
  const others = [...((isRead ? known?.writers : known?.readers) ?? [])].filter(other => other !== pid)
  return others.length === 1 ? others[0] : NONE
}

function pipeOf(host: Host, pid: number, descriptor: number): string | undefined {
  const link = host.readLink(`/proc/${pid}/fd/${descriptor}`)
  return link?.startsWith('pipe:[') ? link : undefined
}

const O_RDONLY = 0
const O_WRONLY = 1
const O_ACCMODE = 3

/** "flags:\t0100001": octal, as open(2) takes them. */
function accessOf(fdinfo: string | undefined): number | undefined {
  const flags = fdinfo === undefined ? undefined : /^flags:\s*([0-7]+)$/m.exec(fdinfo)?.[1]
  return flags === undefined ? undefined : Number.parseInt(flags, 8) & O_ACCMODE
}
