import type { HostFacts, Unavailable } from '../schema.ts'

/** perf_event_open(2) refused every way of sampling. Levels: Documentation/admin-guide/sysctl/kernel.rst, perf_event_paranoid. */
export function samplingRefused(errno: string, facts: HostFacts): Unavailable {
  return { topic: 'CPU samples', tables: ['sample', 'callchain'], series: [], ...explain(errno, facts) }
}

function explain(errno: string, { perfEventParanoid: level }: HostFacts): { reason: string; remedy: string } {
  if (errno === 'ENOSYS' || level === undefined) {
    return {
      reason: `This kernel has no perf events (${errno}).`,
      remedy: 'Use a kernel with CONFIG_PERF_EVENTS, or allow perf_event_open in the container.',
    }
  }
  if (errno === 'EACCES' || errno === 'EPERM') {
    return {
      reason: `perf_event_open was refused (${errno}): kernel.perf_event_paranoid is ${level} and autotune has no CAP_PERFMON.`,
      remedy: level > 2 ? 'sudo autotune …, or sudo sysctl kernel.perf_event_paranoid=2 for your own processes' : 'sudo autotune …',
    }
  }
  if (errno === 'ESRCH')
    return {
      reason: 'The target had no thread that could be followed (ESRCH).',
      remedy: 'Start the target first, or record the whole machine as root.',
    }
  if (errno === 'EMFILE')
    return {
      reason: 'Too many open files (EMFILE) for the threads of the target.',
      remedy: 'ulimit -n 65536, or run as root to sample whole CPUs.',
    }
  return { reason: `perf_event_open failed with ${errno}.`, remedy: 'sudo autotune check' }
}

/** A CPU that went offline while it was sampled. */
export function samplesEnded(cpu: number): Unavailable {
  return {
    topic: `CPU samples of CPU ${cpu} after it went offline`,
    tables: [],
    series: [],
    reason: `CPU ${cpu} was taken offline while we recorded: the kernel ended its samples, also for when it came back.`,
    remedy: 'Record again while the CPUs stay.',
  }
}
