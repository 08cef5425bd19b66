/** The state of the target when a trigger fired: its threads and its descriptors, as /proc has them. */

import { listNumbers } from '../../collectors/proc-snapshot.ts'
import { syscallNames } from '../../collectors/syscall-names.ts'
import type { Host } from '../../host.ts'
import type { Table } from '../../schema.ts'
import { TableBuilder } from '../../table-builder.ts'

/** Threads and descriptors that are read at most: a dump must be over before the state has changed. */
const MAX_THREADS = 2000
const MAX_DESCRIPTORS = 10_000
const MAX_STACK_FRAMES = 32

/** The dump as tables. */
export interface StateDump {
  readonly threadState: Table<'threadState'>
  readonly descriptor: Table<'descriptor'>
}

/** Reads it; what vanishes meanwhile is left out. rowOf gives the row of process. */
export function dumpState(host: Host, pids: Iterable<number>, rowOf: (pid: number) => number): StateDump {
  const threads = new TableBuilder('threadState', 64)
  const descriptors = new TableBuilder('descriptor', 64)
  const names = syscallNames(process.arch)?.nameOf ?? new Map<number, string>()
  for (const pid of pids) {
    const row = rowOf(pid)
    for (const tid of listNumbers(host, `/proc/${pid}/task`)) {
      if (threads.length >= MAX_THREADS) break
      addThread(host, threads, { row, path: `/proc/${pid}/task/${tid}`, tid, names })
    }
    for (const number of listNumbers(host, `/proc/${pid}/fd`)) {
      if (descriptors.length >= MAX_DESCRIPTORS) break
      const what = host.readLink(`/proc/${pid}/fd/${number}`)
      if (what !== undefined) descriptors.add({ process: row, number, what })
    }
  }
  return { threadState: threads.build(), descriptor: descriptors.build() }
}

interface ThreadPlace {
  readonly row: number
  readonly path: string
  readonly tid: number
  readonly names: ReadonlyMap<number, string>
}

function addThread(host: Host, threads: TableBuilder<'threadState'>, { row, path, tid, names }: ThreadPlace): void {
  const stat = /^\d+ \((.*)\) (\S)/s.exec(host.readText(`${path}/stat`) ?? '')
  if (stat === null) return
  const waitsIn = host.readText(`${path}/wchan`)?.trim()
  const call = /^(\d+) (0x[0-9a-f]+)/.exec(host.readText(`${path}/syscall`) ?? '')
  const stack = host.readText(`${path}/stack`)?.match(/(?<=\] )[^+\s]+/g)
  threads.add({
    process: row,
    tid,
    comm: stat[1],
    state: stat[2],
    waitsIn: waitsIn === undefined || waitsIn === '' || waitsIn === '0' ? undefined : waitsIn,
    syscall: call === null ? undefined : (names.get(Number(call[1])) ?? call[1]),
    argument: call === null ? Number.NaN : Number(call[2]),
    kernelStack: stack?.slice(0, MAX_STACK_FRAMES).join(';'),
  })
}
