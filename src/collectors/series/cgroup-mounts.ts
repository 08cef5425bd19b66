/** Where the cgroup hierarchies are mounted, and which path a process has in them: cgroups(7), cgroup_namespaces(7). */

import type { Host } from '../../host.ts'

/** A mounted hierarchy. */
export interface CgroupMount {
  readonly directory: string
  /** Path of the cgroup that is mounted there: '/' but in containers that share the machine's cgroup namespace. */
  readonly root: string
}

/** All hierarchies. A controller is in v1 or in v2, never in both. */
export interface CgroupMounts {
  readonly v2: CgroupMount | undefined
  /** By controller: cpu, cpuacct, memory, … */
  readonly v1: ReadonlyMap<string, CgroupMount>
}

/** Reads /proc/self/mountinfo, which unlike /proc/mounts says what part of a hierarchy is mounted. */
export function readCgroupMounts(host: Host): CgroupMounts {
  return parseCgroupMounts(host.readText('/proc/self/mountinfo') ?? '')
}

/** "33 31 0:30 / /sys/fs/cgroup/cpu rw,relatime shared:9 - cgroup cgroup rw,cpu": proc_pid_mountinfo(5). */
export function parseCgroupMounts(text: string): CgroupMounts {
  const v1 = new Map<string, CgroupMount>()
  let v2: CgroupMount | undefined
  for (const line of text.split('\n')) {
    const separator = line.indexOf(' - cgroup')
    if (separator === -1) continue
    const [, , , root, directory] = line.slice(0, separator).split(' ').map(unescapeOctal)
    const [type, , options] = line.slice(separator + 3).split(' ')
    if (directory === undefined || options === undefined) continue
    // a root above ours is that of another cgroup namespace: our paths do not go there
    const mount = { directory, root: root.startsWith('/..') ? '/' : root }
    if (type === 'cgroup2') v2 ??= mount
    else if (type === 'cgroup') {
      for (const controller of options.split(',')) if (!v1.has(controller)) v1.set(controller, mount)
    }
  }
  return { v2, v1 }
}

/** Directory of a cgroup, or undefined when its part of the hierarchy is not mounted. */
export function cgroupDirectory(mount: CgroupMount | undefined, path: string): string | undefined {
  if (mount === undefined) return undefined
  if (mount.root === '/') return path === '/' ? mount.directory : mount.directory + path
  return isAtOrBelow(path, mount.root) ? mount.directory + path.slice(mount.root.length) : undefined
}

/** Whether a directory is the root of its hierarchy, which is the machine. The root that a container sees is not. */
export function isWholeMachine(host: Host, directory: string): boolean {
  const has = (name: string): boolean => host.whyUnreadable(`${directory}/${name}`) === undefined
  // of these, the first is in all of v1, the second in the root of v1 only, the third in all of v2 but the root
  return has('notify_on_release') ? has('cgroup.sane_behavior') : !has('cgroup.events')
}

/** Whether a cgroup is the other or inside of it. */
export function isAtOrBelow(path: string, ancestor: string): boolean {
  return ancestor === '/' || path === ancestor || path.startsWith(`${ancestor}/`)
}

/** "/a/b/c" → "/a/b/c", "/a/b", "/a", "/". */
export function withAncestors(path: string): string[] {
  const paths = [path]
  for (let slash = path.lastIndexOf('/'); slash > 0; slash = path.lastIndexOf('/', slash - 1)) paths.push(path.slice(0, slash))
  if (path !== '/') paths.push('/')
  return paths
}

/**
 * The cgroup of a process from its /proc/PID/cgroup: "1:cpu,cpuacct:/a" is v1, "0::/a/b" is v2.
 *
 * The v2 path, unless the cpu controller is in v1 and there the process is somewhere else: then that path has its quota.
 */
export function parseCgroupPath(text: string): string | undefined {
  let v2: string | undefined
  let v1Cpu: string | undefined
  for (const line of text.split('\n')) {
    const first = line.indexOf(':')
    const second = line.indexOf(':', first + 1)
    if (first === -1 || second === -1) continue
    const controllers = line.slice(first + 1, second)
    if (controllers === '') v2 ??= line.slice(second + 1)
    else if (controllers.split(',').includes('cpu')) v1Cpu ??= line.slice(second + 1)
  }
  if (v2 === undefined || v1Cpu === undefined) return v2 ?? v1Cpu
  return isAtOrBelow(v2, v1Cpu) ? v2 : v1Cpu
}

/** Blanks, tabs, newlines and backslashes stand as \040, \011, \012 and \134. */
function unescapeOctal(word: string): string {
  return word.replace(/\\([0-7]{3})/g, (_, digits: string) => String.fromCharCode(Number.parseInt(digits, 8)))
}
