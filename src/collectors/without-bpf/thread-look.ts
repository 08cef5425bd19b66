/** What a thread waits for at this instant, from /proc/PID/task/TID/{syscall,wchan,stat}: proc(5). Needs no privilege for one's own processes. */

import type { Host } from '../../host.ts'
import { NONE } from '../../schema.ts'
import type { SyscallNames } from '../syscall-names.ts'
import { type DescriptorKind, descriptorKind, type WaitReason, waitReason } from '../wait-reason.ts'
import { futexOwner } from './futex-owner.ts'

/** A thread that was found waiting. */
export interface ThreadLook {
  readonly reason: WaitReason
  /** Name of the system call; undefined outside of one, and where the file is forbidden. */
  readonly syscall: string | undefined
  /** Address of the futex, or the descriptor; NaN for neither. */
  readonly argument: number
  /** Thread that holds the mutex it waits for; NONE where that cannot be told. */
  readonly ownerTid: number
}

/** Where one thread is looked at. */
export interface ThreadPlace {
  readonly pid: number
  readonly tid: number
  /** Whether a thread of the same process has this id: a word of memory is an owner only then. */
  readonly isSibling: (tid: number) => boolean
}

/** State and call of a thread that does not run; undefined when it does, wants to, or is gone. */
export function lookAtThread(host: Host, place: ThreadPlace, syscalls: SyscallNames | undefined): ThreadLook | undefined {
  const directory = `/proc/${place.pid}/task/${place.tid}`
  const call = parseSyscall(host.readText(`${directory}/syscall`))
  if (call === 'running') return undefined
  const state = call === undefined ? stateOf(host.readText(`${directory}/stat`)) : undefined
  // without the call only the state tells whether it waits at all
  if (call === undefined && (state === undefined || state === 'R' || state === 'Z' || state === 'X')) return undefined
  const kernelFunction = parseWchan(host.readText(`${directory}/wchan`))
  const syscall = call === undefined || call.number === NONE ? undefined : nameOf(call.number, syscalls)
  const args = call?.args ?? []
  const isFutex = syscall === 'futex'
  const reason = reasonOf(host, place, { call, syscall, kernelFunction, state })
  return {
    reason,
    syscall,
    argument: isFutex ? Number(args[0] ?? Number.NaN) : withDescriptor.has(reason) ? descriptorOf(args) : Number.NaN,
    ownerTid: isFutex ? futexOwner(host, place, args) : NONE,
  }
}

/** The call a thread is in, by number; NONE for none. */
interface Call {
  readonly number: number
  readonly args: readonly bigint[]
}

/** "running", "-1 0x7ff… 0x7f…" or "202 0x7f… 0x80 … sp pc"; undefined when it is none of them, or could not be read. */
export function parseSyscall(text: string | undefined): Call | 'running' | undefined {
  if (text === undefined) return undefined
  if (text.startsWith('running')) return 'running'
  const [number, ...words] = text.trim().split(' ')
  if (!/^-?\d{1,6}$/.test(number) || words.length > 8 || words.some(word => !/^0x[\da-f]{1,16}$/.test(word))) return undefined
  return { number: Math.max(NONE, Number(number)), args: words.length === 8 ? words.slice(0, 6).map(BigInt) : [] }
}

/** Name of the function it sleeps in; undefined where the kernel does not say ("0"). */
export function parseWchan(text: string | undefined): string | undefined {
  return text !== undefined && /^[A-Za-z_][\w.]{0,127}$/.test(text) ? text.replace(/\..*$/, '') : undefined
}

/** The letter after the name, which may hold anything. */
function stateOf(stat: string | undefined): string | undefined {
  const close = stat?.lastIndexOf(')') ?? -1
  return close < 0 ? undefined : stat?.[close + 2]
}

function nameOf(number: number, syscalls: SyscallNames | undefined): string {
  return syscalls?.nameOf.get(number) ?? `syscall ${number}`
}

const withDescriptor: ReadonlySet<WaitReason> = new Set<WaitReason>([
  'pipe',
  'socketReceive',
  'socketSend',
  'accept',
  'connect',
  'fsync',
  'blockIo',
  'fileLock',
])
/** Larger is no descriptor: fs.nr_open is a million by default. */
const MAX_DESCRIPTOR = 1 << 20

function descriptorOf(args: readonly bigint[]): number {
  return args.length > 0 && args[0] < BigInt(MAX_DESCRIPTOR) ? Number(args[0]) : Number.NaN
}

/** TASK_* bits, include/linux/sched.h. */
const INTERRUPTIBLE = 1
const UNINTERRUPTIBLE = 2
const STOPPED = 4

const stops = /^(do_signal_stop|do_jobctl_trap|ptrace_stop|ptrace_do_notify|__refrigerator)$/

interface Found {
  readonly call: Call | undefined
  readonly syscall: string | undefined
  readonly kernelFunction: string | undefined
  readonly state: string | undefined
}

/** The rules of wait-reason.ts over one function instead of a stack. What they need besides is read only when they need it. */
function reasonOf(host: Host, { pid, tid }: ThreadPlace, { call, syscall, kernelFunction, state }: Found): WaitReason {
  const rule = (taskState: number, descriptor?: DescriptorKind): WaitReason =>
    waitReason({
      syscall,
      taskState: kernelFunction !== undefined && stops.test(kernelFunction) ? STOPPED : taskState,
      inIowait: false,
      kernelThread: false,
      descriptor,
      kernelFunctions: kernelFunction === undefined ? [] : [kernelFunction],
    })
  const reason = rule(INTERRUPTIBLE)
  if (reason !== 'unknown') return reason
  const letter = state ?? stateOf(host.readText(`/proc/${pid}/task/${tid}/stat`))
  if (letter === 'T' || letter === 't') return 'stopped'
  if (call === undefined) return 'unknown' // in which call is not known, so the rules for none do not hold
  const taskState = letter === 'D' ? UNINTERRUPTIBLE : INTERRUPTIBLE
  const descriptor = descriptorOf(call.args)
  const kind = Number.isNaN(descriptor) ? undefined : descriptorKind(host.readLink(`/proc/${pid}/fd/${descriptor}`))
  return rule(taskState, kind)
}
