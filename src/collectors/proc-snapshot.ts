/** What runs at this instant, from /proc: proc(5). Names, paths and command lines are hostile input. */

import type { Host } from '../host.ts'
import { NONE } from '../schema.ts'
import type { RecordedMapping } from './perf-record.ts'
import type { KnownProcess } from './process-tracker.ts'
import { parseCgroupPath } from './series/cgroup-mounts.ts'

/** A process as it is now. */
export type ProcessSnapshot = KnownProcess

const MAX_COMMAND_LINE = 512
/** TASK_COMM_LEN less its zero: what perf records carry. */
const COMM_LENGTH = 15
/** PF_WQ_WORKER and PF_KTHREAD of include/linux/sched.h. */
const FLAG_WORKER = 0x20
const FLAG_KERNEL_THREAD = 0x200000

/** Every process that can be seen, by pid. The kernel's pid_max is the only bound. */
export function readProcesses(host: Host): ProcessSnapshot[] {
  return listNumbers(host, '/proc').flatMap(pid => readProcess(host, pid) ?? [])
}

/** One process; undefined when it is gone. */
export function readProcess(host: Host, pid: number): ProcessSnapshot | undefined {
  const directory = `/proc/${pid}`
  const stat = parseStatLine(host.readText(`${directory}/stat`) ?? '')
  if (stat === undefined) return undefined
  const { comm, parentPid, isKernelThread } = stat
  const threads = listNumbers(host, `${directory}/task`).map(tid => ({
    tid,
    comm: tid === pid ? comm : (readThreadName(host, pid, tid) ?? comm),
  }))
  return {
    pid,
    nsPid: isKernelThread ? NONE : parseNamespacePid(host.readText(`${directory}/status`), pid),
    parentPid,
    comm,
    commandLine: isKernelThread ? undefined : parseCommandLine(host.readText(`${directory}/cmdline`) ?? ''),
    executable: isKernelThread ? undefined : host.readLink(`${directory}/exe`),
    cgroup: parseCgroupPath(host.readText(`${directory}/cgroup`) ?? ''),
    isKernelThread,
    threads: threads.length === 0 ? [{ tid: pid, comm }] : threads,
  }
}

/** Fields of /proc/PID/stat. */
export interface StatLine {
  readonly comm: string
  /** R, S, D, Z, … */
  readonly state: string
  readonly parentPid: number
  readonly isKernelThread: boolean
  /** When it started, in ticks of a hundredth of a second since boot. */
  readonly startTicks: number
}

/** "2 (kthreadd) S 0 0 …": the name may hold blanks, parentheses and newlines, so it ends at the last parenthesis. */
export function parseStatLine(text: string): StatLine | undefined {
  const open = text.indexOf('(')
  const close = text.lastIndexOf(')')
  if (open === -1 || close < open) return undefined
  const fields = text.slice(close + 2).split(' ')
  if (fields.length < 20) return undefined
  const flags = Number(fields[6])
  const isKernelThread = (flags & FLAG_KERNEL_THREAD) !== 0
  const name = text.slice(open + 1, close)
  return {
    comm: isKernelThread ? kernelThreadName(name, flags) : name,
    state: fields[0],
    parentPid: Number(fields[1]),
    isKernelThread,
    startTicks: Number(fields[19]),
  }
}

/** /proc adds to a worker's name what it does at the moment, and knows names longer than the kernel's other interfaces. */
function kernelThreadName(name: string, flags: number): string {
  const own = (flags & FLAG_WORKER) === 0 ? name : name.replace(/^(kworker\/u?\d+:\w+)[-+].*$/s, '$1')
  return own.slice(0, COMM_LENGTH)
}

/** "NSpid:\t1234\t7": its id in each pid namespace from ours inwards. NONE where the innermost is ours. */
export function parseNamespacePid(status: string | undefined, pid: number): number {
  const innermost = /^NSpid:\s*(?:\d+\s+)*?(\d{1,9})\s*$/m.exec(status ?? '')?.[1]
  return innermost === undefined || Number(innermost) === pid ? NONE : Number(innermost)
}

/** Arguments end with a zero byte each; programs that rewrite their title leave many. */
function parseCommandLine(text: string): string | undefined {
  const line = text
    .slice(0, MAX_COMMAND_LINE * 2)
    .replaceAll('\0', ' ')
    .trim()
  return line === '' ? undefined : line.slice(0, MAX_COMMAND_LINE)
}

function readThreadName(host: Host, pid: number, tid: number): string | undefined {
  return host.readText(`/proc/${pid}/task/${tid}/comm`)?.replace(/\n$/, '')
}

/** Names of a directory that are numbers, ascending. */
export function listNumbers(host: Host, directory: string): number[] {
  const numbers = (host.listDirectory(directory) ?? []).filter(name => /^[1-9]\d*$/.test(name)).map(Number)
  return numbers.sort((left, right) => left - right)
}

/** Executable mappings of a process; undefined when it is gone or its maps may not be read. vm.max_map_count is the bound. */
export function readExecutableMappings(host: Host, pid: number): RecordedMapping[] | undefined {
  const text = host.readText(`/proc/${pid}/maps`)
  return text === undefined ? undefined : parseExecutableMappings(text)
}

/** "55d0a000-55d0b000 r-xp 00002000 08:02 1735 /usr/bin/cat"; the path may hold blanks, a newline in it stands as \012. */
export function parseExecutableMappings(text: string): RecordedMapping[] {
  return text.split('\n').flatMap(line => parseMapping(line) ?? [])
}

function parseMapping(line: string): RecordedMapping | undefined {
  const match = /^([\da-f]{1,16})-([\da-f]{1,16}) ..x. ([\da-f]+) ([\da-f]+:[\da-f]+) (\d+) *(.*)$/s.exec(line)
  if (match === null) return undefined
  const [, start, end, offset, device, inode, path] = match
  return {
    startAddress: BigInt(`0x${start}`),
    endAddress: BigInt(`0x${end}`),
    fileOffsetBytes: Number.parseInt(offset, 16),
    device,
    inode: Number(inode),
    // perf records name memory without a file so
    path: path === '' ? '//anon' : path.replaceAll('\\012', '\n'),
  }
}
