import { NONE, type RecordedTables, type Table, ThreadState, textAt } from '../schema.ts'
import { processLabel, shorten } from './labels.ts'

/** Threads of one process that do the same: a pool is one line, however many workers it has. */
export interface ThreadGroup {
  /** Row of process; NONE when unknown. */
  readonly process: number
  /** "worker (8 threads) of nginx (pid 42)", "worker-1 (tid 43)". */
  readonly label: string
  /** In ascending order. */
  readonly tids: readonly number[]
}

/** All threads of the ledger and of the waits, in groups. */
export interface ThreadGroups {
  readonly groups: readonly ThreadGroup[]
  /** Index into groups; NONE for a thread that nothing is known of. */
  groupOf(process: number, tid: number): number
}

/** Histograms of time must overlap by this much (Dice coefficient): the rule of wPerf, analysis.md 4.1. */
const SIMILAR = 0.7
/** Groups of one name within a process: whoever fits none of them joins the last. */
const MAX_KINDS = 16

/** Groups threads by the name without its digits and by how they divide their time between running and kinds of waits. */
export function groupThreads(tables: Pick<RecordedTables, 'process' | 'thread' | 'threadTime' | 'wait'>): ThreadGroups {
  const kinds = new Map<string, Profile[][]>()
  for (const thread of inOrderOfTime(profileThreads(tables).values())) {
    const name = `${thread.process}/${prefixOf(thread.comm ?? '')}`
    const sameName = kinds.get(name) ?? []
    kinds.set(name, sameName)
    const alike = sameName.find(([first]) => similarity(first.ns, thread.ns) > SIMILAR)
    if (alike !== undefined) alike.push(thread)
    else if (sameName.length < MAX_KINDS) sameName.push([thread])
    else sameName[MAX_KINDS - 1].push(thread)
  }
  const groups = [...kinds.values()].flat().map(group => group.sort((a, b) => a.tid - b.tid))
  groups.sort(([a], [b]) => a.process - b.process || a.tid - b.tid)
  const indexOf = new Map(groups.flatMap((group, index) => group.map(({ process, tid }) => [threadKey(process, tid), index] as const)))
  return {
    groups: groups.map(group => ({ process: group[0].process, label: labelOf(group, tables.process), tids: group.map(({ tid }) => tid) })),
    groupOf: (process, tid) => indexOf.get(threadKey(process, tid)) ?? NONE,
  }
}

/** Who has most time says what a group is like: were it the lowest id, other ids would make other groups. */
function inOrderOfTime(threads: Iterable<Profile>): Profile[] {
  const timed = [...threads].map(thread => ({ thread, totalNs: [...thread.ns.values()].reduce((sum, ns) => sum + ns, 0) }))
  return timed.sort((a, b) => b.totalNs - a.totalNs || a.thread.tid - b.thread.tid).map(({ thread }) => thread)
}

/** One number for a thread of a program image: ids of threads are below 2^22 (PID_MAX_LIMIT, include/linux/threads.h). */
export function threadKey(process: number, tid: number): number {
  return (process + 1) * 4194304 + tid
}

interface Profile {
  readonly process: number
  readonly tid: number
  readonly comm: string | undefined
  /** Time by what it did: RUNNING, or a reason and system call. Queueing for a CPU says nothing of what a thread is. */
  readonly ns: Map<number, number>
}

function profileThreads({ thread, threadTime, wait }: Parameters<typeof groupThreads>[0]): Map<number, Profile> {
  const threads = new Map<number, Profile>()
  const commOf = new Map<number, string | undefined>()
  for (let row = 0; row < (thread?.length ?? 0); row++) {
    if (thread !== undefined) commOf.set(threadKey(thread.process[row], thread.tid[row]), textAt(thread.comm, row))
  }
  const add = (process: number, tid: number, what: number, ns: number) => {
    const key = threadKey(process, tid)
    const profile = threads.get(key) ?? { process, tid, comm: commOf.get(key), ns: new Map() }
    threads.set(key, profile)
    if (ns > 0) profile.ns.set(what, (profile.ns.get(what) ?? 0) + ns)
  }
  for (let row = 0; row < (threadTime?.length ?? 0); row++) {
    if (threadTime === undefined) break
    const ns = threadTime.state[row] === ThreadState.Running ? threadTime.ns[row] : 0
    add(threadTime.process[row], threadTime.tid[row], RUNNING, ns)
  }
  for (let row = 0; row < (wait?.length ?? 0); row++) {
    if (wait !== undefined) add(wait.process[row], wait.tid[row], whatOf(wait, row), wait.ns[row])
  }
  return threads
}

const RUNNING = -1

/** One number for a reason and a system call: tables hold each text once. */
function whatOf({ reason, syscall }: Table<'wait'>, row: number): number {
  return (reason.codes[row] + 1) * (syscall.values.length + 1) + syscall.codes[row] + 1
}

/** Dice coefficient of two histograms, each as shares of its sum; two that are empty are alike. */
function similarity(a: ReadonlyMap<number, number>, b: ReadonlyMap<number, number>): number {
  const [sumA, sumB] = [a, b].map(histogram => [...histogram.values()].reduce((sum, ns) => sum + ns, 0))
  if (sumA === 0 || sumB === 0) return sumA === sumB ? 1 : 0
  let overlap = 0
  for (const [key, ns] of a) overlap += Math.min(ns / sumA, (b.get(key) ?? 0) / sumB)
  return overlap
}

/** "worker-12" and "worker-3", "tokio-runtime-w 7": the numbers only count. */
function prefixOf(comm: string): string {
  return comm.replace(/\d+/g, '').replace(/[\s:_/#.-]+$/, '')
}

function labelOf(group: readonly Profile[], process: Table<'process'> | undefined): string {
  const { comm, tid, process: row } = group[0]
  const name = shorten(comm ?? 'thread')
  if (group.length === 1) return `${name} (tid ${tid})`
  const owner = process === undefined ? 'unknown process' : processLabel(process, row)
  return `${shorten(prefixOf(comm ?? '') || name)} (${group.length} threads) of ${owner}`
}
