/** Targets that are not there, in words. */

import { AutotuneError } from '../errors.ts'

/** No process has this id. */
export function noSuchProcess(pid: number): AutotuneError {
  return new AutotuneError({
    code: 'BAD_INPUT',
    what: `There is no process ${pid}.`,
    why: `/proc/${pid} does not exist: it ended, or it runs in another pid namespace.`,
    next: 'List what runs with: ps -eo pid,comm,args',
  })
}

/** The process ended, and its parent did not collect it yet. */
export function processEnded(pid: number): AutotuneError {
  return new AutotuneError({
    code: 'BAD_INPUT',
    what: `Process ${pid} has ended.`,
    why: `It is a zombie (state Z in /proc/${pid}/stat): it runs no code any more.`,
    next: 'List what runs with: ps -eo pid,comm,args',
  })
}

/** The id is that of a thread. */
export function notAProcess(tid: number, pid: number): AutotuneError {
  return new AutotuneError({
    code: 'BAD_INPUT',
    what: `${tid} is a thread, not a process.`,
    why: `It belongs to process ${pid} (Tgid in /proc/${tid}/status).`,
    next: `Diagnose that process: autotune diagnose --pid ${pid}`,
  })
}

/** What was given cannot be a process id. */
export function badPid(pid: number): AutotuneError {
  return new AutotuneError({
    code: 'USAGE',
    what: `${pid} is no process id.`,
    why: 'Process ids are whole numbers from 1 on.',
    next: 'List what runs with: ps -eo pid,comm,args',
  })
}

/** No process has this name. Nearest are names of processes that run: hostile input. */
export function noSuchComm(comm: string, nearest: readonly string[]): AutotuneError {
  const name = printable(comm)
  return new AutotuneError({
    code: 'BAD_INPUT',
    what: `No process is called ${name}.`,
    why: 'Neither the name nor the executable of any process that runs is equal to it.',
    next:
      nearest.length === 0
        ? 'List the names with: ps -eo pid,comm,args'
        : `Did you mean ${nearest.map(printable).join(', ')}? Else list the names with: ps -eo pid,comm,args`,
  })
}

/** No name was given. */
export function emptyComm(): AutotuneError {
  return new AutotuneError({
    code: 'USAGE',
    what: 'The name of the process is empty.',
    why: '--comm needs the name of a process or of its executable, without the folder.',
    next: 'List the names with: ps -eo pid,comm,args',
  })
}

/** No mounted hierarchy has this cgroup. */
export function noSuchCgroup(path: string, hierarchies: readonly string[]): AutotuneError {
  return new AutotuneError({
    code: 'BAD_INPUT',
    what: `There is no cgroup ${printable(path)}.`,
    why: `No such folder in ${hierarchies.join(' or ')}.`,
    next: 'See the cgroup of a process with: cat /proc/PID/cgroup',
  })
}

/** The path cannot be one of a cgroup. */
export function badCgroupPath(path: string): AutotuneError {
  return new AutotuneError({
    code: 'USAGE',
    what: `"${printable(path)}" is no path of a cgroup.`,
    why: 'A path is like /system.slice/nginx.service, without . and .. in it.',
    next: 'See the cgroup of a process with: cat /proc/PID/cgroup',
  })
}

/** There are no cgroups to name. */
export function noCgroupsMounted(): AutotuneError {
  return new AutotuneError({
    code: 'BAD_INPUT',
    what: 'This machine has no cgroups.',
    why: '/proc/self/mountinfo lists neither a cgroup2 file system nor one of cgroup v1 with the cpu controller.',
    next: 'sudo mount -t cgroup2 none /sys/fs/cgroup, or diagnose by --pid or --comm',
  })
}

const MAX_NAME_LENGTH = 80

/** Names may hold anything, also what a terminal takes for a command. */
function printable(name: string): string {
  return name.slice(0, MAX_NAME_LENGTH).replace(/\p{C}/gu, '?')
}
