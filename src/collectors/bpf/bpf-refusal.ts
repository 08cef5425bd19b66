import type { TableName, Unavailable } from '../../schema.ts'
import type { Refusal } from './loader.ts'

/** What a topic is called in texts, and the tables it fills. */
export const topicFacts = {
  sched: { title: 'waits, wakers and run queues', tables: ['wait', 'runQueue'] },
  lock: { title: 'kernel locks', tables: ['lock'] },
  block: { title: 'block I/O by thread', tables: ['blockIo'] },
  syscall: { title: 'system calls', tables: ['syscall'] },
  fault: { title: 'page faults by stack', tables: ['fault'] },
  irq: { title: 'interrupts by thread', tables: ['interrupt'] },
  net: { title: 'TCP events', tables: ['kernelEvent'] },
  process: { title: 'forks, execs and signals', tables: ['kernelEvent'] },
  memory: { title: 'memory stalls', tables: ['kernelEvent'] },
  oom: { title: 'kills for want of memory', tables: ['kernelEvent'] },
  listen: { title: 'full accept queues by process', tables: ['kernelEvent'] },
  burst: { title: 'raw scheduler events', tables: ['burst', 'event'] },
} as const satisfies Record<string, { readonly title: string; readonly tables: readonly TableName[] }>

/** A topic. */
export type Topic = keyof typeof topicFacts

/** Every topic that counts all the time, or in windows of each second; bursts have a schedule of their own: burst.ts. */
export const topics = (Object.keys(topicFacts) as Topic[]).filter(topic => topic !== 'burst')

/** Topics whose programs begin at functions (fentry): there is no tracepoint. Where only those are refused, the rest works. */
export const onFunctions: readonly Topic[] = ['listen']

/** The kernel did not take a topic. */
export function topicRefused(topic: Topic, refusal: Refusal): Unavailable {
  const at = `bpf(2) refused to ${refusal.step} (${refusal.errno})`
  if (refusal.errno === 'EPERM' || refusal.errno === 'EACCES') {
    if (onFunctions.includes(topic) && refusal.step === 'load')
      return unavailable(
        topic,
        `${at}: it begins at functions of the kernel, not at tracepoints, and these are closed to programs here.`,
        'Use a kernel with CONFIG_DYNAMIC_FTRACE that is not locked down; ss -lnt shows the queues meanwhile.',
      )
    if (refusal.log !== '')
      return unavailable(
        topic,
        `${at}: the verifier says: ${lastLines(refusal.log)}`,
        `Please report it with bpf-${topic}.log of the recording.`,
      )
    const why = `${at}: autotune has no CAP_BPF and CAP_PERFMON, or the kernel is locked down.`
    return unavailable(topic, why, 'sudo autotune …; see cat /sys/kernel/security/lockdown')
  }
  if (refusal.errno === 'ENOSYS')
    return unavailable(topic, `${at}: this kernel or container has no bpf(2).`, 'Use a kernel with CONFIG_BPF_SYSCALL.')
  if (refusal.errno === 'ENOMEM')
    return unavailable(topic, `${at}: no memory for its maps.`, 'Free memory, or raise the memory limit of the cgroup.')
  const log = refusal.log === '' ? '' : ` The verifier says: ${lastLines(refusal.log)}`
  return unavailable(
    topic,
    `${at}.${log}`,
    `Use a kernel from 5.18 on; please report it if yours is, with bpf-${topic}.log of the recording.`,
  )
}

/** The kernel lacks something a topic is built on. */
export function tracepointsMissing(topic: Topic, names: readonly string[]): Unavailable {
  return unavailable(topic, `This kernel has no tracepoint ${names.join(', ')}.`, 'Use a kernel that has it: most come with 5.19.')
}

/** The kernel does not describe its types. */
export function noBtf(topic: Topic, errno: string): Unavailable {
  return unavailable(topic, `/sys/kernel/btf/vmlinux can't be read (${errno}).`, 'Use a kernel with CONFIG_DEBUG_INFO_BTF.')
}

/** We have no programs for this machine. */
export function noSkeleton(topic: Topic, path: string): Unavailable {
  return unavailable(topic, `There is no ${path}: no BPF programs for this architecture.`, 'x64 and arm64 have them.')
}

function unavailable(topic: Topic, reason: string, remedy: string): Unavailable {
  const { title, tables } = topicFacts[topic]
  return { topic: title, tables, series: [], reason, remedy }
}

function lastLines(log: string): string {
  return log.trim().split('\n').slice(-4).join(' | ').slice(-400)
}
