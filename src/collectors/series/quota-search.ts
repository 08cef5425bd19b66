/** Finds the cgroups that have a CPU quota: throttling anywhere on the machine is worth knowing. */

import type { Host } from '../../host.ts'
import type { CgroupMounts } from './cgroup-mounts.ts'

/** Directories looked at in one search, and cgroups kept. Beyond them is counted, not searched. */
const MAX_DIRECTORIES = 2000
const MAX_FOUND = 128
/** A search starts again after this long, and then goes on a little with every call: it must not be a load of its own. */
const RESTART_NS = 10e9
const DIRECTORIES_PER_CALL = 50

/** A search that goes on for ever. */
export interface QuotaSearch {
  /** Paths of cgroups with a quota, as far as is known. */
  advance(timeNs: number): readonly string[]
  /** Whether there were more directories or cgroups than the search may look at. */
  readonly isCut: boolean
}

/** The first call searches everything, later ones a part. */
export function openQuotaSearch(host: Host, mounts: CgroupMounts): QuotaSearch {
  const v1 = mounts.v1.get('cpu')
  const mount = v1 ?? mounts.v2
  let found: readonly string[] = []
  let isCut = false
  let startedNs = Number.NEGATIVE_INFINITY
  let pass: Pass | undefined
  return {
    advance(timeNs) {
      if (mount === undefined) return found
      const isFirst = startedNs === Number.NEGATIVE_INFINITY
      if (pass === undefined && timeNs - startedNs >= RESTART_NS) {
        startedNs = timeNs
        pass = { waiting: [''], seenCount: 0, found: [], isCut: false }
      }
      if (pass === undefined) return found
      const hasQuota = (directory: string): boolean => readHasQuota(host, directory, v1 !== undefined)
      if (!goOn(host, pass, { directory: mount.directory, hasQuota, limit: isFirst ? MAX_DIRECTORIES : DIRECTORIES_PER_CALL })) return found
      const prefix = mount.root === '/' ? '' : mount.root
      found = pass.found.map(path => prefix + path || '/')
      isCut ||= pass.isCut
      pass = undefined
      return found
    },
    get isCut() {
      return isCut
    },
  }
}

/** One walk through the hierarchy, breadth first: limits are set near the top. */
interface Pass {
  readonly waiting: string[]
  seenCount: number
  readonly found: string[]
  isCut: boolean
}

/** True when the walk is over. */
function goOn(
  host: Host,
  pass: Pass,
  { directory, hasQuota, limit }: { directory: string; hasQuota: (directory: string) => boolean; limit: number },
): boolean {
  for (let step = 0; step < limit; step++) {
    const path = pass.waiting[pass.seenCount]
    if (path === undefined) return true
    pass.seenCount++
    if (hasQuota(directory + path)) {
      if (pass.found.length === MAX_FOUND) {
        pass.isCut = true
        return true
      }
      pass.found.push(path)
    }
    for (const name of host.listDirectory(directory + path) ?? []) {
      if (isControlFile(name)) continue
      if (pass.waiting.length === MAX_DIRECTORIES) pass.isCut = true
      else pass.waiting.push(`${path}/${name}`)
    }
  }
  return pass.seenCount === pass.waiting.length
}

function readHasQuota(host: Host, directory: string, isV1: boolean): boolean {
  const quota = host.readText(isV1 ? `${directory}/cpu.cfs_quota_us` : `${directory}/cpu.max`)
  return quota !== undefined && /^[1-9]/.test(quota)
}

/** Files of a cgroup directory are named after their controller; all else are cgroups. A listing does not say. */
function isControlFile(name: string): boolean {
  return /^(?:(?:cgroup|cpu|cpuacct|cpuset|memory|io|blkio|pids|hugetlb|rdma|misc|devices|freezer|net_cls|net_prio|perf_event|irq|dmem|debug)\..*|tasks|notify_on_release|release_agent)$/s.test(
    name,
  )
}
