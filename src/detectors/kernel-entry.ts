import { CodeKind, NONE } from '../schema.ts'
import type { CallTree } from './call-tree.ts'
import { Tally } from './tally.ts'

/** Why the kernel ran: what a node of kernel code was entered for. */
export interface KernelEntries {
  /** Per node: index into names; NONE for user code. */
  readonly entryOf: Int32Array
  /** 'kernel' for code entered otherwise, e.g. by kernel threads; "interrupt", "page fault", "system calls", "read()", … */
  readonly names: readonly string[]
}

/** Index in KernelEntries.names of time that is not the thread's own. */
export const INTERRUPT = 1
/** The same of the way into system calls and out of them, before it is known which. */
export const ANY_CALL = 3

/** Calls that make the kernel write until it is safe: what it computes for them is part of the same. */
export const SYNC_CALLS: readonly string[] = ['fsync()', 'fdatasync()', 'msync()', 'sync_file_range()', 'syncfs()', 'sync()']

/** With what the entry functions of system calls call at their end: the kernel's compiler leaves the entry out of the stack then. */
const syscallName = /^(?:__(?:x64|ia32|arm64|riscv|s390x?|se)_(?:compat_)?sys_|ksys_|__sys_|do_sys_)(\w+)$/
const pageFault = /^(?:asm_exc_page_fault|exc_page_fault|do_user_addr_fault|do_page_fault|do_mem_abort)$/
const anyCall =
  /^(?:entry_SYSCALL_64\w*|do_syscall_64|x64_sys_call|el0t?_64_sync(?:_handler)?|el0_svc(?:_common|_handler)?|do_el0_svc|invoke_syscall)$/
const interrupt =
  /^(?:asm_sysvec_\w+|sysvec_\w+|asm_common_interrupt|common_interrupt|asm_\w+_interrupt|irq_exit_rcu|__irq_exit_rcu|handle_softirqs|__do_softirq|el[01]t?h?_64_irq(?:_handler)?)$/

/**
 * Labels kernel code by the nearest entry above it: a page fault within a system call counts as a page fault, and an
 * interrupt counts as one wherever it struck. Names: arch/x86/include/asm/{syscall_wrapper,idtentry}.h, arch/arm64/kernel/entry.S.
 */
export function findKernelEntries({ functions, functionOf, parent }: CallTree): KernelEntries {
  const names = ['kernel', 'interrupt', 'page fault', 'system calls']
  const indexOf = new Map(names.map((name, index) => [name, index]))
  const entryOfFunction = functions.map(({ name, kind }) => {
    if (kind !== CodeKind.Kernel) return NONE
    const entry = entryName(name)
    if (entry === undefined) return 0
    const known = indexOf.get(entry)
    if (known !== undefined) return known
    indexOf.set(entry, names.length)
    return names.push(entry) - 1
  })
  const entryOf = new Int32Array(parent.length)
  for (let node = 0; node < parent.length; node++) {
    const own = entryOfFunction[functionOf[node]]
    const above = parent[node] === NONE ? NONE : entryOf[parent[node]]
    entryOf[node] = own === 0 && above > 0 ? above : own
  }
  return { entryOf, names }
}

/**
 * Divides the time on the way into system calls and out of them among the calls, by what each took: where a machine has no
 * counters, samples wait until interrupts are allowed again, and that is often there. Not when most is there: the few
 * calls that are known say too little.
 */
export function shareAnyCall(byEntry: Tally): Tally {
  const isCall = (entry: number) => entry > ANY_CALL
  const entries = byEntry.sorted()
  const callNs = entries.reduce((sum, [entry, ns]) => (isCall(entry) ? sum + ns : sum), 0)
  const anyNs = entries.find(([entry]) => entry === ANY_CALL)?.[1] ?? 0
  if (callNs === 0 || callNs < anyNs) return byEntry
  const shared = new Tally()
  for (const [entry, ns] of entries) if (entry !== ANY_CALL) shared.add(entry, isCall(entry) ? ns * (1 + anyNs / callNs) : ns)
  return shared
}

function entryName(functionName: string): string | undefined {
  const call = syscallName.exec(functionName)
  if (call !== null) return `${call[1]}()`
  if (pageFault.test(functionName)) return 'page fault'
  if (anyCall.test(functionName)) return 'system calls'
  return interrupt.test(functionName) ? 'interrupt' : undefined
}
