/** Who belongs to the target, and whether there is such a target at all. */

import type { Host } from '../host.ts'
import type { Target } from '../schema.ts'
import { listNumbers, parseStatLine } from './proc-snapshot.ts'
import { type CgroupMount, cgroupDirectory, isAtOrBelow, readCgroupMounts } from './series/cgroup-mounts.ts'
import {
  badCgroupPath,
  badPid,
  emptyComm,
  noCgroupsMounted,
  noSuchCgroup,
  noSuchComm,
  noSuchProcess,
  notAProcess,
  processEnded,
} from './target-errors.ts'

/** What must be known of a process; a row of process is one. */
export interface TargetCandidate {
  readonly pid: number
  readonly parentPid: number
  readonly comm: string | undefined
  readonly executable?: string | undefined
  readonly cgroup: string | undefined
}

/** Whether a process belongs to the target. Children belong to it as their parent does, but a cgroup says for itself who is in it. */
export function isTargetProcess(target: Target, process: TargetCandidate, isTargetPid: (pid: number) => boolean): boolean {
  switch (target.kind) {
    case 'machine':
      return false
    case 'cgroup':
      return process.cgroup !== undefined && isAtOrBelow(process.cgroup, target.path)
    case 'comm':
      return isCalled(process, target.comm) || isTargetPid(process.parentPid)
    case 'pid':
    case 'command':
      return process.pid === target.pid || isTargetPid(process.parentPid)
  }
}

/** The target as the collectors want it. Throws when there is none, with what is nearest to it. */
export function checkTarget(host: Host, target: Target): Target {
  switch (target.kind) {
    case 'pid':
      checkPid(host, target.pid)
      return target
    case 'comm':
      checkComm(host, target.comm)
      return target
    case 'cgroup':
      return { kind: 'cgroup', path: findCgroup(host, target.path) }
    default:
      return target
  }
}

function isCalled({ comm, executable }: Pick<TargetCandidate, 'comm' | 'executable'>, name: string): boolean {
  return comm === name || (executable !== undefined && baseName(executable) === name)
}

/** "/usr/sbin/nginx (deleted)", as the kernel tells of a program that was replaced, → "nginx". */
function baseName(executable: string): string {
  const path = executable.endsWith(' (deleted)') ? executable.slice(0, -' (deleted)'.length) : executable
  return path.slice(path.lastIndexOf('/') + 1)
}

function checkPid(host: Host, pid: number): void {
  if (!Number.isSafeInteger(pid) || pid < 1) throw badPid(pid)
  const stat = parseStatLine(host.readText(`/proc/${pid}/stat`) ?? '')
  if (stat === undefined) throw noSuchProcess(pid)
  // /proc/TID exists for every thread, though no listing shows it
  const leader = /^Tgid:\s*(\d+)$/m.exec(host.readText(`/proc/${pid}/status`) ?? '')?.[1]
  if (leader !== undefined && Number(leader) !== pid) throw notAProcess(pid, Number(leader))
  if (hasEnded(stat.state)) throw processEnded(pid)
}

/** A zombie, or one that is being taken away. */
function hasEnded(state: string): boolean {
  return state === 'Z' || state === 'X'
}

function checkComm(host: Host, comm: string): void {
  if (comm === '') throw emptyComm()
  const names = new Set<string>()
  for (const pid of listNumbers(host, '/proc')) {
    const found = pid === host.pid ? undefined : parseStatLine(host.readText(`/proc/${pid}/stat`) ?? '')
    if (found === undefined || hasEnded(found.state)) continue
    const executable = host.readLink(`/proc/${pid}/exe`)
    if (isCalled({ comm: found.comm, executable }, comm)) return
    names.add(found.comm)
    if (executable !== undefined) names.add(baseName(executable))
  }
  throw noSuchComm(comm, nearestNames(comm, [...names]))
}

const MAX_NEAREST = 3
const MAX_COMPARED_LENGTH = 64

/** Names that hold the wanted one or are a few letters from it, nearest first. */
function nearestNames(wanted: string, names: readonly string[]): string[] {
  const lower = wanted.toLowerCase().slice(0, MAX_COMPARED_LENGTH)
  const allowed = Math.ceil(lower.length / 3)
  return names
    .map(name => ({ name, distance: distanceBetween(lower, name.toLowerCase().slice(0, MAX_COMPARED_LENGTH)) }))
    .filter(({ distance }) => distance <= allowed)
    .sort((left, right) => left.distance - right.distance || (left.name < right.name ? -1 : 1))
    .slice(0, MAX_NEAREST)
    .map(({ name }) => name)
}

function distanceBetween(left: string, right: string): number {
  if (left.length >= 3 && right.includes(left)) return 1
  return editDistance(left, right)
}

/** Levenshtein: letters to put in, take out or replace. */
function editDistance(left: string, right: string): number {
  let previous = Array.from({ length: right.length + 1 }, (_, column) => column)
  for (let row = 1; row <= left.length; row++) {
    const current = [row]
    for (let column = 1; column <= right.length; column++) {
      const replaced = previous[column - 1] + (left[row - 1] === right[column - 1] ? 0 : 1)
      current.push(Math.min(previous[column] + 1, current[column - 1] + 1, replaced))
    }
    previous = current
  }
  return previous[right.length]
}

/** "/sys/fs/cgroup/cpu/a/", "/a" and "a" → "/a", as processes name it. */
function findCgroup(host: Host, given: string): string {
  const mounts = readCgroupMounts(host)
  const searched = [mounts.v2, mounts.v1.get('cpu')].filter(mount => mount !== undefined)
  if (searched.length === 0) throw noCgroupsMounted()
  const path = stripMount(given, [...searched, ...mounts.v1.values()])
  if (path.split('/').some(part => part === '.' || part === '..')) throw badCgroupPath(given)
  if (given === '' || path.includes('\n') || path.includes('\0')) throw badCgroupPath(given)
  const exists = (mount: CgroupMount): boolean => {
    const directory = cgroupDirectory(mount, path)
    return directory !== undefined && host.readText(`${directory}/cgroup.procs`) !== undefined
  }
  if (!searched.some(exists)) throw noSuchCgroup(path, searched.map(({ directory }) => directory).sort())
  return path
}

function stripMount(given: string, mounts: readonly CgroupMount[]): string {
  const clean = `/${given}`.replace(/\/+/g, '/').replace(/(?<=.)\/$/, '')
  // the longest first: v2 may be mounted at /sys/fs/cgroup itself
  const sorted = [...mounts].sort((left, right) => right.directory.length - left.directory.length)
  const mount = sorted.find(({ directory }) => isAtOrBelow(clean, directory))
  if (mount === undefined) return clean
  const inside = clean.slice(mount.directory.length)
  return (mount.root === '/' ? inside : mount.root + inside) || '/'
}
